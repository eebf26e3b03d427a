//! Transaction tokens (draft-ietf-oauth-transaction-tokens).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, fault, typed_verdict};
use keycard::{Member, Policy, Reason};
use serde_json::{Value, json};

const DOMAIN: &str = "https://trust.example";
const TYPE: Option<&str> = Some("txntoken+jwt");

fn policy() -> Policy<'static> {
    Policy::transaction_token(None, DOMAIN, [Issuer::new().algorithm()]).without_issuer()
}

fn claims(changes: Value) -> String {
    let usual = json!({
        "iss": null, "aud": DOMAIN, "txn": "97053963", "scope": "trade", "req_wl": "gateway",
    });
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(TYPE, &policy(), &claims(changes))
}

#[test]
fn requires_the_claims_of_a_transaction_token() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    for (name, claim) in [
        ("aud", Some(Member::Audience)),
        ("exp", Some(Member::ExpirationTime)),
        ("iat", Some(Member::IssuedAt)),
        ("sub", Some(Member::Subject)),
        ("txn", None),
        ("scope", None),
        ("req_wl", None),
    ] {
        assert_eq!(verdict_of(json!({ name: null })), Err((Reason::ClaimMissing, claim)), "{name}");
    }
    let wrong = Err((Reason::WrongAudience, Some(Member::Audience)));
    assert_eq!(verdict_of(json!({"aud": "https://other.example"})), wrong);
}

#[test]
fn requires_the_type_of_a_transaction_token() {
    for token_type in [None, Some("JWT"), Some("at+jwt"), Some("dpop+jwt"), Some("")] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(token_type, &policy(), &claims(json!({}))), wrong);
    }
}

#[test]
fn compares_the_issuer_of_a_transaction_token_unless_waived() {
    let any = [Issuer::new().algorithm()];
    let named = Policy::transaction_token(ISSUER, DOMAIN, any);
    assert_eq!(typed_verdict(TYPE, &named, &claims(json!({"iss": ISSUER}))), Ok(()));
    let missing = Err((Reason::ClaimMissing, Some(Member::Issuer)));
    assert_eq!(typed_verdict(TYPE, &named, &claims(json!({}))), missing);
    let unnamed = Policy::transaction_token(None, DOMAIN, any);
    assert_eq!(fault(unnamed), (Reason::PolicyIncomplete, Some(Member::Issuer)));
    let endless = (Reason::PolicyContradiction, Some(Member::ExpirationTime));
    assert_eq!(fault(named.without_expiry()), endless);
    let scoped = named.require_scope("trade");
    assert_eq!(typed_verdict(TYPE, &scoped, &claims(json!({"iss": ISSUER}))), Ok(()));
}
