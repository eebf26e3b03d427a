//! JWT authorization grants (RFC 7523 sections 2.1 and 3, RFC 10070).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, look, typed_verdict};
use keycard::replay::{Limits, ReplayCache, words_for};
use keycard::{Check, Member, Policy, Reason, StrList, Time, Token};
use serde_json::{Value, json};

const SERVER: &str = "https://as.example";
const TYPE: Option<&str> = Some("authorization-grant+jwt");
const LIFETIME: u32 = 300;

fn policy() -> Policy<'static> {
    Policy::authorization_grant(ISSUER, SERVER, [Issuer::new().algorithm()])
        .require_max_lifetime(LIFETIME)
}

/// The claims of section 3, with some of them replaced; `null` removes one.
fn claims(changes: Value) -> String {
    let usual = json!({"aud": SERVER, "jti": "bWJq", "iat": null, "exp": NOW + 60});
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(None, &policy(), &claims(changes))
}

#[test]
fn accepts_a_grant_and_says_what_was_checked() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "typ": "authorization-grant+jwt"});
    let token = issuer.sign(&header.to_string(), claims(json!({})));
    let looked = look(&issuer, &token, &policy(), Time::At(NOW), |token| token.evidence().passed());
    let passed = looked.unwrap();
    for check in [Check::TokenType, Check::Kind, Check::Issuer, Check::Audience, Check::Lifetime] {
        assert!(passed.contains(check), "{check:?}");
    }
}

#[test]
fn section_3_requires_iss_sub_aud_exp_and_jti_of_a_grant() {
    for (name, claim) in [
        ("iss", Member::Issuer),
        ("sub", Member::Subject),
        ("aud", Member::Audience),
        ("exp", Member::ExpirationTime),
        ("jti", Member::JwtId),
    ] {
        let missing = Err((Reason::ClaimMissing, Some(claim)));
        assert_eq!(verdict_of(json!({ name: null })), missing, "{name}");
    }
    for (name, claim) in [("sub", Member::Subject), ("jti", Member::JwtId)] {
        let missing = Err((Reason::ClaimMissing, Some(claim)));
        assert_eq!(verdict_of(json!({ name: "" })), missing, "{name}");
    }
}

#[test]
fn section_3_rejects_another_issuer_and_a_client_assertion() {
    let issuer = Err((Reason::WrongIssuer, Some(Member::Issuer)));
    assert_eq!(verdict_of(json!({"iss": "https://another.example"})), issuer);
    let client = Err((Reason::WrongTokenKind, Some(Member::Subject)));
    assert_eq!(verdict_of(json!({"sub": ISSUER})), client);
    assert_eq!(typed_verdict(TYPE, &policy(), &claims(json!({"sub": ISSUER}))), client);
}

#[test]
fn rfc_10070_accepts_our_server_as_the_only_audience_of_a_grant() {
    assert_eq!(verdict_of(json!({"aud": [SERVER]})), Ok(()));
    let several = Err((Reason::UntrustedAudience, Some(Member::Audience)));
    for audience in [json!([SERVER, "https://b.example"]), json!([SERVER, SERVER])] {
        assert_eq!(verdict_of(json!({ "aud": audience })), several, "{audience}");
    }
    let endpoint = "https://as.example/token";
    let wrong = Err((Reason::WrongAudience, Some(Member::Audience)));
    for audience in [json!([]), json!(endpoint), json!(format!("{SERVER}/"))] {
        assert_eq!(verdict_of(json!({ "aud": audience })), wrong, "{audience}");
    }
    // RFC 10070 section 4: a grant may name the token endpoint instead.
    let named = [SERVER, endpoint];
    let both = Policy::authorization_grant(ISSUER, &named, [Issuer::new().algorithm()])
        .require_max_lifetime(LIFETIME);
    assert_eq!(typed_verdict(None, &both, &claims(json!({ "aud": endpoint }))), Ok(()));
    assert!(typed_verdict(None, &both, &claims(json!({ "aud": named }))).is_err());
}

#[test]
fn section_3_bounds_exp_of_a_grant_and_rejects_expired_and_early() {
    let too_long = Err((Reason::LifetimeTooLong, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({"exp": NOW + i64::from(LIFETIME)})), Ok(()));
    assert_eq!(verdict_of(json!({"exp": NOW + i64::from(LIFETIME) + 1})), too_long);
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({ "exp": NOW })), expired);
    let early = Err((Reason::NotYetValid, Some(Member::NotBefore)));
    assert_eq!(verdict_of(json!({"nbf": NOW + 1})), early);
}

