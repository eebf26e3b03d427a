//! The compression functions of SHA-2 (FIPS 180-4 sections 6.2 and 6.4) for 32-bit targets.
//!
//! This code has no index checks at any optimisation level, and no unrolled loops. The functions of
//! the `sha2` crate check indices at level z, and are small only with a special compiler option.

use core::ops::{BitAnd, BitXor};

/// The number of words in a block. One schedule of words serves the same number of rounds.
const WORDS: usize = 16;

/// The word type. The two compression functions differ only in this type.
pub(super) trait Word:
    Copy + Default + BitAnd<Output = Self> + BitXor<Output = Self> + 'static
{
    /// A constant for each round (section 4.2).
    const CONSTANTS: &'static [[Self; WORDS]];

    fn words(block: &[u8]) -> [Self; WORDS];

    fn plus(self, other: Self) -> Self;

    /// Σ0. This function and those below are in section 4.1.
    fn upper_sigma_0(self) -> Self;

    /// Σ1.
    fn upper_sigma_1(self) -> Self;

    /// σ0.
    fn lower_sigma_0(self) -> Self;

    /// σ1.
    fn lower_sigma_1(self) -> Self;
}

pub(super) fn compress<W: Word, const BLOCK: usize>(state: &mut [W; 8], blocks: &[[u8; BLOCK]]) {
    for block in blocks {
        let mut words = W::words(block);
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
        let mut is_first = true;
        for constants in W::CONSTANTS {
            if !is_first {
                extend(&mut words);
            }
            is_first = false;
            for (word, constant) in words.iter().zip(constants) {
                let choice = g ^ e & (f ^ g);
                let majority = a & b ^ c & (a ^ b);
                let first = h.plus(e.upper_sigma_1()).plus(choice).plus(*constant).plus(*word);
                let second = a.upper_sigma_0().plus(majority);
                (h, g, f, e) = (g, f, e, d.plus(first));
                (d, c, b, a) = (c, b, a, first.plus(second));
            }
        }
        for (place, word) in state.iter_mut().zip(&[a, b, c, d, e, f, g, h]) {
            *place = place.plus(*word);
        }
    }
}

/// Computes the next words of the schedule. Each replaces the word 16 rounds before it.
fn extend<W: Word>(words: &mut [W; WORDS]) {
    for at in 0..WORDS {
        let word = |behind| words.get(at.wrapping_add(behind) % WORDS).copied().unwrap_or_default();
        let sum =
            word(0).plus(word(1).lower_sigma_0()).plus(word(9)).plus(word(14).lower_sigma_1());
        if let Some(place) = words.get_mut(at) {
            *place = sum;
        }
    }
}

impl Word for u32 {
    const CONSTANTS: &'static [[Self; WORDS]] = SHA256;

    fn words(block: &[u8]) -> [Self; WORDS] {
        let mut words = [0; WORDS];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
            *word = Self::from_be_bytes(*bytes);
        }
        words
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn upper_sigma_0(self) -> Self {
        self.rotate_right(2) ^ self.rotate_right(13) ^ self.rotate_right(22)
    }

    fn upper_sigma_1(self) -> Self {
        self.rotate_right(6) ^ self.rotate_right(11) ^ self.rotate_right(25)
    }

    fn lower_sigma_0(self) -> Self {
        self.rotate_right(7) ^ self.rotate_right(18) ^ self >> 3
    }

    fn lower_sigma_1(self) -> Self {
        self.rotate_right(17) ^ self.rotate_right(19) ^ self >> 10
    }
}

impl Word for u64 {
    const CONSTANTS: &'static [[Self; WORDS]] = SHA512;

    fn words(block: &[u8]) -> [Self; WORDS] {
        let mut words = [0; WORDS];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
            *word = Self::from_be_bytes(*bytes);
        }
        words
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn upper_sigma_0(self) -> Self {
        self.rotate_right(28) ^ self.rotate_right(34) ^ self.rotate_right(39)
    }

    fn upper_sigma_1(self) -> Self {
        self.rotate_right(14) ^ self.rotate_right(18) ^ self.rotate_right(41)
    }

    fn lower_sigma_0(self) -> Self {
        self.rotate_right(1) ^ self.rotate_right(8) ^ self >> 7
    }

    fn lower_sigma_1(self) -> Self {
        self.rotate_right(19) ^ self.rotate_right(61) ^ self >> 6
    }
}

