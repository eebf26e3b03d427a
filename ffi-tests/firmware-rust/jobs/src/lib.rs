//! One job of the library, called by a C program that measures it. A feature of this crate selects
//! the job.
//!
//! `load` runs once, when a device boots; `job` is measured. Both return 0 on success.

#![no_std]

#[cfg(feature = "decode-only")]
#[path = "decode.rs"]
mod work;
#[cfg(feature = "field")]
#[path = "field.rs"]
mod work;
#[cfg(feature = "hash")]
#[path = "hash.rs"]
mod work;
#[cfg(feature = "pkce")]
#[path = "pkce.rs"]
mod work;
#[cfg(feature = "seeded")]
#[path = "seeded.rs"]
mod work;
#[cfg(any(feature = "token-es256", feature = "token-rs256", feature = "token-hs256"))]
#[path = "token.rs"]
mod work;
#[cfg(any(
    feature = "verify-es256",
    feature = "verify-es384",
    feature = "verify-es512",
    feature = "verify-es256k",
    feature = "verify-rs256",
    feature = "verify-hs256",
    feature = "verify-ed25519",
    feature = "verify-ml-dsa-44",
    feature = "verify-ml-dsa-65",
    feature = "verify-ml-dsa-87"
))]
#[path = "verify.rs"]
mod work;

use core::slice;

/// The input of a job: `struct input` of measure.h.
#[repr(C)]
pub struct Input {
    keys: *const u64,
    key_words: usize,
    text: *const u8,
    text_length: usize,
    signature: *const u8,
    signature_length: usize,
    scratch: *mut u8,
    scratch_length: usize,
}

impl Input {
    fn keys(&self) -> &[u64] {
        // SAFETY: the C program describes its own arrays.
        unsafe { slice::from_raw_parts(self.keys, self.key_words) }
    }

    fn text(&self) -> &[u8] {
        // SAFETY: as above.
        unsafe { slice::from_raw_parts(self.text, self.text_length) }
    }

    fn signature(&self) -> &[u8] {
        // SAFETY: as above.
        unsafe { slice::from_raw_parts(self.signature, self.signature_length) }
    }

    #[allow(clippy::mut_from_ref, reason = "the scratch lies elsewhere")]
    fn scratch(&self) -> &mut [u8] {
        // SAFETY: as above, and this is the only reference to it.
        unsafe { slice::from_raw_parts_mut(self.scratch, self.scratch_length) }
    }
}

#[unsafe(no_mangle)]
extern "C" fn load(input: &Input) -> i32 {
    i32::from(work::load(input).is_none())
}

#[unsafe(no_mangle)]
extern "C" fn job(input: &Input) -> i32 {
    i32::from(work::job(input).is_none())
}
