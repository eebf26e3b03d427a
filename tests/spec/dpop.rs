//! DPoP proofs (RFC 9449): the twelve checks of section 4.3, each with a proof that fails only that
//! one.

#![cfg(all(feature = "dpop", feature = "es256"))]

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW};
use keycard::dpop::{self, Proof, ProofKeyCache, ProofRules, words_for};
use keycard::{
    Algorithm, Algorithms, Error, Member, Policy, Precompute, Reason, Stage, Thumbprint, Time,
    scratch_size,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;

const URI: &str = "https://api.example/orders";
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const NONCE: &str = "eyJ7S_zG.eyJH0-Z.HX4w-7v";

fn client() -> Issuer {
    Issuer::with(Algorithm::Es256, "first")
}

fn rules() -> ProofRules<'static> {
    ProofRules::new("POST", URI, Algorithm::Es256, 60).for_access_token(TOKEN).require_nonce(NONCE)
}

fn changed(mut all: Value, changes: Value) -> String {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            all.as_object_mut().unwrap().remove(name);
        } else {
            all[name] = value.clone();
        }
    }
    all.to_string()
}

fn header(changes: Value) -> String {
    changed(json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": client().jwk()}), changes)
}

fn claims(changes: Value) -> String {
    let ath = encode(Sha256::digest(TOKEN));
    let all = json!({
        "jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": URI, "iat": NOW - 1, "nonce": NONCE,
        "ath": ath,
    });
    changed(all, changes)
}

fn proof(changes: Value) -> String {
    client().sign(&header(json!({})), claims(changes))
}

fn verdict_of(proof: impl AsRef<[u8]>, rules: &ProofRules<'_>, time: Time) -> Result<Proof, Error> {
    let mut scratch = vec![0x55; scratch_size(proof.as_ref().len())];
    let outcome = dpop::validate(&proof, rules, time, &mut scratch);
    match &outcome {
        Err(error) if error.stage() != Stage::Usage => {
            assert_eq!(error.stage(), Stage::Proof);
            assert!(scratch.iter().all(|byte| *byte == 0), "a rejected proof is left behind");
        }
        _ => {}
    }
    judge_with_prepared_keys(proof.as_ref(), rules, time, outcome);
    outcome
}

/// Validates a proof with a cache in which the key of [`client`] is prepared, and expects the same
/// verdict.
fn judge_with_prepared_keys(
    proof: &[u8],
    rules: &ProofRules<'_>,
    time: Time,
    expected: Result<Proof, Error>,
) {
    const SIZE: Precompute = Precompute::Bytes1K;
    thread_local! {
        static MEMORY: RefCell<Vec<u64>> = RefCell::new({
            let mut memory = vec![0; words_for(16, SIZE)];
            let mut cache = ProofKeyCache::new(&mut memory, SIZE, 7).unwrap();
            let proof = self::proof(json!({}));
            let mut scratch = vec![0; scratch_size(proof.len())];
            for _ in 0..2 {
                let rules = self::rules();
                let judged = cache.validate(&proof, &rules, Time::At(NOW), &mut scratch).unwrap();
                cache.admit(&judged);
            }
            memory
        });
    }
    MEMORY.with_borrow_mut(|memory| {
        let mut cache = ProofKeyCache::open(memory).unwrap();
        let mut scratch = vec![0x55; scratch_size(proof.len())];
        match (cache.validate(proof, rules, time, &mut scratch), expected) {
            (Ok(judged), Ok(expected)) => {
                cache.admit(&judged);
                assert_eq!(judged.key(), expected.key());
                assert_eq!(judged.replay_key(), expected.replay_key());
            }
            (judged, expected) => assert_eq!(judged.err(), expected.err()),
        }
    });
}

/// The reason why a proof is rejected now, and the member at fault.
#[track_caller]
fn rejection(proof: impl AsRef<[u8]>) -> (Reason, Option<Member>) {
    let error = verdict_of(proof, &rules(), Time::At(NOW)).expect_err("accepted");
    (error.reason(), error.member())
}

#[track_caller]
fn rejected(proof: impl AsRef<[u8]>) -> Reason {
    rejection(proof).0
}

#[test]
fn accepts_valid_proof_and_gives_thumbprint_of_its_key() {
    let outcome = verdict_of(proof(json!({})), &rules(), Time::At(NOW)).unwrap();
    let mut memory = [0; 64];
    let keys = client().keys(&mut memory);
    let key = keys.view().iter().next().unwrap();
    assert_eq!(*outcome.key(), key.thumbprint());
    assert_eq!(outcome.algorithm(), Algorithm::Es256);
    assert_eq!(outcome.issued_at(), NOW - 1);
    assert_eq!(outcome.replayable_until(), NOW - 1 + 60);
}

#[test]
fn check_2_wants_one_well_formed_jwt() {
    let whole = proof(json!({}));
    let mut parts = whole.split('.');
    let (head, body) = (parts.next().unwrap(), parts.next().unwrap());
    for malformed in [
        String::new(),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!("{whole}.x"),
        format!("{whole},{whole}"),
        format!("{whole} "),
        format!(" {whole}"),
        format!("DPoP {whole}"),
    ] {
        assert!(verdict_of(&malformed, &rules(), Time::At(NOW)).is_err(), "{malformed}");
    }
    let duplicate = claims(json!({})).replacen('{', "{\"htm\":\"GET\",", 1);
    assert_eq!(rejected(client().sign(&header(json!({})), duplicate)), Reason::JsonDuplicate);
    for payload in ["", "[]", "null", "7", "{"] {
        assert!(
            verdict_of(client().sign(&header(json!({})), payload), &rules(), Time::At(NOW))
                .is_err()
        );
    }
    let critical = header(json!({"crit": ["jwk"]}));
    assert_eq!(rejected(client().sign(&critical, claims(json!({})))), Reason::HeaderCritical);
}

#[test]
fn check_3_requires_jti_htm_htu_iat_and_ath_with_access_token() {
    for (name, claim) in [
        ("jti", Member::JwtId),
        ("htm", Member::HttpMethod),
        ("htu", Member::HttpUri),
        ("iat", Member::IssuedAt),
        ("ath", Member::ProvenTokenHash),
    ] {
        assert_eq!(rejection(proof(json!({ name: null }))), (Reason::ClaimMissing, Some(claim)));
        let wrong_type = if name == "iat" { json!("1") } else { json!(1) };
        let rejected = rejection(proof(json!({ name: wrong_type })));
        assert_eq!(rejected, (Reason::ClaimType, Some(claim)));
    }
    let empty = rejection(proof(json!({"jti": ""})));
    assert_eq!(empty, (Reason::ClaimMissing, Some(Member::JwtId)));
    let rules = ProofRules::new("POST", URI, Algorithm::Es256, 60).require_nonce(NONCE);
    let without = rules.without_access_token();
    assert!(verdict_of(proof(json!({"ath": null})), &without, Time::At(NOW)).is_ok());
}

#[test]
fn check_4_wants_the_type_dpop_jwt() {
    for token_type in [json!(null), json!("JWT"), json!("at+jwt"), json!("dpop"), json!("")] {
        let header = header(json!({ "typ": token_type }));
        let rejected = rejection(client().sign(&header, claims(json!({}))));
        assert_eq!(rejected, (Reason::WrongTokenType, Some(Member::Type)));
    }
    for token_type in ["DPoP+JWT", "application/dpop+jwt"] {
        let header = header(json!({ "typ": token_type }));
        let proof = client().sign(&header, claims(json!({})));
        assert!(verdict_of(proof, &rules(), Time::At(NOW)).is_ok());
    }
}

#[test]
fn check_5_wants_an_asymmetric_algorithm_that_is_allowed() {
    for (name, reason) in [
        ("none", Reason::AlgorithmNone),
        ("HS256", Reason::AlgorithmNotAllowed),
        ("ES384", Reason::AlgorithmNotAllowed),
        ("es256", Reason::AlgorithmUnknown),
        ("RSA-OAEP", Reason::AlgorithmUnknown),
    ] {
        let header = header(json!({ "alg": name }));
        let rejected = rejection(client().sign(&header, claims(json!({}))));
        assert_eq!(rejected, (reason, Some(Member::Algorithm)), "{name}");
    }
    for algorithms in
        [Algorithms::from(Algorithm::Hs256), Algorithms::of(&[Algorithm::Es256, Algorithm::Hs512])]
    {
        let rules = ProofRules::new("POST", URI, algorithms, 60);
        let rules = rules.without_access_token().nonce_not_provided();
        let error = rules.check().unwrap_err();
        assert!(matches!(error.reason(), Reason::PolicyContradiction | Reason::AlgorithmNotBuilt));
        assert_eq!((error.member(), error.stage()), (Some(Member::Algorithm), Stage::Usage));
    }
}

#[test]
#[cfg(feature = "hs256")]
fn check_5_rejects_a_mac_whose_key_is_in_the_header() {
    let client = Issuer::with(Algorithm::Hs256, "first");
    let header = header(json!({"alg": "HS256", "jwk": client.jwk()}));
    assert_eq!(rejected(client.sign(&header, claims(json!({})))), Reason::AlgorithmNotAllowed);
    let header = self::header(json!({"jwk": client.jwk()}));
    let rejected = rejection(client.sign(&header, claims(json!({}))));
    assert_eq!(rejected, (Reason::KeySecret, Some(Member::KeyValue)));
}

#[test]
fn check_6_verifies_the_signature_with_the_key_in_the_header() {
    let other = Issuer::with(Algorithm::Es256, "second");
    let stolen = other.sign(&header(json!({})), claims(json!({})));
    assert_eq!(rejected(stolen), Reason::SignatureInvalid);
    let exchanged = client().sign(&header(json!({"jwk": other.jwk()})), claims(json!({})));
    assert_eq!(rejected(exchanged), Reason::SignatureInvalid);
    let whole = proof(json!({}));
    let (signed, signature) = whole.rsplit_once('.').unwrap();
    let payload = encode(claims(json!({"jti": "another"})));
    let (head, _) = signed.split_once('.').unwrap();
    assert_eq!(rejected(format!("{head}.{payload}.{signature}")), Reason::SignatureInvalid);
    assert_eq!(rejected(format!("{signed}.AAAA")), Reason::SignatureLength);
}

#[test]
fn check_7_wants_a_public_key_and_every_limit_of_keys_applies() {
    let with =
        |jwk: Value| rejection(client().sign(&header(json!({"jwk": jwk})), claims(json!({}))));
    assert_eq!(with(json!(null)), (Reason::ProofKeyMissing, Some(Member::JsonWebKey)));
    for jwk in [json!("key"), json!([client().jwk()]), json!(1), json!(true)] {
        assert_eq!(with(jwk), (Reason::HeaderType, Some(Member::JsonWebKey)));
    }
    let changed = |name: &str, value: Value| {
        let mut jwk = client().jwk();
        jwk[name] = value;
        with(jwk)
    };
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"] {
        let rejected = changed(private, json!("AA"));
        assert_eq!(rejected, (Reason::KeyPrivate, Some(Member::PrivateKey)), "{private}");
    }
    assert_eq!(changed("use", json!("enc")).0, Reason::KeyNotForVerification);
    assert_eq!(changed("key_ops", json!(["sign"])).0, Reason::KeyNotForVerification);
    assert_eq!(changed("crv", json!("P-257")).0, Reason::KeyUnsupported);
    assert_eq!(changed("kty", json!("oct")).0, Reason::KeySecret);
    assert_eq!(changed("alg", json!("ES384")).0, Reason::KeyContradiction);
    assert_eq!(changed("y", json!("AA")).0, Reason::KeyWidth);
    assert_eq!(changed("y", client().jwk()["x"].clone()).0, Reason::KeyNotOnCurve);
    assert_eq!(changed("x", json!(null)).0, Reason::KeyMalformed);
    assert_eq!(with(json!({})).0, Reason::KeyMalformed);
}

