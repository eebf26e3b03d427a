//! The curve of Ed25519 (RFC 8032 section 5.1), and EdDSA signatures on it.
//!
//! The order of the curve is 8·L. A key may be any point that is not of small order, so it may have
//! a small-order component. So a scalar that multiplies a key is reduced modulo L exactly once, as
//! in signing. The code never assumes that a point has order L.

pub(crate) mod field;
pub(crate) mod generator;
#[cfg(not(verified))]
mod operations;
mod point;
pub(crate) mod scalar;
mod tables;

use super::comb::Shape;
use super::limb::NativeLimb;
use super::multiple::NonAdjacent;
use crate::switches::PRECOMPUTE;
use core::hint::black_box;
use field::FieldLimb;
use point::{Affine, EdwardsEntry, EdwardsSum, EntryWords};
use tables::EdwardsComb;

/// The shapes of tables for a key. Key tables store the position of a shape in this list. So a
/// shape never changes, and new shapes are added at the end.
pub(crate) const SHAPES: &[Shape] = &[
    Shape::new(1, 4, 64),
    Shape::new(2, 4, 32),
    Shape::new(2, 5, 26),
    Shape::new(4, 5, 13),
    Shape::new(5, 6, 9),
    Shape::new(4, 8, 8),
];

/// An encoded public key, least significant word first, and its precomputed tables if their shape
/// is known.
pub(crate) struct Key<'k> {
    pub(crate) encoded: &'k [u64; 4],
    pub(crate) tables: Option<(Shape, &'k [u64])>,
}

/// Returns whether an encoded key is a point and not of small order. With a key of small order, a
/// signature is valid for many messages.
pub(crate) fn is_key(encoded: &[u64; 4]) -> bool {
    Affine::<NativeLimb>::decode(encoded).is_some_and(|point| !point.is_of_small_order())
}

/// The number of words of the tables of a shape.
pub(crate) const fn words(shape: &Shape) -> usize {
    tables::words(shape)
}

/// Computes the tables of a key; `None` if the key is invalid.
pub(crate) fn precompute(encoded: &[u64; 4], shape: &Shape, words: &mut [u64]) -> Option<()> {
    tables::build(shape, &negative::<NativeLimb>(encoded)?, words)
}

/// Returns whether the tables equal those that [`precompute`] computes.
pub(crate) fn check_precomputed(encoded: &[u64; 4], shape: &Shape, words: &[u64]) -> bool {
    negative::<NativeLimb>(encoded).is_some_and(|point| tables::check(shape, &point, words))
}

/// The negative of a key, which is the point that is multiplied.
fn negative<L: FieldLimb>(encoded: &[u64; 4]) -> Option<Affine<L>> {
    Some(Affine::decode(encoded)?.negative())
}

/// The bits in which R differs from S·B - k·A, encoded: zero if they are equal and the signature is
/// valid. This is RFC 8032 section 5.1.7 step 3, without the factor 8. Returns all bits if that
/// point is of small order, because R must not be of small order. k and S are less than L.
pub(crate) fn difference(key: &Key<'_>, k: &[u64; 4], r: &[u64; 4], s: &[u64; 4]) -> Option<u64> {
    difference_in::<NativeLimb>(key, k, r, s)
}

fn difference_in<L: FieldLimb>(
    key: &Key<'_>,
    k: &[u64; 4],
    r: &[u64; 4],
    s: &[u64; 4],
) -> Option<u64> {
    let sum = match PRECOMPUTE {
        true => sum_by_tables::<L>(key, k, s)?,
        false => sum_of_multiples::<L>(key, k, s)?,
    };
    Some(difference_from(&sum, r))
}

/// The multiple of the base point uses tables. The multiple of the key uses tables if the key has
/// tables.
fn sum_by_tables<L: FieldLimb>(key: &Key<'_>, k: &[u64; 4], s: &[u64; 4]) -> Option<EdwardsSum<L>> {
    let generator = EdwardsComb::new(&generator::SHAPE, generator::TABLES, s)?;
    match key.tables {
        Some((shape, words)) => {
            let own = EdwardsComb::new(&shape, words, k)?;
            let most = own.spacing().max(generator.spacing());
            Some(sum(most, |sum, at| {
                own.add_to(sum, at);
                generator.add_to(sum, at);
            }))
        }
        None => {
            let point = entry_of::<L>(key)?;
            let own = Multiple::new(&point, k);
            Some(sum(Multiple::DIGITS, |sum, at| {
                own.add_to(sum, at);
                generator.add_to(sum, at);
            }))
        }
    }
}

