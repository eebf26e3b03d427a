//! What the way to a verdict leaves behind, so that it takes more than one instruction that a device did not execute to
//! reach a verdict by another way: a glitch of its clock or its supply skips one.

use crate::error::{Error, Reason};
use core::hint::black_box;

/// How far a validation has come: a number to which each step adds what it found, not that it was satisfied. Whoever came
/// past a refusal has another. Its values are far from each other, from 0 and from all ones.
#[derive(Clone, Copy)]
pub(crate) struct StepCounter(u32);

const SIGNATURE: u32 = 0x5A3C_9617;
const CLAIMS_CHECKED: u32 = 0x2D71_E8C5;

impl StepCounter {
    /// That of somebody who has come nowhere.
    pub(crate) const START: Self = Self(0);

    /// That of a signature which differs in these bits from the one that is right.
    ///
    /// # Errors
    ///
    /// [`Reason::SignatureInvalid`] if any is set.
    pub(crate) fn of_signature(difference: impl Into<u64>) -> Result<Self, Error> {
        let [a, b, c, d, e, f, g, h] = difference.into().to_le_bytes();
        let difference = u32::from_le_bytes([a | e, b | f, c | g, d | h]);
        // Two copies, of which the compiler cannot know that they are one: where the first is 0, it would put that in the
        // place of the second.
        let steps = Self(SIGNATURE ^ black_box(difference));
        match black_box(difference) {
            0 => Ok(steps),
            _ => Err(Error::new(Reason::SignatureInvalid)),
        }
    }

    /// As [`of_signature`](Self::of_signature), for who says only whether it is right.
    ///
    /// # Errors
    ///
    /// [`Reason::SignatureInvalid`] if not.
    pub(crate) fn of_verdict(is_right: bool) -> Result<Self, Error> {
        Self::of_signature(if is_right { 0 } else { u32::MAX })
    }

    /// And the claims were judged, twice, with evidence that differs in these bits.
    pub(crate) fn claims_checked(self, difference: u32) -> Self {
        Self(black_box(self.0).wrapping_add(CLAIMS_CHECKED) ^ black_box(difference))
    }

    /// That of a right signature.
    ///
    /// # Errors
    ///
    /// [`Reason::SignatureInvalid`] for any other.
    pub(crate) fn check_signature(self) -> Result<(), Error> {
        match black_box(self.0) {
            SIGNATURE => Ok(()),
            _ => Err(Error::new(Reason::SignatureInvalid)),
        }
    }

    /// That of a right signature over claims that are as they must be.
    pub(crate) fn is_complete(self) -> bool {
        black_box(self.0) == SIGNATURE.wrapping_add(CLAIMS_CHECKED)
    }
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
            let refused = StepCounter::of_signature(1u64 << bit).map(|_| ()).unwrap_err();
            assert_eq!(refused.reason(), Reason::SignatureInvalid);
        }
        // The halves of a number of 64 bits do not make up for each other, in whichever byte.
        for byte in 0..4 {
            assert!(StepCounter::of_signature(0x0000_0001_0000_0001_u64 << (8 * byte)).is_err());
        }
        assert!(StepCounter::of_verdict(true).is_ok() && StepCounter::of_verdict(false).is_err());
    }
}
