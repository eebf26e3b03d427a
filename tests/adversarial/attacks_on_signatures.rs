//! Forged signatures that other verifiers accepted. This library rejects them.
//! `docs/evidence/attacks.md` names the verifiers.

#![cfg(all(feature = "rsa", feature = "es256", feature = "hs256"))]

use crate::support::issuer::{self, Issuer, encode};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd, Resize as _};
use keycard::{Algorithm, Policy, Reason, Stage, Time};
use rsa::traits::PrivateKeyParts as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};

fn verdict_of(issuer: &Issuer, message: &[u8], signature: &[u8]) -> Result<(), Reason> {
    let mut memory = [0; 384];
    let keys = issuer.keys(&mut memory);
    let outcome = keys.view().verify(issuer.algorithm(), message, signature);
    outcome.map(|_| ()).map_err(|error| error.reason())
}

/// The order of each curve, big-endian.
fn orders() -> Vec<(Algorithm, Vec<u8>)> {
    let order = |text: &str| {
        let pairs = text.as_bytes().as_chunks::<2>().0.iter();
        pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    };
    let all = [
        (
            Algorithm::Es256,
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551".to_owned(),
        ),
        (
            Algorithm::Es384,
            format!("{}c7634d81f4372ddf581a0db248b0a77aecec196accc52973", "ff".repeat(24)),
        ),
        (
            Algorithm::Es512,
            format!(
                "01{}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
                "ff".repeat(32)
            ),
        ),
        (
            Algorithm::Es256K,
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".to_owned(),
        ),
    ];
    let built = all.into_iter().filter(|(algorithm, _)| algorithm.is_built());
    built.map(|(algorithm, text)| (algorithm, order(&text))).collect()
}

