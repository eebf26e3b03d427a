//! Claims and policies, with a valid signature.

#![no_main]

use keycard_fuzz::tokens;

libfuzzer_sys::fuzz_target!(|case: tokens::Signed| tokens::signed(&case));
