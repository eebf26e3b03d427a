//! Time is an argument. It is compared exactly, checked last, and may be unknown.

use crate::support::issuer::Issuer;
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look};
use keycard::{Check, Member, Policy, Reason, Stage, Time};
use serde_json::{Value, json};

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

fn verdict_of(policy: &Policy<'_>, claims: &str, time: Time) -> Result<(), Reason> {
    let issuer = Issuer::new();
    let outcome = look(&issuer, &issuer.token(claims), policy, time, |_| ());
    outcome.map_err(|error| error.reason())
}

fn at(policy: &Policy<'_>, changes: Value, now: i64) -> Result<(), Reason> {
    verdict_of(policy, &claims(changes), Time::At(now))
}

#[test]
fn requires_exp_unless_waived_and_rejects_expired_in_any_case() {
    assert_eq!(at(&policy(), json!({"exp": null}), NOW), Err(Reason::ClaimMissing));
    let waiving = policy().without_expiry();
    assert_eq!(at(&waiving, json!({"exp": null}), NOW), Ok(()));
    assert_eq!(at(&waiving, json!({"exp": NOW}), NOW), Err(Reason::Expired));
}

#[test]
fn the_age_of_a_token_is_bounded_where_the_caller_asks() {
    let bounded = policy().require_max_token_age(60);
    let iat = |seconds: i64| json!({ "iat": NOW - seconds });
    assert_eq!(at(&bounded, iat(60), NOW), Ok(()));
    assert_eq!(at(&bounded, iat(61), NOW), Err(Reason::TokenTooOld));
    assert_eq!(at(&bounded.allow_leeway(1), iat(61), NOW), Ok(()));
    assert_eq!(at(&bounded, iat(-1), NOW), Err(Reason::IssuedInFuture));
    assert_eq!(at(&bounded.allow_leeway(1), iat(-1), NOW), Ok(()));
    assert_eq!(at(&bounded, json!({"iat": null}), NOW), Err(Reason::ClaimMissing));
    assert_eq!(at(&policy().require_max_token_age(0), iat(1), NOW), Err(Reason::TokenTooOld));
    assert_eq!(at(&policy(), iat(-5), NOW), Ok(()), "unasked, iat is information");
}

#[test]
fn merely_expired_means_that_nothing_else_is_wrong() {
    let issuer = Issuer::new();
    let expired = |changes: Value| {
        let mut all = json!({"exp": NOW - 1});
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        issuer.token(claims(all))
    };
    let rejection = |token: &str, policy: &Policy<'_>| {
        look(&issuer, token, policy, Time::At(NOW), |_| ()).unwrap_err()
    };
    let error = rejection(&expired(json!({})), &policy());
    assert_eq!((error.stage(), error.reason()), (Stage::Time, Reason::Expired));
    assert_eq!(error.member(), Some(Member::ExpirationTime));
    let mut forged = expired(json!({}));
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'E' } else { 'A' });
    assert_ne!(rejection(&forged, &policy()).stage(), Stage::Time);
    for (changes, policy) in [
        (json!({"iss": "other"}), policy()),
        (json!({"aud": "other"}), policy()),
        (json!({"jti": 1}), policy()),
        (json!({}), policy().require_scope("a")),
        (json!({}), policy().require_nonce("a")),
        (json!({}), policy().require_token_type("at+jwt")),
        (json!({"cnf": {"jkt": "x"}}), policy()),
        (json!({"iat": NOW - 100}), policy().require_max_token_age(60)),
    ] {
        assert_eq!(rejection(&expired(changes), &policy).stage(), Stage::Claims);
    }
}

#[test]
fn without_a_clock_what_is_surely_expired_is_rejected_as_that() {
    let unknown = Time::Unknown { not_before: NOW };
    let verdict_of = |policy: &Policy<'_>, changes| verdict_of(policy, &claims(changes), unknown);
    for policy in [policy(), policy().without_clock(), policy().without_clock().allow_leeway(600)] {
        assert_eq!(
            verdict_of(&policy, json!({"exp": NOW})),
            Err(Reason::Expired),
            "no leeway here"
        );
    }
    assert_eq!(verdict_of(&policy(), json!({})), Err(Reason::TimeUnavailable));
    assert_eq!(verdict_of(&policy(), json!({"aud": "other"})), Err(Reason::WrongAudience));
    assert_eq!(verdict_of(&policy().without_clock(), json!({"exp": NOW + 1})), Ok(()));
}

