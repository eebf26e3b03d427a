//! Tokens that attackers make so that they are read differently than they were signed, or pass as
//! another kind. `docs/evidence/attacks.md` names the validators that they broke.

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW, claims, look, rejection, verdict_of};
use keycard::{KeyRules, KeyTable, Policy, Reason, Stage, Time, limits, scratch_size};
use serde_json::{Value, json};

fn algorithm() -> keycard::Algorithm {
    Issuer::new().algorithm()
}

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, algorithm())
}

fn at(claims: &str, now: Time) -> Result<(), Reason> {
    let issuer = Issuer::new();
    let outcome = look(&issuer, &issuer.token(claims), &policy(), now, |_| ());
    outcome.map_err(|error| error.reason())
}

#[test]
fn rejects_alg_none_in_every_case_with_or_without_signature() {
    let issuer = Issuer::new();
    let right = issuer.token(claims(json!({})));
    let (_, signature) = right.rsplit_once('.').unwrap();
    for bits in 0..16u32 {
        let letters = "none".chars().enumerate().map(|(at, letter)| match bits >> at & 1 {
            1 => letter.to_ascii_uppercase(),
            _ => letter,
        });
        let name: String = letters.collect();
        let header = encode(json!({"alg": name, "kid": "first"}).to_string());
        let body = encode(claims(json!({})));
        for token in [
            format!("{header}.{body}.{signature}"),
            format!("{header}.{body}."),
            format!("{header}.{body}"),
        ] {
            let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
            assert!(matches!(error.stage(), Stage::Algorithm | Stage::Token), "{name}: {error}");
        }
    }
    for header in
        [r#"{"alg":""}"#, r#"{"alg":" none"}"#, r#"{"alg":"none\u0000"}"#, r#"{"alg":["none"]}"#]
    {
        let token = format!("{}.{}.{signature}", encode(header), encode(claims(json!({}))));
        assert!(look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).is_err(), "{header}");
    }
}

#[test]
fn a_kid_that_is_a_path_a_query_or_a_prefix_names_no_key() {
    let issuer = Issuer::new();
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let mut jwk = issuer.jwk();
    jwk["kid"] = "key-1".into();
    table.add_jwk_by(&KeyRules::new().allow_secrets(), jwk.to_string()).unwrap();
    let header = |kid: &str| json!({"alg": algorithm().name(), "kid": kid}).to_string();
    let verdict_of = |kid: &str| {
        let token = issuer.sign(&header(kid), claims(json!({})));
        let mut scratch = vec![0; scratch_size(token.len())];
        let outcome =
            keycard::validate(token, table.view(), &policy(), Time::At(NOW), &mut scratch);
        outcome.map(|_| ()).map_err(|error| error.reason())
    };
    assert_eq!(verdict_of("key-1"), Ok(()));
    for kid in [
        "",
        "k",
        "key-",
        "key-1 ",
        " key-1",
        "key-1\0",
        "key-1\0.pem",
        "KEY-1",
        "key-10",
        "../key-1",
        "./key-1",
        "key-1'--",
        "key-1' OR '1'='1",
        "key-1;id",
        "$(id)",
        "|id",
        "../../../../dev/null",
        "/dev/null",
        "file:///dev/null",
        "https://evil.example/key-1",
        "%6bey-1",
        "key\u{2010}1",
        "*",
        ".*",
        "key-1,key-1",
    ] {
        assert_eq!(verdict_of(kid), Err(Reason::KeyNotFound), "{kid:?}");
    }
}

#[test]
fn ignores_claims_with_similar_names_or_inside_other_claims() {
    let (wrong, right) = (json!("https://evil.example"), json!(ISSUER));
    for name in [
        "ISS",
        "Iss",
        "iss ",
        " iss",
        "is",
        "isss",
        "i\0ss",
        "iss\0",
        "\u{131}ss",
        "is\u{17f}",
        "/iss",
        "$.iss",
    ] {
        // The value under the other name has no effect, whether it is valid or not.
        let payload = claims(json!({"iss": null, name: right}));
        assert_eq!(rejection(&policy(), &payload), Reason::ClaimMissing, "{name:?}");
        let payload = claims(json!({ name: wrong }));
        assert_eq!(verdict_of(&policy(), &payload), Ok(()), "{name:?}");
    }
    for inner in [json!({"iss": ISSUER}), json!([{"iss": ISSUER}])] {
        let payload = claims(json!({"iss": null, "claims": inner, "": inner}));
        assert_eq!(rejection(&policy(), &payload), Reason::ClaimMissing);
    }
}

#[test]
fn rejects_duplicate_name_under_an_escape_or_at_any_depth() {
    for text in [
        r#""aud":"api://other","#,
        r#""\u0061ud":"api://default","#,
        r#""a\u0075d":"api://default","#,
        r#""cnf":{"jkt":"a","jkt":"b"},"#,
        r#""a":[{"b":{"c":1,"\u0063":2}}],"#,
        r#""a":{"":1,"":1},"#,
        r#""x":1,"\u0078":1,"#,
    ] {
        let payload = claims(json!({})).replacen('{', &format!("{{{text}"), 1);
        assert_eq!(rejection(&policy(), &payload), Reason::JsonDuplicate, "{text}");
    }
}

