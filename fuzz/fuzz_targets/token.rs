//! Tokens from an attacker without the key.

#![no_main]

use keycard_fuzz::tokens;

libfuzzer_sys::fuzz_target!(|token: &[u8]| tokens::unsigned(token));
