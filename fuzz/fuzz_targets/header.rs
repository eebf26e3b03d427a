//! Headers that are not verified.

#![no_main]

use keycard_fuzz::tokens;

libfuzzer_sys::fuzz_target!(|token: &[u8]| tokens::header(token));
