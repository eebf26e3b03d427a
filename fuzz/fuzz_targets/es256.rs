//! Compares ES256 with `p256`, for every precomputation of the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::Ecdsa<32>| signatures::es256(&case));
