//! Workload identity tokens with workload proof tokens (draft-ietf-wimse-workload-creds-02,
//! draft-ietf-wimse-wpt-02), and WIT-SVIDs of SPIFFE.

#![cfg(all(feature = "dpop", feature = "es256", feature = "more-kinds"))]

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::NOW;
use keycard::dpop::{self, ProofRules};
use keycard::{
    Algorithm, Check, Error, Member, Policy, Reason, Stage, StrList, Time, scratch_size,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const TARGET: &str = "https://api.example/orders";
const DOMAIN: &str = "wimse://example.com";
const SPIFFE: &str = "spiffe://example.org";
const ACCESS: &str = "access-token";
const TRANSACTION: &str = "transaction-token";

type Fault = (Stage, Reason, Option<Member>);

/// A request: each part with changes, for the tests that change one of them.
struct Request {
    domain: &'static str,
    header: Value,
    claims: Value,
    jwk: Value,
    proof_header: Value,
    proof_claims: Value,
    signer: Issuer,
}

impl Request {
    fn new() -> Self {
        Self {
            domain: DOMAIN,
            header: json!({"typ": "wit+jwt", "alg": "ES256", "kid": "first"}),
            claims: json!({"sub": "wimse://example.com/ns/prod/api", "exp": NOW + 3600}),
            jwk: changed(holder().jwk(), json!({"alg": "ES256", "kid": null, "use": null})),
            proof_header: json!({"typ": "wpt+jwt", "alg": "ES256"}),
            proof_claims: json!({
                "aud": TARGET, "exp": NOW + 30, "jti": "j1",
                "ath": hash(ACCESS), "tth": hash(TRANSACTION),
            }),
            signer: holder(),
        }
    }

    fn svid() -> Self {
        let claims = json!({"sub": "spiffe://example.org/ns/prod/sa/api", "exp": NOW + 3600});
        Self { domain: SPIFFE, claims, ..Self::new() }
    }

    fn tokens(&self) -> (String, String) {
        let claims = match self.claims.get("cnf") {
            Some(_) => self.claims.clone(),
            None => changed(self.claims.clone(), json!({"cnf": {"jwk": self.jwk}})),
        };
        let token = issuer().sign(&self.header.to_string(), claims.to_string());
        let own = json!({ "wth": hash(&token) });
        let proof = changed(own, self.proof_claims.clone());
        (token, self.signer.sign(&self.proof_header.to_string(), proof.to_string()))
    }

    fn verdict(&self) -> Result<[u8; 32], Fault> {
        self.verdict_by(&rules(), NOW)
    }

    fn verdict_by(&self, rules: &ProofRules<'_>, now: i64) -> Result<[u8; 32], Fault> {
        judge(&self.tokens(), self.domain, rules, now).map_err(fault)
    }
}

fn issuer() -> Issuer {
    Issuer::with(Algorithm::Es256, "first")
}

fn holder() -> Issuer {
    Issuer::with(Algorithm::Es256, "second")
}

fn hash(text: &str) -> String {
    encode(Sha256::digest(text))
}

fn changed(mut all: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            all.as_object_mut().unwrap().remove(name);
        } else {
            all[name] = value.clone();
        }
    }
    all
}

fn fault(error: Error) -> Fault {
    (error.stage(), error.reason(), error.member())
}

fn policy(domain: &str) -> Policy<'_> {
    Policy::workload_identity(domain, None, Algorithm::Es256).without_audience()
}

fn rules() -> ProofRules<'static> {
    ProofRules::workload(TARGET, Algorithm::Es256, 60)
        .for_access_token(ACCESS)
        .for_transaction_token(TRANSACTION)
}

/// Validates a pair, and returns what identifies the use of the proof.
fn judge(
    (token, proof): &(String, String),
    domain: &str,
    rules: &ProofRules<'_>,
    now: i64,
) -> Result<[u8; 32], Error> {
    let mut memory = [0; 64];
    let keys = issuer().keys(&mut memory);
    let mut scratch = vec![0; scratch_size(token.len()) + scratch_size(proof.len())];
    let (policy, time) = (policy(domain), Time::At(now));
    let keys = keys.view();
    let judged = dpop::validate_bound_token(token, proof, keys, &policy, rules, time, &mut scratch);
    let judged = judged.map(|(token, proof)| {
        assert!(token.evidence().passed().contains(Check::KeyBinding));
        assert!(token.claims().string("sub").unwrap().starts_with(domain));
        *proof.replay_key()
    });
    if judged.as_ref().is_err_and(|error| error.stage() != Stage::Usage) {
        assert!(scratch.iter().all(|byte| *byte == 0), "a rejected pair is left behind");
    }
    judged
}

