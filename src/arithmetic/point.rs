//! Points of a curve y² = x³ + a·x + b, with a = -3 or a = 0.
//!
//! Sums have coordinates (X, Y, ZZ, ZZZ) with x = X/ZZ, y = Y/ZZZ and ZZ³ = ZZZ². In these
//! coordinates, adding a point with affine coordinates costs eight products and two squares, the
//! least of all known systems (H. Cohen et al., "Efficient elliptic curve exponentiation using
//! mixed coordinates", 1998; XYZZ by S. Sutherland). At infinity ZZ = 0.

use super::field::Field;

/// A point other than infinity.
#[derive(Clone, Copy)]
pub(crate) struct Affine<F> {
    pub(crate) x: F,
    pub(crate) y: F,
}

impl<F: Field> Affine<F> {
    /// Reads a point from words, x before y.
    #[inline]
    pub(crate) fn read([x, y]: &[F::Words; 2]) -> Self {
        Self { x: F::read(x), y: F::read(y) }
    }

    /// The words of the point. Each point has only one form.
    pub(crate) fn write(&self) -> [F::Words; 2] {
        [self.x.write(), self.y.write()]
    }

    /// Returns whether the point is on the curve with this b.
    pub(crate) fn is_on_curve(&self, b: &F) -> bool {
        let mut right = self.x.squared();
        if !F::A_IS_ZERO {
            for _ in 0..3 {
                right.subtract(&F::ONE);
            }
        }
        right.multiply(&self.x);
        right.add(b);
        right.equals(&self.y.squared())
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

    #[cfg(test)]
    pub(crate) fn is_infinity(&self) -> bool {
        self.zz.is_zero()
    }

    /// "dbl-2008-s-1", with 3X² - 3ZZ² = 3(X - ZZ)(X + ZZ). A curve of odd order has no point with
    /// y = 0. Infinity stays infinity, because the new ZZ is a multiple of the old.
    #[inline]
    pub(crate) fn double(&mut self) {
        let mut w = self.y.doubled();
        let v = w.squared();
        w.multiply(&v);
        let mut s = self.x.product(&v);
        let mut slope = self.x;
        if F::A_IS_ZERO {
            slope.square();
        } else {
            slope.subtract(&self.zz);
            self.x.add(&self.zz);
            slope.multiply(&self.x);
        }
        self.x = slope.doubled();
        slope.add(&self.x);
        self.x = slope;
        self.x.square();
        self.x.subtract(&s);
        self.x.subtract(&s);
        self.zz.multiply(&v);
        self.zzz.multiply(&w);
        w.multiply(&self.y);
        s.subtract(&self.x);
        slope.multiply(&s);
        slope.subtract(&w);
        self.y = slope;
    }

    /// Copies field by field, so that no second sum is on the stack.
    fn set_to(&mut self, point: &Affine<F>) {
        self.x = point.x;
        self.y = point.y;
        self.zz = F::ONE;
        self.zzz = F::ONE;
    }

    /// "madd-2008-s". The formula is wrong if the sum is at infinity or has the x of the point. If
    /// only the x is equal, the sum is doubled or becomes infinity.
    #[inline]
    pub(crate) fn add(&mut self, point: &Affine<F>) {
        if self.zz.is_zero() {
            self.set_to(point);
            return;
        }
        let mut p = point.x;
        p.multiply(&self.zz);
        p.subtract(&self.x);
        let mut r = point.y;
        r.multiply(&self.zzz);
        r.subtract(&self.y);
        if p.is_zero() {
            if r.is_zero() {
                self.set_to(point);
                self.double();
            } else {
                (self.zz, self.zzz) = (F::ZERO, F::ZERO);
            }
            return;
        }
        let mut square = p;
        square.square();
        self.zz.multiply(&square);
        self.x.multiply(&square);
        p.multiply(&square);
        self.zzz.multiply(&p);
        self.y.multiply(&p);
        // From here on `self.x` is Q = X·P², until `square` becomes the new X.
        square = r;
        square.square();
        square.subtract(&p);
        square.subtract(&self.x);
        square.subtract(&self.x);
        self.x.subtract(&square);
        r.multiply(&self.x);
        r.subtract(&self.y);
        self.y = r;
        self.x = square;
    }

    /// Writes the affine coordinates; `None` at infinity.
    #[inline(never)]
    pub(crate) fn write_affine(&self, place: &mut [F::Words; 2]) -> Option<()> {
        *place = self.affine()?.write();
        Some(())
    }

    /// `None` at infinity.
    #[inline]
    pub(crate) fn affine(&self) -> Option<Affine<F>> {
        let inverse = self.zzz.inverse()?;
        // With z = ZZZ/ZZ: 1/ZZ = (ZZ/ZZZ)².
        let mut x = inverse;
        x.multiply(&self.zz);
        x.square();
        x.multiply(&self.x);
        Some(Affine { x, y: self.y.product(&inverse) })
    }
}
