//! ID-JAG (draft-ietf-oauth-identity-assertion-authz-grant).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, ISSUER, NOW, fault, look, typed_verdict};
use keycard::{Check, ClaimRule, Member, Policy, Reason, Thumbprint, Time};
use serde_json::{Value, json};

const SERVER: &str = "https://as.example";
const CLIENT: &str = "f53f191f9311af35";
const TYPE: Option<&str> = Some("oauth-id-jag+jwt");

fn policy() -> Policy<'static> {
    Policy::id_jag(ISSUER, SERVER, [Issuer::new().algorithm()], CLIENT).require_max_lifetime(300)
}

fn claims(changes: Value) -> String {
    let usual = json!({
        "aud": SERVER, "jti": "9e43", "client_id": CLIENT, "exp": NOW + 60,
        "resource": "https://api.example/", "scope": "chat.read",
    });
    verdict::claims_of(usual, changes)
}

fn verdict_of(changes: Value) -> Result<(), (Reason, Option<Member>)> {
    typed_verdict(TYPE, &policy(), &claims(changes))
}

#[test]
fn accepts_an_id_jag_and_says_what_was_checked() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "typ": "oauth-id-jag+jwt"});
    let token = issuer.sign(&header.to_string(), claims(json!({})));
    let looked = look(&issuer, &token, &policy(), Time::At(NOW), |token| {
        assert_eq!(token.claims().string("sub"), Ok("00u1"));
        token.evidence().passed()
    });
    let passed = looked.unwrap();
    for check in [Check::TokenType, Check::Kind, Check::Client, Check::Audience, Check::Lifetime] {
        assert!(passed.contains(check), "{check:?}");
    }
}

#[test]
fn section_3_requires_seven_claims_of_an_id_jag() {
    for (name, claim) in [
        ("iss", Member::Issuer),
        ("sub", Member::Subject),
        ("aud", Member::Audience),
        ("client_id", Member::ClientId),
        ("jti", Member::JwtId),
        ("exp", Member::ExpirationTime),
        ("iat", Member::IssuedAt),
    ] {
        let missing = Err((Reason::ClaimMissing, Some(claim)));
        assert_eq!(verdict_of(json!({ name: null })), missing, "{name}");
    }
    for name in ["resource", "scope"] {
        assert_eq!(verdict_of(json!({ name: null })), Ok(()), "{name}");
    }
}

#[test]
fn section_3_requires_the_types_of_optional_claims() {
    let details = json!([{"type": "chat_read"}]);
    assert_eq!(verdict_of(json!({"authorization_details": details})), Ok(()));
    assert_eq!(verdict_of(json!({"resource": ["https://a.example", "https://b.example"]})), Ok(()));
    for (name, value, claim) in [
        ("resource", json!(1), None),
        ("resource", json!({}), None),
        ("resource", json!(["https://a.example", 1]), None),
        ("scope", json!(["chat.read"]), Some(Member::Scope)),
        ("authorization_details", json!("[]"), None),
        ("authorization_details", json!({"type": "chat_read"}), None),
    ] {
        let wrong = Err((Reason::ClaimType, claim));
        assert_eq!(verdict_of(json!({ name: value })), wrong, "{name}");
    }
}

#[test]
fn section_4_4_1_requires_the_type_of_an_id_jag() {
    let wrong = Err((Reason::WrongTokenType, Some(Member::Type)));
    for token_type in
        [None, Some("JWT"), Some("at+jwt"), Some("authorization-grant+jwt"), Some("id-jag+jwt")]
    {
        let verdict = typed_verdict(token_type, &policy(), &claims(json!({})));
        assert_eq!(verdict, wrong, "{token_type:?}");
    }
    let long = Some("application/oauth-id-jag+jwt");
    assert_eq!(typed_verdict(long, &policy(), &claims(json!({}))), Ok(()));
}

