//! Replaces the back ends on targets without them. The types here have no values, so detection
//! always returns `None`.

#[cfg(feature = "rs256")]
use crate::arithmetic::block::{BLOCK, NativeBlock};
#[cfg(feature = "es256")]
use crate::arithmetic::comb::Comb;
#[cfg(feature = "es256")]
use crate::arithmetic::field::Field;
#[cfg(feature = "rs256")]
use crate::arithmetic::limb::NativeLimb;
#[cfg(feature = "rs256")]
use crate::arithmetic::montgomery::Modulus;
#[cfg(feature = "es256")]
use crate::limits::BATCH;

/// Never exists on this target.
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
        _: &[Option<[Comb<'_, F>; 2]>; BATCH],
    ) -> [Option<[[u64; 4]; 2]>; BATCH] {
        match self {}
    }

    #[cfg(feature = "rs256")]
    pub(crate) fn odd_power(
        self,
        _: &[NativeLimb],
        _: &[NativeLimb],
        _: u64,
        _: bool,
        _: &mut [NativeLimb],
    ) -> Option<()> {
        match self {}
    }
}

/// Never exists on this target.
#[derive(Clone, Copy)]
pub(crate) enum Vbmi {}

impl Vbmi {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    pub(crate) fn decode_sixes(self, _: &[u8; 256], _: &[u8], _: &mut [u8]) -> u8 {
        match self {}
    }

    pub(crate) fn position(self, _: &[u8], _: u8) -> Option<usize> {
        match self {}
    }

    pub(crate) fn mark_ends(self, _: &[u8], _: &mut [u64]) -> bool {
        match self {}
    }
}

/// Never exists on this target.
#[cfg(feature = "rs256")]
#[derive(Clone, Copy)]
pub(crate) enum Bmi2 {}

#[cfg(feature = "rs256")]
impl Bmi2 {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    pub(crate) fn odd_power(
        self,
        _: &Modulus<'_, NativeLimb, BLOCK>,
        _: &mut [NativeBlock],
        _: u64,
        _: bool,
        _: &mut [NativeBlock],
        _: &mut [NativeBlock],
    ) -> Option<()> {
        match self {}
    }
}
