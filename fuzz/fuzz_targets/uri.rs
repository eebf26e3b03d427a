//! Compares the URIs of DPoP with the URL standard.

#![no_main]

use keycard_fuzz::uris;

libfuzzer_sys::fuzz_target!(|case: uris::Case| uris::check(&case));
