//! Public keys in PEM and DER.

#![no_main]

use keycard_fuzz::keys;

libfuzzer_sys::fuzz_target!(|text: &[u8]| keys::pem(text));
