//! Test inputs for the arithmetic of curves, and the results of other implementations.

use super::curve::{Curve, point, read};
use super::element::Element;
use super::number::LongNumber;
use super::point::Affine;
use crate::switches::under_miri;
use crypto_bigint::{NonZero, U576, Word};

/// An integer with the bits of the longest numbers here.
pub(crate) type Integer = U576;

/// Converts 64-bit words to the words of the oracle, which have the width of the machine.
pub(super) fn native(words: &[u64]) -> Vec<Word> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.as_chunks().0.iter().map(|bytes| Word::from_le_bytes(*bytes)).collect()
}

/// The reverse of [`native`].
pub(super) fn wide(words: &[Word]) -> Vec<u64> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect()
}

/// Returns all elements. Under Miri, which is a thousand times slower, returns only one in `every`.
pub(super) fn thinned<T>(all: Vec<T>, every: usize) -> Vec<T> {
    all.into_iter().step_by(under_miri(every, 1)).collect()
}

/// Random numbers (SplitMix64), the same in every run.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    pub(crate) fn next<W: LongNumber<Limb = u64>>(&mut self) -> W {
        let mut number = W::ZERO;
        number.limbs_mut().fill_with(|| self.word());
        number
    }
}

/// A number as an integer.
pub(super) fn integer<W: LongNumber<Limb = u64>>(number: &W) -> Integer {
    let mut words = [0; 9];
    words[..W::COUNT].copy_from_slice(number.limbs());
    Integer::from_words(native(&words).try_into().unwrap())
}

/// The lowest words of an integer.
pub(super) fn words<W: LongNumber<Limb = u64>>(integer: &Integer) -> W {
    *W::from_limbs(&wide(integer.as_words())[..W::COUNT]).unwrap()
}

pub(super) fn modulus<W: LongNumber<Limb = u64>>(number: &W) -> NonZero<Integer> {
    NonZero::new(integer(number)).unwrap()
}

/// A number modulo another.
pub(super) fn rest<W: LongNumber<Limb = u64>>(number: &W, of: &W) -> Integer {
    integer(number).rem_vartime(&modulus(of))
}

/// Numbers whose words are edges of limbs of both widths, and every 2^k and 2^k ± 1.
pub(crate) fn edges<W: LongNumber<Limb = u64>>() -> Vec<W> {
    let edges = [0, 1, 0xFFFF_FFFF, 1 << 32, u64::MAX - 1, u64::MAX];
    let mut found = Vec::new();
    // All combinations of four edge values. Longer numbers repeat the combination.
    for row in 0..edges.len().pow(4) {
        let mut number = W::ZERO;
        for (at, place) in number.limbs_mut().iter_mut().enumerate() {
            *place = edges[row / edges.len().pow(at as u32 % 4) % edges.len()];
        }
        found.push(number);
    }
    let mut numbers = Numbers::new(21);
    for _ in 0..500 {
        let mut number = W::ZERO;
        number.limbs_mut().fill_with(|| edges[numbers.word() as usize % edges.len()]);
        found.push(number);
    }
    for bit in 0..64 * W::COUNT as u32 {
        let power = Integer::ONE.shl_vartime(bit);
        found.extend(
            [power, power.wrapping_add(&Integer::ONE), power.wrapping_sub(&Integer::ONE)]
                .map(|n| words::<W>(&n)),
        );
    }
    thinned(found, 47)
}

/// A number from bytes, most significant first.
pub(super) fn number<C: Curve>(bytes: &[u8]) -> C::Words {
    let mut number = C::Words::ZERO;
    read::<C>(bytes, &mut number).unwrap();
    number
}

/// A curve for which another implementation computes multiples of the base point, and signatures.
pub(super) trait Known: Curve {
    /// Both coordinates of `scalar`·G as numbers; `None` at infinity. The scalar is less than the
    /// order.
    fn multiple(scalar: &Self::Words) -> Option<[Self::Words; 2]>;

