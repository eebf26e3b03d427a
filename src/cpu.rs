//! The processor that the program runs on. It is detected at run time, once. Environment variables
//! do not influence the choice.
//!
//! A back end for its vector instructions stands beside the code that it speeds up: AVX-512 IFMA,
//! which multiplies, in [`arithmetic`](crate::arithmetic), and AVX-512 VBMI in
//! [`base64url`](crate::base64url), [`json`](crate::json) and the parts of a token: it looks bytes
//! up. For processors with AVX2 alone, `base64url` has a back end of 32 bytes. The portable code
//! gives the same results and is the oracle of the back ends. The content of key tables does not
//! depend on the back end, so a table made on one machine works on another. All data is public, as
//! in `arithmetic`.

#[cfg(lanes)]
pub(crate) mod bytes;
#[cfg(lanes)]
mod detection;
mod permission;

#[cfg(lanes)]
pub(crate) use detection::*;

/// Enables (the default) or disables the accelerated back ends for the whole process, and returns
/// whether any will be used. For tests and benchmarks that compare both: the results of validations
/// do not depend on it.
pub fn allow(allowed: bool) -> bool {
    permission::set(allowed);
    #[cfg(lanes)]
    if ifma().is_some() || vbmi().is_some() || avx2().is_some() {
        return true;
    }
    false
}
