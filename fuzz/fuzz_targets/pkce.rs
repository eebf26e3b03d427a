//! Compares PKCE with its definition.

#![no_main]

use keycard_fuzz::pkce;

libfuzzer_sys::fuzz_target!(|case: pkce::Case| pkce::check(&case));
