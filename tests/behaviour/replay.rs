//! Single use (RFC 9449 section 11.1, RFC 7519 section 4.1.7): the replay cache.

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW, look};
use keycard::replay::{Limits, ReplayCache, words_for};
use keycard::{Error, Member, Policy, Reason, Stage, Time};
use serde_json::{Value, json};

/// The start time of the caches in these tests.
const START: i64 = NOW - 1000;

/// The limits of the caches in these tests.
const LIMITS: Limits = Limits { window: 60, leeway: 30, share: 16 };

fn started(memory: &mut [u64], start: i64) -> ReplayCache<'_> {
    ReplayCache::new(memory, LIMITS, Time::At(start)).unwrap()
}

fn started_without_leeway(memory: &mut [u64], start: i64) -> ReplayCache<'_> {
    ReplayCache::new(memory, Limits { leeway: 0, ..LIMITS }, Time::At(start)).unwrap()
}

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

fn use_by(
    cache: &mut ReplayCache<'_>,
    policy: &Policy<'_>,
    claims: Value,
    time: Time,
) -> Result<(), Error> {
    let issuer = Issuer::new();
    let token = issuer.token(verdict::claims(claims));
    look(&issuer, &token, policy, Time::At(NOW), |token| cache.check_token(&token, time)).unwrap()
}

fn use_at(
    cache: &mut ReplayCache<'_>,
    claims: Value,
    now: i64,
) -> Result<(), (Reason, Option<Member>)> {
    let used = use_by(cache, &policy(), claims, Time::At(now));
    used.map_err(|error| {
        assert_eq!(error.stage(), Stage::Replay);
        (error.reason(), error.member())
    })
}

const REPLAYED: Result<(), (Reason, Option<Member>)> = Err((Reason::Replayed, Some(Member::JwtId)));

#[test]
fn a_cache_has_six_words_and_three_an_entry_in_sets_of_16() {
    assert_eq!([1, 15, 16, 17, 100].map(words_for), [9, 51, 54, 102, 6 + 3 * 112]);
    let small = ReplayCache::new(&mut [0; 8], LIMITS, Time::At(NOW)).map(|_| ()).unwrap_err();
    assert_eq!((small.reason(), small.needed()), (Reason::MemoryTooSmall, Some(72)));
}

#[test]
fn accepts_first_use_and_rejects_others_until_expiry() {
    let mut memory = [0; words_for(4)];
    let mut cache = started(&mut memory, START);
    let claims = || json!({"jti": "1", "exp": NOW + 100});
    assert_eq!(use_at(&mut cache, claims(), NOW), Ok(()));
    for now in [NOW, NOW + 1, NOW + 99, NOW + 100] {
        assert_eq!(use_at(&mut cache, claims(), now), REPLAYED, "{}", now - NOW);
    }
    let expired = Err((Reason::Expired, Some(Member::ExpirationTime)));
    assert_eq!(use_at(&mut cache, claims(), NOW + 101), expired);
}

#[test]
fn another_jti_issuer_or_kind_is_another_use() {
    let mut memory = [0; words_for(16)];
    let mut cache = started(&mut memory, START);
    assert_eq!(use_at(&mut cache, json!({"jti": "1"}), NOW), Ok(()));
    assert_eq!(use_at(&mut cache, json!({"jti": "2"}), NOW), Ok(()));
    assert_eq!(use_at(&mut cache, json!({"jti": "1", "sub": "other"}), NOW), REPLAYED);
    assert_eq!(use_at(&mut cache, json!({"jti": "1", "exp": NOW + 7}), NOW), REPLAYED);
    let algorithms = [Issuer::new().algorithm()];
    let any = Policy::jwt(None, AUDIENCE, algorithms).without_issuer();
    let other = json!({"jti": "1", "iss": "https://other.example"});
    assert_eq!(use_by(&mut cache, &any, other.clone(), Time::At(NOW)), Ok(()));
    assert!(use_by(&mut cache, &any, other, Time::At(NOW)).is_err());
    let id_token = Policy::id_token(ISSUER, AUDIENCE, algorithms, None).nonce_not_sent();
    assert_eq!(use_by(&mut cache, &id_token, json!({"jti": "1"}), Time::At(NOW)), Ok(()));
}

