//! JSON Web Token (RFC 7519): the meaning of the registered claims, and the form of a token.

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look, rejection, verdict_of};
use keycard::{Policy, Reason, Stage, Time};
use serde_json::{Value, json};

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

fn at(policy: &Policy<'_>, claims: &str, now: i64) -> Result<(), Reason> {
    let issuer = Issuer::new();
    let outcome = look(&issuer, &issuer.token(claims), policy, Time::At(now), |_| ());
    outcome.map_err(|error| error.reason())
}

/// Claims with a member that is inserted as literal text.
fn literal(name: &str, number: &str) -> String {
    let other = if name == "exp" { String::new() } else { format!(",\"exp\":{}", NOW + 3600) };
    format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","{name}":{number}{other}}}"#)
}

#[test]
fn section_4_1_rejects_registered_claim_of_wrong_type() {
    for (name, value) in [
        ("iss", json!(1)),
        ("sub", json!(["a"])),
        ("aud", json!(1)),
        ("aud", json!([AUDIENCE, 1])),
        ("aud", json!({})),
        ("jti", json!(7)),
        ("exp", json!("1900000000")),
        ("nbf", json!("1")),
        ("iat", json!(null)),
        ("sub", json!(null)),
    ] {
        let payload = if value.is_null() {
            let text = claims(json!({}));
            text.replacen('{', &format!("{{\"x_{name}\":0,"), 1)
                .replace(&format!("\"{name}\":"), "\"old\":")
                .replace(&format!("\"x_{name}\":0"), &format!("\"{name}\":null"))
        } else {
            claims(json!({ name: value.clone() }))
        };
        assert_eq!(rejection(&policy(), &payload), Reason::ClaimType, "{name}: {value}");
    }
    assert!(verdict_of(&policy(), &claims(json!({"updated_at": "2024-01-01"}))).is_ok());
}

#[test]
fn section_4_1_1_accepts_only_the_exact_issuer() {
    let reject = |issuer: Value| rejection(&policy(), &claims(json!({ "iss": issuer })));
    for other in ["https://evil.example", &format!("{ISSUER}/"), &ISSUER.to_uppercase(), ""] {
        assert_eq!(reject(json!(other)), Reason::WrongIssuer, "{other}");
    }
    assert_eq!(reject(json!(null)), Reason::ClaimMissing);
}

#[test]
fn section_4_1_3_rejects_token_for_another_audience() {
    let reject = |audience: Value| rejection(&policy(), &claims(json!({ "aud": audience })));
    for other in [
        json!("api://other"),
        json!("API://default"),
        json!("api://default/"),
        json!("api://defaul"),
    ] {
        assert_eq!(reject(other.clone()), Reason::WrongAudience, "{other}");
    }
    assert_eq!(reject(json!(["api://other", "api://default2"])), Reason::WrongAudience);
    assert_eq!(reject(json!([])), Reason::WrongAudience);
    assert_eq!(reject(json!(null)), Reason::ClaimMissing);
    for ours in [json!(AUDIENCE), json!([AUDIENCE]), json!(["api://other", AUDIENCE])] {
        assert_eq!(verdict_of(&policy(), &claims(json!({ "aud": ours }))), Ok(()));
    }
}

#[test]
fn section_4_1_4_rejects_token_from_the_second_of_exp_on() {
    let exp = &claims(json!({ "exp": NOW }));
    assert_eq!(at(&policy(), exp, NOW - 1), Ok(()));
    assert_eq!(at(&policy(), exp, NOW), Err(Reason::Expired));
    let lenient = policy().allow_leeway(30);
    assert_eq!(at(&lenient, exp, NOW + 29), Ok(()));
    assert_eq!(at(&lenient, exp, NOW + 30), Err(Reason::Expired));
}

