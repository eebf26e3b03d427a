//! Tokens that are bound to a key: `cnf` (RFC 7800), with `jkt` (RFC 9449 section 6.1) and
//! `x5t#S256` (RFC 8705 section 3.1).

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW, look, rejection, verdict_of};
use keycard::{Algorithm, Check, Member, Policy, Reason, Thumbprint, Time};
use serde_json::{Value, json};

const KEY: Thumbprint = Thumbprint::from_bytes([7; 32]);
const CERTIFICATE: Thumbprint = Thumbprint::from_bytes([9; 32]);

fn algorithms() -> [Algorithm; 1] {
    [Issuer::new().algorithm()]
}

fn policy() -> Policy<'static> {
    Policy::access_token(ISSUER, AUDIENCE, algorithms())
}

fn text(thumbprint: &Thumbprint) -> String {
    thumbprint.to_text().as_str().to_owned()
}

fn bound(confirmation: Value) -> String {
    verdict::claims(json!({"scope": "x", "cnf": confirmation}))
}

fn to_key() -> String {
    bound(json!({"jkt": text(&KEY)}))
}

fn to_certificate() -> String {
    bound(json!({"x5t#S256": text(&CERTIFICATE)}))
}

#[test]
fn rfc9449_section_7_1_rejects_bound_token_as_bearer_token() {
    assert_eq!(rejection(&policy(), &to_key()), Reason::TokenBound);
    assert_eq!(rejection(&policy(), &to_certificate()), Reason::TokenBound);
    let everything = json!({
        "scope": "x", "nonce": "n", "cnf": {"jkt": text(&KEY)},
        "client_id": "c", "jti": "1",
    });
    let claims = verdict::claims(everything);
    for policy in [
        Policy::jwt(ISSUER, AUDIENCE, algorithms()),
        Policy::id_token(ISSUER, AUDIENCE, algorithms(), "n"),
        policy(),
    ] {
        assert_eq!(rejection(&policy, &claims), Reason::TokenBound, "{policy:?}");
    }
}

#[test]
fn rfc9449_section_6_1_compares_the_key_of_the_proof_with_jkt() {
    assert_eq!(verdict_of(&policy().require_dpop_key(&KEY), &to_key()), Ok(()));
    let error = verdict_of(&policy().require_dpop_key(&CERTIFICATE), &to_key()).unwrap_err();
    assert_eq!(error.reason(), Reason::WrongConfirmation);
    assert_eq!(error.member(), Some(Member::Confirmation));
    for at in 0..32 {
        let mut near = *KEY.as_bytes();
        near[at] ^= 1;
        let near = Thumbprint::from_bytes(near);
        let policy = policy().require_dpop_key(&near);
        assert_eq!(rejection(&policy, &to_key()), Reason::WrongConfirmation);
    }
}

#[test]
fn rfc8705_section_3_compares_the_certificate_with_x5t_s256() {
    let presented = policy().require_client_certificate(&CERTIFICATE);
    assert_eq!(verdict_of(&presented, &to_certificate()), Ok(()));
    let other = policy().require_client_certificate(&KEY);
    assert_eq!(rejection(&other, &to_certificate()), Reason::WrongConfirmation);
}

#[test]
fn one_kind_of_proof_never_stands_for_the_other() {
    let key = policy().require_dpop_key(&KEY);
    assert_eq!(rejection(&key, &bound(json!({"x5t#S256": text(&KEY)}))), Reason::TokenBound);
    let certificate = policy().require_client_certificate(&KEY);
    assert_eq!(rejection(&certificate, &to_key()), Reason::TokenBound);
}

#[test]
fn a_token_that_is_bound_twice_needs_both() {
    let twice = bound(json!({"jkt": text(&KEY), "x5t#S256": text(&CERTIFICATE)}));
    let key = policy().require_dpop_key(&KEY);
    let certificate = policy().require_client_certificate(&CERTIFICATE);
    assert_eq!(verdict_of(&key.require_client_certificate(&CERTIFICATE), &twice), Ok(()));
    assert_eq!(rejection(&key, &twice), Reason::TokenBound);
    assert_eq!(rejection(&certificate, &twice), Reason::TokenBound);
    assert_eq!(
        rejection(&certificate.require_dpop_key(&CERTIFICATE), &twice),
        Reason::WrongConfirmation
    );
}

#[test]
fn a_proof_with_a_token_that_is_not_bound_to_it_is_rejected() {
    let unbound = verdict::claims(json!({"scope": "x"}));
    let key = policy().require_dpop_key(&KEY);
    let certificate = policy().require_client_certificate(&CERTIFICATE);
    assert_eq!(rejection(&key, &unbound), Reason::TokenNotBound);
    assert_eq!(rejection(&certificate, &unbound), Reason::TokenNotBound);
    let both = key.require_client_certificate(&CERTIFICATE);
    assert_eq!(rejection(&both, &to_key()), Reason::TokenNotBound);
    assert_eq!(rejection(&both, &to_certificate()), Reason::TokenNotBound);
}

