//! The equation of ECDSA (FIPS 186-5 section 6.4.2) on a [`Curve`].

pub(crate) mod batch;
pub(super) mod halves;

use super::comb::{self, Comb, Shape};
use super::curve::{Curve, point};
use super::element::Element;
use super::field::Field;
use super::multiple;
use super::multiple::Multiple;
use super::number::LongNumber;
use super::point::Affine;
use super::point::Sum;
use super::scalar;
use crate::switches::{LANES, PRECOMPUTE};
use core::hint::black_box;

/// A public key: a point of the curve, and its precomputed tables if their shape is known.
#[derive(Clone, Copy)]
pub(crate) struct Key<'k> {
    pub(crate) x: &'k [u64],
    pub(crate) y: &'k [u64],
    pub(crate) tables: Option<(Shape, &'k [u64])>,
}

/// The bits in which (r, s) differs from a valid signature of a digest (FIPS 186-5 section 6.4.2,
/// steps 4 to 9): zero if it is valid. Both r and s are from 1 to the order, exclusive. The digest
/// is as long as r and s.
pub(crate) fn difference<C: Curve>(
    key: &Key<'_>,
    digest: &C::Words,
    r: &C::Words,
    s: &C::Words,
) -> Option<u64> {
    difference_by::<C>(key, &scalar::quotients::<C>(digest, r, s)?, r)
}

/// Like [`difference`], for the given quotients digest/s and r/s.
pub(crate) fn difference_by<C: Curve>(
    key: &Key<'_>,
    quotients: &(C::Words, C::Words),
    r: &C::Words,
) -> Option<u64> {
    let (u1, u2) = quotients;
    if !PRECOMPUTE {
        return difference_without_tables::<C>(key, u1, u2, r);
    }
    let combs = combs::<C>(key, u1, u2)?;
    if let (generator, Some(own)) = &combs
        && let Some([x, zz]) = C::sum_in_lanes(generator, own)
    {
        return Some(difference_from_x::<C>(&Element::read(&x), &Element::read(&zz), r));
    }
    if LANES
        && key.tables.is_none()
        && let Some([left, right]) = halves::equal_numbers::<C>([key.x, key.y], quotients, r)
    {
        return Some(difference_of_words::<C>(&left, &right));
    }
    let sum = sum_by_tables::<C>(key, u2, combs)?;
    Some(difference_from_x::<C>(&sum.x, &sum.zz, r))
}

/// The combs of the base point, and of the key if it has tables.
pub(super) type Combs<'k, C> = (Comb<'k, Element<C>>, Option<Comb<'k, Element<C>>>);

pub(super) fn combs<'k, C: Curve>(
    key: &Key<'k>,
    u1: &C::Words,
    u2: &C::Words,
) -> Option<Combs<'k, C>> {
    let digits = |scalar, shape: &Shape| scalar::digits::<C>(scalar, shape.bits());
    let shape = &C::GENERATOR_SHAPE;
    let generator = Comb::new(shape, C::generator_tables(), digits(u1, shape))?;
    let own = match key.tables {
        Some((shape, words)) => Some(Comb::new(&shape, words, digits(u2, &shape))?),
        None => None,
    };
    Some((generator, own))
}

/// The sum of the multiples.
fn sum_by_tables<C: Curve>(
    key: &Key<'_>,
    u2: &C::Words,
    (generator, own): Combs<'_, C>,
) -> Option<Sum<Element<C>>> {
    Some(match own {
        Some(own) => comb::sum(&[generator, own], None),
        None => comb::sum(&[generator], Some(&Multiple::new(&point::<C>(key.x, key.y)?, u2))),
    })
}

/// Like [`difference_by`], without tables. This code needs the least flash.
#[inline(never)]
fn difference_without_tables<C: Curve>(
    key: &Key<'_>,
    u1: &C::Words,
    u2: &C::Words,
    r: &C::Words,
) -> Option<u64> {
    let sum = sum_of_multiples::<C>(key, u1, u2)?;
    Some(difference_from_x::<C>(&sum.x, &sum.zz, r))
}

/// u1·G + u2·Q without tables.
#[inline]
fn sum_of_multiples<C: Curve>(
    key: &Key<'_>,
    u1: &C::Words,
    u2: &C::Words,
) -> Option<Sum<Element<C>>> {
    let generator = Affine::read(&C::GENERATOR);
    let key = point::<C>(key.x, key.y)?;
    Some(multiple::sum(&[Multiple::new(&generator, u1), Multiple::new(&key, u2)]))
}

