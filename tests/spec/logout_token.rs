//! Back-channel logout tokens (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6).

#![cfg(feature = "logout")]

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, look};
use keycard::{Algorithm, Check, ClaimRule, Error, Member, Policy, Reason, Time};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn policy() -> Policy<'static> {
    Policy::logout_token(ISSUER, CLIENT, [Issuer::new().algorithm()])
}

/// The claims of section 2.4, with some of them replaced; `null` removes one.
fn claims(changes: Value) -> String {
    let mut all = json!({"aud": CLIENT, "jti": "bWJq", "sid": "08a5019c", "events": {EVENT: {}}});
    for (name, value) in changes.as_object().unwrap() {
        all[name] = value.clone();
    }
    verdict::claims(all)
}

fn verdict_as(token_type: Option<&str>, policy: &Policy<'_>, claims: &str) -> Result<(), Error> {
    let issuer = Issuer::new();
    let mut header = json!({"alg": issuer.algorithm().name()});
    if let Some(token_type) = token_type {
        header["typ"] = token_type.into();
    }
    let token = issuer.sign(&header.to_string(), claims);
    look(&issuer, &token, policy, Time::At(NOW), |_| ())
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    let outcome = verdict_as(Some("logout+jwt"), &policy(), &claims(changes));
    outcome.map_err(|error| (error.reason(), error.member()))
}

#[test]
fn accepts_logout_token_and_gives_its_sub_and_sid() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "typ": "logout+jwt"}).to_string();
    let token = issuer.sign(&header, claims(json!({})));
    let looked = look(&issuer, &token, &policy(), Time::At(NOW), |token| {
        let claims = token.claims();
        assert_eq!(claims.string("sid"), Ok("08a5019c"));
        assert_eq!(claims.string("sub"), Ok("00u1"));
        assert_eq!(claims.string("jti"), Ok("bWJq"));
        token.evidence()
    });
    let passed = looked.unwrap().passed();
    for check in [Check::TokenType, Check::Kind, Check::Issuer, Check::Audience, Check::Expiry] {
        assert!(passed.contains(check), "{check:?}");
    }
}

#[test]
fn section_2_4_requires_iss_aud_iat_exp_jti_and_events() {
    for (name, claim) in [
        ("iss", Member::Issuer),
        ("aud", Member::Audience),
        ("iat", Member::IssuedAt),
        ("exp", Member::ExpirationTime),
        ("jti", Member::JwtId),
        ("events", Member::Events),
    ] {
        assert_eq!(verdict_of(json!({ name: null })), Err((Reason::ClaimMissing, Some(claim))));
    }
}

#[test]
fn section_2_4_wants_the_type_logout_jwt() {
    let right = claims(json!({}));
    for token_type in ["logout+jwt", "LOGOUT+JWT", "application/logout+jwt"] {
        assert_eq!(verdict_as(Some(token_type), &policy(), &right), Ok(()));
    }
    for token_type in [None, Some("JWT"), Some("at+jwt"), Some("dpop+jwt"), Some("")] {
        let error = verdict_as(token_type, &policy(), &right).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongTokenType, "{token_type:?}");
    }
}

#[test]
fn tokens_of_no_type_are_taken_only_by_name() {
    let untyped = policy().allow_untyped_logout_token();
    let right = claims(json!({}));
    for token_type in [None, Some("JWT"), Some("logout+jwt")] {
        assert_eq!(verdict_as(token_type, &untyped, &right), Ok(()), "{token_type:?}");
    }
    for token_type in [Some("at+jwt"), Some("secevent+jwt"), Some("")] {
        let error = verdict_as(token_type, &untyped, &right).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongTokenType, "{token_type:?}");
    }
    let issuer = Issuer::new();
    let token = issuer.token(&right);
    let evidence = look(&issuer, &token, &untyped, Time::At(NOW), |token| token.evidence());
    let evidence = evidence.unwrap();
    assert!(evidence.waived().contains(Check::TokenType));
    assert!(!evidence.passed().contains(Check::TokenType));
    let id_token = Policy::id_token(ISSUER, CLIENT, [issuer.algorithm()], "n");
    let error = id_token.allow_untyped_logout_token().check().unwrap_err();
    assert_eq!((error.reason(), error.member()), (Reason::PolicyTwice, Some(Member::Type)));
}

