//! Fault hardening for the accept path. A clock or voltage glitch can make a CPU skip one
//! instruction. With this counter, skipping one instruction is not enough to reach an accepting
//! verdict.

use crate::error::{Error, Reason};
use core::hint::black_box;

/// Combines the results of all comparisons into one value. If a rejection was skipped, the final
/// value is a different one. The valid values differ from each other, from 0 and from all ones in
/// many bits.
#[derive(Clone, Copy)]
pub(crate) struct StepCounter(u32);

const SIGNATURE: u32 = 0x5A3C_9617;
const CLAIMS_CHECKED: u32 = 0x2D71_E8C5;

impl StepCounter {
    /// The initial value.
    pub(crate) const START: Self = Self(0);

    /// The value after a comparison of signatures that differ in these bits.
    ///
    /// # Errors
    ///
    /// [`Reason::SignatureInvalid`] if any bit is set.
    pub(crate) fn of_signature(difference: impl Into<u64>) -> Result<Self, Error> {
        let difference = folded(difference.into());
        // Two copies, of which the compiler must not know that they are equal. Otherwise it would
        // replace the second copy by 0 after a branch in which the first one is 0.
        let steps = Self(SIGNATURE ^ black_box(difference));
        match black_box(difference) {
            0 => Ok(steps),
            _ => Err(Error::new(Reason::SignatureInvalid)),
        }
    }

    /// Like [`of_signature`](Self::of_signature), for a verifier that returns only a boolean.
    ///
    /// # Errors
    ///
    /// [`Reason::SignatureInvalid`] if `is_right` is false.
    pub(crate) fn of_verdict(is_right: bool) -> Result<Self, Error> {
        Self::of_signature(if is_right { 0 } else { u32::MAX })
    }

    /// Adds a comparison of two values that differ in these bits. The value stays that of a right
    /// signature only if they are equal.
    pub(crate) fn with_difference(self, difference: u64) -> Self {
        Self(black_box(self.0) ^ black_box(folded(difference)))
    }

    /// Adds the result of the claims check. `difference` has the bits in which the evidence of the
    /// two passes differs.
    pub(crate) fn claims_checked(self, difference: u32) -> Self {
        Self(black_box(self.0).wrapping_add(CLAIMS_CHECKED) ^ black_box(difference))
    }

    /// Checks that the value is the one after a valid signature.
    ///
    /// # Errors
    ///
    /// [`Reason::SignatureInvalid`] for any other value.
    pub(crate) fn check_signature(self) -> Result<(), Error> {
        match black_box(self.0) {
            SIGNATURE => Ok(()),
            _ => Err(Error::new(Reason::SignatureInvalid)),
        }
    }

    /// True if the value is the one after a valid signature and checked claims.
    pub(crate) fn is_complete(self) -> bool {
        black_box(self.0) == SIGNATURE.wrapping_add(CLAIMS_CHECKED)
    }
}

/// Both halves of a number in one, so that no bit is lost.
fn folded(difference: u64) -> u32 {
    let [a, b, c, d, e, f, g, h] = difference.to_le_bytes();
    u32::from_le_bytes([a | e, b | f, c | g, d | h])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_complete_after_every_step_only() {
        let right = StepCounter::of_signature(0u32).unwrap();
        assert!(right.check_signature().is_ok());
        assert!(!StepCounter::START.is_complete() && StepCounter::START.check_signature().is_err());
        assert!(!right.is_complete());
        assert!(
            right.claims_checked(0).is_complete()
                && right.claims_checked(0).check_signature().is_err()
        );
        assert!(
            !right.claims_checked(1).is_complete()
                && !right.claims_checked(0).claims_checked(0).is_complete()
        );
        assert!(!StepCounter::START.claims_checked(0).is_complete());
        assert!((0..32).all(|bit| !right.claims_checked(1 << bit).is_complete()));
    }

    #[test]
    fn a_wrong_signature_has_no_step_counter() {
        for bit in 0..64 {
            let rejected = StepCounter::of_signature(1u64 << bit).map(|_| ()).unwrap_err();
            assert_eq!(rejected.reason(), Reason::SignatureInvalid);
        }
        // Differing bits in the two halves of a 64-bit number must not cancel each other out, in
        // any byte.
        for byte in 0..4 {
            assert!(StepCounter::of_signature(0x0000_0001_0000_0001_u64 << (8 * byte)).is_err());
        }
        assert!(StepCounter::of_verdict(true).is_ok() && StepCounter::of_verdict(false).is_err());
    }

    #[test]
    fn a_difference_takes_the_signature_from_the_step_counter() {
        let right = StepCounter::of_signature(0u32).unwrap();
        assert!(right.with_difference(0).check_signature().is_ok());
        assert!((0..64).all(|bit| right.with_difference(1 << bit).check_signature().is_err()));
    }
}