#[test]
fn accepts_a_grant_of_its_type_jwt_or_no_type() {
    let right = claims(json!({}));
    for token_type in [None, Some("JWT"), TYPE, Some("application/Authorization-Grant+jwt")] {
        assert_eq!(typed_verdict(token_type, &policy(), &right), Ok(()), "{token_type:?}");
    }
    let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
    let others =
        ["at+jwt", "client-authentication+jwt", "oauth-id-jag+jwt", "authorization-grant", ""];
    for token_type in others {
        assert_eq!(typed_verdict(Some(token_type), &policy(), &right), wrong, "{token_type}");
    }
    // A grant of an issuer with a type of its own.
    let own = policy().require_token_type("bank-grant+jwt");
    assert_eq!(typed_verdict(Some("bank-grant+jwt"), &own, &right), Ok(()));
    assert_eq!(typed_verdict(None, &own, &right), wrong);
}

#[test]
fn rejects_id_and_access_tokens_without_a_type_as_a_grant() {
    for (name, value, claim) in [
        ("nonce", json!("n"), Member::Nonce),
        ("at_hash", json!("AA"), Member::AccessTokenHash),
        ("scope", json!("read"), Member::Scope),
        ("scp", json!(["read"]), Member::Scope),
        ("cid", json!("client"), Member::Scope),
        ("events", json!({}), Member::Events),
        ("token_use", json!("id"), Member::TokenUse),
        ("typ", json!("Bearer"), Member::Type),
        ("response_type", json!("code"), Member::Type),
    ] {
        let other = Err((Reason::WrongTokenKind, Some(claim)));
        assert_eq!(verdict_of(json!({ name: value })), other, "{name}");
        let typed = typed_verdict(Some("JWT"), &policy(), &claims(json!({ name: value })));
        assert_eq!(typed, other, "{name}");
    }
    // With a `typ` of its own, a grant may have a scope.
    let scoped = claims(json!({"scope": "read write", "client_id": "c"}));
    assert_eq!(typed_verdict(TYPE, &policy().require_scope("read"), &scoped), Ok(()));
    let narrow = Err((Reason::ScopeMissing, Some(Member::Scope)));
    assert_eq!(typed_verdict(TYPE, &policy().require_scope("admin"), &scoped), narrow);
    let bound = Err((Reason::TokenBound, Some(Member::Confirmation)));
    assert_eq!(verdict_of(json!({"cnf": {"jkt": "AA"}})), bound);
}

#[test]
fn rejects_a_grant_policy_that_is_incomplete_or_has_no_meaning() {
    let any = [Issuer::new().algorithm()];
    let incomplete = |claim| (Reason::PolicyIncomplete, Some(claim));
    let unbounded = Policy::authorization_grant(ISSUER, SERVER, any);
    assert_eq!(fault(unbounded), incomplete(Member::ExpirationTime));
    let of_anyone = Policy::authorization_grant(None, SERVER, any).require_max_lifetime(60);
    assert_eq!(fault(of_anyone), incomplete(Member::Issuer));
    let nowhere = Policy::authorization_grant(ISSUER, StrList::NOT_GIVEN, any);
    assert_eq!(fault(nowhere.require_max_lifetime(60)), incomplete(Member::Audience));
    let contradiction = |claim| (Reason::PolicyContradiction, Some(claim));
    for (changed, claim) in [
        (of_anyone.without_issuer(), Member::Issuer),
        (of_anyone.require_issuer_template("https://a/{sub}"), Member::Issuer),
        (nowhere.without_audience().require_max_lifetime(60), Member::Audience),
        (policy().audience_from("client_id"), Member::Audience),
        (policy().trust_audiences("https://b.example"), Member::Audience),
        (policy().without_expiry(), Member::ExpirationTime),
        (policy().require_nonce("n"), Member::Nonce),
        (policy().marked_by("scope"), Member::Scope),
        (policy().require_token_type("at+jwt"), Member::Type),
        (policy().require_token_type("oauth-id-jag+jwt"), Member::Type),
    ] {
        assert_eq!(fault(changed), contradiction(claim), "{claim:?}");
    }
}

#[test]
fn section_3_accepts_each_jti_of_a_grant_once() {
    let mut memory = [0; words_for(10)];
    let limits = Limits { window: 0, leeway: 0, share: 16 };
    let start = Time::At(NOW - i64::from(LIFETIME));
    let mut cache = ReplayCache::new(&mut memory, limits, start).unwrap();
    let issuer = Issuer::new();
    let mut use_of = |changes: Value| {
        let header = json!({"alg": issuer.algorithm().name()}).to_string();
        let token = issuer.sign(&header, claims(changes));
        let check = |token: Token<'_>| cache.check_token(&token, Time::At(NOW));
        let looked = look(&issuer, &token, &policy(), Time::At(NOW), check);
        looked.and_then(|checked| checked).map_err(|error| error.reason())
    };
    assert_eq!(use_of(json!({})), Ok(()));
    assert_eq!(use_of(json!({})), Err(Reason::Replayed));
    // Only the issuer and `jti` identify a use.
    assert_eq!(use_of(json!({"sub": "another", "exp": NOW + 90})), Err(Reason::Replayed));
    assert_eq!(use_of(json!({"jti": "another"})), Ok(()));
}
