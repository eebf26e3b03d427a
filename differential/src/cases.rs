//! Valid and changed tokens. Each is derived only from its number.

use crate::issuer::{ALGORITHMS, Key, Keys, encode, hmac};
use crate::validators::{AUDIENCE, ISSUER, Job};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

/// A token, the keys of the issuer as they were fetched, and the algorithms that are allowed.
pub struct Case {
    pub token: Vec<u8>,
    pub keys: Vec<Value>,
    pub allowed: Vec<&'static str>,
    /// The changes, each in a few words.
    pub done: Vec<String>,
}

/// An object as text. Members may occur twice, and values need not be JSON.
type Members = Vec<(String, String)>;

struct Maker<'a> {
    random: StdRng,
    keys: &'a Keys,
    now: i64,
    done: Vec<String>,
}

impl Case {
    pub fn new(seed: u64, number: u64, keys: &Keys, now: i64) -> Self {
        let random = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Maker { random, keys, now, done: Vec::new() }.make()
    }

    pub fn question(&self, now: i64) -> Job<'_> {
        Job { token: &self.token, keys: &self.keys, allowed: &self.allowed, now }
    }
}

/// Values for headers and claims that some parsers treat in a special way.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1",
    "1.5",
    "-0",
    "1e3",
    "1e19",
    "1e400",
    "1E-2",
    "-1e19",
    "01",
    "1.",
    "+1",
    "0x10",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "4294967296",
    "253402300800",
    "99999999999999999999999999",
    "\"\"",
    "\"1\"",
    "\"JWT\"",
    "\"jwt\"",
    "\"at+jwt\"",
    "\"application/jwt\"",
    "\"application/at+jwt\"",
    "\"dpop+jwt\"",
    "\"JOSE\"",
    "[]",
    "{}",
    "[null]",
    "[1]",
    "[\"\"]",
    "[[]]",
    "{\"a\":1,\"a\":2}",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\u{e9}\"",
    "NaN",
    "Infinity",
    "'a'",
    "\"https://id.example\"",
    "\"https://id.example/\"",
    "\"HTTPS://ID.EXAMPLE\"",
    "\"https:\\/\\/id.example\"",
    "\"https://id.exampl\\u0065\"",
    "[\"https://id.example\"]",
    "\"api://default\"",
    "\"api://default2\"",
    "\"api://\"",
    "[\"api://default\"]",
    "[\"other\",\"api://default\"]",
    "[\"api://default\",\"api://default\"]",
    "[\"api://default\",1]",
    "[\"api://default\",null]",
    "[[\"api://default\"]]",
    "{\"api://default\":1}",
    "[\"api://default \"]",
    "\"other\"",
    "\"RS256\"",
    "\"HS256\"",
    "\"ES256\"",
    "\"EdDSA\"",
    "\"Ed25519\"",
    "\"none\"",
    "\"None\"",
    "\"NONE\"",
    "\"hs256\"",
    "\"PS256\"",
    "\"ES384\"",
    "\"RSA-OAEP\"",
    "\"dir\"",
    "\"A128GCM\"",
    "\"DEF\"",
    "[\"exp\"]",
    "[\"b64\"]",
    "[\"x\"]",
];

const CLAIMS: &[&str] = &[
    "iss", "aud", "exp", "nbf", "iat", "sub", "jti", "nonce", "cnf", "events", "azp", "scope",
    "typ", "x",
];
const PARAMETERS: &[&str] = &[
    "alg", "kid", "typ", "cty", "crit", "b64", "zip", "enc", "jwk", "jku", "x5u", "x5c", "x5t",
    "x5t#S256", "p2c", "epk", "exp", "iss", "url", "nonce", "salt", "x",
];

/// Bytes with a meaning in JSON.
const JSON_BYTES: &[u8] =
    b"\"\\{}[],:0123456789eE+-. \t\n\r/truefalsn\0\x01\x7F\x80\xBF\xC0\xE9\xED\xF0\xFE\xFF";
const TOKEN_BYTES: &[u8] = b"ABCwxyz019-_.+/= \n\0\xFF%";