/// Adds a small number to a number in bytes, which keeps its width.
fn plus(number: &[u8], small: i8) -> Vec<u8> {
    let mut sum = number.to_vec();
    let mut carry = i16::from(small);
    for place in sum.iter_mut().rev() {
        carry += i16::from(*place);
        *place = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    sum
}

#[test]
fn rejects_psychic_signatures_and_r_or_s_out_of_range() {
    for (algorithm, order) in orders() {
        let issuer = Issuer::with(algorithm, "first");
        let right = issuer.signature(b"message");
        assert_eq!(verdict_of(&issuer, b"message", &right), Ok(()), "{algorithm}");
        let (r, s) = right.split_at(right.len() / 2);
        let (zero, most) = (vec![0; order.len()], vec![0xFF; order.len()]);
        let out = [zero, order.clone(), plus(&order, 1), most];
        for bad in &out {
            for other in &out {
                let both = [&bad[..], other].concat();
                assert_eq!(verdict_of(&issuer, b"message", &both), Err(Reason::SignatureInvalid));
            }
            for signature in [[bad, s].concat(), [r, bad].concat()] {
                assert_eq!(
                    verdict_of(&issuer, b"message", &signature),
                    Err(Reason::SignatureInvalid),
                    "{algorithm} {signature:x?}"
                );
            }
        }
        for edge in [plus(&vec![0; order.len()], 1), plus(&order, -1)] {
            for signature in
                [[&edge[..], s].concat(), [r, &edge].concat(), [&edge[..], &edge].concat()]
            {
                assert_eq!(
                    verdict_of(&issuer, b"message", &signature),
                    Err(Reason::SignatureInvalid)
                );
            }
        }
    }
}

#[test]
fn signatures_of_another_curve_padded_to_the_length_of_this_one() {
    for (algorithm, _) in orders() {
        let issuer = Issuer::with(algorithm, "first");
        let (r, s) = {
            let right = issuer.signature(b"message");
            let (r, s) = right.split_at(right.len() / 2);
            (r.to_vec(), s.to_vec())
        };
        for width in [32, 48, 66].into_iter().filter(|width| *width > r.len()) {
            let pad = vec![0; width - r.len()];
            let padded = [&pad, &r, &pad, &s].map(|part| &part[..]).concat();
            assert_eq!(verdict_of(&issuer, b"message", &padded), Err(Reason::SignatureLength));
        }
    }
}

/// DigestInfo of SHA-256 (RFC 8017 section 9.2).
const SHA_256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

fn decode(text: &serde_json::Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// Returns the signature of any padded text of 2048 bits: the text to the power of the private
/// exponent.
fn signed_as_it_is(padded: &[u8]) -> Vec<u8> {
    let key = issuer::rsa_key("2048");
    let modulus = decode(&Issuer::with_rsa(Algorithm::Rs256, "2048").jwk()["n"]);
    let modulus = BoxedUint::from_be_slice(&modulus, 2048).unwrap();
    let parameters = BoxedMontyParams::new(Odd::new(modulus).unwrap());
    let number = BoxedUint::from_be_slice(padded, 2048).unwrap();
    let exponent =
        BoxedUint::from_be_slice(&key.d().to_be_bytes(), key.d().bits_precision()).unwrap();
    BoxedMontyForm::new(number, &parameters).pow(&exponent).retrieve().to_be_bytes().to_vec()
}

#[test]
fn pkcs_1_padding_in_every_variant_but_one() {
    let issuer = Issuer::with_rsa(Algorithm::Rs256, "2048");
    let hash = Sha256::digest(b"message");
    let padded = |start: [u8; 2], fill: u8, middle: u8, info: &[u8]| {
        let fill = vec![fill; 256 - 3 - info.len()];
        [&start[..], &fill, &[middle], info].concat()
    };
    let info = [&SHA_256[..], &hash].concat();
    let right = signed_as_it_is(&padded([0, 1], 0xFF, 0, &info));
    assert_eq!(verdict_of(&issuer, b"message", &right), Ok(()), "the one");
    let without_null = {
        let mut info = SHA_256.to_vec();
        (info[1], info[3]) = (0x2f, 0x0b);
        info.drain(15..17);
        [&info[..], &hash].concat()
    };
    let other_hash = {
        let mut info = info.clone();
        info[14] = 2;
        info
    };
    let long_length = {
        // The outer length in two bytes, which BER allows.
        let mut info = info.clone();
        info.splice(1..2, [0x81, 0x31]);
        info
    };
    let with_parameters = {
        let mut info = SHA_256.to_vec();
        (info[1], info[3]) = (0x33, 0x0f);
        info.splice(15..17, [0x04, 0x02, 0, 0]);
        [&info[..], &hash].concat()
    };
    let behind = [&info[..], &[0; 8]].concat();
    let long_hash = [&SHA_256[..], &[0], &hash].concat();
    let mut short = padded([0, 1], 0xFF, 0, &[0; 200]);
    short.truncate(11);
    let short =
        [&short[..8], &[0xFF, 0xFF, 0], &info, &vec![0x55; 256 - 11 - info.len()][..]].concat();
    let variants = [
        ("no NULL", padded([0, 1], 0xFF, 0, &without_null)),
        ("another hash", padded([0, 1], 0xFF, 0, &other_hash)),
        ("BER", padded([0, 1], 0xFF, 0, &long_length)),
        ("parameters", padded([0, 1], 0xFF, 0, &with_parameters)),
        ("behind the hash", padded([0, 1], 0xFF, 0, &behind)),
        ("a longer hash", padded([0, 1], 0xFF, 0, &long_hash)),
        ("the hash alone", padded([0, 1], 0xFF, 0, &hash)),
        ("a truncated hash", padded([0, 1], 0xFF, 0, &info[..info.len() - 1])),
        ("block type 0", padded([0, 0], 0x00, 0, &info)),
        ("block type 2", padded([0, 2], 0xFF, 0, &info)),
        ("fill of zeros", padded([0, 1], 0x00, 0, &info)),
        ("fill of another byte", padded([0, 1], 0xFE, 0, &info)),
        ("no separator", padded([0, 1], 0xFF, 0xFF, &info)),
        ("short fill and garbage", short),
    ];
    for (name, text) in variants {
        assert_eq!(text.len(), 256, "{name}");
        let signature = signed_as_it_is(&text);
        assert_eq!(
            verdict_of(&issuer, b"message", &signature),
            Err(Reason::SignatureInvalid),
            "{name}"
        );
    }
}

/// Masks a text with MGF1 and SHA-256 (RFC 8017 section B.2.1).
fn masked(text: &[u8], seed: &[u8]) -> Vec<u8> {
    let digests = (0u32..).map(|counter| [seed, &counter.to_be_bytes()].concat());
    let mask = digests.flat_map(|input| Sha256::digest(input).to_vec());
    text.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
}

#[test]
fn pss_padding_in_every_variant_but_one() {
    let issuer = Issuer::with_rsa(Algorithm::Ps256, "2048");
    let modulus = decode(&issuer.jwk()["n"]);
    let digest = Sha256::digest(b"message");
    let hash_of = |zeros: usize, salt: &[u8]| {
        Sha256::digest([&vec![0; zeros][..], &digest, salt].concat()).to_vec()
    };
    // RFC 8017 section 9.1.1: zeros, a 1 and the salt, masked; the hash; a trailer. The highest bit
    // is unused.
    let padded = |zeros: Vec<u8>, one: u8, salt: &[u8], hash: &[u8], trailer: u8| {
        let text = [&zeros[..], &[one], salt].concat();
        let mut text = [&masked(&text, hash), hash, &[trailer]].concat();
        text[0] &= 0x7F;
        text
    };
    let outcome = |text: &[u8]| {
        assert!(text.len() == 256 && text < &modulus[..]);
        verdict_of(&issuer, b"message", &signed_as_it_is(text))
    };
    let salt = [0x5A; 32];
    let hash = hash_of(8, &salt);
    let zeros = || vec![0; 190];
    let not_zero = |places: &[usize]| {
        let mut zeros = zeros();
        places.iter().for_each(|place| zeros[*place] = 0x10);
        zeros
    };
    let right = padded(zeros(), 1, &salt, &hash, 0xBC);
    assert_eq!(outcome(&right), Ok(()), "the one");
    // Sets the highest bit, with a salt for which the text is still less than the modulus.
    let highest = (0..=u8::MAX).find_map(|byte| {
        let salt = [byte; 32];
        let mut text = padded(zeros(), 1, &salt, &hash_of(8, &salt), 0xBC);
        text[0] |= 0x80;
        (text < modulus).then_some(text)
    });
    let salted = |length: usize| {
        let salt = vec![0x5A; length];
        padded(vec![0; 222 - length], 1, &salt, &hash_of(8, &salt), 0xBC)
    };
    let variants = [
        ("another trailer", padded(zeros(), 1, &salt, &hash, 0xCC)),
        ("no trailer", padded(zeros(), 1, &salt, &hash, 0)),
        ("the highest bit", highest.unwrap()),
        ("the first of the zeros", padded(not_zero(&[0]), 1, &salt, &hash, 0xBC)),
        ("one of the zeros", padded(not_zero(&[100]), 1, &salt, &hash, 0xBC)),
        ("the last of the zeros", padded(not_zero(&[189]), 1, &salt, &hash, 0xBC)),
        ("two of the zeros alike", padded(not_zero(&[3, 100]), 1, &salt, &hash, 0xBC)),
        ("no 1", padded(zeros(), 0, &salt, &hash, 0xBC)),
        ("more than a 1", padded(zeros(), 0x81, &salt, &hash, 0xBC)),
        ("another salt", padded(zeros(), 1, &[0x5B; 32], &hash, 0xBC)),
        ("another hash", padded(zeros(), 1, &salt, &hash_of(7, &salt), 0xBC)),
        ("the digest alone", padded(zeros(), 1, &salt, &digest, 0xBC)),
    ];
    for (name, text) in variants {
        assert_eq!(outcome(&text), Err(Reason::SignatureInvalid), "{name}");
    }
    // RFC 7518 section 3.5: the salt is as long as the hash. The longest salt that fits has 222
    // bytes.
    for length in (0..32).chain(33..=222) {
        assert_eq!(outcome(&salted(length)), Err(Reason::SignatureSalt), "{length}");
        let mut wrong = salted(length);
        wrong[230] ^= 1;
        assert_eq!(outcome(&wrong), Err(Reason::SignatureInvalid), "{length}");
    }
}

/// The largest number whose third power is not more than `number`.
fn cube_root(number: &BoxedUint) -> BoxedUint {
    let wide = |number: &BoxedUint| number.clone().resize(4096);
    let mut root = BoxedUint::zero_with_precision(4096);
    for bit in (0..700).rev() {
        let more = root.wrapping_add(BoxedUint::one_with_precision(4096).shl(bit));
        let cube = more.wrapping_mul(&more).wrapping_mul(&more);
        if cube <= wide(number) {
            root = more;
        }
    }
    root
}

#[test]
fn cube_root_forgery_on_an_exponent_of_3() {
    // Bleichenbacher, 2006: a verifier that checks only the beginning of the padded text accepts a
    // cube root as a signature.
    let issuer = Issuer::with_rsa(Algorithm::Rs256, "2048_e3");
    assert_eq!(decode(&issuer.jwk()["e"]), [3]);
    let hash = Sha256::digest(b"message");
    let start =
        [&[0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0][..], &SHA_256, &hash].concat();
    let highest = [&start[..], &vec![0xFF; 256 - start.len()]].concat();
    let root = cube_root(&BoxedUint::from_be_slice(&highest, 2048).unwrap());
    let cube = root.wrapping_mul(&root).wrapping_mul(&root).to_be_bytes();
    let cube = &cube[cube.len() - 256..];
    assert_eq!(cube[..start.len()], start, "it would pass with whoever does not look at the rest");
    let root = root.to_be_bytes();
    let signature = &root[root.len() - 256..];
    assert_eq!(verdict_of(&issuer, b"message", signature), Err(Reason::SignatureInvalid));
    // The cube root of a text that has no space for garbage.
    for exact in [0u8, 1, 8, 27] {
        let mut power = vec![0; 256];
        power[255] = exact;
        assert_eq!(
            verdict_of(&issuer, b"message", &power),
            Err(Reason::SignatureInvalid),
            "{exact}"
        );
    }
}

#[test]
fn truncated_and_empty_macs() {
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        if !algorithm.is_built() {
            continue;
        }
        let issuer = Issuer::with(algorithm, "first");
        let right = issuer.signature(b"message");
        for length in 0..right.len() {
            let outcome = verdict_of(&issuer, b"message", &right[..length]);
            assert_eq!(outcome, Err(Reason::SignatureLength), "{algorithm} {length}");
        }
        // The MAC with a longer hash is not a MAC with a shorter one, truncated or not.
        let longest = Issuer::with(Algorithm::Hs512, "first").signature(b"message");
        if algorithm != Algorithm::Hs512 {
            let outcome = verdict_of(&issuer, b"message", &longest[..right.len()]);
            assert_eq!(outcome, Err(Reason::SignatureInvalid), "{algorithm}");
        }
    }
}

#[test]
fn rsa_and_ecdsa_keys_taken_for_hmac_secrets_in_every_spelling() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let issuer = Issuer::with(algorithm, "first");
        let (pem, jwk) = (issuer.pem(), issuer.jwk());
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(&base64).unwrap();
        let mut spellings = vec![
            pem.clone().into_bytes(),
            pem.trim().as_bytes().to_vec(),
            pem.replace('\n', "\r\n").into_bytes(),
            pem.replace('\n', "").into_bytes(),
            format!("{pem}\n").into_bytes(),
            base64.into_bytes(),
            der.clone(),
            jwk.to_string().into_bytes(),
            json!({"keys": [jwk]}).to_string().into_bytes(),
            b"first".to_vec(),
            Vec::new(),
            vec![0; 32],
        ];
        for name in ["n", "e", "x", "y"] {
            if let Some(text) = jwk[name].as_str() {
                spellings.push(text.as_bytes().to_vec());
                spellings.push(URL_SAFE_NO_PAD.decode(text).unwrap());
            }
        }
        let policy = Policy::jwt(ISSUER, AUDIENCE, [algorithm, Algorithm::Hs256]);
        for secret in spellings {
            for header in [json!({"alg": "HS256", "kid": "first"}), json!({"alg": "HS256"})] {
                let signed =
                    format!("{}.{}", encode(header.to_string()), encode(claims(json!({}))));
                let forged = format!("{signed}.{}", encode(mac(&secret, signed.as_bytes())));
                let error = look(&issuer, &forged, &policy, Time::At(NOW), |_| ()).unwrap_err();
                let reason = match header.get("kid") {
                    Some(_) => Reason::KeyUnfit,
                    None => Reason::KeyNotFound,
                };
                assert_eq!((error.stage(), error.reason()), (Stage::Key, reason));
            }
        }
    }
}

