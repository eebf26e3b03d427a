//! What stands in where no processor has a back end: one that is never there.

use crate::arithmetic::comb::Comb;
use crate::arithmetic::limb::NativeLimb;

/// There is none.
#[derive(Clone, Copy)]
pub(crate) enum Ifma {}

impl Ifma {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    pub(crate) fn sum(self, _: &Comb<'_>, _: &Comb<'_>) -> Option<([u64; 4], [u64; 4])> {
        match self {}
    }

    pub(crate) fn odd_power(
        self,
        _: &[NativeLimb],
        _: &[NativeLimb],
        _: u64,
        _: &mut [NativeLimb],
    ) -> Option<()> {
        match self {}
    }
}