#[test]
fn section_4_4_1_requires_our_server_as_the_only_audience() {
    assert_eq!(verdict_of(json!({"aud": [SERVER]})), Ok(()));
    let several = Err((Reason::UntrustedAudience, Some(Member::Audience)));
    assert_eq!(verdict_of(json!({"aud": [SERVER, "https://b.example"]})), several);
    let wrong = Err((Reason::WrongAudience, Some(Member::Audience)));
    for audience in ["https://as.example/", "https://b.example", "https://as.example/token"] {
        assert_eq!(verdict_of(json!({ "aud": audience })), wrong, "{audience}");
    }
}

#[test]
fn section_4_4_1_requires_the_authenticated_client() {
    let wrong = Err((Reason::WrongClient, Some(Member::ClientId)));
    assert_eq!(verdict_of(json!({"client_id": "another"})), wrong);
    assert_eq!(verdict_of(json!({"client_id": CLIENT.to_uppercase()})), wrong);
    // No other claim names the client.
    let missing = Err((Reason::ClaimMissing, Some(Member::ClientId)));
    assert_eq!(verdict_of(json!({"client_id": null, "azp": CLIENT, "cid": CLIENT})), missing);
    let listed = Err((Reason::ClaimType, Some(Member::ClientId)));
    assert_eq!(verdict_of(json!({"client_id": [CLIENT]})), listed);
    let any = [Issuer::new().algorithm()];
    let of_any_client = Policy::id_jag(ISSUER, SERVER, any, None).require_max_lifetime(300);
    let incomplete = (Reason::PolicyIncomplete, Some(Member::ClientId));
    assert_eq!(fault(of_any_client), incomplete);
    // A rule about the user does not name the client.
    let of_a_user = of_any_client.require_user(ClaimRule::present("email"));
    assert_eq!(fault(of_a_user), incomplete);
    assert_eq!(of_any_client.require_client(CLIENT).check(), Ok(()));
    let twice = (Reason::PolicyTwice, Some(Member::ClientId));
    assert_eq!(fault(policy().client_id_from("azp")), twice);
    let empty = Policy::id_jag(ISSUER, SERVER, any, "").require_max_lifetime(300);
    assert_eq!(fault(empty), (Reason::PolicyEmpty, Some(Member::ClientId)));
}

#[test]
fn section_8_6_1_2_requires_the_proof_of_the_key_in_cnf() {
    let key = Thumbprint::from_text("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I").unwrap();
    let other = Thumbprint::from_bytes([7; 32]);
    let bound = json!({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}});
    let with = |key, changes: &Value| {
        typed_verdict(TYPE, &policy().require_dpop_key(key), &claims(changes.clone()))
    };
    let fails = |reason| Err((reason, Some(Member::Confirmation)));
    assert_eq!(with(&key, &bound), Ok(()));
    assert_eq!(with(&other, &bound), fails(Reason::WrongConfirmation));
    assert_eq!(verdict_of(bound), fails(Reason::TokenBound));
    // 8.6.1.2.3: the grant does not name the key of the proof.
    assert_eq!(with(&key, &json!({})), fails(Reason::TokenNotBound));
    let unknown = json!({"cnf": {"x": "AA"}});
    assert_eq!(with(&key, &unknown), fails(Reason::ConfirmationUnknown));
}

#[test]
fn rejects_an_id_jag_policy_with_a_meaningless_member() {
    let any = [Issuer::new().algorithm()];
    let of_anyone = Policy::id_jag(None, SERVER, any, CLIENT).require_max_lifetime(60);
    let contradiction = |claim| (Reason::PolicyContradiction, Some(claim));
    for (changed, claim) in [
        (of_anyone.without_issuer(), Member::Issuer),
        (policy().without_expiry(), Member::ExpirationTime),
        (policy().require_max_age(60), Member::Nonce),
        (policy().marked_by("scope"), Member::Scope),
        (policy().require_token_type("authorization-grant+jwt"), Member::Type),
    ] {
        assert_eq!(fault(changed), contradiction(claim), "{claim:?}");
    }
    let scoped = policy().require_scope("chat.read");
    assert_eq!(typed_verdict(TYPE, &scoped, &claims(json!({}))), Ok(()));
}