#[test]
fn section_4_1_5_accepts_token_from_the_second_of_nbf_on() {
    let nbf = &claims(json!({ "nbf": NOW }));
    assert_eq!(at(&policy(), nbf, NOW), Ok(()));
    assert_eq!(at(&policy(), nbf, NOW - 1), Err(Reason::NotYetValid));
    let lenient = policy().allow_leeway(30);
    assert_eq!(at(&lenient, nbf, NOW - 30), Ok(()));
    assert_eq!(at(&lenient, nbf, NOW - 31), Err(Reason::NotYetValid));
}

#[test]
fn section_2_accepts_exact_fraction_or_exponent_in_numeric_date() {
    let exp = |number: &str, now| at(&policy(), &literal("exp", number), now);
    assert_eq!(exp("1700000000.5", NOW), Ok(()), "expires half a second later");
    assert_eq!(exp("1700000000.5", NOW + 1), Err(Reason::Expired));
    assert_eq!(exp("1.7e9", NOW - 1), Ok(()));
    assert_eq!(exp("1.7e9", NOW), Err(Reason::Expired));
    assert_eq!(exp("17000000000e-1", NOW), Err(Reason::Expired));
    let nbf = |number: &str, now| at(&policy(), &literal("nbf", number), now);
    assert_eq!(nbf("1700000000.5", NOW), Err(Reason::NotYetValid));
    assert_eq!(nbf("1700000000.5", NOW + 1), Ok(()));
    assert_eq!(nbf("1700000000.0", NOW), Ok(()));
}

#[test]
fn section_2_rejects_numeric_date_of_another_type() {
    for name in ["exp", "nbf", "iat"] {
        for number in ["\"1900000000\"", "null", "true", "[1900000000]", "{}"] {
            let outcome = at(&policy().without_expiry(), &literal(name, number), NOW);
            assert_eq!(outcome, Err(Reason::ClaimType), "{name} {number}");
        }
    }
}

#[test]
fn section_2_rejects_numeric_date_out_of_range_without_wrapping() {
    for name in ["exp", "nbf", "iat"] {
        for number in ["1e19", "1e400", "9223372036854775808", "-1e30", "1e999999999999"] {
            let outcome = at(&policy(), &literal(name, number), NOW);
            assert_eq!(outcome, Err(Reason::DateOutOfRange), "{name} {number}");
        }
    }
    assert_eq!(at(&policy(), &literal("exp", "9223372036854775807"), NOW), Ok(()));
    for now in [i64::MIN, i64::MAX] {
        let lenient = policy().allow_leeway(600).require_max_token_age(u32::MAX);
        assert!(at(&lenient, &claims(json!({"nbf": NOW})), now).is_err());
    }
    assert_eq!(at(&policy(), &literal("exp", "1"), NOW), Err(Reason::Expired));
    assert_eq!(at(&policy(), &literal("exp", "-1"), NOW), Err(Reason::Expired));
    assert_eq!(at(&policy(), &literal("exp", "0"), NOW), Err(Reason::Expired));
}

#[test]
fn section_4_compares_claim_names_unescaped_and_with_case() {
    let payload = claims(json!({})).replace("\"iss\"", r#""\u0069ss""#);
    assert_eq!(verdict_of(&policy(), &payload), Ok(()));
    for other in ["ISS", "iss ", "is", "iss\0"] {
        let payload = claims(json!({"iss": null, other: ISSUER}));
        assert_eq!(rejection(&policy(), &payload), Reason::ClaimMissing, "{other:?}");
    }
}

#[test]
fn section_5_1_accepts_typ_of_jwt_and_another_only_by_name() {
    let issuer = Issuer::new();
    let verdict_of = |token_type: &str, policy: &Policy<'_>| {
        let header = json!({"alg": issuer.algorithm().name(), "typ": token_type}).to_string();
        let token = issuer.sign(&header, claims(json!({})));
        look(&issuer, &token, policy, Time::At(NOW), |_| ()).map_err(|error| error.reason())
    };
    for token_type in ["JWT", "jwt", "application/jwt", "JOSE", "application/jose"] {
        assert_eq!(verdict_of(token_type, &policy()), Ok(()), "{token_type}");
    }
    for other in ["anything", "at+jwt", "application/logout+jwt", "JWT ", "", "text/jwt", "JWT+jwt"]
    {
        assert_eq!(verdict_of(other, &policy()), Err(Reason::WrongTokenType), "{other}");
        if !other.is_empty() {
            assert_eq!(verdict_of(other, &policy().require_token_type(other)), Ok(()), "{other}");
        }
    }
    let asking = policy().require_token_type("JWT");
    assert_eq!(verdict_of("application/jwt", &asking), Ok(()));
    assert_eq!(verdict_of("anything", &asking), Err(Reason::WrongTokenType));
}

