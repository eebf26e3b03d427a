//! Key-table images.

#![no_main]

use keycard_fuzz::keys;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| keys::image(bytes));
