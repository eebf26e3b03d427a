//! Algorithms and their keys (RFC 7518): sizes and ranges of keys, and the only valid form of a
//! signature.

use crate::support::issuer::{self, Issuer, encode};
use crate::support::jwk;
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look};
#[cfg(any(feature = "es256", feature = "rsa", feature = "hs256"))]
use keycard::Member;
use keycard::{Algorithm, Policy, Reason, Stage, Time};
use serde_json::json;
#[cfg(any(feature = "es256", feature = "rsa"))]
use {
    jwk::{rejection, with},
    serde_json::Value,
};

fn built() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_built())
}

#[cfg(feature = "es256")]
fn p256() -> Value {
    Issuer::with(Algorithm::Es256, "first").jwk()
}

#[cfg(feature = "rsa")]
fn rsa() -> Value {
    Issuer::with(Algorithm::Rs256, "first").jwk()
}

#[test]
#[cfg(feature = "hs256")]
fn section_3_2_accepts_secrets_of_hash_length_only_if_allowed() {
    use jwk::rejection_by;
    use keycard::{Algorithms, KeyRules, KeyTable};
    let secret = |length: usize| json!({"kty": "oct", "k": encode(vec![7; length])});
    assert_eq!(
        rejection_by(&KeyRules::new(), &secret(32)),
        (Reason::KeySecret, Some(Member::KeyValue))
    );
    let rules = KeyRules::new().allow_secrets();
    assert_eq!(rejection_by(&rules, &secret(31)), (Reason::KeyWeak, Some(Member::KeyValue)));
    let too_long = secret(keycard::limits::MAX_SECRET_BYTES + 1);
    assert_eq!(rejection_by(&rules, &too_long), (Reason::KeyOutOfRange, Some(Member::KeyValue)));
    assert_eq!(rejection_by(&rules, &json!({"kty": "oct"})).0, Reason::KeyMalformed);
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    for length in [32, 48, 64, 512] {
        table.add_jwk_by(&rules, secret(length).to_string()).unwrap();
    }
    let built = |list: &[Algorithm]| {
        let built: Vec<_> = list.iter().copied().filter(|it| it.is_built()).collect();
        Algorithms::of(&built)
    };
    let all = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
    let bound: Vec<_> = table.view().iter().map(|key| key.algorithms()).collect();
    assert_eq!(bound, [built(&all[..1]), built(&all[..2]), built(&all), built(&all)]);
    assert!(!format!("{table:?}").contains("7, 7"), "a secret is never shown");
}

#[test]
#[cfg(feature = "rsa")]
fn sections_3_3_and_6_3_1_take_moduli_of_2048_bits_and_more() {
    let reject = |changes| rejection(&with(&rsa(), changes));
    let odd = |length: usize| {
        let mut bytes = vec![0xFF; length];
        bytes[length - 1] = 0x01;
        bytes
    };
    let n = |bytes: Vec<u8>| reject(json!({ "n": encode(bytes) })).0;
    let mut bits_2047 = odd(256);
    bits_2047[0] = 0x7F;
    assert_eq!(n(bits_2047), Reason::KeyWeak);
    assert_eq!(n(odd(128)), Reason::KeyWeak);
    assert_eq!(n(odd(keycard::limits::MAX_RSA_BITS / 8 + 1)), Reason::KeyOutOfRange);
    assert_eq!(n(vec![0xFE; 256]), Reason::KeyOutOfRange);
    // Java programs write a sign octet before the number. One such octet is removed, with a note.
    let mut padded = odd(258);
    (padded[0], padded[1]) = (0, 0);
    let one_zero = json!({ "n": encode(&padded[1..]) });
    assert!(!jwk::accepted_for(&with(&rsa(), one_zero)).is_empty());
    assert_eq!(n(padded), Reason::KeyWidth);
    assert_eq!(n(vec![]), Reason::KeyMalformed);
    assert_eq!(reject(json!({"n": null})), (Reason::KeyMalformed, Some(Member::Modulus)));
    let e = |bytes: &[u8]| reject(json!({ "e": encode(bytes) })).0;
    assert_eq!(e(&[1]), Reason::KeyOutOfRange);
    assert_eq!(e(&[2]), Reason::KeyOutOfRange);
    assert_eq!(e(&[1, 0, 0]), Reason::KeyOutOfRange);
    assert_eq!(e(&[2, 0, 0, 0, 1]), Reason::KeyOutOfRange);
    assert_eq!(e(&[1; 9]), Reason::KeyOutOfRange);
    assert_eq!(e(&[0, 0, 1, 0, 1]), Reason::KeyWidth);
    assert_eq!(e(&[]), Reason::KeyMalformed);
    assert!(
        !jwk::accepted_for(&with(&rsa(), json!({"e": encode([1, 0xFF, 0xFF, 0xFF, 0xFF])})))
            .is_empty()
    );
}

