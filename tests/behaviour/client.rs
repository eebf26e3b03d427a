//! The client of an access token, and whether it stands for a user (RFC 6749 section 4.4, RFC 9068
//! section 5).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, AUDIENCE, ISSUER, rejection, verdict_of};
use keycard::{ClaimRule, Member, Policy, Reason};
use serde_json::{Value, json};

const CLIENT: &str = "0oa1";

fn policy() -> Policy<'static> {
    let algorithms = [Issuer::new().algorithm()];
    Policy::access_token(ISSUER, AUDIENCE, algorithms).client_id_from("cid")
}

fn claims(changes: Value) -> String {
    verdict::claims_of(json!({"cid": CLIENT}), changes)
}

#[test]
fn a_token_of_another_client_is_rejected() {
    let policy = policy().require_client(&[CLIENT, "0oa2"]);
    assert_eq!(verdict_of(&policy, &claims(json!({}))), Ok(()));
    assert_eq!(verdict_of(&policy, &claims(json!({"cid": "0oa2"}))), Ok(()));
    assert_eq!(rejection(&policy, &claims(json!({"cid": "0oa3"}))), Reason::WrongClient);
    assert_eq!(rejection(&policy, &claims(json!({"cid": ["0oa1"]}))), Reason::ClaimType);
    let elsewhere = claims(json!({"cid": null, "scp": [], "client_id": CLIENT}));
    assert_eq!(rejection(&policy, &elsewhere), Reason::ClaimMissing, "there is no fallback");
}

#[test]
fn a_token_of_the_client_credentials_grant_has_no_user() {
    let policy = policy().reject_user();
    assert_eq!(verdict_of(&policy, &claims(json!({"sub": CLIENT}))), Ok(()));
    assert_eq!(verdict_of(&policy, &claims(json!({"sub": null}))), Ok(()));
    let user = verdict_of(&policy, &claims(json!({"sub": "00u1"}))).unwrap_err();
    assert_eq!((user.reason(), user.member()), (Reason::UserPresent, Some(Member::Subject)));
}

#[test]
fn an_issuer_that_marks_such_tokens_may_put_anything_into_sub() {
    let mark = ClaimRule::equals("gty", "client-credentials");
    let policy = policy().reject_user_marked_by(mark);
    let with = |grant: &str| claims(json!({"sub": "0oa1@clients", "gty": grant}));
    assert_eq!(verdict_of(&policy, &with("client-credentials")), Ok(()));
    assert_eq!(rejection(&policy, &with("password")), Reason::UserPresent);
}

#[test]
fn a_subject_alone_never_means_a_user() {
    let policy = policy().require_user(ClaimRule::present("uid"));
    assert_eq!(verdict_of(&policy, &claims(json!({"uid": "00u1"}))), Ok(()));
    assert_eq!(rejection(&policy, &claims(json!({}))), Reason::UserMissing, "no mark");
    let client = claims(json!({"uid": "00u1", "sub": CLIENT}));
    assert_eq!(rejection(&policy, &client), Reason::UserMissing, "the client itself");
    let nobody = claims(json!({"uid": "00u1", "sub": null}));
    assert_eq!(rejection(&policy, &nobody), Reason::UserMissing);
    let unnamed = claims(json!({"uid": "00u1", "sub": ""}));
    assert_eq!(rejection(&policy, &unnamed), Reason::UserMissing);
}

#[test]
fn which_claim_is_the_client_is_said_by_the_caller() {
    let algorithms = [Issuer::new().algorithm()];
    let unsaid = Policy::access_token(ISSUER, AUDIENCE, algorithms);
    for policy in [unsaid.require_client(CLIENT), unsaid.reject_user(), policy()] {
        assert_eq!(policy.check().unwrap_err().reason(), Reason::PolicyIncomplete);
    }
    let twice = policy().reject_user().require_user(ClaimRule::present("uid"));
    assert_eq!(twice.check().unwrap_err().reason(), Reason::PolicyTwice);
    let empty = policy().require_user(ClaimRule::equals("uid", ""));
    assert_eq!(empty.check().unwrap_err().reason(), Reason::PolicyEmpty);
}

#[test]
fn one_scope_of_several_is_enough_where_any_is_asked_for() {
    let policy = policy().require_client(CLIENT).require_any_scope(&["read", "write"]);
    assert_eq!(verdict_of(&policy, &claims(json!({"scope": "openid write"}))), Ok(()));
    assert_eq!(rejection(&policy, &claims(json!({"scope": "openid"}))), Reason::ScopeMissing);
    assert_eq!(rejection(&policy, &claims(json!({}))), Reason::ScopeMissing);
}

#[test]
fn required_subject_does_not_check_authorized_party() {
    let algorithms = [Issuer::new().algorithm()];
    let policy = Policy::access_token(ISSUER, AUDIENCE, algorithms).require_subject("00u1");
    let token = claims(json!({"azp": CLIENT}));
    assert_eq!(verdict_of(&policy, &token), Ok(()));
    assert_eq!(rejection(&policy, &claims(json!({"sub": "00u2"}))), Reason::WrongSubject);
    let asked = policy.allow_authorized_parties("another");
    assert_eq!(rejection(&asked, &token), Reason::WrongAuthorizedParty);
}