#[test]
fn without_a_clock_no_age_can_be_checked_whatever_is_waived() {
    let unknown = Time::Unknown { not_before: NOW };
    let lenient = policy().without_clock();
    let changes = || claims(json!({ "auth_time": NOW }));
    assert_eq!(
        verdict_of(&lenient.require_max_token_age(60), &changes(), unknown),
        Err(Reason::TimeUnavailable)
    );
    assert_eq!(
        verdict_of(&lenient.require_max_age(60), &changes(), unknown),
        Err(Reason::TimeUnavailable)
    );
}

#[test]
fn without_a_clock_nbf_and_exp_count_as_not_checked() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({"nbf": NOW + 100})));
    let unknown = Time::Unknown { not_before: NOW };
    let evidence =
        look(&issuer, &token, &policy().without_clock(), unknown, |token| token.evidence())
            .unwrap();
    for check in [Check::Expiry, Check::NotBefore] {
        assert!(!evidence.passed().contains(check) && evidence.vacuous().contains(check));
    }
}

#[test]
fn without_a_clock_a_token_that_never_expires_counts_as_waived() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({"exp": null})));
    let policy = policy().without_clock().without_expiry();
    let unknown = Time::Unknown { not_before: NOW };
    let evidence = look(&issuer, &token, &policy, unknown, |token| token.evidence()).unwrap();
    assert!(evidence.waived().contains(Check::Expiry));
    assert!(!evidence.vacuous().contains(Check::Expiry));
}

#[test]
fn a_clock_that_reads_less_than_what_is_surely_past_is_no_clock() {
    let clock = |now| Time::Clock { now, not_before: NOW - 1000 };
    assert_eq!(verdict_of(&policy(), &claims(json!({})), clock(NOW)), Ok(()));
    for policy in [policy(), policy().without_clock()] {
        let outcome = verdict_of(&policy, &claims(json!({})), clock(0));
        assert_eq!(outcome, Err(Reason::TimeUnavailable));
        let outcome = verdict_of(&policy, &claims(json!({"iss": "other"})), clock(0));
        assert_eq!(outcome, Err(Reason::WrongIssuer), "asked last, too");
    }
}