#[test]
#[cfg(feature = "rs256")]
fn check_7_has_no_switch_for_weak_keys() {
    let verdict_of = |file| {
        let client = Issuer::with_rsa(Algorithm::Rs256, file);
        let header = header(json!({"alg": "RS256", "jwk": client.jwk()}));
        let rules = ProofRules::new("POST", URI, Algorithm::Rs256, 60);
        let rules = rules.for_access_token(TOKEN).require_nonce(NONCE);
        verdict_of(client.sign(&header, claims(json!({}))), &rules, Time::At(NOW))
    };
    assert_eq!(verdict_of("1024").unwrap_err().reason(), Reason::KeyWeak);
    assert!(verdict_of("2048").is_ok());
    assert!(verdict_of("4096").is_ok(), "the longest key fits");
}

#[test]
fn every_asymmetric_algorithm_that_is_built_can_sign_a_proof() {
    for algorithm in Algorithm::ALL.iter().copied().filter(|it| it.is_built()) {
        if algorithm.key_kind() == keycard::KeyKind::Secret {
            continue;
        }
        let client = Issuer::with(algorithm, "second");
        let header = header(json!({"alg": algorithm.name(), "jwk": client.jwk()}));
        let proof = client.sign(&header, claims(json!({})));
        let rules = ProofRules::new("POST", URI, algorithm, 60);
        let rules = rules.for_access_token(TOKEN).require_nonce(NONCE);
        let outcome = verdict_of(proof, &rules, Time::At(NOW)).unwrap();
        let mut memory = [0; 384];
        let keys = client.keys(&mut memory);
        let key = keys.view().iter().next().unwrap();
        assert_eq!(*outcome.key(), key.thumbprint(), "{algorithm}");
    }
}

