//! Jobs around and inside tokens: PKCE, key sets, decoders, and precomputation for a key.

use super::Entry;
use crate::contender::Contender;
use crate::contenders::{Verifier, keycard, rustcrypto::RustCrypto};
#[cfg(feature = "peers")]
use crate::contenders::{aws_lc::AwsLc, josekit, jsonwebtoken};
use crate::inputs;
use crate::issuer::{Numbers, PublicKey};
use crate::setting::Setting;
use ::keycard::Algorithm;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::rc::Rc;

pub(super) const JOBS: &[Entry] = &[
    ("pkce-verify", "a code verifier of 43 characters against its S256 challenge", pkce_verify),
    ("jwks-10-keys", "a key set of 5 P-256 and 5 RSA keys, read into keys that verify", jwks_10),
    ("jwks-1000-keys", "a key set of 500 P-256 and 500 RSA keys, likewise", jwks_1000),
    ("base64url-1024", "1024 characters, decoded strictly into memory that is there", base64url),
    ("json-700", "claims of 700 bytes, read", json),
    (
        "claims-8-members",
        "claims of 600 bytes, into a structure of 8 members; keycard's claims are validated before",
        deserialize,
    ),
    (
        "precompute-es256",
        "a P-256 key, checked and precomputed; peers check it and build no table",
        precompute,
    ),
];

/// A run that calls `work` with each input.
fn run<T, F: FnMut(&T) -> bool>(
    inputs: &Rc<Vec<T>>,
    mut work: F,
) -> impl FnMut(usize) -> bool + use<T, F> {
    let inputs = inputs.clone();
    move |input| work(&inputs[input])
}

fn pkce_verify(setting: &Setting) -> Vec<Contender> {
    let pairs = Rc::new(inputs::pairs(setting));
    let own = Contender::own("", run(&pairs, keycard::verify_pkce));
    // These contenders do not check the characters of the verifier.
    let rustcrypto = run(&pairs, |pair| {
        let mut challenge = [0; 43];
        let digest = Sha256::digest(&pair.verifier);
        Base64UrlUnpadded::encode(&digest, &mut challenge)
            .is_ok_and(|challenge| same(challenge.as_bytes(), pair.challenge.as_bytes()))
    });
    let mut contenders = vec![own];
    #[cfg(feature = "peers")]
    contenders.push(Contender::peer(
        "aws-lc-rs, data-encoding",
        "",
        run(&pairs, |pair| {
            let digest =
                aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, pair.verifier.as_bytes());
            let mut challenge = [0; 43];
            BASE64URL_NOPAD.encode_mut(digest.as_ref(), &mut challenge);
            same(&challenge, pair.challenge.as_bytes())
        }),
    ));
    contenders.push(Contender::peer("sha2, base64ct", "", rustcrypto));
    contenders
}

/// Compares in constant time, without stopping at a difference.
fn same(left: &[u8], right: &[u8]) -> bool {
    let difference = left.iter().zip(right).fold(0, |all, (left, right)| all | (left ^ right));
    left.len() == right.len() && std::hint::black_box(difference) == 0
}

fn jwks_10(setting: &Setting) -> Vec<Contender> {
    jwks(setting, 10)
}

fn jwks_1000(setting: &Setting) -> Vec<Contender> {
    jwks(setting, 1000)
}

fn jwks(setting: &Setting, count: usize) -> Vec<Contender> {
    let sets = Rc::new(inputs::key_sets(setting, count));
    let contenders = keycard::with_and_without("", || {
        let mut memory = vec![0; 100 * count];
        run(&sets, move |set| keycard::load(&mut memory, set, count))
    });
    #[cfg(feature = "peers")]
    let contenders = {
        let jsonwebtoken = run(&sets, move |set| jsonwebtoken::load(set, count));
        let josekit = run(&sets, move |set| josekit::load(set, count));
        let peers = [
            Contender::peer("jsonwebtoken", "", jsonwebtoken),
            Contender::peer("josekit", "", josekit),
        ];
        contenders.into_iter().chain(peers).collect()
    };
    contenders
}

