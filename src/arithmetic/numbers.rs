//! Numbers to test with.

/// Random numbers of 256 bits (SplitMix64), the same each time.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    pub(crate) fn next(&mut self) -> [u64; 4] {
        [self.word(), self.word(), self.word(), self.word()]
    }
}

/// Every number of four words that are edges of limbs of both widths, and every 2^k and 2^k ± 1.
pub(crate) fn edges() -> Vec<[u64; 4]> {
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
        let power = crypto_bigint::U256::from_words(power);
        let one = crypto_bigint::U256::ONE;
        edges.push(power.to_words());
        edges.push(power.wrapping_add(&one).to_words());
        edges.push(power.wrapping_sub(&one).to_words());
    }
    edges
}
