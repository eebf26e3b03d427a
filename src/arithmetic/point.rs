//! Points of a curve y² = x³ - 3x + b.
//!
//! Sums are kept in coordinates (X, Y, ZZ, ZZZ) with x = X/ZZ, y = Y/ZZZ and ZZ³ = ZZZ², where adding a point with
//! affine coordinates costs eight products and two squares, the least of all known systems (H. Cohen et al.,
//! "Efficient elliptic curve exponentiation using mixed coordinates", 1998; XYZZ by S. Sutherland). At infinity
//! ZZ = 0.

use super::field::Field;

/// A point that is not at infinity.
#[derive(Clone, Copy)]
pub(crate) struct Affine<F> {
    pub(crate) x: F,
    pub(crate) y: F,
}

impl<F: Field> Affine<F> {
    /// The point that lies in these words, x before y.
    #[inline(always)]
    pub(crate) fn read(words: &[u64; 8]) -> Self {
        let [x0, x1, x2, x3, y0, y1, y2, y3] = *words;
        Self { x: F::read(&[x0, x1, x2, x3]), y: F::read(&[y0, y1, y2, y3]) }
    }

    /// Its words: one form for each point.
    pub(crate) fn write(&self) -> [u64; 8] {
        let ([x0, x1, x2, x3], [y0, y1, y2, y3]) = (self.x.write(), self.y.write());
        [x0, x1, x2, x3, y0, y1, y2, y3]
    }

    /// Whether it is on the curve with this b.
    pub(crate) fn is_on_curve(&self, b: &F) -> bool {
        let three = F::ONE.double().add(&F::ONE);
        let right = self.x.square().subtract(&three).product(&self.x).add(b);
        self.y.square().equals(&right)
    }

    #[inline(always)]
    pub(crate) fn negate_if(&self, negate: bool) -> Self {
        Self { x: self.x, y: self.y.negate_if(negate) }
    }
}

/// A sum of points.
#[derive(Clone, Copy)]
pub(crate) struct Sum<F> {
    pub(crate) x: F,
    y: F,
    pub(crate) zz: F,
    zzz: F,
}

impl<F: Field> Sum<F> {
    pub(crate) fn of(point: &Affine<F>) -> Self {
        Self { x: point.x, y: point.y, zz: F::ONE, zzz: F::ONE }
    }

    /// The point at infinity.
    pub(crate) fn empty() -> Self {
        Self { x: F::ONE, y: F::ONE, zz: F::ZERO, zzz: F::ZERO }
    }

    pub(crate) fn is_infinity(&self) -> bool {
        self.zz.is_zero()
    }

    /// "dbl-2008-s-1", with 3x² - 3ZZ² = 3(X - ZZ)(X + ZZ). There is no point with y = 0 on a curve of odd order, and
    /// infinity stays what it is: the new ZZ is a multiple of the old.
    pub(crate) fn double(&mut self) {
        let u = self.y.double();
        let v = u.square();
        let w = u.product(&v);
        let s = self.x.product(&v);
        let slope = self.x.subtract(&self.zz).product(&self.x.add(&self.zz));
        let slope = slope.double().add(&slope);
        self.x = slope.square().subtract(&s.double());
        let y = w.product(&self.y);
        self.y = slope.product(&s.subtract(&self.x)).subtract(&y);
        self.zz = v.product(&self.zz);
        self.zzz = w.product(&self.zzz);
    }

    /// "madd-2008-s". The formula is wrong where the sum is at infinity, and where its x is that of the point: then
    /// it is doubled, or gone.
    pub(crate) fn add(&mut self, point: &Affine<F>) {
        if self.zz.is_zero() {
            *self = Self::of(point);
            return;
        }
        let p = point.x.product(&self.zz).subtract(&self.x);
        let r = point.y.product(&self.zzz).subtract(&self.y);
        if p.is_zero() {
            *self = if r.is_zero() { Self::of(point) } else { Self::empty() };
            self.double();
            return;
        }
        let pp = p.square();
        let ppp = p.product(&pp);
        let q = self.x.product(&pp);
        self.x = r.square().subtract(&ppp).subtract(&q.double());
        let y = self.y.product(&ppp);
        self.y = r.product(&q.subtract(&self.x)).subtract(&y);
        self.zz = self.zz.product(&pp);
        self.zzz = self.zzz.product(&ppp);
    }

    /// Its affine coordinates, given the inverse of its ZZZ.
    pub(crate) fn with_inverse(&self, inverse: &F) -> Affine<F> {
        // With z = ZZZ/ZZ: 1/ZZ = (ZZ/ZZZ)².
        let x = self.x.product(&inverse.product(&self.zz).square());
        Affine { x, y: self.y.product(inverse) }
    }

    /// `None` at infinity.
    pub(crate) fn to_affine(self) -> Option<Affine<F>> {
        Some(self.with_inverse(&self.zzz.inverse()?))
    }

    /// The affine coordinates of two, for the price of one inverse and three products. `None` if one is at infinity.
    pub(crate) fn pair_to_affine(first: &Self, second: &Self) -> Option<(Affine<F>, Affine<F>)> {
        let inverse = first.zzz.product(&second.zzz).inverse()?;
        let affine = first.with_inverse(&inverse.product(&second.zzz));
        Some((affine, second.with_inverse(&inverse.product(&first.zzz))))
    }
}
