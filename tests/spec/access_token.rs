//! Access tokens: RFC 9068, the older style, and tokens that look like one but are not.

use crate::support::issuer::Issuer;
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW, look, rejection, verdict_of};
use keycard::{Algorithm, Check, Error, Member, Policy, Reason, Stage, StrList, Time};
use serde_json::{Value, json};

fn algorithms() -> [Algorithm; 1] {
    [Issuer::new().algorithm()]
}

fn policy() -> Policy<'static> {
    Policy::access_token(ISSUER, AUDIENCE, algorithms())
}

/// The claims of an Okta access token.
fn claims(changes: Value) -> String {
    verdict::claims_of(
        json!({"cid": "0oa1", "scp": ["telemetry:write", "telemetry:read"]}),
        changes,
    )
}

#[test]
fn an_okta_style_token_is_accepted_and_its_claims_are_there() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let policy = policy().require_scope("telemetry:write");
    look(&issuer, &token, &policy, Time::At(NOW), |token| {
        assert_eq!(token.claims().string("cid"), Ok("0oa1"));
        let scopes: Vec<_> = token.claims().strings("scp").unwrap().collect();
        assert_eq!(scopes, ["telemetry:write", "telemetry:read"]);
        assert_eq!(token.claims().time("exp").unwrap().seconds(), NOW + 3600);
        assert_eq!(token.algorithm(), issuer.algorithm());
        assert_eq!(token.key_index(), 0);
        assert_eq!(token.payload(), None);
    })
    .unwrap();
}

#[test]
fn a_token_signed_by_a_key_that_is_not_ours_is_rejected() {
    let (ours, theirs) = (Issuer::new(), Issuer::other());
    let foreign = theirs.token(claims(json!({})));
    let rejected = look(&ours, &foreign, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!((rejected.stage(), rejected.reason()), (Stage::Key, Reason::KeyNotFound));
    let header = json!({"alg": theirs.algorithm().name(), "kid": "first"}).to_string();
    let posing = theirs.sign(&header, claims(json!({})));
    let rejected = look(&ours, &posing, &policy(), Time::At(NOW), |_| ()).unwrap_err();
    assert_eq!(rejected.stage(), Stage::Signature);
}

#[test]
fn accepts_audience_in_another_claim_that_the_policy_names() {
    // Amazon Cognito: no `aud`, and `client_id` in its place.
    let policy = Policy::access_token(ISSUER, "0oa1", algorithms()).audience_from("client_id");
    let cognito =
        |client: &str| claims(json!({"aud": null, "client_id": client, "token_use": "access"}));
    assert_eq!(verdict_of(&policy, &cognito("0oa1")), Ok(()));
    assert_eq!(rejection(&policy, &cognito("0oa2")), Reason::WrongAudience);
    assert_eq!(rejection(&policy, &claims(json!({"client_id": null}))), Reason::ClaimMissing);
}

#[test]
fn rejects_token_without_mark_of_an_access_token() {
    let bare = claims(json!({"cid": null, "scp": null}));
    assert_eq!(rejection(&policy(), &bare), Reason::TokenNotMarked);
    for mark in [
        json!({"scope": "a"}),
        json!({"scp": "a"}),
        json!({"cid": "a"}),
        json!({"appid": "a"}),
        json!({"token_use": "access"}),
    ] {
        let mut changes = json!({"cid": null, "scp": null});
        changes.as_object_mut().unwrap().extend(mark.as_object().unwrap().clone());
        assert_eq!(verdict_of(&policy(), &claims(changes)), Ok(()), "{mark}");
    }
    let marked = policy().marked_by("azp");
    assert_eq!(rejection(&marked, &claims(json!({}))), Reason::TokenNotMarked);
    assert_eq!(verdict_of(&marked, &claims(json!({"azp": "0oa1"}))), Ok(()));
}

#[test]
fn rejects_id_token_for_access_token_as_wrong_token_kind() {
    for changes in [
        json!({"at_hash": "x"}),
        json!({"c_hash": "x"}),
        json!({"events": {}}),
        json!({"token_use": "id"}),
        json!({"typ": "ID"}),
        json!({"typ": "Refresh"}),
        json!({"typ": "Logout"}),
    ] {
        assert_eq!(rejection(&policy(), &claims(changes)), Reason::WrongTokenKind);
    }
    assert_eq!(verdict_of(&policy(), &claims(json!({"typ": "Bearer"}))), Ok(()));
}

fn with_type(token_type: Option<&str>, policy: &Policy<'_>, claims: String) -> Result<(), Error> {
    let issuer = Issuer::new();
    let mut header = json!({"alg": issuer.algorithm().name()});
    if let Some(token_type) = token_type {
        header["typ"] = json!(token_type);
    }
    let token = issuer.sign(&header.to_string(), claims);
    look(&issuer, &token, policy, Time::At(NOW), |_| ())
}

#[test]
fn the_types_that_an_access_token_may_have_are_a_closed_list() {
    for accepted in [None, Some("JWT"), Some("jwt"), Some("at+jwt"), Some("application/at+JWT")] {
        assert_eq!(with_type(accepted, &policy(), claims(json!({}))), Ok(()), "{accepted:?}");
    }
    for rejected in ["dpop+jwt", "logout+jwt", "secevent+jwt", "", "at+jwt2", "text/at+jwt"] {
        let error = with_type(Some(rejected), &policy(), claims(json!({}))).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongTokenType, "{rejected}");
    }
}

