//! Tokens.

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use keycard::{
    Algorithm, KeyRules, KeyTable, Policy, RawKey, Time, Token, Unverified, scratch_size,
};
use serde_json::Value;
use sha2::Sha256;

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "api://default";
const SECRET: [u8; 32] = [7; 32];
const NOW: i64 = 1_700_000_000;

/// A header is parsed or rejected. The parsed values occur in the input.
pub fn header(token: &[u8]) {
    let mut scratch = vec![0; scratch_size(token.len())];
    if let Ok(unverified) = Unverified::read(token, &mut scratch) {
        assert!(!unverified.algorithm_name().is_empty() || unverified.key_id().is_none());
    }
}

/// Without the key, no token is accepted.
pub fn unsigned(token: &[u8]) {
    let policies =
        [Policy::jws([Algorithm::Hs256]), Policy::jwt(ISSUER, AUDIENCE, [Algorithm::Hs256])];
    for policy in policies {
        assert!(validate(token, &policy).is_err(), "a forged token was accepted");
    }
}

/// A header, claims and a policy.
#[derive(Arbitrary, Debug)]
pub struct Signed {
    header: Vec<(Name, Json)>,
    whole_header: Option<Vec<u8>>,
    claims: Vec<(Name, Json)>,
    whole_claims: Option<Vec<u8>>,
    policy: Asked,
    leeway: u16,
}

#[derive(Arbitrary, Debug)]
enum Asked {
    Jwt,
    AccessToken { scope: bool },
    AccessTokenRfc9068,
    IdToken { nonce: bool },
}

/// A name that the library checks, or any name.
#[derive(Arbitrary, Debug)]
enum Name {
    Known(u8),
    Any(String),
}

const NAMES: &[&str] = &[
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "sub",
    "jti",
    "nonce",
    "azp",
    "scope",
    "scp",
    "cnf",
    "events",
    "typ",
    "client_id",
    "at_hash",
    "token_use",
    "kid",
    "crit",
    "cty",
    "b64",
    "zip",
    "enc",
    "alg",
];

impl Name {
    fn text(&self) -> String {
        match self {
            Self::Known(index) => NAMES[usize::from(*index) % NAMES.len()].to_owned(),
            Self::Any(any) => any.clone(),
        }
    }
}

/// A value that the policy requires, or any value.
#[derive(Arbitrary, Debug)]
enum Json {
    Issuer,
    Audience,
    Audiences(Vec<String>),
    Around(i16),
    Number(i64),
    Text(String),
    Type(u8),
    Whole(Vec<u8>),
}

impl Json {
    fn text(&self) -> Vec<u8> {
        let value = match self {
            Self::Issuer => Value::from(ISSUER),
            Self::Audience => Value::from(AUDIENCE),
            Self::Audiences(others) => {
                Value::from_iter(others.iter().map(String::as_str).chain([AUDIENCE]))
            }
            Self::Around(seconds) => Value::from(NOW + i64::from(*seconds)),
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
            Self::Type(kind) => Value::from(
                ["JWT", "at+jwt", "application/at+jwt", "logout+jwt"][usize::from(kind % 4)],
            ),
            Self::Whole(bytes) => return bytes.clone(),
        };
        value.to_string().into_bytes()
    }
}

fn object(members: &[(Name, Json)], first: &str) -> Vec<u8> {
    let mut text = first.as_bytes().to_vec();
    for (name, value) in members {
        if text.len() > 1 {
            text.push(b',');
        }
        text.extend(Value::from(name.text()).to_string().into_bytes());
        text.push(b':');
        text.extend(value.text());
    }
    text.push(b'}');
    text
}