/// A policy of each profile with claims, and the change that adapts the test claims to it.
fn profiles() -> [(Policy<'static>, Value); 4] {
    let algorithms = [Issuer::new().algorithm()];
    [
        (policy(), json!({})),
        (Policy::access_token(ISSUER, AUDIENCE, algorithms), json!({"scope": "a"})),
        (
            Policy::access_token(ISSUER, AUDIENCE, algorithms).client_id_from("cid").reject_user(),
            json!({"cid": "00u1"}),
        ),
        (Policy::id_token(ISSUER, AUDIENCE, algorithms, "n"), json!({"nonce": "n"})),
    ]
}

#[test]
fn every_profile_rejects_unknown_time_unless_clock_is_waived() {
    let unknown = Time::Unknown { not_before: NOW - 5 };
    for (policy, changes) in profiles() {
        let claims_now = claims(changes.clone());
        assert_eq!(verdict_of(&policy, &claims_now, Time::At(NOW)), Ok(()));
        assert_eq!(verdict_of(&policy, &claims_now, unknown), Err(Reason::TimeUnavailable));
        let without = policy.without_clock();
        assert_eq!(verdict_of(&without, &claims_now, unknown), Ok(()));
        let mut expired = changes.clone();
        expired["exp"] = json!(NOW - 5);
        assert_eq!(verdict_of(&without, &claims(expired), unknown), Err(Reason::Expired));
        let aged = without.require_max_token_age(3600);
        assert_eq!(verdict_of(&aged, &claims_now, unknown), Err(Reason::TimeUnavailable));
    }
}

#[cfg(feature = "std")]
#[test]
fn rejects_a_system_clock_before_1970() {
    use std::time::{Duration, UNIX_EPOCH};
    assert_eq!(Time::from(UNIX_EPOCH + Duration::from_millis(1_700_000_000_999)), Time::At(NOW));
    let before = Time::from(UNIX_EPOCH - Duration::from_secs(5));
    assert_eq!(verdict_of(&policy(), &claims(json!({})), before), Err(Reason::TimeUnavailable));
}

#[test]
fn rejects_a_negative_time() {
    let good = claims(json!({}));
    for now in [-1, i64::MIN] {
        let time = Time::At(now);
        assert_eq!(verdict_of(&policy(), &good, time), Err(Reason::TimeUnavailable));
        let time = Time::Clock { now, not_before: i64::MIN };
        assert_eq!(verdict_of(&policy(), &good, time), Err(Reason::TimeUnavailable));
    }
}

#[test]
fn rejects_a_lifetime_beyond_the_bound_and_exp_in_milliseconds() {
    let bounded = policy().require_max_lifetime(3600);
    let exp = |seconds: i64| json!({ "exp": NOW + seconds });
    assert_eq!(at(&bounded, exp(3600), NOW), Ok(()));
    assert_eq!(at(&bounded, exp(3601), NOW), Err(Reason::LifetimeTooLong));
    assert_eq!(at(&bounded.allow_leeway(1), exp(3601), NOW), Ok(()));
    let milliseconds = json!({"exp": (NOW - 60) * 1000});
    assert_eq!(at(&policy(), milliseconds.clone(), NOW), Ok(()), "unasked");
    assert_eq!(at(&bounded, milliseconds, NOW), Err(Reason::LifetimeTooLong));
    assert_eq!(at(&bounded, json!({"exp": i64::MAX}), NOW), Err(Reason::LifetimeTooLong));
    assert_eq!(at(&bounded, json!({"exp": null}), NOW), Err(Reason::ClaimMissing));
    let unknown = Time::Unknown { not_before: NOW };
    let waiving = bounded.without_clock();
    assert_eq!(verdict_of(&waiving, &claims(json!({})), unknown), Err(Reason::TimeUnavailable));
}

#[test]
fn notes_a_date_that_can_only_be_milliseconds() {
    let issuer = Issuer::new();
    for (changes, noted) in [
        (json!({}), false),
        (json!({"exp": 253_402_300_799_i64}), false),
        (json!({"exp": 253_402_300_800_i64}), true),
        (json!({"exp": NOW * 1000}), true),
        (json!({"iat": NOW * 1000}), true),
    ] {
        let token = issuer.token(claims(changes.clone()));
        let looked = look(&issuer, &token, &policy(), Time::At(NOW), |it| it.evidence());
        let found = looked.unwrap().vacuous().contains(Check::TimeUnit);
        assert_eq!(found, noted, "{changes}");
    }
}

#[test]
fn rejects_a_future_iat_by_name() {
    let strict = policy().reject_issued_in_future();
    let iat = |seconds: i64| json!({ "iat": NOW + seconds });
    assert_eq!(at(&policy(), iat(1), NOW), Ok(()), "RFC 7519 section 4.1.6: informative");
    assert_eq!(at(&strict, iat(0), NOW), Ok(()));
    assert_eq!(at(&strict, iat(1), NOW), Err(Reason::IssuedInFuture));
    assert_eq!(at(&strict.allow_leeway(1), iat(1), NOW), Ok(()));
    assert_eq!(at(&strict, json!({"iat": null}), NOW), Ok(()));
    // An unset clock reads 0, but the token was issued later.
    assert_eq!(at(&strict, json!({}), 0), Err(Reason::IssuedInFuture));
    let issuer = Issuer::new();
    let evidence = |policy: &Policy<'_>, changes: Value, time: Time| {
        let token = issuer.token(claims(changes));
        look(&issuer, &token, policy, time, |it| it.evidence()).unwrap()
    };
    let looked = evidence(&strict, json!({}), Time::At(NOW));
    assert!(looked.passed().contains(Check::IssuedAt));
    let looked = evidence(&strict, json!({"iat": null}), Time::At(NOW));
    assert!(looked.vacuous().contains(Check::IssuedAt));
    for changes in [json!({}), json!({"iat": null})] {
        let looked = evidence(&policy(), changes, Time::At(NOW));
        let both = [looked.passed(), looked.vacuous()];
        assert!(both.iter().all(|checks| !checks.contains(Check::IssuedAt)), "not asked for");
    }
    let unknown = Time::Unknown { not_before: 0 };
    let looked = evidence(&strict.without_clock(), json!({}), unknown);
    assert!(looked.vacuous().contains(Check::IssuedAt));
}