#[test]
fn accepts_an_identity_with_the_proof_of_its_key() {
    let first = Request::new().verdict().unwrap();
    let mut other = Request::new();
    assert_eq!(other.verdict(), Ok(first), "the same proof has another use");
    other.proof_claims["jti"] = "j2".into();
    assert_ne!(other.verdict(), Ok(first));
    assert!(Request::svid().verdict().is_ok());
    let request = Request::svid();
    let wrong = (Stage::Claims, Reason::WrongSubject, Some(Member::Subject));
    assert_eq!(Request { domain: "spiffe://example.net", ..request }.verdict(), Err(wrong));
}

#[test]
fn an_identity_alone_is_no_bearer_token() {
    let mut memory = [0; 64];
    let keys = issuer().keys(&mut memory);
    let thumbprint = keycard::Thumbprint::from_bytes([7; 32]);
    for request in [Request::new(), Request::svid()] {
        let (token, _) = request.tokens();
        let mut scratch = vec![0; scratch_size(token.len())];
        let mut judged = |policy: Policy<'_>| {
            keycard::validate(&token, keys.view(), &policy, Time::At(NOW), &mut scratch)
                .map(|_| ())
                .map_err(fault)
        };
        let bound = (Stage::Claims, Reason::TokenBound, Some(Member::Confirmation));
        assert_eq!(judged(policy(request.domain)), Err(bound));
        let plain = Policy::jwt(None, None, Algorithm::Es256).without_issuer().without_audience();
        assert_eq!(judged(plain).unwrap_err().1, Reason::TokenBound);
        let proven = policy(request.domain).require_dpop_key(&thumbprint);
        let contradiction = (Stage::Usage, Reason::PolicyContradiction, Some(Member::Confirmation));
        assert_eq!(judged(proven), Err(contradiction));
    }
    let mut unbound = Request::new();
    unbound.claims["cnf"] = Value::Null;
    let token = issuer().sign(
        &unbound.header.to_string(),
        changed(unbound.claims, json!({ "cnf": null })).to_string(),
    );
    let mut scratch = vec![0; scratch_size(token.len())];
    let time = Time::At(NOW);
    let judged = keycard::validate(&token, keys.view(), &policy(DOMAIN), time, &mut scratch);
    assert_eq!(judged.unwrap_err().reason(), Reason::TokenBound);
}

#[test]
fn creds_3_1_requires_the_content_of_an_identity() {
    for (name, value, stage, reason, claim) in [
        ("sub", json!(null), Stage::Claims, Reason::ClaimMissing, Member::Subject),
        ("sub", json!(DOMAIN), Stage::Claims, Reason::WrongSubject, Member::Subject),
        (
            "sub",
            json!("wimse://example.com/"),
            Stage::Claims,
            Reason::WrongSubject,
            Member::Subject,
        ),
        (
            "sub",
            json!("wimse://example.com/a//b"),
            Stage::Claims,
            Reason::WrongSubject,
            Member::Subject,
        ),
        (
            "sub",
            json!("wimse://example.com/a/../b"),
            Stage::Claims,
            Reason::WrongSubject,
            Member::Subject,
        ),
        (
            "sub",
            json!("wimse://example.com/a?b"),
            Stage::Claims,
            Reason::WrongSubject,
            Member::Subject,
        ),
        (
            "sub",
            json!("wimse://example.com/a#b"),
            Stage::Claims,
            Reason::WrongSubject,
            Member::Subject,
        ),
        (
            "sub",
            json!("wimse://example.com.evil/a"),
            Stage::Claims,
            Reason::WrongSubject,
            Member::Subject,
        ),
        (
            "sub",
            json!("spiffe://example.com/a"),
            Stage::Claims,
            Reason::WrongSubject,
            Member::Subject,
        ),
        ("exp", json!(null), Stage::Claims, Reason::ClaimMissing, Member::ExpirationTime),
        ("exp", json!(NOW), Stage::Time, Reason::Expired, Member::ExpirationTime),
        ("cnf", json!({}), Stage::Claims, Reason::ConfirmationUnknown, Member::Confirmation),
        ("cnf", json!("jwk"), Stage::Claims, Reason::ClaimType, Member::Confirmation),
        ("cnf", json!({"jwk": "x"}), Stage::Claims, Reason::ClaimType, Member::Confirmation),
        (
            "cnf",
            json!({"jkt": "x"}),
            Stage::Claims,
            Reason::ConfirmationUnknown,
            Member::Confirmation,
        ),
        (
            "cnf",
            json!({"jwk": {"kty": "EC"}}),
            Stage::Claims,
            Reason::ClaimMissing,
            Member::Confirmation,
        ),
        ("cnf", json!({"jwk": {"alg": 1}}), Stage::Claims, Reason::ClaimType, Member::Confirmation),
    ] {
        let mut request = Request::new();
        request.claims = changed(request.claims, json!({ name: value }));
        assert_eq!(request.verdict(), Err((stage, reason, Some(claim))), "{name}: {value}");
    }
    let mut further = Request::new();
    further.claims["sub"] = "wimse://example.com/a~b/c:d@e+f".into();
    further.claims["iss"] = "https://issuer.example".into();
    assert!(further.verdict().is_ok());
    let mut two = Request::new();
    two.claims["cnf"] = json!({"jwk": two.jwk, "jkt": "x"});
    let unknown = (Stage::Claims, Reason::ConfirmationUnknown, Some(Member::Confirmation));
    assert_eq!(two.verdict(), Err(unknown));
    for typ in ["JWT", "at+jwt", "wpt+jwt", "wit-svid+jwt"] {
        let mut request = Request::new();
        request.header["typ"] = typ.into();
        let wrong = (Stage::Claims, Reason::WrongTokenType, Some(Member::Type));
        assert_eq!(request.verdict(), Err(wrong), "{typ}");
    }
}

