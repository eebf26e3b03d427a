//! Compares Ed25519 with `ed25519-dalek`, for every precomputation of the key.

#![no_main]

use keycard_fuzz::signatures;

libfuzzer_sys::fuzz_target!(|case: signatures::Ed25519| signatures::ed25519(&case));