/// With a valid signature, an independent check of the claims accepts each accepted token.
pub fn signed(case: &Signed) {
    let header = case.whole_header.clone();
    let header = header.unwrap_or_else(|| object(&case.header, "{\"alg\":\"HS256\""));
    let claims = case.whole_claims.clone().unwrap_or_else(|| object(&case.claims, "{"));
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(&SECRET).expect("any length");
    mac.update(signed.as_bytes());
    let token = format!("{signed}.{}", encode(&mac.finalize().into_bytes()));

    let algorithms = [Algorithm::Hs256];
    let leeway = u32::from(case.leeway % 601);
    let policy = match case.policy {
        Asked::Jwt => Policy::jwt(ISSUER, AUDIENCE, algorithms),
        Asked::AccessToken { scope: false } => Policy::access_token(ISSUER, AUDIENCE, algorithms),
        Asked::AccessToken { scope: true } => {
            Policy::access_token(ISSUER, AUDIENCE, algorithms).require_scope("write")
        }
        Asked::AccessTokenRfc9068 => Policy::access_token_rfc9068(ISSUER, AUDIENCE, algorithms),
        Asked::IdToken { nonce: false } => {
            Policy::id_token(ISSUER, AUDIENCE, algorithms, None).nonce_not_sent()
        }
        Asked::IdToken { nonce: true } => Policy::id_token(ISSUER, AUDIENCE, algorithms, "n"),
    };
    let policy = policy.allow_leeway(leeway);
    let Ok(canonical) = validate(token.as_bytes(), &policy) else {
        return;
    };
    let header: Value =
        serde_json::from_slice(&header).expect("accepted, and the header is not JSON");
    assert_eq!(header["alg"], "HS256");
    assert!(header.get("crit").is_none());
    // `serde_json` does not read numbers beyond an `f64`.
    let Ok(read) = serde_json::from_slice::<Value>(&claims) else {
        return;
    };
    let again: Value = serde_json::from_slice(&canonical).expect("the canonical JSON is JSON");
    assert_eq!(read, again, "the claims are read as they were signed");
    check(case, &read, i64::from(leeway));
}

fn check(case: &Signed, claims: &Value, leeway: i64) {
    assert_eq!(claims["iss"], ISSUER);
    let audiences: Vec<&Value> = match &claims["aud"] {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    assert!(audiences.contains(&&Value::from(AUDIENCE)));
    let expires_at = claims["exp"].as_f64().expect("exp is a number");
    assert!(expires_at > (NOW - leeway) as f64, "expired");
    if let Some(not_before) = claims.get("nbf") {
        assert!(not_before.as_f64().expect("nbf is a number") <= (NOW + leeway) as f64);
    }
    assert!(claims.get("cnf").is_none(), "nobody has proven the key");
    match case.policy {
        Asked::Jwt => {}
        Asked::AccessToken { scope } => {
            assert!(claims.get("at_hash").is_none() && claims.get("events").is_none());
            let words = |name: &str| match &claims[name] {
                Value::String(text) => text.split(' ').map(str::to_owned).collect(),
                Value::Array(all) => {
                    all.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect()
                }
                _ => Vec::new(),
            };
            let granted = words("scope").contains(&"write".to_owned())
                || words("scp").contains(&"write".to_owned());
            assert!(!scope || granted);
        }
        Asked::AccessTokenRfc9068 => {
            for name in ["sub", "client_id", "jti"] {
                assert!(claims[name].is_string(), "{name}");
            }
            assert!(claims["iat"].is_number());
        }
        Asked::IdToken { nonce } => {
            assert!(claims["sub"].is_string() && claims["iat"].is_number());
            assert!(audiences.iter().all(|audience| **audience == AUDIENCE));
            assert!(!nonce || claims["nonce"] == "n");
            assert!(claims.get("azp").is_none_or(|party| party == AUDIENCE));
            assert!(claims.get("events").is_none());
        }
    }
}

/// The canonical claims of a token that is accepted now.
fn validate(token: &[u8], policy: &Policy<'_>) -> Result<Vec<u8>, keycard::Error> {
    let mut memory = [0; 32];
    let mut keys = KeyTable::new(&mut memory)?;
    let rules = KeyRules::new().allow_secrets();
    keys.add_raw(&rules, &RawKey::Secret(&SECRET))?;
    let mut scratch = vec![0; scratch_size(token.len())];
    let token = keycard::validate(token, keys.view(), policy, Time::At(NOW), &mut scratch)?;
    Ok(canonical(&token))
}

fn canonical(token: &Token<'_>) -> Vec<u8> {
    let needed = token.claims().write_json(&mut []).err().and_then(|error| error.needed());
    let mut text = vec![0; needed.unwrap_or(0)];
    let length = token.claims().write_json(&mut text).unwrap_or(0);
    text.truncate(length);
    text
}
