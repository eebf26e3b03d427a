//! The sentence of an error is true for every input that gets it, and names what is missing.

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look, verdict_of};
use keycard::{BatchEntry, Policy, Reason, Time};
use serde_json::json;

fn policy() -> Policy<'static> {
    Policy::access_token(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

#[test]
fn message_mentions_empty_signature_of_unsecured_token() {
    let parts = [r#"{"alg":"none"}"#, "{}", ""].map(encode);
    let error = look(&Issuer::new(), &parts.join("."), &policy(), Time::At(NOW), |_| ());
    assert_eq!(
        error.unwrap_err().to_string(),
        "token: the token does not have three parts, or its header or signature is empty"
    );
}

#[test]
fn what_was_never_accepted_is_not_only_said_to_be_used_again() {
    let mut entry = BatchEntry::new("a.b.c", &mut []);
    let error = entry.verdict().map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("never accepted"), "{error}");
}

#[test]
fn an_ordinary_jwt_hears_what_would_mark_it_as_an_access_token() {
    let error = verdict_of(&policy(), &claims(json!({}))).unwrap_err();
    assert_eq!(error.reason(), Reason::TokenNotMarked);
    for part in ["access token", "typ", "scope"] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn message_of_incomplete_policy_mentions_its_profile() {
    // Only in C can the profile be left out, and no member stands for it.
    assert!(Reason::PolicyIncomplete.text().contains("profile"));
}
