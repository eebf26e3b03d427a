//! Verification with a key that has no tables, by multiples of half the length (A. Antipa, D.
//! Brown, R. Gallant, R. Lambert, R. Struik and S. Vanstone, "Accelerated verification of ECDSA
//! signatures", 2005).
//!
//! A signature is valid if P = u1·G + u2·Q has an x that is r modulo the order n. [`halves`] finds
//! v1 and v2 of half the bits of n with v1 = ±v2·u2 modulo n. Let R be a point with x = r. The
//! order is prime and v2 is not zero modulo n, so P = ±R if and only if v2·P = ±v2·R. The two sides
//! are A = v2·u1·G ± v1·Q and B = v2·R. Only their x are compared: the sign of R does not matter.
//! The multiples of Q and R need half the doublings, and lanes compute both at the same time. The
//! multiple of G has tables.
//!
//! R needs no square root. With w = r³ + a·r + b, the point (r·w, w²) is on the curve y² = x³ +
//! a·w²·x + b·w³, and x/w is the x on the first curve.
//!
//! - If w is a square, this map is an isomorphism.
//! - If w is not a square, no point of the first curve has x = r, and the map goes to the twist.
//!   There x/w is never the x of a point of the first curve: with f(x) = x³ + a·x + b, the point
//!   has y² = w³·f(x/w), so f(x/w) is not a square. So A and B differ.
//! - w is not zero, because a curve of odd order has no point with y = 0.
//!
//! r + n can also be less than the prime, once in 2^128 signatures. The caller computes that case,
//! and every case in which a formula for a sum does not hold.

use crate::arithmetic::comb::Comb;
use crate::arithmetic::curve::{Curve, point};
use crate::arithmetic::element::Element;
use crate::arithmetic::field::Field as _;
use crate::arithmetic::half::{Halves, halves};
use crate::arithmetic::number::LongNumber as _;
use crate::arithmetic::scalar;

/// Two numbers that are equal if and only if r is valid for the key (x, y) and the quotients, which
/// are less than n. `None` if the caller must compute the result with whole multiples.
pub(in crate::arithmetic) fn equal_numbers<C: Curve>(
    [x, y]: [&[u64]; 2],
    (u1, u2): &(C::Words, C::Words),
    r: &C::Words,
) -> Option<[C::Words; 2]> {
    let (other, carry) = scalar::sum(r, &C::ORDER);
    if carry == 0 && Element::<C>::from_number(&other).is_some() {
        return None;
    }
    let halves @ Halves { r: v1, t: v2, is_negative } = &halves(&C::ORDER, u2, C::BITS)?;
    let shape = &C::GENERATOR_SHAPE;
    let scalar = scalar::product_of::<C>(u1, v2)?;
    let digits = scalar::digits::<C>(&scalar, shape.bits());
    let comb = Comb::new(shape, C::generator_tables(), digits)?;
    let mut q = point::<C>(x, y)?;
    q.y.negate_if(*is_negative);
    let three = Element::<C>::ONE.doubled().plus(&Element::ONE);
    let r: Element<C> = Element::from_number(r)?;
    let w = r.squared().difference(&three).product(&r).plus(&Element::read(&C::B));
    let square = w.squared();
    let minus_three = Element::ZERO.difference(&three);
    let starts = [
        [q.x.write(), q.y.doubled().write(), minus_three.write()],
        [r.product(&w).write(), square.doubled().write(), minus_three.product(&square).write()],
    ];
    let bits = halves.bits();
    let ([x, y, zz, zzz], [own, other]) =
        C::halves_in_lanes(&comb, &starts, [v1.limbs(), v2.limbs()], bits)?;
    // The x of A as X/ZZ, by "add-2008-s" with twice the y, so that both are four times as large.
    let [own_x, own_u, own_z] = own.map(|words| Element::<C>::read(&words));
    let [x, y, zz, zzz] = [x, y, zz, zzz].map(|words| Element::<C>::read(&words));
    let own_zz = own_z.squared();
    let own_zzz = own_zz.product(&own_z);
    let first = own_x.product(&zz);
    let p = x.product(&own_zz).difference(&first);
    if p.is_zero() {
        return None;
    }
    let slope = y.doubled().product(&own_zzz).difference(&own_u.product(&zzz));
    let square = p.squared();
    let q = first.product(&square);
    let less = square.product(&p).plus(&q.doubled()).doubled().doubled();
    let sum = slope.squared().difference(&less);
    let sum_zz = own_zz.product(&zz).product(&square).doubled().doubled();
    // The x of B as X/ZZ.
    let [other_x, _, other_z] = other.map(|words| Element::<C>::read(&words));
    let other_zz = other_z.squared().product(&w);
    let (left, right) = (sum.product(&other_zz), other_x.product(&sum_zz));
    let is_infinity = sum_zz.is_zero() || other_zz.is_zero();
    (!is_infinity).then(|| [left.write(), right.write()])
}
