//! Ed25519 in JOSE (RFC 8037), and other algorithms that were registered after RFC 7518: secp256k1
//! (RFC 8812), fully-specified names (RFC 9864), ML-DSA (RFC 9964).

use crate::support::issuer;
use crate::support::jwk::{self, rejection, with};
#[cfg(feature = "eddsa")]
use keycard::KeyTable;
use keycard::{Member, Reason};
use serde_json::json;
#[cfg(any(feature = "eddsa", all(feature = "es256", feature = "es256k")))]
use {issuer::Issuer, keycard::Algorithm};

#[test]
#[cfg(feature = "eddsa")]
fn section_3_1_rejects_ed25519_small_order_and_noncanonical() {
    let issuer = Issuer::with(Algorithm::EdDsa, "first");
    let right = issuer.signature(b"message");
    let mut memory = [0; 64];
    let keys = issuer.keys(&mut memory);
    let reject = |signature: &[u8]| {
        let outcome = keys.view().verify(Algorithm::EdDsa, b"message", signature);
        assert_eq!(outcome.unwrap_err().reason(), Reason::SignatureInvalid);
    };
    // S + L is the same scalar modulo L.
    const ORDER: [u8; 32] = [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut sum = right.clone();
    let mut carry = 0u16;
    for (place, byte) in sum[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*place) + u16::from(byte);
        *place = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    reject(&sum);
    // R of order one, and the identity written as y = p + 1.
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut other_identity = [0xFF; 32];
    (other_identity[0], other_identity[31]) = (0xEE, 0x7F);
    for r in [identity, other_identity] {
        reject(&[&r[..], &right[32..]].concat());
    }
    // Keys of small order, and keys with a coordinate that is not less than p.
    let mut minus_one = [0xFF; 32];
    (minus_one[0], minus_one[31]) = (0xEC, 0x7F);
    let mut beyond = [0xFF; 32];
    (beyond[0], beyond[31]) = (0xF0, 0x7F);
    for key in [identity, [0; 32], minus_one, other_identity, beyond] {
        let mut memory = [0; 64];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": issuer::encode(key)});
        let error = table.add_jwk(jwk.to_string()).unwrap_err();
        assert_eq!(error.reason(), Reason::KeyNotOnCurve, "{key:x?}");
    }
}

/// The cofactorless equation. Keys and R have a component of each small order. The key is used as
/// loaded, and from an image, where the precomputed values are checked again.
#[test]
#[cfg(feature = "eddsa")]
fn section_3_1_precomputing_keeps_verdict_on_small_order_parts() {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;
    use ed25519_dalek::{Signature, VerifyingKey};
    use keycard::{ImageRules, KeyRules, Keys, Precompute};
    use sha2::{Digest as _, Sha512};
    let (secret, nonce) = (Scalar::from(0x1234_5678_9ABCu64), -Scalar::from(0xFEDC_BA98u64));
    let messages: Vec<_> = (0..12u8).map(|number| vec![number; usize::from(number)]).collect();
    let (mut accepted, mut rejected) = (0, 0);
    for part in EIGHT_TORSION {
        let key = (EdwardsPoint::mul_base(&secret) + part).compress();
        let theirs = VerifyingKey::from_bytes(key.as_bytes()).unwrap();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": issuer::encode(key.as_bytes())});
        let images = Precompute::ALL.iter().map(|precompute| {
            let mut memory = vec![0; 8300];
            let mut table = KeyTable::new(&mut memory).unwrap();
            table.add_jwk_by(&KeyRules::new().precompute(*precompute), jwk.to_string()).unwrap();
            table.seal(1).to_vec()
        });
        let images: Vec<_> = images.collect();
        let rules = ImageRules::storage_is_authenticated();
        let keys: Vec<_> = images
            .iter()
            .flat_map(|image| {
                [Keys::from_image(image, &rules).unwrap(), Keys::open(image).unwrap()]
            })
            .collect();
        for part in EIGHT_TORSION {
            for message in &messages {
                let r = (EdwardsPoint::mul_base(&nonce) + part).compress();
                let k = Sha512::digest([r.as_bytes(), key.as_bytes(), message.as_slice()].concat());
                let k = Scalar::from_bytes_mod_order_wide(&k.into());
                let right = [r.to_bytes(), (nonce + k * secret).to_bytes()].concat();
                for change in [None, Some(31), Some(32), Some(63)] {
                    let mut signature: [u8; 64] = right.clone().try_into().unwrap();
                    if let Some(place) = change {
                        signature[place] ^= 0x80;
                    }
                    let theirs = theirs.verify_strict(message, &Signature::from_bytes(&signature));
                    for keys in &keys {
                        let outcome = keys.verify(Algorithm::EdDsa, message, &signature);
                        let reason = outcome.map(|_| ()).map_err(|error| error.reason());
                        let expected =
                            theirs.as_ref().copied().map_err(|_| Reason::SignatureInvalid);
                        assert_eq!(reason, expected, "{key:?} {signature:x?}");
                    }
                    *(if theirs.is_ok() { &mut accepted } else { &mut rejected }) += 1;
                }
            }
        }
    }
    assert!(accepted > 50 && rejected > 2000, "{accepted} {rejected}");
}

#[test]
fn section_2_rejects_private_keys_and_curves_that_do_not_sign() {
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let reject =
        |changes| rejection(&with(&json!({"kty": "OKP", "crv": "Ed25519", "x": X}), changes));
    assert_eq!(reject(json!({"d": "nWGx"})), (Reason::KeyPrivate, Some(Member::PrivateKey)));
    for curve in ["X25519", "X448", "Ed448", "ed25519", "P-256"] {
        let rejected = reject(json!({ "crv": curve }));
        assert_eq!(rejected, (Reason::KeyUnsupported, Some(Member::Curve)), "{curve}");
    }
    assert_eq!(reject(json!({"crv": null})), (Reason::KeyMalformed, Some(Member::Curve)));
}

#[test]
#[cfg(feature = "eddsa")]
fn section_2_takes_an_x_of_32_octets_only() {
    let key = Issuer::with(Algorithm::EdDsa, "first").jwk();
    let reject = |x| rejection(&with(&key, json!({ "x": x })));
    for width in [0, 31, 33, 57, 64] {
        let rejected = reject(json!(issuer::encode(vec![1; width])));
        assert_eq!(rejected, (Reason::KeyWidth, Some(Member::XCoordinate)), "{width}");
    }
    assert_eq!(reject(json!(null)), (Reason::KeyMalformed, Some(Member::XCoordinate)));
}

#[test]
#[cfg(feature = "eddsa")]
fn rfc_9864_ed25519_accepts_the_signatures_of_eddsa() {
    let polymorphic = Issuer::with(Algorithm::EdDsa, "first");
    let mut memory = [0; 64];
    let keys = polymorphic.keys(&mut memory);
    let signature = polymorphic.signature(b"message");
    for name in ["EdDSA", "Ed25519"] {
        let algorithm = name.parse().unwrap();
        assert!(keys.view().verify(algorithm, b"message", &signature).is_ok(), "{name}");
    }
    assert!("Ed448".parse::<Algorithm>().is_err());
    // A key that names one of the two algorithms is bound to it.
    let named = with(&polymorphic.jwk(), json!({"alg": "Ed25519"}));
    let both = [Algorithm::EdDsa, Algorithm::Ed25519].into();
    assert_eq!(jwk::accepted_for(&named), both, "two names of one algorithm for a key");
}

#[test]
#[cfg(all(feature = "es256", feature = "es256k"))]
fn rfc_8812_tells_secp256k1_from_p_256_by_curve_and_by_name() {
    let key = Issuer::with(Algorithm::Es256K, "first").jwk();
    assert_eq!(jwk::accepted_for(&key), Algorithm::Es256K.into());
    let crossed = with(&key, json!({"alg": "ES256"}));
    assert_eq!(rejection(&crossed), (Reason::KeyContradiction, Some(Member::Algorithm)));
    let moved = with(&key, json!({"crv": "P-256"}));
    assert_eq!(rejection(&moved).0, Reason::KeyNotOnCurve);
}

#[test]
fn rfc_9964_section_3_requires_the_algorithm_of_an_akp_key() {
    let reject = |changes| {
        rejection(&with(&json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}), changes))
    };
    assert_eq!(reject(json!({"alg": null})), (Reason::KeyMalformed, Some(Member::Algorithm)));
    assert_eq!(reject(json!({"priv": "AA"})), (Reason::KeyPrivate, Some(Member::PrivateKey)));
    for other in ["ML-DSA-1", "ES256", "ml-dsa-44"] {
        let rejected = reject(json!({ "alg": other }));
        assert_eq!(rejected, (Reason::KeyUnsupported, Some(Member::Algorithm)), "{other}");
    }
}
