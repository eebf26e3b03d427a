//! Compares ES512 with `p521`, for every precomputation of the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::Ecdsa<66>| signatures::es512(&case));
