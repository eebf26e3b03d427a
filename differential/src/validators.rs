//! The validators, all with the same requirements: a signature by a key of the set with an allowed
//! algorithm, our issuer, our audience, and a time between `nbf` and `exp`, without leeway.

use crate::foreign::Process;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::Jwk;
use jwt_simple::prelude as simple;
use jwt_simple::prelude::{ECDSAP256PublicKeyLike as _, RSAPublicKeyLike as _};
use jwt_simple::prelude::{EdDSAPublicKeyLike as _, MACLike as _};
use keycard::{KeyRules, KeyTable, Policy, Reason, Time};
use serde_json::Value;
use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::path::Path;

pub const ISSUER: &str = "https://id.example";
pub const AUDIENCE: &str = "api://default";

/// A token with its keys and algorithms.
pub struct Job<'a> {
    pub token: &'a [u8],
    pub keys: &'a [Value],
    pub allowed: &'a [&'static str],
    pub now: i64,
}

/// The claims that the validator returned, or the reason of the rejection in a few words.
pub type Answer = Result<Value, String>;

/// The other validators: crates in this process, and programs in other languages.
pub struct Others(Vec<Process>);

type Ask = fn(&Job<'_>) -> Answer;
const CRATES: [(&str, Ask); 2] = [("jsonwebtoken", jsonwebtoken), ("jwt-simple", jwt_simple)];

impl Others {
    /// The crates, and the programs of the folder if there is one.
    pub fn new(programs: Option<&Path>) -> Self {
        silence_the_others();
        Self(programs.map(Process::start_all).unwrap_or_default())
    }

    /// The answers of all validators to each token, with the names of the validators.
    pub fn answers(&mut self, questions: &[Job<'_>]) -> Vec<Vec<(&'static str, Answer)>> {
        for process in &mut self.0 {
            process.ask(questions);
        }
        let by_crates =
            |question| CRATES.iter().map(|(name, ask)| (*name, ask(question))).collect();
        let mut answers: Vec<Vec<_>> = questions.iter().map(by_crates).collect();
        for process in &mut self.0 {
            let of_process = process.answers();
            assert_eq!(of_process.len(), questions.len(), "an answer for each question");
            for (answers, further) in answers.iter_mut().zip(of_process) {
                answers.extend(process.names().iter().copied().zip(further));
            }
        }
        answers
    }
}

pub fn keycard(question: &Job<'_>) -> Answer {
    let set = serde_json::json!({"keys": question.keys}).to_string();
    let mut memory = [0; 1024];
    let mut table = KeyTable::new(&mut memory).expect("large enough");
    let rules = KeyRules::new().allow_secrets();
    let report = match table.add_jwks_by(&rules, set) {
        Ok(report) => report,
        Err(error) => return Err(format!("{:?}", error.reason())),
    };
    let allowed = question.allowed.iter();
    let allowed: Vec<_> =
        allowed.map(|name| keycard::Algorithm::from_name(name).expect("a name")).collect();
    let policy = Policy::jwt(ISSUER, AUDIENCE, allowed.as_slice());
    let mut scratch = vec![0; keycard::scratch_size(question.token.len())];
    let time = Time::At(question.now);
    match keycard::validate(question.token, table.view(), &policy, time, &mut scratch) {
        Ok(token) => {
            let mut text = vec![0; 2 * question.token.len()];
            let length = token.claims().write_json(&mut text).expect("large enough");
            Ok(serde_json::from_slice(&text[..length]).unwrap_or_default())
        }
        Err(error) => Err(match (error.reason(), error.member(), report.rejections().first()) {
            (Reason::KeyNotFound, _, Some(key)) => {
                format!("KeyNotFound, for {:?}", key.error.reason())
            }
            (Reason::KeyNotFound, ..) if report.skipped() > 0 => {
                "KeyNotFound, for one was skipped".to_owned()
            }
            (reason, Some(claim), _) => format!("{reason:?} {claim:?}"),
            (reason, ..) => format!("{reason:?}"),
        }),
    }
}

/// The keys that a careful caller would try: the keys with this `kid` and the keys without one. All
/// keys if the token has no `kid`.
fn candidates<'a>(keys: &'a [Value], id: Option<&str>) -> impl Iterator<Item = &'a Value> {
    let id = id.map(str::to_owned);
    keys.iter().filter(move |key| match (&id, key.get("kid")) {
        (Some(id), Some(of_key)) => of_key == id.as_str(),
        _ => true,
    })
}

/// Rejections of a signature or of a key, after which another key may verify the token.
const OF_SIGNATURE: &[&str] = &[
    "no key",
    "no algorithm for the key",
    "InvalidSignature",
    "InvalidAuthenticationTag",
    "InvalidAlgorithm",
    "AlgorithmMismatch",
    "error in cryptographic primitive",
    "crypto/ecdsa: verification error",
    "crypto/rsa: verification error",
    "ed25519: verification error",
    "signature is invalid",
    "InvalidSignatureError Signature verification failed",
    "BadSignatureError bad_signature",
    "ERR_JWS_SIGNATURE_VERIFICATION_FAILED signature verification failed",
];

