//! Helpers that validate a token in one line, for the tests of policies.

#![allow(dead_code, reason = "each test uses a part of it")]

use super::issuer::{self, Issuer};
use keycard::{Algorithm, Error, Member, Policy, Reason, Time, Token, scratch_size};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// The current time of the tests.
pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const ISSUER: &str = "https://id.example/oauth2/default";
pub(crate) const AUDIENCE: &str = "api://default";

/// Claims that a policy of this issuer and audience accepts, with some of them replaced; `null`
/// removes one.
pub(crate) fn claims(changes: Value) -> String {
    let mut claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "00u1", "iat": NOW - 60, "exp": NOW + 3600,
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims.to_string()
}

/// Like [`claims`], with the usual claims of a kind of token.
pub(crate) fn claims_of(mut usual: Value, changes: Value) -> String {
    usual.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    claims(usual)
}

/// Validates a token with the key of `issuer` and passes it to `look`.
pub(crate) fn look<T>(
    issuer: &Issuer,
    token: &str,
    policy: &Policy<'_>,
    time: Time,
    look: impl FnOnce(Token<'_>) -> T,
) -> Result<T, Error> {
    let mut memory = [0; 384];
    let keys = issuer.keys(&mut memory);
    let mut scratch = vec![0; scratch_size(token.len())];
    keycard::validate(token, keys.view(), policy, time, &mut scratch).map(look)
}

/// Validates a token of the issuer with these claims now.
pub(crate) fn verdict_of(policy: &Policy<'_>, claims: &str) -> Result<(), Error> {
    let issuer = Issuer::new();
    look(&issuer, &issuer.token(claims), policy, Time::At(NOW), |_| ())
}

/// Validates a token of the issuer with this `typ` and these claims now.
pub(crate) fn typed_verdict(
    token_type: Option<&str>,
    policy: &Policy<'_>,
    claims: &str,
) -> Result<(), (Reason, Option<Member>)> {
    let issuer = Issuer::new();
    let mut header = json!({"alg": issuer.algorithm().name()});
    if let Some(token_type) = token_type {
        header["typ"] = token_type.into();
    }
    let token = issuer.sign(&header.to_string(), claims);
    let outcome = look(&issuer, &token, policy, Time::At(NOW), |_| ());
    outcome.map_err(|error| (error.reason(), error.member()))
}

/// The reason why a policy is rejected, and its member.
#[track_caller]
pub(crate) fn fault(policy: Policy<'_>) -> (Reason, Option<Member>) {
    let error = policy.check().unwrap_err();
    (error.reason(), error.member())
}

/// The reason why a token of the issuer with these claims is rejected now.
#[track_caller]
pub(crate) fn rejection(policy: &Policy<'_>, claims: &str) -> Reason {
    match verdict_of(policy, claims) {
        Ok(()) => panic!("accepted: {claims}"),
        Err(error) => error.reason(),
    }
}

/// The left half of the hash that belongs to the issuer's algorithm (OpenID Connect Core section
/// 3.1.3.6).
pub(crate) fn half_hash(value: &str) -> String {
    let digest = match Issuer::new().algorithm() {
        Algorithm::Es384 | Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Hs384 => {
            Sha384::digest(value).to_vec()
        }
        Algorithm::Es512
        | Algorithm::Rs512
        | Algorithm::Ps512
        | Algorithm::Hs512
        | Algorithm::EdDsa
        | Algorithm::Ed25519 => Sha512::digest(value).to_vec(),
        _ => Sha256::digest(value).to_vec(),
    };
    issuer::encode(&digest[..digest.len() / 2])
}

/// OpenID Connect Core section 3.1.3.6 defines no hash for ML-DSA, so no value matches.
pub(crate) fn has_hash() -> bool {
    let without = [Algorithm::MlDsa44, Algorithm::MlDsa65, Algorithm::MlDsa87];
    !without.contains(&Issuer::new().algorithm())
}
