//! Compares ES384 with `p384`, for every precomputation of the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::Ecdsa<48>| signatures::es384(&case));