#[test]
fn step_3_checks_iss_aud_iat_and_exp_as_in_an_id_token() {
    let reject = |changes| verdict_of(changes).unwrap_err().0;
    assert_eq!(reject(json!({"iss": "https://other.example"})), Reason::WrongIssuer);
    assert_eq!(reject(json!({"aud": "other"})), Reason::WrongAudience);
    assert_eq!(reject(json!({"aud": [CLIENT, "other"]})), Reason::UntrustedAudience);
    assert_eq!(reject(json!({"exp": NOW})), Reason::Expired);
    assert_eq!(reject(json!({"iat": "1"})), Reason::ClaimType);
    let aged = policy().require_max_token_age(60);
    let old = claims(json!({"iat": NOW - 61}));
    let error = verdict_as(Some("logout+jwt"), &aged, &old).unwrap_err();
    assert_eq!(error.reason(), Reason::TokenTooOld);
}

#[test]
fn step_5_wants_sub_or_sid_or_both() {
    assert_eq!(verdict_of(json!({"sub": null})), Ok(()));
    assert_eq!(verdict_of(json!({"sid": null})), Ok(()));
    let neither = verdict_of(json!({"sid": null, "sub": null}));
    assert_eq!(neither, Err((Reason::ClaimMissing, Some(Member::Subject))));
    assert_eq!(verdict_of(json!({"sid": 7})), Err((Reason::ClaimType, Some(Member::SessionId))));
    assert_eq!(verdict_of(json!({"sub": 7})), Err((Reason::ClaimType, Some(Member::Subject))));
    assert_eq!(
        verdict_of(json!({"sid": ""})),
        Err((Reason::ClaimMismatch, Some(Member::SessionId)))
    );
    assert_eq!(verdict_of(json!({"sub": ""})), Err((Reason::ClaimMismatch, Some(Member::Subject))));
}

#[test]
fn step_6_requires_events_object_with_logout_event_object() {
    let verdict_of = |events: Value| verdict_of(json!({ "events": events }));
    assert_eq!(verdict_of(json!({EVENT: {"more": 1}, "https://other.example": 1})), Ok(()));
    for events in [json!(EVENT), json!([EVENT]), json!(7), json!(true)] {
        assert_eq!(verdict_of(events), Err((Reason::ClaimType, Some(Member::Events))));
    }
    for event in [json!(null), json!([]), json!("x"), json!(1), json!(true)] {
        let events = json!({ EVENT: event });
        assert_eq!(verdict_of(events), Err((Reason::ClaimType, Some(Member::Events))));
    }
    let other = "http://schemas.openid.net/event/backchannel-logout/";
    for events in [json!({}), json!({ other: {} }), json!({"x": {EVENT: {}}})] {
        assert_eq!(verdict_of(events), Err((Reason::WrongTokenKind, Some(Member::Events))));
    }
}

#[test]
fn step_7_rejects_a_nonce_whatever_it_is() {
    for nonce in [json!("n-0S6_WzA2Mj"), json!(""), json!(0), json!([])] {
        let outcome = verdict_of(json!({ "nonce": nonce }));
        assert_eq!(outcome, Err((Reason::WrongTokenKind, Some(Member::Nonce))));
    }
    let text = claims(json!({})).replacen('{', "{\"nonce\":null,", 1);
    let error = verdict_as(Some("logout+jwt"), &policy(), &text).unwrap_err();
    assert_eq!(error.reason(), Reason::WrongTokenKind);
}

#[test]
fn another_kind_of_token_is_rejected_and_named_so() {
    for changes in [
        json!({"token_use": "access"}),
        json!({"at_hash": "x"}),
        json!({"c_hash": "x"}),
        json!({"typ": "Bearer"}),
        json!({"typ": "ID"}),
        json!({"typ": "Refresh"}),
    ] {
        assert_eq!(verdict_of(changes).unwrap_err().0, Reason::WrongTokenKind);
    }
    assert_eq!(verdict_of(json!({"typ": "Logout"})), Ok(()), "that is how Keycloak marks it");
}

