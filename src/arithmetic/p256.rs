//! The curve P-256 (SP 800-186 section 3.2.1.3).

mod field;
pub(crate) mod generator;
#[cfg(not(verified))]
mod operations;
#[cfg(umaal)]
mod umaal;

use super::comb::{Comb, Shape};
use super::curve::Curve;
use super::element::{Element, Prime};
use crate::limits::BATCH;
use core::marker::PhantomData;

/// P-256, in limbs of this type.
#[derive(Clone, Copy)]
pub(crate) struct P256<L>(PhantomData<L>);

impl<L> Curve for P256<L>
where
    Self: Prime<Words = [u64; 4]>,
{
    const B: [u64; 4] = [
        0xD89C_DF62_29C4_BDDF,
        0xACF0_05CD_7884_3090,
        0xE5A2_20AB_F721_2ED6,
        0xDC30_061D_0487_4834,
    ];

    const ORDER: [u64; 4] = [
        0xF3B9_CAC2_FC63_2551,
        0xBCE6_FAAD_A717_9E84,
        0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_0000_0000,
    ];

    const ORDER_R: [u64; 4] =
        [0x0C46_353D_039C_DAAF, 0x4319_0552_58E8_617B, 0, 0x0000_0000_FFFF_FFFF];

    const ORDER_S_SQUARED: [u64; 4] = [
        0x8324_4C95_BE79_EEA2,
        0x4699_799C_49BD_6FA6,
        0x2845_B239_2B6B_EC59,
        0x66E1_2D94_F3D9_5620,
    ];

    const SHAPES: &[Shape] = &[
        Shape::new(2, 4, 32),
        Shape::new(2, 5, 26),
        Shape::new(4, 5, 13),
        Shape::new(4, 6, 11),
        Shape::new(2, 8, 16),
        Shape::new(8, 8, 4),
        // The same sizes again, 2, 4, 8 and 16 KB, but with eight tables, one comb for each SIMD
        // lane. Without lanes, these shapes need slightly more additions than those above.
        Shape::new(8, 3, 11),
        Shape::new(8, 4, 8),
        Shape::new(8, 5, 7),
        Shape::new(8, 6, 6),
    ];

    const GENERATOR: [[u64; 4]; 2] = generator::POINT;

    const GENERATOR_SHAPE: Shape = generator::SHAPE;

    fn generator_tables() -> &'static [u64] {
        generator::TABLES
    }

    #[cfg(lanes)]
    fn sum_in_lanes(
        generator: &Comb<'_, Element<Self>>,
        own: &Comb<'_, Element<Self>>,
    ) -> Option<[[u64; 4]; 2]> {
        crate::cpu::ifma()?.sum(generator, own)
    }

    #[cfg(lanes)]
    fn halves_in_lanes(
        generator: &Comb<'_, Element<Self>>,
        starts: &[[[u64; 4]; 3]; 2],
        factors: [&[u64]; 2],
        bits: usize,
    ) -> Option<super::curve::Multiples<[u64; 4]>> {
        let ifma = crate::cpu::ifma()?;
        Some((ifma.multiple(generator)?, ifma.multiples(starts, factors, bits)?))
    }

    #[cfg(lanes)]
    fn sums_in_lanes(
        combs: &[Option<[Comb<'_, Element<Self>>; 2]>; BATCH],
    ) -> [Option<[[u64; 4]; 2]>; BATCH] {
        crate::cpu::ifma().map_or([None; BATCH], |ifma| ifma.sums(combs))
    }
}