fn base64url(setting: &Setting) -> Vec<Contender> {
    let texts = Rc::new(inputs::encoded_texts(setting));
    let mut output = [0; 768];
    let own = keycard::with_and_without("", || {
        run(&texts, move |text| {
            ::keycard::base64url::decode_public(text.as_bytes(), &mut output) == Ok(768)
        })
    });
    let data_encoding = run(&texts, move |text| {
        BASE64URL_NOPAD.decode_mut(text.as_bytes(), &mut output) == Ok(768)
    });
    let base64ct = run(&texts, move |text| {
        Base64UrlUnpadded::decode(text, &mut output).is_ok_and(|bytes| bytes.len() == 768)
    });
    #[cfg(feature = "peers")]
    let base64_simd = run(&texts, move |text| {
        let output = base64_simd::Out::from_slice(&mut output);
        let decoded = base64_simd::URL_SAFE_NO_PAD.decode(text.as_bytes(), output);
        decoded.is_ok_and(|bytes| bytes.len() == 768)
    });
    let mut contenders = own;
    contenders.extend([
        Contender::peer("data-encoding", "", data_encoding),
        Contender::peer("base64ct", "", base64ct),
        #[cfg(feature = "peers")]
        Contender::peer("base64-simd", "", base64_simd),
    ]);
    contenders
}

/// The required claims, borrowed if they have no escapes.
#[derive(Deserialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    #[serde(borrow)]
    aud: Vec<&'a str>,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: &'a str,
}

fn json(setting: &Setting) -> Vec<Contender> {
    let texts = Rc::new(inputs::json_texts(setting));
    let mut records = [0; 4096];
    let mut contenders = keycard::with_and_without("whole, no two members of a name", || {
        run(&texts, move |text| ::keycard::json::check(text.as_bytes(), &mut records).is_ok())
    });
    let claims = run(&texts, |text| {
        serde_json::from_str::<Claims<'_>>(text).is_ok_and(|claims| {
            let Claims { iss, sub, aud, iat, nbf, exp, jti } = std::hint::black_box(claims);
            !iss.is_empty()
                && !sub.is_empty()
                && !aud.is_empty()
                && !jti.is_empty()
                && iat <= nbf
                && nbf < exp
        })
    });
    let value = run(&texts, |text| {
        serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object())
    });
    contenders.extend([
        Contender::peer("serde_json", "seven members, borrowed", claims),
        Contender::peer("serde_json", "Value", value),
    ]);
    contenders
}

/// Eight claims, borrowed if they have no escapes.
#[derive(Deserialize)]
struct Members<'a> {
    iss: &'a str,
    sub: &'a str,
    #[serde(borrow)]
    aud: Vec<&'a str>,
    client_id: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    scope: &'a str,
}

fn deserialize(setting: &Setting) -> Vec<Contender> {
    let texts = Rc::new(inputs::claims_texts(setting));
    let claims = Rc::new(keycard::accepted(setting.clock, &texts));
    let is_whole = |members: Members<'_>| {
        let Members { iss, sub, aud, client_id, iat, exp, jti, scope } =
            std::hint::black_box(members);
        let texts = [iss, sub, client_id, jti, scope];
        !aud.is_empty() && iat < exp && texts.iter().all(|text| !text.is_empty())
    };
    let own = run(&claims, move |claims| claims.deserialize().is_ok_and(is_whole));
    let serde_json = run(&texts, move |text| serde_json::from_str(text).is_ok_and(is_whole));
    vec![Contender::own("", own), Contender::peer("serde_json", "", serde_json)]
}

fn precompute(setting: &Setting) -> Vec<Contender> {
    let points = Rc::new(inputs::points(setting));
    let mut contenders = Vec::new();
    for (variant, rules) in keycard::precomputations(&key(&points[0])) {
        let mut precomputation = keycard::Precomputation::new(rules);
        let precompute = run(&points, move |point| precomputation.precompute(point));
        contenders.push(Contender::own(variant, precompute));
    }
    #[cfg(feature = "peers")]
    contenders.push(Contender::peer("aws-lc-rs", "", reading::<AwsLc>(&points)));
    contenders.push(Contender::peer("RustCrypto", "", reading::<RustCrypto>(&points)));
    contenders
}

/// A run that reads points as other libraries do.
fn reading<V: Verifier>(points: &[Numbers]) -> impl FnMut(usize) -> bool + use<V> {
    let keys: Vec<_> = points.iter().map(key).collect();
    move |input| std::hint::black_box(V::parse(&keys[input])).is_some()
}

fn key(point: &Numbers) -> PublicKey {
    PublicKey {
        algorithm: Algorithm::Es256,
        numbers: point.clone(),
        spki: Vec::new(),
        pem: String::new(),
        pkcs1: Vec::new(),
        jwk: String::new(),
    }
}