#[test]
fn the_parts_of_what_is_used_never_run_into_each_other() {
    let mut memory = [0; words_for(16)];
    let mut cache = started(&mut memory, START);
    let any = Policy::jwt(None, AUDIENCE, [Issuer::new().algorithm()]).without_issuer();
    for (issuer, token_id) in [("ab", "c"), ("a", "bc"), ("abc", "\0"), ("ab\0", "c"), ("", "abc")]
    {
        let claims = json!({"iss": issuer, "jti": token_id});
        assert_eq!(use_by(&mut cache, &any, claims, Time::At(NOW)), Ok(()), "{issuer:?}");
    }
}

#[test]
fn an_entry_lives_for_the_leeway_too() {
    let mut memory = [0; words_for(4)];
    let mut cache = started(&mut memory, START);
    let lenient = policy().allow_leeway(30);
    let mut at = |now| {
        let claims = json!({"jti": "1", "exp": NOW + 100});
        let used = use_by(&mut cache, &lenient, claims, Time::At(now));
        used.map_err(|error| error.reason())
    };
    assert_eq!(at(NOW), Ok(()));
    assert_eq!(at(NOW + 130), Err(Reason::Replayed));
    assert_eq!(at(NOW + 131), Err(Reason::Expired));
}

#[test]
fn what_has_no_jti_no_iat_or_no_exp_is_rejected() {
    let mut memory = [0; words_for(4)];
    let mut cache = started(&mut memory, START);
    for (claims, claim) in [
        (json!({}), Member::JwtId),
        (json!({"jti": ""}), Member::JwtId),
        (json!({"jti": "1", "iat": null}), Member::IssuedAt),
        (json!({"jti": "1", "exp": null}), Member::ExpirationTime),
    ] {
        let error = use_by(&mut cache, &policy().without_expiry(), claims, Time::At(NOW));
        let error = error.unwrap_err();
        assert_eq!((error.reason(), error.member()), (Reason::ClaimMissing, Some(claim)));
    }
    let issuer = Issuer::new();
    let token = issuer.token(verdict::claims(json!({"jti": "1"})));
    let jws = Policy::jws([issuer.algorithm()]);
    let used = look(&issuer, &token, &jws, Time::At(NOW), |token| {
        cache.check_token(&token, Time::At(NOW)).map_err(|error| error.reason())
    });
    assert_eq!(used, Ok(Err(Reason::ClaimMissing)));
}

#[test]
fn full_cache_rejects_new_uses_until_one_expires() {
    let mut memory = [0; words_for(5)];
    let mut cache = started_without_leeway(&mut memory, START);
    let claims = |number: i64| json!({"jti": number.to_string(), "exp": NOW + 10 + number});
    for number in 0..5 {
        assert_eq!(use_at(&mut cache, claims(number), NOW), Ok(()));
    }
    assert_eq!(use_at(&mut cache, claims(5), NOW), Err((Reason::ReplayFull, None)));
    for number in 0..5 {
        assert_eq!(use_at(&mut cache, claims(number), NOW), REPLAYED, "none was forgotten");
    }
    assert_eq!(use_at(&mut cache, claims(5), NOW + 10), Err((Reason::ReplayFull, None)));
    assert_eq!(use_at(&mut cache, claims(5), NOW + 11), Ok(()), "the first has expired");
    assert_eq!(use_at(&mut cache, claims(6), NOW + 11), Err((Reason::ReplayFull, None)));
    assert_eq!(use_at(&mut cache, claims(1), NOW + 11), REPLAYED);
}

