//! The policies of the flows: OpenID Connect Core sections 3.1 to 3.3 and 12, and RFC 6749,
//! sentence by sentence.

use crate::support::issuer::Issuer;
use crate::support::verdict::{
    self, AUDIENCE, ISSUER, NOW, half_hash, has_hash, look, rejection, verdict_of,
};
use keycard::flow::{
    AccessTokenOf, AuthorizationResponse, Endpoint, Flow, Issued, Presence, ResponseType,
    TokenResponse,
};
use keycard::{Algorithm, Check, ClaimRule, Member, OriginalIdToken, Policy, Reason, Time};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";
const NONCE: &str = "n-0S6_WzA2Mj";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

fn algorithm() -> Algorithm {
    Issuer::new().algorithm()
}

/// An ID token with the nonce and both hashes, with some claims replaced; `null` removes one.
fn id_token(changes: Value) -> String {
    let usual = json!({
        "aud": CLIENT, "nonce": NONCE, "at_hash": half_hash(ACCESS_TOKEN), "c_hash": half_hash(CODE),
    });
    verdict::claims_of(usual, changes)
}

/// The policy for the ID token of a response.
fn policy(response: AuthorizationResponse<'static>) -> Policy<'static> {
    response.id_token_policy(ISSUER, CLIENT, algorithm(), NONCE)
}

/// The responses of the authorization endpoint that have an ID token.
fn responses() -> [AuthorizationResponse<'static>; 4] {
    [
        AuthorizationResponse::IdToken,
        AuthorizationResponse::IdTokenToken { access_token: ACCESS_TOKEN },
        AuthorizationResponse::CodeIdToken { code: CODE },
        AuthorizationResponse::CodeIdTokenToken { code: CODE, access_token: ACCESS_TOKEN },
    ]
}

// --- OpenID Connect Core 3.1, Authorization Code -------------------------------------------------

#[test]
fn accepts_missing_and_rejects_wrong_at_hash_of_token_endpoint() {
    let policy =
        TokenResponse::new(ACCESS_TOKEN).id_token_policy(ISSUER, CLIENT, algorithm(), NONCE);
    assert_eq!(verdict_of(&policy, &id_token(json!({"at_hash": null}))), Ok(()));
    let wrong = id_token(json!({"at_hash": half_hash("another")}));
    assert_eq!(rejection(&policy, &wrong), Reason::WrongHash);
    if has_hash() {
        assert_eq!(verdict_of(&policy, &id_token(json!({}))), Ok(()));
    }
    assert_eq!(ResponseType::Code.mandatory_checks(Endpoint::Token), []);
}

#[test]
fn code_flow_requires_sent_nonce_or_nonce_not_sent_by_name() {
    let response = TokenResponse::new(ACCESS_TOKEN);
    let with = response.id_token_policy(ISSUER, CLIENT, algorithm(), NONCE);
    assert_eq!(
        rejection(&with, &id_token(json!({"at_hash": null, "nonce": null}))),
        Reason::ClaimMissing
    );
    assert_eq!(
        rejection(&with, &id_token(json!({"at_hash": null, "nonce": "x"}))),
        Reason::WrongNonce
    );
    let without = response.id_token_policy(ISSUER, CLIENT, algorithm(), None);
    let error = without.check().unwrap_err();
    assert_eq!((error.reason(), error.member()), (Reason::PolicyIncomplete, Some(Member::Nonce)));
    let claims = id_token(json!({"at_hash": null, "nonce": null}));
    assert_eq!(verdict_of(&without.nonce_not_sent(), &claims), Ok(()));
}

// --- OpenID Connect Core 3.2, Implicit, and 3.3, Hybrid ------------------------------------------

#[test]
fn a_nonce_is_required_in_the_implicit_and_the_hybrid_flow() {
    for response in responses() {
        let policy = policy(response);
        assert_eq!(policy.check(), Ok(()), "{response:?}");
        for (nonce, reason) in [
            (json!(null), Reason::ClaimMissing),
            (json!(""), Reason::WrongNonce),
            (json!("another"), Reason::WrongNonce),
            (json!([NONCE]), Reason::ClaimType),
        ] {
            let claims = id_token(json!({"nonce": nonce}));
            let error = verdict_of(&policy, &claims).unwrap_err();
            assert_eq!((error.reason(), error.member()), (reason, Some(Member::Nonce)));
        }
    }
}

#[test]
fn rejects_waived_or_empty_nonce_of_front_channel_id_token() {
    for response in responses() {
        let error = policy(response).nonce_not_sent().check().unwrap_err();
        assert_eq!(
            (error.reason(), error.member()),
            (Reason::PolicyContradiction, Some(Member::Nonce))
        );
        let error = response.id_token_policy(ISSUER, CLIENT, algorithm(), "").check().unwrap_err();
        assert_eq!((error.reason(), error.member()), (Reason::PolicyEmpty, Some(Member::Nonce)));
    }
}

/// The claim `name` is required exactly in the responses for which `required` returns true.
fn assert_required(name: &str, claim: Member, required: impl Fn(ResponseType) -> bool) {
    for response in responses() {
        let response_type = response.response_type();
        let verdict = verdict_of(&policy(response), &id_token(json!({ name: null })));
        if !required(response_type) {
            // If the algorithm has no hash, another error may come first.
            assert!(verdict.is_ok() || !has_hash(), "{response_type}: {verdict:?}");
            continue;
        }
        if !has_hash() {
            continue;
        }
        let error = verdict.unwrap_err();
        let expected = (Reason::ClaimMissing, Some(claim));
        assert_eq!((error.reason(), error.member()), expected, "{response_type}");
        let wrong = id_token(json!({ name: half_hash("another") }));
        let error = verdict_of(&policy(response), &wrong).unwrap_err();
        let expected = (Reason::WrongHash, Some(claim));
        assert_eq!((error.reason(), error.member()), expected, "{response_type}");
    }
}

#[test]
fn requires_at_hash_if_access_token_comes_with_id_token() {
    let required = |it| matches!(it, ResponseType::IdTokenToken | ResponseType::CodeIdTokenToken);
    assert_required("at_hash", Member::AccessTokenHash, required);
}

#[test]
fn requires_c_hash_if_code_comes_with_id_token() {
    let required = |it| matches!(it, ResponseType::CodeIdToken | ResponseType::CodeIdTokenToken);
    assert_required("c_hash", Member::CodeHash, required);
}

#[test]
fn right_response_passes_every_mandatory_check_of_its_type() {
    if !has_hash() {
        return;
    }
    let issuer = Issuer::new();
    let token = issuer.token(id_token(json!({})));
    for response in responses() {
        let time = Time::At(NOW);
        let evidence =
            look(&issuer, &token, &policy(response), time, |token| token.evidence()).unwrap();
        let mandatory = response.response_type().mandatory_checks(Endpoint::Authorization);
        assert!(mandatory.contains(&Check::Nonce));
        for check in mandatory {
            assert!(evidence.passed().contains(*check), "{response:?}: {check:?}");
        }
    }
}

#[test]
fn a_response_without_what_its_checks_need_makes_no_policy() {
    let received = |response_type, code, access_token| {
        AuthorizationResponse::received(response_type, code, access_token)
    };
    let (code, token) = (Some(CODE), Some(ACCESS_TOKEN));
    for response in responses() {
        let parts = match response.response_type() {
            ResponseType::IdToken => (None, None),
            ResponseType::IdTokenToken => (None, token),
            ResponseType::CodeIdToken => (code, None),
            _ => (code, token),
        };
        assert_eq!(received(response.response_type(), parts.0, parts.1), Ok(response));
    }
    for (response_type, code, token, claim) in [
        (ResponseType::IdTokenToken, None, None, Member::AccessTokenHash),
        (ResponseType::CodeIdToken, None, None, Member::CodeHash),
        (ResponseType::CodeIdTokenToken, None, token, Member::CodeHash),
        (ResponseType::CodeIdTokenToken, code, None, Member::AccessTokenHash),
        (ResponseType::CodeIdTokenToken, None, None, Member::CodeHash),
    ] {
        let error = received(response_type, code, token).unwrap_err();
        let expected = (Reason::PolicyIncomplete, Some(claim));
        assert_eq!((error.reason(), error.member()), expected, "{response_type}");
    }
    for (response_type, code, token) in [
        (ResponseType::IdToken, None, token),
        (ResponseType::IdToken, code, None),
        (ResponseType::IdTokenToken, code, token),
        (ResponseType::CodeIdToken, code, token),
        (ResponseType::Code, code, None),
        (ResponseType::CodeToken, code, token),
        (ResponseType::Token, None, token),
        (ResponseType::None, None, None),
    ] {
        let error = received(response_type, code, token).unwrap_err();
        assert_eq!(error.reason(), Reason::PolicyContradiction, "{response_type}");
    }
}

#[test]
fn an_empty_code_or_access_token_does_not_switch_its_check_off() {
    for response in [
        AuthorizationResponse::IdTokenToken { access_token: "" },
        AuthorizationResponse::CodeIdToken { code: "" },
        AuthorizationResponse::CodeIdTokenToken { code: "", access_token: ACCESS_TOKEN },
        AuthorizationResponse::CodeIdTokenToken { code: CODE, access_token: "" },
    ] {
        let error = policy(response).check().unwrap_err();
        assert_eq!(error.reason(), Reason::PolicyEmpty, "{response:?}");
    }
    let policy = TokenResponse::new("").id_token_policy(ISSUER, CLIENT, algorithm(), NONCE);
    assert_eq!(policy.check().unwrap_err().reason(), Reason::PolicyEmpty);
}

#[test]
fn second_hybrid_id_token_requires_nonce_but_no_hashes() {
    let policy = second("00u1");
    let bare = |nonce: Value| id_token(json!({"nonce": nonce, "at_hash": null, "c_hash": null}));
    assert_eq!(verdict_of(&policy, &bare(json!(NONCE))), Ok(()));
    assert_eq!(rejection(&policy, &bare(json!(null))), Reason::ClaimMissing);
    let wrong = id_token(json!({"at_hash": half_hash("another")}));
    assert_eq!(rejection(&policy, &wrong), Reason::WrongHash);
}

#[test]
fn iss_and_sub_are_identical_in_both_id_tokens_of_a_hybrid_flow() {
    let with = |name: &str, value: &str| id_token(json!({ name: value, "at_hash": null }));
    assert_eq!(verdict_of(&second("00u1"), &with("sub", "00u1")), Ok(()));
    assert_eq!(rejection(&second("00u1"), &with("sub", "00u2")), Reason::WrongSubject);
    assert_eq!(rejection(&second("00u1"), &with("iss", "https://other")), Reason::WrongIssuer);
    assert_eq!(second("").check().unwrap_err().reason(), Reason::PolicyEmpty);
    for response_type in [ResponseType::CodeIdToken, ResponseType::CodeIdTokenToken] {
        let mandatory = response_type.mandatory_checks(Endpoint::Token);
        assert_eq!(mandatory, [Check::Nonce, Check::Subject]);
    }
    assert_eq!(ResponseType::CodeToken.mandatory_checks(Endpoint::Token), [], "there is but one");
}

fn second(subject: &'static str) -> Policy<'static> {
    let response = TokenResponse::new(ACCESS_TOKEN);
    response.second_id_token_policy(ISSUER, CLIENT, algorithm(), NONCE, subject)
}

#[test]
fn debug_output_shows_no_code_and_no_access_token() {
    for response in responses() {
        let shown = format!("{response:?}");
        assert!(!shown.contains(CODE) && !shown.contains(ACCESS_TOKEN), "{shown}");
    }
    assert!(!format!("{:?}", TokenResponse::new(ACCESS_TOKEN)).contains(ACCESS_TOKEN));
}

// --- RFC 6749, the flows without a response type -------------------------------------------------

#[test]
fn client_credentials_rejects_anything_beside_an_access_token() {
    let received =
        |received: &[Issued]| Flow::ClientCredentials.check_received(Endpoint::Token, received);
    assert_eq!(received(&[Issued::AccessToken]), Ok(()));
    for more in [Issued::IdToken, Issued::RefreshToken, Issued::Code] {
        let error = received(&[Issued::AccessToken, more]).unwrap_err();
        assert_eq!(error.reason(), Reason::NotIssuedByFlow, "{more}");
    }
}

#[test]
fn password_service_and_refresh_use_only_the_token_endpoint() {
    for flow in [Flow::ResourceOwnerPassword, Flow::ClientCredentials, Flow::RefreshToken] {
        for issued in Issued::ALL {
            assert_eq!(flow.presence(Endpoint::Authorization, *issued), Presence::Never, "{flow}");
        }
        let presence = flow.presence(Endpoint::Token, Issued::AccessToken);
        assert_eq!(presence, Presence::Always, "{flow}");
    }
}

#[test]
fn a_refresh_may_bring_a_new_id_token_and_a_new_refresh_token() {
    for issued in [Issued::IdToken, Issued::RefreshToken] {
        let presence = Flow::RefreshToken.presence(Endpoint::Token, issued);
        assert_eq!(presence, Presence::Possible, "{issued}");
    }
}

#[test]
fn refreshed_id_token_requires_same_user_and_right_at_hash() {
    let original = OriginalIdToken::new(ISSUER, "00u1", CLIENT, NOW - 7200);
    let response = TokenResponse::new(ACCESS_TOKEN);
    let policy = response.refreshed_id_token_policy(ISSUER, CLIENT, algorithm(), &original);
    let refreshed = |changes: Value| {
        let mut all = json!({"nonce": null, "c_hash": null, "at_hash": null});
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        id_token(all)
    };
    assert_eq!(verdict_of(&policy, &refreshed(json!({}))), Ok(()));
    assert_eq!(rejection(&policy, &refreshed(json!({"sub": "00u2"}))), Reason::NotAsOriginal);
    let of_another = json!({"at_hash": half_hash("another")});
    assert_eq!(rejection(&policy, &refreshed(of_another)), Reason::WrongHash);
}

/// The claim by which Okta marks tokens with a user.
fn user_mark() -> ClaimRule<'static> {
    ClaimRule::present("uid")
}

fn access_policy(flow: Flow) -> Policy<'static> {
    let of = AccessTokenOf::flow(flow, "cid", Some(user_mark()).filter(|_| flow.has_user()));
    of.unwrap().policy(ISSUER, AUDIENCE, algorithm())
}

