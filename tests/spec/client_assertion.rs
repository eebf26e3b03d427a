//! Client assertions (RFC 7523 sections 2.2 and 3, RFC 10070).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, look, typed_verdict};
use keycard::replay::{Limits, ReplayCache, words_for};
use keycard::{Check, Member, Policy, Reason, Time, Token};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";
const LIFETIME: u32 = 300;

fn policy() -> Policy<'static> {
    Policy::client_assertion(CLIENT, ISSUER, [Issuer::new().algorithm()])
        .require_max_lifetime(LIFETIME)
}

/// The claims of section 3, with some of them replaced; `null` removes one.
fn claims(changes: Value) -> String {
    let usual = json!({
        "iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "bWJq", "iat": null, "exp": NOW + 60,
    });
    verdict::claims_of(usual, changes)
}

fn assertion(token_type: Option<&str>, claims: &str) -> String {
    let issuer = Issuer::new();
    let mut header = json!({"alg": issuer.algorithm().name()});
    if let Some(token_type) = token_type {
        header["typ"] = token_type.into();
    }
    issuer.sign(&header.to_string(), claims)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(Some("client-authentication+jwt"), &policy(), &claims(changes))
}

#[test]
fn accepts_an_assertion_and_says_what_was_checked() {
    let issuer = Issuer::new();
    let token = assertion(Some("client-authentication+jwt"), &claims(json!({})));
    let looked = look(&issuer, &token, &policy(), Time::At(NOW), |token| {
        assert_eq!(token.claims().string("sub"), Ok(CLIENT));
        token.evidence().passed()
    });
    let passed = looked.unwrap();
    for check in [
        Check::TokenType,
        Check::Kind,
        Check::Issuer,
        Check::Subject,
        Check::Audience,
        Check::Expiry,
        Check::Lifetime,
    ] {
        assert!(passed.contains(check), "{check:?}");
    }
}