fn mac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[test]
fn a_secret_is_never_a_public_key_either() {
    // The reverse confusion: a table of secrets, and a token with an asymmetric algorithm.
    let issuer = Issuer::with(Algorithm::Hs256, "first");
    let all = [Algorithm::Hs256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256];
    for name in ["RS256", "PS256", "ES256"] {
        let header = json!({"alg": name, "kid": "first"}).to_string();
        let token = issuer.sign(&header, claims(json!({})));
        let policy = Policy::jwt(ISSUER, AUDIENCE, all);
        let error = look(&issuer, &token, &policy, Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.reason(), Reason::KeyUnfit, "{name}");
    }
}

#[test]
fn hash_confusion_within_a_family() {
    // A signature over one hash, with a header that names another.
    let families = [
        [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512],
        [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512],
    ];
    for family in families {
        for signs in family {
            let issuer = Issuer::with_rsa(signs, "2048");
            for named in family.into_iter().filter(|named| *named != signs) {
                let header = json!({"alg": named.name(), "kid": "rsa"}).to_string();
                let token = issuer.sign(&header, claims(json!({})));
                let policy = Policy::jwt(ISSUER, AUDIENCE, family);
                let error = look(&issuer, &token, &policy, Time::At(NOW), |_| ()).unwrap_err();
                assert_eq!(error.reason(), Reason::SignatureInvalid, "{signs} as {named}");
            }
        }
    }
}