#[test]
fn every_flow_but_client_credentials_requires_a_user() {
    let service = verdict::claims(json!({"cid": CLIENT, "sub": CLIENT}));
    let user = verdict::claims(json!({"cid": CLIENT, "uid": "00u1"}));
    let unmarked = verdict::claims(json!({"cid": CLIENT}));
    for flow in Flow::ALL {
        let policy = access_policy(*flow);
        if flow.has_user() {
            assert_eq!(verdict_of(&policy, &user), Ok(()), "{flow}");
            assert_eq!(rejection(&policy, &service), Reason::UserMissing, "{flow}");
            assert_eq!(rejection(&policy, &unmarked), Reason::UserMissing, "{flow}");
        } else {
            assert_eq!(verdict_of(&policy, &service), Ok(()), "{flow}");
            assert_eq!(rejection(&policy, &user), Reason::UserPresent, "{flow}");
        }
    }
}

#[test]
fn an_issuer_may_mark_tokens_of_services_in_its_own_way() {
    let mark = Some(ClaimRule::equals("gty", "client-credentials"));
    let of = AccessTokenOf::flow(Flow::ClientCredentials, "azp", mark).unwrap();
    let policy = of.policy(ISSUER, AUDIENCE, algorithm());
    let with = |grant: &str| {
        verdict::claims(json!({"azp": CLIENT, "scope": "a", "sub": "x@clients", "gty": grant}))
    };
    // `azp` is also checked: the client is not in `aud`.
    let policy = policy.allow_authorized_parties(CLIENT);
    assert_eq!(verdict_of(&policy, &with("client-credentials")), Ok(()));
    assert_eq!(rejection(&policy, &with("password")), Reason::UserPresent);
}

