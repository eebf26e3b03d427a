//! The base point of P-384, and tables of its multiples, as constants. Features choose the size of
//! the tables. If several are on, the largest size is used. Without the feature `precompute` there
//! are no tables. A test of [`curve`](crate::arithmetic::curve) writes and compares the files.

use crate::arithmetic::comb::{self, Shape};
use crate::switches::for_base_points;

/// The base point (SP 800-186 section 3.2.1.4), both coordinates in Montgomery form.
pub(crate) const POINT: [[u64; 6]; 2] = [
    [
        0x3DD0_7566_49C0_B528,
        0x20E3_78E2_A0D6_CE38,
        0x879C_3AFC_541B_4D6E,
        0x6454_8684_59A3_0EFF,
        0x812F_F723_614E_DE2B,
        0x4D3A_ADC2_299E_1513,
    ],
    [
        0x2304_3DAD_4B03_A4FE,
        0xA1BF_A8BF_7BB4_A9AC,
        0x8BAD_E756_2E83_B050,
        0xC6C3_5219_68F4_FFD9,
        0xDD80_0226_3969_A840,
        0x2B78_ABC2_5A15_C5E9,
    ],
];

/// One comb of 768 bytes. It needs more doublings than several combs, but the other scalar of the
/// sum needs them anyway.
pub(crate) const SMALL: Shape = Shape::new(1, 4, 96);
/// 12288 bytes.
pub(crate) const MEDIUM: Shape = Shape::new(2, 7, 28);
/// 49152 bytes.
pub(crate) const LARGE: Shape = Shape::new(4, 8, 12);

pub(crate) const SHAPE: Shape = for_base_points([SMALL, MEDIUM, LARGE]);

pub(crate) static TABLES: &[u64] = &comb::words_of::<{ SHAPE.words(6) }>(for_base_points([
    include_bytes!("generator_1k.bin"),
    include_bytes!("generator_16k.bin"),
    include_bytes!("generator_64k.bin"),
]));