#[test]
fn check_8_compares_htm_with_the_method_of_the_request() {
    for method in ["GET", "post", "Post", "POST ", "", "POSTS"] {
        let rejected = rejection(proof(json!({ "htm": method })));
        assert_eq!(rejected, (Reason::WrongHttpMethod, Some(Member::HttpMethod)), "{method}");
    }
}

#[test]
fn check_9_rejects_a_path_that_no_uri_has() {
    // Browsers and Node send these characters without an escape.
    for path in ["/a|b", "/a[1]", "/a^b", "/{a}", "/a%", "/%2", "/%zz", "/a\\b"] {
        let uri = format!("https://api.example{path}");
        let request = ProofRules::new("POST", &uri, Algorithm::Es256, 60);
        let request = request.for_access_token(TOKEN).require_nonce(NONCE);
        for htu in [&*uri, "https://api.example/a%7Cb", URI] {
            let proof = proof(json!({ "htu": htu }));
            let error = verdict_of(proof, &request, Time::At(NOW)).unwrap_err();
            let found = (error.reason(), error.member(), error.stage());
            let proofs_fault = (Reason::UriMalformed, Some(Member::HttpUri), Stage::Proof);
            assert_eq!(found, proofs_fault, "{uri} {htu}");
        }
        let rejected = rejection(proof(json!({ "htu": uri })));
        assert_eq!(rejected, (Reason::UriMalformed, Some(Member::HttpUri)), "{uri}");
    }
}

