//! The base point of Ed25519, and tables of its multiples, as constants. Features choose the size
//! of the tables. If several are on, the largest size is used. Without the feature `precompute`
//! there are no tables. A test of [`ed25519`](crate::arithmetic::ed25519) writes and compares the
//! files.

use super::point::EntryWords;
use super::tables;
use crate::arithmetic::comb::{self, Shape};
use crate::switches::for_base_points;

/// The base point (RFC 8032 section 5.1): (y + x)/2, (y - x)/2 and d·x·y.
pub(crate) const POINT: EntryWords = [
    [0x97DE_49E3_7AC6_1DB9, 0x67C9_96E3_7DC6_070C, 0x9385_A44C_321E_A161, 0x43E7_CE9D_19EA_5D32],
    [0xCE88_1C82_EBA0_489F, 0xFE9C_CF82_E8A0_5F59, 0xD2E0_C21A_3447_C504, 0x227E_97C9_4C7C_0933],
    [0x55E4_8902_C3BD_5534, 0x136C_F411_E655_624F, 0x2D0D_BEE5_EEA1_ACC6, 0x3788_BDB4_4F86_32D4],
];

/// One comb of 864 bytes. It needs more doublings than several combs, but the other scalar of the
/// sum needs them anyway.
pub(crate) const SMALL: Shape = Shape::new(1, 4, 64);
/// 15456 bytes.
pub(crate) const MEDIUM: Shape = Shape::new(5, 6, 9);
/// 49248 bytes.
pub(crate) const LARGE: Shape = Shape::new(4, 8, 8);

pub(crate) const SHAPE: Shape = for_base_points([SMALL, MEDIUM, LARGE]);

pub(crate) static TABLES: &[u64] = &comb::words_of::<{ tables::words(&SHAPE) }>(for_base_points([
    include_bytes!("generator_1k.bin"),
    include_bytes!("generator_16k.bin"),
    include_bytes!("generator_64k.bin"),
]));
