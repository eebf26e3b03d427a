//! Compares base64url with the `base64` crate.

#![no_main]

use keycard_fuzz::text;

libfuzzer_sys::fuzz_target!(|text: &[u8]| text::base64url(text));