#[test]
fn section_3_requires_iss_sub_aud_exp_and_jti() {
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
fn section_3_requires_the_client_as_iss_and_sub() {
    let issuer = Err((Reason::WrongIssuer, Some(Member::Issuer)));
    let subject = Err((Reason::WrongSubject, Some(Member::Subject)));
    assert_eq!(verdict_of(json!({"iss": "another"})), issuer);
    assert_eq!(verdict_of(json!({"iss": "another", "sub": "another"})), issuer);
    assert_eq!(verdict_of(json!({"sub": "another"})), subject);
    assert_eq!(verdict_of(json!({"sub": format!("{CLIENT} ")})), subject);
    assert_eq!(verdict_of(json!({"sub": CLIENT.to_lowercase()})), subject);
}

#[test]
fn rfc_10070_section_4_accepts_our_issuer_as_the_only_audience() {
    assert_eq!(verdict_of(json!({"aud": ISSUER})), Ok(()));
    assert_eq!(verdict_of(json!({"aud": [ISSUER]})), Ok(()));
    let several = Err((Reason::UntrustedAudience, Some(Member::Audience)));
    for audience in [
        json!([ISSUER, "https://as.example"]),
        json!(["https://as.example", ISSUER]),
        json!([ISSUER, ISSUER]),
        json!([ISSUER, ""]),
    ] {
        assert_eq!(verdict_of(json!({ "aud": audience })), several, "{audience}");
    }
    let wrong = Err((Reason::WrongAudience, Some(Member::Audience)));
    for audience in [json!([]), json!(format!("{ISSUER}/token")), json!(format!("{ISSUER}/"))] {
        assert_eq!(verdict_of(json!({ "aud": audience })), wrong, "{audience}");
    }
    // Clients that are older than the draft name the token endpoint. It is still the only audience.
    let endpoint = format!("{ISSUER}/token");
    let both = [ISSUER, endpoint.as_str()];
    let older = Policy::client_assertion(CLIENT, &both, [Issuer::new().algorithm()])
        .require_max_lifetime(LIFETIME);
    assert_eq!(typed_verdict(None, &older, &claims(json!({ "aud": endpoint }))), Ok(()));
    assert!(typed_verdict(None, &older, &claims(json!({ "aud": both }))).is_err());
}

#[test]
fn rfc_10070_section_4_accepts_its_type_jwt_or_no_type() {
    let right = claims(json!({}));
    for token_type in [
        None,
        Some("JWT"),
        Some("jwt"),
        Some("client-authentication+jwt"),
        Some("Client-Authentication+JWT"),
        Some("application/client-authentication+jwt"),
    ] {
        assert_eq!(typed_verdict(token_type, &policy(), &right), Ok(()), "{token_type:?}");
    }
    for token_type in [
        "at+jwt",
        "dpop+jwt",
        "logout+jwt",
        "oauth-authz-req+jwt",
        "oauth-client-attestation-pop+jwt",
        "client-authentication",
        "client-authentication+jwt2",
        "authorization-grant+jwt",
        "",
    ] {
        let (reason, _) = typed_verdict(Some(token_type), &policy(), &right).unwrap_err();
        assert_eq!(reason, Reason::WrongTokenType, "{token_type}");
    }
    let strict = policy().require_token_type("client-authentication+jwt");
    assert_eq!(typed_verdict(Some("client-authentication+jwt"), &strict, &right), Ok(()));
    for token_type in [None, Some("JWT")] {
        let (reason, _) = typed_verdict(token_type, &strict, &right).unwrap_err();
        assert_eq!(reason, Reason::WrongTokenType);
    }
}

#[test]
fn section_3_bounds_exp_and_rejects_expired_and_early() {
    let too_long = Err((Reason::LifetimeTooLong, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({"exp": NOW + i64::from(LIFETIME)})), Ok(()));
    assert_eq!(verdict_of(json!({"exp": NOW + i64::from(LIFETIME) + 1})), too_long);
    assert_eq!(verdict_of(json!({"exp": (NOW + 60) * 1000})), too_long);
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(verdict_of(json!({ "exp": NOW })), expired);
    let early = Err((Reason::NotYetValid, Some(Member::NotBefore)));
    assert_eq!(verdict_of(json!({"nbf": NOW + 1})), early);
}

#[test]
fn rejects_claims_of_another_kind_of_token() {
    for (name, value) in [
        ("at_hash", json!("AA")),
        ("c_hash", json!("AA")),
        ("events", json!({})),
        ("token_use", json!("access")),
        ("typ", json!("Bearer")),
    ] {
        let (reason, _) = verdict_of(json!({ name: value })).unwrap_err();
        assert_eq!(reason, Reason::WrongTokenKind, "{name}");
    }
    let bound = Err((Reason::TokenBound, Some(Member::Confirmation)));
    assert_eq!(verdict_of(json!({"cnf": {"jkt": "AA"}})), bound);
}

#[test]
fn rejects_a_policy_without_a_client_audience_or_lifetime() {
    let any = [Issuer::new().algorithm()];
    let incomplete = |claim| (Reason::PolicyIncomplete, Some(claim));
    let unbounded = Policy::client_assertion(CLIENT, ISSUER, any);
    assert_eq!(fault(unbounded), incomplete(Member::ExpirationTime));
    let nobody = Policy::client_assertion(None, ISSUER, any).require_max_lifetime(60);
    assert_eq!(fault(nobody), incomplete(Member::Issuer));
    let nowhere = Policy::client_assertion(CLIENT, keycard::StrList::NOT_GIVEN, any);
    assert_eq!(fault(nowhere.require_max_lifetime(60)), incomplete(Member::Audience));
}

#[test]
fn rejects_a_waiver_or_member_that_has_no_meaning() {
    let any = [Issuer::new().algorithm()];
    let without_issuer = Policy::client_assertion(None, ISSUER, any).require_max_lifetime(60);
    let template = without_issuer.require_issuer_template("https://a/{sub}");
    let contradiction = |claim| (Reason::PolicyContradiction, Some(claim));
    for (changed, claim) in [
        (without_issuer.without_issuer(), Member::Issuer),
        (template, Member::Issuer),
        (policy().audience_from("client_id"), Member::Audience),
        (policy().trust_audiences("https://as.example"), Member::Audience),
        (policy().without_expiry(), Member::ExpirationTime),
        (policy().nonce_not_sent(), Member::Nonce),
        (policy().require_nonce("n"), Member::Nonce),
        (policy().client_id_from("iss").require_client(CLIENT), Member::ClientId),
        (policy().require_scope("read"), Member::Scope),
        (policy().marked_by("scope"), Member::Scope),
        (policy().require_token_type("at+jwt"), Member::Type),
        (policy().require_token_type("dpop+jwt"), Member::Type),
    ] {
        assert_eq!(fault(changed), contradiction(claim), "{claim:?}");
    }
}

/// Validates an assertion at this time, and checks its use.
fn use_of(cache: &mut ReplayCache<'_>, claims: &str, now: i64) -> Result<(), Reason> {
    let check = |token: Token<'_>| cache.check_token(&token, Time::At(now));
    let token = assertion(None, claims);
    let outcome = look(&Issuer::new(), &token, &policy(), Time::At(now), check);
    outcome.and_then(|checked| checked).map_err(|error| error.reason())
}

#[test]
fn section_3_accepts_each_jti_of_a_client_once() {
    let mut memory = [0; words_for(10)];
    let limits = Limits { window: 0, leeway: 0, share: 16 };
    let start = NOW - i64::from(LIFETIME);
    let mut cache = ReplayCache::new(&mut memory, limits, Time::At(start)).unwrap();
    for issued_at in [json!(null), json!(NOW - 1)] {
        let first = claims(json!({"jti": issued_at.to_string(), "iat": issued_at}));
        assert_eq!(use_of(&mut cache, &first, NOW), Ok(()), "{issued_at}");
        assert_eq!(use_of(&mut cache, &first, NOW), Err(Reason::Replayed));
    }
    // Only the client and `jti` identify a use; `exp` and the spelling of `aud` have no effect.
    let first = claims(json!({"jti": "x"}));
    assert_eq!(use_of(&mut cache, &first, NOW + 1), Ok(()));
    let again = claims(json!({"jti": "x", "aud": [ISSUER], "exp": NOW + 100}));
    assert_eq!(use_of(&mut cache, &again, NOW + 1), Err(Reason::Replayed));
}

#[test]
fn rejects_assertion_from_before_the_start_of_the_cache() {
    let mut memory = [0; words_for(10)];
    let limits = Limits { window: 0, leeway: 0, share: 16 };
    let mut cache = ReplayCache::new(&mut memory, limits, Time::At(NOW)).unwrap();
    // Without `iat`, only the maximum lifetime shows when the assertion was not yet accepted.
    let lifetime = i64::from(LIFETIME);
    let before = claims(json!({"exp": NOW + lifetime}));
    assert_eq!(use_of(&mut cache, &before, NOW), Err(Reason::IssuedBeforeStart));
    let after = claims(json!({"exp": NOW + lifetime + 1}));
    assert_eq!(use_of(&mut cache, &after, NOW + 1), Ok(()));
    assert_eq!(use_of(&mut cache, &after, NOW + 2), Err(Reason::Replayed));
}