    /// Both coordinates of G.
    fn base_point() -> [Self::Words; 2];

    const FOLDER: &'static str;
    const WYCHEPROOF: &'static str;

    fn digest(message: &[u8]) -> Vec<u8>;
}

macro_rules! implement_known {
    ($curve:ident, $module:ident, $crate_name:ident, $wycheproof:literal, $hash:ident) => {
        impl<L> Known for super::$module::$curve<L>
        where
            Self: Curve<Words = [u64; size_of::<::$crate_name::FieldBytes>().div_ceil(8)]>,
        {
            fn multiple(scalar: &Self::Words) -> Option<[Self::Words; 2]> {
                use ::$crate_name::elliptic_curve::PrimeField as _;
                use ::$crate_name::elliptic_curve::sec1::ToSec1Point as _;
                let mut bytes = ::$crate_name::FieldBytes::default();
                for (place, word) in bytes.rchunks_mut(8).zip(scalar) {
                    place.copy_from_slice(&word.to_be_bytes()[8 - place.len()..]);
                }
                let scalar = ::$crate_name::Scalar::from_repr(bytes).unwrap();
                let point = ::$crate_name::ProjectivePoint::GENERATOR * scalar;
                let encoded = point.to_affine().to_sec1_point(false);
                let (x, y) = encoded.as_bytes()[1..].split_at_checked(bytes.len())?;
                Some([number::<Self>(x), number::<Self>(y)])
            }

            fn base_point() -> [Self::Words; 2] {
                use ::$crate_name::elliptic_curve::sec1::ToSec1Point as _;
                let encoded = ::$crate_name::AffinePoint::GENERATOR.to_sec1_point(false);
                let (x, y) =
                    encoded.as_bytes()[1..].split_at(size_of::<::$crate_name::FieldBytes>());
                [number::<Self>(x), number::<Self>(y)]
            }

            const FOLDER: &'static str = stringify!($module);
            const WYCHEPROOF: &'static str = $wycheproof;

            fn digest(message: &[u8]) -> Vec<u8> {
                <sha2::$hash as sha2::Digest>::digest(message).to_vec()
            }
        }
    };
}

implement_known!(P256, p256, p256, "ecdsa_secp256r1_sha256_p1363_test.json", Sha256);
implement_known!(P384, p384, p384, "ecdsa_secp384r1_sha384_p1363_test.json", Sha384);
implement_known!(P521, p521, p521, "ecdsa_secp521r1_sha512_p1363_test.json", Sha512);
implement_known!(Secp256k1, secp256k1, k256, "ecdsa_secp256k1_sha256_p1363_test.json", Sha256);

/// Scalars as integers modulo the order.
pub(super) struct Order<C>(core::marker::PhantomData<C>);

impl<C: Known> Order<C> {
    pub(super) fn product(left: &Integer, right: &Integer) -> Integer {
        left.mul_mod(right, &modulus(&C::ORDER))
    }

    pub(super) fn sum(left: &Integer, right: &Integer) -> Integer {
        left.add_mod(right, &modulus(&C::ORDER))
    }

    pub(super) fn negative(of: &Integer) -> Integer {
        Integer::ZERO.sub_mod(of, &modulus(&C::ORDER))
    }

    pub(super) fn inverse(of: &Integer) -> Integer {
        of.invert_odd_mod(&integer(&C::ORDER).to_odd().unwrap()).unwrap()
    }

    pub(super) fn random(numbers: &mut Numbers) -> Integer {
        rest(&numbers.next(), &C::ORDER)
    }
}

/// Both coordinates of a multiple of the base point.
pub(super) fn multiple<C: Known>(scalar: &Integer) -> Option<[C::Words; 2]> {
    C::multiple(&words(scalar))
}

/// Both coordinates as a point of the curve under test.
pub(super) fn ours<C: Known>([x, y]: &[C::Words; 2]) -> Affine<Element<C>> {
    point::<C>(x.limbs(), y.limbs()).unwrap()
}
