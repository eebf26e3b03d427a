//! The inputs of the jobs. Each function makes the valid inputs of a rotation, followed by one
//! invalid input for each of them, in the same order.

use crate::issuer::{self, Issuer, Numbers, bytes, encode};
use crate::setting::Setting;
use keycard::Algorithm;
use serde_json::json;

pub const ISSUER: &str = "https://id.example/oauth2/default";
pub const AUDIENCE: &str = "api://default";

/// A message and a signature.
pub struct Signed {
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
}

/// Bytes of a message.
const MESSAGE: usize = 400;

/// Signed messages; the fault is one bit of the message.
pub fn signed(setting: &Setting, issuer: &Issuer) -> Vec<Signed> {
    let right = (0..setting.rotation).map(|number| {
        let message = bytes("message", number, MESSAGE);
        let signature = issuer.sign(&message);
        Signed { message, signature }
    });
    with_faults(right.collect(), |right| {
        let mut message = right.message.clone();
        message[MESSAGE / 2] ^= 1;
        Signed { message, signature: right.signature.clone() }
    })
}

/// Tokens of about `length` characters; the fault is one bit of the signature.
pub fn tokens(setting: &Setting, issuer: &Issuer, length: usize) -> Vec<String> {
    let name = issuer.algorithm().name();
    let small = length < 400;
    let header = match small {
        true => json!({"alg": name}),
        false => json!({"typ": "JWT", "alg": name, "kid": "2026-11-a"}),
    };
    let header = header.to_string();
    let signature = issuer.sign(b"").len();
    let space = length - 2 - characters(header.len()) - characters(signature);
    let right = (0..setting.rotation).map(|number| {
        let claims = match small {
            true => small_claims(setting, number, space / 4 * 3),
            false => claims(setting, number, space / 4 * 3),
        };
        issuer.token(&header, &claims)
    });
    with_faults(right.collect(), faulty_signature)
}

/// The same token with another bit in its signature. The bit is not in the last character, whose
/// unused bits must be zero.
fn faulty_signature(right: &String) -> String {
    let at = right.rfind('.').unwrap_or(0) + 10;
    let other = if right.as_bytes()[at] == b'A' { "B" } else { "A" };
    let mut faulty = right.clone();
    faulty.replace_range(at..at + 1, other);
    faulty
}

pub const METHOD: &str = "POST";
pub const URI: &str = "https://api.example/orders";

/// The maximum length of a proof in characters.
pub const LONGEST_PROOF: usize = 1024;

/// DPoP proofs by one client; the fault is one bit of the signature.
pub fn proofs(setting: &Setting, client: &Issuer) -> Vec<String> {
    let jwk: serde_json::Value = serde_json::from_str(&client.public_key().jwk).expect("a JWK");
    let header = json!({"typ": "dpop+jwt", "alg": client.algorithm().name(), "jwk": jwk});
    let header = header.to_string();
    let right = (0..setting.rotation).map(|number| {
        let claims = json!({
            "jti": encode(bytes("proof", number, 12)), "htm": METHOD, "htu": URI,
            "iat": setting.clock.now() - 1,
        });
        client.token(&header, &claims.to_string())
    });
    with_faults(right.collect(), faulty_signature)
}

