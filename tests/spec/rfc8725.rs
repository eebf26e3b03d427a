//! JSON Web Token best current practices (RFC 8725 and draft-ietf-oauth-rfc8725bis).

use crate::support::issuer::{self, Issuer};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look};
use keycard::{Algorithm, Member, Policy, Reason, Stage, Time, limits};
use serde_json::{Value, json};

fn algorithms() -> [Algorithm; 1] {
    [Issuer::new().algorithm()]
}

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, algorithms())
}

#[test]
fn section_3_1_rejects_algorithm_that_the_policy_does_not_name() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let others: Vec<_> =
        Algorithm::ALL.iter().copied().filter(|other| *other != issuer.algorithm()).collect();
    let policy = Policy::jwt(ISSUER, AUDIENCE, others.as_slice());
    let error = look(&issuer, &token, &policy, Time::At(NOW), |_| ()).unwrap_err();
    // A policy that nothing can fulfil is rejected before any token.
    let expected = if others.iter().any(|other| other.is_built()) {
        (Stage::Algorithm, Reason::AlgorithmNotAllowed)
    } else {
        (Stage::Usage, Reason::AlgorithmNotBuilt)
    };
    assert_eq!((error.stage(), error.reason()), expected);
}

#[test]
#[cfg(all(feature = "rs256", feature = "hs256"))]
fn section_3_1_never_takes_a_public_key_for_a_secret() {
    use hmac::{Hmac, KeyInit, Mac};
    use issuer::encode;
    let issuer = Issuer::with(Algorithm::Rs256, "first");
    let public = issuer.jwk().to_string();
    let signed = format!("{}.{}", encode(r#"{"alg":"HS256"}"#), encode(claims(json!({}))));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(public.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    let forged = format!("{signed}.{}", encode(mac.finalize().into_bytes()));
    let policy = Policy::jwt(ISSUER, AUDIENCE, [Algorithm::Rs256, Algorithm::Hs256]);
    let error = look(&issuer, &forged, &policy, Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!((error.stage(), error.reason()), (Stage::Key, Reason::KeyNotFound));
}

#[test]
fn section_3_3_rejects_token_with_any_byte_changed() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else {
            continue;
        };
        assert!(look(&issuer, &changed, &policy(), Time::At(NOW), |_| ()).is_err(), "byte {at}");
    }
}

#[test]
fn section_3_7_takes_utf_8_only() {
    let issuer = Issuer::new();
    let text = claims(json!({}));
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let latin_1 = text.replace("00u1", "\u{1}").into_bytes();
    let latin_1: Vec<u8> =
        latin_1.iter().map(|byte| if *byte == 1 { 0xE9 } else { *byte }).collect();
    let overlong = text.replace("00u1", "\u{1}").into_bytes();
    let overlong: Vec<u8> = overlong
        .iter()
        .flat_map(|byte| if *byte == 1 { vec![0xC0, 0xAF] } else { vec![*byte] })
        .collect();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for payload in [utf_16, utf_32, latin_1, overlong, marked] {
        let token = issuer.token(&payload);
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.stage(), Stage::Payload, "{payload:x?}");
    }
}

#[test]
fn section_3_8_accepts_keys_of_issuer_for_its_own_tokens_only() {
    const OTHER: &str = "https://other.example";
    let (ours, theirs) = (Issuer::new(), Issuer::other());
    let rows = [(&ours, policy()), (&theirs, Policy::jwt(OTHER, AUDIENCE, algorithms()))];
    for (signer, issuer_named, rows_that_accept) in [
        (&ours, ISSUER, [true, false]),
        (&theirs, OTHER, [false, true]),
        // Each token names the algorithm of the other.
        (&ours, OTHER, [false, false]),
        (&theirs, ISSUER, [false, false]),
    ] {
        // The tokens have no kid, so that only the signature identifies the key.
        let header = json!({"alg": signer.algorithm().name()}).to_string();
        let token = signer.sign(&header, claims(json!({ "iss": issuer_named })));
        let accepted =
            rows.map(|(keys, policy)| look(keys, &token, &policy, Time::At(NOW), |_| ()).is_ok());
        assert_eq!(accepted, rows_that_accept, "{issuer_named}");
    }
}

#[test]
fn section_3_9_asks_for_an_audience_or_for_a_waiver_by_name() {
    let issuer = Issuer::new();
    let verdict_of = |policy: &Policy<'_>, changes| {
        let token = issuer.token(claims(changes));
        look(&issuer, &token, policy, Time::At(NOW), |_| ()).map_err(|error| error.reason())
    };
    assert_eq!(verdict_of(&policy(), json!({"aud": null})), Err(Reason::ClaimMissing));
    assert_eq!(verdict_of(&policy(), json!({"aud": "other"})), Err(Reason::WrongAudience));
    let forgotten = Policy::jwt(ISSUER, None, algorithms());
    assert_eq!(verdict_of(&forgotten, json!({})), Err(Reason::PolicyIncomplete));
    assert_eq!(verdict_of(&forgotten.without_audience(), json!({"aud": "other"})), Ok(()));
}

