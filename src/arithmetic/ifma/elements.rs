//! Eight elements of the field of P-256, modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, one for each
//! lane.
//!
//! An element is in Montgomery form, a·2^260 mod p, in five limbs of 52 bits. The limbs hold any
//! number below 2^260 that is congruent to it. Sums fit, too, because 2^260 > 16p. The statements
//! below about a number hold for each lane.
//!
//! - A product of a < α·p and b < β·p is (a·b + Q·p)/2^260 with Q < 2^260: less than (αβ/16 + 1)·p.
//! - A [settled](Sum::settled) number is more than 0 and less than 2.001·p, whatever it was before.
//!
//! From these two rules the formulas of [`points`](super::points) derive the bound of each number.

use super::lanes::{LIMB, LIMB_BITS, Lanes};

/// Limbs of an element.
pub(super) const LIMBS: usize = 5;

/// p.
pub(super) const PRIME: [u64; LIMBS] = [LIMB, (1 << 44) - 1, 0, 1 << 36, (1 << 48) - (1 << 16)];

/// The Montgomery form of 1: 2^260 mod p = 2^228 - 2^196 - 2^100 + 2^4.
const ONE: [u64; LIMBS] = [0x10, 0xF_0000_0000_0000, LIMB, 0xF_FEFF_FFFF_FFFF, 0xF_FFFF];

/// Eight numbers below 2^260, in limbs below 2^52.
#[derive(Clone, Copy)]
pub(super) struct Elements(pub(super) [Lanes; LIMBS]);

/// Eight intermediate numbers: limbs are signed, and their absolute values are at most 2^59.
#[derive(Clone, Copy)]
pub(super) struct LaneSum(pub(super) [Lanes; LIMBS]);

/// Eight products before reduction, column by column. A product adds at most nine numbers below
/// 2^52 to a column, so a column is less than 2^56. For the difference of two products, this is a
/// bound of the absolute value.
#[derive(Clone, Copy)]
pub(super) struct Columns([Lanes; 2 * LIMBS]);

impl Elements {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn one() -> Self {
        let [l0, l1, l2, l3, l4] = ONE;
        Self([
            Lanes::splat(l0),
            Lanes::splat(l1),
            Lanes::splat(l2),
            Lanes::splat(l3),
            Lanes::splat(l4),
        ])
    }

    /// From words, in each lane any number below 2^256. They hold the Montgomery form for 2^256 as
    /// [`Field::write`](crate::arithmetic::field::Field::write) writes it. 16 times that number is
    /// the form for 2^260, and is below 2^260.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn of_words([w0, w1, w2, w3]: [Lanes; 4]) -> Self {
        Self([
            w0.left::<4>().limb(),
            w0.right::<48>().or(w1.left::<16>()).limb(),
            w1.right::<36>().or(w2.left::<28>()).limb(),
            w2.right::<24>().or(w3.left::<40>()).limb(),
            w3.right::<12>(),
        ])
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn sum(self) -> LaneSum {
        LaneSum(self.0)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn plus(self, other: Self) -> LaneSum {
        self.sum().plus(other)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn minus(self, other: Self) -> LaneSum {
        self.sum().minus(other)
    }

    /// The products of the limbs.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn columns(self, other: Self) -> Columns {
        let mut columns = Columns([Lanes::zero(); 2 * LIMBS]);
        let [b0, b1, b2, b3, b4] = other.0;
        columns.add_row::<0>(self, b0);
        columns.add_row::<1>(self, b1);
        columns.add_row::<2>(self, b2);
        columns.add_row::<3>(self, b3);
        columns.add_row::<4>(self, b4);
        columns
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn times(self, other: Self) -> Self {
        self.columns(other).reduced(false)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn squared(self) -> Self {
        let [a0, a1, a2, a3, a4] = self.0;
        let zero = Lanes::zero();
        let low = |left, right| zero.add_low(left, right);
        let high = |left, right| zero.add_high(left, right);
        // The products above and below the diagonal are the same.
        let c1 = low(a0, a1);
        let c2 = low(a0, a2).add_high(a0, a1);
        let c3 = low(a0, a3).add_high(a0, a2).add_low(a1, a2);
        let c4 = low(a0, a4).add_high(a0, a3).add_low(a1, a3).add_high(a1, a2);
        let c5 = high(a0, a4).add_low(a1, a4).add_high(a1, a3).add_low(a2, a3);
        let c6 = high(a1, a4).add_low(a2, a4).add_high(a2, a3);
        let c7 = high(a2, a4).add_low(a3, a4);
        let c8 = high(a3, a4);
        let twice = |column: Lanes| column.add(column);
        let columns = Columns([
            low(a0, a0),
            twice(c1).add_high(a0, a0),
            twice(c2).add_low(a1, a1),
            twice(c3).add_high(a1, a1),
            twice(c4).add_low(a2, a2),
            twice(c5).add_high(a2, a2),
            twice(c6).add_low(a3, a3),
            twice(c7).add_high(a3, a3),
            twice(c8).add_low(a4, a4),
            high(a4, a4),
        ]);
        columns.reduced(false)
    }

    /// `self`·`factor` - `left`·`right` + p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn times_less(self, factor: Self, left: Self, right: Self) -> Self {
        let (Columns(more), Columns(less)) = (self.columns(factor), left.columns(right));
        let [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9] = more;
        let [l0, l1, l2, l3, l4, l5, l6, l7, l8, l9] = less;
        let difference = Columns([
            m0.subtract(l0),
            m1.subtract(l1),
            m2.subtract(l2),
            m3.subtract(l3),
            m4.subtract(l4),
            m5.subtract(l5),
            m6.subtract(l6),
            m7.subtract(l7),
            m8.subtract(l8),
            m9.subtract(l9),
        ]);
        difference.reduced(true)
    }

    /// Moves whole numbers between lanes: each lane gets the number of the lane in `from`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn chosen(self, from: Lanes) -> Self {
        let [l0, l1, l2, l3, l4] = self.0;
        Self([l0.choose(from), l1.choose(from), l2.choose(from), l3.choose(from), l4.choose(from)])
    }

    /// The number in a lane, reduced below p, least significant word first.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn lane(self, lane: usize) -> [u64; 4] {
        let word = |lanes: Lanes| lanes.words().get(lane).copied().unwrap_or(0);
        let [l0, l1, l2, l3, l4] = self.0;
        reduced_words([word(l0), word(l1), word(l2), word(l3), word(l4)])
    }
}