#[test]
fn a_time_behind_that_of_an_earlier_use_is_rejected() {
    let mut memory = [0; words_for(4)];
    let mut cache = started(&mut memory, START);
    assert_eq!(use_at(&mut cache, json!({"jti": "1"}), NOW + 5), Ok(()));
    let behind = Err((Reason::ReplayTimeBehind, None));
    assert_eq!(use_at(&mut cache, json!({"jti": "2"}), NOW + 4), behind);
    assert_eq!(use_at(&mut cache, json!({"jti": "1"}), NOW + 4), behind);
    assert_eq!(use_at(&mut cache, json!({"jti": "2"}), NOW + 5), Ok(()));
    let mut memory = [0; words_for(4)];
    let mut cache = started(&mut memory, NOW);
    assert_eq!(use_at(&mut cache, json!({"jti": "1", "iat": NOW + 1}), NOW - 1), behind);
}

#[test]
fn after_a_restart_what_may_have_been_used_before_is_rejected() {
    let before = Err((Reason::IssuedBeforeStart, Some(Member::IssuedAt)));
    let mut memory = [0; words_for(4)];
    let mut cache = started_without_leeway(&mut memory, NOW);
    let mut at = |issued: f64| use_at(&mut cache, json!({"jti": "1", "iat": issued}), NOW + 60);
    assert_eq!(at(NOW as f64 - 60.0), before);
    assert_eq!(at(NOW as f64), before, "it may have been used in the second of the start");
    assert_eq!(at(NOW as f64 + 0.5), before);
    assert_eq!(at(NOW as f64 + 1.0), Ok(()));
    // Because of the leeway, a proof with an `iat` after the start may have been accepted before
    // the start.
    let lenient = policy().allow_leeway(30);
    let mut cache = started(&mut memory, NOW);
    let mut at = |issued: i64| {
        let claims = json!({"jti": "2", "iat": issued});
        let used = use_by(&mut cache, &lenient, claims, Time::At(NOW + 60));
        used.map_err(|error| error.reason())
    };
    assert_eq!(at(NOW + 30), Err(Reason::IssuedBeforeStart));
    assert_eq!(at(NOW + 31), Ok(()));
}

#[test]
fn without_a_clock_nothing_is_taken_whatever_the_policy_waives() {
    let unknown = Time::Unknown { not_before: NOW };
    let reset = Time::Clock { now: 0, not_before: NOW };
    let mut memory = [0; words_for(4)];
    let unavailable =
        |time| ReplayCache::new(&mut [0; words_for(4)], LIMITS, time).map(|_| ()).unwrap_err();
    assert_eq!(unavailable(unknown).reason(), Reason::TimeUnavailable);
    assert_eq!(unavailable(reset).reason(), Reason::TimeUnavailable);
    let mut cache = started(&mut memory, START);
    for time in [unknown, reset] {
        let used = use_by(&mut cache, &policy().without_clock(), json!({"jti": "1"}), time);
        assert_eq!(used.unwrap_err().reason(), Reason::TimeUnavailable);
    }
    assert_eq!(use_at(&mut cache, json!({"jti": "1"}), NOW), Ok(()), "nothing was noted");
}

#[test]
fn a_cache_goes_on_where_its_memory_was_left() {
    let mut memory = [7; words_for(4)];
    let mut cache = started(&mut memory, START);
    assert_eq!(use_at(&mut cache, json!({"jti": "1"}), NOW), Ok(()));
    let mut cache = ReplayCache::open(&mut memory).unwrap();
    assert_eq!(use_at(&mut cache, json!({"jti": "1"}), NOW), REPLAYED);
    let foreign = |memory: &mut [u64]| ReplayCache::open(memory).map(|_| ()).unwrap_err();
    let error = foreign(&mut memory[..words_for(3)]);
    assert_eq!((error.reason(), error.stage()), (Reason::NotAReplayCache, Stage::Usage));
    assert_eq!(foreign(&mut [0; words_for(4)]).reason(), Reason::NotAReplayCache);
    assert_eq!(foreign(&mut []).reason(), Reason::NotAReplayCache);
}

