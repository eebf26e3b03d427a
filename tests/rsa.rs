//! RSA signatures of every size, exponent and padding, against the `rsa` crate as signer and oracle.

#![cfg(feature = "rsa")]

#[path = "support/issuer.rs"]
mod issuer;

use issuer::Issuer;
use keycard::{Algorithm, Reason};

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
];

/// Sizes at the bounds, one bit and one byte above them, and exponents other than 65537.
const FILES: [&str; 6] = ["2048", "2048_e3", "2049", "2056_e35", "3072", "4096"];

fn verify(
    issuer: &Issuer,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Reason> {
    let mut memory = [0; 128];
    let keys = issuer.keys(&mut memory);
    let verified = keys.view().verify(algorithm, message, signature);
    verified.map(|_| ()).map_err(|error| error.reason())
}

#[test]
fn what_the_oracle_signs_is_accepted_for_its_algorithm_and_no_other() {
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
                    let judged = verify(&issuer, other, message.as_bytes(), &signature);
                    assert_eq!(judged, Err(Reason::SignatureInvalid), "{message} as {other}");
                }
            }
        }
    }
}

#[test]
fn one_bit_changed_anywhere_is_refused() {
    let issuer = Issuer::with_rsa(Algorithm::Rs256, "2048");
    let pss = Issuer::with_rsa(Algorithm::Ps256, "2048");
    for (issuer, algorithm) in [(issuer, Algorithm::Rs256), (pss, Algorithm::Ps256)] {
        let signature = issuer.signature(b"message");
        for bit in 0..8 * signature.len() {
            let mut changed = signature.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let judged = verify(&issuer, algorithm, b"message", &changed);
            assert_eq!(judged, Err(Reason::SignatureInvalid), "{algorithm} bit {bit}");
        }
        let judged = verify(&issuer, algorithm, b"messagf", &signature);
        assert_eq!(judged, Err(Reason::SignatureInvalid));
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
            let judged = verify(&issuer, Algorithm::Rs256, b"message", &other);
            assert_eq!(judged, Err(Reason::SignatureLength), "{file} {length}");
        }
        for special in [vec![0; right.len()], vec![0xFF; right.len()]] {
            let judged = verify(&issuer, Algorithm::Rs256, b"message", &special);
            assert_eq!(judged, Err(Reason::SignatureInvalid), "{file}");
        }
        // The signature plus the modulus is the same number to whoever reduces first.
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
            let judged = verify(&issuer, Algorithm::Rs256, b"message", &sum);
            assert_eq!(judged, Err(Reason::SignatureInvalid), "{file}");
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