#[test]
fn an_audience_that_has_ours_as_a_part_is_not_ours() {
    for audience in [
        json!("api://default2"),
        json!("xapi://default"),
        json!("api://defaul"),
        json!("api://default "),
        json!("api://default,api://other"),
        json!("api://default api://other"),
        json!("api://default\0"),
        json!("[\"api://default\"]"),
        json!(""),
        json!("*"),
        json!("default"),
        json!("api://*"),
        json!(["api://default2"]),
        json!(["api://", "default"]),
        json!([]),
        json!([""]),
    ] {
        assert_eq!(
            rejection(&policy(), &claims(json!({ "aud": audience }))),
            Reason::WrongAudience,
            "{audience}"
        );
    }
    for audience in [
        json!({AUDIENCE: 1}),
        json!([[AUDIENCE]]),
        json!([AUDIENCE, 1]),
        json!([AUDIENCE, null]),
        json!(true),
    ] {
        assert_eq!(
            rejection(&policy(), &claims(json!({ "aud": audience }))),
            Reason::ClaimType,
            "{audience}"
        );
    }
}

#[test]
fn rejects_time_of_wrong_type_or_out_of_range() {
    for name in ["exp", "nbf", "iat"] {
        for number in [
            "\"1900000000\"",
            "\"\"",
            "[]",
            "false",
            "1e19",
            "18446744073709551616",
            "99999999999999999999999",
            "1e309",
            "-9223372036854775809",
            "1E+30",
        ] {
            let payload =
                claims(json!({ name: null })).replacen('{', &format!("{{\"{name}\":{number},"), 1);
            // A number of the right type that no clock reaches.
            let is_number = number.parse::<f64>().is_ok();
            let expected = if is_number { Reason::DateOutOfRange } else { Reason::ClaimType };
            assert_eq!(rejection(&policy(), &payload), expected, "{name} {number}");
        }
    }
    // A time that needs more than 32 bits is valid.
    for exp in [0x7FFF_FFFFi64 + 1, 0xFFFF_FFFF + 1, 1 << 53, i64::MAX] {
        assert_eq!(verdict_of(&policy(), &claims(json!({ "exp": exp }))), Ok(()), "{exp}");
    }
}

#[test]
fn rejects_expired_token_without_panic_at_extreme_clocks() {
    let dated = |exp: i64, nbf: i64| claims(json!({"exp": exp, "nbf": nbf, "iat": null}));
    for (exp, nbf, now, expected) in [
        (1, 0, 0, Ok(())),
        (0, 0, 0, Err(Reason::Expired)),
        (NOW, 1, 0, Err(Reason::NotYetValid)),
        (i64::MAX, 0, i64::MAX - 1, Ok(())),
        (i64::MAX, 0, i64::MAX, Err(Reason::Expired)),
        (NOW, 0, i64::MAX, Err(Reason::Expired)),
        (i64::MIN, 0, 0, Err(Reason::Expired)),
        (NOW, i64::MIN, 0, Ok(())),
        (NOW, 0, -1, Err(Reason::TimeUnavailable)),
        (NOW, i64::MIN, i64::MIN, Err(Reason::TimeUnavailable)),
        (NOW, i64::MAX, i64::MAX - 1, Err(Reason::Expired)),
        (i64::MAX, i64::MAX, i64::MAX - 1, Err(Reason::NotYetValid)),
    ] {
        assert_eq!(at(&dated(exp, nbf), Time::At(now)), expected, "{exp} {nbf} at {now}");
    }
    // A clock that was never set reads 0.
    let unset = Time::Clock { now: 0, not_before: NOW };
    assert_eq!(at(&dated(NOW + 60, 0), unset), Err(Reason::TimeUnavailable));
    for end in [i64::MIN, i64::MAX] {
        assert!(at(&dated(NOW, 0), Time::Unknown { not_before: end }).is_err());
    }
    // A token of the earliest time, validated at the latest time with the maximum leeway.
    let issuer = Issuer::new();
    let lenient = policy().allow_leeway(600).require_max_token_age(u32::MAX);
    let token = issuer.token(claims(json!({"exp": i64::MAX, "iat": i64::MIN})));
    let error = look(&issuer, &token, &lenient, Time::At(i64::MAX - 1), |_| ()).unwrap_err();
    assert_eq!(error.reason(), Reason::TokenTooOld);
}

