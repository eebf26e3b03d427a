//! Numbers to test with.

use crypto_bigint::{U256, Word};

/// Words of 64 bits as those of the oracle, which are as wide as the machine's.
pub(super) fn native(words: &[u64]) -> Vec<Word> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.as_chunks().0.iter().map(|bytes| Word::from_le_bytes(*bytes)).collect()
}

/// And back.
pub(super) fn wide(words: &[Word]) -> Vec<u64> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect()
}

/// Numbers of the oracle by words that are the same on every machine.
pub(super) trait Words {
    fn from_u64s(words: [u64; 4]) -> Self;
    fn to_u64s(&self) -> [u64; 4];
}

impl Words for U256 {
    fn from_u64s(words: [u64; 4]) -> Self {
        Self::from_words(native(&words).try_into().unwrap())
    }

    fn to_u64s(&self) -> [u64; 4] {
        wide(self.as_words()).try_into().unwrap()
    }
}

/// All of them, but one in `every` under Miri, which takes a thousand times as long.
pub(super) fn thinned<T>(all: Vec<T>, every: usize) -> Vec<T> {
    all.into_iter().step_by(if cfg!(miri) { every } else { 1 }).collect()
}

/// Random numbers of 256 bits (SplitMix64), the same each time.
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    pub(super) fn next(&mut self) -> [u64; 4] {
        [self.word(), self.word(), self.word(), self.word()]
    }
}

/// Every number of four words that are edges of limbs of both widths, and every 2^k and 2^k ± 1.
pub(super) fn edges() -> Vec<[u64; 4]> {
    let words = [0, 1, 0xFFFF_FFFF, 1 << 32, u64::MAX - 1, u64::MAX];
    let mut edges = Vec::new();
    for a in words {
        for b in words {
            for c in words {
                edges.extend(words.map(|d| [a, b, c, d]));
            }
        }
    }
    for bit in 0..256 {
        let mut power = [0; 4];
        power[bit / 64] = 1u64 << (bit % 64);
        let power = U256::from_u64s(power);
        let one = U256::ONE;
        edges.push(power.to_u64s());
        edges.push(power.wrapping_add(&one).to_u64s());
        edges.push(power.wrapping_sub(&one).to_u64s());
    }
    edges
}
