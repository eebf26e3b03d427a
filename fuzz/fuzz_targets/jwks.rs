//! A JWK Set, in memory of many sizes.

#![no_main]

use keycard_fuzz::keys;

libfuzzer_sys::fuzz_target!(|text: &[u8]| keys::jwks(text));