/// Section 4.2.2.
const SHA256: &[[u32; WORDS]] = &[
    [
        0x428A_2F98,
        0x7137_4491,
        0xB5C0_FBCF,
        0xE9B5_DBA5,
        0x3956_C25B,
        0x59F1_11F1,
        0x923F_82A4,
        0xAB1C_5ED5,
        0xD807_AA98,
        0x1283_5B01,
        0x2431_85BE,
        0x550C_7DC3,
        0x72BE_5D74,
        0x80DE_B1FE,
        0x9BDC_06A7,
        0xC19B_F174,
    ],
    [
        0xE49B_69C1,
        0xEFBE_4786,
        0x0FC1_9DC6,
        0x240C_A1CC,
        0x2DE9_2C6F,
        0x4A74_84AA,
        0x5CB0_A9DC,
        0x76F9_88DA,
        0x983E_5152,
        0xA831_C66D,
        0xB003_27C8,
        0xBF59_7FC7,
        0xC6E0_0BF3,
        0xD5A7_9147,
        0x06CA_6351,
        0x1429_2967,
    ],
    [
        0x27B7_0A85,
        0x2E1B_2138,
        0x4D2C_6DFC,
        0x5338_0D13,
        0x650A_7354,
        0x766A_0ABB,
        0x81C2_C92E,
        0x9272_2C85,
        0xA2BF_E8A1,
        0xA81A_664B,
        0xC24B_8B70,
        0xC76C_51A3,
        0xD192_E819,
        0xD699_0624,
        0xF40E_3585,
        0x106A_A070,
    ],
    [
        0x19A4_C116,
        0x1E37_6C08,
        0x2748_774C,
        0x34B0_BCB5,
        0x391C_0CB3,
        0x4ED8_AA4A,
        0x5B9C_CA4F,
        0x682E_6FF3,
        0x748F_82EE,
        0x78A5_636F,
        0x84C8_7814,
        0x8CC7_0208,
        0x90BE_FFFA,
        0xA450_6CEB,
        0xBEF9_A3F7,
        0xC671_78F2,
    ],
];

/// Section 4.2.3.
const SHA512: &[[u64; WORDS]] = &[
    [
        0x428A_2F98_D728_AE22,
        0x7137_4491_23EF_65CD,
        0xB5C0_FBCF_EC4D_3B2F,
        0xE9B5_DBA5_8189_DBBC,
        0x3956_C25B_F348_B538,
        0x59F1_11F1_B605_D019,
        0x923F_82A4_AF19_4F9B,
        0xAB1C_5ED5_DA6D_8118,
        0xD807_AA98_A303_0242,
        0x1283_5B01_4570_6FBE,
        0x2431_85BE_4EE4_B28C,
        0x550C_7DC3_D5FF_B4E2,
        0x72BE_5D74_F27B_896F,
        0x80DE_B1FE_3B16_96B1,
        0x9BDC_06A7_25C7_1235,
        0xC19B_F174_CF69_2694,
    ],
    [
        0xE49B_69C1_9EF1_4AD2,
        0xEFBE_4786_384F_25E3,
        0x0FC1_9DC6_8B8C_D5B5,
        0x240C_A1CC_77AC_9C65,
        0x2DE9_2C6F_592B_0275,
        0x4A74_84AA_6EA6_E483,
        0x5CB0_A9DC_BD41_FBD4,
        0x76F9_88DA_8311_53B5,
        0x983E_5152_EE66_DFAB,
        0xA831_C66D_2DB4_3210,
        0xB003_27C8_98FB_213F,
        0xBF59_7FC7_BEEF_0EE4,
        0xC6E0_0BF3_3DA8_8FC2,
        0xD5A7_9147_930A_A725,
        0x06CA_6351_E003_826F,
        0x1429_2967_0A0E_6E70,
    ],
    [
        0x27B7_0A85_46D2_2FFC,
        0x2E1B_2138_5C26_C926,
        0x4D2C_6DFC_5AC4_2AED,
        0x5338_0D13_9D95_B3DF,
        0x650A_7354_8BAF_63DE,
        0x766A_0ABB_3C77_B2A8,
        0x81C2_C92E_47ED_AEE6,
        0x9272_2C85_1482_353B,
        0xA2BF_E8A1_4CF1_0364,
        0xA81A_664B_BC42_3001,
        0xC24B_8B70_D0F8_9791,
        0xC76C_51A3_0654_BE30,
        0xD192_E819_D6EF_5218,
        0xD699_0624_5565_A910,
        0xF40E_3585_5771_202A,
        0x106A_A070_32BB_D1B8,
    ],
    [
        0x19A4_C116_B8D2_D0C8,
        0x1E37_6C08_5141_AB53,
        0x2748_774C_DF8E_EB99,
        0x34B0_BCB5_E19B_48A8,
        0x391C_0CB3_C5C9_5A63,
        0x4ED8_AA4A_E341_8ACB,
        0x5B9C_CA4F_7763_E373,
        0x682E_6FF3_D6B2_B8A3,
        0x748F_82EE_5DEF_B2FC,
        0x78A5_636F_4317_2F60,
        0x84C8_7814_A1F0_AB72,
        0x8CC7_0208_1A64_39EC,
        0x90BE_FFFA_2363_1E28,
        0xA450_6CEB_DE82_BDE9,
        0xBEF9_A3F7_B2C6_7915,
        0xC671_78F2_E372_532B,
    ],
    [
        0xCA27_3ECE_EA26_619C,
        0xD186_B8C7_21C0_C207,
        0xEADA_7DD6_CDE0_EB1E,
        0xF57D_4F7F_EE6E_D178,
        0x06F0_67AA_7217_6FBA,
        0x0A63_7DC5_A2C8_98A6,
        0x113F_9804_BEF9_0DAE,
        0x1B71_0B35_131C_471B,
        0x28DB_77F5_2304_7D84,
        0x32CA_AB7B_40C7_2493,
        0x3C9E_BE0A_15C9_BEBC,
        0x431D_67C4_9C10_0D4C,
        0x4CC5_D4BE_CB3E_42B6,
        0x597F_299C_FC65_7E2A,
        0x5FCB_6FAB_3AD6_FAEC,
        0x6C44_198C_4A47_5817,
    ],
];
