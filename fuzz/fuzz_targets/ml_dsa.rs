//! ML-DSA, beside `ml-dsa`, for every way of precomputing the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::MlDsa| signatures::ml_dsa(&case));