/// The result of the first key that accepts, of the first key that verifies the signature, or of
/// the last key.
pub fn any(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut rejection = "no key".to_owned();
    for answer in answers {
        match answer {
            Ok(claims) => return Ok(claims),
            Err(reason) if OF_SIGNATURE.contains(&rejection.as_str()) => rejection = reason,
            Err(_) => {}
        }
    }
    Err(rejection)
}

thread_local! { static ANOTHER: Cell<bool> = const { Cell::new(false) } }

/// A panic of another validator is a result, so its message is not printed.
fn silence_the_others() {
    let loud = take_hook();
    set_hook(Box::new(move |information| {
        if !ANOTHER.get() {
            loud(information);
        }
    }));
}

/// A key of Ed25519 that is too short makes jsonwebtoken panic, which counts as a rejection.
fn jsonwebtoken(question: &Job<'_>) -> Answer {
    ANOTHER.set(true);
    let answer = catch_unwind(|| by_jsonwebtoken(question));
    ANOTHER.set(false);
    answer.unwrap_or(Err("a panic".to_owned()))
}

fn by_jsonwebtoken(question: &Job<'_>) -> Answer {
    let header = jsonwebtoken::decode_header(question.token)
        .map_err(|error| format!("header {}", kind(&error)))?;
    any(candidates(question.keys, header.kid.as_deref()).map(|key| {
        let jwk: Jwk = serde_json::from_value(key.clone()).map_err(|_| "Jwk".to_owned())?;
        let key_type = key["kty"].as_str().unwrap_or_default();
        let key = jsonwebtoken::DecodingKey::from_jwk(&jwk).map_err(|error| kind(&error))?;
        // jsonwebtoken requires that all algorithms use one kind of key.
        let of_kind = |name: &&&str| family(name) == key_type;
        let allowed = question.allowed.iter().filter(of_kind);
        let allowed: Vec<_> = allowed.map(|name| name.parse().expect("a name")).collect();
        let Some(first) = allowed.first() else {
            return Err("no algorithm for the key".to_owned());
        };
        let mut validation = jsonwebtoken::Validation::new(*first);
        validation.algorithms = allowed;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        let token = jsonwebtoken::decode::<Value>(question.token, &key, &validation);
        token.map(|token| token.claims).map_err(|error| kind(&error))
    }))
}

fn family(algorithm: &str) -> &'static str {
    match algorithm {
        "HS256" => "oct",
        "ES256" => "EC",
        "RS256" => "RSA",
        _ => "OKP",
    }
}

fn kind(error: &jsonwebtoken::errors::Error) -> String {
    match error.kind() {
        ErrorKind::Json(error) => format!("Json {:?}", error.classify()),
        kind => {
            let text = format!("{kind:?}");
            text.chars().take_while(|it| it.is_alphanumeric() || " (\")".contains(*it)).collect()
        }
    }
}

fn jwt_simple(question: &Job<'_>) -> Answer {
    let Ok(token) = str::from_utf8(question.token) else {
        return Err("not text".to_owned());
    };
    let header = simple::Token::decode_metadata(token)
        .map_err(|error| format!("header {}", simple_kind(&error)))?;
    any(candidates(question.keys, header.key_id()).map(|key| {
        let key_type = key["kty"].as_str().unwrap_or_default();
        let Some(algorithm) = question.allowed.iter().find(|name| family(name) == key_type) else {
            return Err("no algorithm for the key".to_owned());
        };
        let octets = |name: &str| {
            let text = key[name].as_str().ok_or("Jwk")?;
            URL_SAFE_NO_PAD.decode(text).map_err(|_| "Jwk")
        };
        let options = Some(simple::VerificationOptions {
            allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
            allowed_audiences: Some(HashSet::from([AUDIENCE.to_owned()])),
            time_tolerance: Some(simple::Duration::from_secs(0)),
            artificial_time: Some(simple::Duration::from_secs(question.now.unsigned_abs())),
            ..Default::default()
        });
        let claims = match *algorithm {
            "HS256" => {
                simple::HS256Key::from_bytes(&octets("k")?).verify_token::<Value>(token, options)
            }
            "ES256" => {
                let point = [&[4][..], &octets("x")?, &octets("y")?].concat();
                simple::ES256PublicKey::from_bytes(&point)
                    .and_then(|key| key.verify_token::<Value>(token, options))
            }
            "RS256" => simple::RS256PublicKey::from_components(&octets("n")?, &octets("e")?)
                .and_then(|key| key.verify_token::<Value>(token, options)),
            _ => simple::Ed25519PublicKey::from_bytes(&octets("x")?)
                .and_then(|key| key.verify_token::<Value>(token, options)),
        };
        claims.map(|_| Value::Null).map_err(|error| simple_kind(&error))
    }))
}

fn simple_kind(error: &jwt_simple::Error) -> String {
    if let Some(error) = error.downcast_ref::<jwt_simple::JWTError>() {
        return format!("{error:?}");
    }
    match error.downcast_ref::<serde_json::Error>() {
        Some(error) => format!("Json {:?}", error.classify()),
        None => {
            error.to_string().chars().take_while(|it| it.is_alphanumeric() || *it == ' ').collect()
        }
    }
}
