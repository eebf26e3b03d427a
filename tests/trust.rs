//! A token does not say whom to trust, nor how it is to be read (RFC 7515 sections 4 and 10, RFC 8725).

#[path = "support/issuer.rs"]
mod issuer;
#[path = "support/verdict.rs"]
mod verdict;

use issuer::{Issuer, encode};
use keycard::{Algorithm, Policy, Reason, Stage, Time};
use serde_json::json;
use verdict::{AUDIENCE, ISSUER, NOW, claims, look};

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

/// Why the issuer's token with this header is refused.
fn refusal(header: &str) -> (Stage, Reason) {
    let issuer = Issuer::new();
    let token = issuer.sign(header, claims(json!({})));
    let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    (error.stage(), error.reason())
}

fn algorithm() -> &'static str {
    Issuer::new().algorithm().name()
}

#[test]
fn a_key_in_the_header_is_never_a_source_of_trust() {
    let attacker = Issuer::other();
    for header in [
        json!({"alg": algorithm(), "jwk": attacker.jwk()}),
        json!({"alg": algorithm(), "jku": "https://evil.example/jwks"}),
        json!({"alg": algorithm(), "x5u": "https://evil.example/x5u"}),
        json!({"alg": algorithm(), "x5c": ["MIIB"]}),
    ] {
        let token = attacker.sign(&header.to_string(), claims(json!({})));
        let issuer = Issuer::new();
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.stage(), Stage::Signature, "{header}");
        let ours = issuer.sign(&header.to_string(), claims(json!({})));
        assert!(look(&issuer, &ours, &policy(), Time::At(NOW), |_| ()).is_ok(), "and is ignored");
    }
}

#[test]
fn an_algorithm_that_the_caller_does_not_allow_is_refused() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let others: Vec<_> =
        Algorithm::ALL.iter().copied().filter(|other| *other != issuer.algorithm()).collect();
    let policy = Policy::jwt(ISSUER, AUDIENCE, others.as_slice());
    let error = look(&issuer, &token, &policy, Time::At(NOW), |_| ()).unwrap_err();
    // A policy that nothing can fulfil is refused before any token.
    let expected = if others.iter().any(|other| other.is_built()) {
        (Stage::Algorithm, Reason::AlgorithmNotAllowed)
    } else {
        (Stage::Usage, Reason::AlgorithmNotBuilt)
    };
    assert_eq!((error.stage(), error.reason()), expected);
}

