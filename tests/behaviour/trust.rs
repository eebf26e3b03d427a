//! Several issuers: only the row of the issuer decides (RFC 8725 section 3.8).

use crate::support::issuer::Issuer;
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims};
use keycard::{
    Error, KeyTable, Member, Policy, Reason, Stage, Time, TrustRow, Unverified, choose_row,
    scratch_size, validate_any,
};
use serde_json::{Value, json};

const OTHER: &str = "https://other.example";
const TEMPLATE: &str = "https://login.example/{tid}/v2.0";

fn policy(issuer: &str) -> Policy<'_> {
    Policy::jwt(issuer, AUDIENCE, [Issuer::new().algorithm()])
}

fn tenants() -> Policy<'static> {
    Policy::jwt(None, AUDIENCE, [Issuer::new().algorithm()]).require_issuer_template(TEMPLATE)
}

/// The index of the row that accepts a token. Each row has the keys of one issuer, in order.
fn verdict_of(policies: &[Policy<'_>], token: &str) -> Result<usize, Error> {
    let (mut first, mut second) = ([0; 512], [0; 512]);
    let (mut ours, mut theirs) =
        (KeyTable::new(&mut first).unwrap(), KeyTable::new(&mut second).unwrap());
    ours.add_jwk(Issuer::new().jwk().to_string()).unwrap();
    theirs.add_jwk(Issuer::other().jwk().to_string()).unwrap();
    let keys = [ours.view(), theirs.view()];
    let rows = policies.iter().zip(keys.iter().cycle());
    let rows: Vec<_> = rows.map(|(policy, keys)| TrustRow::new(*keys, policy)).collect();
    let mut scratch = vec![0; scratch_size(token.len())];
    let outcome = validate_any(token, &rows, Time::At(NOW), &mut scratch).map(|token| token.row());
    let mut scratch = vec![1; scratch_size(token.len())];
    let chosen = choose_row(token, &rows, &mut scratch);
    assert!(scratch.iter().all(|byte| *byte == 0), "what nobody has verified is wiped");
    match (outcome, chosen) {
        (Ok(row), chosen) => assert_eq!(chosen, Ok(row)),
        (Err(_), Ok(_)) => {}
        (Err(error), Err(chosen)) => assert_eq!(chosen, error),
    }
    outcome
}

fn rejected(policies: &[Policy<'_>], token: &str) -> (Stage, Reason, Option<Member>) {
    let error = verdict_of(policies, token).unwrap_err();
    (error.stage(), error.reason(), error.member())
}

fn by(issuer: &Issuer, changes: Value) -> String {
    issuer.token(claims(changes))
}

#[test]
fn accepts_each_issuer_with_its_own_keys() {
    let rows = [policy(ISSUER), policy(OTHER)];
    assert_eq!(verdict_of(&rows, &by(&Issuer::new(), json!({}))), Ok(0));
    assert_eq!(verdict_of(&rows, &by(&Issuer::other(), json!({"iss": OTHER}))), Ok(1));
}

#[test]
fn rejects_an_issuer_that_fits_no_template_before_its_signature() {
    for issuer in [ISSUER, "https://login.example/a/b/v2.0", "https://login.example//v2.0"] {
        let token = by(&Issuer::new(), json!({"iss": issuer, "tid": "a"}));
        let expected = (Stage::Key, Reason::WrongIssuer, Some(Member::Issuer));
        assert_eq!(rejected(&[tenants()], &token), expected, "{issuer}");
    }
}

#[test]
fn rejects_an_issuer_signed_with_the_keys_of_another() {
    let rows = [policy(ISSUER), policy(OTHER)];
    for token in [by(&Issuer::new(), json!({"iss": OTHER})), by(&Issuer::other(), json!({}))] {
        let (stage, ..) = rejected(&rows, &token);
        assert!(matches!(stage, Stage::Key | Stage::Signature), "{stage:?}");
    }
}

#[test]
fn rejects_a_token_of_no_row_before_any_signature() {
    let rows = [policy(ISSUER), policy(OTHER)];
    let unknown = (Stage::Key, Reason::WrongIssuer, Some(Member::Issuer));
    for issuer in ["https://nobody.example", "", "https://other.example/"] {
        assert_eq!(rejected(&rows, &by(&Issuer::new(), json!({"iss": issuer}))), unknown);
    }
    let missing = (Stage::Key, Reason::ClaimMissing, Some(Member::Issuer));
    assert_eq!(rejected(&rows, &by(&Issuer::new(), json!({"iss": null}))), missing);
    let token = Issuer::new().token(r#"{"iss":null}"#);
    assert_eq!(rejected(&rows, &token), (Stage::Key, Reason::ClaimType, Some(Member::Issuer)));
    let twice = Issuer::new().token(format!(r#"{{"iss":"{OTHER}","iss":"{ISSUER}"}}"#));
    assert_eq!(rejected(&rows, &twice), (Stage::Payload, Reason::JsonDuplicate, None));
}

#[test]
fn rejects_rows_that_cannot_be_told_apart() {
    let ambiguous = (Stage::Usage, Reason::PolicyContradiction, Some(Member::Issuer));
    let token = by(&Issuer::new(), json!({}));
    assert_eq!(rejected(&[policy(ISSUER), policy(ISSUER)], &token), ambiguous);
    let tenant = "https://login.example/a/v2.0";
    let token = by(&Issuer::new(), json!({"iss": tenant, "tid": "a"}));
    assert_eq!(rejected(&[tenants(), policy(tenant)], &token), ambiguous);
    let any = Policy::jwt(None, AUDIENCE, [Issuer::new().algorithm()]).without_issuer();
    let nameless = (Stage::Usage, Reason::PolicyIncomplete, Some(Member::Issuer));
    assert_eq!(rejected(&[policy(ISSUER), any], &by(&Issuer::new(), json!({}))), nameless);
    let jws = Policy::jws([Issuer::new().algorithm()]);
    assert_eq!(rejected(&[jws], &by(&Issuer::new(), json!({}))), nameless);
    let empty = (Stage::Usage, Reason::PolicyEmpty, Some(Member::Issuer));
    assert_eq!(rejected(&[], &by(&Issuer::new(), json!({}))), empty);
}

#[test]
fn accepts_a_template_whose_claim_is_in_the_issuer() {
    let id = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let issuer = format!("https://login.example/{id}/v2.0");
    let token = |tid: Value| by(&Issuer::new(), json!({"iss": issuer, "tid": tid}));
    let rows = [tenants()];
    assert_eq!(verdict_of(&rows, &token(json!(id))), Ok(0));
    let wrong = (Stage::Claims, Reason::WrongIssuer, Some(Member::Issuer));
    assert_eq!(rejected(&rows, &token(json!("other"))), wrong);
    assert_eq!(rejected(&rows, &token(json!(""))), wrong);
    let missing = (Stage::Claims, Reason::ClaimMissing, Some(Member::Issuer));
    assert_eq!(rejected(&rows, &token(json!(null))), missing);
    let wrong_type = (Stage::Claims, Reason::ClaimType, Some(Member::Issuer));
    assert_eq!(rejected(&rows, &token(json!([id]))), wrong_type);
}

#[test]
fn rejects_value_that_leaves_its_place_in_the_template() {
    for value in ["", "a/b", "..", "a/../b", "a%2Fb", "{tid}", "a b", "a?x", "a#x", "a\u{e9}"] {
        let issuer = format!("https://login.example/{value}/v2.0");
        let token = by(&Issuer::new(), json!({"iss": issuer, "tid": value}));
        assert_eq!(rejected(&[tenants()], &token).1, Reason::WrongIssuer, "{value}");
    }
    for template in ["", "https://a", "{tid}", "https://a/{}", "https://a/{b}/{c}"] {
        let policy = Policy::jwt(None, AUDIENCE, [Issuer::new().algorithm()]);
        let error = policy.require_issuer_template(template).check().unwrap_err();
        let expected = (Reason::PolicyValue, Some(Member::Issuer));
        assert_eq!((error.reason(), error.member()), expected, "{template}");
    }
}

#[test]
fn reads_the_unverified_issuer_within_the_same_limits() {
    let token = by(&Issuer::new(), json!({"iss": "https://\u{e9}.example/\"x"}));
    let mut scratch = vec![0; scratch_size(token.len())];
    let mut unverified = Unverified::read(token.as_bytes(), &mut scratch).unwrap();
    let issuer = unverified.issuer().unwrap();
    assert_eq!(issuer, Some("https://\u{e9}.example/\"x"));
    assert_eq!(unverified.key_id(), Some("first"));
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(40), "]".repeat(40));
    let token = Issuer::new().token(deep);
    let mut scratch = vec![0; scratch_size(token.len())];
    let mut unverified = Unverified::read(token.as_bytes(), &mut scratch).unwrap();
    let error = unverified.issuer().unwrap_err();
    assert_eq!((error.stage(), error.reason()), (Stage::Payload, Reason::JsonNesting));
    for size in 0..scratch.len() {
        let mut small = vec![0; size];
        let read = Unverified::read(token.as_bytes(), &mut small);
        let _ = read.and_then(|mut unverified| unverified.issuer().map(|_| ()));
    }
}

#[test]
fn rejects_token_longer_than_the_bound_of_its_row() {
    let ours = by(&Issuer::new(), json!({}));
    let theirs = by(&Issuer::other(), json!({"iss": OTHER}));
    let bounded = policy(ISSUER).with_max_token_length(ours.len() - 1);
    let rows = [bounded, policy(OTHER).with_max_token_length(theirs.len())];
    assert_eq!(rejected(&rows, &ours), (Stage::Token, Reason::TokenTooLong, None));
    assert_eq!(verdict_of(&rows, &theirs), Ok(1), "the bound of another row does not count");
    let rows = [policy(ISSUER).with_max_header_length(8), policy(OTHER)];
    let (_, reason, _) = rejected(&rows, &ours);
    assert_eq!(reason, Reason::HeaderTooLong);
    assert_eq!(verdict_of(&rows, &theirs), Ok(1));
}
