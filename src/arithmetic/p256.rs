//! The curve P-256 (SP 800-186 section 3.2.1.3).

pub(crate) mod field;
pub(crate) mod generator;
pub(crate) mod scalar;

#[cfg(any(test, feature = "prepare"))]
use super::comb::{self, Comb, Shape};
use super::field::Field;
use super::limb::{Limb, NativeLimb};
#[cfg(any(test, not(feature = "prepare")))]
use super::multiple;
use super::multiple::Multiple;
use super::point::{Affine, Sum};
#[cfg(feature = "accelerated")]
use crate::accelerated;
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
    #[cfg(any(test, feature = "prepare"))]
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
    let (u1, u2) = scalar::quotients::<L, N>(digest, r, s)?;
    #[cfg(feature = "prepare")]
    let combs = combs(key, &u1, &u2)?;
    #[cfg(feature = "accelerated")]
    if let (generator, Some(own)) = &combs
        && let Some((x, zz)) = accelerated::ifma().and_then(|ifma| ifma.sum(generator, own))
    {
        return Some(has_x(&Element::<L, N>::read(&x), &Element::read(&zz), r));
    }
    #[cfg(feature = "prepare")]
    let sum = sum_by_tables::<L, N>(key, &u2, combs)?;
    #[cfg(not(feature = "prepare"))]
    let sum = sum_of_multiples::<L, N>(key, &u1, &u2)?;
    Some(has_x(&sum.x, &sum.zz, r))
}

/// The combs of the base point and of the key, if it has tables.
#[cfg(any(test, feature = "prepare"))]
fn combs<'k>(key: &Key<'k>, u1: &[u64; 4], u2: &[u64; 4]) -> Option<(Comb<'k>, Option<Comb<'k>>)> {
    let digits = |scalar, shape: &Shape| scalar::digits(scalar, shape.bits());
    let shape = &generator::SHAPE;
    let generator = Comb::new(shape, generator::TABLES, digits(u1, shape))?;
    let own = match key.tables {
        Some((shape, words)) => Some(Comb::new(&shape, words, digits(u2, &shape))?),
        None => None,
    };
    Some((generator, own))
}

/// The sum of the multiples.
#[cfg(any(test, feature = "prepare"))]
fn sum_by_tables<L: PrimeLimb<N>, const N: usize>(
    key: &Key<'_>,
    u2: &[u64; 4],
    (generator, own): (Comb<'_>, Option<Comb<'_>>),
) -> Option<Sum<Element<L, N>>> {
    Some(match own {
        Some(own) => comb::sum(&[generator, own], None),
        None => comb::sum(&[generator], Some(&Multiple::new(&point(key.x, key.y)?, u2))),
    })
}

/// u1·G + u2·Q without tables, in the least flash.
#[cfg(any(test, not(feature = "prepare")))]
#[inline(never)]
fn sum_of_multiples<L: PrimeLimb<N>, const N: usize>(
    key: &Key<'_>,
    u1: &[u64; 4],
    u2: &[u64; 4],
) -> Option<Sum<Element<L, N>>> {
    let generator = Affine::read(&generator::POINT);
    let key = point(key.x, key.y)?;
    Some(multiple::sum(&[Multiple::new(&generator, u1), Multiple::new(&key, u2)]))
}

/// Whether the x of a point is r modulo the order: x is r, or r + n where that is less than p. Instead of x = X/ZZ, which
/// takes an inverse, X and r·ZZ are compared.
#[inline(never)]
fn has_x<F: Field>(x: &F, zz: &F, r: &[u64; 4]) -> bool {
    let is_x = |number: &[u64; 4]| F::from_number(number).is_some_and(|r| r.product(zz).equals(x));
    let (other, carry) = scalar::sum(r, &scalar::ORDER);
    !zz.is_zero() && (is_x(r) || carry == 0 && is_x(&other))
}

