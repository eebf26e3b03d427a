//! The curve P-384 (SP 800-186 section 3.2.1.4).

mod field;
pub(crate) mod generator;
#[cfg(not(verified))]
mod operations;

use super::comb::Shape;
use super::curve::Curve;
use super::element::Prime;
use core::marker::PhantomData;

/// P-384, in limbs of this type.
#[derive(Clone, Copy)]
pub(crate) struct P384<L>(PhantomData<L>);

impl<L> Curve for P384<L>
where
    Self: Prime<Words = [u64; 6]>,
{
    const B: [u64; 6] = [
        0x0811_8871_9D41_2DCC,
        0xF729_ADD8_7A4C_32EC,
        0x77F2_209B_1920_022E,
        0xE337_4BEE_9493_8AE2,
        0xB62B_21F4_1F02_2094,
        0xCD08_114B_604F_BFF9,
    ];

    const ORDER: [u64; 6] = [
        0xECEC_196A_CCC5_2973,
        0x581A_0DB2_48B0_A77A,
        0xC763_4D81_F437_2DDF,
        0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFFF,
    ];

    const ORDER_R: [u64; 6] =
        [0x1313_E695_333A_D68D, 0xA7E5_F24D_B74F_5885, 0x389C_B27E_0BC8_D220, 0, 0, 0];

    const ORDER_S_SQUARED: [u64; 6] = [
        0x2D31_9B24_19B4_09A9,
        0xFF3D_81E5_DF1A_A419,
        0xBC3E_483A_FCB8_2947,
        0xD40D_4917_4AAB_1CC5,
        0x3FB0_5B7A_2826_6895,
        0x0C84_EE01_2B39_BF21,
    ];

    const SHAPES: &[Shape] = &[
        Shape::new(1, 4, 96),
        Shape::new(2, 4, 48),
        Shape::new(2, 5, 39),
        Shape::new(2, 6, 32),
        Shape::new(5, 6, 13),
        Shape::new(4, 8, 12),
    ];

    const GENERATOR: [[u64; 6]; 2] = generator::POINT;

    const GENERATOR_SHAPE: Shape = generator::SHAPE;

    fn generator_tables() -> &'static [u64] {
        generator::TABLES
    }
}