#[test]
#[cfg(feature = "rsa")]
fn section_3_5_takes_a_salt_as_long_as_the_hash_and_no_other() {
    use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
    let issuer = Issuer::with_rsa(Algorithm::Ps256, "2048");
    let mut memory = [0; 64];
    let keys = issuer.keys(&mut memory);
    for length in [0, 20, 31, 32, 33, 48, 64] {
        let key = issuer::rsa_key("2048");
        let signer = rsa::pss::SigningKey::<sha2::Sha256>::new_with_salt_len(key, length);
        let signature = signer.sign_with_rng(&mut rand::rng(), b"message").to_vec();
        let outcome = keys.view().verify(Algorithm::Ps256, b"message", &signature);
        assert_eq!(outcome.is_ok(), length == 32, "{length}");
    }
}

#[test]
fn rejects_signature_of_wrong_length_before_any_arithmetic() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let mut memory = [0; 384];
        let keys = issuer.keys(&mut memory);
        let right = issuer.signature(b"message");
        for length in [0, 1, right.len() / 2, right.len() - 1, right.len() + 1, 2 * right.len()] {
            let mut other = right.clone();
            other.resize(length, 0);
            let outcome = keys.view().verify(algorithm, b"message", &other);
            assert_eq!(
                outcome.unwrap_err().reason(),
                Reason::SignatureLength,
                "{algorithm} {length}"
            );
        }
    }
}

#[test]
#[cfg(any(feature = "es256", feature = "es384", feature = "es512", feature = "es256k"))]
fn section_3_4_rejects_signatures_in_der_by_name() {
    for algorithm in built().filter(|algorithm| algorithm.name().starts_with("ES")) {
        let issuer = Issuer::with(algorithm, "first");
        let mut memory = [0; 384];
        let keys = issuer.keys(&mut memory);
        let raw = issuer.signature(b"message");
        let (r, s) = raw.split_at(raw.len() / 2);
        let integers = [integer(r), integer(s)].concat();
        let length = u8::try_from(integers.len()).unwrap();
        let der = match length {
            0..=0x7F => [&[0x30, length][..], &integers].concat(),
            _ => [&[0x30, 0x81, length][..], &integers].concat(),
        };
        let outcome = keys.view().verify(algorithm, b"message", &der);
        assert_eq!(outcome.unwrap_err().reason(), Reason::SignatureIsDer, "{algorithm}");
    }
}

#[cfg(any(feature = "es256", feature = "es384", feature = "es512", feature = "es256k"))]
fn integer(bytes: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    if digits[0] & 0x80 != 0 {
        digits.insert(0, 0);
    }
    let length = u8::try_from(digits.len()).unwrap();
    [&[0x02, length][..], &digits].concat()
}

#[test]
#[cfg(feature = "es256")]
fn section_3_4_rejects_signatures_of_zero_and_of_the_order() {
    // "Psychic signatures" (CVE-2022-21449), and values that are valid only after a reduction.
    const ORDER: [u8; 32] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
        0x25, 0x51,
    ];
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let policy = Policy::jwt(ISSUER, AUDIENCE, [Algorithm::Es256]);
    let token = issuer.token(claims(json!({})));
    let (signed, _) = token.rsplit_once('.').unwrap();
    let right = issuer.signature(signed.as_bytes());
    let (r, s) = right.split_at(32);
    let zero = [0; 32];
    for (r, s) in [(&zero[..], &zero[..]), (r, &zero), (&zero, s), (&ORDER, s), (r, &ORDER)] {
        let token = format!("{signed}.{}", encode([r, s].concat()));
        let error = look(&issuer, &token, &policy, Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.reason(), Reason::SignatureInvalid);
    }
}

#[test]
#[cfg(all(feature = "es256", feature = "es384"))]
fn section_3_4_binds_the_curve_to_the_algorithm() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    for (name, rejected) in [
        ("ES384", (Reason::KeyContradiction, Some(Member::Algorithm))),
        ("RS256", (Reason::KeyContradiction, Some(Member::Algorithm))),
        ("ECDH-ES", (Reason::KeyUnsupported, Some(Member::Algorithm))),
    ] {
        assert_eq!(rejection(&with(&issuer.jwk(), json!({ "alg": name }))), rejected);
    }
    let header = json!({"alg": "ES384", "kid": "first"}).to_string();
    let token = issuer.sign(&header, claims(json!({})));
    let policy = Policy::jwt(ISSUER, AUDIENCE, [Algorithm::Es256, Algorithm::Es384]);
    let error = look(&issuer, &token, &policy, Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!((error.stage(), error.reason()), (Stage::Key, Reason::KeyUnfit));
}

