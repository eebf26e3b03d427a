//! Status list tokens (draft-ietf-oauth-status-list-21).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, typed_verdict};
use keycard::{Member, Policy, Reason};
use serde_json::{Value, json};

const URI: &str = "https://example.com/statuslists/1";
const TYPE: Option<&str> = Some("statuslist+jwt");

fn policy() -> Policy<'static> {
    let policy = Policy::status_list(None, None, [Issuer::new().algorithm()], URI);
    policy.without_issuer().without_audience()
}

/// The example of section 5.1.
fn claims(changes: Value) -> String {
    let usual = json!({
        "iss": null, "aud": null, "sub": URI, "ttl": 43200,
        "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"},
    });
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(TYPE, &policy(), &claims(changes))
}

#[test]
fn section_5_1_requires_sub_iat_and_a_status_list() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    for (name, claim) in
        [("sub", Some(Member::Subject)), ("iat", Some(Member::IssuedAt)), ("status_list", None)]
    {
        assert_eq!(verdict_of(json!({ name: null })), Err((Reason::ClaimMissing, claim)), "{name}");
    }
    for other in ["https://example.com/statuslists/2", "https://example.com/statuslists/1/", ""] {
        let wrong = Err((Reason::WrongSubject, Some(Member::Subject)));
        assert_eq!(verdict_of(json!({ "sub": other })), wrong, "{other}");
    }
}

#[test]
fn section_5_1_requires_the_type_of_a_status_list() {
    for token_type in [None, Some("JWT"), Some("at+jwt"), Some("statuslist+cwt"), Some("")] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(token_type, &policy(), &claims(json!({}))), wrong);
    }
}

#[test]
fn section_5_1_bounds_a_list_by_exp_and_ttl() {
    assert_eq!(verdict_of(json!({"exp": null, "ttl": null})), Ok(()));
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({"exp": NOW})), expired);
    for (ttl, reason) in [
        (json!(0), Reason::ClaimMismatch),
        (json!(-1), Reason::ClaimMismatch),
        (json!(-0.5), Reason::ClaimMismatch),
        (json!("43200"), Reason::ClaimType),
        (json!(true), Reason::ClaimType),
    ] {
        assert_eq!(verdict_of(json!({ "ttl": ttl })), Err((reason, None)), "{ttl}");
    }
    assert_eq!(verdict_of(json!({"ttl": 0.5})), Ok(()));
    let aged = policy().require_max_token_age(60);
    let old = claims(json!({"iat": NOW - 61, "exp": null}));
    let too_old = Err((Reason::TokenTooOld, Some(Member::IssuedAt)));
    assert_eq!(typed_verdict(TYPE, &aged, &old), too_old);
}

#[test]
fn section_4_2_requires_bits_and_a_list_in_base64url() {
    let list = |bits: Value, list: Value| {
        let mut object = json!({});
        for (name, value) in [("bits", bits), ("lst", list)] {
            if !value.is_null() {
                object[name] = value;
            }
        }
        verdict_of(json!({ "status_list": object }))
    };
    for bits in [1, 2, 4, 8] {
        assert_eq!(list(json!(bits), json!("eNrbuRgAAhcBXQ")), Ok(()));
    }
    for bits in [json!(0), json!(3), json!(16), json!(-1), json!(1.5)] {
        let wrong = Err((Reason::ClaimMismatch, None));
        assert_eq!(list(bits.clone(), json!("eNrbuRgAAhcBXQ")), wrong, "{bits}");
    }
    for text in ["", "eNrbuRgAAhcBXQ==", "eNrb+RgAAhcBXQ", "eNrb RgAAhcBXQ"] {
        assert_eq!(list(json!(1), json!(text)), Err((Reason::ClaimMismatch, None)), "{text}");
    }
    assert_eq!(list(Value::Null, json!("AA")), Err((Reason::ClaimMissing, None)));
    assert_eq!(list(json!(1), Value::Null), Err((Reason::ClaimMissing, None)));
    assert_eq!(list(json!("1"), json!("AA")), Err((Reason::ClaimType, None)));
    assert_eq!(list(json!(1), json!(["AA"])), Err((Reason::ClaimType, None)));
    for other in [json!([]), json!("eNrbuRgAAhcBXQ"), json!(1)] {
        assert_eq!(verdict_of(json!({ "status_list": other })), Err((Reason::ClaimType, None)));
    }
}

#[test]
fn rejects_a_policy_without_the_uri_of_the_list() {
    let any = [Issuer::new().algorithm()];
    let unnamed = Policy::status_list(ISSUER, None, any, None).without_audience();
    assert_eq!(fault(unnamed), (Reason::PolicyIncomplete, Some(Member::Subject)));
    let incomplete = |claim| (Reason::PolicyIncomplete, Some(claim));
    let unissued = Policy::status_list(None, None, any, URI);
    assert_eq!(fault(unissued.without_audience()), incomplete(Member::Issuer));
    assert_eq!(fault(unissued.without_issuer()), incomplete(Member::Audience));
    let scoped = (Reason::PolicyContradiction, Some(Member::Scope));
    assert_eq!(fault(policy().require_scope("read")), scoped);
    let named = Policy::status_list(ISSUER, None, any, URI).without_audience();
    assert_eq!(typed_verdict(TYPE, &named, &claims(json!({"iss": ISSUER}))), Ok(()));
    let missing = Err((Reason::ClaimMissing, Some(Member::Issuer)));
    assert_eq!(typed_verdict(TYPE, &named, &claims(json!({}))), missing);
}
