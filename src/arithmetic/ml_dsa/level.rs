//! The parameter sets (FIPS 204 section 4, tables 1 and 2).

use super::polynomial::Q;

/// The numbers of a parameter set.
pub(crate) struct Level {
    /// k: rows of the matrix.
    pub(crate) rows: usize,
    /// l: columns of the matrix.
    pub(crate) columns: usize,
    /// λ/4: bytes of the challenge in a signature.
    pub(crate) challenge_bytes: usize,
    /// τ: coefficients of the challenge that are not zero.
    pub(crate) challenge_weight: u8,
    /// The width of a coefficient of the response in bits: γ1 is 2^(width - 1).
    pub(crate) response_bits: u32,
    /// β: the response is less than γ1 - β.
    pub(crate) response_margin: u32,
    /// γ2: half of the step between two numbers with other high bits.
    pub(crate) half_step: u32,
    /// m: the number of values of the high bits.
    pub(crate) steps: u32,
    /// The width of the high bits.
    pub(crate) step_bits: u32,
    /// 2^[`inverse_shift`](Self::inverse_shift) divided by the step in units of 128, rounded up.
    pub(crate) step_inverse: u32,
    pub(crate) inverse_shift: u32,
    /// ω: the most hints that are set.
    pub(crate) hints: usize,
}

pub(crate) const ML_DSA_44: Level = Level {
    rows: 4,
    columns: 4,
    challenge_bytes: 32,
    challenge_weight: 39,
    response_bits: 18,
    response_margin: 78,
    half_step: (Q - 1) / 88,
    steps: 44,
    step_bits: 6,
    step_inverse: 11_275,
    inverse_shift: 24,
    hints: 80,
};

pub(crate) const ML_DSA_65: Level = Level {
    rows: 6,
    columns: 5,
    challenge_bytes: 48,
    challenge_weight: 49,
    response_bits: 20,
    response_margin: 196,
    half_step: (Q - 1) / 32,
    steps: 16,
    step_bits: 4,
    step_inverse: 1025,
    inverse_shift: 22,
    hints: 55,
};

pub(crate) const ML_DSA_87: Level = Level {
    rows: 8,
    columns: 7,
    challenge_bytes: 64,
    challenge_weight: 60,
    response_margin: 120,
    hints: 75,
    ..ML_DSA_65
};

impl Level {
    /// γ1.
    pub(crate) const fn response_bound(&self) -> u32 {
        1u32.wrapping_shl(self.response_bits.wrapping_sub(1))
    }

    /// Bytes of one polynomial of the response.
    pub(crate) const fn response_bytes(&self) -> usize {
        if self.response_bits == 18 { 576 } else { 640 }
    }

    /// Bytes of a signature.
    pub(crate) const fn signature_bytes(&self) -> usize {
        self.challenge_bytes
            .wrapping_add(self.columns.wrapping_mul(self.response_bytes()))
            .wrapping_add(self.hints)
            .wrapping_add(self.rows)
    }
}