#[test]
fn the_extremes_of_time_forget_nothing() {
    let far = json!({"jti": "1", "iat": NOW, "exp": i64::MAX});
    let mut memory = [0; words_for(4)];
    let mut cache = started(&mut memory, 0);
    assert_eq!(use_at(&mut cache, far.clone(), i64::MAX), Ok(()));
    assert_eq!(use_at(&mut cache, far, i64::MAX), REPLAYED);
}

#[cfg(all(feature = "dpop", feature = "es256"))]
mod proofs {
    use super::*;
    use keycard::Algorithm;
    use keycard::dpop::{self, Proof, ProofRules};

    const URI: &str = "https://server.example.com/token";

    /// A time within which the cache remembers a use.
    const START: i64 = NOW - 60;

    fn proof(token_id: &str, issued_at: i64) -> (String, Proof) {
        proof_by("first", token_id, issued_at, 60, 5)
    }

    fn proof_by(
        client: &'static str,
        token_id: &str,
        issued_at: i64,
        window: u32,
        leeway: u32,
    ) -> (String, Proof) {
        let client = Issuer::with(Algorithm::Es256, client);
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": client.jwk()}).to_string();
        let claims = json!({"jti": token_id, "htm": "POST", "htu": URI, "iat": issued_at});
        let proof = client.sign(&header, claims.to_string());
        let rules = ProofRules::new("POST", URI, Algorithm::Es256, window).allow_leeway(leeway);
        let rules = rules.without_access_token().nonce_not_provided();
        let mut scratch = vec![0; keycard::scratch_size(proof.len())];
        let outcome = dpop::validate(&proof, &rules, Time::At(NOW), &mut scratch);
        (proof, outcome.unwrap())
    }

    fn reason(used: Result<(), Error>) -> Option<Reason> {
        used.err().map(|error| {
            assert_eq!(error.stage(), Stage::Replay);
            error.reason()
        })
    }

