//! Points of the curve -x² + y² = 1 + d·x²·y² (RFC 8032 section 5.1).
//!
//! Sums have extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z and x·y = T/Z (H. Hisil et
//! al., "Twisted Edwards curves revisited", 2008). T is kept as two factors, because only an
//! addition needs the product. -1 is a square modulo p and d is not, so these formulas hold for all
//! points: also for equal, opposite and neutral ones, and for points of small order.

use super::field::{Element, FieldLimb};
use crate::arithmetic::field::Field;

/// d = -121665/121666.
const D: [u64; 4] =
    [0x75EB_4DCA_1359_78A3, 0x0070_0A4D_4141_D8AB, 0x8CC7_4079_7779_E898, 0x5203_6CEE_2B6F_FE73];

/// A square root of -1.
const ROOT: [u64; 4] =
    [0xC4EE_1B27_4A0E_A0B0, 0x2F43_1806_AD2F_E478, 0x2B4D_0099_3DFB_D7A7, 0x2B83_2480_4FC1_DF0B];

/// 1/2.
const HALF: [u64; 4] =
    [0xFFFF_FFFF_FFFF_FFF7, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x3FFF_FFFF_FFFF_FFFF];

/// The bit of an encoded point that tells whether x is odd, in its highest word.
const SIGN: u64 = 1 << 63;

/// A point.
#[derive(Clone, Copy)]
pub(crate) struct Affine<L: FieldLimb> {
    pub(crate) x: Element<L>,
    pub(crate) y: Element<L>,
}

impl<L: FieldLimb> Affine<L> {
    /// Decodes a point, least significant word first (RFC 8032 section 5.1.3). `None` if there is
    /// no such point, or if y is not less than p. The sign of x = 0 is ignored; such a point is of
    /// small order.
    #[inline(never)]
    pub(crate) fn decode(encoded: &[u64; 4]) -> Option<Self> {
        let [y0, y1, y2, y3] = *encoded;
        let y = Element::from_number(&[y0, y1, y2, y3 & !SIGN])?;
        // x² = u/v. Its square root is u·v³·(u·v⁷)^((p - 5)/8), or this value times a square root
        // of -1.
        let mut u = y.squared();
        let mut v = Element::read(&D).product(&u);
        u.subtract(&Element::ONE);
        v.add(&Element::ONE);
        let cube = v.squared().product(&v);
        let mut x = cube.squared().product(&v).product(&u).to_root_exponent();
        x.multiply(&cube);
        x.multiply(&u);
        v.multiply(&x.squared());
        if !v.equals(&u) {
            x.multiply(&Element::read(&ROOT));
            v.add(&u);
            if !v.is_zero() {
                return None;
            }
        }
        if x.is_odd() != (y3 & SIGN != 0) {
            x = Element::ZERO.difference(&x);
        }
        Some(Self { x, y })
    }

    /// Returns whether eight times the point is the neutral point. Points with x = 0 have order 1
    /// or 2, and points with y = 0 have order 4. Points of order 8 are those whose double has y =
    /// 0, and the numerator of that y is x² + y².
    pub(crate) fn is_of_small_order(&self) -> bool {
        let mut product = self.x.squared();
        product.add(&self.y.squared());
        product.multiply(&self.x);
        product.multiply(&self.y);
        product.is_zero()
    }

    pub(crate) fn negative(&self) -> Self {
        Self { x: Element::ZERO.difference(&self.x), y: self.y }
    }

    /// Encodes the point (RFC 8032 section 5.1.2).
    pub(crate) fn encode(&self) -> [u64; 4] {
        let [y0, y1, y2, y3] = self.y.write();
        let sign = if self.x.is_odd() { SIGN } else { 0 };
        [y0, y1, y2, y3 | sign]
    }
}

/// A point in the form for additions: (y + x)/2, (y - x)/2 and d·x·y.
#[derive(Clone, Copy)]
pub(crate) struct EdwardsEntry<L: FieldLimb> {
    half_sum: Element<L>,
    half_difference: Element<L>,
    product: Element<L>,
}