/// The number of base64url characters for a number of bytes.
fn characters(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// Claims like those of an access token, of the given length or a few bytes less.
pub fn claims(setting: &Setting, number: usize, length: usize) -> String {
    let now = setting.clock.now();
    let identifier = encode(bytes("identifier", number, 12));
    let mut claims = json!({
        "iss": ISSUER,
        "sub": identifier,
        "aud": [AUDIENCE, "https://id.example/userinfo"],
        "client_id": "0oa1b2c3d4e5f6g7h8i9",
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 86400,
        "jti": format!("AT.{}", encode(bytes("jti", number, 24))),
        "scope": "openid profile telemetry:write",
        "groups": [],
    });
    // Elements of a list fill the remaining space, as in real tokens.
    loop {
        let text = claims.to_string();
        let left = length.saturating_sub(text.len() + 3);
        let Some(groups) = claims["groups"].as_array_mut() else { return text };
        if left < 4 {
            return text;
        }
        let group = encode(bytes("group", number * 64 + groups.len(), 24));
        groups.push(group[..left.min(group.len())].into());
    }
}

/// The minimum of claims for a validation, of the given length.
fn small_claims(setting: &Setting, number: usize, length: usize) -> String {
    let now = setting.clock.now();
    let claims = |subject: &str| {
        let expiry = now + 86400;
        json!({"iss": ISSUER, "sub": subject, "aud": AUDIENCE, "exp": expiry}).to_string()
    };
    let left = length.saturating_sub(claims("").len());
    claims(&encode(bytes("subject", number, 48))[..left.min(64)])
}

/// Claims of 700 bytes; the fault is that the object does not end.
pub fn json_texts(setting: &Setting) -> Vec<String> {
    let right = (0..setting.rotation).map(|number| claims(setting, number, 700)).collect();
    with_faults(right, |right: &String| right[..right.len() - 1].to_owned())
}

/// Claims of 600 bytes for eight members of a structure; the fault is that one is missing.
pub fn claims_texts(setting: &Setting) -> Vec<String> {
    let right = (0..setting.rotation).map(|number| claims(setting, number, 600)).collect();
    with_faults(right, |right: &String| right.replace("client_id", "client"))
}

/// 1024 characters of base64url; the fault is a character of the other alphabet.
pub fn encoded_texts(setting: &Setting) -> Vec<String> {
    let right = (0..setting.rotation).map(|number| encode(bytes("text", number, 768))).collect();
    with_faults(right, |right: &String| format!("{}+{}", &right[..512], &right[513..]))
}

/// A code verifier and its challenge.
pub struct Pair {
    pub verifier: String,
    pub challenge: String,
}

/// Pairs for PKCE; the invalid ones have the verifier of another pair.
pub fn pairs(setting: &Setting) -> Vec<Pair> {
    let pair = |number| {
        let verifier = encode(bytes("verifier", number, 32));
        let challenge = keycard::pkce::challenge_s256(&verifier).expect("a code verifier");
        Pair { verifier, challenge: challenge.as_str().to_owned() }
    };
    let right: Vec<_> = (0..setting.rotation).map(pair).collect();
    with_faults(right, |right| {
        let mut verifier = right.verifier.clone();
        verifier.replace_range(..1, if verifier.starts_with('A') { "B" } else { "A" });
        Pair { verifier, challenge: right.challenge.clone() }
    })
}

/// The number of different keys in the sets of [`key_sets`].
const MAX_KEYS: usize = 1000;

/// Sets of `count` keys, half of them on P-256 and half RSA keys of 2048 bits; the fault is that
/// the set does not end.
pub fn key_sets(setting: &Setting, count: usize) -> Vec<String> {
    let key = |number: usize| {
        let id = encode(bytes("kid", number, 16));
        match number % 2 {
            0 => {
                let issuer = Issuer::numbered(Algorithm::Es256, 0, number);
                issuer::jwk(Algorithm::Es256, &issuer.public_key().numbers, &id)
            }
            _ => issuer::jwk(Algorithm::Rs256, &modulus(number), &id),
        }
    };
    let all: Vec<_> = (0..MAX_KEYS.min(10 * setting.rotation).max(count)).map(key).collect();
    let right = (0..setting.rotation).map(|number| {
        let first = 10 * number % all.len();
        let keys: Vec<_> = all.iter().cycle().skip(first).take(count).map(String::as_str).collect();
        format!("{{\"keys\":[{}]}}", keys.join(","))
    });
    with_faults(right.collect(), |right: &String| right[..right.len() - 1].to_owned())
}

/// A number of 2048 bits that can be told from an RSA modulus only by factoring it.
fn modulus(number: usize) -> Numbers {
    let mut modulus = bytes("modulus", number, 256);
    modulus[0] |= 0x80;
    modulus[255] |= 1;
    Numbers::Rsa { modulus, exponent: vec![1, 0, 1] }
}

/// Points of P-256; the fault is a coordinate that is off the curve.
pub fn points(setting: &Setting) -> Vec<Numbers> {
    let right = (0..setting.rotation)
        .map(|number| Issuer::numbered(Algorithm::Es256, 0, number).public_key().numbers);
    with_faults(right.collect(), |right| match right {
        Numbers::Point { x, y } => {
            let mut y = y.clone();
            y[31] ^= 1;
            Numbers::Point { x: x.clone(), y }
        }
        _ => unreachable!("P-256 keys are points"),
    })
}

fn with_faults<T>(mut right: Vec<T>, fault: impl Fn(&T) -> T) -> Vec<T> {
    let faulty: Vec<_> = right.iter().map(fault).collect();
    right.extend(faulty);
    right
}
