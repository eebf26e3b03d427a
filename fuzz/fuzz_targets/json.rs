//! Compares JSON with `serde_json`.

#![no_main]

use keycard_fuzz::text;

libfuzzer_sys::fuzz_target!(|text: &[u8]| text::json(text));