fn text(members: &Members) -> Vec<u8> {
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
        .collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

impl Maker<'_> {
    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.random.random_range(0..all.len())]
    }

    fn did(&mut self, what: impl Into<String>) {
        self.done.push(what.into());
    }

    fn make(mut self) -> Case {
        let algorithm = match self.random.random_range(0..100) {
            0..45 => "HS256",
            45..72 => "ES256",
            72..80 => "RS256",
            _ => "EdDSA",
        };
        let key = self.keys.ours(algorithm);
        let allowed = match self.random.random_range(0..4) {
            0 => ALGORITHMS.to_vec(),
            1 => vec![self.pick(&ALGORITHMS)],
            _ => vec![algorithm],
        };
        let keys = self.key_set(key);
        let mut header: Members = vec![("alg".into(), Value::from(algorithm).to_string())];
        if self.chance(80) {
            header.push(("kid".into(), "\"first\"".into()));
        }
        if self.chance(50) {
            header.push(("typ".into(), "\"JWT\"".into()));
        }
        let mut claims: Members = vec![
            ("iss".into(), Value::from(ISSUER).to_string()),
            ("aud".into(), Value::from(AUDIENCE).to_string()),
            ("sub".into(), "\"somebody\"".into()),
            ("iat".into(), (self.now - 3600).to_string()),
            ("exp".into(), (self.now + 86_400).to_string()),
        ];
        // Most tokens have only one change, so that no other change hides its effect.
        let changes = self.pick(&[0, 1, 1, 1, 1, 2, 3]);
        let mut header_text = None;
        let mut claims_text = None;
        let mut signer = key;
        let mut last = Vec::new();
        for _ in 0..changes {
            match self.random.random_range(0..10) {
                0 | 1 => self.change_members(&mut header, PARAMETERS),
                2..=4 => self.change_members(&mut claims, CLAIMS),
                5 => self.change_times(&mut claims),
                6 => header_text = Some(self.change_text(text(&header))),
                7 => claims_text = Some(self.change_text(text(&claims))),
                8 if self.chance(30) => {
                    signer = self.keys.theirs(algorithm);
                    self.did("another's key");
                }
                _ => last.push(self.random.random_range(0..14u32)),
            }
        }
        let header = header_text.unwrap_or_else(|| text(&header));
        let claims = claims_text.unwrap_or_else(|| text(&claims));
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = signer.sign(signed.as_bytes());
        let mut token = None;
        for kind in last {
            match kind {
                0..7 => self.change_signature(algorithm, key, &signed, &mut signature),
                _ => token = Some(format!("{signed}.{}", encode(&signature))),
            }
        }
        let changed = token.is_some();
        let mut token =
            token.unwrap_or_else(|| format!("{signed}.{}", encode(&signature))).into_bytes();
        if changed {
            self.change_token(&mut token);
        }
        Case { token, keys, allowed, done: self.done }
    }

    /// The fetched keys. Most sets contain the right key.
    fn key_set(&mut self, key: &Key) -> Vec<Value> {
        let with = |jwk: &Value, name: &str, value: Value| {
            let mut jwk = jwk.clone();
            jwk[name] = value;
            jwk
        };
        let right = with(&key.jwk, "kid", "first".into());
        let wrong = self.keys.theirs(key.algorithm).jwk.clone();
        let kind = self.random.random_range(0..40);
        if kind < 16 {
            self.did(format!("keys {kind}"));
        }
        match kind {
            0 => vec![with(&wrong, "kid", "first".into())],
            1 => vec![key.jwk.clone()],
            2 => vec![with(&key.jwk, "kid", "second".into())],
            3 => vec![with(&wrong, "kid", "first".into()), right],
            4 => vec![wrong, key.jwk.clone()],
            5 => vec![with(&right, "alg", self.pick(&ALGORITHMS).into())],
            6 => vec![with(&right, "use", self.pick(&["sig", "enc", "other"]).into())],
            7 => {
                let operations = self.pick(&["verify", "sign", "encrypt"]);
                vec![with(&right, "key_ops", json!([operations]))]
            }
            // A public key where a secret belongs.
            8 => {
                let public = self.keys.ours(self.pick(&["ES256", "RS256"]));
                let bytes = public.pem.clone().unwrap_or_default();
                vec![json!({"kty": "oct", "kid": "first", "k": encode(bytes)})]
            }
            9 => vec![with(&right, "kty", self.pick(&["oct", "EC", "RSA", "OKP", "rsa"]).into())],
            10 => vec![with(&right, "d", "AQAB".into())],
            11 => vec![],
            12 => {
                let name = self.pick(&["k", "x", "y", "n", "e", "crv"]);
                let value = self.pick(&[
                    "",
                    "AA",
                    "AQ",
                    "AQAB",
                    "_w",
                    "AQ==",
                    "P-384",
                    "secp256k1",
                    "Ed448",
                ]);
                vec![with(&right, name, value.into())]
            }
            13 => vec![with(&right, "kid", json!(1))],
            14 => vec![with(&right, "key_ops", json!(["verify", "verify"]))],
            15 => vec![json!({"kty": "oct", "kid": "first", "k": encode([7; 16])})],
            16..28 => vec![right],
            _ => {
                let others = ALGORITHMS.iter().filter(|name| **name != key.algorithm);
                let others =
                    others.map(|name| with(&self.keys.ours(name).jwk, "kid", (*name).into()));
                others.chain([right.clone()]).collect()
            }
        }
    }

    fn change_members(&mut self, members: &mut Members, names: &[&str]) {
        let name = self.pick(names).to_owned();
        let value = self.pick(VALUES).to_owned();
        let at = members.iter().position(|(it, _)| *it == name);
        match (self.random.random_range(0..8), at) {
            (0, Some(at)) => {
                self.did(format!("no {name}"));
                members.remove(at);
            }
            (1, Some(_)) => {
                self.did(format!("{name} again {value}"));
                members.push((name, value));
            }
            (2, Some(at)) => {
                let other = match self.random.random_range(0..4) {
                    0 => name.to_uppercase(),
                    1 => format!("{name} "),
                    2 => format!("{name}\u{0}"),
                    _ => name[..name.len() - 1].to_owned(),
                };
                self.did(format!("{name} as {other:?}"));
                members[at].0 = other;
            }
            (_, Some(at)) => {
                self.did(format!("{name} {value}"));
                members[at].1 = value;
            }
            (_, None) => {
                self.did(format!("with {name} {value}"));
                members.push((name, value));
            }
        }
    }

    fn change_times(&mut self, claims: &mut Members) {
        let name = self.pick(&["exp", "nbf", "iat"]).to_owned();
        let around = self.pick(&[-315_360_000, -86_400, -3600, 3600, 86_400, 315_360_000i64]);
        let seconds = self.now + around;
        let value = match self.random.random_range(0..6) {
            0 => format!("{seconds}.5"),
            1 => format!("{seconds}e0"),
            2 => format!("{}e3", seconds / 1000),
            3 => format!("\"{seconds}\""),
            _ => seconds.to_string(),
        };
        self.did(format!("{name} {value}, which is now and {around}"));
        claims.retain(|(it, _)| *it != name);
        claims.push((name, value));
    }

    fn change_text(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        for _ in 0..self.random.random_range(1..3) {
            let at = self.random.random_range(0..=text.len());
            let byte = self.pick(JSON_BYTES);
            match self.random.random_range(0..8) {
                0 | 1 if at < text.len() => text[at] = byte,
                2 if at < text.len() => drop(text.remove(at)),
                3 if at < text.len() => {
                    // A character as an escape, at any position.
                    let escape = format!("\\u{:04x}", text[at]);
                    text.splice(at..=at, escape.into_bytes());
                }
                4 => text.truncate(at),
                5 => text.extend(self.pick(&[&b" "[..], b"\n", b"{}", b"\0", b"x", b","])),
                6 => {
                    drop(text.splice(
                        0..0,
                        self.pick(&[&b" "[..], b"\xEF\xBB\xBF", b"[", b"\n"]).to_vec(),
                    ))
                }
                _ => text.insert(at, byte),
            }
        }
        self.did(format!("text {}", String::from_utf8_lossy(&text)));
        text
    }

    fn change_signature(
        &mut self,
        algorithm: &str,
        key: &Key,
        signed: &str,
        signature: &mut Vec<u8>,
    ) {
        let kind = self.random.random_range(0..12);
        self.did(format!("signature {kind}"));
        let half = signature.len() / 2;
        match kind {
            0 | 1 if !signature.is_empty() => {
                let bit = self.random.random_range(0..8 * signature.len());
                signature[bit / 8] ^= 1 << (bit % 8);
            }
            2 => signature.truncate(self.random.random_range(0..=signature.len())),
            3 => signature.push(self.random.random_range(0..3)),
            4 => signature.fill(0),
            5 => signature.iter_mut().take(half).for_each(|byte| *byte = 0),
            6 => signature.iter_mut().skip(half).for_each(|byte| *byte = 0),
            7 => signature.insert(0, 0),
            8 if algorithm == "ES256" => {
                if let Ok(raw) = p256::ecdsa::Signature::from_slice(signature) {
                    *signature = raw.to_der().as_bytes().to_vec();
                }
            }
            // Each signature has a second valid form, with n - s in place of s.
            8 if algorithm == "EdDSA" && signature.len() == 64 => {
                add(&mut signature[32..], &ED25519_ORDER)
            }
            8 if algorithm == "RS256" => {
                let modulus = key.jwk["n"].as_str().map(|text| URL_SAFE_NO_PAD.decode(text));
                let mut reversed: Vec<u8> = signature.iter().rev().copied().collect();
                let modulus: Vec<u8> = modulus.unwrap().unwrap().into_iter().rev().collect();
                add(&mut reversed, &modulus);
                *signature = reversed.into_iter().rev().collect();
            }
            9 | 10 => {
                // The confusion of a public key with a secret, in any encoding.
                let public = key.pem.clone().unwrap_or_else(|| key.jwk.to_string());
                let public = if self.chance(50) { public } else { public.trim().to_owned() };
                *signature = hmac(public.as_bytes(), signed.as_bytes());
            }
            _ => signature.reverse(),
        }
    }

    fn change_token(&mut self, token: &mut Vec<u8>) {
        let kind = self.random.random_range(0..12);
        self.did(format!("token {kind}"));
        let at = self.random.random_range(0..=token.len());
        match kind {
            0 => {
                // The unused bits of the last character.
                let ends: Vec<_> = (1..=token.len())
                    .filter(|at| token.get(*at).is_none_or(|it| *it == b'.'))
                    .collect();
                let end = self.pick(&ends) - 1;
                token[end] =
                    self.pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
            }
            1 => token.extend(self.pick(&[&b"="[..], b"==", b"\n", b" ", b".", b"..", b"\0"])),
            2 => {
                let dots: Vec<_> = (0..token.len()).filter(|at| token[*at] == b'.').collect();
                token.insert(self.pick(&dots), b'=');
            }
            3 => token.truncate(at),
            4 => token.insert(0, self.pick(b" \n.=")),
            5 => {
                for byte in token.iter_mut() {
                    *byte = match *byte {
                        b'-' => b'+',
                        b'_' => b'/',
                        other => other,
                    };
                }
            }
            6 => {
                let last = token.iter().rposition(|byte| *byte == b'.').unwrap_or(0);
                token.truncate(last + usize::from(self.chance(50)));
            }
            7 if at < token.len() => drop(token.remove(at)),
            8 if at < token.len() => token[at] = self.pick(TOKEN_BYTES),
            9 => drop(token.splice(0..0, b"Bearer ".to_vec())),
            10 => {
                let parts = self.pick(&[&b".AA.AA"[..], b".AA", b".."]);
                token.extend(parts);
            }
            _ => token.insert(at, self.pick(TOKEN_BYTES)),
        }
    }
}

/// The order of the base point of Ed25519, little-endian.
const ED25519_ORDER: [u8; 32] = [
    0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn add(number: &mut [u8], other: &[u8]) {
    let mut carry = 0;
    for (place, byte) in number.iter_mut().zip(other) {
        carry += u16::from(*place) + u16::from(*byte);
        *place = carry.to_le_bytes()[0];
        carry >>= 8;
    }
}
