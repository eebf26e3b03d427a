//! What stands in where no processor has a back end: one that is never there.

#[cfg(feature = "es256")]
use crate::arithmetic::comb::Comb;
#[cfg(feature = "rs256")]
use crate::arithmetic::limb::NativeLimb;

/// There is none.
#[derive(Clone, Copy)]
pub(crate) enum Ifma {}

impl Ifma {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    #[cfg(feature = "es256")]
    pub(crate) fn sum(self, _: &Comb<'_>, _: &Comb<'_>) -> Option<([u64; 4], [u64; 4])> {
        match self {}
    }

    #[cfg(feature = "rs256")]
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