#[test]
fn a_forged_token_is_never_merely_expired() {
    let issuer = Issuer::new();
    let expired = Issuer::other().token(claims(json!({"exp": NOW - 60})));
    let error = look(&issuer, &expired, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    assert!(matches!(error.stage(), Stage::Signature | Stage::Key), "{error}");
    let for_another = claims(json!({"exp": NOW - 60, "aud": "api://other"}));
    assert_eq!(rejection(&policy(), &for_another), Reason::WrongAudience);
}

#[test]
fn rejects_token_of_only_dots_or_of_too_many_parts() {
    let issuer = Issuer::new();
    for token in [
        ".".repeat(limits::MAX_TOKEN_BYTES),
        "a.".repeat(4000),
        "e30.".repeat(1000),
        "..".into(),
        "...".into(),
    ] {
        let error = look(&issuer, &token, &policy(), Time::At(NOW), |_| ()).unwrap_err();
        assert_eq!(error.stage(), Stage::Token, "{}", token.len());
    }
}

#[test]
fn a_token_has_no_second_spelling() {
    // A token on a deny list is not accepted in another encoding.
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=%. \n\t\0";
    for (at, _) in token.match_indices('.').chain([(token.len(), "")]) {
        for byte in alphabet {
            let mut inserted = token.clone().into_bytes();
            inserted.insert(at, *byte);
            let mut changed = token.clone().into_bytes();
            changed[at - 1] = *byte;
            for other in [inserted, changed] {
                if other == token.as_bytes() {
                    continue;
                }
                let mut memory = [0; 384];
                let keys = issuer.keys(&mut memory);
                let mut scratch = vec![0; scratch_size(other.len())];
                let outcome =
                    keycard::validate(&other, keys.view(), &policy(), Time::At(NOW), &mut scratch);
                assert!(outcome.is_err(), "{}", String::from_utf8_lossy(&other));
            }
        }
    }
}

/// A token of each built kind, with all claims that its kind requires, for one issuer and audience.
fn tokens(issuer: &Issuer) -> Vec<(&'static str, String)> {
    let token = |token_type: &str, changes: Value| {
        let header = json!({"alg": issuer.algorithm().name(), "typ": token_type});
        issuer.sign(&header.to_string(), claims(changes))
    };
    let events = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    vec![
        ("ID token", token("JWT", json!({"nonce": "n", "at_hash": "AA"}))),
        ("access token", token("at+jwt", json!({"client_id": "c", "jti": "a", "scope": "s"}))),
        ("logout token", token("logout+jwt", json!({"jti": "a", "sid": "b", "events": events}))),
        (
            "DPoP proof",
            token("dpop+jwt", json!({"jti": "a", "htm": "GET", "htu": "https://a.example"})),
        ),
        ("security event", token("secevent+jwt", json!({"jti": "a", "events": {"urn:x": {}}}))),
        (
            "client assertion",
            token("client-authentication+jwt", json!({"iss": "c", "sub": "c", "jti": "a"})),
        ),
        (
            "request object",
            token("oauth-authz-req+jwt", json!({"client_id": "c", "response_type": "code"})),
        ),
        (
            "introspection",
            token("token-introspection+jwt", json!({"token_introspection": {"active": true}})),
        ),
    ]
}

#[test]
fn a_token_of_one_kind_is_taken_for_no_other() {
    let issuer = Issuer::new();
    let all = algorithm();
    let policies = [
        ("ID token", Policy::id_token(ISSUER, AUDIENCE, all, "n")),
        ("access token", Policy::access_token(ISSUER, AUDIENCE, all)),
        ("access token", Policy::access_token_rfc9068(ISSUER, AUDIENCE, all)),
        #[cfg(feature = "logout")]
        ("logout token", Policy::logout_token(ISSUER, AUDIENCE, all)),
    ];
    for (wanted, policy) in policies {
        for (kind, token) in tokens(&issuer) {
            let outcome = look(&issuer, &token, &policy, Time::At(NOW), |_| ());
            assert_eq!(outcome.is_ok(), kind == wanted, "{kind} as {wanted}: {outcome:?}");
        }
    }
}

#[test]
#[cfg(feature = "dpop")]
fn no_token_is_a_dpop_proof() {
    let issuer = Issuer::new();
    let rules = keycard::dpop::ProofRules::new("GET", "https://a.example", algorithm(), 600);
    for (kind, token) in tokens(&issuer) {
        let mut scratch = vec![0; scratch_size(token.len())];
        assert!(
            keycard::dpop::validate(&token, &rules, Time::At(NOW), &mut scratch).is_err(),
            "{kind}"
        );
    }
}

#[test]
fn rejects_truncated_or_longer_at_hash_and_c_hash() {
    let value = "ya29.token";
    let policy = Policy::id_token(ISSUER, AUDIENCE, algorithm(), "n")
        .with_access_token(value)
        .with_code(value);
    let whole = verdict::half_hash(value);
    for name in ["at_hash", "c_hash"] {
        for length in 0..whole.len() {
            let payload = claims(json!({"nonce": "n", name: whole[..length]}));
            assert_eq!(rejection(&policy, &payload), Reason::WrongHash, "{name} {length}");
        }
        for longer in [format!("{whole}A"), format!("{whole}="), format!(" {whole}")] {
            let payload = claims(json!({"nonce": "n", name: longer}));
            assert_eq!(rejection(&policy, &payload), Reason::WrongHash, "{name}");
        }
    }
}
