//! Tables of multiples of a point, and sums of multiples computed with them. The tables are combs
//! (C. H. Lim and P. J. Lee, "More flexible exponentiation with precomputation", 1994), several for
//! each point, with signed digits that are never zero (M. Hamburg, "Fast and compact elliptic-curve
//! cryptography", 2012).
//!
//! A scalar k is written with the digits +1 and -1 only: k = Σ ±2^i for i below L, where L is at
//! least the number of bits of the order. With bits b of 0 and 1, and ±1 = 2b - 1, this means Σ
//! b·2^i = (k + 2^L - 1)/2. The order of the point is odd, so modulo the order there is always such
//! a number below the order.
//!
//! Comb t has `teeth` teeth that are `spacing` bits apart; it begins at bit t·teeth·spacing. Its
//! digits at bit i of every tooth select a sum of ±B over the bases B of its teeth. The table holds
//! all these sums up to the sign of the topmost tooth, so it has 2^(teeth - 1) entries. Adding the
//! entries for bit `spacing` - 1 down to 0, with a doubling in between, gives the multiple. Many
//! scalars can share the doublings.
//!
//! The sum can also have points without tables: see [`Multiple`].

use super::field::Field;
use super::multiple::Multiple;
use super::number::LongNumber;
use super::point::{Affine, Sum};

/// The layout of the tables of one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) tables: usize,
    pub(crate) teeth: usize,
    pub(crate) spacing: usize,
}

impl Shape {
    pub(crate) const fn new(tables: usize, teeth: usize, spacing: usize) -> Self {
        Self { tables, teeth, spacing }
    }

    /// Points in one table.
    pub(crate) const fn points(&self) -> usize {
        match self.teeth {
            3 => 4,
            4 => 8,
            5 => 16,
            6 => 32,
            7 => 64,
            _ => 128,
        }
    }

    /// Words of all tables, for a curve with `coordinate` words in a coordinate.
    pub(crate) const fn words(&self, coordinate: usize) -> usize {
        let points = self.tables.saturating_mul(self.points());
        points.saturating_mul(2).saturating_mul(coordinate)
    }

    /// Returns whether the tables take exactly these words.
    fn takes<F: Field>(&self, words: &[u64]) -> bool {
        words.len() == self.words(F::Words::COUNT)
    }

    /// The entry that comb `table` selects at bit `at` of each tooth: its index in all tables, and
    /// whether it is subtracted. `digit` returns whether a digit is +1.
    #[inline(always)]
    pub(crate) fn look(
        &self,
        table: usize,
        at: usize,
        digit: impl Fn(usize) -> bool,
    ) -> (usize, bool) {
        let Self { teeth, spacing, .. } = *self;
        let first = table.wrapping_mul(teeth).wrapping_mul(spacing).wrapping_add(at);
        let (mut index, mut place, mut weight) = (0, first, 1usize);
        for _ in 1..teeth {
            index |= usize::from(digit(place)).wrapping_mul(weight);
            place = place.wrapping_add(spacing);
            weight <<= 1;
        }
        let negative = !digit(place);
        // All signs are inverted.
        let index = if negative { weight.wrapping_sub(1) ^ index } else { index };
        (table.wrapping_mul(weight).wrapping_add(index), negative)
    }

    /// The number of bits that the combs cover.
    pub(crate) const fn bits(&self) -> usize {
        self.tables.saturating_mul(self.teeth).saturating_mul(self.spacing)
    }
}

/// The words of a file of tables, each with its least significant byte first.
pub(crate) const fn words_of<const WORDS: usize>(file: &[u8]) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    let (mut bytes, _) = file.as_chunks();
    let mut rest: &mut [u64] = &mut words;
    while let ([first, others @ ..], [place, places @ ..]) = (bytes, rest) {
        *place = u64::from_le_bytes(*first);
        (bytes, rest) = (others, places);
    }
    words
}

/// The multiples of a point by successive powers of two.
struct Powers<F> {
    at: Sum<F>,
}

impl<F: Field> Powers<F> {
    fn of(point: &Affine<F>) -> Self {
        Self { at: Sum::of(point) }
    }

    fn double(&mut self, times: usize) {
        for _ in 0..times {
            self.at.double();
        }
    }
}