#[cfg(test)]
impl Elements {
    /// The limbs of each lane.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn limbs(self) -> [[u64; LIMBS]; super::lanes::LANES] {
        let limbs = self.0.map(|limb| limb.words());
        core::array::from_fn(|lane| limbs.map(|words| words[lane]))
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn of_limbs(limbs: &[[u64; LIMBS]; super::lanes::LANES]) -> Self {
        let lanes = |limb: usize| Lanes::load(&limbs.map(|limbs| limbs[limb]));
        Self([lanes(0), lanes(1), lanes(2), lanes(3), lanes(4)])
    }
}

impl Columns {
    /// Adds `number`·`limb`·2^(52·ROW).
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn add_row<const ROW: usize>(&mut self, number: Elements, limb: Lanes) {
        let low = self.0.iter_mut().skip(ROW).zip(&number.0);
        for (place, other) in low {
            *place = place.add_low(*other, limb);
        }
        let high = self.0.iter_mut().skip(ROW).skip(1).zip(&number.0);
        for (place, other) in high {
            *place = place.add_high(*other, limb);
        }
    }

    /// Divides by 2^260 modulo p, and adds p if `add_prime`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn reduced(self, add_prime: bool) -> Elements {
        let [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9] = self.0;
        let [t1, t2, t3, t4, t5] = divided([t0, t1, t2, t3, t4, t5]);
        let [t2, t3, t4, t5, t6] = divided([t1, t2, t3, t4, t5, t6]);
        let [t3, t4, t5, t6, t7] = divided([t2, t3, t4, t5, t6, t7]);
        let [t4, t5, t6, t7, t8] = divided([t3, t4, t5, t6, t7, t8]);
        let [t5, t6, t7, t8, t9] = divided([t4, t5, t6, t7, t8, t9]);
        let sum = LaneSum([t5, t6, t7, t8, t9]);
        if add_prime { sum.plus_prime().carried() } else { sum.carried() }
    }
}

/// Adds q·p, with the q that makes the lowest limb of the columns zero, and drops that limb. p is
/// -1 modulo 2^52, so q is that limb. Adding q·(p + 1) and subtracting q leaves only the part of
/// the column above its 52 bits. Columns are signed.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn divided([t0, t1, t2, t3, t4, t5]: [Lanes; 6]) -> [Lanes; 5] {
    // p + 1 = 2^44·2^52 + 2^36·2^156 + (2^48 - 2^16)·2^208.
    let first = Lanes::splat(1 << 44);
    let third = Lanes::splat(1 << 36);
    let fourth = Lanes::splat((1 << 48) - (1 << 16));
    let q = t0.limb();
    [
        t1.add(t0.right_signed::<LIMB_BITS>()).add_low(q, first),
        t2.add_high(q, first),
        t3.add_low(q, third),
        t4.add_high(q, third).add_low(q, fourth),
        t5.add_high(q, fourth),
    ]
}

