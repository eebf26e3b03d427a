//! The curve P-256 (SP 800-186 section 3.2.1.3).

pub(crate) mod field;
pub(crate) mod generator;
pub(crate) mod scalar;

use super::comb::{self, Comb, Shape};
use super::field::Field;
use super::limb::{Limb, NativeLimb};
use super::point::{Affine, Sum};
use field::{Element, PrimeLimb};

/// The coefficient b of the curve, in Montgomery form.
const B: [u64; 4] =
    [0xD89C_DF62_29C4_BDDF, 0xACF0_05CD_7884_3090, 0xE5A2_20AB_F721_2ED6, 0xDC30_061D_0487_4834];

/// Limbs of a number of 256 bits on the machine this is built for.
pub(crate) const LIMBS: usize = 32 / size_of::<NativeLimb>();

/// A point with these coordinates, words of numbers, if it is on the curve.
pub(crate) fn point<L: PrimeLimb<N>, const N: usize>(
    x: &[u64],
    y: &[u64],
) -> Option<Affine<Element<L, N>>> {
    let coordinate = |words: &[u64]| Element::from_number(words.try_into().ok()?);
    let point = Affine { x: coordinate(x)?, y: coordinate(y)? };
    point.is_on_curve(&Element::read(&B)).then_some(point)
}

/// A public key: a point of the curve, and the tables that were made of it, if they are of a shape that is known.
pub(crate) struct Key<'k> {
    pub(crate) x: &'k [u64],
    pub(crate) y: &'k [u64],
    pub(crate) tables: Option<(Shape, &'k [u64])>,
}

/// Whether (r, s), both from 1 to the order exclusively, is the signature of a digest (FIPS 186-5 section 6.4.2, steps 4
/// to 9). The digest is a number of 256 bits, as r and s are.
pub(crate) fn verify<L: PrimeLimb<N>, const N: usize>(
    key: &Key<'_>,
    digest: &[u64; 4],
    r: &[u64; 4],
    s: &[u64; 4],
) -> Option<bool> {
    let scalars = scalar::quotients::<L, N>(digest, r, s)?;
    let sum = match key.tables {
        Some((shape, words)) => multiples::<L, N>(&shape, words, &scalars),
        None => multiples_of_raw::<L, N>(key, &scalars),
    }?;
    Some(has_x(&sum, r))
}

/// u1·G + u2·Q.
fn multiples<L: PrimeLimb<N>, const N: usize>(
    shape: &Shape,
    words: &[u64],
    (u1, u2): &([u64; 4], [u64; 4]),
) -> Option<Sum<Element<L, N>>> {
    let digits = |scalar, shape: &Shape| scalar::digits(scalar, shape.bits());
    let generator = &generator::SHAPE;
    Some(comb::sum(&[
        Comb::new(generator, generator::TABLES, digits(u1, generator))?,
        Comb::new(shape, words, digits(u2, shape))?,
    ]))
}

/// As [`multiples`], with the smallest tables for the key, made for this one use.
#[inline(never)]
fn multiples_of_raw<L: PrimeLimb<N>, const N: usize>(
    key: &Key<'_>,
    scalars: &([u64; 4], [u64; 4]),
) -> Option<Sum<Element<L, N>>> {
    let mut words = [0; Shape::HALF_K.words()];
    comb::build(&Shape::HALF_K, &point::<L, N>(key.x, key.y)?, &mut words)?;
    multiples::<L, N>(&Shape::HALF_K, &words, scalars)
}

/// Whether the x of a point is r modulo the order: x is r, or r + n where that is less than p. Instead of x = X/ZZ, which
/// takes an inverse, X and r·ZZ are compared.
fn has_x<L: PrimeLimb<N>, const N: usize>(sum: &Sum<Element<L, N>>, r: &[u64; 4]) -> bool {
    let is_x = |number: &[u64; 4]| {
        let x = Element::from_number(number);
        x.is_some_and(|x: Element<L, N>| x.product(&sum.zz).equals(&sum.x))
    };
    let (other, carry) = scalar::sum(r, &scalar::ORDER);
    !sum.is_infinity() && (is_x(r) || carry == 0 && is_x(&other))
}

/// A number of 256 bits from as many bytes, most significant first.
pub(crate) fn number(bytes: &[u8; 32]) -> [u64; 4] {
    let mut words = [0; 4];
    u64::from_bytes(bytes, &mut words);
    words
}
