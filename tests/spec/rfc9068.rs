//! JWT profile for OAuth 2.0 access tokens (RFC 9068).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW, look};
use keycard::{Algorithm, Check, Error, Member, Policy, Reason, Time};
use serde_json::{Value, json};

fn algorithms() -> [Algorithm; 1] {
    [Issuer::new().algorithm()]
}

fn policy() -> Policy<'static> {
    Policy::access_token_rfc9068(ISSUER, AUDIENCE, algorithms())
}

/// The claims that section 2.2 requires, with some of them replaced.
fn claims(changes: Value) -> String {
    verdict::claims_of(json!({"client_id": "s6Bh", "jti": "dbe3"}), changes)
}

/// The verdict on a token with this `typ` at a time.
fn verdict_at(token_type: Option<&str>, changes: Value, now: i64) -> Result<(), Error> {
    let issuer = Issuer::new();
    let mut header = json!({"alg": issuer.algorithm().name()});
    if let Some(token_type) = token_type {
        header["typ"] = json!(token_type);
    }
    let token = issuer.sign(&header.to_string(), claims(changes));
    look(&issuer, &token, &policy(), Time::At(now), |_| ())
}

fn rejection(changes: Value) -> (Reason, Option<&'static str>) {
    let error = verdict_at(Some("at+jwt"), changes, NOW).unwrap_err();
    (error.reason(), error.member().map(Member::name))
}

#[test]
fn sections_2_1_and_4_accept_at_jwt_and_reject_other_types() {
    for token_type in ["at+jwt", "application/at+jwt", "AT+JWT"] {
        assert_eq!(verdict_at(Some(token_type), json!({}), NOW), Ok(()), "{token_type}");
    }
    for token_type in
        [None, Some("JWT"), Some("at"), Some("at+jwt;x=1"), Some("text/at+jwt"), Some("")]
    {
        let error = verdict_at(token_type, json!({}), NOW).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongTokenType, "{token_type:?}");
    }
}

#[test]
fn section_2_2_requires_seven_claims() {
    for claim in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        assert_eq!(rejection(json!({ claim: null })), (Reason::ClaimMissing, Some(claim)));
        assert_eq!(rejection(json!({ claim: true })), (Reason::ClaimType, Some(claim)));
    }
    for claim in ["sub", "client_id", "jti"] {
        assert_eq!(rejection(json!({ claim: "" })), (Reason::ClaimMissing, Some(claim)), "empty");
    }
}

#[test]
fn section_2_2_leaves_no_room_for_waivers() {
    let waived = Policy::access_token_rfc9068(None, AUDIENCE, algorithms()).without_issuer();
    for policy in [
        waived,
        Policy::access_token_rfc9068(ISSUER, None, algorithms()).without_audience(),
        policy().without_expiry(),
    ] {
        assert_eq!(policy.check().unwrap_err().reason(), Reason::PolicyContradiction);
    }
}

#[test]
fn section_4_rejects_other_issuer_and_audience_without_caller() {
    for issuer in ["https://evil.example", &format!("{ISSUER}/")] {
        assert_eq!(rejection(json!({ "iss": issuer })), (Reason::WrongIssuer, Some("iss")));
    }
    assert_eq!(rejection(json!({"aud": "api://other"})), (Reason::WrongAudience, Some("aud")));
    let several = json!({"aud": ["api://other", AUDIENCE]});
    assert_eq!(verdict_at(Some("at+jwt"), several, NOW), Ok(()));
}

#[test]
fn section_4_rejects_from_exp_on_and_what_is_not_signed() {
    let exp = || json!({ "exp": NOW });
    assert_eq!(verdict_at(Some("at+jwt"), exp(), NOW - 1), Ok(()));
    assert_eq!(rejection(exp()), (Reason::Expired, Some("exp")));
    let issuer = Issuer::new();
    for algorithm in ["none", "None"] {
        let token =
            issuer.sign(&json!({"alg": algorithm, "typ": "at+jwt"}).to_string(), claims(json!({})));
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.stage(), keycard::Stage::Algorithm, "{algorithm}");
    }
}

#[test]
fn the_verdict_rests_on_what_section_4_asks_for() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "typ": "at+jwt"}).to_string();
    let token = issuer.sign(&header, claims(json!({})));
    let evidence =
        look(&issuer, &token, &policy(), Time::At(NOW), |token| token.evidence()).unwrap();
    for check in [Check::TokenType, Check::Issuer, Check::Audience, Check::Signature, Check::Expiry]
    {
        assert!(evidence.passed().contains(check), "{check:?}");
    }
}