impl LaneSum {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn plus(self, other: Elements) -> Self {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        Self([a0.add(b0), a1.add(b1), a2.add(b2), a3.add(b3), a4.add(b4)])
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn minus(self, other: Elements) -> Self {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        Self([a0.subtract(b0), a1.subtract(b1), a2.subtract(b2), a3.subtract(b3), a4.subtract(b4)])
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn plus_prime(self) -> Self {
        let ([a0, a1, a2, a3, a4], [p0, p1, _, p3, p4]) = (self.0, PRIME);
        let prime = [Lanes::splat(p0), Lanes::splat(p1), Lanes::splat(p3), Lanes::splat(p4)];
        let [p0, p1, p3, p4] = prime;
        Self([a0.add(p0), a1.add(p1), a2, a3.add(p3), a4.add(p4)])
    }

    /// Negates the numbers in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn negated_where(self, mask: u8) -> Self {
        let [t0, t1, t2, t3, t4] = self.0;
        Self([
            t0.negate_where(mask),
            t1.negate_where(mask),
            t2.negate_where(mask),
            t3.negate_where(mask),
            t4.negate_where(mask),
        ])
    }

    /// The same number in limbs below 2^52. It must be from 0 to 2^260.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn carried(self) -> Elements {
        let [t0, t1, t2, t3, t4] = self.0;
        let t1 = t1.add(t0.right_signed::<LIMB_BITS>());
        let t2 = t2.add(t1.right_signed::<LIMB_BITS>());
        let t3 = t3.add(t2.right_signed::<LIMB_BITS>());
        let t4 = t4.add(t3.right_signed::<LIMB_BITS>());
        Elements([t0.limb(), t1.limb(), t2.limb(), t3.limb(), t4])
    }

    /// Subtracts a multiple of p that is close to the number. The result is more than 0 and less
    /// than 2.001·p.
    ///
    /// Let k be the top limb divided by 2^48, rounded down. The number is k·2^256 + r with -2^216 <
    /// r < 2^256 + 2^216 and |k| <= 2^11, because no limb is more than 2^59 in absolute value. The
    /// number minus (k - 1)·p is r + p + k·(2^256 - p), and 2^256 - p is less than 2^224. So the
    /// result is between p - 2^236 and 2^256 + p + 2^236.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn settled(self) -> Elements {
        let [t0, t1, t2, t3, t4] = self.0;
        let k = t4.right_signed::<48>().subtract(Lanes::splat(1));
        // k·p = k·(2^256 - 2^224 + 2^192 + 2^96 - 1).
        let above = k.left::<48>().subtract(k.left::<16>());
        let sum = Self([
            t0.add(k),
            t1.subtract(k.left::<44>()),
            t2,
            t3.subtract(k.left::<36>()),
            t4.subtract(above),
        ]);
        sum.carried()
    }
}

/// Reduces a number below 3p in limbs to one below p in words.
fn reduced_words([l0, l1, l2, l3, l4]: [u64; LIMBS]) -> [u64; 4] {
    // The carry above the words is at most a few bits.
    let mut words =
        [l0 | l1 << 52, l1 >> 12 | l2 << 40, l2 >> 24 | l3 << 28, l3 >> 36 | l4 << 16, l4 >> 48];
    for _ in 0..2 {
        let (mut less, mut borrow) = (words, 0);
        for (place, prime) in less.iter_mut().zip(PRIME_WORDS) {
            (*place, borrow) = crate::arithmetic::limb::Limb::subtract(*place, prime, borrow);
        }
        if borrow == 0 {
            words = less;
        }
    }
    let [w0, w1, w2, w3, _] = words;
    [w0, w1, w2, w3]
}

/// p in words.
const PRIME_WORDS: [u64; 5] =
    [0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF, 0, 0xFFFF_FFFF_0000_0001, 0];

