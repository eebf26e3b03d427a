//! Signed authorization responses (JARM).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, fault, typed_verdict};
use keycard::{Member, Policy, Reason};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";

fn policy() -> Policy<'static> {
    Policy::authorization_response(ISSUER, CLIENT, [Issuer::new().algorithm()])
}

fn claims(changes: Value) -> String {
    let usual = json!({"aud": CLIENT, "sub": null, "iat": null, "code": "c", "state": "s"});
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(None, &policy(), &claims(changes))
}

#[test]
fn section_2_1_requires_iss_aud_exp_and_a_parameter() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    for (name, claim) in [
        ("iss", Some(Member::Issuer)),
        ("aud", Some(Member::Audience)),
        ("exp", Some(Member::ExpirationTime)),
        ("code", None),
    ] {
        assert_eq!(verdict_of(json!({ name: null })), Err((Reason::ClaimMissing, claim)), "{name}");
    }
    for name in ["error", "access_token", "id_token"] {
        assert_eq!(verdict_of(json!({"code": null, name: "x"})), Ok(()), "{name}");
    }
}

#[test]
fn section_2_4_rejects_another_server_client_or_past_response() {
    let wrong = Err((Reason::WrongIssuer, Some(Member::Issuer)));
    assert_eq!(verdict_of(json!({"iss": "https://evil.example"})), wrong);
    let wrong = Err((Reason::WrongAudience, Some(Member::Audience)));
    assert_eq!(verdict_of(json!({"aud": "another"})), wrong);
    let several = Err((Reason::UntrustedAudience, Some(Member::Audience)));
    assert_eq!(verdict_of(json!({"aud": [CLIENT, "another"]})), several);
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({"exp": verdict::NOW})), expired);
}

#[test]
fn rejects_an_id_token_as_authorization_response() {
    let other = |claim| Err((Reason::WrongTokenKind, Some(claim)));
    assert_eq!(verdict_of(json!({"sub": "user"})), other(Member::Subject));
    assert_eq!(verdict_of(json!({"nonce": "n"})), other(Member::Nonce));
    for token_type in ["at+jwt", "oauth-authz-req+jwt", "logout+jwt"] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(Some(token_type), &policy(), &claims(json!({}))), wrong);
    }
    assert_eq!(typed_verdict(Some("JWT"), &policy(), &claims(json!({}))), Ok(()));
}

#[test]
fn rejects_an_authorization_response_policy_with_a_waiver() {
    let any = [Issuer::new().algorithm()];
    let without_issuer = Policy::authorization_response(None, CLIENT, any).without_issuer();
    for (changed, claim) in [
        (without_issuer, Member::Issuer),
        (policy().without_expiry(), Member::ExpirationTime),
        (policy().nonce_not_sent(), Member::Nonce),
    ] {
        assert_eq!(fault(changed), (Reason::PolicyContradiction, Some(claim)));
    }
}