#[test]
fn creds_3_1_requires_a_public_key_for_the_named_algorithm() {
    let about_key = |reason, member| Err((Stage::Proof, reason, Some(member)));
    let mut private = Request::new();
    private.jwk["d"] = private.jwk["x"].clone();
    assert_eq!(private.verdict(), about_key(Reason::KeyPrivate, Member::PrivateKey));
    let mut secret = Request::new();
    secret.jwk = json!({"kty": "oct", "k": "AAAA", "alg": "HS256"});
    let not_allowed = about_key(Reason::AlgorithmNotAllowed, Member::Algorithm);
    assert_eq!(secret.verdict(), not_allowed);
    // The proof is signed with ES256, which is allowed, but the key names another algorithm.
    for algorithm in ["ES384", "none", "es256", ""] {
        let mut other = Request::new();
        other.jwk["alg"] = algorithm.into();
        assert_eq!(other.verdict(), not_allowed, "{algorithm}");
    }
}

#[test]
fn wpt_2_requires_the_content_of_a_proof() {
    for (name, value, reason, claim) in [
        ("aud", json!(null), Reason::ClaimMissing, Some(Member::Audience)),
        ("aud", json!("https://api.example/other"), Reason::WrongAudience, Some(Member::Audience)),
        (
            "aud",
            json!([TARGET, "https://b.example"]),
            Reason::WrongAudience,
            Some(Member::Audience),
        ),
        ("aud", json!([]), Reason::WrongAudience, Some(Member::Audience)),
        ("aud", json!(7), Reason::ClaimType, Some(Member::Audience)),
        ("exp", json!(null), Reason::ClaimMissing, Some(Member::ExpirationTime)),
        ("exp", json!(NOW), Reason::Expired, Some(Member::ExpirationTime)),
        ("exp", json!(NOW + 61), Reason::LifetimeTooLong, Some(Member::ExpirationTime)),
        ("iat", json!(NOW + 1), Reason::IssuedInFuture, Some(Member::IssuedAt)),
        ("nbf", json!(NOW + 1), Reason::NotYetValid, Some(Member::NotBefore)),
        ("jti", json!(null), Reason::ClaimMissing, Some(Member::JwtId)),
        ("jti", json!(""), Reason::ClaimMissing, Some(Member::JwtId)),
        ("wth", json!(null), Reason::ClaimMissing, None),
        ("wth", json!(7), Reason::ClaimType, None),
        ("wth", json!(hash("other")), Reason::WrongHash, None),
        ("ath", json!(null), Reason::ClaimMissing, Some(Member::ProvenTokenHash)),
        ("ath", json!(hash("other")), Reason::WrongHash, Some(Member::ProvenTokenHash)),
        ("tth", json!(null), Reason::ClaimMissing, None),
        ("tth", json!(hash("other")), Reason::WrongHash, None),
        ("oth", json!({"x": hash("other")}), Reason::WrongHash, None),
        ("oth", json!({}), Reason::WrongHash, None),
    ] {
        let mut request = Request::new();
        let token = request.tokens().0;
        let all = changed(json!({ "wth": hash(&token) }), request.proof_claims);
        request.proof_claims = changed(all, json!({ name: value }));
        // `tokens` adds `wth` again if it is absent, so a null stays a null.
        if name == "wth" && value.is_null() {
            let all = request.proof_claims.to_string();
            let proof = holder().sign(&request.proof_header.to_string(), all);
            let judged = judge(&(token, proof), DOMAIN, &rules(), NOW).map_err(fault);
            assert_eq!(judged, Err((Stage::Proof, reason, claim)));
            continue;
        }
        assert_eq!(request.verdict(), Err((Stage::Proof, reason, claim)), "{name}: {value}");
    }
    let mut one = Request::new();
    one.proof_claims["aud"] = json!([TARGET]);
    one.proof_claims["exp"] = json!(NOW + 60);
    assert!(one.verdict().is_ok());
}

