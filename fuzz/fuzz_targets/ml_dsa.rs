//! Compares ML-DSA with `ml-dsa`, for every precomputation of the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::MlDsa| signatures::ml_dsa(&case));
