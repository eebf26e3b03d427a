//! ID tokens (OpenID Connect Core sections 2, 3.1.3.6, 3.1.3.7 and 3.3.2.11).

use crate::support::issuer::{self, Issuer};
use crate::support::verdict::{
    self, ISSUER, NOW, half_hash, has_hash, look, rejection, verdict_of,
};
use keycard::{Algorithm, Check, Member, Policy, Reason, Stage, Time};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

const CLIENT: &str = "s6BhdRkqt3";
const NONCE: &str = "n-0S6_WzA2Mj";

fn algorithms() -> [Algorithm; 1] {
    [Issuer::new().algorithm()]
}

fn policy() -> Policy<'static> {
    Policy::id_token(ISSUER, CLIENT, algorithms(), NONCE)
}

fn claims(changes: Value) -> String {
    verdict::claims_of(json!({"aud": CLIENT, "nonce": NONCE}), changes)
}

#[test]
fn an_id_token_of_the_client_with_its_nonce_is_accepted() {
    assert_eq!(verdict_of(&policy(), &claims(json!({}))), Ok(()));
    assert_eq!(verdict_of(&policy(), &claims(json!({"aud": [CLIENT]}))), Ok(()));
}

#[test]
fn section_2_requires_iss_sub_aud_exp_and_iat() {
    for claim in ["iss", "sub", "aud", "exp", "iat"] {
        let error = verdict_of(&policy(), &claims(json!({ claim: null }))).unwrap_err();
        assert_eq!(error.reason(), Reason::ClaimMissing, "{claim}");
        assert_eq!(error.member().map(Member::name), Some(claim));
    }
}

