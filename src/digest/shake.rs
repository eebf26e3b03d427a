//! SHAKE128 and SHAKE256 (FIPS 202): hash functions with an output of any length.

/// The state of the permutation: lane x of row y is word x + 5·y.
type State = [u64; 25];

/// A hash in progress. Bytes are absorbed first; [`end`](Self::end) separates them from the output.
pub(crate) struct Shake {
    state: State,
    /// Bytes of a block.
    rate: usize,
    /// Bytes of the current block that were absorbed.
    filled: usize,
}

impl Shake {
    pub(crate) const fn shake128() -> Self {
        Self { state: [0; 25], rate: 168, filled: 0 }
    }

    pub(crate) const fn shake256() -> Self {
        Self { state: [0; 25], rate: 136, filled: 0 }
    }

    pub(crate) fn absorb(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.absorb_word(u64::from_le_bytes(*word), 8);
        }
        for byte in rest {
            self.absorb_word(u64::from(*byte), 1);
        }
    }

    pub(crate) fn absorb_words(&mut self, words: &[u64]) {
        for word in words {
            self.absorb_word(*word, 8);
        }
    }

    /// Absorbs the lowest `bytes` bytes of a word, at most eight. The others must be zero.
    pub(crate) fn absorb_word(&mut self, word: u64, bytes: usize) {
        let shift = u32::try_from(self.filled & 7).unwrap_or(0).wrapping_mul(8);
        self.xor(word.wrapping_shl(shift));
        let lane = self.filled / 8;
        self.filled = self.filled.wrapping_add(bytes);
        if self.filled / 8 != lane {
            if self.filled >= self.rate {
                self.filled = self.filled.wrapping_sub(self.rate);
                permute(&mut self.state);
            }
            // The bytes that did not fit in the lane. A shift by 64 bits must give zero.
            self.xor((word >> 1).wrapping_shr(63u32.wrapping_sub(shift)));
        }
    }

    /// Adds bits to the current lane.
    fn xor(&mut self, bits: u64) {
        if let Some(lane) = self.state.get_mut(self.filled / 8) {
            *lane ^= bits;
        }
    }

    /// Ends the input (FIPS 202 sections 5.1 and 6.2).
    pub(crate) fn end(&mut self) {
        let rate = self.rate;
        self.absorb_word(0x1F, 0);
        self.filled = rate.wrapping_sub(8);
        self.absorb_word(0x80 << 56, 0);
    }

    /// The next block of output: 21 words of SHAKE128, or 17 of SHAKE256. Their bytes are the
    /// output, the lowest first.
    pub(crate) fn squeeze(&mut self) -> &[u64] {
        permute(&mut self.state);
        self.state.get(..self.rate / 8).unwrap_or_default()
    }

    /// Ends the input and returns the first 64 bytes of output as words.
    pub(crate) fn digest(&mut self) -> [u64; 8] {
        self.end();
        self.squeeze().first_chunk().copied().unwrap_or_default()
    }
}

/// Keccak-f[1600] (FIPS 202 section 3.3).
// Inlining would repeat this code in the image.
#[inline(never)]
fn permute(state: &mut State) {
    let mut other = [0; 25];
    for [even, odd] in ROUND_CONSTANTS {
        round(state, &mut other, *even);
        round(&other, state, *odd);
    }
}

/// One round from one state into another: in place, the rows would overwrite each other.
#[cfg_attr(small, inline(never))]
#[cfg_attr(not(small), inline(always))]
fn round(from: &State, to: &mut State, constant: u64) {
    let [
        a0,
        a1,
        a2,
        a3,
        a4, //
        a5,
        a6,
        a7,
        a8,
        a9, //
        a10,
        a11,
        a12,
        a13,
        a14, //
        a15,
        a16,
        a17,
        a18,
        a19, //
        a20,
        a21,
        a22,
        a23,
        a24,
    ] = *from;
    // θ
    let c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
    let c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
    let c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
    let c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
    let c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
    let d0 = c4 ^ c1.rotate_left(1);
    let d1 = c0 ^ c2.rotate_left(1);
    let d2 = c1 ^ c3.rotate_left(1);
    let d3 = c2 ^ c4.rotate_left(1);
    let d4 = c3 ^ c0.rotate_left(1);
    // ρ and π move five lanes, one of each column, into each new row.
    let [first, rows @ ..] = to.as_chunks_mut::<5>().0 else { return };
    *first = row([
        a0 ^ d0,
        (a6 ^ d1).rotate_left(44),
        (a12 ^ d2).rotate_left(43),
        (a18 ^ d3).rotate_left(21),
        (a24 ^ d4).rotate_left(14),
    ]);
    // ι
    let [lane, ..] = first;
    *lane ^= constant;
    let [second, third, fourth, fifth] = rows else { return };
    *second = row([
        (a3 ^ d3).rotate_left(28),
        (a9 ^ d4).rotate_left(20),
        (a10 ^ d0).rotate_left(3),
        (a16 ^ d1).rotate_left(45),
        (a22 ^ d2).rotate_left(61),
    ]);
    *third = row([
        (a1 ^ d1).rotate_left(1),
        (a7 ^ d2).rotate_left(6),
        (a13 ^ d3).rotate_left(25),
        (a19 ^ d4).rotate_left(8),
        (a20 ^ d0).rotate_left(18),
    ]);
    *fourth = row([
        (a4 ^ d4).rotate_left(27),
        (a5 ^ d0).rotate_left(36),
        (a11 ^ d1).rotate_left(10),
        (a17 ^ d2).rotate_left(15),
        (a23 ^ d3).rotate_left(56),
    ]);
    *fifth = row([
        (a2 ^ d2).rotate_left(62),
        (a8 ^ d3).rotate_left(55),
        (a14 ^ d4).rotate_left(39),
        (a15 ^ d0).rotate_left(41),
        (a21 ^ d1).rotate_left(2),
    ]);
}

