//! FAPI 2.0 Message Signing: the messages that a verifier receives, made by a foreign client and a
//! foreign server.

use crate::support::issuer::Issuer;
use crate::support::verdict::{ISSUER, NOW, claims, typed_verdict};
use keycard::{
    Algorithm, ClaimRule, KeyTable, Member, Policy, Reason, StrList, Time, scratch_size,
};
use serde_json::{Value, json};

const MESSAGES: &str = include_str!("../vectors/message_signing.json");
/// FAPI 2.0 Security Profile section 5.4.1.
const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ed25519];
/// Section 5.3.1: 60 minutes.
const LIFETIME: u32 = 3600;
/// FAPI 2.0 Security Profile section 5.3.2.1: at least 10 seconds, and at most 60.
const LEEWAY: u32 = 10;

/// A policy for request objects, by sections 5.3.1 of both specifications.
fn request_object<'a>(
    client: &'a str,
    server: &'a str,
    algorithms: &[Algorithm],
    rules: &'a [ClaimRule<'a>],
) -> Policy<'a> {
    Policy::request_object(client, server, algorithms)
        .require_max_lifetime(LIFETIME)
        .require_rules(rules)
        .allow_leeway(LEEWAY)
}

fn with_nbf() -> [ClaimRule<'static>; 1] {
    [ClaimRule::present(StrList::one("nbf"))]
}

/// The verdict on a message, `seconds` after it was made.
fn verdict_of(
    document: &Value,
    message: &Value,
    policy: &Policy<'_>,
    seconds: i64,
) -> Option<Reason> {
    let keys = message.get("jwks").unwrap_or(&document["jwks"]);
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwks(keys.to_string()).unwrap();
    let token = message["token"].as_str().unwrap();
    let now = Time::At(document["now"].as_i64().unwrap() + seconds);
    let mut scratch = vec![0; scratch_size(token.len())];
    let outcome = keycard::validate(token, table.view(), policy, now, &mut scratch);
    outcome.err().map(|error| error.reason())
}

fn messages<'d>(document: &'d Value, kind: &str) -> Vec<(&'d str, &'d Value)> {
    let all = document["messages"].as_array().unwrap().iter();
    let found: Vec<_> = all
        .filter(|message| message["kind"] == kind)
        .map(|message| (message["client"].as_str().unwrap(), message))
        .collect();
    assert_eq!(found.len(), 3, "one for each algorithm");
    found
}

#[test]
fn section_5_3_1_accepts_a_request_object_for_this_server() {
    let document: Value = serde_json::from_str(MESSAGES).unwrap();
    let server = document["issuer"].as_str().unwrap();
    let rules = with_nbf();
    for (client, message) in messages(&document, "request object") {
        let policy = request_object(client, server, &ALGORITHMS, &rules);
        let strict = policy.require_token_type("oauth-authz-req+jwt");
        for policy in [policy, strict] {
            assert_eq!(verdict_of(&document, message, &policy, 0), None);
            assert_eq!(verdict_of(&document, message, &policy, 80), Some(Reason::Expired));
        }
        let other = request_object(client, "https://other.example", &ALGORITHMS, &rules);
        assert_eq!(verdict_of(&document, message, &other, 0), Some(Reason::WrongAudience));
        let other = request_object("another", server, &ALGORITHMS, &rules);
        assert_eq!(verdict_of(&document, message, &other, 0), Some(Reason::WrongIssuer));
    }
}

#[test]
fn section_5_3_1_bounds_nbf_and_the_time_from_nbf_to_exp() {
    const CLIENT: &str = "s6BhdRkqt3";
    let algorithm = [Issuer::new().algorithm()];
    let rules = with_nbf();
    let policy = request_object(CLIENT, ISSUER, &algorithm, &rules);
    let of = |nbf: Value, exp: i64| {
        let usual = json!({
            "iss": CLIENT, "aud": [ISSUER, "https://other.example"], "sub": null,
            "client_id": CLIENT, "response_type": "code", "nbf": nbf, "exp": NOW + exp,
        });
        typed_verdict(Some("oauth-authz-req+jwt"), &policy, &claims(usual))
    };
    let late = Err((Reason::LifetimeTooLong, Some(Member::ExpirationTime)));
    assert_eq!(of(json!(NOW), 3600), Ok(()));
    assert_eq!(of(json!(NOW), 3601), late);
    assert_eq!(of(json!(NOW - 300), 3300), Ok(()));
    assert_eq!(of(json!(NOW - 300), 3301), late);
    // More than 60 minutes ago.
    assert_eq!(of(json!(NOW - 3601), 60), late);
    assert_eq!(of(json!(i64::MIN), 60), late);
    // Without it, the rule fails.
    assert_eq!(of(Value::Null, 60), Err((Reason::ClaimMissing, Some(Member::Rule(0)))));
    // FAPI 2.0 Security Profile section 5.3.2.1: a client may be 10 seconds ahead, not over 60.
    assert_eq!(of(json!(NOW + 10), 60), Ok(()));
    assert_eq!(of(json!(NOW + 11), 60), Err((Reason::NotYetValid, Some(Member::NotBefore))));
}