/// Fills `words` with the tables of a point. `None` if the point does not have the order of the
/// curve, or `words` does not have the length of the shape. The content of `words` is then
/// unspecified.
///
/// The function needs no other memory. A table begins with one entry, the base of the topmost
/// tooth. Each other base replaces every entry by two, their sum and their difference. Affine sums
/// need an inverse; sum and difference share one, and one inversion serves all entries of a tooth
/// (P. L. Montgomery, "Speeding the Pollard and elliptic curve methods of factorization", 1987).
/// The products up to each entry are kept where its second half will be.
#[inline(never)]
pub(crate) fn build<F: Field>(shape: &Shape, point: &Affine<F>, words: &mut [u64]) -> Option<()> {
    if !shape.takes::<F>(words) {
        return None;
    }
    place_bases(shape, point, words)?;
    let mut rest = F::Words::pairs_mut(words);
    while let Some((table, behind)) = rest.split_at_mut_checked(shape.points()) {
        let mut bit = 1;
        while bit < shape.points() {
            let (firsts, seconds) = table.split_at_mut_checked(bit)?;
            split::<F>(firsts, seconds.get_mut(..bit)?)?;
            bit <<= 1;
        }
        rest = behind;
    }
    Some(())
}

/// Writes the base of each tooth to the first table entry that includes this base. The base of the
/// topmost tooth goes to the first position.
#[inline(never)]
fn place_bases<F: Field>(shape: &Shape, point: &Affine<F>, words: &mut [u64]) -> Option<()> {
    let mut rest = F::Words::pairs_mut(words);
    let mut powers: Powers<F> = Powers::of(point);
    // Doublings from the last base to the next. No doubling is needed after the very last base.
    let mut ahead = 0;
    while let Some((table, behind)) = rest.split_at_mut_checked(shape.points()) {
        let mut bit = 1;
        while bit <= shape.points() {
            powers.double(ahead);
            ahead = shape.spacing;
            let place = if bit == shape.points() { 0 } else { bit };
            powers.at.write_affine(table.get_mut(place)?)?;
            bit <<= 1;
        }
        rest = behind;
    }
    Some(())
}

/// Sets `seconds`, whose first element is a point, to the sums of `firsts` and that point, and
/// `firsts` to the differences.
fn split<F: Field>(firsts: &mut [[F::Words; 2]], seconds: &mut [[F::Words; 2]]) -> Option<()> {
    let base = Affine::<F>::read(seconds.first()?);
    // `None` if an entry and the base have the same x. This does not happen: only equal or opposite
    // points have the same x.
    let inverse = multiply_distances(&base, firsts, seconds).inverse()?;
    add_and_subtract(&base, inverse, firsts, seconds);
    Some(())
}

/// The product of the distances in x from `base` to each of `firsts`. Writes the products up to
/// each one to `seconds`.
#[inline(never)]
fn multiply_distances<F: Field>(
    base: &Affine<F>,
    firsts: &[[F::Words; 2]],
    seconds: &mut [[F::Words; 2]],
) -> F {
    let mut product = F::ONE;
    for (first, second) in firsts.iter().zip(seconds) {
        let mut distance = base.x;
        distance.subtract(&Affine::read(first).x);
        product.multiply(&distance);
        *second = Affine { x: product, y: F::ZERO }.write();
    }
    product
}

/// Sets `seconds` to `firsts` + `base`, and `firsts` to `firsts` - `base`, given the inverse of the
/// product of the distances.
#[inline(never)]
fn add_and_subtract<F: Field>(
    base: &Affine<F>,
    mut inverse: F,
    firsts: &mut [[F::Words; 2]],
    seconds: &mut [[F::Words; 2]],
) {
    let (mut firsts, mut seconds) = (firsts, seconds);
    while let (Some((first, firsts_rest)), Some((second, seconds_rest))) =
        (firsts.split_last_mut(), seconds.split_last_mut())
    {
        let entry: Affine<F> = Affine::read(first);
        let mut share = inverse;
        if let Some(earlier) = seconds_rest.last() {
            share.multiply(&Affine::read(earlier).x);
        }
        let mut distance = base.x;
        distance.subtract(&entry.x);
        inverse.multiply(&distance);
        write_sum(&entry, &base.x, base.y, &share, second);
        write_sum(&entry, &base.x, F::ZERO.difference(&base.y), &share, first);
        (firsts, seconds) = (firsts_rest, seconds_rest);
    }
}

/// Writes the sum of `entry` and the point (x, y), given the inverse of their distance.
#[inline(never)]
fn write_sum<F: Field>(entry: &Affine<F>, x: &F, mut y: F, inverse: &F, place: &mut [F::Words; 2]) {
    y.subtract(&entry.y);
    y.multiply(inverse);
    // `y` now holds the slope.
    let mut sum = Affine { x: y, y: entry.x };
    sum.x.square();
    sum.x.subtract(x);
    sum.x.subtract(&entry.x);
    sum.y.subtract(&sum.x);
    sum.y.multiply(&y);
    sum.y.subtract(&entry.y);
    *place = sum.write();
}

