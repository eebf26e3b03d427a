//! Tables of multiples of a point, and sums of multiples made with them: combs (C. H. Lim and P. J. Lee, "More
//! flexible exponentiation with precomputation", 1994), several to a point, with signed digits that are never
//! zero (M. Hamburg, "Fast and compact elliptic-curve cryptography", 2012).
//!
//! A scalar k is written with digits of +1 and -1 alone: k = Σ ±2^i for i below L, L at least 256. With bits b of
//! 0 and 1 and ±1 = 2b - 1, that says Σ b·2^i = (k + 2^L - 1)/2, and modulo the odd order of the point there is
//! always such a number below 2^256.
//!
//! Comb t has `teeth` teeth that are `spacing` bits apart; it begins at bit t·teeth·spacing. A look through its teeth
//! at bit i is a sum of ±B for the bases B of its teeth, and the table has them all: but for the sign, which
//! is that of the topmost tooth, there are 2^(teeth - 1). Looking at bit 0 to `spacing` - 1 and doubling in between
//! gives the multiple, and many scalars share the doublings.

use super::field::Field;
use super::point::{Affine, Sum};

/// How the tables of one point are made. The number of a shape stands in key tables: it never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    tables: usize,
    teeth: usize,
    spacing: usize,
}

/// Words of a point.
pub(crate) const POINT_WORDS: usize = 8;

impl Shape {
    const fn new(tables: usize, teeth: usize, spacing: usize) -> Self {
        Self { tables, teeth, spacing }
    }

    /// What fits on a stack.
    pub(crate) const HALF_K: Self = Self::new(1, 4, 64);
    pub(crate) const BYTES_1K: Self = Self::new(2, 4, 32);
    pub(crate) const BYTES_2K: Self = Self::new(2, 5, 26);
    pub(crate) const BYTES_4K: Self = Self::new(4, 5, 13);
    pub(crate) const BYTES_8K: Self = Self::new(4, 6, 11);
    pub(crate) const BYTES_16K: Self = Self::new(2, 8, 16);
    pub(crate) const BYTES_64K: Self = Self::new(8, 8, 4);

    /// One comb of 1 KB, for a point whose scalar shares the doublings of one that needs more of them.
    pub(crate) const LONG_1K: Self = Self::new(1, 5, 52);

    /// Points of one table.
    const fn points(&self) -> usize {
        match self.teeth {
            4 => 8,
            5 => 16,
            6 => 32,
            _ => 128,
        }
    }

    /// Words of all tables.
    pub(crate) const fn words(&self) -> usize {
        self.tables.saturating_mul(self.points()).saturating_mul(POINT_WORDS)
    }

    /// Bits that the combs cover.
    pub(crate) const fn bits(&self) -> usize {
        self.tables.saturating_mul(self.teeth).saturating_mul(self.spacing)
    }
}

/// The bases of the teeth, from the lowest: each with its double.
struct Bases<F> {
    /// The point reached.
    at: Sum<F>,
    /// Doublings from there to the next base.
    ahead: usize,
    spacing: usize,
}

impl<F: Field> Bases<F> {
    fn of(shape: &Shape, point: &Affine<F>) -> Self {
        Self { at: Sum::of(point), ahead: 0, spacing: shape.spacing }
    }

    /// `None` at infinity, where the multiples of a point of the curve's order never are.
    fn next(&mut self) -> Option<(Affine<F>, Affine<F>)> {
        for _ in 0..self.ahead {
            self.at.double();
        }
        let base = self.at;
        self.at.double();
        self.ahead = self.spacing.saturating_sub(1);
        Sum::pair_to_affine(&base, &self.at)
    }

    /// Gives away what the entries of the next table are made of: by the bit of its tooth the double of each base but the
    /// topmost, and at the end the entry in which every other base is subtracted from the topmost.
    fn table(
        &mut self,
        shape: &Shape,
        mut give: impl FnMut(usize, &Affine<F>),
    ) -> Option<Affine<F>> {
        let mut lowest = Sum::empty();
        let mut bit = 1;
        while bit < shape.points() {
            let (base, double) = self.next()?;
            lowest.add(&Affine { x: base.x, y: F::ZERO.subtract(&base.y) });
            give(bit, &double);
            bit <<= 1;
        }
        let (topmost, _) = self.next()?;
        lowest.add(&topmost);
        lowest.to_affine()
    }
}

/// Fills `words` with the tables of a point. `None`, with the words undefined, if the point has not the order of the
/// curve, or the words are not as many as the shape has.
///
/// It needs no other memory. An entry with a tooth added is the sum of the one without it and the double of the base.
/// Affine sums need an inverse each, and all of a tooth are had from one (P. L. Montgomery, "Speeding the Pollard and
/// elliptic curve methods of factorization", 1987), with the products up to each entry kept where the entry will be.
#[inline(never)]
pub(crate) fn build<F: Field>(shape: &Shape, point: &Affine<F>, words: &mut [u64]) -> Option<()> {
    if words.len() != shape.words() {
        return None;
    }
    let (mut rest, _) = words.as_chunks_mut::<POINT_WORDS>();
    let mut bases = Bases::of(shape, point);
    for _ in 0..shape.tables {
        let (table, behind) = rest.split_at_mut_checked(shape.points())?;
        rest = behind;
        // The doubles stand where the first entry with their tooth will be.
        let lowest = bases.table(shape, |bit, double| {
            if let Some(place) = table.get_mut(bit) {
                *place = double.write();
            }
        })?;
        *table.first_mut()? = lowest.write();
        let mut bit = 1;
        while bit < shape.points() {
            let (without, with) = table.split_at_mut_checked(bit)?;
            add_to_all::<F>(without, with.get_mut(..bit)?)?;
            bit <<= 1;
        }
    }
    Some(())
}