#[test]
fn section_3_6_rejects_unsecured_tokens_however_none_is_spelled() {
    let issuer = Issuer::new();
    let policy = Policy::jwt(ISSUER, AUDIENCE, [issuer.algorithm()]);
    let reject = |token: &str| {
        let error = look(&issuer, token, &policy, Time::At(NOW), |_| ()).unwrap_err();
        (error.stage(), error.reason())
    };
    let signed = |header: &str| reject(&issuer.sign(header, claims(json!({}))));
    assert_eq!(signed(r#"{"alg":"none"}"#), (Stage::Algorithm, Reason::AlgorithmNone));
    for spelling in ["None", "NONE", "nOnE", "n\u{f6}ne", "none "] {
        let header = json!({ "alg": spelling }).to_string();
        assert_eq!(signed(&header), (Stage::Algorithm, Reason::AlgorithmUnknown));
    }
    let unsigned = format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(claims(json!({}))));
    assert_eq!(reject(&unsigned), (Stage::Token, Reason::TokenParts));
}

#[test]
#[cfg(feature = "es256")]
fn section_6_2_1_rejects_point_off_curve_or_of_wrong_width() {
    let reject = |changes| rejection(&with(&p256(), changes));
    let x = Some(Member::XCoordinate);
    assert_eq!(reject(json!({"x": null})), (Reason::KeyMalformed, x));
    assert_eq!(reject(json!({"x": 1})), (Reason::KeyMalformed, x));
    assert_eq!(reject(json!({"x": encode([1; 31])})), (Reason::KeyWidth, x));
    assert_eq!(reject(json!({"x": encode([1; 33])})), (Reason::KeyWidth, x));
    let mut memory = [0; 64];
    let set = json!({ "keys": [with(&p256(), json!({"x": encode([1; 31])}))] }).to_string();
    let report = keycard::KeyTable::new(&mut memory).unwrap().add_jwks(&set).unwrap();
    let error = report.rejections()[0].error;
    assert_eq!((error.found(), error.needed(), error.member()), (Some(31), Some(32), x));
    assert_eq!(
        reject(json!({"x": format!("{}!", &encode([1; 32])[1..])})),
        (Reason::KeyMalformed, x)
    );
    let y = Some(Member::YCoordinate);
    assert_eq!(reject(json!({"y": ""})), (Reason::KeyWidth, y));
    assert_eq!(reject(json!({"y": encode([1; 32])})).0, Reason::KeyNotOnCurve);
    assert_eq!(
        reject(json!({"x": encode([0; 32]), "y": encode([0; 32])})).0,
        Reason::KeyNotOnCurve
    );
    let above = encode([0xFF; 32]);
    assert_eq!(reject(json!({ "x": above })).0, Reason::KeyNotOnCurve);
    assert_eq!(reject(json!({"crv": "P-192"})), (Reason::KeyUnsupported, Some(Member::Curve)));
    assert_eq!(reject(json!({"crv": null})), (Reason::KeyMalformed, Some(Member::Curve)));
    assert_eq!(reject(json!({"kid": 7})), (Reason::KeyMalformed, Some(Member::KeyId)));
    assert_eq!(reject(json!({"kid": "k".repeat(256)})).0, Reason::KeyIdTooLong);
    let longest = with(&p256(), json!({"kid": "k".repeat(255)})).to_string();
    assert!(keycard::KeyTable::new(&mut [0; 64]).unwrap().add_jwk(longest).is_ok());
}

#[test]
#[cfg(feature = "es256")]
fn section_6_2_1_takes_no_point_of_any_curve_that_is_not_on_it() {
    let curves = built().filter(|algorithm| algorithm.name().starts_with("ES"));
    for jwk in curves.map(|algorithm| Issuer::with(algorithm, "first").jwk()) {
        let (x, y) = (&jwk["x"], &jwk["y"]);
        let width = x.as_str().unwrap().len() * 3 / 4;
        let [zero, one, above] = [0, 1, 0xFF].map(|byte| json!(encode(vec![byte; width])));
        for (x, y) in [(y, x), (x, &one), (x, &zero), (&zero, &zero), (&above, y), (x, &above)] {
            let mut moved = jwk.clone();
            (moved["x"], moved["y"]) = (x.clone(), y.clone());
            assert_eq!(rejection(&moved).0, Reason::KeyNotOnCurve, "{moved}");
        }
    }
}