#[test]
fn wpt_2_requires_its_type_and_the_key_of_the_identity() {
    for typ in ["JWT", "dpop+jwt", "wit+jwt", "kb+jwt"] {
        let mut request = Request::new();
        request.proof_header["typ"] = typ.into();
        let wrong = (Stage::Proof, Reason::WrongTokenType, Some(Member::Type));
        assert_eq!(request.verdict(), Err(wrong), "{typ}");
    }
    let invalid = (Stage::Proof, Reason::SignatureInvalid, None);
    assert_eq!(Request { signer: issuer(), ..Request::new() }.verdict(), Err(invalid));
    // A key in the header of the proof is not the key of the identity.
    let mut own = Request { signer: issuer(), ..Request::new() };
    own.proof_header["jwk"] = issuer().jwk();
    assert_eq!(own.verdict(), Err(invalid));
    let request = Request::new();
    let none = ProofRules::workload(TARGET, Algorithm::Es384, 60)
        .for_access_token(ACCESS)
        .for_transaction_token(TRANSACTION);
    let not_allowed = (Stage::Proof, Reason::AlgorithmNotAllowed, Some(Member::Algorithm));
    assert_eq!(request.verdict_by(&none, NOW), Err(not_allowed));
}

#[test]
fn wpt_2_compares_the_target_without_query_and_fragment() {
    let request = Request::new();
    let by = |target| {
        let rules = ProofRules::workload(target, Algorithm::Es256, 60)
            .without_access_token()
            .without_transaction_token();
        request.verdict_by(&rules, NOW)
    };
    for target in [TARGET, "https://API.example:443/a/../orders?x=1#y"] {
        assert!(by(target).is_ok(), "{target}");
    }
    let wrong = Err((Stage::Proof, Reason::WrongAudience, Some(Member::Audience)));
    for target in ["http://api.example/orders", "https://api.example/orders/", "orders"] {
        assert_eq!(by(target), wrong, "{target}");
    }
    let mut named = Request::new();
    named.proof_claims["aud"] = "orders".into();
    let rules = ProofRules::workload("orders", Algorithm::Es256, 60)
        .without_access_token()
        .without_transaction_token();
    assert!(named.verdict_by(&rules, NOW).is_ok());
}

#[test]
fn svid_2_and_3_require_kid_and_nine_algorithms() {
    for header in [json!({ "kid": null }), json!({"kid": ""})] {
        let mut request = Request::svid();
        request.header = changed(request.header, header);
        let judged = request.verdict().unwrap_err();
        assert!([Reason::HeaderMismatch, Reason::KeyNotFound].contains(&judged.1), "{judged:?}");
    }
    let mut without = Request::new();
    without.header = changed(without.header, json!({ "kid": null }));
    assert!(without.verdict().is_ok(), "only a SVID must have a kid");
    let mut other = Request::svid();
    other.jwk["alg"] = "EdDSA".into();
    let wrong = (Stage::Algorithm, Reason::AlgorithmNotAllowed, Some(Member::Confirmation));
    assert_eq!(other.verdict(), Err(wrong));
    let contradiction = (Reason::PolicyContradiction, Some(Member::Algorithm));
    let of = |domain, algorithm| {
        let policy = Policy::workload_identity(domain, None, algorithm).without_audience();
        policy.check().map_err(|error| (error.reason(), error.member()))
    };
    assert_eq!(of(SPIFFE, Algorithm::EdDsa), Err(contradiction));
    assert_eq!(of(SPIFFE, Algorithm::Hs256), Err(contradiction));
    assert_eq!(of(DOMAIN, Algorithm::Hs256), Err(contradiction));
    assert_eq!(of(DOMAIN, Algorithm::EdDsa), Ok(()));
    let value = Err((Reason::PolicyValue, Some(Member::Issuer)));
    for domain in ["", "example.com", "https://example.com", "wimse://", "wimse://example.com/a"] {
        assert_eq!(of(domain, Algorithm::Es256), value, "{domain}");
    }
}