/// The sum without tables. This code needs the least flash.
#[inline(never)]
fn sum_of_multiples<L: FieldLimb>(
    key: &Key<'_>,
    k: &[u64; 4],
    s: &[u64; 4],
) -> Option<EdwardsSum<L>> {
    let point = entry_of::<L>(key)?;
    let multiples = [Multiple::new(&generator::POINT, s), Multiple::new(&point, k)];
    Some(sum(Multiple::DIGITS, |sum, at| {
        for multiple in &multiples {
            multiple.add_to(sum, at);
        }
    }))
}

/// Doubles the sum for each digit, from the highest to the lowest, and lets `add` add the terms of
/// the digit.
#[inline(always)]
fn sum<L: FieldLimb>(digits: usize, add: impl Fn(&mut EdwardsSum<L>, usize)) -> EdwardsSum<L> {
    let mut sum = EdwardsSum::EMPTY;
    for at in (0..digits).rev() {
        sum.double();
        add(&mut sum, at);
    }
    sum
}

/// The negative of a key in the form of an entry.
#[inline(never)]
fn entry_of<L: FieldLimb>(key: &Key<'_>) -> Option<EntryWords> {
    Some(EdwardsEntry::of(&negative::<L>(key.encoded)?).write())
}

/// A scalar and a point without tables.
struct Multiple<'m> {
    point: &'m EntryWords,
    digits: NonAdjacent<'m, [u64; 4]>,
}

impl<'m> Multiple<'m> {
    /// A scalar has 253 bits. Its non-adjacent form may have one digit more.
    const DIGITS: usize = 254;

    fn new(point: &'m EntryWords, scalar: &'m [u64; 4]) -> Self {
        Self { point, digits: NonAdjacent::of(scalar) }
    }

    /// Adds the point, its negative or nothing, for digit `at`.
    #[inline]
    fn add_to<L: FieldLimb>(&self, sum: &mut EdwardsSum<L>, at: usize) {
        if let Some(negative) = self.digits.is_negative(at) {
            sum.add(&EdwardsEntry::read_as(self.point, negative));
        }
    }
}

/// The bits in which the encoded sum differs from `r`.
#[inline(never)]
fn difference_from<L: FieldLimb>(sum: &EdwardsSum<L>, r: &[u64; 4]) -> u64 {
    let Some(point) = sum.affine().filter(|point| !point.is_of_small_order()) else {
        return u64::MAX;
    };
    let (bits, compared) =
        point.encode().iter().zip(r).fold((0, 0usize), |(bits, compared), (own, r)| {
            (bits | (own ^ r), compared.wrapping_add(1))
        });
    // All words must have been compared.
    if compared == black_box(4) { bits } else { u64::MAX }
}

