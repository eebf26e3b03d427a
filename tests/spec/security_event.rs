//! Security event tokens (RFC 8417, RFC 9493, Shared Signals Framework).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, typed_verdict};
use keycard::{ClaimRule, Member, Policy, Reason, StrList};
use serde_json::{Value, json};

const RECEIVER: &str = "https://receiver.example";
const REVOKED: &str = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
const TYPE: Option<&str> = Some("secevent+jwt");

fn policy() -> Policy<'static> {
    Policy::security_event(ISSUER, RECEIVER, [Issuer::new().algorithm()])
}

fn claims(changes: Value) -> String {
    let usual = json!({
        "aud": RECEIVER, "sub": null, "exp": null, "jti": "a",
        "sub_id": {"format": "opaque", "id": "u"}, "events": {REVOKED: {}},
    });
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(TYPE, &policy(), &claims(changes))
}

#[test]
fn section_2_2_requires_iss_iat_jti_and_events_and_no_exp() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    for (name, claim) in [
        ("iss", Member::Issuer),
        ("aud", Member::Audience),
        ("iat", Member::IssuedAt),
        ("jti", Member::JwtId),
        ("events", Member::Events),
    ] {
        let missing = Err((Reason::ClaimMissing, Some(claim)));
        assert_eq!(verdict_of(json!({ name: null })), missing, "{name}");
    }
    let any = [Issuer::new().algorithm()];
    let broadcast = Policy::security_event(ISSUER, StrList::NOT_GIVEN, any).without_audience();
    assert_eq!(typed_verdict(TYPE, &broadcast, &claims(json!({"aud": null}))), Ok(()));
    // RFC 7519 section 4.1.4 applies to an `exp` that is there.
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({ "exp": NOW })), expired);
}

#[test]
fn section_2_2_requires_an_object_of_objects_in_events() {
    let missing = Err((Reason::ClaimMissing, Some(Member::Events)));
    assert_eq!(verdict_of(json!({"events": {}})), missing);
    for events in [
        json!([]),
        json!([REVOKED]),
        json!(REVOKED),
        json!({REVOKED: null}),
        json!({REVOKED: []}),
        json!({REVOKED: {}, "urn:b": true}),
    ] {
        let wrong = Err((Reason::ClaimType, Some(Member::Events)));
        assert_eq!(verdict_of(json!({ "events": events })), wrong, "{events}");
    }
    assert_eq!(verdict_of(json!({"events": {REVOKED: {}, "urn:b": {"c": 1}}})), Ok(()));
}

#[test]
fn section_2_3_requires_its_type() {
    for token_type in [None, Some("JWT"), Some("logout+jwt"), Some("at+jwt"), Some("")] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(token_type, &policy(), &claims(json!({}))), wrong);
    }
    let right = claims(json!({}));
    assert_eq!(typed_verdict(Some("application/SecEvent+jwt"), &policy(), &right), Ok(()));
}

#[test]
fn rfc_9493_section_3_requires_a_format_in_sub_id() {
    assert_eq!(verdict_of(json!({"sub_id": null})), Ok(()), "RFC 8417 does not require it");
    for subject in [json!("u"), json!([]), json!({}), json!({"format": 1})] {
        let wrong = Err((Reason::ClaimType, Some(Member::Subject)));
        assert_eq!(verdict_of(json!({ "sub_id": subject })), wrong, "{subject}");
    }
    let path = ["events", REVOKED];
    let rules = [ClaimRule::present(&path), ClaimRule::present("sub_id")];
    let strict = policy().require_rules(&rules);
    assert_eq!(typed_verdict(TYPE, &strict, &claims(json!({}))), Ok(()));
    assert!(typed_verdict(TYPE, &strict, &claims(json!({"sub_id": null}))).is_err());
    assert!(typed_verdict(TYPE, &strict, &claims(json!({"events": {"urn:b": {}}}))).is_err());
}

#[test]
fn rejects_a_security_event_policy_with_a_meaningless_member() {
    for (changed, claim) in [
        (policy().require_scope("read"), Member::Scope),
        (policy().require_nonce("n"), Member::Nonce),
        (policy().require_token_type("logout+jwt"), Member::Type),
    ] {
        assert_eq!(fault(changed), (Reason::PolicyContradiction, Some(claim)));
    }
}