/// URIs with the normal forms that two programs from PyPI computed. Each URI is compared with every
/// other one.
#[test]
fn check_9_normalises_htu_as_other_programs_do() {
    let cases: Value = serde_json::from_str(include_str!("../vectors/uris.json")).unwrap();
    let cases: Vec<(&str, &str)> = cases["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| (case["uri"].as_str().unwrap(), case["normal"].as_str().unwrap()))
        .collect();
    assert!(cases.len() > 50);
    for (htu, normal) in &cases {
        let proof = proof(json!({ "htu": htu }));
        let keys: Vec<_> = cases
            .iter()
            .filter_map(|(uri, other)| {
                let request = ProofRules::new("POST", uri, Algorithm::Es256, 60);
                let request = request.for_access_token(TOKEN).require_nonce(NONCE);
                let outcome = verdict_of(&proof, &request, Time::At(NOW));
                assert_eq!(outcome.is_ok(), normal == other, "{htu} for {uri}: {outcome:?}");
                outcome.ok().map(|proof| *proof.replay_key())
            })
            .collect();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{htu}");
    }
}

#[test]
fn check_9_compares_htu_with_the_uri_without_query_and_fragment() {
    for uri in [
        "HTTPS://API.Example/orders",
        "https://api.example:443/orders",
        "https://api.example/%6Frders",
        "https://api.example/orders?page=2",
        "https://api.example/orders#top",
        "https://api.example/x/../orders",
    ] {
        assert!(verdict_of(proof(json!({ "htu": uri })), &rules(), Time::At(NOW)).is_ok(), "{uri}");
    }
    for uri in [
        "http://api.example/orders",
        "https://api.example/orders/",
        "https://api.example/Orders",
        "https://api.example/x%2F../orders",
        "https://api.example:8443/orders",
        "https://api.example.evil.example/orders",
        "https://api.example/",
        "https://api.example",
    ] {
        let rejected = rejection(proof(json!({ "htu": uri })));
        assert_eq!(rejected, (Reason::WrongHttpUri, Some(Member::HttpUri)), "{uri}");
    }
    for uri in [
        "",
        "/orders",
        "api.example/orders",
        "https://user@api.example/orders",
        "https://api.example/orders ",
        "https://api.example/\u{f6}rders",
    ] {
        let rejected = rejection(proof(json!({ "htu": uri })));
        assert_eq!(rejected, (Reason::UriMalformed, Some(Member::HttpUri)), "{uri}");
    }
    let request = ProofRules::new("POST", "https://api.example/orders?id=7", Algorithm::Es256, 60);
    let request = request.for_access_token(TOKEN).require_nonce(NONCE);
    assert!(verdict_of(proof(json!({})), &request, Time::At(NOW)).is_ok());
}

#[test]
fn check_10_compares_the_nonce_with_those_that_were_provided() {
    let rejected = rejection(proof(json!({"nonce": null})));
    assert_eq!(rejected, (Reason::ClaimMissing, Some(Member::Nonce)));
    for nonce in ["", "other", "eyJ7S_zG.eyJH0-Z.HX4w-7", "eyJ7S_zG.eyJH0-Z.HX4w-7vv"] {
        let rejected = rejection(proof(json!({ "nonce": nonce })));
        assert_eq!(rejected, (Reason::WrongNonce, Some(Member::Nonce)));
    }
    assert_eq!(rejection(proof(json!({"nonce": 1}))).0, Reason::ClaimType);
    let rules = ProofRules::new("POST", URI, Algorithm::Es256, 60).for_access_token(TOKEN);
    let twice = rules.require_nonce(&[NONCE, NONCE]);
    assert!(verdict_of(proof(json!({})), &twice, Time::At(NOW)).is_ok(), "listed twice");
    let previous = rules.require_nonce(&["of this minute", NONCE]);
    assert!(verdict_of(proof(json!({})), &previous, Time::At(NOW)).is_ok());
    let none = rules.nonce_not_provided();
    assert!(verdict_of(proof(json!({"nonce": null})), &none, Time::At(NOW)).is_ok());
    assert!(verdict_of(proof(json!({})), &none, Time::At(NOW)).is_ok());
}

#[test]
fn check_11_wants_an_iat_within_the_window() {
    let at = |seconds: i64| proof(json!({ "iat": NOW - seconds }));
    assert!(verdict_of(at(60), &rules(), Time::At(NOW)).is_ok());
    assert_eq!(rejection(at(61)), (Reason::ProofTooOld, Some(Member::IssuedAt)));
    assert!(verdict_of(at(0), &rules(), Time::At(NOW)).is_ok());
    assert_eq!(rejection(at(-1)), (Reason::IssuedInFuture, Some(Member::IssuedAt)));
    let lenient = rules().allow_leeway(5);
    assert!(verdict_of(at(65), &lenient, Time::At(NOW)).is_ok());
    assert!(verdict_of(at(66), &lenient, Time::At(NOW)).is_err());
    assert!(verdict_of(at(-5), &lenient, Time::At(NOW)).is_ok());
    assert!(verdict_of(at(-6), &lenient, Time::At(NOW)).is_err());
    for extreme in [i64::MIN, i64::MAX] {
        assert!(verdict_of(proof(json!({ "iat": extreme })), &lenient, Time::At(NOW)).is_err());
        assert!(verdict_of(at(0), &lenient, Time::At(extreme)).is_err());
    }
    assert_eq!(rejected(proof(json!({"exp": NOW}))), Reason::Expired);
    assert_eq!(rejected(proof(json!({"nbf": NOW + 1}))), Reason::NotYetValid);
}

#[test]
fn check_11_rejects_unknown_time_after_all_other_checks() {
    let unknown = Time::Unknown { not_before: NOW - 10 };
    let reset = Time::Clock { now: 0, not_before: NOW - 10 };
    for time in [unknown, reset] {
        let error = verdict_of(proof(json!({})), &rules(), time).unwrap_err();
        assert_eq!(error.reason(), Reason::TimeUnavailable);
        let error = verdict_of(proof(json!({"htm": "GET"})), &rules(), time).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongHttpMethod);
    }
    let old_and_wrong = proof(json!({"iat": NOW - 61, "ath": "x"}));
    assert_eq!(rejected(old_and_wrong), Reason::WrongHash);
}