#[test]
fn what_marks_a_user_cannot_be_left_out_where_there_is_one() {
    for flow in Flow::ALL {
        let of = AccessTokenOf::flow(*flow, "cid", None);
        if flow.has_user() {
            let error = of.unwrap_err();
            let expected = (Reason::PolicyIncomplete, Some(Member::Subject));
            assert_eq!((error.reason(), error.member()), expected, "{flow}");
        } else {
            assert!(of.is_ok(), "{flow}");
        }
    }
    let empty = AccessTokenOf::Service { client_claim: "", mark: None };
    let error = empty.policy(ISSUER, AUDIENCE, algorithm()).check().unwrap_err();
    assert_eq!((error.reason(), error.member()), (Reason::PolicyEmpty, Some(Member::ClientId)));
}

#[test]
fn an_access_token_by_rfc_9068_is_asked_for_its_user_too() {
    let of = AccessTokenOf::flow(Flow::ClientCredentials, "client_id", None).unwrap();
    let policy = of.policy_rfc9068(ISSUER, AUDIENCE, algorithm());
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "typ": "at+jwt"}).to_string();
    let token = |subject: &str| {
        let all = json!({"sub": subject, "client_id": CLIENT, "jti": "1"});
        issuer.sign(&header, verdict::claims(all))
    };
    let outcome = |token: &str| look(&issuer, token, &policy, Time::At(NOW), |_| ());
    assert_eq!(outcome(&token(CLIENT)), Ok(()));
    assert_eq!(outcome(&token("00u1")).unwrap_err().reason(), Reason::UserPresent);
    let untyped = issuer.token(verdict::claims(json!({"client_id": CLIENT, "sub": CLIENT})));
    assert_eq!(outcome(&untyped).unwrap_err().reason(), Reason::WrongTokenType);
}

#[test]
fn rejects_id_token_in_place_of_access_token_in_every_flow() {
    for flow in Flow::ALL {
        let policy = access_policy(*flow);
        let with_hash = id_token(json!({"aud": AUDIENCE}));
        assert_eq!(rejection(&policy, &with_hash), Reason::WrongTokenKind, "{flow}");
        let bare = id_token(json!({"aud": AUDIENCE, "at_hash": null, "c_hash": null}));
        assert_eq!(rejection(&policy, &bare), Reason::TokenNotMarked, "{flow}");
    }
}

#[test]
fn only_tokens_of_client_credentials_stand_for_no_user() {
    for flow in Flow::ALL {
        assert_eq!(flow.has_user(), *flow != Flow::ClientCredentials, "{flow}");
    }
}
