//! PKCE.

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keycard::pkce::{Outcome, Rules, Stored, verify};
use sha2::{Digest as _, Sha256};

/// A token request, and the parameters that were stored with the code.
#[derive(Arbitrary, Debug)]
pub struct Case {
    challenge: Option<Challenge>,
    method: Option<Method>,
    verifier: Option<Vec<u8>>,
    plain: bool,
    optional: bool,
}

/// A stored challenge: the right one for the verifier, or any text.
#[derive(Arbitrary, Debug)]
enum Challenge {
    OfVerifier,
    Any(Vec<u8>),
}

#[derive(Arbitrary, Debug)]
enum Method {
    Plain,
    S256,
    Any(String),
}

/// The verdict follows RFC 7636 section 4.6 and RFC 9700 section 4.8.2 literally.
pub fn check(case: &Case) {
    let verifier = case.verifier.as_deref();
    let s256 = |verifier: &[u8]| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)).into_bytes();
    let is_s256 = matches!(case.method, Some(Method::S256));
    let challenge = case.challenge.as_ref().map(|challenge| match (challenge, verifier) {
        (Challenge::Any(any), _) => any.clone(),
        (Challenge::OfVerifier, None) => Vec::new(),
        (Challenge::OfVerifier, Some(verifier)) if is_s256 => s256(verifier),
        (Challenge::OfVerifier, Some(verifier)) => verifier.to_vec(),
    });
    let method = case.method.as_ref().map(|method| match method {
        Method::Plain => "plain",
        Method::S256 => "S256",
        Method::Any(any) => any,
    });
    let mut rules = Rules::new();
    if case.plain {
        rules = rules.allow_plain();
    }
    if case.optional {
        rules = rules.optional();
    }
    let stored = challenge.as_ref().map(|challenge| Stored::new(challenge, method));
    let outcome = verify(stored, verifier, rules);
    let unreserved = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let well_formed = |text: &[u8]| (43..=128).contains(&text.len()) && text.iter().all(unreserved);
    let expected = match (&challenge, verifier) {
        (None, None) => case.optional.then_some(Outcome::NotUsed),
        (Some(challenge), Some(verifier)) if well_formed(verifier) => match method {
            None | Some("plain") => {
                (case.plain && verifier == challenge).then_some(Outcome::Verified)
            }
            Some("S256") => (s256(verifier) == *challenge).then_some(Outcome::Verified),
            Some(_) => None,
        },
        _ => None,
    };
    assert_eq!(outcome.ok(), expected);
}
