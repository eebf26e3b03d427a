//! The curve secp256k1 (SEC 2 section 2.4.1).

mod field;
pub(crate) mod generator;

use super::comb::Shape;
use super::curve::Curve;
use super::element::Prime;
use core::marker::PhantomData;

/// secp256k1, in limbs of this type.
#[derive(Clone, Copy)]
pub(crate) struct Secp256k1<L>(PhantomData<L>);

impl<L> Curve for Secp256k1<L>
where
    Self: Prime<Words = [u64; 4]>,
{
    const B: [u64; 4] = [7, 0, 0, 0];

    const ORDER: [u64; 4] = [
        0xBFD2_5E8C_D036_4141,
        0xBAAE_DCE6_AF48_A03B,
        0xFFFF_FFFF_FFFF_FFFE,
        0xFFFF_FFFF_FFFF_FFFF,
    ];

    const ORDER_R: [u64; 4] = [
        0x402D_A173_2FC9_BEBF,
        0x4551_2319_50B7_5FC4,
        0x0000_0000_0000_0001,
        0x0000_0000_0000_0000,
    ];

    const ORDER_S_SQUARED: [u64; 4] = [
        0x896C_F214_67D7_D140,
        0x7414_96C2_0E7C_F878,
        0xE697_F5E4_5BCD_07C6,
        0x9D67_1CD5_81C6_9BC5,
    ];

    const SHAPES: &[Shape] = &[
        Shape::new(2, 4, 32),
        Shape::new(2, 5, 26),
        Shape::new(4, 5, 13),
        Shape::new(4, 6, 11),
        Shape::new(2, 8, 16),
        Shape::new(8, 8, 4),
    ];

    const GENERATOR: [[u64; 4]; 2] = generator::POINT;

    const GENERATOR_SHAPE: Shape = generator::SHAPE;

    fn generator_tables() -> &'static [u64] {
        generator::TABLES
    }
}