/// The words of an entry. Each point has only one form.
pub(crate) type EntryWords = [[u64; 4]; 3];

impl<L: FieldLimb> EdwardsEntry<L> {
    pub(crate) fn of(point: &Affine<L>) -> Self {
        let half = Element::read(&HALF);
        let mut entry = Self { half_sum: point.y, half_difference: point.y, product: point.x };
        entry.half_sum.add(&point.x);
        entry.half_sum.multiply(&half);
        entry.half_difference.subtract(&point.x);
        entry.half_difference.multiply(&half);
        entry.product.multiply(&point.y);
        entry.product.multiply(&Element::read(&D));
        entry
    }

    #[inline]
    pub(crate) fn read(words: &EntryWords) -> Self {
        Self::read_as(words, false)
    }

    /// The entry of the point or its negative, without a branch, because it could not be predicted.
    #[inline]
    pub(crate) fn read_as(
        [half_sum, half_difference, product]: &EntryWords,
        negative: bool,
    ) -> Self {
        let (half_sum, half_difference) =
            if negative { (half_difference, half_sum) } else { (half_sum, half_difference) };
        let mut product = Element::read(product);
        product.negate_if(negative);
        Self {
            half_sum: Element::read(half_sum),
            half_difference: Element::read(half_difference),
            product,
        }
    }

    pub(crate) fn write(&self) -> EntryWords {
        [self.half_sum.write(), self.half_difference.write(), self.product.write()]
    }

    /// The point, and its d·x·y.
    pub(crate) fn point(&self) -> (Affine<L>, Element<L>) {
        let (mut x, mut y) = (self.half_sum, self.half_sum);
        x.subtract(&self.half_difference);
        y.add(&self.half_difference);
        (Affine { x, y }, self.product)
    }
}

/// A sum of points.
#[derive(Clone, Copy)]
pub(crate) struct EdwardsSum<L: FieldLimb> {
    x: Element<L>,
    y: Element<L>,
    z: Element<L>,
    /// Two factors whose product is T.
    t: [Element<L>; 2],
}

impl<L: FieldLimb> EdwardsSum<L> {
    /// The neutral point, (0, 1).
    pub(crate) const EMPTY: Self = Self {
        x: Element::ZERO,
        y: Element::ONE,
        z: Element::ONE,
        t: [Element::ZERO, Element::ZERO],
    };

    /// "dbl-2008-hwcd", with all signs inverted.
    #[inline]
    pub(crate) fn double(&mut self) {
        let Self { x, y, z, t: [e, h] } = self;
        // E = (X - Y)² - X² - Y²
        *e = *x;
        e.subtract(y);
        e.square();
        x.square();
        y.square();
        z.square();
        z.add(&{ *z });
        *h = *x;
        h.add(y);
        e.subtract(h);
        // G and F
        x.subtract(y);
        z.add(x);
        let (g, f) = (*x, *z);
        *x = f;
        x.multiply(e);
        *y = g;
        y.multiply(h);
        z.multiply(&g);
    }

    /// "madd-2008-hwcd-3", with halves.
    #[inline]
    pub(crate) fn add(&mut self, entry: &EdwardsEntry<L>) {
        let Self { x, y, z, t: [e, h] } = self;
        // C
        e.multiply(h);
        e.multiply(&entry.product);
        let (mut f, mut g) = (*z, *z);
        f.subtract(e);
        g.add(e);
        // A and B
        let (mut a, mut b) = (*y, *y);
        a.subtract(x);
        a.multiply(&entry.half_difference);
        b.add(x);
        b.multiply(&entry.half_sum);
        *e = b;
        e.subtract(&a);
        *h = b;
        h.add(&a);
        *x = f;
        x.multiply(e);
        *y = g;
        y.multiply(h);
        *z = f;
        z.multiply(&g);
    }

    /// The affine coordinates. Never `None`, because Z of a sum of points is never zero.
    #[inline(never)]
    pub(crate) fn affine(&self) -> Option<Affine<L>> {
        let inverse = self.z.inverse()?;
        Some(Affine { x: self.x.product(&inverse), y: self.y.product(&inverse) })
    }
}
