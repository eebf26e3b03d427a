//! SD-JWT (RFC 9901): presentations of two foreign programs, and one presentation for each
//! requirement of section 7 that it alone breaks.

#![cfg(all(feature = "es256", feature = "sha512", feature = "more-kinds"))]

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{ISSUER, NOW};
use keycard::sd_jwt::{self, KeyBinding};
use keycard::{
    Algorithm, Check, Error, KeyTable, Keys, Member, Policy, Reason, Stage, StrList, Time, Token,
    limits,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

const KIOSK: &str = "https://kiosk.example";
const NONCE: &str = "n-0S6_WzA2Mj";

fn policy() -> Policy<'static> {
    Policy::sd_jwt(ISSUER, StrList::NOT_GIVEN, Algorithm::Es256).without_audience()
}

fn required() -> KeyBinding<'static> {
    KeyBinding::required(KIOSK, NONCE, Algorithm::Es256, 60)
}

fn issuer() -> Issuer {
    Issuer::with(Algorithm::Es256, "first")
}

fn holder() -> Issuer {
    Issuer::with(Algorithm::Es256, "second")
}

fn cnf() -> Value {
    let mut jwk = holder().jwk();
    jwk.as_object_mut().unwrap().remove("kid");
    json!({"jwk": jwk})
}

fn claims_of(token: &Token<'_>) -> Value {
    let mut text = vec![0; 1 << 16];
    let length = token.claims().write_json(&mut text).unwrap();
    serde_json::from_slice(&text[..length]).unwrap()
}

/// Validates with a scratch of exactly the size that is documented to be enough.
fn verdict(
    presentation: &str,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    binding: &KeyBinding<'_>,
    time: Time,
) -> Result<Value, Error> {
    let tildes = presentation.bytes().filter(|byte| *byte == b'~').count();
    let size = sd_jwt::scratch_size(presentation.len(), tildes.saturating_sub(1));
    let mut scratch = vec![0x55; size];
    match sd_jwt::validate(presentation, keys, policy, binding, time, &mut scratch) {
        Ok(token) => {
            assert!(token.evidence().passed().contains(Check::Kind));
            Ok(claims_of(&token))
        }
        Err(error) => {
            assert_ne!(error.reason(), Reason::ScratchTooSmall, "{presentation}");
            if error.stage() != Stage::Usage && tildes > 0 {
                assert!(!scratch.starts_with(b"{"), "a rejected header is left behind");
            }
            Err(error)
        }
    }
}

fn judged(presentation: &str, binding: &KeyBinding<'_>) -> Result<Value, Error> {
    let mut memory = [0; 64];
    let issuer = issuer();
    let keys = issuer.keys(&mut memory);
    verdict(presentation, keys.view(), &policy(), binding, Time::At(NOW))
}

/// A disclosure, and its digest.
fn disclosure(content: Value) -> (String, String) {
    let text = encode(content.to_string());
    let digest = encode(Sha256::digest(&text));
    (text, digest)
}

