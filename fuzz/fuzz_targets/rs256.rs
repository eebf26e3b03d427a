//! Compares RSA with the crate `rsa`.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::Rs256| signatures::rs256(&case));
