//! Tables of multiples of a point for the curve of Ed25519, as in
//! [`comb`](crate::arithmetic::comb), and sums computed with them.
//!
//! Here the scalar is not reduced modulo an order, because the point may have another one. The
//! digits +1 and -1 represent odd numbers only. An even scalar is represented as the next number
//! minus one, so the point itself is stored before its tables.

use super::field::{Element, FieldLimb};
use super::point::{Affine, EdwardsEntry, EdwardsSum, EntryWords};
use super::scalar::SignedDigits;
use crate::arithmetic::comb::Shape;
use crate::arithmetic::field::Field as _;

/// Words of an entry.
const ENTRY: usize = 12;

/// Words of the point and all tables.
pub(crate) const fn words(shape: &Shape) -> usize {
    shape.tables.saturating_mul(shape.points()).saturating_add(1).saturating_mul(ENTRY)
}

/// Splits the words into the point and its tables.
fn entries<'w>(shape: &Shape, words: &'w [u64]) -> Option<(&'w EntryWords, &'w [EntryWords])> {
    let (entries, []) = words.as_chunks::<4>() else { return None };
    let (entries, []) = entries.as_chunks::<3>() else { return None };
    (words.len() == self::words(shape)).then_some(())?;
    entries.split_first()
}

/// Like [`entries`].
fn entries_mut<'w>(
    shape: &Shape,
    words: &'w mut [u64],
) -> Option<(&'w mut EntryWords, &'w mut [EntryWords])> {
    (words.len() == self::words(shape)).then_some(())?;
    let (entries, []) = words.as_chunks_mut::<4>() else { return None };
    let (entries, []) = entries.as_chunks_mut::<3>() else { return None };
    entries.split_first_mut()
}

/// The multiples of a point by successive powers of two.
struct Powers<L: FieldLimb>(EdwardsSum<L>);

impl<L: FieldLimb> Powers<L> {
    fn of(point: &Affine<L>) -> Self {
        let mut sum = EdwardsSum::EMPTY;
        sum.add(&EdwardsEntry::of(point));
        Self(sum)
    }

    fn double(&mut self, times: usize) {
        for _ in 0..times {
            self.0.double();
        }
    }
}

/// Fills `words` with a point and its tables. `None` if `words` does not have the length of the
/// shape; its content is then unspecified.
///
/// The function needs no other memory. A table begins with one entry, the base of the topmost
/// tooth. Each other base replaces every entry by two, their sum and their difference, which share
/// an inverse.
#[inline(never)]
pub(crate) fn build<L: FieldLimb>(
    shape: &Shape,
    point: &Affine<L>,
    words: &mut [u64],
) -> Option<()> {
    let (own, mut rest) = entries_mut(shape, words)?;
    *own = EdwardsEntry::of(point).write();
    let mut powers = Powers::of(point);
    while let Some((table, behind)) = rest.split_at_mut_checked(shape.points()) {
        place_bases(shape, &mut powers, table)?;
        let mut bit = 1;
        while bit < shape.points() {
            let (firsts, seconds) = table.split_at_mut_checked(bit)?;
            split::<L>(firsts, seconds.get_mut(..bit)?)?;
            bit <<= 1;
        }
        rest = behind;
    }
    Some(())
}

/// Writes the base of each tooth to the position of the first entry with it. The base of the
/// topmost tooth goes to the first position. Then advances to the base after them.
#[inline(never)]
fn place_bases<L: FieldLimb>(
    shape: &Shape,
    powers: &mut Powers<L>,
    table: &mut [EntryWords],
) -> Option<()> {
    let mut bit = 1;
    while bit <= shape.points() {
        let place = if bit == shape.points() { 0 } else { bit };
        *table.get_mut(place)? = EdwardsEntry::of(&powers.0.affine()?).write();
        powers.double(shape.spacing);
        bit <<= 1;
    }
    Some(())
}