/// The JWT of the issuer with these claims, and `iss` and `exp`.
fn signed(claims: Value) -> String {
    let mut all = json!({"iss": ISSUER, "exp": NOW + 3600});
    for (name, value) in claims.as_object().unwrap() {
        match value.is_null() {
            true => drop(all.as_object_mut().unwrap().remove(name)),
            false => all[name] = value.clone(),
        }
    }
    issuer().sign(r#"{"alg":"ES256","typ":"dc+sd-jwt"}"#, all.to_string())
}

/// A presentation of these claims with these disclosures.
fn presented(claims: Value, disclosures: &[&str]) -> String {
    let mut text = signed(claims) + "~";
    for disclosure in disclosures {
        text.push_str(disclosure);
        text.push('~');
    }
    text
}

/// The verdict without key binding.
fn unbound(claims: Value, disclosures: &[&str]) -> Result<Value, Error> {
    judged(&presented(claims, disclosures), &KeyBinding::forbidden())
}

#[track_caller]
fn rejected(claims: Value, disclosures: &[&str]) -> (Reason, Stage) {
    let error = unbound(claims, disclosures).expect_err("accepted");
    (error.reason(), error.stage())
}

/// Key Binding JWT with these changes to its header and claims. Null removes a member.
fn bound_by(signer: &Issuer, presentation: &str, header: Value, changes: Value) -> String {
    let mut all = [
        json!({"alg": "ES256", "typ": "kb+jwt"}),
        json!({
            "aud": KIOSK, "nonce": NONCE, "iat": NOW - 5,
            "sd_hash": encode(Sha256::digest(presentation)),
        }),
    ];
    for (all, changes) in all.iter_mut().zip([header, changes]) {
        for (name, value) in changes.as_object().unwrap() {
            match value.is_null() {
                true => drop(all.as_object_mut().unwrap().remove(name)),
                false => all[name] = value.clone(),
            }
        }
    }
    let [header, claims] = all;
    presentation.to_owned() + &signer.sign(&header.to_string(), claims.to_string())
}

fn bound(presentation: &str, header: Value, changes: Value) -> String {
    bound_by(&holder(), presentation, header, changes)
}

/// The rejection of a Key Binding JWT with these changes.
#[track_caller]
fn binding_rejected(header: Value, changes: Value) -> (Reason, Option<Member>) {
    let presentation = presented(json!({"cnf": cnf()}), &[]);
    let error = judged(&bound(&presentation, header, changes), &required()).expect_err("accepted");
    assert_eq!(error.stage(), Stage::Proof);
    (error.reason(), error.member())
}

#[test]
fn accepts_example_of_section_5_2_with_its_processed_payload() {
    let example: Value = serde_json::from_str(include_str!("../vectors/rfc9901.json")).unwrap();
    let mut memory = [0; 64];
    let mut keys = KeyTable::new(&mut memory).unwrap();
    keys.add_jwks(example["jwks"].to_string()).unwrap();
    let policy = Policy::sd_jwt("https://issuer.example.com", StrList::NOT_GIVEN, Algorithm::Es256)
        .without_audience();
    let aud = "https://verifier.example.org";
    let binding = KeyBinding::required(aud, "1234567890", Algorithm::Es256, 60);
    let text = example["presentation"].as_str().unwrap();
    let time = Time::At(1_748_361_941 + 10);
    let error = verdict(text, keys.view(), &policy, &binding, time).unwrap_err();
    assert_eq!(error.reason(), Reason::WrongTokenType, "its typ must be named");
    let policy = policy.require_token_type("example+sd-jwt");
    let claims = verdict(text, keys.view(), &policy, &binding, time).unwrap();
    assert_eq!(claims, example["claims"]);
}

#[test]
fn agrees_with_two_programs_on_every_processed_payload() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/sd_jwt.json")).unwrap();
    let text = |name: &str| vectors[name].as_str().unwrap();
    let mut memory = [0; 64];
    let mut keys = KeyTable::new(&mut memory).unwrap();
    keys.add_jwks(vectors["jwks"].to_string()).unwrap();
    let keys = keys.view();
    let policy =
        Policy::sd_jwt(text("issuer"), StrList::NOT_GIVEN, Algorithm::Es256).without_audience();
    let required = KeyBinding::required(text("audience"), text("nonce"), Algorithm::Es256, 60);
    let allowed = KeyBinding::allowed(text("audience"), text("nonce"), Algorithm::Es256, 60);
    let time = Time::At(vectors["now"].as_i64().unwrap());
    let mut compared = 0;
    for case in vectors["cases"].as_array().unwrap() {
        let presentation = case["presentation"].as_str().unwrap();
        let is_bound = case["bound"].as_bool().unwrap();
        let binding = if is_bound { required } else { KeyBinding::forbidden() };
        let claims = verdict(presentation, keys, &policy, &binding, time);
        let claims = claims.unwrap_or_else(|error| panic!("{error}: {case}"));
        for theirs in case["claims"].as_array().unwrap() {
            assert_eq!(claims, *theirs, "{case}");
            compared += 1;
        }
        let judged = |binding| verdict(presentation, keys, &policy, &binding, time).is_ok();
        assert!(judged(allowed));
        assert_eq!(judged(required), is_bound);
        assert_eq!(judged(KeyBinding::forbidden()), !is_bound);
        // Without its Key Binding JWT, a presentation does not fulfil the policy any more.
        let (stripped, _) = presentation.rsplit_once('~').unwrap();
        let stripped = format!("{stripped}~");
        assert!(verdict(&stripped, keys, &policy, &required, time).is_err());
    }
    assert!(compared > 90, "{compared}");
}

#[test]
fn rejects_presentation_with_any_character_changed_or_removed() {
    let (one, digest) = disclosure(json!(["salt", "age_over_18", true]));
    let presentation = presented(json!({"cnf": cnf(), "_sd": [digest]}), &[&one]);
    let whole = bound(&presentation, json!({}), json!({}));
    assert!(judged(&whole, &required()).is_ok());
    for at in 0..whole.len() {
        let mut changed = whole.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(judged(&changed, &required()).is_err(), "{at}");
        assert!(judged(&whole[..at], &required()).is_err(), "{at}");
    }
}

#[test]
fn section_4_rejects_other_forms_of_a_presentation() {
    let jwt = signed(json!({}));
    let (one, digest) = disclosure(json!(["salt", "a", 1]));
    let with = signed(json!({"_sd": [digest]}));
    let forbidden = KeyBinding::forbidden();
    for (text, reason) in [
        (jwt.clone(), Reason::DisclosureMalformed),
        (format!("{jwt}~~"), Reason::JsonSyntax),
        (format!("~{jwt}~"), Reason::TokenParts),
        (format!("{with}~{one}"), Reason::KeyBindingUnexpected),
        (format!("{with}~~{one}~"), Reason::JsonSyntax),
        (format!("{with}~{one}=~"), Reason::Base64Padding),
        (format!("{with}~{one} ~"), Reason::Base64Character),
        (String::new(), Reason::DisclosureMalformed),
    ] {
        assert_eq!(judged(&text, &forbidden).unwrap_err().reason(), reason, "{text}");
    }
    assert!(judged(&format!("{with}~{one}~"), &forbidden).is_ok());
}

