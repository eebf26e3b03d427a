//! The operations of fiat-crypto, which are derived from their specification by the proof assistant
//! Coq, in place of our own: those on the coordinates of P-256, P-384 and Ed25519.
//!
//! On P-256 and P-384 they take and return numbers less than p. For Ed25519 the limbs have room for
//! sums: the limbs of a "tight" element are reduced, and those of a "loose" one are not.

use super::ed25519::field::{Element, FieldLimb, PRIME};
use super::element::{Operations, Prime};
use super::field::Field as _;
use super::inverse::Invert as _;
use super::limb::Limb as _;
use super::number::LongNumber as _;
use super::p256::P256;
use super::p384::P384;
use fiat_crypto::{curve25519_32, curve25519_64, p256_32, p256_64, p384_32, p384_64};

/// The number less than p. The proofs are about such numbers, and an element is any below R.
fn reduced<P: Prime>(number: &P::Limbs) -> P::Limbs {
    if number.limbs().last() < P::PRIME.limbs().last() {
        return *number;
    }
    match number.chain(&P::PRIME, P::Limb::ZERO, P::Limb::subtract) {
        (less, borrow) if borrow == P::Limb::ZERO => less,
        _ => *number,
    }
}

macro_rules! on_prime {
    ($curve:ident, $limb:ty, $count:literal, $module:ident, $element:ident, $multiply:ident, $square:ident, $add:ident, $subtract:ident) => {
        impl $curve<$limb> {
            /// Sets `left` to the result of an operation with two operands.
            #[inline(always)]
            fn combine(
                operation: fn(&mut $module::$element, &$module::$element, &$module::$element),
                left: &mut [$limb; $count],
                right: &[$limb; $count],
            ) {
                let mut result = $module::$element([0; $count]);
                let [a, b] =
                    [&*left, right].map(|number| $module::$element(reduced::<Self>(number)));
                operation(&mut result, &a, &b);
                *left = result.0;
            }
        }

        impl Operations<[$limb; $count]> for $curve<$limb> {
            fn multiply(left: &mut [$limb; $count], right: &[$limb; $count]) {
                Self::combine($module::$multiply, left, right);
            }

            fn square(number: &mut [$limb; $count]) {
                let mut result = $module::$element([0; $count]);
                $module::$square(&mut result, &$module::$element(reduced::<Self>(number)));
                *number = result.0;
            }

            fn add(left: &mut [$limb; $count], right: &[$limb; $count]) {
                Self::combine($module::$add, left, right);
            }

            fn subtract(left: &mut [$limb; $count], right: &[$limb; $count]) {
                Self::combine($module::$subtract, left, right);
            }
        }
    };
}

macro_rules! on_p256 {
    ($limb:ty, $count:literal, $module:ident) => {
        on_prime!(
            P256,
            $limb,
            $count,
            $module,
            fiat_p256_montgomery_domain_field_element,
            fiat_p256_mul,
            fiat_p256_square,
            fiat_p256_add,
            fiat_p256_sub
        );
    };
}

macro_rules! on_p384 {
    ($limb:ty, $count:literal, $module:ident) => {
        on_prime!(
            P384,
            $limb,
            $count,
            $module,
            fiat_p384_montgomery_domain_field_element,
            fiat_p384_mul,
            fiat_p384_square,
            fiat_p384_add,
            fiat_p384_sub
        );
    };
}

on_p256!(u32, 8, p256_32);
on_p256!(u64, 4, p256_64);
on_p384!(u32, 12, p384_32);
on_p384!(u64, 6, p384_64);

macro_rules! on_ed25519 {
    ($limb:ty, $count:literal, $module:ident, $inverse:expr) => {
        impl FieldLimb for $limb {
            type Limbs = [$limb; $count];

            const ZERO_IN_LIMBS: Self::Limbs = [0; $count];
            const ONE_IN_LIMBS: Self::Limbs = {
                let mut one = [0; $count];
                let [lowest, ..] = &mut one;
                *lowest = 1;
                one
            };

            fn read([w0, w1, w2, w3]: &[u64; 4]) -> Self::Limbs {
                let top = w3 >> 63;
                let mut bytes = [0; 32];
                let words = [*w0, *w1, *w2, w3 & (u64::MAX >> 1)];
                for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(&words) {
                    *place = word.to_le_bytes();
                }
                let mut number = $module::fiat_25519_tight_field_element([0; $count]);
                $module::fiat_25519_from_bytes(&mut number, &bytes);
                // 2^255 is 19.
                if top == 1 {
                    let mut nineteen = [0; $count];
                    let [lowest, ..] = &mut nineteen;
                    *lowest = 19;
                    Self::add_to(&mut number.0, &nineteen);
                }
                number.0
            }

            fn write(number: &Self::Limbs) -> [u64; 4] {
                let mut bytes = [0; 32];
                $module::fiat_25519_to_bytes(
                    &mut bytes,
                    &$module::fiat_25519_tight_field_element(*number),
                );
                let mut words = [0; 4];
                for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
                    *word = u64::from_le_bytes(*bytes);
                }
                words
            }

            fn add_to(left: &mut Self::Limbs, right: &Self::Limbs) {
                let mut sum = $module::fiat_25519_loose_field_element([0; $count]);
                let [a, b] = [*left, *right].map($module::fiat_25519_tight_field_element);
                $module::fiat_25519_add(&mut sum, &a, &b);
                let mut result = a;
                $module::fiat_25519_carry(&mut result, &sum);
                *left = result.0;
            }

            fn subtract_from(left: &mut Self::Limbs, right: &Self::Limbs) {
                let mut difference = $module::fiat_25519_loose_field_element([0; $count]);
                let [a, b] = [*left, *right].map($module::fiat_25519_tight_field_element);
                $module::fiat_25519_sub(&mut difference, &a, &b);
                let mut result = a;
                $module::fiat_25519_carry(&mut result, &difference);
                *left = result.0;
            }

            fn multiply_numbers(left: &mut Self::Limbs, right: &Self::Limbs) {
                let mut result = $module::fiat_25519_tight_field_element([0; $count]);
                // The limbs of a tight element are also within the bounds of a loose one.
                let [a, b] = [*left, *right].map($module::fiat_25519_loose_field_element);
                $module::fiat_25519_carry_mul(&mut result, &a, &b);
                *left = result.0;
            }

            fn square(number: &mut Self::Limbs) {
                let mut result = $module::fiat_25519_tight_field_element([0; $count]);
                let a = $module::fiat_25519_loose_field_element(*number);
                $module::fiat_25519_carry_square(&mut result, &a);
                *number = result.0;
            }

            fn negate_if(number: &mut Self::Limbs, negate: bool) {
                if negate {
                    let minuend = core::mem::replace(number, Self::ZERO_IN_LIMBS);
                    Self::subtract_from(number, &minuend);
                }
            }

            fn inverse(of: &Element<Self>) -> Option<Element<Self>> {
                $inverse(of)
            }
        }
    };
}

on_ed25519!(u32, 10, curve25519_32, Element::inverse_by_power);
on_ed25519!(u64, 5, curve25519_64, |of: &Element<u64>| {
    Some(Element::read(&u64::invert(&of.write(), &PRIME)?))
});