#[test]
fn section_5_4_2_accepts_a_response_of_the_server_for_this_client() {
    let document: Value = serde_json::from_str(MESSAGES).unwrap();
    let server = document["issuer"].as_str().unwrap();
    for (client, message) in messages(&document, "authorization response") {
        let policy = Policy::authorization_response(server, client, ALGORITHMS);
        assert_eq!(verdict_of(&document, message, &policy, 0), None);
        assert_eq!(verdict_of(&document, message, &policy, 600), Some(Reason::Expired));
        let mixed = Policy::authorization_response("https://other.example", client, ALGORITHMS);
        assert_eq!(verdict_of(&document, message, &mixed, 0), Some(Reason::WrongIssuer));
        let other = Policy::authorization_response(server, "another", ALGORITHMS);
        assert_eq!(verdict_of(&document, message, &other, 0), Some(Reason::WrongAudience));
    }
}

#[test]
fn section_5_5_2_accepts_an_introspection_response_for_this_server() {
    let document: Value = serde_json::from_str(MESSAGES).unwrap();
    let server = document["issuer"].as_str().unwrap();
    for (caller, message) in messages(&document, "introspection response") {
        let policy = |audience| {
            Policy::introspection_response(server, audience, ALGORITHMS).require_max_token_age(60)
        };
        assert_eq!(verdict_of(&document, message, &policy(caller), 0), None);
        assert_eq!(verdict_of(&document, message, &policy(caller), 90), Some(Reason::TokenTooOld));
        let reason = verdict_of(&document, message, &policy("another"), 0);
        assert_eq!(reason, Some(Reason::WrongAudience));
        // The answer is not an access token, though it has the claims of one within.
        let access = Policy::access_token(server, caller, ALGORITHMS).without_expiry();
        assert!(verdict_of(&document, message, &access, 0).is_some());
    }
}

#[test]
fn accepts_a_message_by_the_policy_of_its_kind_only() {
    let document: Value = serde_json::from_str(MESSAGES).unwrap();
    let server = document["issuer"].as_str().unwrap();
    for message in document["messages"].as_array().unwrap() {
        let (kind, client) =
            (message["kind"].as_str().unwrap(), message["client"].as_str().unwrap());
        let policies = [
            ("request object", Policy::request_object(client, server, ALGORITHMS)),
            ("authorization response", Policy::authorization_response(server, client, ALGORITHMS)),
            (
                "introspection response",
                Policy::introspection_response(server, client, ALGORITHMS)
                    .require_max_token_age(60),
            ),
            ("userinfo", Policy::userinfo(server, client, ALGORITHMS, "user-1")),
        ];
        for (of, policy) in policies {
            let accepted = verdict_of(&document, message, &policy, 0).is_none();
            assert_eq!(accepted, of == kind, "{kind} by the policy for {of}");
        }
    }
}

#[test]
fn section_5_4_1_accepts_its_algorithms_only() {
    let document: Value = serde_json::from_str(MESSAGES).unwrap();
    let server = document["issuer"].as_str().unwrap();
    for message in document["messages"].as_array().unwrap() {
        let used: Algorithm = message["algorithm"].as_str().unwrap().parse().unwrap();
        let others: Vec<_> = ALGORITHMS.into_iter().filter(|one| *one != used).collect();
        let client = message["client"].as_str().unwrap();
        let policy = match message["kind"].as_str().unwrap() {
            "request object" => Policy::request_object(client, server, &*others),
            "userinfo" => Policy::userinfo(server, client, &*others, "user-1"),
            "authorization response" => Policy::authorization_response(server, client, &*others),
            _ => Policy::introspection_response(server, client, &*others).require_max_token_age(60),
        };
        assert!(verdict_of(&document, message, &policy, 0).is_some(), "{used:?}");
    }
}