#[test]
fn check_12_compares_ath_with_the_hash_of_the_access_token() {
    let right = encode(Sha256::digest(TOKEN));
    for hash in [
        encode(Sha256::digest("another token")),
        String::new(),
        format!("{right}="),
        right[..42].to_owned(),
        encode(sha2::Sha512::digest(TOKEN)),
        TOKEN.to_owned(),
    ] {
        let rejected = rejection(proof(json!({ "ath": hash })));
        assert_eq!(rejected, (Reason::WrongHash, Some(Member::ProvenTokenHash)));
    }
}

/// An access token that is bound to the key of `proof`, its policy, and the verdict on both.
fn bound(confirmation: Value, proof: &str) -> Result<Thumbprint, Error> {
    let issuer = Issuer::new();
    let token = bound_token(confirmation);
    let mut memory = [0; 384];
    let keys = issuer.keys(&mut memory);
    let policy = Policy::access_token(ISSUER, AUDIENCE, [issuer.algorithm()]);
    let rules = ProofRules::new("POST", URI, Algorithm::Es256, 60).nonce_not_provided();
    let mut scratch = vec![0; scratch_size(token.len().max(proof.len()))];
    let time = Time::At(NOW);
    let outcome =
        dpop::validate_bound_token(&token, proof, keys.view(), &policy, &rules, time, &mut scratch);
    if let Err(error) = outcome {
        assert!(scratch.iter().all(|byte| *byte == 0), "something of token or proof is left");
        return Err(error);
    }
    outcome.map(|(token, proof)| {
        assert!(token.evidence().passed().contains(keycard::Check::DpopKey));
        assert_eq!(token.claims().string("sub"), Ok("00u1"));
        *proof.key()
    })
}

