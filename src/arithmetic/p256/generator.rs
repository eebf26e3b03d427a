//! The base point of P-256, and tables of its multiples, as constants. Features choose the size of
//! the tables. If several are on, the largest size is used. Without the feature `precompute` there
//! are no tables. A test of [`curve`](crate::arithmetic::curve) writes and compares the files.

use crate::arithmetic::comb::{self, Shape};
use crate::switches::for_base_points;

/// The base point (SP 800-186 section 3.2.1.3), both coordinates in Montgomery form.
pub(crate) const POINT: [[u64; 4]; 2] = [
    [0x79E7_30D4_18A9_143C, 0x75BA_95FC_5FED_B601, 0x79FB_732B_7762_2510, 0x1890_5F76_A537_55C6],
    [0xDDF2_5357_CE95_560A, 0x8B4A_B8E4_BA19_E45C, 0xD2E8_8688_DD21_F325, 0x8571_FF18_2588_5D85],
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
