//! Compares ES256K with `k256`, for every precomputation of the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::Ecdsa<32>| signatures::es256k(&case));
