//! Signed introspection responses (RFC 9701).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, typed_verdict};
use keycard::{Member, Policy, Reason};
use serde_json::{Value, json};

const SERVER: &str = "https://rs.example";
const TYPE: Option<&str> = Some("token-introspection+jwt");

fn policy() -> Policy<'static> {
    let policy = Policy::introspection_response(ISSUER, SERVER, [Issuer::new().algorithm()]);
    policy.require_max_token_age(60)
}

fn claims(changes: Value) -> String {
    let answer = json!({"active": true, "scope": "read", "sub": "00u1", "exp": NOW - 1});
    let usual = json!({
        "aud": SERVER, "sub": null, "exp": null, "iat": NOW, "token_introspection": answer,
    });
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(TYPE, &policy(), &claims(changes))
}

#[test]
fn section_5_requires_typ_iss_aud_iat_and_token_introspection() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    for (name, claim) in [
        ("iss", Some(Member::Issuer)),
        ("aud", Some(Member::Audience)),
        ("iat", Some(Member::IssuedAt)),
        ("token_introspection", None),
    ] {
        assert_eq!(verdict_of(json!({ name: null })), Err((Reason::ClaimMissing, claim)), "{name}");
    }
    for token_type in [None, Some("JWT"), Some("at+jwt"), Some("")] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(token_type, &policy(), &claims(json!({}))), wrong);
    }
}

#[test]
fn section_5_rejects_an_answer_that_could_be_a_token() {
    let other = |claim| Err((Reason::WrongTokenKind, Some(claim)));
    assert_eq!(verdict_of(json!({"sub": "00u1"})), other(Member::Subject));
    assert_eq!(verdict_of(json!({"exp": NOW + 60})), other(Member::ExpirationTime));
}

#[test]
fn rejects_an_answer_that_the_token_is_not_active() {
    for (answer, reason) in [
        (json!({"active": false}), Reason::ClaimMismatch),
        (json!({}), Reason::ClaimMissing),
        (json!({"active": "true"}), Reason::ClaimType),
        (json!({"active": 1}), Reason::ClaimType),
        (json!({"active": null}), Reason::ClaimType),
        (json!(true), Reason::ClaimType),
        (json!([{"active": true}]), Reason::ClaimType),
    ] {
        let verdict = verdict_of(json!({ "token_introspection": answer }));
        assert_eq!(verdict, Err((reason, None)), "{answer}");
    }
}

#[test]
fn rejects_an_old_answer_and_a_policy_without_an_age() {
    assert_eq!(verdict_of(json!({"iat": NOW - 60})), Ok(()));
    let old = Err((Reason::TokenTooOld, Some(Member::IssuedAt)));
    assert_eq!(verdict_of(json!({"iat": NOW - 61})), old);
    let any = [Issuer::new().algorithm()];
    let ageless = Policy::introspection_response(ISSUER, SERVER, any);
    assert_eq!(fault(ageless), (Reason::PolicyIncomplete, Some(Member::IssuedAt)));
    let without = Policy::introspection_response(None, SERVER, any).require_max_token_age(60);
    let contradiction = (Reason::PolicyContradiction, Some(Member::Issuer));
    assert_eq!(fault(without.without_issuer()), contradiction);
}
