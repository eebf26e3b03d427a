//! The base point of secp256k1, and tables of its multiples, as constants. Features choose the size
//! of the tables. If several are on, the largest size is used. Without the feature `precompute`
//! there are no tables. A test of [`curve`](crate::arithmetic::curve) writes the files and compares
//! them.

use crate::arithmetic::comb::{self, Shape};
use crate::switches::for_base_points;

/// The base point (SEC 2 section 2.4.1), both coordinates as elements.
pub(crate) const POINT: [[u64; 4]; 2] = [
    [0x59F2_815B_16F8_1798, 0x029B_FCDB_2DCE_28D9, 0x55A0_6295_CE87_0B07, 0x79BE_667E_F9DC_BBAC],
    [0x9C47_D08F_FB10_D4B8, 0xFD17_B448_A685_5419, 0x5DA4_FBFC_0E11_08A8, 0x483A_DA77_26A3_C465],
];

/// One comb of 1024 bytes. It needs more doublings than several combs, but the other scalar of the
/// sum needs them anyway.
pub(crate) const SMALL: Shape = Shape::new(1, 5, 52);
/// 16384 bytes.
pub(crate) const MEDIUM: Shape = Shape::new(2, 8, 16);
/// 65536 bytes.
pub(crate) const LARGE: Shape = Shape::new(8, 8, 4);

pub(crate) const SHAPE: Shape = for_base_points([SMALL, MEDIUM, LARGE]);

pub(crate) static TABLES: &[u64] = &comb::words_of::<{ SHAPE.words(4) }>(for_base_points([
    include_bytes!("generator_1k.bin"),
    include_bytes!("generator_16k.bin"),
    include_bytes!("generator_64k.bin"),
]));