#[test]
fn rejects_scope_beside_scp_unless_the_policy_names_one() {
    let both = claims(json!({"scope": "admin", "scp": ["read"]}));
    let asked = |scope: &'static str, from: Option<&'static str>| {
        let policy = policy().require_scope(scope);
        let policy = from.map_or(policy, |claim| policy.scope_from(claim));
        verdict_of(&policy, &both).map_err(|error| (error.reason(), error.member()))
    };
    let claim = Some(Member::Scope);
    assert_eq!(asked("admin", None), Err((Reason::ScopeAmbiguous, claim)));
    assert_eq!(asked("read", None), Err((Reason::ScopeAmbiguous, claim)));
    assert_eq!(asked("read", Some("scp")), Ok(()));
    assert_eq!(asked("admin", Some("scp")), Err((Reason::ScopeMissing, claim)));
    assert_eq!(asked("admin", Some("scope")), Ok(()));
    assert_eq!(asked("read", Some("roles")), Err((Reason::ScopeMissing, claim)));
}

#[test]
fn accepts_another_typ_by_name_beside_a_mark() {
    let named = policy().require_token_type("application/okta-internal-at+jwt");
    let typed = Some("okta-internal-at+jwt");
    assert_eq!(with_type(typed, &named, claims(json!({}))), Ok(()));
    let error = with_type(typed, &policy(), claims(json!({}))).unwrap_err();
    assert_eq!(error.reason(), Reason::WrongTokenType);
    for other in [None, Some("JWT"), Some("at+jwt"), Some("logout+jwt")] {
        let error = with_type(other, &named, claims(json!({}))).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongTokenType);
    }
    let unmarked = claims(json!({"scp": null, "cid": null}));
    let error = with_type(typed, &named, unmarked).unwrap_err();
    assert_eq!(error.reason(), Reason::TokenNotMarked);
}

#[test]
fn scopes_are_whole_words_in_text_or_in_an_array() {
    let granted = |claims: Value, scopes: &[&str]| {
        let mut changes = json!({"scp": null});
        changes.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let policy = policy().require_scopes(scopes);
        verdict_of(&policy, &self::claims(changes)).map_err(|error| error.reason())
    };
    assert_eq!(granted(json!({"scope": "a b c"}), &["b"]), Ok(()));
    assert_eq!(granted(json!({"scope": "a b c"}), &["c", "a"]), Ok(()));
    assert_eq!(granted(json!({"scp": ["a", "b"]}), &["b"]), Ok(()));
    assert_eq!(granted(json!({"scp": "a b"}), &["b"]), Ok(()));
    assert_eq!(granted(json!({"scope": ["a", "b"]}), &["b", "a"]), Ok(()));
    let both = granted(json!({"scope": "a", "scp": ["b"]}), &["a", "b"]);
    assert_eq!(both, Err(Reason::ScopeAmbiguous));
    for (claims, wanted) in [
        (json!({"scope": "ab"}), "a"),
        (json!({"scope": "a"}), "ab"),
        (json!({"scope": "A"}), "a"),
        (json!({"scope": "a\tb"}), "a"),
        (json!({"scope": ""}), "a"),
        (json!({"scp": []}), "a"),
        (json!({"scope": "a:b"}), "a"),
    ] {
        assert_eq!(granted(claims.clone(), &[wanted]), Err(Reason::ScopeMissing), "{claims}");
    }
    assert_eq!(granted(json!({"scp": ["a b"]}), &["a"]), Err(Reason::ClaimType));
    assert_eq!(granted(json!({"scp": ["a", 1]}), &["a"]), Err(Reason::ClaimType));
    assert_eq!(granted(json!({"scope": 1}), &["a"]), Err(Reason::ClaimType));
    assert_eq!(granted(json!({}), &["a"]), Err(Reason::ScopeMissing));
    assert_eq!(granted(json!({"scope": "a b"}), &["a", "c"]), Err(Reason::ScopeMissing));
}