#[test]
fn a_logout_token_is_no_id_token_and_no_access_token() {
    let algorithms = [Issuer::new().algorithm()];
    let id_token = Policy::id_token(ISSUER, CLIENT, algorithms, None).nonce_not_sent();
    let access_token = Policy::access_token(ISSUER, CLIENT, algorithms);
    let text = claims(json!({"scope": "x"}));
    for policy in [id_token, access_token] {
        let typed = verdict_as(Some("logout+jwt"), &policy, &text).unwrap_err();
        assert!(matches!(typed.reason(), Reason::WrongTokenType | Reason::WrongTokenKind));
        let untyped = verdict_as(None, &policy, &text).unwrap_err();
        assert_eq!(untyped.reason(), Reason::WrongTokenKind);
    }
}

#[test]
fn what_means_nothing_for_a_logout_token_is_a_contradiction() {
    for (policy, claim) in [
        (policy().nonce_not_sent(), Member::Nonce),
        (policy().require_nonce("n"), Member::Nonce),
        (policy().require_max_age(1), Member::Nonce),
        (policy().require_scope("x"), Member::Scope),
        (policy().marked_by("x"), Member::Scope),
    ] {
        let error = policy.check().unwrap_err();
        assert_eq!((error.reason(), error.member()), (Reason::PolicyContradiction, Some(claim)));
    }
    let without = Policy::logout_token(None, CLIENT, [Algorithm::Es256]);
    assert_eq!(without.check().unwrap_err().member(), Some(Member::Issuer));
    let rules = [ClaimRule::present("sid")];
    let with_session = policy().require_rules(&rules);
    let error = verdict_as(Some("logout+jwt"), &with_session, &claims(json!({"sid": null})));
    assert_eq!(error.unwrap_err().member(), Some(Member::Rule(0)));
}

#[test]
fn rejects_unknown_time_unless_waived_and_expired_always() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "typ": "logout+jwt"}).to_string();
    let token = issuer.sign(&header, claims(json!({})));
    let verdict_of = |policy: &Policy<'_>, not_before| {
        let outcome = look(&issuer, &token, policy, Time::Unknown { not_before }, |_| ());
        outcome.map_err(|error| error.reason())
    };
    assert_eq!(verdict_of(&policy(), NOW), Err(Reason::TimeUnavailable));
    assert_eq!(verdict_of(&policy().without_clock(), NOW), Ok(()));
    assert_eq!(verdict_of(&policy().without_clock(), NOW + 3600), Err(Reason::Expired));
}

#[test]
fn accepts_a_logout_token_without_exp_by_name() {
    let old = |seconds: i64| claims(json!({"exp": null, "iat": NOW - seconds}));
    let typed = Some("logout+jwt");
    let rejected = verdict_as(typed, &policy(), &old(0)).unwrap_err();
    assert_eq!(rejected.member(), Some(Member::ExpirationTime));
    // Without `exp`, the lifetime needs another limit.
    let endless = policy().without_expiry().check().unwrap_err();
    let expected = (Reason::PolicyIncomplete, Some(Member::IssuedAt));
    assert_eq!((endless.reason(), endless.member()), expected);
    let bounded = policy().without_expiry().require_max_token_age(120);
    assert_eq!(verdict_as(typed, &bounded, &old(120)), Ok(()));
    assert_eq!(verdict_as(typed, &bounded, &old(121)).unwrap_err().reason(), Reason::TokenTooOld);
    // An `exp` that is present is still enforced.
    let expired = claims(json!({"exp": NOW}));
    assert_eq!(verdict_as(typed, &bounded, &expired).unwrap_err().reason(), Reason::Expired);
}

#[test]
fn remembers_a_logout_token_without_exp_until_its_age_ends() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "typ": "logout+jwt"}).to_string();
    let token = issuer.sign(&header, claims(json!({"exp": null, "iat": NOW})));
    let bounded = policy().without_expiry().require_max_token_age(120);
    let mut memory = [0; keycard::replay::words_for(4)];
    let limits = keycard::replay::Limits { window: 0, leeway: 0, share: 16 };
    let mut cache =
        keycard::replay::ReplayCache::new(&mut memory, limits, Time::At(NOW - 10)).unwrap();
    let mut use_at = |now: i64| {
        look(&issuer, &token, &bounded, Time::At(NOW), |token| {
            cache.check_token(&token, Time::At(now)).map_err(|error| error.reason())
        })
        .unwrap()
    };
    assert_eq!(use_at(NOW), Ok(()));
    assert_eq!(use_at(NOW + 120), Err(Reason::Replayed));
    assert_eq!(use_at(NOW + 121), Err(Reason::Expired));
}
