//! The base point of P-521, and tables of its multiples, as constants. Features choose the size of
//! the tables. If several are on, the largest size is used. Without the feature `precompute` there
//! are no tables. A test of [`curve`](crate::arithmetic::curve) writes and compares the files.

use crate::arithmetic::comb::{self, Shape};
use crate::switches::for_base_points;

/// The base point (SP 800-186 section 3.2.1.5), both coordinates as elements.
pub(crate) const POINT: [[u64; 9]; 2] = [
    [
        0xF97E_7E31_C2E5_BD66,
        0x3348_B3C1_856A_429B,
        0xFE1D_C127_A2FF_A8DE,
        0xA14B_5E77_EFE7_5928,
        0xF828_AF60_6B4D_3DBA,
        0x9C64_8139_053F_B521,
        0x9E3E_CB66_2395_B442,
        0x858E_06B7_0404_E9CD,
        0x0000_0000_0000_00C6,
    ],
    [
        0x88BE_9476_9FD1_6650,
        0x353C_7086_A272_C240,
        0xC550_B901_3FAD_0761,
        0x97EE_7299_5EF4_2640,
        0x17AF_BD17_273E_662C,
        0x98F5_4449_579B_4468,
        0x5C8A_5FB4_2C7D_1BD9,
        0x3929_6A78_9A3B_C004,
        0x0000_0000_0000_0118,
    ],
];

/// One comb of 576 bytes. It needs more doublings than several combs, but the other scalar of the
/// sum needs them anyway.
pub(crate) const SMALL: Shape = Shape::new(1, 3, 174);
/// 13824 bytes.
pub(crate) const MEDIUM: Shape = Shape::new(3, 6, 29);
/// 55296 bytes.
pub(crate) const LARGE: Shape = Shape::new(3, 8, 22);

pub(crate) const SHAPE: Shape = for_base_points([SMALL, MEDIUM, LARGE]);

pub(crate) static TABLES: &[u64] = &comb::words_of::<{ SHAPE.words(9) }>(for_base_points([
    include_bytes!("generator_1k.bin"),
    include_bytes!("generator_16k.bin"),
    include_bytes!("generator_64k.bin"),
]));