#[test]
fn section_3_10_only_compares_a_kid_and_follows_nothing() {
    let issuer = Issuer::new();
    let reject = |kid: &str| {
        let header = json!({
            "alg": issuer.algorithm().name(), "kid": kid, "jku": "file:///etc/passwd", "x5u": "http://127.0.0.1/",
        });
        let token = issuer.sign(&header.to_string(), claims(json!({})));
        look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err().reason()
    };
    let long = "k".repeat(limits::MAX_HEADER_BYTES / 2);
    for kid in
        ["../../dev/null", "' OR 1=1 --", "first\0", "\0", "first/../first", "*", "%66irst", &long]
    {
        assert_eq!(reject(kid), Reason::KeyNotFound, "{kid}");
    }
}

/// A token of each kind, from one issuer for one audience, with all claims that its kind requires.
fn tokens(issuer: &Issuer) -> [(&'static str, String); 4] {
    let token = |token_type: Option<&str>, changes: Value| {
        let mut header = json!({"alg": issuer.algorithm().name()});
        if let Some(token_type) = token_type {
            header["typ"] = json!(token_type);
        }
        issuer.sign(&header.to_string(), claims(changes))
    };
    let logout = json!({
        "jti": "a", "sid": "b", "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let proof = json!({"jti": "a", "htm": "GET", "htu": "https://id.example"});
    [
        ("ID token", token(Some("JWT"), json!({"nonce": "n", "at_hash": "AA"}))),
        (
            "access token",
            token(Some("at+jwt"), json!({"client_id": "c", "jti": "a", "scope": "s"})),
        ),
        ("logout token", token(Some("logout+jwt"), logout)),
        ("DPoP proof", token(Some("dpop+jwt"), proof)),
    ]
}

#[test]
fn section_3_11_rejects_token_of_another_type_than_required() {
    let issuer = Issuer::new();
    for (wanted, accepted) in
        [("JWT", 0), ("at+jwt", 1), ("application/logout+jwt", 2), ("DPoP+JWT", 3)]
    {
        let asking = policy().require_token_type(wanted);
        for (index, (kind, token)) in tokens(&issuer).iter().enumerate() {
            let outcome = look(&issuer, token, &asking, Time::At(NOW), |_| ());
            let expected = if index == accepted { Ok(()) } else { Err(Reason::WrongTokenType) };
            assert_eq!(outcome.map_err(|error| error.reason()), expected, "{kind} as {wanted}");
        }
    }
    let untyped =
        issuer.sign(&json!({"alg": issuer.algorithm().name()}).to_string(), claims(json!({})));
    let asking = policy().require_token_type("JWT");
    let error = look(&issuer, &untyped, &asking, Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!(error.reason(), Reason::WrongTokenType);
}

#[test]
fn section_3_11_rejects_typ_of_a_kind_unless_it_is_named() {
    let issuer = Issuer::new();
    for (kind, token) in tokens(&issuer) {
        let outcome = look(&issuer, &token, &policy(), Time::At(NOW), |_| ());
        let expected = if kind == "ID token" { Ok(()) } else { Err(Reason::WrongTokenType) };
        assert_eq!(outcome.map_err(|error| error.reason()), expected, "{kind}");
    }
    // The media type of a kind that this library does not know, in each form of RFC 7515 4.1.9.
    for typ in ["passport", "example+jwt", "application/example+jwt", "APPLICATION/example+JWT"] {
        let header = json!({"alg": issuer.algorithm().name(), "typ": typ}).to_string();
        let token = issuer.sign(&header, claims(json!({})));
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!((error.stage(), error.reason()), (Stage::Claims, Reason::WrongTokenType));
        assert_eq!(error.member(), Some(Member::Type));
        let named = policy().require_token_type(typ);
        assert_eq!(look(&issuer, &token, &named, Time::At(NOW), |_| ()), Ok(()), "{typ}");
    }
}

#[test]
fn section_3_14_rejects_a_json_object_and_other_characters() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let reject = |text: &str| {
        let error = look(&issuer, text, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert!(matches!(error.stage(), Stage::Token | Stage::Header | Stage::Signature), "{text}");
    };
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
    // A reader that splits the JSON serialization at its dots would find a forged payload.
    let forged = format!(".{}.", issuer::encode(r#"{"sub":"admin"}"#));
    let both =
        json!({"protected": header, "payload": payload, "signature": signature, "x": forged});
    reject(&both.to_string());
    for byte in (0..=0x7F_u8).filter(|byte| !byte.is_ascii_alphanumeric()) {
        if b"-_.".contains(&byte) {
            continue;
        }
        for part in [header, payload, signature] {
            let character = char::from(byte);
            reject(&token.replace(part, &format!("{character}{part}")));
            reject(&token.replace(part, &format!("{part}{character}")));
        }
    }
}

#[test]
fn section_3_12_takes_each_kind_of_token_by_its_own_rules_only() {
    let issuer = Issuer::new();
    let policies = [
        ("ID token", Policy::id_token(ISSUER, AUDIENCE, algorithms(), "n")),
        ("access token", Policy::access_token(ISSUER, AUDIENCE, algorithms())),
        ("access token", Policy::access_token_rfc9068(ISSUER, AUDIENCE, algorithms())),
    ];
    for (wanted, policy) in policies {
        for (kind, token) in tokens(&issuer) {
            let outcome = look(&issuer, &token, &policy, Time::At(NOW), |_| ());
            assert_eq!(outcome.is_ok(), kind == wanted, "{kind} as {wanted}: {outcome:?}");
        }
    }
}