/// Sets `seconds`, whose first element is a point, to the sums of `firsts` and that point, and
/// `firsts` to the differences.
fn split<L: FieldLimb>(firsts: &mut [EntryWords], seconds: &mut [EntryWords]) -> Option<()> {
    let (base, _) = EdwardsEntry::read(seconds.first()?).point();
    let mut left: Element<L> = multiply_divisors(&base, firsts, seconds).inverse()?;
    let (mut firsts, mut seconds) = (firsts, seconds);
    while let (Some((first, firsts_rest)), Some((second, seconds_rest))) =
        (firsts.split_last_mut(), seconds.split_last_mut())
    {
        let (entry, product) = EdwardsEntry::read(first).point();
        let both = Terms::of(&entry, &product, &base);
        let mut inverse = left;
        if let Some([earlier, ..]) = seconds_rest.last() {
            inverse.multiply(&Element::read(earlier));
        }
        left.multiply(&both.divisor());
        *second = EdwardsEntry::of(&both.quotients(&inverse, false)).write();
        *first = EdwardsEntry::of(&both.quotients(&inverse, true)).write();
        (firsts, seconds) = (firsts_rest, seconds_rest);
    }
    Some(())
}

/// The product of the divisors of the sums. Writes the products up to each one to `seconds`.
#[inline(never)]
fn multiply_divisors<L: FieldLimb>(
    base: &Affine<L>,
    firsts: &[EntryWords],
    seconds: &mut [EntryWords],
) -> Element<L> {
    let mut product = Element::ONE;
    for (first, [place, ..]) in firsts.iter().zip(seconds) {
        let (entry, its_product) = EdwardsEntry::read(first).point();
        product.multiply(&Terms::of(&entry, &its_product, base).divisor());
        *place = product.write();
    }
    product
}

/// The terms of the sum and the difference of two points. With k = d·x1·x2·y1·y2, x is (x1·y2 ±
/// y1·x2)/(1 ± k), and y is (y1·y2 ± x1·x2)/(1 ∓ k).
struct Terms<L: FieldLimb> {
    x1_y2: Element<L>,
    y1_x2: Element<L>,
    y1_y2: Element<L>,
    x1_x2: Element<L>,
    k: Element<L>,
}

impl<L: FieldLimb> Terms<L> {
    /// Takes a point whose d·x·y is `product`, and another point.
    #[inline(never)]
    fn of(first: &Affine<L>, product: &Element<L>, second: &Affine<L>) -> Self {
        Self {
            x1_y2: first.x.product(&second.y),
            y1_x2: first.y.product(&second.x),
            y1_y2: first.y.product(&second.y),
            x1_x2: first.x.product(&second.x),
            k: product.product(&second.x).product(&second.y),
        }
    }

    /// 1 - k², which is (1 + k)·(1 - k).
    fn divisor(&self) -> Element<L> {
        Element::ONE.difference(&self.k.squared())
    }

    /// The sum of the points, or their difference, given the inverse of the divisor.
    #[inline(never)]
    fn quotients(&self, inverse: &Element<L>, difference: bool) -> Affine<L> {
        let (mut plus, mut minus) = (Element::ONE, Element::ONE);
        plus.add(&self.k);
        minus.subtract(&self.k);
        let (mut x, mut y) = (self.x1_y2, self.y1_y2);
        if difference {
            x.subtract(&self.y1_x2);
            x.multiply(&plus);
            y.subtract(&self.x1_x2);
            y.multiply(&minus);
        } else {
            x.add(&self.y1_x2);
            x.multiply(&minus);
            y.add(&self.x1_x2);
            y.multiply(&plus);
        }
        x.multiply(inverse);
        y.multiply(inverse);
        Affine { x, y }
    }

