//! RSA signatures of every size, exponent and padding, against the `rsa` crate as signer and
//! oracle.

#![cfg(feature = "rsa")]

use crate::support::back_end::with_every_back_end;
use crate::support::issuer::{Issuer, encode};
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd, Resize as _};
use keycard::{Algorithm, KeyRules, KeyTable, Precompute, Reason};
use serde_json::json;
use sha2::Digest as _;

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
];

/// Sizes at the bounds, one bit and one byte above them, and exponents other than 65537.
const FILES: &[&str] = &[
    "2048",
    "2048_e3",
    "2049",
    "2056_e35",
    "3072",
    "4096",
    // Only hosts support this size.
    #[cfg(target_pointer_width = "64")]
    "8192",
];

fn verify(
    issuer: &Issuer,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Reason> {
    let mut memory = [0; 256];
    let keys = issuer.keys(&mut memory);
    let verified = keys.view().verify(algorithm, message, signature);
    verified.map(|_| ()).map_err(|error| error.reason())
}

#[test]
fn accepts_signature_for_its_algorithm_and_for_no_other() {
    for file in FILES {
        for algorithm in ALGORITHMS {
            let issuer = Issuer::with_rsa(algorithm, file);
            let message = format!("{file} {algorithm}");
            let signature = issuer.signature(message.as_bytes());
            assert_eq!(
                verify(&issuer, algorithm, message.as_bytes(), &signature),
                Ok(()),
                "{message}"
            );
            for other in ALGORITHMS {
                if other != algorithm {
                    let outcome = verify(&issuer, other, message.as_bytes(), &signature);
                    assert_eq!(outcome, Err(Reason::SignatureInvalid), "{message} as {other}");
                }
            }
        }
    }
}

#[test]
fn one_bit_changed_anywhere_is_rejected() {
    let issuer = Issuer::with_rsa(Algorithm::Rs256, "2048");
    let pss = Issuer::with_rsa(Algorithm::Ps256, "2048");
    for (issuer, algorithm) in [(issuer, Algorithm::Rs256), (pss, Algorithm::Ps256)] {
        let signature = issuer.signature(b"message");
        for bit in 0..8 * signature.len() {
            let mut changed = signature.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let outcome = verify(&issuer, algorithm, b"message", &changed);
            assert_eq!(outcome, Err(Reason::SignatureInvalid), "{algorithm} bit {bit}");
        }
        let outcome = verify(&issuer, algorithm, b"messagf", &signature);
        assert_eq!(outcome, Err(Reason::SignatureInvalid));
    }
}

#[test]
fn a_signature_is_as_long_as_the_modulus_and_less_than_it() {
    for file in FILES {
        let issuer = Issuer::with_rsa(Algorithm::Rs256, file);
        let right = issuer.signature(b"message");
        for length in [0, 1, right.len() - 1, right.len() + 1] {
            let mut other = right.clone();
            other.resize(length, 0);
            let outcome = verify(&issuer, Algorithm::Rs256, b"message", &other);
            assert_eq!(outcome, Err(Reason::SignatureLength), "{file} {length}");
        }
        for special in [vec![0; right.len()], vec![0xFF; right.len()]] {
            let outcome = verify(&issuer, Algorithm::Rs256, b"message", &special);
            assert_eq!(outcome, Err(Reason::SignatureInvalid), "{file}");
        }
        // The signature plus the modulus is the same number modulo the modulus.
        let modulus = issuer.jwk()["n"].as_str().unwrap().to_owned();
        let modulus = decode(&modulus);
        let mut sum = right.clone();
        let mut carry = 0u16;
        for (place, byte) in sum.iter_mut().zip(modulus).rev() {
            carry += u16::from(*place) + u16::from(byte);
            *place = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        if carry == 0 {
            let outcome = verify(&issuer, Algorithm::Rs256, b"message", &sum);
            assert_eq!(outcome, Err(Reason::SignatureInvalid), "{file}");
        }
    }
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[test]
fn messages_of_any_length_are_signed_whole() {
    let issuer = Issuer::with_rsa(Algorithm::Rs512, "2048");
    for length in [0, 1, 63, 64, 111, 112, 127, 128, 129, 5000] {
        let message = vec![b'x'; length];
        let signature = issuer.signature(&message);
        assert_eq!(verify(&issuer, Algorithm::Rs512, &message, &signature), Ok(()), "{length}");
    }
}

/// Primes close to 2^bits, whose limbs are nearly all ones, or nearly all zeros below the highest
/// bit. The sizes are the limits of a key, around 2048 bits, sizes at which limbs of 52 bits fill
/// their blocks (2080, 3328), and odd sizes.
const PRIMES: [(u32, i64); 9] = [
    (2047, 2895),
    (2048, -2543),
    (2048, 3211),
    (2056, -3527),
    (2080, 961),
    (3000, -2699),
    (3328, -2729),
    (4095, 579),
    (4096, -8627),
];

/// For a prime modulus, any root can be computed. Such a modulus is not a real key, but it gives
/// the arithmetic extreme numbers.
#[test]
fn powers_are_right_for_moduli_of_mostly_ones_or_zeros() {
    // The smallest exponent, the usual one, and two of the largest: one with few and one with all
    // bits set.
    let exponents = [3u64, 65_537, (1 << 32) + 1, (1 << 33) - 1];
    for (at, (bits, more)) in PRIMES.into_iter().enumerate() {
        let precision = (bits + 1).next_multiple_of(64);
        let number = |small: u64| BoxedUint::from(small).resize(precision);
        let (one, little) = (number(1), number(more.unsigned_abs()));
        let power = one.shl(bits);
        let n = if more < 0 { power.wrapping_sub(&little) } else { power.wrapping_add(&little) };
        let length = n.bits().div_ceil(8) as usize;
        let bytes = |number: &BoxedUint| {
            let bytes = number.to_be_bytes();
            bytes[bytes.len() - length..].to_vec()
        };
        let params = BoxedMontyParams::new_vartime(Odd::new(n.clone()).unwrap());
        // RFC 8017 section 9.2.
        let info = [
            0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x01, 0x05, 0x00, 0x04, 0x20,
        ];
        let end = [&[0], &info[..], &sha2::Sha256::digest(b"message")].concat();
        let padded = [vec![0, 1], vec![0xFF; length - 2 - end.len()], end].concat();
        let padded = BoxedUint::from_be_slice_vartime(&padded).resize(precision);
        for exponent in [exponents[at % 4], exponents[(at + 1) % 4]] {
            let order = n.wrapping_sub(&one).to_nz().unwrap();
            let root = number(exponent).invert_mod(&order).into_option().expect("no root");
            let right = BoxedMontyForm::new(padded.clone(), &params).pow(&root).retrieve();
            let fits = right.wrapping_add(&n).bits() as usize <= 8 * length;
            let jwk = json!({
                "kty": "RSA",
                "n": encode(bytes(&n)),
                "e": encode(exponent.to_be_bytes().iter().copied().skip_while(|it| *it == 0).collect::<Vec<_>>()),
            });
            for precompute in [Precompute::None, Precompute::Bytes1K] {
                let mut memory = [0; 256];
                let mut table = KeyTable::new(&mut memory).unwrap();
                table.add_jwk_by(&KeyRules::new().precompute(precompute), jwk.to_string()).unwrap();
                with_every_back_end(|| {
                    let verdict = |signature: &BoxedUint| {
                        let signature = bytes(signature);
                        let outcome = table.view().verify(Algorithm::Rs256, b"message", &signature);
                        outcome.map(|_| ()).map_err(|error| error.reason())
                    };
                    assert_eq!(verdict(&right), Ok(()), "2^{bits} + {more}, e {exponent}");
                    for wrong in [
                        number(0),
                        one.clone(),
                        n.wrapping_sub(&one),
                        n.clone(),
                        n.wrapping_sub(&right),
                        right.wrapping_add(&one),
                        right.wrapping_sub(&one),
                        if fits { right.wrapping_add(&n) } else { n.clone() },
                    ] {
                        assert_eq!(verdict(&wrong), Err(Reason::SignatureInvalid), "{wrong:?}");
                    }
                });
            }
        }
    }
}