#[test]
fn section_5_2_a_nested_token_is_rejected_by_name() {
    let issuer = Issuer::new();
    for content_type in ["JWT", "jwt", "application/jwt"] {
        let header = json!({"alg": issuer.algorithm().name(), "cty": content_type}).to_string();
        for payload in [claims(json!({})), issuer.token(claims(json!({})))] {
            let token = issuer.sign(&header, payload);
            let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
            assert_eq!((error.stage(), error.reason()), (Stage::Payload, Reason::NestedToken));
        }
    }
}

#[test]
fn section_5_3_claims_are_never_read_from_the_header() {
    let issuer = Issuer::new();
    let header = json!({
        "alg": issuer.algorithm().name(), "iss": ISSUER, "aud": AUDIENCE, "sub": "admin", "exp": NOW + 3600,
    });
    for (claim, reason) in [
        ("iss", Reason::ClaimMissing),
        ("aud", Reason::ClaimMissing),
        ("exp", Reason::ClaimMissing),
    ] {
        let token = issuer.sign(&header.to_string(), claims(json!({ claim: null })));
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.reason(), reason, "{claim}");
    }
    let token = issuer.sign(&header.to_string(), claims(json!({"sub": "00u1"})));
    let subject = look(&issuer, &token, &policy(), Time::At(NOW), |token| {
        token.claims().string("sub").map(str::to_owned)
    });
    assert_eq!(subject, Ok(Ok("00u1".to_owned())));
}

#[test]
fn section_7_2_rejects_malformed_token_at_first_failing_step() {
    let issuer = Issuer::new();
    let header = encode(json!({"alg": issuer.algorithm().name()}).to_string());
    for (token, stage, reason) in [
        (String::new(), Stage::Token, Reason::TokenParts),
        (header.clone(), Stage::Token, Reason::TokenParts),
        (format!("{header}.e30.AA.AA.AA"), Stage::Token, Reason::TokenEncrypted),
        ("e30!.e30.AA".to_owned(), Stage::Header, Reason::Base64Character),
        (format!("{}.e30.AA", encode(b"\xFF{}")), Stage::Header, Reason::JsonEncoding),
        (format!("{}.e30.AA", encode("[]")), Stage::Header, Reason::JsonNotAnObject),
        (format!("{}.e30.AA", encode("{}")), Stage::Header, Reason::AlgorithmMissing),
        (format!("{header}.e30.AA"), Stage::Signature, Reason::SignatureLength),
        (issuer.token("[]"), Stage::Payload, Reason::JsonNotAnObject),
        (issuer.token("{}"), Stage::Claims, Reason::ClaimMissing),
    ] {
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!((error.stage(), error.reason()), (stage, reason), "{token}");
    }
}

#[test]
fn section_7_3_compares_strings_without_normalisation() {
    let policy = Policy::jwt("https://id.example/caf\u{e9}", AUDIENCE, [Issuer::new().algorithm()]);
    let verdict_of = |issuer: &str| at(&policy, &claims(json!({})).replace(ISSUER, issuer), NOW);
    assert_eq!(verdict_of("https://id.example/caf\u{e9}"), Ok(()));
    assert_eq!(verdict_of(r"https:\/\/id.example\/caf\u00e9"), Ok(()), "unescaped first");
    for other in [
        "https://id.example/cafe\u{301}",
        "https://id.example/caf%C3%A9",
        "https://ID.example/caf\u{e9}",
    ] {
        assert_eq!(verdict_of(other), Err(Reason::WrongIssuer), "{other}");
    }
}