/// Returns whether `words` are the result of [`build`] for a point. It computes every sum again.
/// The function has no memory for intermediate values, so it compares products instead of
/// quotients.
pub(crate) fn check<F: Field>(shape: &Shape, point: &Affine<F>, words: &[u64]) -> bool {
    shape.takes::<F>(words) && is_built(shape, point, words).unwrap_or(false)
}

fn is_built<F: Field>(shape: &Shape, point: &Affine<F>, words: &[u64]) -> Option<bool> {
    let mut rest = F::Words::pairs(words);
    let mut powers = Powers::of(point);
    let mut right = true;
    for _ in 0..shape.tables {
        let (table, behind) = rest.split_at_checked(shape.points())?;
        rest = behind;
        // In the first entry all other bases are subtracted from the topmost one. Each of the other
        // entries equals the entry with one tooth less plus twice the base of that tooth.
        let mut lowest = Sum::empty();
        let mut bit = 1;
        while bit < shape.points() {
            let base: Affine<F> = powers.at.affine()?;
            lowest.add(&Affine { x: base.x, y: F::ZERO.difference(&base.y) });
            powers.double(1);
            let double = powers.at.affine()?;
            powers.double(shape.spacing.saturating_sub(1));
            for (without, with) in table.iter().zip(table.iter().skip(bit)).take(bit) {
                let sum: Affine<F> = Affine::read(with);
                right &= sum.write() == *with && is_sum(&sum, &Affine::read(without), &double);
            }
            bit <<= 1;
        }
        lowest.add(&powers.at.affine()?);
        powers.double(shape.spacing);
        right &= *table.first()? == lowest.affine()?.write();
    }
    Some(right)
}

/// Returns whether `sum` is `first` + `second`, and these have different x.
fn is_sum<F: Field>(sum: &Affine<F>, first: &Affine<F>, second: &Affine<F>) -> bool {
    let dx = second.x.difference(&first.x);
    let dy = second.y.difference(&first.y);
    let (mut x, mut y) = (sum.x, sum.y);
    x.add(&first.x);
    x.add(&second.x);
    x.multiply(&dx.squared());
    y.add(&first.y);
    y.multiply(&dx);
    !dx.is_zero() && x.equals(&dy.squared()) && y.equals(&dy.product(&first.x.difference(&sum.x)))
}

/// A scalar and the tables of the point that it multiplies.
pub(crate) struct Comb<'t, F: Field> {
    pub(crate) shape: Shape,
    pub(crate) points: &'t [[F::Words; 2]],
    pub(crate) digits: F::Words,
}

impl<'t, F: Field> Comb<'t, F> {
    /// `digits` has a 1 for each digit +1 and a 0 for each digit -1. `None` if the number of words
    /// does not fit the shape.
    pub(crate) fn new(shape: &Shape, words: &'t [u64], digits: F::Words) -> Option<Self> {
        let points = F::Words::pairs(words);
        shape.takes::<F>(words).then_some(Self { shape: *shape, points, digits })
    }

    fn digit(&self, at: usize) -> bool {
        let word = self.digits.limbs().get(at / 64).copied().unwrap_or(0);
        word >> (at & 63) & 1 == 1
    }

    /// Adds the entry that comb `table` selects at bit `at` of each tooth.
    #[inline]
    fn add_to(&self, sum: &mut Sum<F>, table: usize, at: usize) {
        let (place, negative) = self.shape.look(table, at, |bit| self.digit(bit));
        if let Some(entry) = self.points.get(place) {
            let mut point: Affine<F> = Affine::read(entry);
            point.y.negate_if(negative);
            sum.add(&point);
        }
    }
}

/// The sum of the multiples.
#[inline(never)]
pub(crate) fn sum<F: Field>(combs: &[Comb<'_, F>], multiple: Option<&Multiple<'_, F>>) -> Sum<F> {
    let mut sum = Sum::empty();
    let most = combs.iter().map(|comb| comb.shape.spacing).max().unwrap_or(0);
    let most = if multiple.is_some() { Multiple::<F>::DIGITS.max(most) } else { most };
    for at in (0..most).rev() {
        sum.double();
        if let Some(multiple) = multiple {
            multiple.add_to(&mut sum, at);
        }
        for comb in combs.iter().filter(|comb| at < comb.shape.spacing) {
            for table in 0..comb.shape.tables {
                comb.add_to(&mut sum, table, at);
            }
        }
    }
    sum
}
