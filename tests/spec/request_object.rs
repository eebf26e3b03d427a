//! Request objects (RFC 9101, JAR).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, typed_verdict};
use keycard::{Member, Policy, Reason};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";
const TYPE: Option<&str> = Some("oauth-authz-req+jwt");

fn policy() -> Policy<'static> {
    Policy::request_object(CLIENT, ISSUER, [Issuer::new().algorithm()])
}

fn claims(changes: Value) -> String {
    let usual = json!({
        "iss": CLIENT, "aud": ISSUER, "sub": null, "client_id": CLIENT, "response_type": "code",
        "redirect_uri": "https://client.example/cb", "scope": "openid", "state": "s",
    });
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(TYPE, &policy(), &claims(changes))
}

#[test]
fn section_4_requires_iss_aud_client_id_and_response_type() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    for (name, claim) in [
        ("iss", Some(Member::Issuer)),
        ("aud", Some(Member::Audience)),
        ("client_id", Some(Member::ClientId)),
        ("exp", Some(Member::ExpirationTime)),
        ("response_type", None),
    ] {
        assert_eq!(verdict_of(json!({ name: null })), Err((Reason::ClaimMissing, claim)), "{name}");
    }
    let endless = policy().without_expiry();
    assert_eq!(typed_verdict(TYPE, &endless, &claims(json!({"exp": null}))), Ok(()));
    let wrong = Err((Reason::WrongAudience, Some(Member::Audience)));
    assert_eq!(verdict_of(json!({"aud": "https://as.example"})), wrong);
}

#[test]
fn section_4_rejects_a_request_object_within_another() {
    for name in ["request", "request_uri"] {
        for value in [json!("a.b.c"), json!("")] {
            let other = Err((Reason::WrongTokenKind, None));
            assert_eq!(verdict_of(json!({ name: value })), other, "{name}");
        }
    }
}

#[test]
fn section_6_3_requires_one_client() {
    let wrong = Err((Reason::WrongClient, Some(Member::ClientId)));
    assert_eq!(verdict_of(json!({"client_id": "another"})), wrong);
    let wrong = Err((Reason::WrongIssuer, Some(Member::Issuer)));
    assert_eq!(verdict_of(json!({"iss": "another", "client_id": "another"})), wrong);
}

#[test]
fn section_10_8_rejects_a_client_assertion_and_other_types() {
    let other = Err((Reason::WrongTokenKind, Some(Member::Subject)));
    assert_eq!(verdict_of(json!({"sub": CLIENT})), other);
    assert_eq!(verdict_of(json!({"sub": "a user"})), Ok(()));
    let right = claims(json!({}));
    for token_type in [TYPE, Some("application/OAuth-Authz-Req+JWT"), Some("JWT"), None] {
        assert_eq!(typed_verdict(token_type, &policy(), &right), Ok(()), "{token_type:?}");
    }
    for token_type in ["client-authentication+jwt", "at+jwt", "secevent+jwt", ""] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(Some(token_type), &policy(), &right), wrong, "{token_type}");
    }
    let strict = policy().require_token_type("oauth-authz-req+jwt");
    assert!(typed_verdict(None, &strict, &right).is_err());
}

#[test]
fn rejects_a_request_object_policy_with_a_meaningless_member() {
    let any = [Issuer::new().algorithm()];
    for (changed, claim) in [
        (Policy::request_object(None, ISSUER, any).without_issuer(), Member::Issuer),
        (policy().require_nonce("n"), Member::Nonce),
        (policy().require_scope("openid"), Member::Scope),
        (policy().require_token_type("client-authentication+jwt"), Member::Type),
    ] {
        assert_eq!(fault(changed), (Reason::PolicyContradiction, Some(claim)));
    }
}

#[test]
fn bounds_the_lifetime_of_a_request_object() {
    let bounded = policy().require_max_lifetime(3600);
    let of = |exp: i64| typed_verdict(TYPE, &bounded, &claims(json!({"exp": NOW + exp})));
    assert_eq!(of(3600), Ok(()));
    assert_eq!(of(3601), Err((Reason::LifetimeTooLong, Some(Member::ExpirationTime))));
}