#[test]
fn says_when_a_token_is_rejected_for_its_time() {
    let issuer = Issuer::new();
    let said = |changes: Value, policy: &Policy<'_>, time: Time| {
        let token = issuer.token(claims(changes));
        let error = look(&issuer, &token, policy, time, |_| ()).unwrap_err();
        (error.seconds(), error.explain(time).to_string(), error.to_string())
    };
    let now = Time::At(NOW);
    let (seconds, line, short) = said(json!({"exp": NOW - 42}), &policy(), now);
    assert_eq!((seconds, short.as_str()), (Some(42), "time: the token has expired (exp)"));
    let expected = "time: the token has expired (exp 2023-11-14T22:12:38Z, \
                    42 s before now 2023-11-14T22:13:20Z)";
    assert_eq!(line, expected);
    let (_, line, _) = said(json!({"nbf": NOW + 90}), &policy(), now);
    let expected = "(nbf 2023-11-14T22:14:50Z, 90 s after now 2023-11-14T22:13:20Z)";
    assert!(line.ends_with(expected), "{line}");
    let (_, line, _) = said(json!({}), &policy().require_max_token_age(10), now);
    let expected = "(iat 2023-11-14T22:12:20Z, 60 s before now 2023-11-14T22:13:20Z)";
    assert!(line.ends_with(expected), "{line}");
    let (_, line, _) = said(json!({"exp": NOW + 61}), &policy().require_max_lifetime(60), now);
    let expected = "(exp 2023-11-14T22:14:21Z, 61 s after now 2023-11-14T22:13:20Z)";
    assert!(line.ends_with(expected), "{line}");
    // The time is further away than an error can express, or the rejection has another reason.
    let milliseconds = json!({"exp": NOW * 1000});
    let (seconds, line, _) = said(milliseconds, &policy().require_max_lifetime(60), now);
    assert_eq!((seconds, line.ends_with("(exp)")), (None, true), "{line}");
    let (seconds, line, short) = said(json!({"aud": "other"}), &policy(), now);
    assert_eq!((seconds, line), (None, short));
}

#[test]
fn a_number_that_is_no_time_is_out_of_range() {
    for name in ["exp", "nbf", "iat"] {
        let number = format!(r#"{{"{name}":1e+21,"#);
        let text = claims(json!({ name: null })).replacen('{', &number, 1);
        assert_eq!(
            verdict_of(&policy(), &text, Time::At(NOW)),
            Err(Reason::DateOutOfRange),
            "{text}"
        );
    }
    assert_eq!(at(&policy(), json!({"exp": "1"}), NOW), Err(Reason::ClaimType));
}

#[test]
fn takes_an_audience_of_null_only_where_it_is_waived() {
    let text = claims(json!({"aud": null})).replacen('{', r#"{"aud":null,"#, 1);
    assert_eq!(verdict_of(&policy(), &text, Time::At(NOW)), Err(Reason::ClaimType));
    let any = Policy::jwt(ISSUER, None, [Issuer::new().algorithm()]).without_audience();
    assert_eq!(verdict_of(&any, &text, Time::At(NOW)), Ok(()));
    let wrong = claims(json!({"aud": 1}));
    assert_eq!(verdict_of(&any, &wrong, Time::At(NOW)), Err(Reason::ClaimType));
}
