//! Signed userinfo responses (OpenID Connect Core sections 5.3.2 and 5.3.4).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, typed_verdict};
use keycard::{Member, Policy, Reason};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";
const USER: &str = "00u1";

fn policy() -> Policy<'static> {
    Policy::userinfo(ISSUER, CLIENT, [Issuer::new().algorithm()], USER)
}

fn claims(changes: Value) -> String {
    let usual = json!({"aud": CLIENT, "sub": USER, "iat": null, "exp": null, "name": "Zoë"});
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(None, &policy(), &claims(changes))
}

#[test]
fn section_5_3_4_requires_the_subject_of_the_id_token() {
    assert_eq!(verdict_of(json!({})), Ok(()));
    let wrong = Err((Reason::WrongSubject, Some(Member::Subject)));
    assert_eq!(verdict_of(json!({"sub": "another"})), wrong);
    assert_eq!(
        verdict_of(json!({"sub": null})),
        Err((Reason::ClaimMissing, Some(Member::Subject)))
    );
    let nobody = Policy::userinfo(ISSUER, CLIENT, [Issuer::new().algorithm()], None);
    assert_eq!(fault(nobody), (Reason::PolicyIncomplete, Some(Member::Subject)));
}

#[test]
fn section_5_3_2_requires_iss_and_aud_unless_waived() {
    for (name, claim) in [("iss", Member::Issuer), ("aud", Member::Audience)] {
        let missing = Err((Reason::ClaimMissing, Some(claim)));
        assert_eq!(verdict_of(json!({ name: null })), missing, "{name}");
    }
    let any = [Issuer::new().algorithm()];
    let waived = Policy::userinfo(None, keycard::StrList::NOT_GIVEN, any, USER);
    let waived = waived.without_issuer().without_audience();
    assert_eq!(typed_verdict(None, &waived, &claims(json!({"iss": null, "aud": null}))), Ok(()));
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({ "exp": NOW })), expired, "exp counts if it is there");
}

#[test]
fn rejects_other_kinds_as_userinfo() {
    for (name, claim) in [
        ("nonce", Member::Nonce),
        ("at_hash", Member::AccessTokenHash),
        ("scope", Member::Scope),
        ("scp", Member::Scope),
        ("events", Member::Events),
    ] {
        let other = Err((Reason::WrongTokenKind, Some(claim)));
        assert_eq!(verdict_of(json!({ name: "x" })), other, "{name}");
    }
    let own = Policy::userinfo(USER, CLIENT, [Issuer::new().algorithm()], USER);
    let other = Err((Reason::WrongTokenKind, Some(Member::Subject)));
    assert_eq!(typed_verdict(None, &own, &claims(json!({"iss": USER}))), other);
    for token_type in ["at+jwt", "token-introspection+jwt", "logout+jwt"] {
        let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
        assert_eq!(typed_verdict(Some(token_type), &policy(), &claims(json!({}))), wrong);
    }
}
