//! A token as if it were signed, and the policies of all kinds.

#![no_main]

use keycard_fuzz::kinds;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    kinds::check(input);
});