#[test]
fn an_unsecured_token_is_refused_however_none_is_spelled() {
    assert_eq!(refusal(r#"{"alg":"none"}"#), (Stage::Algorithm, Reason::AlgorithmNone));
    for spelling in ["None", "NONE", "nOnE", "n\u{f6}ne", "none "] {
        let header = json!({ "alg": spelling }).to_string();
        assert_eq!(refusal(&header), (Stage::Algorithm, Reason::AlgorithmUnknown));
    }
    let issuer = Issuer::new();
    let unsigned = format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(claims(json!({}))));
    let error = look(&issuer, &unsigned, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!((error.stage(), error.reason()), (Stage::Token, Reason::TokenParts));
}

#[test]
#[cfg(all(feature = "rs256", feature = "hs256"))]
fn a_public_key_is_never_taken_for_a_secret() {
    use hmac::{Hmac, KeyInit, Mac};
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
fn what_is_critical_or_changes_the_reading_refuses() {
    for (parameter, reason) in [
        (r#""crit":["exp"],"exp":1"#, Reason::HeaderCritical),
        (r#""crit":[]"#, Reason::HeaderCritical),
        (r#""crit":["b64"],"b64":false"#, Reason::HeaderCritical),
        (r#""crit":null"#, Reason::HeaderCritical),
        (r#""b64":false"#, Reason::HeaderUnsupported),
        (r#""b64":true"#, Reason::HeaderUnsupported),
        (r#""zip":"DEF""#, Reason::HeaderUnsupported),
        (r#""enc":"A128GCM""#, Reason::HeaderUnsupported),
        (r#""kid":1"#, Reason::HeaderType),
        (r#""typ":[]"#, Reason::HeaderType),
    ] {
        let header = format!(r#"{{"alg":"{}",{parameter}}}"#, algorithm());
        assert_eq!(refusal(&header), (Stage::Header, reason), "{parameter}");
    }
    let header = format!(r#"{{"alg":"{}","cty":"JWT"}}"#, algorithm());
    assert_eq!(refusal(&header), (Stage::Payload, Reason::NestedToken));
}

#[test]
fn a_header_is_one_strict_json_object() {
    for (header, reason) in [
        (r#"{"alg":"ES256","alg":"none"}"#, Reason::JsonDuplicate),
        (r#"{"alg":"ES256","\u0061lg":"none"}"#, Reason::JsonDuplicate),
        (r#"["alg"]"#, Reason::JsonNotAnObject),
        (r#""alg""#, Reason::JsonNotAnObject),
        ("", Reason::TokenParts),
        (r#"{"alg":"ES256"} x"#, Reason::JsonSyntax),
        (r#"{'alg':'ES256'}"#, Reason::JsonSyntax),
        (r#"{}"#, Reason::AlgorithmMissing),
        (r#"{"alg":null}"#, Reason::HeaderType),
        (r#"{"ALG":"ES256"}"#, Reason::AlgorithmMissing),
    ] {
        assert_eq!(refusal(header).1, reason, "{header}");
    }
    let escaped = format!(r#" {{ "\u0061lg" : "{}" }} "#, algorithm().replace('S', r"\u0053"));
    let issuer = Issuer::new();
    let token = issuer.sign(&escaped, claims(json!({})));
    assert!(look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).is_ok());
}

#[test]
fn a_payload_is_one_strict_json_object_and_is_read_only_behind_a_signature() {
    let issuer = Issuer::new();
    let refuse = |token: &str| {
        let error = look(&issuer, token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        (error.stage(), error.reason())
    };
    for (payload, reason) in [
        (&b"[]"[..], Reason::JsonNotAnObject),
        (b"", Reason::JsonSyntax),
        (b"{\"iss\":\"a\",\"i\\u0073s\":\"b\"}", Reason::JsonDuplicate),
        (b"{\"a\":{\"b\":{\"c\":1,\"c\":1}}}", Reason::JsonDuplicate),
        (b"{\"a\":\"\xFF\"}", Reason::JsonEncoding),
        (b"{\"a\":\"\\ud800\"}", Reason::JsonSurrogate),
        (b"\xEF\xBB\xBF{}", Reason::JsonSyntax),
        (b"{}{}", Reason::JsonSyntax),
    ] {
        assert_eq!(refuse(&issuer.token(payload)), (Stage::Payload, reason));
        // The same payload unsigned: whatever is wrong with it is not found.
        let header = json!({"alg": algorithm(), "kid": "first"}).to_string();
        let signature = encode(vec![1; issuer.signature(b"").len()]);
        let unsigned = format!("{}.{}.{signature}", encode(header), encode(payload));
        assert_eq!(refuse(&unsigned), (Stage::Signature, Reason::SignatureInvalid));
    }
}

#[test]
fn a_token_has_one_spelling() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let refuse = |token: &str| {
        let error = look(&issuer, token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        (error.stage(), error.reason())
    };
    assert_eq!(refuse(&format!("{token}=")), (Stage::Signature, Reason::Base64Padding));
    assert_eq!(refuse(&format!("{token}\n")), (Stage::Signature, Reason::Base64Character));
    assert_eq!(refuse(&format!(" {token}")), (Stage::Header, Reason::Base64Character));
    assert_eq!(refuse(&format!("{token}.")).1, Reason::TokenParts);
    // Where its length is no multiple of three, the last character of the signature carries bits that belong
    // to nothing: the next one in the alphabet differs in those only.
    let signature = token.rsplit('.').next().unwrap();
    if !signature.len().is_multiple_of(4) {
        let mut other = token.clone().into_bytes();
        *other.last_mut().unwrap() += 1;
        let other = String::from_utf8(other).unwrap();
        assert_eq!(refuse(&other), (Stage::Signature, Reason::Base64TrailingBits));
    }
}

#[test]
fn exact_padding_is_taken_from_a_signer_that_is_named_and_from_nobody_else() {
    let issuer = Issuer::new();
    let padded = |text: &str| format!("{text}{}", &"===="[..(4 - text.len() % 4) % 4]);
    let alg = issuer.algorithm().name();
    let token_of = |signer: &str, claims: &str, pad: &dyn Fn(&str) -> String| {
        let header = json!({"alg": alg, "kid": "first", "signer": signer}).to_string();
        let signed = format!("{}.{}", pad(&encode(header)), pad(&encode(claims)));
        let signature = encode(issuer.signature(signed.as_bytes()));
        format!("{signed}.{}", pad(&signature))
    };
    let named = policy().require_header("signer", "arn:aws:1");
    let refuse = |policy: &Policy<'_>, token: &str| {
        look(&issuer, token, policy, Time::At(NOW), |_| ()).unwrap_err().reason()
    };
    for filling in ["", "x", "xx"] {
        let claims = claims(json!({ "filling": filling }));
        let token = token_of("arn:aws:1", &claims, &padded);
        assert!(token.contains('='), "{token}");
        let taken = look(&issuer, &token, &named.allow_padding(), Time::At(NOW), |_| ());
        assert_eq!(taken, Ok(()), "{token}");
        assert_eq!(refuse(&named, &token), Reason::Base64Padding);
        let other = token_of("arn:aws:2", &claims, &padded);
        assert_eq!(refuse(&named.allow_padding(), &other), Reason::HeaderMismatch);
        let more = token_of("arn:aws:1", &claims, &|text| format!("{text}==="));
        assert_eq!(refuse(&named.allow_padding(), &more), Reason::Base64Padding);
    }
    let nobody = policy().allow_padding();
    assert_eq!(nobody.check().unwrap_err().reason(), Reason::PolicyIncomplete);
}

#[test]
fn an_offset_leads_to_the_place_in_the_token() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let (dot, last_dot) = (token.find('.').unwrap(), token.rfind('.').unwrap());
    for (at, stage) in [(3, Stage::Header), (last_dot + 5, Stage::Signature)] {
        let mut broken = token.clone();
        broken.replace_range(at..=at, "!");
        let error = look(&issuer, &broken, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!((error.stage(), error.offset()), (stage, Some(at)));
    }
    // A payload with a foreign character, and a signature over it as it stands.
    let mut signed = token[..last_dot].to_owned();
    signed.replace_range(dot + 7..=dot + 7, "!");
    let token = format!("{signed}.{}", encode(issuer.signature(signed.as_bytes())));
    let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!((error.stage(), error.offset()), (Stage::Payload, Some(dot + 7)));
}

#[test]
fn a_signature_has_the_exact_length_before_any_arithmetic() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let (signed, _) = token.rsplit_once('.').unwrap();
    let right = issuer.signature(signed.as_bytes());
    for length in [1, right.len() - 1, right.len() + 1, 2 * right.len()] {
        let mut other = right.clone();
        other.resize(length, 0);
        let token = format!("{signed}.{}", encode(other));
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.reason(), Reason::SignatureLength, "{length}");
    }
}

#[test]
#[cfg(feature = "es256")]
fn signatures_of_zero_and_of_the_order_are_refused() {
    // "Psychic signatures" (CVE-2022-21449), and values that a reduction would bring to a right one.
    const ORDER: [u8; 32] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
        0x25, 0x51,
    ];
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let policy = Policy::jwt(ISSUER, AUDIENCE, [Algorithm::Es256]);
    let token = issuer.token(claims(json!({})));
    let (signed, _) = token.rsplit_once('.').unwrap();
    let right = issuer.signature(signed.as_bytes());
    let (r, s) = right.split_at(32);
    let zero = [0; 32];
    for (r, s) in [(&zero[..], &zero[..]), (r, &zero), (&zero, s), (&ORDER, s), (r, &ORDER)] {
        let token = format!("{signed}.{}", encode([r, s].concat()));
        let error = look(&issuer, &token, &policy, Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.reason(), Reason::SignatureInvalid);
    }
}

#[test]
fn a_header_parameter_may_be_asked_for_and_is_compared_behind_the_signature() {
    let issuer = Issuer::new();
    let policy = policy().require_header("signer", "arn:aws:elb");
    let judge = |signer: serde_json::Value, sign_with: &Issuer| {
        let header = json!({"alg": algorithm(), "signer": signer}).to_string();
        let token = sign_with.sign(&header, claims(json!({})));
        let judged = look(&issuer, &token, &policy, Time::At(NOW), |_| ());
        judged.map_err(|error| error.reason())
    };
    assert_eq!(judge(json!("arn:aws:elb"), &issuer), Ok(()));
    assert_eq!(judge(json!("arn:aws:elb2"), &issuer), Err(Reason::HeaderMismatch));
    assert_eq!(judge(json!(null), &issuer), Err(Reason::HeaderMismatch));
    assert_ne!(judge(json!("other"), &Issuer::other()), Err(Reason::HeaderMismatch));
}

#[test]
fn a_plain_jws_may_have_any_payload() {
    let issuer = Issuer::new();
    let policy = Policy::jws([issuer.algorithm()]);
    for payload in [&b""[..], b"\xFF\xFE", b"not json", b"{\"exp\":1}"] {
        let header = json!({"alg": algorithm(), "cty": "JWT"}).to_string();
        let token = issuer.sign(&header, payload);
        look(&issuer, &token, &policy, Time::At(NOW), |token| {
            assert_eq!(token.payload(), Some(payload));
            assert!(token.claims().get("exp").is_none());
        })
        .unwrap();
    }
}