#[test]
fn section_4_1_1_knows_three_hashes_and_rejects_others() {
    let (one, _) = disclosure(json!(["salt", "a", 1]));
    for (name, digest) in [
        ("sha-256", encode(Sha256::digest(&one))),
        ("sha-384", encode(Sha384::digest(&one))),
        ("sha-512", encode(Sha512::digest(&one))),
    ] {
        let claims = unbound(json!({"_sd_alg": name, "_sd": [digest]}), &[&one]).unwrap();
        assert_eq!(claims, json!({"iss": ISSUER, "exp": NOW + 3600, "a": 1}));
        // With another name, the digest has the wrong length.
        for other in ["sha-256", "sha-384", "sha-512"].iter().filter(|other| **other != name) {
            let rejected = rejected(json!({"_sd_alg": other, "_sd": [digest]}), &[&one]);
            assert_eq!(rejected, (Reason::DigestMalformed, Stage::Disclosure));
        }
    }
    for name in [json!("SHA-256"), json!("sha-1"), json!("md5"), json!("sha-256-32"), json!(256)] {
        let error = unbound(json!({"_sd_alg": name}), &[]).unwrap_err();
        assert_eq!(error.reason(), Reason::DigestAlgorithmUnknown);
        assert_eq!(error.member(), Some(Member::DigestAlgorithm));
    }
}

#[test]
fn section_4_2_rejects_disclosures_of_another_form() {
    for content in [
        json!({}),
        json!([]),
        json!(["salt"]),
        json!([1, "a", 1]),
        json!(["salt", 1, 1]),
        json!(["salt", "a", 1, 1]),
        json!("salt"),
    ] {
        let (one, digest) = disclosure(content.clone());
        for claims in [json!({"_sd": [digest]}), json!({"x": [{"...": digest}]})] {
            let expected = (Reason::DisclosureMalformed, Stage::Disclosure);
            assert_eq!(rejected(claims, &[&one]), expected, "{content}");
        }
    }
    // The form of the other place.
    let (one, digest) = disclosure(json!(["salt", "a", 1]));
    let (two, second) = disclosure(json!(["salt", 1]));
    let malformed = (Reason::DisclosureMalformed, Stage::Disclosure);
    assert_eq!(rejected(json!({"x": [{"...": digest}]}), &[&one]), malformed);
    assert_eq!(rejected(json!({"_sd": [second]}), &[&two]), malformed);
}