fn bound_token(confirmation: Value) -> String {
    Issuer::new().token(verdict::claims(json!({"scope": "x", "cnf": confirmation})))
}

fn thumbprint(of: &Issuer) -> String {
    let mut memory = [0; 64];
    let keys = of.keys(&mut memory);
    let key = keys.view().iter().next().unwrap();
    key.thumbprint().to_text().as_str().to_owned()
}

#[test]
fn check_12_requires_access_token_bound_to_key_of_proof() {
    let to_client = json!({"jkt": thumbprint(&client())});
    let for_token = |confirmation: &Value| {
        let ath = encode(Sha256::digest(bound_token(confirmation.clone())));
        // The proof is longer than the token.
        proof(json!({"ath": ath, "more": "x".repeat(500)}))
    };
    let outcome = bound(to_client.clone(), &for_token(&to_client)).unwrap();
    assert_eq!(outcome.to_text().as_str(), thumbprint(&client()));

    let to_other = json!({"jkt": thumbprint(&Issuer::with(Algorithm::Es256, "second"))});
    let error = bound(to_other.clone(), &for_token(&to_other)).unwrap_err();
    assert_eq!((error.reason(), error.stage()), (Reason::WrongConfirmation, Stage::Claims));

    let unbound = json!(null);
    let error = bound(unbound.clone(), &for_token(&unbound)).unwrap_err();
    assert_eq!((error.reason(), error.stage()), (Reason::TokenNotBound, Stage::Claims));

    let error = bound(to_client, &proof(json!({}))).unwrap_err();
    assert_eq!((error.reason(), error.stage()), (Reason::WrongHash, Stage::Proof));
}

