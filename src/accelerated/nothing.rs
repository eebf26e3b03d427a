//! What stands in where no processor has a back end: one that is never there.

#[cfg(feature = "es256")]
use crate::arithmetic::comb::Comb;
#[cfg(feature = "es256")]
use crate::arithmetic::field::Field;
#[cfg(feature = "rs256")]
use crate::arithmetic::limb::NativeLimb;
#[cfg(feature = "es256")]
use crate::limits::TOGETHER;

/// There is none.
#[derive(Clone, Copy)]
pub(crate) enum Ifma {}

impl Ifma {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    #[cfg(feature = "es256")]
    pub(crate) fn sum<F: Field<Words = [u64; 4]>>(
        self,
        _: &Comb<'_, F>,
        _: &Comb<'_, F>,
    ) -> Option<[[u64; 4]; 2]> {
        match self {}
    }

    #[cfg(feature = "es256")]
    pub(crate) fn sums<F: Field<Words = [u64; 4]>>(
        self,
        _: &[Option<[Comb<'_, F>; 2]>; TOGETHER],
    ) -> [Option<[[u64; 4]; 2]>; TOGETHER] {
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
