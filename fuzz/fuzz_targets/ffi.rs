//! The C ABI, called in any order with any lengths.

#![no_main]

use keycard_fuzz::ffi;

libfuzzer_sys::fuzz_target!(|calls: ffi::Calls| ffi::check(calls));