#[test]
fn rejects_key_bound_token_as_bearer_token() {
    for confirmation in [json!({"jkt": "x"}), json!({}), json!("x"), json!([])] {
        let claims = claims(json!({ "cnf": confirmation }));
        assert_eq!(rejection(&policy(), &claims), Reason::TokenBound);
    }
}

#[test]
fn the_verdict_says_which_checks_were_made() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({})));
    let policy = policy().require_scope("telemetry:read").require_max_token_age(600);
    let evidence = look(&issuer, &token, &policy, Time::At(NOW), |token| token.evidence()).unwrap();
    let passed: Vec<_> = evidence.passed().iter().collect();
    assert_eq!(
        passed,
        [
            Check::Signature,
            Check::Issuer,
            Check::Audience,
            Check::Expiry,
            Check::TokenAge,
            Check::Scopes,
            Check::Kind
        ]
    );
    assert_eq!(evidence.waived().iter().count(), 0);
    assert_eq!(evidence.vacuous().iter().collect::<Vec<_>>(), [Check::NotBefore]);
}

#[test]
fn reads_scopes_from_the_claim_that_the_policy_names() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name()}).to_string();
    let token = issuer.sign(&header, claims(json!({"scp": ["read"], "scope": "admin"})));
    for (claim, granted, other) in [("scp", "read", "admin"), ("scope", "admin", "read")] {
        let policy = policy().require_scope(granted).scope_from(claim);
        let outcome = look(&issuer, &token, &policy, Time::At(NOW), |token| {
            assert!(token.claims().has_scope(granted) && !token.claims().has_scope(other));
            assert_eq!(token.claims().scopes().unwrap().collect::<Vec<_>>(), [granted]);
        });
        assert_eq!(outcome, Ok(()));
    }
    let token = issuer
        .sign(&header, claims(json!({"scp": null, "permissions": ["read"], "scope": "admin"})));
    let policy = policy().require_scope("read").scope_from("permissions");
    let outcome = look(&issuer, &token, &policy, Time::At(NOW), |token| {
        assert!(token.claims().has_scope("read") && !token.claims().has_scope("admin"));
    });
    assert_eq!(outcome, Ok(()));
}

#[test]
fn reads_a_named_claim_without_required_scopes() {
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name()}).to_string();
    let scopes = |changes: Value, claim: &'static str| {
        let token = issuer.sign(&header, claims(changes));
        let policy = policy().scope_from(claim);
        look(&issuer, &token, &policy, Time::At(NOW), |token| {
            let scopes = token.claims().scopes().unwrap();
            assert!(!token.evidence().passed().contains(Check::Scopes), "none was asked for");
            scopes.map(str::to_owned).collect::<Vec<_>>()
        })
    };
    let both = json!({"scope": "admin", "scp": ["read", "write"]});
    assert_eq!(scopes(both.clone(), "scp").unwrap(), ["read", "write"]);
    assert_eq!(scopes(both.clone(), "scope").unwrap(), ["admin"]);
    // The other claims grant nothing, because the policy names one claim.
    assert!(scopes(both, "permissions").unwrap().is_empty());
    assert!(scopes(json!({"scope": "admin", "scp": null}), "scp").unwrap().is_empty());
    // A malformed value is never treated as absent.
    for malformed in [json!(7), json!({}), json!(["a b"]), json!([1])] {
        let error = scopes(json!({ "permissions": malformed }), "permissions").unwrap_err();
        assert_eq!((error.reason(), error.member()), (Reason::ClaimType, Some(Member::Scope)));
    }
    // An empty list of required scopes is still an error, in either order.
    let incomplete = |policy: Policy<'_>| policy.check().unwrap_err().reason();
    let none = StrList::NOT_GIVEN;
    let named = policy().scope_from("scp").require_scopes(none);
    assert_eq!(incomplete(named), Reason::PolicyIncomplete);
    let named = policy().require_scopes(none).scope_from("scp");
    assert_eq!(incomplete(named), Reason::PolicyIncomplete);
    assert_eq!(incomplete(policy().scope_from("")), Reason::PolicyEmpty);
}