#[test]
fn section_4_2_rejects_a_disclosure_that_is_not_strict_json() {
    for (text, reason) in [
        (r#"["salt","a",{"b":1,"b":2}]"#, Reason::JsonDuplicate),
        (r#"["salt","a",1]]"#, Reason::JsonSyntax),
        (r#"["salt","a","\ud800"]"#, Reason::JsonSurrogate),
        (&format!(r#"["salt","a",{}{}]"#, "[".repeat(16), "]".repeat(16)), Reason::JsonNesting),
    ] {
        let one = encode(text);
        let digest = encode(Sha256::digest(&one));
        let error = unbound(json!({"_sd": [digest]}), &[&one]).unwrap_err();
        assert_eq!((error.reason(), error.stage()), (reason, Stage::Disclosure));
        let start = signed(json!({"_sd": [digest]})).find('~').unwrap_or(0);
        assert!(error.offset().unwrap() > start, "the offset of the disclosure");
    }
}

#[test]
fn section_4_2_4_rejects_digests_in_a_wrong_place_or_form() {
    let (_, digest) = disclosure(json!(["salt", "a", 1]));
    for claims in [
        json!({"_sd": digest}),
        json!({"_sd": {"a": digest}}),
        json!({"_sd": [1]}),
        json!({"_sd": [[digest]]}),
        json!({"_sd": ["short"]}),
        json!({"_sd": [format!("{digest}=")]}),
        json!({"_sd": [""]}),
        json!({"a": {"_sd": true}}),
        json!({"...": digest}),
        json!({"a": {"...": digest}}),
        json!({"a": [{"...": digest, "b": 1}]}),
        json!({"a": [{"b": 1, "...": digest}]}),
        json!({"a": [{"...": 1}]}),
        json!({"a": [{"...": "short"}]}),
        json!({"a": {"_sd_alg": "sha-256"}}),
    ] {
        let expected = (Reason::DigestMalformed, Stage::Disclosure);
        assert_eq!(rejected(claims.clone(), &[]), expected, "{claims}");
    }
    // The value of a disclosed element is not a digest itself.
    let (inner, deep) = disclosure(json!(["salt", 1]));
    let (outer, digest) = disclosure(json!(["salt", {"...": deep}]));
    let rejected = rejected(json!({"a": [{"...": digest}]}), &[&outer, &inner]);
    assert_eq!(rejected.0, Reason::DigestMalformed);
}

#[test]
fn section_4_2_5_ignores_digests_without_a_disclosure() {
    let decoys: Vec<_> = (0..40).map(|at| encode(Sha256::digest([at]))).collect();
    let elements: Vec<_> = decoys[20..].iter().map(|digest| json!({"...": digest})).collect();
    let claims = unbound(json!({"a": {"_sd": decoys[..20]}, "b": elements}), &[]).unwrap();
    assert_eq!(claims, json!({"iss": ISSUER, "exp": NOW + 3600, "a": {}, "b": []}));
}

#[test]
fn section_4_2_6_puts_recursive_disclosures_into_their_places() {
    let (element, digest) = disclosure(json!(["s0", "DE"]));
    let (hidden, other) = disclosure(json!(["s1", "FR"]));
    let list = json!(["s2", "nationalities", [{"...": digest}, {"...": other}, "US"]]);
    let (list, digest) = disclosure(list);
    let (person, digest) = disclosure(json!(["s3", "person", {"_sd": [digest], "b": {}}]));
    let claims = json!({"_sd": [digest], "a": 1});
    let processed = unbound(claims.clone(), &[&element, &person, &list]).unwrap();
    assert_eq!(processed["person"], json!({"b": {}, "nationalities": ["DE", "US"]}));
    // Section 7.1 step 5: without the disclosure that leads to it, a disclosure has no place.
    for disclosures in [&[&*element][..], &[&element, &list], &[&person, &element]] {
        let unreferenced = (Reason::DisclosureUnreferenced, Stage::Disclosure);
        assert_eq!(rejected(claims.clone(), disclosures), unreferenced);
    }
    let all = unbound(claims, &[&hidden, &element, &person, &list]).unwrap();
    assert_eq!(all["person"]["nationalities"], json!(["DE", "FR", "US"]));
}

#[test]
fn section_7_1_step_3_rejects_reserved_and_repeated_names() {
    for name in ["_sd", "...", "_sd_alg"] {
        let (one, digest) = disclosure(json!(["salt", name, []]));
        for claims in [json!({"_sd": [digest]}), json!({"a": {"_sd": [digest]}})] {
            let expected = (Reason::DisclosureName, Stage::Disclosure);
            assert_eq!(rejected(claims, &[&one]), expected, "{name}");
        }
    }
    let (one, digest) = disclosure(json!(["salt", "a", 1]));
    let (two, second) = disclosure(json!(["other", "a", 2]));
    let overwrites = Reason::DisclosureOverwrites;
    for claims in [
        json!({"_sd": [digest], "a": 0}),
        json!({"x": {"a": 0, "_sd": [digest]}}),
        json!({"x": [{"_sd": [digest], "a": null}]}),
    ] {
        assert_eq!(rejected(claims, &[&one]).0, overwrites);
    }
    assert_eq!(rejected(json!({"_sd": [digest, second]}), &[&one, &two]).0, overwrites);
    // Names with escapes are the same names.
    let escaped = encode(r#"["salt","\u0061",1]"#);
    let digest = encode(Sha256::digest(&escaped));
    assert_eq!(rejected(json!({"_sd": [digest], "a": 0}), &[&escaped]).0, overwrites);
    let escaped = encode(r#"["salt","\u005fsd",1]"#);
    let digest = encode(Sha256::digest(&escaped));
    assert_eq!(rejected(json!({"_sd": [digest]}), &[&escaped]).0, Reason::DisclosureName);
}

#[test]
fn section_7_1_step_4_rejects_a_digest_that_occurs_twice() {
    let (one, digest) = disclosure(json!(["salt", "a", 1]));
    let (element, other) = disclosure(json!(["salt", 1]));
    let repeated = (Reason::DigestRepeated, Stage::Disclosure);
    for claims in [
        json!({"_sd": [digest, digest]}),
        json!({"_sd": [digest], "x": {"_sd": [digest]}}),
        json!({"_sd": [digest], "x": [{"...": other}, {"...": other}]}),
    ] {
        // With and without the disclosure: a repeated decoy is rejected, too.
        assert_eq!(rejected(claims.clone(), &[]), repeated, "{claims}");
        let disclosures = [&*one, &element];
        let shown = if claims["x"].is_array() { &disclosures[..] } else { &disclosures[..1] };
        assert_eq!(rejected(claims.clone(), shown), repeated, "{claims}");
    }
    // One disclosure twice, and a digest that another disclosure repeats.
    assert_eq!(rejected(json!({"_sd": [digest]}), &[&one, &one]), repeated);
    let (outer, second) = disclosure(json!(["salt", "b", {"_sd": [digest]}]));
    assert_eq!(rejected(json!({"_sd": [digest, second]}), &[&one, &outer]), repeated);
}

#[test]
fn section_7_1_step_5_rejects_a_disclosure_without_digest() {
    let (one, digest) = disclosure(json!(["salt", "a", 1]));
    let (other, _) = disclosure(json!(["salt", "admin", true]));
    let unreferenced = (Reason::DisclosureUnreferenced, Stage::Disclosure);
    assert_eq!(rejected(json!({}), &[&one]), unreferenced);
    assert_eq!(rejected(json!({"_sd": [digest]}), &[&one, &other]), unreferenced);
    let error = unbound(json!({"_sd": [digest]}), &[&one, &other]).unwrap_err();
    let start = signed(json!({"_sd": [digest]})).len() + 1 + one.len() + 1;
    assert_eq!(error.offset(), Some(start));
    // A digest in a string, a salt or a name is not one of an object.
    let (outer, second) = disclosure(json!([digest, digest, digest]));
    assert_eq!(rejected(json!({"_sd": [second], "x": [digest]}), &[&one, &outer]), unreferenced);
}

#[test]
fn section_7_1_step_6_applies_the_policy_to_the_processed_payload() {
    let (sub, digest) = disclosure(json!(["salt", "sub", "user-1"]));
    let mut memory = [0; 64];
    let issuer = issuer();
    let keys = issuer.keys(&mut memory);
    let rules = [keycard::ClaimRule::equals("sub", "user-1")];
    let policy = policy().require_rules(&rules);
    let binding = KeyBinding::forbidden();
    let judged = |disclosures: &[&str]| {
        let text = presented(json!({"_sd": [digest]}), disclosures);
        verdict(&text, keys.view(), &policy, &binding, Time::At(NOW))
    };
    assert!(judged(&[&sub]).is_ok());
    assert_eq!(judged(&[]).unwrap_err().reason(), Reason::ClaimMissing);
    assert_eq!(rejected(json!({"exp": NOW}), &[]), (Reason::Expired, Stage::Time));
    assert_eq!(rejected(json!({"nbf": NOW + 1}), &[]), (Reason::NotYetValid, Stage::Time));
    assert_eq!(rejected(json!({"exp": null}), &[]).0, Reason::ClaimMissing);
    assert_eq!(rejected(json!({"iss": "https://evil.example"}), &[]).0, Reason::WrongIssuer);
}

#[test]
fn section_9_7_rejects_validity_claims_in_disclosures() {
    for (name, value) in [
        ("iss", json!(ISSUER)),
        ("aud", json!(KIOSK)),
        ("exp", json!(NOW + 60)),
        ("nbf", json!(NOW - 60)),
        ("cnf", cnf()),
        ("status", json!({})),
        ("vct", json!("urn:x")),
    ] {
        let (one, digest) = disclosure(json!(["salt", name, value]));
        let expected = (Reason::DisclosureForbidden, Stage::Disclosure);
        assert_eq!(rejected(json!({"_sd": [digest], name: null}), &[&one]), expected);
        // Only the top level decides.
        assert!(unbound(json!({"x": {"_sd": [digest]}}), &[&one]).is_ok(), "{name}");
    }
    // Single audiences may be disclosed.
    let (one, digest) = disclosure(json!(["salt", KIOSK]));
    let mut memory = [0; 64];
    let issuer = issuer();
    let keys = issuer.keys(&mut memory);
    let policy = Policy::sd_jwt(ISSUER, KIOSK, Algorithm::Es256);
    let judged = |disclosures: &[&str]| {
        let text = presented(json!({"aud": [{"...": digest}, "other"]}), disclosures);
        verdict(&text, keys.view(), &policy, &KeyBinding::forbidden(), Time::At(NOW))
    };
    assert!(judged(&[&one]).is_ok());
    assert_eq!(judged(&[]).unwrap_err().reason(), Reason::WrongAudience);
}

#[test]
fn section_7_3_step_1_asks_the_policy_and_not_the_presentation() {
    let allowed = KeyBinding::allowed(KIOSK, NONCE, Algorithm::Es256, 60);
    let forbidden = KeyBinding::forbidden();
    let with_key = presented(json!({"cnf": cnf()}), &[]);
    let without = presented(json!({}), &[]);
    let proven = bound(&with_key, json!({}), json!({}));
    let forged = bound(&with_key, json!({}), json!({"nonce": "other"}));
    let no_key = bound(&without, json!({}), json!({}));
    let reason = |text: &str, binding| judged(text, &binding).err().map(|error| error.reason());
    for (text, by_required, by_allowed, by_forbidden) in [
        (&proven, None, None, Some(Reason::KeyBindingUnexpected)),
        (&with_key, Some(Reason::KeyBindingMissing), None, Some(Reason::TokenBound)),
        (&without, Some(Reason::KeyBindingMissing), None, None),
        (
            &forged,
            Some(Reason::WrongNonce),
            Some(Reason::WrongNonce),
            Some(Reason::KeyBindingUnexpected),
        ),
        (
            &no_key,
            Some(Reason::ClaimMissing),
            Some(Reason::ClaimMissing),
            Some(Reason::KeyBindingUnexpected),
        ),
    ] {
        assert_eq!(reason(text, required()), by_required);
        assert_eq!(reason(text, allowed), by_allowed);
        assert_eq!(reason(text, forbidden), by_forbidden);
    }
}

#[test]
fn evidence_says_if_the_key_binding_was_checked() {
    let allowed = KeyBinding::allowed(KIOSK, NONCE, Algorithm::Es256, 60);
    let without = presented(json!({}), &[]);
    let proven = bound(&presented(json!({"cnf": cnf()}), &[]), json!({}), json!({}));
    let mut memory = [0; 64];
    let issuer = issuer();
    let keys = issuer.keys(&mut memory);
    let mut scratch = vec![0x55; 8192];
    let mut sets = |text: &str, binding| {
        let time = Time::At(NOW);
        let token = sd_jwt::validate(text, keys.view(), &policy(), &binding, time, &mut scratch);
        let evidence = token.unwrap().evidence();
        [evidence.passed(), evidence.vacuous(), evidence.waived()]
            .map(|checks| checks.contains(Check::KeyBinding))
    };
    assert_eq!(sets(&proven, required()), [true, false, false]);
    assert_eq!(sets(&proven, allowed), [true, false, false]);
    assert_eq!(sets(&without, allowed), [false, true, false]);
    assert_eq!(sets(&without, KeyBinding::forbidden()), [false, false, true]);
}

#[test]
fn section_7_3_step_5_1_takes_the_key_from_cnf_only() {
    let judge = |cnf: Value| {
        let presentation = presented(json!({"cnf": cnf}), &[]);
        let header = json!({"jwk": holder().jwk()});
        judged(&bound(&presentation, header, json!({})), &required()).map_err(|it| it.reason())
    };
    assert!(judge(cnf()).is_ok());
    assert_eq!(judge(json!({"jwk": issuer().jwk()})), Err(Reason::SignatureInvalid));
    assert_eq!(judge(json!({})), Err(Reason::ConfirmationUnknown));
    assert_eq!(judge(json!({"kid": "a"})), Err(Reason::ConfirmationUnknown));
    assert_eq!(judge(json!("a")), Err(Reason::ClaimType));
    assert_eq!(judge(json!({"jwk": "a"})), Err(Reason::KeyMalformed));
    let mut two = cnf();
    two["jkt"] = "a".into();
    assert_eq!(judge(two), Err(Reason::ConfirmationUnknown));
    for (name, value, reason) in [
        ("d", json!("AQ"), Reason::KeyPrivate),
        ("use", json!("enc"), Reason::KeyNotForVerification),
        ("key_ops", json!(["sign"]), Reason::KeyNotForVerification),
        ("alg", json!("ES384"), Reason::KeyContradiction),
        ("exp", json!(NOW + 60), Reason::KeyUnsupported),
        ("revoked", json!({}), Reason::KeyRevoked),
    ] {
        let mut key = cnf();
        key["jwk"][name] = value;
        assert_eq!(judge(key), Err(reason), "{name}");
    }
    let secret = Issuer::with(Algorithm::Hs256, "first");
    assert_eq!(judge(json!({"jwk": secret.jwk()})), Err(Reason::KeySecret));
}

#[test]
fn section_7_3_steps_5_2_and_5_3_verify_the_signature() {
    let presentation = presented(json!({"cnf": cnf()}), &[]);
    let forged = bound_by(&issuer(), &presentation, json!({}), json!({}));
    let error = judged(&forged, &required()).unwrap_err();
    assert_eq!((error.reason(), error.stage()), (Reason::SignatureInvalid, Stage::Proof));
    for (name, reason) in [
        ("none", Reason::AlgorithmNone),
        ("HS256", Reason::AlgorithmNotAllowed),
        ("ES384", Reason::AlgorithmNotAllowed),
    ] {
        assert_eq!(binding_rejected(json!({"alg": name}), json!({})).0, reason);
    }
    let crit = json!({"crit": ["x"]});
    assert_eq!(binding_rejected(crit, json!({})).0, Reason::HeaderCritical);
}

#[test]
fn section_7_3_step_5_4_wants_the_type_kb_jwt() {
    for typ in [json!(null), json!("JWT"), json!("dc+sd-jwt"), json!("dpop+jwt")] {
        let expected = (Reason::WrongTokenType, Some(Member::Type));
        assert_eq!(binding_rejected(json!({"typ": typ}), json!({})), expected);
    }
}

#[test]
fn section_7_3_step_5_5_wants_an_iat_within_the_window() {
    let rejected = |changes| binding_rejected(json!({}), changes);
    let iat = Some(Member::IssuedAt);
    assert_eq!(rejected(json!({"iat": null})), (Reason::ClaimMissing, iat));
    assert_eq!(rejected(json!({"iat": "now"})), (Reason::ClaimType, iat));
    assert_eq!(rejected(json!({"iat": NOW - 61})), (Reason::ProofTooOld, iat));
    assert_eq!(rejected(json!({"iat": NOW + 1})), (Reason::IssuedInFuture, iat));
    assert_eq!(rejected(json!({"exp": NOW})).0, Reason::Expired);
    assert_eq!(rejected(json!({"nbf": NOW + 1})).0, Reason::NotYetValid);
    let presentation = presented(json!({"cnf": cnf()}), &[]);
    for iat in [NOW - 60, NOW] {
        let text = bound(&presentation, json!({}), json!({"iat": iat}));
        assert!(judged(&text, &required()).is_ok());
    }
    let text = bound(&presentation, json!({}), json!({"iat": NOW + 5}));
    assert!(judged(&text, &required().allow_leeway(5)).is_ok());
    let mut memory = [0; 64];
    let issuer = issuer();
    let keys = issuer.keys(&mut memory);
    let unknown = Time::Unknown { not_before: NOW - 60 };
    let policy = policy().without_clock();
    let error = verdict(&text, keys.view(), &policy, &required(), unknown).unwrap_err();
    assert_eq!(error.reason(), Reason::TimeUnavailable);
}

#[test]
fn section_7_3_step_5_6_compares_audience_and_nonce() {
    let rejected = |changes| binding_rejected(json!({}), changes);
    let (aud, nonce) = (Some(Member::Audience), Some(Member::Nonce));
    assert_eq!(rejected(json!({"aud": null})), (Reason::ClaimMissing, aud));
    assert_eq!(rejected(json!({"aud": "https://evil.example"})), (Reason::WrongAudience, aud));
    // Section 4.3: a single string.
    assert_eq!(rejected(json!({"aud": [KIOSK]})), (Reason::ClaimType, aud));
    assert_eq!(rejected(json!({"nonce": null})), (Reason::ClaimMissing, nonce));
    assert_eq!(rejected(json!({"nonce": 1})), (Reason::ClaimType, nonce));
    assert_eq!(rejected(json!({"nonce": ""})), (Reason::WrongNonce, nonce));
    let text = bound(&presented(json!({"cnf": cnf()}), &[]), json!({}), json!({}));
    let nonces = ["of the minute", NONCE];
    let binding = KeyBinding::required(KIOSK, &nonces, Algorithm::Es256, 60);
    assert!(judged(&text, &binding).is_ok());
}

#[test]
fn section_7_3_step_5_7_hashes_exactly_the_presented_characters() {
    let (one, digest) = disclosure(json!(["salt", "a", 1]));
    let (two, second) = disclosure(json!(["salt", "b", 2]));
    let claims = json!({"cnf": cnf(), "_sd": [digest, second]});
    let jwt = signed(claims);
    let whole = bound(&format!("{jwt}~{one}~{two}~"), json!({}), json!({}));
    assert!(judged(&whole, &required()).is_ok());
    let (_, proof) = whole.rsplit_once('~').unwrap();
    // A disclosure less, another order, and a proof over the JWT alone.
    for other in [format!("{jwt}~{one}~{proof}"), format!("{jwt}~{two}~{one}~{proof}")] {
        let error = judged(&other, &required()).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongHash);
        assert_eq!(error.member(), Some(Member::PresentationHash));
    }
    let hash = |text: &str| json!({"sd_hash": encode(Sha256::digest(text))});
    let presentation = format!("{jwt}~{one}~{two}~");
    for wrong in [
        hash(&jwt),
        hash(presentation.trim_end_matches('~')),
        json!({"sd_hash": encode(Sha512::digest(&presentation))}),
        json!({"sd_hash": "not base64url!"}),
        json!({"sd_hash": ""}),
    ] {
        let text = bound(&presentation, json!({}), wrong);
        assert_eq!(judged(&text, &required()).unwrap_err().reason(), Reason::WrongHash);
    }
    assert_eq!(binding_rejected(json!({}), json!({"sd_hash": null})).0, Reason::ClaimMissing);
    // The hash is the one of the disclosures.
    let (one, _) = disclosure(json!(["salt", "a", 1]));
    let digest = encode(Sha512::digest(&one));
    let claims = json!({"cnf": cnf(), "_sd_alg": "sha-512", "_sd": [digest]});
    let presentation = presented(claims, &[&one]);
    let text = bound(&presentation, json!({}), json!({}));
    assert_eq!(judged(&text, &required()).unwrap_err().reason(), Reason::WrongHash);
    let right = json!({"sd_hash": encode(Sha512::digest(&presentation))});
    assert!(judged(&bound(&presentation, json!({}), right), &required()).is_ok());
}

#[test]
fn rejects_forged_key_binding_before_it_says_expired() {
    let presentation = presented(json!({"cnf": cnf(), "exp": NOW - 1}), &[]);
    let reason = |text: &str| judged(text, &required()).unwrap_err().reason();
    assert_eq!(reason(&bound(&presentation, json!({}), json!({}))), Reason::Expired);
    let forged = bound(&presentation, json!({}), json!({"nonce": "other"}));
    assert_eq!(reason(&forged), Reason::WrongNonce);
}

#[test]
fn accepts_presentations_up_to_the_limits_and_rejects_more() {
    let many = |count: usize| {
        let all: Vec<_> = (0..count).map(|at| disclosure(json!([at.to_string(), at]))).collect();
        let digests: Vec<_> = all.iter().map(|(_, digest)| json!({"...": digest})).collect();
        let texts: Vec<_> = all.iter().map(|(text, _)| text.as_str()).collect();
        // 1,024 disclosures fit into the longest token only beside a short payload.
        unbound(json!({"a": digests}), &texts).map_err(|error| error.reason())
    };
    let most = many(400).unwrap();
    assert_eq!(most["a"].as_array().unwrap().len(), 400);
    let jwt = signed(json!({}));
    let too_many = format!("{jwt}~{}", "A~".repeat(limits::MAX_DISCLOSURES + 1));
    let reason = |text: &str| judged(text, &KeyBinding::forbidden()).unwrap_err().reason();
    assert_eq!(reason(&too_many), Reason::DisclosureTooMany);
    let too_long = format!("{jwt}~{}", "A".repeat(limits::MAX_TOKEN_BYTES));
    assert_eq!(reason(&too_long), Reason::TokenTooLong);
    // Disclosures in disclosures count for the depth of the processed payload.
    let (mut one, mut digest) = disclosure(json!(["salt", "a", 1]));
    let mut all = vec![one.clone()];
    for depth in 2..=limits::MAX_NESTING + 1 {
        (one, digest) = disclosure(json!(["salt", "a", {"_sd": [digest]}]));
        all.push(one);
        let texts: Vec<_> = all.iter().map(String::as_str).collect();
        let judged = unbound(json!({"_sd": [digest]}), &texts).map_err(|error| error.reason());
        match depth <= limits::MAX_NESTING {
            true => assert!(judged.is_ok(), "{depth}"),
            false => assert_eq!(judged, Err(Reason::JsonNesting)),
        }
    }
}

#[test]
fn a_scratch_that_is_too_small_says_how_much_is_enough() {
    let (one, digest) = disclosure(json!(["salt", "age_over_18", true]));
    let presentation = presented(json!({"cnf": cnf(), "_sd": [digest]}), &[&one]);
    let text = bound(&presentation, json!({}), json!({}));
    let mut memory = [0; 64];
    let issuer = issuer();
    let keys = issuer.keys(&mut memory);
    let judge = |size: usize| {
        let mut scratch = vec![0x55; size];
        let (policy, binding, time) = (policy(), required(), Time::At(NOW));
        let token = sd_jwt::validate(&text, keys.view(), &policy, &binding, time, &mut scratch);
        let outcome = token.map(|_| ()).map_err(|error| (error.reason(), error.needed()));
        if outcome.is_ok() {
            // Nothing but the processed payload is left.
            let left = String::from_utf8_lossy(&scratch).into_owned();
            assert!(!left.contains("salt") && !left.contains("kb+jwt") && !left.contains("_sd"));
        }
        outcome
    };
    let Err((Reason::ScratchTooSmall, Some(enough))) = judge(0) else { panic!() };
    assert!(enough <= sd_jwt::scratch_size(text.len(), 1));
    assert_eq!(judge(enough), Ok(()));
    assert_eq!(judge(enough - 1), Err((Reason::ScratchTooSmall, Some(enough))));
}

#[test]
fn rules_that_leave_something_open_are_a_usage_error() {
    let with = |algorithm| KeyBinding::required(KIOSK, NONCE, algorithm, 60);
    let fault = |binding: KeyBinding<'_>| {
        let error = binding.check().unwrap_err();
        assert_eq!(error.stage(), Stage::Usage);
        (error.reason(), error.member())
    };
    let es256 = Algorithm::Es256;
    let absent = KeyBinding::required(KIOSK, StrList::NOT_GIVEN, es256, 60);
    assert_eq!(fault(absent), (Reason::PolicyIncomplete, Some(Member::Nonce)));
    let empty = KeyBinding::required(KIOSK, "", es256, 60);
    assert_eq!(fault(empty), (Reason::PolicyEmpty, Some(Member::Nonce)));
    let empty = KeyBinding::required("", NONCE, es256, 60);
    assert_eq!(fault(empty), (Reason::PolicyEmpty, Some(Member::Audience)));
    assert_eq!(fault(with(Algorithm::Hs256)).0, Reason::PolicyContradiction);
    assert_eq!(fault(with(es256).allow_leeway(601)).0, Reason::LeewayTooLong);
    assert_eq!(fault(with(es256).allow_leeway(1).allow_leeway(2)).0, Reason::PolicyTwice);
    assert_eq!(fault(KeyBinding::forbidden().allow_leeway(1)).0, Reason::PolicyContradiction);
    let shown = format!("{:?}", with(es256));
    assert!(shown.contains(KIOSK) && !shown.contains(NONCE));
    let contradictions: [Policy<'_>; 2] = [
        Policy::sd_jwt(ISSUER, KIOSK, Algorithm::Hs256),
        Policy::sd_jwt(ISSUER, KIOSK, es256).require_token_type("at+jwt"),
    ];
    for policy in contradictions {
        assert_eq!(policy.check().unwrap_err().reason(), Reason::PolicyContradiction);
    }
}

#[test]
fn rejects_other_policies_and_other_kinds_of_tokens() {
    let mut memory = [0; 64];
    let issuer = issuer();
    let keys = issuer.keys(&mut memory);
    let time = Time::At(NOW);
    let text = presented(json!({}), &[]);
    let jwt = Policy::jwt(ISSUER, StrList::NOT_GIVEN, Algorithm::Es256).without_audience();
    let error = verdict(&text, keys.view(), &jwt, &KeyBinding::forbidden(), time).unwrap_err();
    assert_eq!((error.reason(), error.stage()), (Reason::PolicyContradiction, Stage::Usage));
    // `validate` reads no disclosures, so it takes no policy for them.
    let mut scratch = vec![0; 4096];
    let bare = signed(json!({}));
    let error = keycard::validate(&bare, keys.view(), &policy(), time, &mut scratch).unwrap_err();
    assert_eq!((error.reason(), error.stage()), (Reason::PolicyContradiction, Stage::Usage));
    let access = json!({"iss": ISSUER, "exp": NOW + 60, "scope": "read"}).to_string();
    for header in [r#"{"alg":"ES256","typ":"at+jwt"}"#, r#"{"alg":"ES256"}"#] {
        let text = issuer.sign(header, &access) + "~";
        let error = judged(&text, &KeyBinding::forbidden()).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongTokenType);
    }
    // An SD-JWT in place of an access token, also without a typ of its own.
    let policy = Policy::access_token(ISSUER, StrList::NOT_GIVEN, Algorithm::Es256);
    let policy = policy.without_audience();
    let claims = json!({"iss": ISSUER, "exp": NOW + 60, "scope": "read", "_sd": []}).to_string();
    let text = issuer.sign(r#"{"alg":"ES256"}"#, claims);
    let error = keycard::validate(&text, keys.view(), &policy, time, &mut scratch).unwrap_err();
    assert_eq!(error.reason(), Reason::WrongTokenKind);
}
