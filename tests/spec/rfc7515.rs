//! JSON Web Signature (RFC 7515): a token has only one form and one meaning, and does not choose
//! its own key.

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look};
use keycard::{Policy, Reason, Stage, Time};
use serde_json::json;
use std::path::Path;

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

/// The reason why a token of the issuer with this header is rejected.
fn rejection(header: &str) -> (Stage, Reason) {
    let issuer = Issuer::new();
    let token = issuer.sign(header, claims(json!({})));
    let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    (error.stage(), error.reason())
}

fn algorithm() -> &'static str {
    Issuer::new().algorithm().name()
}

#[test]
fn sections_4_1_2_to_4_1_6_are_never_a_source_of_trust() {
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
fn section_4_1_11_rejects_every_crit_also_a_malformed_one() {
    for critical in [
        r#"["exp"],"exp":1"#, // not understood
        r#"["b64"],"b64":false"#,
        r#"["http://example.invalid/UNDEFINED"],"http://example.invalid/UNDEFINED":true"#,
        r#"["absent"]"#,
        r#"["alg"]"#,               // of the specification itself
        r#"["exp","exp"],"exp":1"#, // twice
        "[]",
        "[1]",
        r#""exp","exp":1"#,
        "{}",
        "null",
    ] {
        let header = format!(r#"{{"alg":"{}","crit":{critical}}}"#, algorithm());
        assert_eq!(rejection(&header), (Stage::Header, Reason::HeaderCritical), "{critical}");
    }
}

#[test]
fn parameters_that_change_the_reading_reject() {
    // Parameters for an unencoded payload (RFC 7797 section 6), encryption and compression (RFC
    // 7516 sections 4.1.2 and 4.1.3).
    for parameter in [r#""b64":false"#, r#""b64":true"#, r#""zip":"DEF""#, r#""enc":"A128GCM""#] {
        let header = format!(r#"{{"alg":"{}",{parameter}}}"#, algorithm());
        assert_eq!(rejection(&header), (Stage::Header, Reason::HeaderUnsupported), "{parameter}");
    }
}

#[test]
fn section_4_1_4_and_4_1_9_take_strings_only() {
    for parameter in [r#""kid":1"#, r#""kid":null"#, r#""typ":[]"#, r#""cty":{}"#] {
        let header = format!(r#"{{"alg":"{}",{parameter}}}"#, algorithm());
        assert_eq!(rejection(&header), (Stage::Header, Reason::HeaderType), "{parameter}");
    }
}

#[test]
fn section_4_ignores_parameters_that_are_not_understood() {
    let header = json!({
        "alg": algorithm(), "x5t": 7, "http://example.invalid/more": {"alg": "none"}, "": null, "iss": "other",
    });
    let issuer = Issuer::new();
    let token = issuer.sign(&header.to_string(), claims(json!({})));
    assert!(look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).is_ok());
}

#[test]
fn section_4_1_1_compares_the_algorithm_with_its_case() {
    for name in [algorithm().to_lowercase(), format!("{} ", algorithm()), String::new()] {
        if name != algorithm() {
            let header = json!({ "alg": name }).to_string();
            assert_eq!(rejection(&header), (Stage::Algorithm, Reason::AlgorithmUnknown), "{name}");
        }
    }
}

#[test]
fn section_4_takes_a_header_that_is_one_strict_json_object() {
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
        assert_eq!(rejection(header).1, reason, "{header}");
    }
    let escaped = format!(r#" {{ "\u0061lg" : "{}" }} "#, algorithm().replace('S', r"\u0053"));
    let issuer = Issuer::new();
    let token = issuer.sign(&escaped, claims(json!({})));
    assert!(look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).is_ok());
}

#[test]
fn rejects_malformed_json_payload_after_verifying_signature() {
    let issuer = Issuer::new();
    let reject = |token: &str| {
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
        assert_eq!(reject(&issuer.token(payload)), (Stage::Payload, reason));
        // With a wrong signature, the fault of the same payload is not reported, because the
        // payload is not read.
        let header = json!({"alg": algorithm(), "kid": "first"}).to_string();
        let signature = encode(vec![1; issuer.signature(b"").len()]);
        let unsigned = format!("{}.{}.{signature}", encode(header), encode(payload));
        assert_eq!(reject(&unsigned), (Stage::Signature, Reason::SignatureInvalid));
    }
}

#[test]
fn section_2_rejects_base64_padding_line_breaks_and_stray_bits() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let reject = |token: &str| {
        let error = look(&issuer, token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        (error.stage(), error.reason())
    };
    assert_eq!(reject(&format!("{token}=")), (Stage::Signature, Reason::Base64Padding));
    assert_eq!(reject(&format!("{token}\n")), (Stage::Signature, Reason::Base64Character));
    assert_eq!(reject(&format!(" {token}")), (Stage::Header, Reason::Base64Character));
    assert_eq!(reject(&format!("{token}.")).1, Reason::TokenParts);
    // If the length of a signature is not a multiple of three, its last character has unused bits.
    // The next character of the alphabet differs only in these.
    let signature = token.rsplit('.').next().unwrap();
    if !signature.len().is_multiple_of(4) {
        let mut other = token.clone().into_bytes();
        *other.last_mut().unwrap() += 1;
        let other = String::from_utf8(other).unwrap();
        assert_eq!(reject(&other), (Stage::Signature, Reason::Base64TrailingBits));
    }
}

#[test]
fn section_2_accepts_exact_padding_from_a_named_signer_only() {
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
    let reject = |policy: &Policy<'_>, token: &str| {
        look(&issuer, token, policy, Time::At(NOW), |_| ()).unwrap_err().reason()
    };
    for filling in ["", "x", "xx"] {
        let claims = claims(json!({ "filling": filling }));
        let token = token_of("arn:aws:1", &claims, &padded);
        assert!(token.contains('='), "{token}");
        let taken = look(&issuer, &token, &named.allow_padding(), Time::At(NOW), |_| ());
        assert_eq!(taken, Ok(()), "{token}");
        assert_eq!(reject(&named, &token), Reason::Base64Padding);
        let other = token_of("arn:aws:2", &claims, &padded);
        assert_eq!(reject(&named.allow_padding(), &other), Reason::HeaderMismatch);
        let more = token_of("arn:aws:1", &claims, &|text| format!("{text}==="));
        assert_eq!(reject(&named.allow_padding(), &more), Reason::Base64Padding);
    }
    // Too much or too little padding is rejected: in the header, the payload or the signature, and
    // for every length.
    for filling in ["", "x", "xx"] {
        let header = json!({"alg": alg, "kid": "first", "signer": "arn:aws:1", "x": filling});
        let parts = [header.to_string(), claims(json!({ "filling": filling }))].map(encode);
        for (pads, place) in
            ["=", "==", "==="].into_iter().flat_map(|it| [(it, 0), (it, 1), (it, 2)])
        {
            let pad = |text: &str, at: usize| match at == place {
                true if text.len() % 4 != 4 - pads.len() => format!("{text}{pads}"),
                _ => text.to_owned(),
            };
            let signed = format!("{}.{}", pad(&parts[0], 0), pad(&parts[1], 1));
            let token =
                format!("{signed}.{}", pad(&encode(issuer.signature(signed.as_bytes())), 2));
            let outcome = look(&issuer, &token, &named.allow_padding(), Time::At(NOW), |_| ());
            let outcome = outcome.map_err(|error| error.reason());
            let verdict = if token.contains('=') { Err(Reason::Base64Padding) } else { Ok(()) };
            assert_eq!(outcome, verdict, "{token}");
        }
    }
    let nobody = policy().allow_padding();
    assert_eq!(nobody.check().unwrap_err().reason(), Reason::PolicyIncomplete);
}

#[test]
fn a_rejection_leads_to_the_place_in_the_token() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let (dot, last_dot) = (token.find('.').unwrap(), token.rfind('.').unwrap());
    for (at, stage) in [(3, Stage::Header), (last_dot + 5, Stage::Signature)] {
        let mut broken = token.clone();
        broken.replace_range(at..=at, "!");
        let error = look(&issuer, &broken, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!((error.stage(), error.offset()), (stage, Some(at)));
    }
    // A payload with an invalid character, and a signature over it.
    let mut signed = token[..last_dot].to_owned();
    signed.replace_range(dot + 7..=dot + 7, "!");
    let token = format!("{signed}.{}", encode(issuer.signature(signed.as_bytes())));
    let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!((error.stage(), error.offset()), (Stage::Payload, Some(dot + 7)));
}

#[test]
fn section_4_3_compares_required_parameter_after_the_signature() {
    let issuer = Issuer::new();
    let policy = policy().require_header("signer", "arn:aws:elb");
    let verdict_of = |signer: serde_json::Value, sign_with: &Issuer| {
        let header = json!({"alg": algorithm(), "signer": signer}).to_string();
        let token = sign_with.sign(&header, claims(json!({})));
        let outcome = look(&issuer, &token, &policy, Time::At(NOW), |_| ());
        outcome.map_err(|error| error.reason())
    };
    assert_eq!(verdict_of(json!("arn:aws:elb"), &issuer), Ok(()));
    assert_eq!(verdict_of(json!("arn:aws:elb2"), &issuer), Err(Reason::HeaderMismatch));
    assert_eq!(verdict_of(json!(null), &issuer), Err(Reason::HeaderMismatch));
    assert_ne!(verdict_of(json!("other"), &Issuer::other()), Err(Reason::HeaderMismatch));
}

#[test]
fn section_3_takes_a_payload_of_any_octets() {
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

#[test]
fn section_5_2_verifies_received_characters_not_a_re_encoding() {
    let issuer = Issuer::new();
    let header = format!("{{ \n\"kid\" :\"first\",\t\"alg\":\"{}\"}}\r\n", algorithm());
    let payload = serde_json::from_str::<serde_json::Value>(&claims(json!({}))).unwrap();
    let spaced = serde_json::to_string_pretty(&payload).unwrap().replace('/', r"\/");
    let token = issuer.sign(&header, &spaced);
    assert!(look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).is_ok());
    let signature = token.rsplit('.').next().unwrap();
    let same_header = json!({"alg": algorithm(), "kid": "first"}).to_string();
    for (header, payload) in [(&header, &payload.to_string()), (&same_header, &spaced)] {
        let other = format!("{}.{}.{signature}", encode(header), encode(payload));
        let error = look(&issuer, &other, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.stage(), Stage::Signature);
    }
}

#[test]
fn section_5_3_compares_unescaped_strings_without_normalisation() {
    let issuer = Issuer::new();
    let policy = policy().require_header("signer", "caf\u{e9}");
    let verdict_of = |signer: &str| {
        let header = format!(r#"{{"alg":"{}","signer":"{signer}"}}"#, algorithm());
        let token = issuer.sign(&header, claims(json!({})));
        look(&issuer, &token, &policy, Time::At(NOW), |_| ()).map_err(|error| error.reason())
    };
    for same in ["caf\u{e9}", r"caf\u00e9", r"\u0063\u0061f\u00E9"] {
        assert_eq!(verdict_of(same), Ok(()), "{same}");
    }
    for other in ["cafe\u{301}", "CAF\u{c9}", "caf\u{e9} ", "cafe"] {
        assert_eq!(verdict_of(other), Err(Reason::HeaderMismatch), "{other}");
    }
}

#[test]
fn section_7_takes_the_compact_serialisation_only() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let parts: Vec<_> = token.split('.').collect();
    let flattened =
        json!({"protected": parts[0], "payload": parts[1], "signature": parts[2]}).to_string();
    let general = json!({
        "payload": parts[1], "signatures": [{"protected": parts[0], "signature": parts[2]}],
    });
    for text in
        [flattened, general.to_string(), parts[..2].join("."), format!("{token}.{}", parts[2])]
    {
        let error = look(&issuer, &text, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!((error.stage(), error.reason()), (Stage::Token, Reason::TokenParts), "{text}");
    }
}

#[test]
fn appendix_f_a_token_without_its_payload_is_rejected() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let (header, signature) = (token.split('.').next().unwrap(), token.rsplit('.').next().unwrap());
    let detached = format!("{header}..{signature}");
    for policy in [policy(), Policy::jws([issuer.algorithm()])] {
        let error = look(&issuer, &detached, &policy, Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!((error.stage(), error.reason()), (Stage::Signature, Reason::SignatureInvalid));
    }
}

#[test]
fn section_10_9_compares_what_is_secret_without_a_branch_on_it() {
    let source = |file: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
        std::fs::read_to_string(path).unwrap()
    };
    assert!(source("digest.rs").contains("self.difference(bytes).ct_eq(&0)"), "digests");
    assert!(source("signature/hmac.rs").contains("mac.difference(signature)"), "MACs");
    assert!(source("pkce.rs").contains(".is_same_as(&hash)"), "code verifiers");
    for file in ["pkce.rs", "key/thumbprint.rs", "policy/authentication.rs"] {
        assert!(source(file).contains(".ct_eq("), "{file}");
    }
}