/// A number of 256 bits from as many bytes, most significant first.
pub(crate) fn number(bytes: &[u8; 32]) -> [u64; 4] {
    let mut words = [0; 4];
    u64::from_bytes(bytes, &mut words);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::numbers::Numbers;
    use ::p256::elliptic_curve::PrimeField as _;
    use ::p256::elliptic_curve::group::Group as _;
    use ::p256::elliptic_curve::sec1::ToSec1Point as _;
    use ::p256::{ProjectivePoint, Scalar};
    use sha2::Digest as _;
    use std::sync::LazyLock;

    const SHAPES: [Shape; 11] = [
        Shape::BYTES_1K,
        Shape::BYTES_2K,
        Shape::BYTES_4K,
        Shape::BYTES_8K,
        Shape::BYTES_16K,
        Shape::BYTES_64K,
        Shape::LONG_1K,
        Shape::EIGHT_2K,
        Shape::EIGHT_4K,
        Shape::EIGHT_8K,
        Shape::EIGHT_16K,
    ];

    fn of_bytes(bytes: &[u8]) -> [u64; 4] {
        number(bytes.try_into().unwrap())
    }

    fn to_bytes(words: &[u64; 4]) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).rev().zip(words) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    /// The scalar of the oracle; the number must be below the order.
    fn scalar(words: &[u64; 4]) -> Scalar {
        Scalar::from_repr(to_bytes(words).into()).unwrap()
    }

    fn words(scalar: &Scalar) -> [u64; 4] {
        of_bytes(&scalar.to_repr())
    }

    fn below_order(words: [u64; 4]) -> [u64; 4] {
        let order = crypto_bigint::NonZero::new(crypto_bigint::U256::from_words(scalar::ORDER));
        crypto_bigint::U256::from_words(words).rem_vartime(&order.unwrap()).to_words()
    }

    /// The coordinates of a point of the oracle; `None` at infinity.
    fn coordinates(point: &ProjectivePoint) -> Option<([u64; 4], [u64; 4])> {
        let encoded = point.to_affine().to_sec1_point(false);
        let bytes = encoded.as_bytes();
        (bytes.len() == 65).then(|| (of_bytes(&bytes[1..33]), of_bytes(&bytes[33..])))
    }

    fn ours<L: PrimeLimb<N>, const N: usize>(
        theirs: &ProjectivePoint,
    ) -> Option<Affine<Element<L, N>>> {
        coordinates(theirs).map(|(x, y)| point(&x, &y).unwrap())
    }

    fn same<L: PrimeLimb<N>, const N: usize>(
        sum: &Sum<Element<L, N>>,
        theirs: &ProjectivePoint,
    ) -> bool {
        match (sum.affine(), ours::<L, N>(theirs)) {
            (Some(affine), Some(theirs)) => affine.write() == theirs.write(),
            (None, None) => sum.is_infinity(),
            _ => false,
        }
    }

    fn sums_agree<L: PrimeLimb<N>, const N: usize>() {
        let g = ProjectivePoint::GENERATOR;
        let (p, q) = (g * Scalar::from(5u64), g * Scalar::from(7u64));
        for left in [ProjectivePoint::IDENTITY, g, -g, p, -p, q, q + g + g] {
            // The same point with ZZ of 1 and of something else.
            let plain = ours::<L, N>(&left).map_or(Sum::empty(), |point| Sum::of(&point));
            let mut other = plain;
            if let Some(third) = ours::<L, N>(&(g * Scalar::from(1001u64))) {
                other.add(&third);
                other.add(&Affine { x: third.x, y: Element::ZERO.difference(&third.y) });
            }
            for mut sum in [plain, other] {
                for right in [g, -g, p, -p, q, -q] {
                    let mut total = sum;
                    total.add(&ours::<L, N>(&right).unwrap());
                    assert!(same(&total, &(left + right)), "{left:?} + {right:?}");
                    total.double();
                    assert!(same(&total, &(left + right).double()));
                }
                sum.double();
                assert!(same(&sum, &left.double()));
            }
        }
    }

    #[test]
    fn sums_agree_with_p256_also_where_points_meet_or_vanish() {
        sums_agree::<u32, 8>();
        sums_agree::<u64, 4>();
    }

    #[test]
    fn what_is_not_on_the_curve_or_not_reduced_is_no_point() {
        let (x, y) = coordinates(&ProjectivePoint::GENERATOR).unwrap();
        assert!(point::<u64, 4>(&x, &y).is_some() && point::<u32, 8>(&x, &y).is_some());
        let [y0, rest @ ..] = y;
        let [r1, r2, r3] = rest;
        assert!(point::<u64, 4>(&x, &[y0 ^ 1, r1, r2, r3]).is_none());
        assert!(point::<u32, 8>(&x, &[y0 ^ 1, r1, r2, r3]).is_none());
        assert!(point::<u64, 4>(&[0; 4], &[0; 4]).is_none());
        // The square root of b is the y of x = 0, for which p stands as well.
        assert!(point::<u64, 4>(&field::PRIME, &y).is_none());
        assert!(point::<u64, 4>(&x, &[u64::MAX; 4]).is_none());
        assert!(point::<u64, 4>(x.get(..3).unwrap(), &y).is_none());
    }

    struct Tables {
        shape: Shape,
        words: Vec<u64>,
    }

    fn all_tables(x: &[u64; 4], y: &[u64; 4]) -> Vec<Tables> {
        let build = |shape: &Shape| {
            let mut words = vec![0; shape.words()];
            comb::build(shape, &point::<u64, 4>(x, y).unwrap(), &mut words).unwrap();
            Tables { shape: *shape, words }
        };
        SHAPES.iter().map(build).collect()
    }

    /// The verdict with and without tables, which must agree.
    fn right<L: PrimeLimb<N>, const N: usize>(
        key: &Key<'_>,
        [digest, r, s]: [&[u64; 4]; 3],
    ) -> bool {
        let quotients = scalar::quotients::<L, N>(digest, r, s);
        let right =
            |sum: Option<Sum<Element<L, N>>>| sum.is_some_and(|sum| has_x(&sum.x, &sum.zz, r));
        let with = quotients.is_some_and(|(u1, u2)| {
            let combs = combs(key, &u1, &u2).unwrap();
            right(sum_by_tables(key, &u2, combs))
        });
        let without = quotients.is_some_and(|(u1, u2)| right(sum_of_multiples(key, &u1, &u2)));
        assert_eq!(with, without);
        assert_eq!(verify::<L, N>(key, digest, r, s) == Some(true), with);
        with
    }

    /// The verdict of every shape and of the raw key, with limbs of both widths.
    fn verdicts(
        (x, y): &([u64; 4], [u64; 4]),
        tables: &[Tables],
        [digest, r, s]: [&[u64; 4]; 3],
    ) -> Vec<bool> {
        let mut keys = vec![Key { x, y, tables: None }];
        keys.extend(tables.iter().map(|t| Key { x, y, tables: Some((t.shape, &t.words)) }));
        let both = |key: Key<'_>| {
            [right::<u32, 8>(&key, [digest, r, s]), right::<u64, 4>(&key, [digest, r, s])]
        };
        keys.into_iter().flat_map(both).collect()
    }

    #[test]
    fn tables_of_every_shape_are_the_same_for_both_limb_widths_and_are_recognised() {
        let key = ProjectivePoint::GENERATOR * Scalar::from(0xC0FFEEu64);
        let (x, y) = coordinates(&key).unwrap();
        let other = coordinates(&key.double()).unwrap();
        for Tables { shape, mut words } in all_tables(&x, &y) {
            let wide = point::<u64, 4>(&x, &y).unwrap();
            let narrow = point::<u32, 8>(&x, &y).unwrap();
            let mut again = vec![0; words.len()];
            comb::build(&shape, &narrow, &mut again).unwrap();
            assert_eq!(again, words);
            assert!(comb::check(&shape, &wide, &words) && comb::check(&shape, &narrow, &words));
            let wrong = point::<u64, 4>(&other.0, &other.1).unwrap();
            assert!(!comb::check(&shape, &wrong, &words), "the tables of another key");
            for at in (0..words.len()).step_by(words.len() / 64) {
                words[at] ^= 1 << (at % 64);
                assert!(!comb::check(&shape, &wide, &words), "{shape:?} word {at}");
                words[at] ^= 1 << (at % 64);
            }
            // Every entry moved by one point: they agree with each other, but not with the key.
            let moved: Vec<u64> = words.as_chunks::<8>().0.iter().fold(vec![], |mut all, entry| {
                let mut sum: Sum<Element<u64, 4>> = Sum::of(&Affine::read(entry));
                sum.add(&wrong);
                all.extend(sum.affine().unwrap().write());
                all
            });
            assert!(!comb::check(&shape, &wide, &moved), "{shape:?}");
            assert!(!comb::check(&shape, &wide, &words[8..]));
            assert!(comb::build(&shape, &wide, &mut words[8..]).is_none());
        }
    }

    /// u1·G + u2·Q with Q = d·G, for which r, s and the digest are chosen: the sums on the way meet each other, their
    /// opposites and infinity, because G and Q share multiples.
    #[test]
    fn verdicts_are_right_where_key_and_base_point_share_multiples() {
        let mut numbers = Numbers::new(11);
        let one = Scalar::ONE;
        let power = |bit: u64| (0..bit).fold(one, |power, _| power.double());
        let mut factors =
            vec![one, power(1), power(4), power(16), power(26), power(52), power(128)];
        factors.push(Scalar::from(3u64));
        factors.extend(factors.clone().iter().map(|factor| -factor));
        for d in factors {
            let key = coordinates(&(ProjectivePoint::GENERATOR * d)).unwrap();
            let tables = all_tables(&key.0, &key.1);
            let some = scalar(&below_order(numbers.next()));
            let inverse = d.invert().unwrap();
            for (u1, u2) in [
                (Scalar::ZERO, one),
                (Scalar::ZERO, some),
                (one, one),
                (one, -one),
                (some, some),
                (d, one),
                (-d, one),
                (some * d, some),
                (-some * d, some),
                (some, some * inverse),
                (some, -some * inverse),
                (power(255), power(254)),
            ] {
                let sum = ProjectivePoint::GENERATOR * (u1 + u2 * d);
                let infinite = bool::from(sum.is_identity());
                let r = match coordinates(&sum) {
                    Some((x, _)) => scalar(&below_order(x)),
                    None => some,
                };
                let s = r * u2.invert().unwrap();
                let digest = words(&(u1 * s));
                let case = [&digest, &words(&r), &words(&s)];
                let verdicts = verdicts(&key, &tables, case);
                assert!(verdicts.iter().all(|right| *right != infinite), "{d:?} {u1:?} {u2:?}");
                let wrong = words(&(r + one));
                let case = [&digest, &wrong, case[2]];
                let verdicts = self::verdicts(&key, &tables, case);
                assert!(verdicts.iter().all(|right| !right), "{d:?} {u1:?} {u2:?}");
            }
        }
    }

    static WYCHEPROOF: LazyLock<serde_json::Value> = LazyLock::new(|| {
        let path = "tests/vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json";
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    });

    fn hex(text: &serde_json::Value) -> Vec<u8> {
        let digits = text.as_str().unwrap();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(byte).collect()
    }

    #[test]
    fn wycheproof_gets_its_verdicts_from_every_shape_and_both_limb_widths() {
        let mut judged = 0;
        for group in WYCHEPROOF["testGroups"].as_array().unwrap() {
            let bytes = hex(&group["publicKey"]["uncompressed"]);
            let key = (of_bytes(&bytes[1..33]), of_bytes(&bytes[33..]));
            let tables = all_tables(&key.0, &key.1);
            for test in group["tests"].as_array().unwrap() {
                let signature = hex(&test["sig"]);
                let Ok(signature) = <[u8; 64]>::try_from(signature) else {
                    assert_eq!(test["result"], "invalid");
                    continue;
                };
                let (r, s) = (of_bytes(&signature[..32]), of_bytes(&signature[32..]));
                let in_range =
                    |number: &[u64; 4]| *number != [0; 4] && below_order(*number) == *number;
                let digest = of_bytes(&sha2::Sha256::digest(hex(&test["msg"])));
                let valid = test["result"] == "valid";
                judged += 1;
                if !in_range(&r) || !in_range(&s) {
                    // The caller has refused it by then (FIPS 186-5 section 6.4.2 step 1).
                    assert!(!valid, "{}", test["tcId"]);
                    continue;
                }
                let verdicts = verdicts(&key, &tables, [&digest, &r, &s]);
                assert!(verdicts.iter().all(|right| *right == valid), "{}", test["tcId"]);
            }
        }
        assert_eq!(judged, 155, "of 167; the others have another length");
    }
}