#[test]
fn rules_that_leave_something_open_are_a_usage_error() {
    let start = || ProofRules::workload(TARGET, Algorithm::Es256, 60);
    let both = || start().without_access_token().without_transaction_token();
    let cases: [(ProofRules<'_>, Reason, Member); 10] = [
        (start().without_transaction_token(), Reason::PolicyIncomplete, Member::ProvenTokenHash),
        (start().without_access_token(), Reason::PolicyIncomplete, Member::ProvenTokenHash),
        (both().for_access_token("x"), Reason::PolicyContradiction, Member::ProvenTokenHash),
        (both().for_transaction_token("x"), Reason::PolicyContradiction, Member::ProvenTokenHash),
        (
            start().without_access_token().for_transaction_token(""),
            Reason::PolicyEmpty,
            Member::ProvenTokenHash,
        ),
        (both().nonce_not_provided(), Reason::PolicyContradiction, Member::Nonce),
        (both().require_nonce(StrList::one("n")), Reason::PolicyContradiction, Member::Nonce),
        (
            ProofRules::workload("", Algorithm::Es256, 60)
                .without_access_token()
                .without_transaction_token(),
            Reason::PolicyEmpty,
            Member::HttpUri,
        ),
        (
            ProofRules::workload(TARGET, Algorithm::Hs256, 60)
                .without_access_token()
                .without_transaction_token(),
            Reason::PolicyContradiction,
            Member::Algorithm,
        ),
        (
            ProofRules::new("GET", TARGET, Algorithm::Es256, 60)
                .without_access_token()
                .nonce_not_provided()
                .without_transaction_token(),
            Reason::PolicyContradiction,
            Member::ProvenTokenHash,
        ),
    ];
    for (rules, reason, member) in cases {
        let error = rules.check().unwrap_err();
        assert_eq!(
            (error.stage(), error.reason(), error.member()),
            (Stage::Usage, reason, Some(member))
        );
    }
    // Only a call with the token can check such a proof.
    let (_, proof) = Request::new().tokens();
    let mut scratch = vec![0; scratch_size(proof.len())];
    let judged = dpop::validate(&proof, &both(), Time::At(NOW), &mut scratch).map_err(fault);
    let alone = (Stage::Usage, Reason::PolicyContradiction, Some(Member::Confirmation));
    assert_eq!(judged.map(|_| ()), Err(alone));
    // The token of another kind has no key for such a proof.
    let mut memory = [0; 64];
    let keys = issuer().keys(&mut memory);
    let pair = Request::new().tokens();
    let mut scratch = vec![0; 4096];
    let other = Policy::jwt(None, None, Algorithm::Es256).without_issuer().without_audience();
    let judged = dpop::validate_bound_token(
        &pair.0,
        &pair.1,
        keys.view(),
        &other,
        &both(),
        Time::At(NOW),
        &mut scratch,
    );
    let kind = (Stage::Usage, Reason::PolicyContradiction, Some(Member::Profile));
    assert_eq!(judged.map(|_| ()).map_err(fault), Err(kind));
    // A DPoP proof cannot stand in for the proof of a workload.
    let of_dpop = ProofRules::new("POST", TARGET, Algorithm::Es256, 60).nonce_not_provided();
    let judged = dpop::validate_bound_token(
        &pair.0,
        &pair.1,
        keys.view(),
        &policy(DOMAIN),
        &of_dpop,
        Time::At(NOW),
        &mut scratch,
    );
    assert_eq!(judged.map(|_| ()).map_err(fault).unwrap_err().1, Reason::WrongTokenType);
}

#[test]
fn rejects_a_scratch_that_holds_only_one_of_both() {
    let pair = Request::new().tokens();
    let mut memory = [0; 64];
    let keys = issuer().keys(&mut memory);
    let mut scratch = vec![0; scratch_size(pair.0.len())];
    let judged = dpop::validate_bound_token(
        &pair.0,
        &pair.1,
        keys.view(),
        &policy(DOMAIN),
        &rules(),
        Time::At(NOW),
        &mut scratch,
    );
    assert_eq!(judged.map(|_| ()).unwrap_err().reason(), Reason::ScratchTooSmall);
    assert!(scratch.iter().all(|byte| *byte == 0));
}

#[test]
fn rejects_a_pair_with_any_byte_changed() {
    let (token, proof) = Request::new().tokens();
    assert!(judge(&(token.clone(), proof.clone()), DOMAIN, &rules(), NOW).is_ok());
    for index in 0..proof.len() {
        let mut bytes = proof.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(judge(&(token.clone(), changed), DOMAIN, &rules(), NOW).is_err(), "{index}");
    }
}
