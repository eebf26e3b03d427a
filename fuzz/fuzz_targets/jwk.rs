//! One JWK.

#![no_main]

use keycard_fuzz::keys;

libfuzzer_sys::fuzz_target!(|text: &[u8]| keys::jwk(text));
