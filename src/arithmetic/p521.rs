//! The curve P-521 (SP 800-186 section 3.2.1.5).

mod field;
pub(crate) mod generator;

use super::comb::Shape;
use super::curve::Curve;
use super::element::Prime;
use core::marker::PhantomData;

/// P-521, in limbs of this type.
#[derive(Clone, Copy)]
pub(crate) struct P521<L>(PhantomData<L>);

impl<L> Curve for P521<L>
where
    Self: Prime<Words = [u64; 9]>,
{
    const B: [u64; 9] = [
        0xEF45_1FD4_6B50_3F00,
        0x3573_DF88_3D2C_34F1,
        0x1652_C0BD_3BB1_BF07,
        0x5619_3951_EC7E_937B,
        0xB8B4_8991_8EF1_09E1,
        0xA2DA_725B_99B3_15F3,
        0x929A_21A0_B685_40EE,
        0x953E_B961_8E1C_9A1F,
        0x0000_0000_0000_0051,
    ];

    const ORDER: [u64; 9] = [
        0xBB6F_B71E_9138_6409,
        0x3BB5_C9B8_899C_47AE,
        0x7FCC_0148_F709_A5D0,
        0x5186_8783_BF2F_966B,
        0xFFFF_FFFF_FFFF_FFFA,
        0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFFF,
        0x0000_0000_0000_01FF,
    ];

    const ORDER_R: [u64; 9] = [
        0x4490_48E1_6EC7_9BF7,
        0xC44A_3647_7663_B851,
        0x8033_FEB7_08F6_5A2F,
        0xAE79_787C_40D0_6994,
        0x0000_0000_0000_0005,
        0x0000_0000_0000_0000,
        0x0000_0000_0000_0000,
        0x0000_0000_0000_0000,
        0x0000_0000_0000_0000,
    ];

    const ORDER_S_SQUARED: [u64; 9] = [
        0xF056_2196_5192_0BB5,
        0x465B_9F72_66B4_7EE7,
        0x4E89_3C9C_F652_227D,
        0x1847_42D7_00E0_8109,
        0x805C_C349_4290_A7C8,
        0x813D_00EB_C545_059B,
        0xDD6E_23D8_2E49_C7DC,
        0xCFF3_D142_B775_6E3E,
        0x0000_0000_0000_01BC,
    ];

    const SHAPES: &[Shape] = &[
        Shape::new(1, 3, 174),
        Shape::new(3, 3, 58),
        Shape::new(3, 4, 44),
        Shape::new(3, 5, 35),
        Shape::new(3, 6, 29),
        Shape::new(3, 8, 22),
    ];

    const GENERATOR: [[u64; 9]; 2] = generator::POINT;

    const GENERATOR_SHAPE: Shape = generator::SHAPE;

    fn generator_tables() -> &'static [u64] {
        generator::TABLES
    }
}