#[cfg(test)]
mod tests {
    use super::super::samples::{
        Limbs, all_numbers, is_below, number, numbers_below, prime, rest, some,
    };
    use super::*;
    use crate::arithmetic::ifma::lanes::LANES;
    use crate::arithmetic::oracle::Numbers;
    use crate::cpu::to_test;
    use crypto_bigint::U1024;

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn products_agree() {
        let all = all_numbers();
        let mut numbers = Numbers::new(22);
        let is_product = |product: &Limbs, exact: U1024| {
            // (a·b + Q·p)/2^260 with Q < 2^260.
            let most = exact.shr(260).wrapping_add(&prime());
            assert!(number(product) <= most && product.iter().all(|limb| *limb <= LIMB));
            assert_eq!(rest(&number(product).shl(260)), rest(&exact));
        };
        // At most 15p: then the bound is less than 2^260.
        let below = numbers_below(15_000);
        for step in 0..6000 {
            let a =
                if step % 2 == 0 { some(&all, &mut numbers) } else { some(&below, &mut numbers) };
            let b = some(&below, &mut numbers);
            let product = Elements::of_limbs(&a).times(Elements::of_limbs(&b)).limbs();
            for lane in 0..LANES {
                is_product(&product[lane], number(&a[lane]).wrapping_mul(&number(&b[lane])));
            }
            let square = Elements::of_limbs(&b).squared().limbs();
            for lane in 0..LANES {
                is_product(&square[lane], number(&b[lane]).wrapping_mul(&number(&b[lane])));
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn differences_of_products_agree() {
        let (factors, less) = (numbers_below(4_000), numbers_below(3_900));
        let mut numbers = Numbers::new(23);
        for _ in 0..6000 {
            let [a, b] = [(); 2].map(|()| some(&factors, &mut numbers));
            let [c, d] = [(); 2].map(|()| some(&less, &mut numbers));
            let [left, right] = [&c, &d].map(|limbs| Elements::of_limbs(limbs));
            let result = Elements::of_limbs(&a).times_less(Elements::of_limbs(&b), left, right);
            let result = result.limbs();
            for lane in 0..LANES {
                // a·b/2^260 < p.
                assert!(is_below(&result[lane], 3_001));
                let less = number(&c[lane]).wrapping_mul(&number(&d[lane]));
                let sum = number(&result[lane]).shl(260).wrapping_add(&less);
                assert_eq!(rest(&sum), rest(&number(&a[lane]).wrapping_mul(&number(&b[lane]))));
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn settled_numbers_are_the_same_and_small() {
        let most = 1i64 << 59;
        let edges =
            [-most, 1 - most, -1 << 56, -1 << 52, -1, 0, 1, 1 << 48, 1 << 52, 1 << 56, most];
        let mut numbers = Numbers::new(24);
        let mut signed = || {
            let word = numbers.word();
            match word % 3 {
                0 => numbers.word().cast_signed() >> 4,
                _ => edges[usize::try_from(word >> 40).unwrap() % edges.len()],
            }
        };
        for step in 0..20_000 {
            let limbs: [[i64; LIMBS]; LANES] = match step {
                0 => [[most; LIMBS]; LANES],
                1 => [[-most; LIMBS]; LANES],
                _ => core::array::from_fn(|_| core::array::from_fn(|_| signed())),
            };
            let lanes = |limb: usize| Lanes::load(&limbs.map(|limbs| limbs[limb].cast_unsigned()));
            let sum = LaneSum([lanes(0), lanes(1), lanes(2), lanes(3), lanes(4)]);
            let settled = sum.settled().limbs();
            for (settled, limbs) in settled.iter().zip(limbs) {
                assert!(is_below(settled, 2_001) && *settled != [0; LIMBS]);
                let more = number(&limbs.map(|limb| limb.max(0).unsigned_abs()));
                let less = number(&limbs.map(|limb| limb.min(0).unsigned_abs()));
                assert_eq!(rest(&number(settled).wrapping_add(&less)), rest(&more));
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn words_go_in_and_out() {
        for words in crate::arithmetic::oracle::edges::<[u64; 4]>() {
            let elements = Elements::of_words(words.map(|word| Lanes::splat(word)));
            let exact = U1024::from_words(core::array::from_fn(|at| *words.get(at).unwrap_or(&0)));
            assert_eq!(number(&elements.limbs()[7]), exact.shl(4));
        }
        for limbs in numbers_below(3_000) {
            let words = Elements::of_limbs(&[limbs; LANES]).lane(0);
            assert_eq!(
                U1024::from_words(core::array::from_fn(|at| *words.get(at).unwrap_or(&0))),
                rest(&number(&limbs))
            );
        }
        assert_eq!(number(&Elements::one().limbs()[3]), rest(&U1024::ONE.shl(260)));
    }

    #[test]
    fn operations_match_crypto_bigint_in_every_lane_within_bounds() {
        if to_test::ifma().is_some() {
            // SAFETY: the processor was detected.
            unsafe { products_agree() };
            // SAFETY: the same.
            unsafe { differences_of_products_agree() };
            // SAFETY: the same.
            unsafe { settled_numbers_are_the_same_and_small() };
            // SAFETY: the same.
            unsafe { words_go_in_and_out() };
        }
    }
}
