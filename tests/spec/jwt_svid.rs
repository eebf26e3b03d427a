//! JWT-SVIDs (SPIFFE JWT-SVID, SPIFFE-ID).

#![cfg(feature = "es256")]

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, NOW, fault, look};
use keycard::{Algorithm, Member, Policy, Reason, StrList, Time};
use serde_json::{Value, json};

const DOMAIN: &str = "spiffe://example.org";
const API: &str = "https://api.example";

fn policy() -> Policy<'static> {
    Policy::jwt_svid(DOMAIN, API, Algorithm::Es256)
}

fn claims(changes: Value) -> String {
    let usual = json!({"iss": null, "aud": [API], "sub": "spiffe://example.org/ns/prod/sa/api"});
    verdict::claims_of(usual, changes)
}

fn verdict_as(token_type: Option<&str>, claims: &str) -> Result<(), (Reason, Option<Member>)> {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let mut header = json!({"alg": "ES256", "kid": "first"});
    if let Some(token_type) = token_type {
        header["typ"] = token_type.into();
    }
    let token = issuer.sign(&header.to_string(), claims);
    let outcome = look(&issuer, &token, &policy(), Time::At(NOW), |_| ());
    outcome.map_err(|error| (error.reason(), error.member()))
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    verdict_as(Some("JWT"), &claims(changes))
}

#[test]
fn section_3_requires_sub_aud_and_exp_and_ignores_iss() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    assert_eq!(verdict_of(json!({"iss": "https://oidc.example", "iat": null})), Ok(()));
    for (name, claim) in
        [("sub", Member::Subject), ("aud", Member::Audience), ("exp", Member::ExpirationTime)]
    {
        let missing = Err((Reason::ClaimMissing, Some(claim)));
        assert_eq!(verdict_of(json!({ name: null })), missing, "{name}");
    }
    let wrong = Err((Reason::WrongAudience, Some(Member::Audience)));
    assert_eq!(verdict_of(json!({"aud": "https://other.example"})), wrong);
}

#[test]
fn section_3_1_accepts_workloads_of_the_trust_domain_only() {
    for subject in ["spiffe://example.org/a", "spiffe://example.org/a.b/-_/C9"] {
        assert_eq!(verdict_of(json!({ "sub": subject })), Ok(()), "{subject}");
    }
    let long = format!("{DOMAIN}/{}", "a".repeat(2048));
    for subject in [
        "",
        "spiffe://example.org",
        "spiffe://example.org/",
        "spiffe://example.org/a/",
        "spiffe://example.org//a",
        "spiffe://example.org/a//b",
        "spiffe://example.org/.",
        "spiffe://example.org/a/../b",
        "spiffe://example.org/a%2Fb",
        "spiffe://example.org/a b",
        "spiffe://example.org/a?b",
        "spiffe://example.org/a#b",
        "spiffe://example.org.evil.example/a",
        "spiffe://example.org:443/a",
        "spiffe://example.orga/b",
        "spiffe://evil.example/spiffe://example.org/a",
        "spiffe://user@example.org/a",
        "SPIFFE://example.org/a",
        "https://example.org/a",
        "example.org/a",
        " spiffe://example.org/a",
        "spiffe://example.org/\u{e4}",
        &long,
    ] {
        let wrong = Err((Reason::WrongSubject, Some(Member::Subject)));
        assert_eq!(verdict_of(json!({ "sub": subject })), wrong, "{subject}");
    }
}

#[test]
fn section_2_3_accepts_jwt_jose_or_no_type() {
    let right = claims(json!({}));
    for token_type in [None, Some("JWT"), Some("JOSE")] {
        assert_eq!(verdict_as(token_type, &right), Ok(()), "{token_type:?}");
    }
    for token_type in ["at+jwt", "wit+jwt", "txntoken+jwt", ""] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(verdict_as(Some(token_type), &right), wrong, "{token_type}");
    }
}

#[test]
fn section_2_1_allows_nine_algorithms() {
    use Algorithm::{EdDsa, Es256, Hs256};
    let contradiction = (Reason::PolicyContradiction, Some(Member::Algorithm));
    for algorithm in [EdDsa, Hs256] {
        assert_eq!(fault(Policy::jwt_svid(DOMAIN, API, [algorithm, Es256])), contradiction);
    }
    let nine = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];
    let nine = nine.map(|name| Algorithm::from_name(name).unwrap());
    assert_eq!(Policy::jwt_svid(DOMAIN, API, nine).check(), Ok(()));
}

#[test]
fn rejects_a_trust_domain_of_another_form() {
    let long = format!("spiffe://{}", "a".repeat(256));
    for domain in [
        "",
        "spiffe://",
        "example.org",
        "https://example.org",
        "spiffe://example.org/",
        "spiffe://example.org/a",
        "spiffe://Example.org",
        "spiffe://example.org:1",
        &long,
    ] {
        let value = (Reason::PolicyValue, Some(Member::Issuer));
        assert_eq!(fault(Policy::jwt_svid(domain, API, Algorithm::Es256)), value, "{domain}");
    }
    let none = Policy::jwt_svid(None, API, Algorithm::Es256);
    assert_eq!(fault(none), (Reason::PolicyIncomplete, Some(Member::Issuer)));
    for (changed, claim) in [
        (none.without_issuer(), Member::Issuer),
        (policy().without_expiry(), Member::ExpirationTime),
        (policy().require_nonce("n"), Member::Nonce),
    ] {
        assert_eq!(fault(changed), (Reason::PolicyContradiction, Some(claim)));
    }
    let anywhere = Policy::jwt_svid(DOMAIN, StrList::NOT_GIVEN, Algorithm::Es256);
    let contradiction = (Reason::PolicyContradiction, Some(Member::Audience));
    assert_eq!(fault(anywhere.without_audience()), contradiction);
}