#[test]
fn rfc7800_section_3_1_methods_that_are_not_known_reject() {
    let key = policy().require_dpop_key(&KEY);
    let jkt = text(&KEY);
    for confirmation in [
        json!({}),
        json!({"jwk": {"kty": "EC"}}),
        json!({"jkt": jkt, "kid": "1"}),
        json!({"kid": "1", "jkt": jkt}),
        json!({"jkt": jkt, "x5t": "AA"}),
        json!({"JKT": jkt}),
        json!({"osc": {}}),
    ] {
        assert_eq!(rejection(&key, &bound(confirmation)), Reason::ConfirmationUnknown);
    }
}

#[test]
fn a_confirmation_of_the_wrong_type_is_never_as_good_as_none() {
    let key = policy().require_dpop_key(&KEY);
    for confirmation in [json!("jkt"), json!([]), json!(1), json!([{"jkt": text(&KEY)}])] {
        assert_eq!(rejection(&key, &bound(confirmation.clone())), Reason::ClaimType);
        assert_eq!(rejection(&policy(), &bound(confirmation)), Reason::TokenBound);
    }
    for thumbprint in [json!(1), json!({}), json!([text(&KEY)]), json!(true)] {
        assert_eq!(rejection(&key, &bound(json!({ "jkt": thumbprint }))), Reason::ClaimType);
    }
    let null = to_key().replace(&format!("{{\"jkt\":\"{}\"}}", text(&KEY)), "null");
    assert!(null.contains("\"cnf\":null"));
    assert_eq!(rejection(&key, &null), Reason::ClaimType);
    assert_eq!(rejection(&policy(), &null), Reason::TokenBound);
}

#[test]
fn a_thumbprint_in_any_other_spelling_is_another() {
    let key = policy().require_dpop_key(&KEY);
    let right = text(&KEY);
    for spelling in [
        String::new(),
        format!("{right}="),
        right[..42].to_owned(),
        format!("{right}A"),
        right.to_lowercase(),
        "07".repeat(32),
        format!("{}d", &right[..42]),
    ] {
        let confirmation = bound(json!({ "jkt": spelling }));
        assert_eq!(rejection(&key, &confirmation), Reason::WrongConfirmation, "{spelling}");
    }
}

#[test]
fn only_what_was_compared_is_in_the_evidence() {
    let issuer = Issuer::new();
    let evidence = |policy: &Policy<'_>, claims: &str| {
        let token = issuer.token(claims);
        let evidence = look(&issuer, &token, policy, Time::At(NOW), |token| token.evidence());
        let passed = evidence.unwrap().passed();
        (passed.contains(Check::DpopKey), passed.contains(Check::ClientCertificate))
    };
    let unbound = verdict::claims(json!({"scope": "x"}));
    assert_eq!(evidence(&policy(), &unbound), (false, false));
    assert_eq!(evidence(&policy().require_dpop_key(&KEY), &to_key()), (true, false));
    let certificate = policy().require_client_certificate(&CERTIFICATE);
    assert_eq!(evidence(&certificate, &to_certificate()), (false, true));
}

#[test]
fn rejects_a_proof_given_twice_or_for_a_payload_without_claims() {
    let jws = Policy::jws(algorithms());
    let certificate = policy().require_client_certificate(&KEY);
    for (policy, reason) in [
        (policy().require_dpop_key(&KEY).require_dpop_key(&KEY), Reason::PolicyTwice),
        (certificate.require_client_certificate(&KEY), Reason::PolicyTwice),
        (jws.require_dpop_key(&KEY), Reason::PolicyContradiction),
        (jws.require_client_certificate(&KEY), Reason::PolicyContradiction),
    ] {
        let error = policy.check().unwrap_err();
        assert_eq!(error.reason(), reason);
        assert_eq!(error.member(), Some(Member::Confirmation));
    }
}

#[test]
fn a_token_that_is_bound_to_another_key_is_never_merely_expired() {
    let expired = verdict::claims(json!({
        "scope": "x", "exp": NOW - 1, "cnf": {"jkt": text(&KEY)},
    }));
    let other = policy().require_dpop_key(&CERTIFICATE);
    assert_eq!(rejection(&other, &expired), Reason::WrongConfirmation);
    assert_eq!(rejection(&policy(), &expired), Reason::TokenBound);
    assert_eq!(rejection(&policy().require_dpop_key(&KEY), &expired), Reason::Expired);
}