/// Sets `with`, whose first is a point, to the sums of that point and each of `without`, which are as many.
fn add_to_all<F: Field>(
    without: &[[u64; POINT_WORDS]],
    with: &mut [[u64; POINT_WORDS]],
) -> Option<()> {
    let double: Affine<F> = Affine::read(with.first()?);
    let mut product = F::ONE;
    for (from, place) in without.iter().zip(with.iter_mut()) {
        product = product.product(&double.x.subtract(&Affine::<F>::read(from).x));
        *place = Affine { x: product, y: F::ZERO }.write();
    }
    // None if the two points of a sum have the same x, which multiples so different do not.
    let mut inverse = product.inverse()?;
    let (mut with, mut without) = (with, without);
    while let (Some((place, with_rest)), Some((from, without_rest))) =
        (with.split_last_mut(), without.split_last())
    {
        let from = Affine::read(from);
        let earlier = with_rest.last().map_or(F::ONE, |earlier| Affine::read(earlier).x);
        let slope = double.y.subtract(&from.y).product(&inverse.product(&earlier));
        inverse = inverse.product(&double.x.subtract(&from.x));
        let x = slope.square().subtract(&double.x).subtract(&from.x);
        let y = slope.product(&from.x.subtract(&x)).subtract(&from.y);
        *place = Affine { x, y }.write();
        (with, without) = (with_rest, without_rest);
    }
    Some(())
}

/// Whether `words` are what [`build`] makes of a point. It computes every sum again, but with no memory to keep
/// anything in, compares by products and not by quotients.
pub(crate) fn check<F: Field>(shape: &Shape, point: &Affine<F>, words: &[u64]) -> bool {
    if words.len() != shape.words() {
        return false;
    }
    let (mut rest, _) = words.as_chunks::<POINT_WORDS>();
    let mut bases = Bases::of(shape, point);
    (0..shape.tables).all(|_| {
        let Some((table, behind)) = rest.split_at_checked(shape.points()) else {
            return false;
        };
        rest = behind;
        let mut right = true;
        let lowest = bases.table(shape, |bit, double| {
            for (without, with) in table.iter().zip(table.iter().skip(bit)).take(bit) {
                let sum: Affine<F> = Affine::read(with);
                right &= sum.write() == *with && is_sum(&sum, &Affine::read(without), double);
            }
        });
        right && lowest.is_some_and(|lowest| table.first() == Some(&lowest.write()))
    })
}

/// Whether `sum` is `first` + `second`, which have different x.
fn is_sum<F: Field>(sum: &Affine<F>, first: &Affine<F>, second: &Affine<F>) -> bool {
    let dx = second.x.subtract(&first.x);
    let dy = second.y.subtract(&first.y);
    let x = sum.x.add(&first.x).add(&second.x).product(&dx.square());
    let y = sum.y.add(&first.y).product(&dx);
    !dx.is_zero() && x.equals(&dy.square()) && y.equals(&dy.product(&first.x.subtract(&sum.x)))
}

/// A scalar and the tables of the point that it multiplies.
pub(crate) struct Comb<'t> {
    shape: Shape,
    points: &'t [[u64; POINT_WORDS]],
    digits: [u64; 4],
}

impl<'t> Comb<'t> {
    /// `digits` has a 1 for each digit of +1 and a 0 for each of -1. `None` if the words are not as many as the shape has.
    pub(crate) fn new(shape: &Shape, words: &'t [u64], digits: [u64; 4]) -> Option<Self> {
        let (points, _) = words.as_chunks();
        (words.len() == shape.words()).then_some(Self { shape: *shape, points, digits })
    }

    fn digit(&self, at: usize) -> usize {
        let word = self.digits.get(at / 64).copied().unwrap_or(0);
        usize::from(word >> (at & 63) & 1 == 1)
    }

    /// What comb `table` sees at bit `at` of each tooth.
    #[inline(always)]
    fn look<F: Field>(&self, table: usize, at: usize) -> Option<Affine<F>> {
        let Shape { teeth, spacing, .. } = self.shape;
        let first = table.wrapping_mul(teeth).wrapping_mul(spacing).wrapping_add(at);
        let (mut index, mut place, mut weight) = (0, first, 1usize);
        for _ in 1..teeth {
            index |= self.digit(place).wrapping_mul(weight);
            place = place.wrapping_add(spacing);
            weight <<= 1;
        }
        let negative = self.digit(place) == 0;
        // With every sign turned round.
        let index = if negative { weight.wrapping_sub(1) ^ index } else { index };
        let entry = self.points.get(table.wrapping_mul(weight).wrapping_add(index))?;
        Some(Affine::read(entry).negate_if(negative))
    }
}

/// The sum of the multiples.
#[inline(never)]
pub(crate) fn sum<F: Field>(combs: &[Comb<'_>]) -> Sum<F> {
    let mut sum = Sum::empty();
    let most = combs.iter().map(|comb| comb.shape.spacing).max().unwrap_or(0);
    for at in (0..most).rev() {
        sum.double();
        for comb in combs.iter().filter(|comb| at < comb.shape.spacing) {
            for table in 0..comb.shape.tables {
                if let Some(point) = comb.look(table, at) {
                    sum.add(&point);
                }
            }
        }
    }
    sum
}