    #[test]
    fn a_proof_is_good_once_until_its_window_and_leeway_are_over() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        let (_, proof) = proof("1", NOW);
        let mut at = |now| reason(cache.check_proof(&proof, Time::At(now)));
        assert_eq!(at(NOW), None);
        assert_eq!(at(NOW), Some(Reason::Replayed));
        assert_eq!(at(NOW + 65), Some(Reason::Replayed), "until then it is still valid");
        assert_eq!(at(NOW + 66), Some(Reason::Expired));
    }

    #[test]
    fn rejects_later_proof_with_a_used_jti() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        let (first, used) = proof("1", NOW - 1);
        let (second, again) = proof("1", NOW);
        assert_ne!(first, second);
        assert_eq!(reason(cache.check_proof(&used, Time::At(NOW))), None);
        assert_eq!(reason(cache.check_proof(&again, Time::At(NOW))), Some(Reason::Replayed));
    }

    #[test]
    fn a_proof_from_before_a_restart_is_rejected() {
        let mut memory = [0; words_for(4)];
        let limits = Limits { leeway: 5, ..LIMITS };
        let mut cache = ReplayCache::new(&mut memory, limits, Time::At(NOW - 6)).unwrap();
        let before = reason(cache.check_proof(&proof("1", NOW - 1).1, Time::At(NOW)));
        assert_eq!(before, Some(Reason::IssuedBeforeStart), "clocks may differ by 5 seconds");
        assert_eq!(reason(cache.check_proof(&proof("1", NOW).1, Time::At(NOW))), None);
    }

    #[test]
    fn a_proof_and_a_token_with_one_jti_are_two_uses() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        assert_eq!(reason(cache.check_proof(&proof("1", NOW).1, Time::At(NOW))), None);
        assert_eq!(use_at(&mut cache, json!({"jti": "1", "iat": NOW}), NOW), Ok(()));
    }

    #[test]
    fn without_a_clock_no_proof_is_taken() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        let unknown = Time::Unknown { not_before: NOW };
        let used = reason(cache.check_proof(&proof("1", NOW).1, unknown));
        assert_eq!(used, Some(Reason::TimeUnavailable));
    }
    /// A proof that another check made with a shorter window than that of the cache.
    #[test]
    fn remembers_a_proof_for_its_own_window_not_the_callers() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        let (_, short) = proof_by("first", "1", NOW - 1, 1, 0);
        let (_, long) = proof_by("first", "1", NOW - 1, 60, 30);
        assert_eq!(reason(cache.check_proof(&short, Time::At(NOW))), None);
        for now in [NOW, NOW + 1, NOW + 30, NOW + 89] {
            assert_eq!(reason(cache.check_proof(&long, Time::At(now))), Some(Reason::Replayed));
        }
    }

    #[test]
    fn rejects_a_longer_window_or_leeway_than_the_cache_has() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        for (window, leeway) in [(91, 0), (61, 30), (59, 31), (0, 31), (u32::MAX, 0)] {
            let (_, proof) = proof_by("first", "1", NOW, window, leeway);
            let error = cache.check_proof(&proof, Time::At(NOW)).unwrap_err();
            let found = (error.reason(), error.stage());
            assert_eq!(found, (Reason::ReplayLimits, Stage::Usage), "{window} {leeway}");
        }
        let lenient = policy().allow_leeway(31);
        let error = use_by(&mut cache, &lenient, json!({"jti": "1"}), Time::At(NOW)).unwrap_err();
        assert_eq!((error.reason(), error.stage()), (Reason::ReplayLimits, Stage::Usage));
        // The cache remembers a use for the sum of window and leeway, and this time is within it.
        let (_, proof) = proof_by("first", "1", NOW, 90, 0);
        assert_eq!(reason(cache.check_proof(&proof, Time::At(NOW))), None);
    }

    #[test]
    fn a_raised_window_rejects_what_was_issued_before() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        let (_, used) = proof_by("first", "1", NOW - 1, 60, 30);
        assert_eq!(reason(cache.check_proof(&used, Time::At(NOW))), None);
        cache.restart(300, 5, Time::At(NOW)).unwrap();
        let (_, again) = proof_by("first", "1", NOW - 1, 300, 30);
        // Its entry expires at NOW + 90, before the longer window ends.
        for now in [NOW, NOW + 90, NOW + 300] {
            let found = reason(cache.check_proof(&again, Time::At(now)));
            assert_eq!(found, Some(Reason::IssuedBeforeStart), "{}", now - NOW);
        }
        let behind = cache.restart(300, 30, Time::At(NOW - 1)).unwrap_err();
        assert_eq!((behind.reason(), behind.stage()), (Reason::ReplayTimeBehind, Stage::Replay));
    }

    #[test]
    fn one_key_fills_its_share_and_no_more() {
        for (share, most) in [(1, 1), (4, 4), (15, 15), (16, 16)] {
            let mut memory = [0; words_for(16)];
            let limits = Limits { share, ..LIMITS };
            let mut cache = ReplayCache::new(&mut memory, limits, Time::At(START)).unwrap();
            let mut by = |client: &'static str, number: usize| {
                let (_, proof) = proof_by(client, &number.to_string(), NOW, 60, 5);
                reason(cache.check_proof(&proof, Time::At(NOW)))
            };
            for number in 0..most {
                assert_eq!(by("first", number), None, "{share} {number}");
                assert_eq!(by("first", number), Some(Reason::Replayed));
            }
            let full = if share == 16 { Reason::ReplayFull } else { Reason::ReplayKeyFull };
            assert_eq!(by("first", most), Some(full), "{share}");
            let other = (share == 16).then_some(Reason::ReplayFull);
            assert_eq!(by("second", 0), other, "{share}");
        }
        for share in [0, 17, u8::MAX] {
            let limits = Limits { share, ..LIMITS };
            let made = ReplayCache::new(&mut [0; words_for(4)], limits, Time::At(NOW)).map(|_| ());
            let error = made.unwrap_err();
            assert_eq!((error.reason(), error.stage()), (Reason::ReplayShare, Stage::Usage));
        }
    }

    #[test]
    fn a_key_uses_its_share_again_when_its_proofs_are_past() {
        let mut memory = [0; words_for(16)];
        let limits = Limits { share: 1, ..LIMITS };
        let mut cache = ReplayCache::new(&mut memory, limits, Time::At(START)).unwrap();
        let (_, first) = proof("1", NOW - 50);
        let (_, second) = proof("2", NOW);
        assert_eq!(
            reason(cache.check_proof(&first, Time::At(NOW - 20))),
            Some(Reason::IssuedBeforeStart)
        );
        let (_, first) = proof("1", NOW - 29);
        assert_eq!(reason(cache.check_proof(&first, Time::At(NOW - 20))), None);
        assert_eq!(
            reason(cache.check_proof(&second, Time::At(NOW + 61))),
            Some(Reason::ReplayKeyFull)
        );
        assert_eq!(reason(cache.check_proof(&second, Time::At(NOW + 62))), None);
    }

    /// The process was started while its clock was an hour behind, and the clock is then set.
    #[test]
    fn rejects_a_used_proof_after_a_start_with_the_clock_behind() {
        let (_, used) = proof("1", NOW - 10);
        let (_, new) = proof("2", NOW);
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, NOW - 3600);
        let found = reason(cache.check_proof(&used, Time::At(NOW)));
        assert_eq!(found, Some(Reason::IssuedBeforeStart), "used before the restart");
        // The start is now the time of the step.
        assert_eq!(
            reason(cache.check_proof(&new, Time::At(NOW + 1))),
            Some(Reason::IssuedBeforeStart)
        );
        // The cache restarts only once: a later idle time of the service does not restart it.
        let mut cache = started(&mut memory, NOW - 7200);
        let stepped = reason(cache.check_proof(&used, Time::At(NOW - 3600)));
        assert_eq!(stepped, Some(Reason::IssuedInFuture));
        assert_eq!(reason(cache.check_proof(&used, Time::At(NOW))), None);
        // A token between two proofs does not hide a step.
        let mut cache = started(&mut memory, NOW - 3600);
        assert_eq!(use_at(&mut cache, json!({"jti": "3"}), NOW), Ok(()));
        let found = reason(cache.check_proof(&used, Time::At(NOW)));
        assert_eq!(found, Some(Reason::IssuedBeforeStart), "behind a token");
        // A caller that detects a step reports it.
        let mut cache = started(&mut memory, NOW - 3600);
        cache.restart(0, 0, Time::At(NOW - 3600)).unwrap();
        assert_eq!(reason(cache.check_proof(&used, Time::At(NOW))), None);
    }

    #[test]
    fn rejects_a_use_from_the_future_which_a_restart_would_forget() {
        let mut memory = [0; words_for(4)];
        let mut cache = started(&mut memory, START);
        let (_, proof) = proof("1", NOW + 5);
        assert_eq!(
            reason(cache.check_proof(&proof, Time::At(NOW - 1))),
            Some(Reason::IssuedInFuture)
        );
        assert_eq!(reason(cache.check_proof(&proof, Time::At(NOW))), None);
        let used = use_at(&mut cache, json!({"jti": "1", "iat": NOW + 1}), NOW);
        assert_eq!(used, Err((Reason::IssuedInFuture, Some(Member::IssuedAt))));
    }
}
