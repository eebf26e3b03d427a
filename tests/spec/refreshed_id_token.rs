//! Refreshed ID tokens (OpenID Connect Core section 12.2), sentence by sentence.

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, look, verdict_of};
use keycard::{Check, Member, OriginalIdToken, Policy, Reason, Time};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";
const NONCE: &str = "n-0S6_WzA2Mj";

fn original() -> OriginalIdToken<'static> {
    OriginalIdToken::new(ISSUER, "00u1", CLIENT, NOW - 7200)
        .with_authentication_time(NOW - 7260)
        .with_nonce(NONCE)
}

fn policy<'a>(original: &'a OriginalIdToken<'a>) -> Policy<'a> {
    Policy::refreshed_id_token(ISSUER, CLIENT, [Issuer::new().algorithm()], original)
}

fn claims(changes: Value) -> String {
    verdict::claims_of(json!({"aud": CLIENT}), changes)
}

/// The reason why a refreshed token is rejected, and the claim at fault.
#[track_caller]
fn rejection(original: &OriginalIdToken<'_>, changes: Value) -> (Reason, Option<Member>) {
    let error = verdict_of(&policy(original), &claims(changes)).unwrap_err();
    (error.reason(), error.member())
}

fn differs(claim: Member) -> (Reason, Option<Member>) {
    (Reason::NotAsOriginal, Some(claim))
}

#[test]
fn accepts_refreshed_id_token_and_evidence_says_so() {
    let original = original();
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({"auth_time": NOW - 7260})));
    let checks =
        look(&issuer, &token, &policy(&original), Time::At(NOW), |token| token.evidence().passed());
    assert!(checks.unwrap().contains(Check::Original));
}

#[test]
fn its_iss_must_be_the_same() {
    let other = OriginalIdToken::new("https://other", "00u1", CLIENT, NOW - 7200);
    assert_eq!(rejection(&other, json!({})), differs(Member::Issuer));
    let wrong = (Reason::WrongIssuer, Some(Member::Issuer));
    assert_eq!(rejection(&original(), json!({"iss": "https://other"})), wrong);
}

#[test]
fn its_sub_must_be_the_same() {
    assert_eq!(rejection(&original(), json!({"sub": "00u2"})), differs(Member::Subject));
}

#[test]
fn its_iat_is_the_time_when_it_was_issued() {
    assert_eq!(rejection(&original(), json!({"iat": NOW - 7201})), differs(Member::IssuedAt));
    // A time within the same second does not count as earlier.
    assert_eq!(verdict_of(&policy(&original()), &claims(json!({"iat": NOW - 7200}))), Ok(()));
}

#[test]
fn its_aud_must_include_that_of_the_original() {
    let audiences = [CLIENT, "other"];
    let both = OriginalIdToken::new(ISSUER, "00u1", &audiences, NOW - 7200);
    assert_eq!(rejection(&both, json!({})), differs(Member::Audience));
    let untrusted = (Reason::UntrustedAudience, Some(Member::Audience));
    assert_eq!(rejection(&original(), json!({"aud": [CLIENT, "other"]})), untrusted);
}

#[test]
fn its_auth_time_is_that_of_the_original_authentication() {
    let original = original();
    assert_eq!(verdict_of(&policy(&original), &claims(json!({}))), Ok(()), "it may be absent");
    let claim = Member::AuthenticationTime;
    assert_eq!(rejection(&original, json!({"auth_time": NOW - 60})), differs(claim));
    let without = OriginalIdToken::new(ISSUER, "00u1", CLIENT, NOW - 7200);
    assert_eq!(rejection(&without, json!({"auth_time": NOW - 60})), differs(claim));
    let text = json!({"auth_time": "1"});
    assert_eq!(rejection(&original, text), (Reason::ClaimType, Some(claim)));
}

#[test]
fn accepts_nonce_of_the_original_and_rejects_any_other() {
    let original = original();
    assert_eq!(verdict_of(&policy(&original), &claims(json!({"nonce": NONCE}))), Ok(()));
    assert_eq!(rejection(&original, json!({"nonce": "other"})), differs(Member::Nonce));
    let without = OriginalIdToken::new(ISSUER, "00u1", CLIENT, NOW - 7200);
    assert_eq!(rejection(&without, json!({"nonce": NONCE})), differs(Member::Nonce));
}

#[test]
fn its_azp_must_be_the_same_also_in_being_absent() {
    let with = original().with_authorized_party(CLIENT);
    assert_eq!(verdict_of(&policy(&with), &claims(json!({"azp": CLIENT}))), Ok(()));
    assert_eq!(rejection(&with, json!({})), differs(Member::AuthorizedParty));
    assert_eq!(rejection(&original(), json!({"azp": CLIENT})), differs(Member::AuthorizedParty));
}

#[test]
fn otherwise_the_rules_of_an_id_token_apply() {
    let original = original();
    assert_eq!(rejection(&original, json!({"iat": null})).0, Reason::ClaimMissing);
    assert_eq!(rejection(&original, json!({"exp": NOW})).0, Reason::Expired);
    assert_eq!(rejection(&original, json!({"aud": "other"})).0, Reason::WrongAudience);
    assert_eq!(rejection(&original, json!({"token_use": "access"})).0, Reason::WrongTokenKind);
}

#[test]
fn what_was_kept_of_the_original_must_be_something() {
    let incomplete =
        |original: &OriginalIdToken<'_>| policy(original).check().unwrap_err().reason();
    let empty = OriginalIdToken::new(ISSUER, "", CLIENT, 0);
    assert_eq!(incomplete(&empty), Reason::PolicyEmpty);
    let kept = OriginalIdToken::new(ISSUER, "00u1", CLIENT, 0);
    assert_eq!(incomplete(&kept.with_nonce("")), Reason::PolicyEmpty);
    let nobody = OriginalIdToken::new(ISSUER, "00u1", None, 0);
    assert_eq!(incomplete(&nobody), Reason::PolicyIncomplete);
    let original = original();
    let twice = policy(&original).require_nonce("another");
    assert_eq!(twice.check().unwrap_err().reason(), Reason::PolicyContradiction);
}
