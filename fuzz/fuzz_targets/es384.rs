//! ES384, beside `p384`, for every way of precomputing the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::Ecdsa<48>| signatures::es384(&case));