#[test]
fn step_1_rejects_an_encrypted_token_by_name() {
    let issuer = Issuer::new();
    let encrypted = format!("{}.AA.AA.AA.AA", issuer::encode(r#"{"alg":"dir","enc":"A128GCM"}"#));
    let error = look(&issuer, &encrypted, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!((error.stage(), error.reason()), (Stage::Token, Reason::TokenEncrypted));
}

#[test]
fn step_2_compares_the_issuer_exactly() {
    for other in
        [&format!("{ISSUER}/"), &ISSUER.to_uppercase(), &ISSUER.replace("https", "http"), ""]
    {
        assert_eq!(rejection(&policy(), &claims(json!({ "iss": other }))), Reason::WrongIssuer);
    }
}

#[test]
fn step_3_rejects_audiences_that_are_not_trusted() {
    let extra = claims(json!({"aud": [CLIENT, "other"]}));
    assert_eq!(rejection(&policy(), &extra), Reason::UntrustedAudience);
    let trusting = policy().trust_audiences("other");
    if Issuer::new().algorithm() != Algorithm::Hs256 {
        assert_eq!(verdict_of(&trusting, &extra), Ok(()));
    }
    assert_eq!(rejection(&trusting, &claims(json!({"aud": "other"}))), Reason::WrongAudience);
    let third = claims(json!({"aud": [CLIENT, "other", "third"]}));
    assert_eq!(rejection(&trusting, &third), Reason::UntrustedAudience);
}

#[test]
#[cfg(feature = "hs256")]
fn step_8_rejects_a_mac_for_several_audiences() {
    let issuer = Issuer::with(Algorithm::Hs256, "first");
    let policy = Policy::id_token(ISSUER, CLIENT, [Algorithm::Hs256], NONCE);
    let trusting = policy.trust_audiences("other");
    let verdict_of = |audience: Value| {
        let token = issuer.token(claims(json!({ "aud": audience })));
        let outcome = look(&issuer, &token, &trusting, Time::At(NOW), |_| ());
        outcome.map_err(|error| error.reason())
    };
    assert_eq!(verdict_of(json!([CLIENT])), Ok(()));
    assert_eq!(verdict_of(json!([CLIENT, "other"])), Err(Reason::UntrustedAudience));
}

#[test]
fn steps_4_and_5_take_the_authorized_parties_of_the_caller_only() {
    let reject = |policy: &Policy<'_>, changes| rejection(policy, &claims(changes));
    assert_eq!(verdict_of(&policy(), &claims(json!({"azp": CLIENT}))), Ok(()));
    assert_eq!(reject(&policy(), json!({"azp": "other"})), Reason::WrongAuthorizedParty);
    assert_eq!(reject(&policy(), json!({"azp": 7})), Reason::ClaimType);
    let google = policy().allow_authorized_parties(&["android", "ios"]);
    assert_eq!(verdict_of(&google, &claims(json!({"azp": "ios"}))), Ok(()));
    assert_eq!(reject(&google, json!({"azp": CLIENT})), Reason::WrongAuthorizedParty);
    if Issuer::new().algorithm() != Algorithm::Hs256 {
        let requiring = policy().trust_audiences("other").require_authorized_party();
        assert_eq!(reject(&requiring, json!({"aud": [CLIENT, "other"]})), Reason::ClaimMissing);
        let with_party = claims(json!({"aud": [CLIENT, "other"], "azp": CLIENT}));
        assert_eq!(verdict_of(&requiring, &with_party), Ok(()));
        assert_eq!(verdict_of(&requiring, &claims(json!({}))), Ok(()));
    }
}

#[test]
fn step_11_compares_the_nonce_that_was_sent() {
    assert_eq!(rejection(&policy(), &claims(json!({"nonce": null}))), Reason::ClaimMissing);
    assert_eq!(rejection(&policy(), &claims(json!({"nonce": "other"}))), Reason::WrongNonce);
    assert_eq!(rejection(&policy(), &claims(json!({"nonce": ""}))), Reason::WrongNonce);
    assert_eq!(rejection(&policy(), &claims(json!({"nonce": 1}))), Reason::ClaimType);
    let not_sent = Policy::id_token(ISSUER, CLIENT, algorithms(), None).nonce_not_sent();
    assert_eq!(verdict_of(&not_sent, &claims(json!({"nonce": null}))), Ok(()));
}

#[test]
fn step_13_compares_auth_time_with_max_age() {
    let fresh = policy();
    let policy = fresh.require_max_age(100);
    let at = |seconds: i64| claims(json!({ "auth_time": NOW - seconds }));
    assert_eq!(verdict_of(&policy, &at(100)), Ok(()));
    assert_eq!(rejection(&policy, &at(101)), Reason::AuthenticationTooOld);
    assert_eq!(verdict_of(&policy.allow_leeway(1), &at(101)), Ok(()));
    assert_eq!(rejection(&policy, &at(-1)), Reason::IssuedInFuture);
    assert_eq!(rejection(&policy, &claims(json!({}))), Reason::ClaimMissing);
    assert_eq!(rejection(&policy, &claims(json!({"auth_time": "1"}))), Reason::ClaimType);
    assert_eq!(verdict_of(&fresh.require_max_age(0), &at(0)), Ok(()), "0 is an age, not nothing");
    assert_eq!(rejection(&fresh.require_max_age(0), &at(1)), Reason::AuthenticationTooOld);
}

#[test]
fn the_hashes_are_checked_against_the_access_token_and_the_code() {
    let policy = policy().with_access_token("ya29.token").with_code("SplxlOBe");
    let right = json!({"at_hash": half_hash("ya29.token"), "c_hash": half_hash("SplxlOBe")});
    let verdict = if has_hash() { Ok(()) } else { Err(Reason::WrongHash) };
    let outcome = verdict_of(&policy, &claims(right)).map_err(|error| error.reason());
    assert_eq!(outcome, verdict);
    assert_eq!(verdict_of(&policy, &claims(json!({}))), Ok(()), "neither is required");
    for (name, value) in [("at_hash", "SplxlOBe"), ("c_hash", "ya29.token")] {
        let swapped = claims(json!({ name: half_hash(value) }));
        assert_eq!(rejection(&policy, &swapped), Reason::WrongHash);
        for malformed in ["", "AA", "not base64url!"] {
            assert_eq!(rejection(&policy, &claims(json!({ name: malformed }))), Reason::WrongHash);
        }
        assert_eq!(rejection(&policy, &claims(json!({ name: 1 }))), Reason::ClaimType);
    }
}

#[test]
fn section_3_1_3_6_accepts_only_half_hash_of_the_algorithm() {
    let half = |bits: u32| {
        let digest = match bits {
            256 => Sha256::digest("ya29.token").to_vec(),
            384 => Sha384::digest("ya29.token").to_vec(),
            _ => Sha512::digest("ya29.token").to_vec(),
        };
        issuer::encode(&digest[..digest.len() / 2])
    };
    for algorithm in Algorithm::ALL.iter().copied().filter(|it| it.is_built()) {
        let own = match algorithm.name() {
            "EdDSA" | "Ed25519" => Some(512),
            "ES256K" => Some(256),
            name if name.starts_with("ML-DSA") => None,
            name => name[2..].parse().ok(),
        };
        let issuer = Issuer::with(algorithm, "first");
        let policy =
            Policy::id_token(ISSUER, CLIENT, algorithm, NONCE).with_access_token("ya29.token");
        for bits in [256, 384, 512] {
            let token = issuer.token(claims(json!({"at_hash": half(bits)})));
            let outcome = look(&issuer, &token, &policy, Time::At(NOW), |_| ());
            let wrong = outcome.err().map(|error| error.reason());
            let expected = (own != Some(bits)).then_some(Reason::WrongHash);
            assert_eq!(wrong, expected, "{algorithm} {bits}");
        }
    }
}

/// No standard names the hash. Computed by Python 3.11:
/// `hashlib.shake_256(b"ya29.token").digest(64)[:32]`. oidc-token-hash 5.2.0 (Node.js) writes the
/// same.
#[cfg(feature = "ml-dsa")]
#[test]
fn accepts_the_half_of_shake256_as_at_hash_of_ml_dsa() {
    for algorithm in [Algorithm::MlDsa44, Algorithm::MlDsa65, Algorithm::MlDsa87] {
        let issuer = Issuer::with(algorithm, "first");
        let policy =
            Policy::id_token(ISSUER, CLIENT, algorithm, NONCE).with_access_token("ya29.token");
        for (value, accepted) in [
            ("GR5fixrDyPpZLoKVhTE2NMyaeiHy2uCS1bBw5U0T0FM", true),
            ("GR5fixrDyPpZLoKVhTE2NMyaeiHy2uCS1bBw5U0T0FA", false),
        ] {
            let token = issuer.token(claims(json!({"at_hash": value})));
            let verdict = look(&issuer, &token, &policy, Time::At(NOW), |_| ());
            assert_eq!(verdict.is_ok(), accepted, "{algorithm} {value}");
        }
    }
}

#[test]
fn a_hash_that_is_required_must_be_there() {
    let requiring = policy().with_access_token("ya29.token").require_access_token_hash();
    assert_eq!(rejection(&requiring, &claims(json!({}))), Reason::ClaimMissing);
    if has_hash() {
        let right = claims(json!({"at_hash": half_hash("ya29.token")}));
        assert_eq!(verdict_of(&requiring, &right), Ok(()));
    }
    let requiring = policy().with_code("SplxlOBe").require_code_hash();
    assert_eq!(rejection(&requiring, &claims(json!({}))), Reason::ClaimMissing);
}

#[test]
fn another_kind_of_token_is_rejected_and_named_so() {
    for changes in [
        json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
        json!({"token_use": "access"}),
        json!({"typ": "Bearer"}),
        json!({"typ": "Refresh"}),
        json!({"typ": "Logout"}),
    ] {
        assert_eq!(rejection(&policy(), &claims(changes)), Reason::WrongTokenKind);
    }
    assert_eq!(verdict_of(&policy(), &claims(json!({"typ": "ID", "token_use": "id"}))), Ok(()));
    let issuer = Issuer::new();
    for token_type in ["at+jwt", "logout+jwt", "dpop+jwt"] {
        let header = json!({"alg": issuer.algorithm().name(), "typ": token_type}).to_string();
        let token = issuer.sign(&header, claims(json!({})));
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongTokenType);
    }
}

#[test]
fn waived_and_vacuous_checks_are_not_passed_ones() {
    let issuer = Issuer::new();
    let policy = Policy::id_token(None, CLIENT, algorithms(), None);
    let policy = policy.without_issuer().nonce_not_sent().with_code("SplxlOBe");
    let token = issuer.token(claims(json!({})));
    let evidence = look(&issuer, &token, &policy, Time::At(NOW), |token| token.evidence()).unwrap();
    assert!(evidence.waived().contains(Check::Issuer) && evidence.waived().contains(Check::Nonce));
    assert!(evidence.vacuous().contains(Check::CodeHash));
    for check in [Check::Issuer, Check::Nonce, Check::CodeHash, Check::AuthorizedParty] {
        assert!(!evidence.passed().contains(check), "{check:?}");
    }
}

#[test]
fn the_state_is_tied_to_the_id_token_by_s_hash() {
    let policy = policy().with_state("af0ifjsldkj");
    let with = |value: &str| claims(json!({"s_hash": half_hash(value)}));
    let verdict = if has_hash() { Ok(()) } else { Err(Reason::WrongHash) };
    let outcome = verdict_of(&policy, &with("af0ifjsldkj")).map_err(|error| error.reason());
    assert_eq!(outcome, verdict);
    assert_eq!(rejection(&policy, &with("other")), Reason::WrongHash);
    assert_eq!(verdict_of(&policy, &claims(json!({}))), Ok(()), "it is not required");
    let required = policy.require_state_hash();
    assert_eq!(rejection(&required, &claims(json!({}))), Reason::ClaimMissing);
}

#[test]
fn step_12_rejects_another_authentication_context_class() {
    let classes = ["urn:mace:incommon:iap:silver", "urn:mace:incommon:iap:gold"];
    let policy = policy().require_authentication_context(&classes);
    let with = |acr: Value| claims(json!({ "acr": acr }));
    assert_eq!(verdict_of(&policy, &with(json!(classes[1]))), Ok(()));
    assert_eq!(rejection(&policy, &with(json!("0"))), Reason::WrongAuthenticationContext);
    assert_eq!(rejection(&policy, &with(json!([classes[0]]))), Reason::ClaimType);
    assert_eq!(rejection(&policy, &claims(json!({}))), Reason::ClaimMissing);
}

#[test]
fn every_authentication_method_that_is_required_was_used() {
    let policy = policy().require_authentication_methods(&["pwd", "otp"]);
    let with = |amr: Value| claims(json!({ "amr": amr }));
    assert_eq!(verdict_of(&policy, &with(json!(["otp", "mfa", "pwd"]))), Ok(()));
    assert_eq!(rejection(&policy, &with(json!(["pwd"]))), Reason::AuthenticationMethodMissing);
    assert_eq!(
        rejection(&policy, &with(json!(["pwd", "sms"]))),
        Reason::AuthenticationMethodMissing
    );
    assert_eq!(
        rejection(&policy, &with(json!(["sms", "fpt"]))),
        Reason::AuthenticationMethodMissing
    );
    assert_eq!(rejection(&policy, &with(json!([]))), Reason::AuthenticationMethodMissing);
    assert_eq!(rejection(&policy, &with(json!("pwd otp"))), Reason::ClaimType);
    assert_eq!(rejection(&policy, &with(json!(["pwd", "otp", 1]))), Reason::ClaimType);
    assert_eq!(rejection(&policy, &claims(json!({}))), Reason::ClaimMissing);
}

#[test]
fn the_two_id_tokens_of_a_hybrid_flow_are_about_one_subject() {
    let second = policy().require_subject("00u1");
    assert_eq!(verdict_of(&second, &claims(json!({}))), Ok(()));
    assert_eq!(rejection(&second, &claims(json!({"sub": "00u2"}))), Reason::WrongSubject);
    assert_eq!(rejection(&second, &claims(json!({"sub": "00u"}))), Reason::WrongSubject);
    assert_eq!(rejection(&second, &claims(json!({"iss": "https://other"}))), Reason::WrongIssuer);
}

#[test]
fn section_2_bounds_the_subject_to_255_ascii_characters() {
    let longest = "s".repeat(255);
    assert_eq!(verdict_of(&policy(), &claims(json!({ "sub": longest }))), Ok(()));
    assert_eq!(rejection(&policy(), &claims(json!({"sub": ""}))), Reason::ClaimMissing);
    for subject in ["s".repeat(256), "\u{fc}".to_owned()] {
        assert_eq!(rejection(&policy(), &claims(json!({ "sub": subject }))), Reason::ClaimType);
    }
}

#[test]
fn accepts_another_typ_of_an_id_token_by_name() {
    let issuer = Issuer::new();
    let outcome = |token_type: &str, policy: &Policy<'_>| {
        let header = json!({"alg": issuer.algorithm().name(), "typ": token_type}).to_string();
        let token = issuer.sign(&header, claims(json!({})));
        look(&issuer, &token, policy, Time::At(NOW), |_| ()).map_err(|it| it.reason())
    };
    let named = policy().require_token_type("id+jwt");
    assert_eq!(outcome("ID+jwt", &named), Ok(()));
    assert_eq!(outcome("id+jwt", &policy()), Err(Reason::WrongTokenType));
    assert_eq!(outcome("JWT", &named), Err(Reason::WrongTokenType));
}
