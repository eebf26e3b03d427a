//! DPoP proofs, each signed by the key in its header.

#![no_main]

use keycard_fuzz::proofs;

libfuzzer_sys::fuzz_target!(|case: proofs::Case| proofs::check(&case));
