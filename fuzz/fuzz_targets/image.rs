//! Key-table images, sealed again after every change.

#![no_main]

use keycard_fuzz::keys;

libfuzzer_sys::fuzz_target!(|case: keys::Image| keys::image(&case));