/// χ
#[inline(always)]
fn row([b0, b1, b2, b3, b4]: [u64; 5]) -> [u64; 5] {
    [b0 ^ (!b1 & b2), b1 ^ (!b2 & b3), b2 ^ (!b3 & b4), b3 ^ (!b4 & b0), b4 ^ (!b0 & b1)]
}

/// FIPS 202 section 3.2.5, two rounds in a row.
static ROUND_CONSTANTS: &[[u64; 2]; 12] = &[
    [0x0000_0000_0000_0001, 0x0000_0000_0000_8082],
    [0x8000_0000_0000_808A, 0x8000_0000_8000_8000],
    [0x0000_0000_0000_808B, 0x0000_0000_8000_0001],
    [0x8000_0000_8000_8081, 0x8000_0000_0000_8009],
    [0x0000_0000_0000_008A, 0x0000_0000_0000_0088],
    [0x0000_0000_8000_8009, 0x0000_0000_8000_000A],
    [0x0000_0000_8000_808B, 0x8000_0000_0000_008B],
    [0x8000_0000_0000_8089, 0x8000_0000_0000_8003],
    [0x8000_0000_0000_8002, 0x8000_0000_0000_0080],
    [0x0000_0000_0000_800A, 0x8000_0000_8000_000A],
    [0x8000_0000_8000_8081, 0x8000_0000_0000_8080],
    [0x0000_0000_8000_0001, 0x8000_0000_8000_8008],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switches::under_miri;
    use shake::{ExtendableOutput, XofReader as _};

    fn squeezed(mut ours: Shake, length: usize) -> Vec<u8> {
        ours.end();
        let mut output = Vec::new();
        while output.len() < length {
            output.extend(ours.squeeze().iter().flat_map(|word| word.to_le_bytes()));
        }
        output.truncate(length);
        output
    }

    fn expected(mut theirs: impl ExtendableOutput, message: &[u8], length: usize) -> Vec<u8> {
        theirs.update(message);
        let mut output = vec![0; length];
        theirs.finalize_xof().read(&mut output);
        output
    }

    #[test]
    fn outputs_match_those_of_another_implementation() {
        let message: Vec<u8> = (0..600u32).map(|n| (n * 7 % 251) as u8).collect();
        let step = under_miri(67, 1);
        for length in (0..message.len()).step_by(step) {
            let message = &message[..length];
            for cut in [0, 1, length / 3, length] {
                let (first, second) = message.split_at(cut.min(length));
                let (mut ours128, mut ours256) = (Shake::shake128(), Shake::shake256());
                for part in [first, second] {
                    ours128.absorb(part);
                    ours256.absorb(part);
                }
                let theirs = expected(shake::Shake128::default(), message, 400);
                assert_eq!(squeezed(ours128, 400), theirs, "{length} {cut}");
                let theirs = expected(shake::Shake256::default(), message, 400);
                assert_eq!(squeezed(ours256, 400), theirs, "{length} {cut}");
            }
        }
    }

    #[test]
    fn words_of_any_width_are_absorbed_as_their_bytes() {
        for width in 1..=8 {
            let mut ours = Shake::shake256();
            let mut message = Vec::new();
            for n in 0..200u64 {
                let word = n.wrapping_mul(0x0123_4567_89AB_CDEF) >> (64 - 8 * width);
                ours.absorb_word(word, width);
                message.extend(&word.to_le_bytes()[..width]);
            }
            let theirs = expected(shake::Shake256::default(), &message, 64);
            let ours: Vec<u8> = ours.digest().iter().flat_map(|word| word.to_le_bytes()).collect();
            assert_eq!(ours, theirs, "{width}");
        }
    }
}