/// The bits in which the x of a point differs from r modulo the order: x is r, or r + n if that is
/// less than p. Computing x = X/ZZ needs an inverse, so X and r·ZZ are compared instead.
#[inline(never)]
pub(super) fn difference_from_x<C: Curve>(x: &Element<C>, zz: &Element<C>, r: &C::Words) -> u64 {
    let x = x.write();
    let difference = |number: &C::Words| {
        let product = Element::from_number(number).map(|x: Element<C>| x.product(zz).write());
        product.map_or(u64::MAX, |product| difference_of_words::<C>(&x, &product))
    };
    // The point at infinity.
    if zz.is_zero() {
        return u64::MAX;
    }
    let (other, carry) = scalar::sum(r, &C::ORDER);
    let other = if carry == 0 { difference(&other) } else { u64::MAX };
    difference(r).min(other)
}

/// The bits in which two numbers differ.
#[inline]
fn difference_of_words<C: Curve>(left: &C::Words, right: &C::Words) -> u64 {
    let pairs = left.limbs().iter().zip(right.limbs());
    let (bits, compared) = pairs.fold((0, 0usize), |(bits, compared), (left, right)| {
        (bits | (left ^ right), compared.wrapping_add(1))
    });
    // All words must have been compared.
    if compared == black_box(C::Words::COUNT) { bits } else { u64::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::curve;
    use crate::arithmetic::oracle::Integer;
    use crate::arithmetic::oracle::{
        Known, Numbers, Order, integer, multiple, number, ours, rest, words,
    };
    use crate::arithmetic::p256::{P256, generator as p256};
    use crate::arithmetic::p384::{P384, generator as p384};
    use crate::arithmetic::p521::{P521, generator as p521};
    use crate::arithmetic::secp256k1::{Secp256k1, generator as secp256k1};
    use std::path::Path;

    struct Tables {
        shape: Shape,
        words: Vec<u64>,
    }

    /// The tables of every shape, for keys and for the base point.
    fn all_tables<C: Known>(key: &[C::Words; 2], more: &[Shape]) -> Vec<Tables> {
        let build = |shape: &Shape| {
            let mut words = vec![0; curve::words::<C>(shape)];
            comb::build(shape, &ours::<C>(key), &mut words).unwrap();
            Tables { shape: *shape, words }
        };
        C::SHAPES.iter().chain(more).map(build).collect()
    }

    /// The result with and without tables. Asserts that both agree.
    fn right<C: Known>(key: &Key<'_>, [digest, r, s]: &[C::Words; 3]) -> bool {
        let quotients = scalar::quotients::<C>(digest, r, s);
        let right = |sum: Option<Sum<Element<C>>>| {
            sum.is_some_and(|sum| difference_from_x::<C>(&sum.x, &sum.zz, r) == 0)
        };
        let with = quotients.is_some_and(|(u1, u2)| {
            let combs = combs::<C>(key, &u1, &u2).unwrap();
            right(sum_by_tables::<C>(key, &u2, combs))
        });
        let without = quotients.is_some_and(|(u1, u2)| right(sum_of_multiples::<C>(key, &u1, &u2)));
        assert_eq!(with, without);
        assert_eq!(difference::<C>(key, digest, r, s) == Some(0), with);
        with
    }

    /// The result for every shape and for the raw key, with limbs of both widths.
    fn verdicts<Narrow: Known, Wide: Known<Words = Narrow::Words>>(
        [x, y]: &[Wide::Words; 2],
        tables: &[Tables],
        case: &[Wide::Words; 3],
    ) -> Vec<bool> {
        let (x, y) = (x.limbs(), y.limbs());
        let mut keys = vec![Key { x, y, tables: None }];
        keys.extend(tables.iter().map(|t| Key { x, y, tables: Some((t.shape, &t.words)) }));
        let both = |key: Key<'_>| [right::<Narrow>(&key, case), right::<Wide>(&key, case)];
        keys.into_iter().flat_map(both).collect()
    }

    fn tables_are_recognised<Narrow: Known, Wide: Known<Words = Narrow::Words>>(more: &[Shape]) {
        let secret = Integer::from_u64(0xC0FFEE);
        let key = multiple::<Wide>(&secret).unwrap();
        let other = multiple::<Wide>(&secret.shl_vartime(1)).unwrap();
        let (wide, narrow, wrong) =
            (ours::<Wide>(&key), ours::<Narrow>(&key), ours::<Wide>(&other));
        for Tables { shape, mut words } in all_tables::<Wide>(&key, more) {
            let mut again = vec![0; words.len()];
            comb::build(&shape, &narrow, &mut again).unwrap();
            assert_eq!(again, words);
            assert!(comb::check(&shape, &wide, &words) && comb::check(&shape, &narrow, &words));
            assert!(!comb::check(&shape, &wrong, &words), "the tables of another key");
            for at in (0..words.len()).step_by(words.len() / 64) {
                words[at] ^= 1 << (at % 64);
                assert!(!comb::check(&shape, &wide, &words), "{shape:?} word {at}");
                words[at] ^= 1 << (at % 64);
            }
            // One point was added to every entry: the entries agree with each other, but not with
            // the key.
            let mut moved = words.clone();
            for entry in Wide::Words::pairs_mut(&mut moved) {
                let mut sum: Sum<Element<Wide>> = Sum::of(&Affine::read(entry));
                sum.add(&wrong);
                *entry = sum.affine().unwrap().write();
            }
            assert!(!comb::check(&shape, &wide, &moved), "{shape:?}");
            assert!(!comb::check(&shape, &wide, &words[1..]));
            assert!(comb::build(&shape, &wide, &mut words[1..]).is_none());
        }
    }

    /// Sums u1·G + u2·Q with Q = d·G. The values r, s and the digest are chosen for u1 and u2.
    /// Intermediate sums are equal, are opposite or are infinity, because G and Q share multiples.
    fn shared_multiples_are_right<Narrow: Known, Wide: Known<Words = Narrow::Words>>(
        more: &[Shape],
        powers: &[u32],
    ) {
        let mut numbers = Numbers::new(11);
        let (zero, one) = (Integer::ZERO, Integer::ONE);
        let (product, sum) = (Order::<Wide>::product, Order::<Wide>::sum);
        let (negative, inverse) = (Order::<Wide>::negative, Order::<Wide>::inverse);
        let power = |bit: u32| one.shl_vartime(bit);
        let bits = u32::try_from(Wide::BITS).unwrap();
        let mut factors: Vec<Integer> = powers.iter().map(|bit| power(*bit)).collect();
        factors.push(Integer::from_u64(3));
        factors.extend(factors.clone().iter().map(negative));
        for d in factors {
            let key = multiple::<Wide>(&d).unwrap();
            let tables = all_tables::<Wide>(&key, more);
            let some = Order::<Wide>::random(&mut numbers);
            for (u1, u2) in [
                (zero, one),
                (zero, some),
                (one, one),
                (one, negative(&one)),
                (some, some),
                (d, one),
                (negative(&d), one),
                (product(&some, &d), some),
                (negative(&product(&some, &d)), some),
                (some, product(&some, &inverse(&d))),
                (some, negative(&product(&some, &inverse(&d)))),
                (power(bits - 1), power(bits - 2)),
            ] {
                let total = multiple::<Wide>(&sum(&u1, &product(&u2, &d)));
                let r = total.map_or(some, |[x, _]| rest(&x, &Wide::ORDER));
                let s = product(&r, &inverse(&u2));
                let digest = product(&u1, &s);
                let case = [digest, r, s].map(|number| words(&number));
                let found = verdicts::<Narrow, Wide>(&key, &tables, &case);
                assert!(found.iter().all(|right| *right == total.is_some()), "{d:?} {u1:?} {u2:?}");
                let case = [digest, sum(&r, &one), s].map(|number| words(&number));
                let found = verdicts::<Narrow, Wide>(&key, &tables, &case);
                assert!(found.iter().all(|right| !right), "{d:?} {u1:?} {u2:?}");
            }
        }
    }

    fn hex(text: &serde_json::Value) -> Vec<u8> {
        let digits = text.as_str().unwrap();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(byte).collect()
    }

    /// Returns the number of cases that were checked; the others have another length.
    fn wycheproof_agrees<Narrow: Known, Wide: Known<Words = Narrow::Words>>(
        more: &[Shape],
    ) -> usize {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/wycheproof");
        let text = std::fs::read_to_string(folder.join(Wide::WYCHEPROOF)).unwrap();
        let suite: serde_json::Value = serde_json::from_str(&text).unwrap();
        let width = Wide::BITS.div_ceil(8);
        let mut checked = 0;
        for group in suite["testGroups"].as_array().unwrap() {
            let bytes = hex(&group["publicKey"]["uncompressed"]);
            let key = [&bytes[1..=width], &bytes[width + 1..]];
            let key = key.map(|bytes| number::<Wide>(bytes));
            let tables = all_tables::<Wide>(&key, more);
            for test in group["tests"].as_array().unwrap() {
                let signature = hex(&test["sig"]);
                if signature.len() != 2 * width {
                    assert_eq!(test["result"], "invalid");
                    continue;
                }
                let (r, s) = signature.split_at(width);
                let digest = Wide::digest(&hex(&test["msg"]));
                let case = [&digest, r, s].map(|bytes| number::<Wide>(bytes));
                let in_range = |number: &Wide::Words| {
                    *number != Wide::Words::ZERO && integer(number) < integer(&Wide::ORDER)
                };
                let valid = test["result"] == "valid";
                checked += 1;
                if !in_range(&case[1]) || !in_range(&case[2]) {
                    // The caller rejects this value before (FIPS 186-5 section 6.4.2 step 1).
                    assert!(!valid, "{}", test["tcId"]);
                    continue;
                }
                let verdicts = verdicts::<Narrow, Wide>(&key, &tables, &case);
                assert!(verdicts.iter().all(|right| *right == valid), "{}", test["tcId"]);
            }
        }
        checked
    }

    /// `KEYCARD_WRITE_TABLES=1 cargo test files_are` writes the files anew.
    fn files_are_tables<Narrow: Known, Wide: Known<Words = Narrow::Words>>(shapes: &[Shape; 3]) {
        let base = multiple::<Wide>(&Integer::ONE).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/arithmetic");
        for (shape, name) in shapes.iter().zip(["1k", "16k", "64k"]) {
            let mut narrow = vec![0; curve::words::<Wide>(shape)];
            let mut wide = narrow.clone();
            comb::build(shape, &ours::<Narrow>(&base), &mut narrow).unwrap();
            comb::build(shape, &ours::<Wide>(&base), &mut wide).unwrap();
            assert_eq!(narrow, wide, "both limb widths make the same words");
            let path = folder.join(Wide::FOLDER).join(format!("generator_{name}.bin"));
            let bytes: Vec<u8> = wide.iter().flat_map(|word| word.to_le_bytes()).collect();
            if std::env::var_os("KEYCARD_WRITE_TABLES").is_some() {
                std::fs::write(&path, &bytes).unwrap();
            }
            assert!(std::fs::read(&path).unwrap() == bytes, "{path:?} is not what the code makes");
        }
        assert_eq!(Wide::generator_tables().len(), curve::words::<Wide>(&Wide::GENERATOR_SHAPE));
        assert_eq!(ours::<Wide>(&base).write(), Wide::GENERATOR);
    }

    macro_rules! hold {
        ($module:ident, $curve:ident, $generator:ident, $powers:expr, $checked:literal) => {
            mod $module {
                use super::$curve;
                use super::$generator::{LARGE, MEDIUM, SMALL};

                #[test]
                fn tables_of_both_limb_widths_are_equal_and_are_recognised() {
                    super::tables_are_recognised::<$curve<u32>, $curve<u64>>(&[SMALL, MEDIUM]);
                }

                #[test]
                fn verdicts_are_right_where_key_and_base_point_share_multiples() {
                    super::shared_multiples_are_right::<$curve<u32>, $curve<u64>>(
                        &[SMALL, MEDIUM],
                        &$powers,
                    );
                }

                #[test]
                fn wycheproof_verdicts_match_for_every_shape_and_limb_width() {
                    let more = &[SMALL, MEDIUM];
                    let checked = super::wycheproof_agrees::<$curve<u32>, $curve<u64>>(more);
                    assert_eq!(checked, $checked);
                }

                #[test]
                fn the_files_are_the_tables_of_the_base_point() {
                    super::files_are_tables::<$curve<u32>, $curve<u64>>(&[SMALL, MEDIUM, LARGE]);
                }
            }
        };
    }

    hold!(on_p256, P256, p256, [0, 1, 4, 16, 26, 52, 128], 155);
    hold!(on_p384, P384, p384, [0, 1, 7, 12, 28, 39, 96, 192], 174);
    hold!(on_p521, P521, p521, [0, 1, 22, 29, 58, 174, 261], 202);
    hold!(on_secp256k1, Secp256k1, secp256k1, [0, 1, 4, 16, 26, 52, 128], 234);
}