#[test]
fn section_4_2_the_examples_are_valid_at_their_time() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/rfc");
    let text = std::fs::read_to_string(folder.join("token_cases.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let example = |id: &str| {
        let cases = document["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["id"] == id).unwrap();
        (case["token"].as_str().unwrap().to_owned(), case["now"].as_i64().unwrap())
    };
    let endpoint = ProofRules::new("POST", "https://server.example.com/token", Algorithm::Es256, 5);
    let endpoint = endpoint.without_access_token().nonce_not_provided();
    let resource = "https://resource.example.org/protectedresource";
    let resource = ProofRules::new("GET", resource, Algorithm::Es256, 5).nonce_not_provided();
    let with_token = resource.for_access_token(TOKEN);
    // Section 6.1 of the RFC contains the thumbprint of the key.
    let key = Thumbprint::from_text("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I").unwrap();
    for (id, rules) in
        [("rfc/9449/fig2", endpoint), ("rfc/9449/fig6", endpoint), ("rfc/9449/fig12", with_token)]
    {
        let (proof, now) = example(id);
        assert_eq!(*verdict_of(&proof, &rules, Time::At(now)).unwrap().key(), key, "{id}");
        let late = verdict_of(&proof, &rules, Time::At(now + 1)).unwrap_err();
        assert_eq!(late.reason(), Reason::ProofTooOld);
    }
    let (proof, now) = example("rfc/9449/fig12");
    let other = resource.for_access_token("another token");
    assert_eq!(verdict_of(&proof, &other, Time::At(now)).unwrap_err().reason(), Reason::WrongHash);
}

#[test]
fn section_11_1_replay_key_depends_on_key_method_uri_and_jti() {
    let key_of = |claims: String| {
        let proof = client().sign(&header(json!({})), claims);
        let rules = ProofRules::new("POST", URI, Algorithm::Es256, 60);
        let rules = rules.for_access_token(TOKEN).nonce_not_provided();
        *verdict_of(proof, &rules, Time::At(NOW)).unwrap().replay_key()
    };
    let first = key_of(claims(json!({})));
    for same in [
        json!({"iat": NOW}),
        json!({"nonce": "another"}),
        json!({"htu": "HTTPS://api.example:443/orders?x"}),
    ] {
        assert_eq!(
            key_of(claims(same)),
            first,
            "an ECDSA signature is another each time, or may be"
        );
    }
    assert_ne!(key_of(claims(json!({"jti": "another"}))), first);
    let other = Issuer::with(Algorithm::Es256, "second");
    let proof = other.sign(&header(json!({"jwk": other.jwk()})), claims(json!({})));
    assert_ne!(*verdict_of(proof, &rules(), Time::At(NOW)).unwrap().replay_key(), first);
    let get = ProofRules::new("GET", URI, Algorithm::Es256, 60);
    let get = get.for_access_token(TOKEN).require_nonce(NONCE);
    let outcome = verdict_of(self::proof(json!({"htm": "GET"})), &get, Time::At(NOW));
    assert_ne!(*outcome.unwrap().replay_key(), first);
}

#[test]
fn rules_that_leave_something_open_are_a_usage_error() {
    let plain = ProofRules::new("POST", URI, Algorithm::Es256, 60);
    let whole = plain.without_access_token().nonce_not_provided();
    assert_eq!(whole.check(), Ok(()));
    let new = |method, uri| {
        let rules = ProofRules::new(method, uri, Algorithm::Es256, 60);
        rules.without_access_token().nonce_not_provided()
    };
    let none: &[&str] = &[];
    let incomplete = Reason::PolicyIncomplete;
    let contradiction = Reason::PolicyContradiction;
    for (rules, reason, claim) in [
        (plain.nonce_not_provided(), incomplete, Some(Member::ProvenTokenHash)),
        (plain.without_access_token(), incomplete, Some(Member::Nonce)),
        (whole.for_access_token(TOKEN), contradiction, Some(Member::ProvenTokenHash)),
        (whole.require_nonce(NONCE), contradiction, Some(Member::Nonce)),
        (rules().require_nonce("x"), Reason::PolicyTwice, Some(Member::Nonce)),
        (rules().for_access_token("x"), Reason::PolicyTwice, Some(Member::ProvenTokenHash)),
        (
            plain.for_access_token("").nonce_not_provided(),
            Reason::PolicyEmpty,
            Some(Member::ProvenTokenHash),
        ),
        (plain.without_access_token().require_nonce(""), Reason::PolicyEmpty, Some(Member::Nonce)),
        (
            plain.without_access_token().require_nonce(none),
            Reason::PolicyEmpty,
            Some(Member::Nonce),
        ),
        (new("", URI), Reason::PolicyEmpty, Some(Member::HttpMethod)),
        (new("POST", ""), Reason::PolicyEmpty, Some(Member::HttpUri)),
        (new("POST", "/orders"), Reason::UriMalformed, Some(Member::HttpUri)),
        (whole.allow_leeway(601), Reason::LeewayTooLong, Some(Member::Leeway)),
    ] {
        let error = rules.check().unwrap_err();
        assert_eq!((error.reason(), error.member(), error.stage()), (reason, claim, Stage::Usage));
        let outcome = verdict_of(proof(json!({})), &rules, Time::At(NOW));
        assert_eq!(outcome.unwrap_err().reason(), reason);
    }
    assert!(rules().allow_leeway(600).check().is_ok());
    let nothing = ProofRules::new("POST", URI, Algorithms::NONE, 60);
    assert_eq!(nothing.check().unwrap_err().reason(), incomplete);
}

#[test]
fn a_scratch_that_is_too_small_says_how_much_is_enough() {
    let proof = proof(json!({}));
    let error = dpop::validate(&proof, &rules(), Time::At(NOW), &mut [0; 64]).unwrap_err();
    assert_eq!((error.reason(), error.stage()), (Reason::ScratchTooSmall, Stage::Usage));
    assert_eq!(error.needed(), Some(scratch_size(proof.len())));
}

#[test]
fn rejects_proof_with_any_byte_changed_or_cut_short() {
    let proof = proof(json!({}));
    for at in 0..proof.len() {
        for change in [0x01, 0x20, 0x80] {
            let mut broken = proof.clone().into_bytes();
            broken[at] ^= change;
            assert!(verdict_of(&broken, &rules(), Time::At(NOW)).is_err(), "byte {at}");
        }
        assert!(verdict_of(&proof[..at], &rules(), Time::At(NOW)).is_err());
    }
}

#[test]
fn what_is_shown_of_rules_and_proofs_is_no_secret() {
    let shown =
        format!("{:?} {:?}", rules(), verdict_of(proof(json!({})), &rules(), Time::At(NOW)));
    assert!(!shown.contains(TOKEN) && !shown.contains(NONCE), "{shown}");
}