#[cfg(all(test, feature = "eddsa"))]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::{Numbers, thinned};
    use crate::digest::Hash;
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
    use curve25519_dalek::scalar::Scalar;
    use ed25519_dalek::{Signature, VerifyingKey};
    use std::path::Path;

    const ALL_SHAPES: [Shape; 8] = {
        let [a, b, c, d, e, f] = SHAPES.first_chunk().unwrap();
        [*a, *b, *c, *d, *e, *f, generator::SMALL, generator::MEDIUM]
    };

    fn words_of(bytes: &[u8; 32]) -> [u64; 4] {
        core::array::from_fn(|at| u64::from_le_bytes(bytes.as_chunks().0[at]))
    }

    fn encoded(point: &EdwardsPoint) -> [u64; 4] {
        words_of(point.compress().as_bytes())
    }

    fn ours<L: FieldLimb>(point: &EdwardsPoint) -> Affine<L> {
        Affine::decode(&encoded(point)).unwrap()
    }

    fn random_scalar(numbers: &mut Numbers) -> Scalar {
        let words: [u64; 4] = numbers.next();
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Scalar::from_bytes_mod_order(bytes.try_into().unwrap())
    }

    /// Points of every order that divides 8·L. Some are equal, some are doubles, and some cancel
    /// each other.
    fn points() -> Vec<EdwardsPoint> {
        let base = ED25519_BASEPOINT_POINT;
        let of_order =
            [EdwardsPoint::default(), base, -base, base + base, base * Scalar::from(5u8)];
        of_order.iter().flat_map(|point| EIGHT_TORSION.map(|small| point + small)).collect()
    }

    fn sums_agree<L: FieldLimb>() {
        let sum_of = |point: &EdwardsPoint| {
            let mut sum: EdwardsSum<L> = EdwardsSum::EMPTY;
            sum.add(&EdwardsEntry::of(&ours(point)));
            sum
        };
        for left in points() {
            for right in points() {
                // The same point with Z = 1 and with another Z.
                let plain = sum_of(&left);
                let mut other = sum_of(&(left + ED25519_BASEPOINT_POINT));
                other.add(&EdwardsEntry::of(&ours(&-ED25519_BASEPOINT_POINT)));
                for mut sum in [plain, other] {
                    sum.add(&EdwardsEntry::of(&ours(&right)));
                    let expected = left + right;
                    assert_eq!(sum.affine().unwrap().encode(), encoded(&expected));
                    sum.double();
                    assert_eq!(sum.affine().unwrap().encode(), encoded(&(expected + expected)));
                    sum.add(&EdwardsEntry::read_as(
                        &EdwardsEntry::of(&ours::<L>(&right)).write(),
                        true,
                    ));
                    let expected = expected + expected - right;
                    assert_eq!(sum.affine().unwrap().encode(), encoded(&expected));
                }
            }
        }
    }

    fn encodings_agree<L: FieldLimb>() {
        let mut numbers = Numbers::new(31);
        let mut encodings: Vec<[u64; 4]> = (0..500).map(|_| numbers.next()).collect();
        encodings.extend(points().iter().map(encoded));
        // Around 0, 2^255 - 19 and 2^255, with either sign.
        for near in -25i64..25 {
            let mut bytes = [if near < 0 { 0xFF } else { 0 }; 32];
            bytes[0] = near.to_le_bytes()[0];
            for sign in [0, 0x80] {
                bytes[31] = bytes[31] & 0x7F | sign;
                encodings.push(words_of(&bytes));
            }
        }
        for encoding in thinned(encodings, 29) {
            let bytes: Vec<u8> = encoding.iter().flat_map(|word| word.to_le_bytes()).collect();
            let theirs = CompressedEdwardsY(bytes.try_into().unwrap()).decompress();
            // The oracle reduces a y that is not less than p, and reads -0 as 0.
            let is_canonical = |point: &EdwardsPoint| {
                let (one, mut other) = (encoded(point), encoding);
                if point.is_small_order() {
                    other[3] = other[3] & !(1 << 63) | one[3] & 1 << 63;
                }
                one == other
            };
            let theirs = theirs.filter(is_canonical);
            let own = Affine::<L>::decode(&encoding);
            assert_eq!(own.map(|point| point.encode()), theirs.as_ref().map(encoded));
            if let (Some(own), Some(theirs)) = (own, theirs) {
                assert_eq!(own.is_of_small_order(), theirs.is_small_order(), "{encoding:x?}");
            }
        }
    }

    fn tables_are_recognised(key: &EdwardsPoint) {
        let wrong = ours::<u64>(&(key + key));
        for shape in &ALL_SHAPES {
            let mut words = vec![0; tables::words(shape)];
            let mut again = words.clone();
            tables::build(shape, &ours::<u64>(key), &mut words).unwrap();
            tables::build(shape, &ours::<u32>(key), &mut again).unwrap();
            assert!(words == again, "both limb widths make the same words");
            assert!(tables::check(shape, &ours::<u64>(key), &words));
            assert!(tables::check(shape, &ours::<u32>(key), &words));
            assert!(!tables::check(shape, &wrong, &words), "the tables of another key");
            for at in (0..words.len()).step_by(words.len().div_ceil(40)) {
                words[at] ^= 1 << (at % 64);
                assert!(!tables::check(shape, &ours::<u64>(key), &words), "{shape:?} word {at}");
                words[at] ^= 1 << (at % 64);
            }
            // One point was added to every entry: the entries agree with each other, but not with
            // the key.
            let mut moved = words.clone();
            for entry in moved.as_chunks_mut::<4>().0.as_chunks_mut::<3>().0 {
                let mut sum: EdwardsSum<u64> = EdwardsSum::EMPTY;
                sum.add(&EdwardsEntry::read(entry));
                sum.add(&EdwardsEntry::of(&wrong));
                *entry = EdwardsEntry::of(&sum.affine().unwrap()).write();
            }
            assert!(!tables::check(shape, &ours::<u64>(key), &moved), "{shape:?}");
            assert!(!tables::check(shape, &ours::<u64>(key), &words[1..]));
            assert!(tables::build(shape, &ours::<u64>(key), &mut words[1..]).is_none());
        }
    }

    struct Tables {
        key: [u64; 4],
        of_shapes: Vec<(Shape, Vec<u64>)>,
    }

    impl Tables {
        fn new(key: &[u8; 32]) -> Self {
            let key = words_of(key);
            let build = |shape: &Shape| {
                let mut words = vec![0; tables::words(shape)];
                tables::build(shape, &negative::<u64>(&key).unwrap(), &mut words).unwrap();
                (*shape, words)
            };
            let of_shapes = ALL_SHAPES.iter().map(build).collect();
            Self { key, of_shapes }
        }

        /// The result for every shape and for the raw key, in every way and with limbs of both
        /// widths, which must agree.
        fn verdict(&self, message: &[u8], signature: &[u8; 64]) -> bool {
            let (r, s) = signature.split_at(32);
            let [r, s] = [r, s].map(|half| words_of(half.try_into().unwrap()));
            let mut hashed = signature[..32].to_vec();
            hashed.extend(self.key.iter().flat_map(|word| word.to_le_bytes()));
            hashed.extend(message);
            let digest = Hash::Sha512.digest(&hashed);
            let (words, _) = digest.as_bytes().as_chunks();
            let k = core::array::from_fn(|at| u64::from_le_bytes(words[at]));
            let k = scalar::reduced(&k);
            if !scalar::is_reduced(&s) {
                return false;
            }
            let raw = Key { encoded: &self.key, tables: None };
            let first = difference_in::<u64>(&raw, &k, &r, &s).unwrap();
            let same = |found: Option<u64>| assert_eq!(found, Some(first));
            same(difference_in::<u32>(&raw, &k, &r, &s));
            same(sum_of_multiples::<u32>(&raw, &k, &s).map(|sum| difference_from(&sum, &r)));
            same(sum_of_multiples::<u64>(&raw, &k, &s).map(|sum| difference_from(&sum, &r)));
            same(sum_by_tables::<u64>(&raw, &k, &s).map(|sum| difference_from(&sum, &r)));
            for (shape, words) in &self.of_shapes {
                let key = Key { encoded: &self.key, tables: Some((*shape, words)) };
                same(sum_by_tables::<u32>(&key, &k, &s).map(|sum| difference_from(&sum, &r)));
                same(sum_by_tables::<u64>(&key, &k, &s).map(|sum| difference_from(&sum, &r)));
            }
            first == 0
        }
    }

    /// The result of `ed25519-dalek` with its strict rules.
    fn their_verdict(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        let key = VerifyingKey::from_bytes(key).unwrap();
        key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    #[test]
    fn sums_match_curve25519_dalek_also_in_exceptional_cases() {
        sums_agree::<u32>();
        sums_agree::<u64>();
    }

    #[test]
    fn encodings_match_curve25519_dalek_except_noncanonical_ones() {
        encodings_agree::<u32>();
        encodings_agree::<u64>();
    }

    #[test]
    fn tables_of_both_limb_widths_are_equal_and_are_recognised() {
        let key = ED25519_BASEPOINT_POINT * Scalar::from(0xC0_FFEEu32);
        tables_are_recognised(&key);
        tables_are_recognised(&(key + EIGHT_TORSION[1]));
    }

    /// Keys and R with a component of every small order. With the factor 8, the equation holds for
    /// all these signatures. Without the factor, it holds only if the components of key and R
    /// agree. The test also has R, S and keys in non-canonical encodings.
    #[test]
    fn verdicts_are_right_also_beyond_the_group_of_the_base_point() {
        let mut numbers = Numbers::new(37);
        let mut accepted = 0;
        let places = (0..8).flat_map(|of_key| (0..8).map(move |of_r| (of_key, of_r)));
        for (of_key, of_r) in places {
            let (secret, nonce) = (random_scalar(&mut numbers), random_scalar(&mut numbers));
            let key = EdwardsPoint::mul_base(&secret) + EIGHT_TORSION[of_key];
            let key = *key.compress().as_bytes();
            let tables = Tables::new(&key);
            for message in [&b"first"[..], b"second", b"third", b"4", b"5", b"6", b"7", b"8"] {
                let r = EdwardsPoint::mul_base(&nonce) + EIGHT_TORSION[of_r];
                let r = *r.compress().as_bytes();
                let hashed = [&r[..], &key, message].concat();
                let digest = Hash::Sha512.digest(&hashed);
                let k = Scalar::from_bytes_mod_order_wide(digest.as_bytes().try_into().unwrap());
                let s = (nonce + k * secret).to_bytes();
                let mut signature = [0; 64];
                signature[..32].copy_from_slice(&r);
                signature[32..].copy_from_slice(&s);
                let expected = their_verdict(&key, message, &signature);
                assert_eq!(tables.verdict(message, &signature), expected, "{of_key} {of_r}");
                accepted += usize::from(expected);
                for bit in [0, 5, 254, 255, 256, 300, 507, 508] {
                    signature[bit / 8] ^= 1 << (bit % 8);
                    let expected = their_verdict(&key, message, &signature);
                    assert!(!expected || bit > 255);
                    assert_eq!(tables.verdict(message, &signature), expected);
                    signature[bit / 8] ^= 1 << (bit % 8);
                }
            }
        }
        // If neither the key nor R has such a component, all signatures are valid. If the key has
        // one, the signatures of some messages are valid.
        assert!((16..256).contains(&accepted), "{accepted}");
    }

    /// S·B - k·A for scalars at the ends of their range, and where B and A share multiples.
    #[test]
    fn sums_agree_at_the_ends_of_scalars_and_where_multiples_meet() {
        let mut numbers = Numbers::new(41);
        let some = random_scalar(&mut numbers);
        let (zero, one) = (Scalar::ZERO, Scalar::ONE);
        let scalars = [zero, one, -one, -(one + one), some, -some, some + one];
        for secret in [one, -one, one + one, Scalar::from(1u64 << 32), some] {
            for small in [EIGHT_TORSION[0], EIGHT_TORSION[1], EIGHT_TORSION[4]] {
                let key = EdwardsPoint::mul_base(&secret) + small;
                let tables = Tables::new(key.compress().as_bytes());
                for s in scalars {
                    for k in scalars {
                        let sum = EdwardsPoint::mul_base(&s) - key * k;
                        let expected = if sum.is_small_order() { u64::MAX } else { 0 };
                        let words = [k, s].map(|scalar| words_of(scalar.as_bytes()));
                        let [k, s] = &words;
                        let r = encoded(&sum);
                        let raw = Key { encoded: &tables.key, tables: None };
                        let sum = sum_of_multiples::<u32>(&raw, k, s).unwrap();
                        assert_eq!(difference_from(&sum, &r), expected);
                        let sum = sum_by_tables::<u64>(&raw, k, s).unwrap();
                        assert_eq!(difference_from(&sum, &r), expected);
                        for (shape, words) in &tables.of_shapes {
                            let key = Key { encoded: &tables.key, tables: Some((*shape, words)) };
                            let sum = sum_by_tables::<u64>(&key, k, s).unwrap();
                            assert_eq!(difference_from(&sum, &r), expected, "{shape:?}");
                        }
                    }
                }
            }
        }
    }

    fn hex(text: &serde_json::Value) -> Vec<u8> {
        let digits = text.as_str().unwrap();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(byte).collect()
    }

    #[test]
    fn wycheproof_verdicts_match_for_every_shape_and_limb_width() {
        let file = "tests/vectors/wycheproof/ed25519_test.json";
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        let suite: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
        let mut checked = 0;
        for group in suite["testGroups"].as_array().unwrap() {
            let key: [u8; 32] = hex(&group["publicKey"]["pk"]).try_into().unwrap();
            let tables = Tables::new(&key);
            for test in group["tests"].as_array().unwrap() {
                let (message, valid) = (hex(&test["msg"]), test["result"] == "valid");
                let Ok(signature) = hex(&test["sig"]).try_into() else {
                    assert!(!valid);
                    continue;
                };
                checked += 1;
                assert_eq!(tables.verdict(&message, &signature), valid, "{}", test["tcId"]);
                assert_eq!(their_verdict(&key, &message, &signature), valid);
            }
        }
        assert_eq!(checked, 88);
    }

    /// `KEYCARD_WRITE_TABLES=1 cargo test files_are` writes the files anew.
    #[test]
    fn the_files_are_the_tables_of_the_base_point() {
        let base = ED25519_BASEPOINT_POINT;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/arithmetic/ed25519");
        let shapes = [generator::SMALL, generator::MEDIUM, generator::LARGE];
        for (shape, name) in shapes.iter().zip(["1k", "16k", "64k"]) {
            let mut words = vec![0; tables::words(shape)];
            tables::build(shape, &ours::<u64>(&base), &mut words).unwrap();
            let path = folder.join(format!("generator_{name}.bin"));
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            if std::env::var_os("KEYCARD_WRITE_TABLES").is_some() {
                std::fs::write(&path, &bytes).unwrap();
            }
            assert!(std::fs::read(&path).unwrap() == bytes, "{path:?} is not what the code makes");
        }
        assert_eq!(generator::TABLES.len(), tables::words(&generator::SHAPE));
        assert_eq!(EdwardsEntry::of(&ours::<u64>(&base)).write(), generator::POINT);
    }
}