    /// Returns whether a point is the sum. As [`quotients`](Self::quotients), but compares
    /// products.
    #[inline(never)]
    fn are_of_sum(&self, sum: &Affine<L>) -> bool {
        let (mut x, mut y) = (self.k, self.k);
        x.multiply(&sum.x);
        x.add(&sum.x);
        x.subtract(&self.x1_y2);
        y.multiply(&sum.y);
        y.add(&self.y1_y2);
        y.add(&self.x1_x2);
        x.equals(&self.y1_x2) && y.equals(&sum.y)
    }
}

/// Returns whether `words` are the result of [`build`] for a point. It computes every sum again.
/// The function has no memory for intermediate values, so it compares products instead of
/// quotients.
pub(crate) fn check<L: FieldLimb>(shape: &Shape, point: &Affine<L>, words: &[u64]) -> bool {
    is_built(shape, point, words).unwrap_or(false)
}

fn is_built<L: FieldLimb>(shape: &Shape, point: &Affine<L>, words: &[u64]) -> Option<bool> {
    let (own, mut rest) = entries(shape, words)?;
    let mut right = *own == EdwardsEntry::of(point).write();
    let mut powers = Powers::of(point);
    for _ in 0..shape.tables {
        let (table, behind) = rest.split_at_checked(shape.points())?;
        rest = behind;
        // In the first entry all other bases are subtracted from the topmost one. Each of the other
        // entries equals the entry with one tooth less plus twice the base of that tooth.
        let mut lowest = EdwardsSum::EMPTY;
        let mut bit = 1;
        while bit < shape.points() {
            let base = powers.0.affine()?;
            lowest.add(&EdwardsEntry::of(&base.negative()));
            powers.double(1);
            let double = powers.0.affine()?;
            powers.double(shape.spacing.saturating_sub(1));
            for (without, with) in table.iter().zip(table.iter().skip(bit)).take(bit) {
                right &= is_sum::<L>(with, without, &double);
            }
            bit <<= 1;
        }
        lowest.add(&EdwardsEntry::of(&powers.0.affine()?));
        powers.double(shape.spacing);
        right &= *table.first()? == EdwardsEntry::of(&lowest.affine()?).write();
    }
    Some(right)
}

/// Returns whether the words of `sum` are those of `first` + `second`.
#[inline(never)]
fn is_sum<L: FieldLimb>(sum: &EntryWords, first: &EntryWords, second: &Affine<L>) -> bool {
    let (point, _) = EdwardsEntry::read(sum).point();
    let (first, product) = EdwardsEntry::read(first).point();
    let terms = Terms::of(&first, &product, second);
    terms.are_of_sum(&point) && EdwardsEntry::of(&point).write() == *sum
}

/// A scalar less than L and the tables of the point that it multiplies.
pub(crate) struct EdwardsComb<'t> {
    shape: Shape,
    point: &'t EntryWords,
    tables: &'t [EntryWords],
    digits: SignedDigits,
}

impl<'t> EdwardsComb<'t> {
    /// `None` if the number of words does not fit the shape.
    pub(crate) fn new(shape: &Shape, words: &'t [u64], scalar: &[u64; 4]) -> Option<Self> {
        let (point, tables) = entries(shape, words)?;
        Some(Self { shape: *shape, point, tables, digits: SignedDigits::of(scalar) })
    }

    pub(crate) fn spacing(&self) -> usize {
        self.shape.spacing
    }

    /// Adds the entries that all combs select at bit `at` of each tooth. After the last bit,
    /// subtracts the excess of the number.
    #[inline]
    pub(crate) fn add_to<L: FieldLimb>(&self, sum: &mut EdwardsSum<L>, at: usize) {
        if at >= self.shape.spacing {
            return;
        }
        let digits = self.shape.bits();
        for table in 0..self.shape.tables {
            let look = |bit| self.digits.digit(bit, digits);
            let (place, negative) = self.shape.look(table, at, look);
            if let Some(entry) = self.tables.get(place) {
                sum.add(&EdwardsEntry::read_as(entry, negative));
            }
        }
        if at == 0 && self.digits.is_next {
            sum.add(&EdwardsEntry::read_as(self.point, true));
        }
    }
}
