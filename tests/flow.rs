//! The flows: OAuth 2.0 Multiple Response Type Encoding Practices, OpenID Connect Core sections 3.1 to 3.3 and 12,
//! RFC 6749 and RFC 9700, sentence by sentence.

#[path = "support/issuer.rs"]
mod issuer;
#[path = "support/verdict.rs"]
mod verdict;

use issuer::Issuer;
use keycard::flow::{
    AccessTokenOf, Application, AuthorizationResponse, Endpoint, Fit, Flow, Issued, Practice,
    Presence, ResponseType, TokenResponse,
};
use keycard::{Algorithm, Check, Claim, ClaimRule, OriginalIdToken, Policy, Reason, Time};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use verdict::{AUDIENCE, ISSUER, NOW, judge, look, refusal};

const CLIENT: &str = "s6BhdRkqt3";
const NONCE: &str = "n-0S6_WzA2Mj";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

fn algorithm() -> Algorithm {
    Issuer::new().algorithm()
}

/// The left half of the hash that goes with the issuer's algorithm.
fn half_hash(value: &str) -> String {
    let digest = match algorithm() {
        Algorithm::Es384 | Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Hs384 => {
            Sha384::digest(value).to_vec()
        }
        Algorithm::Es512 | Algorithm::EdDsa | Algorithm::Ed25519 => Sha512::digest(value).to_vec(),
        _ => Sha256::digest(value).to_vec(),
    };
    issuer::encode(&digest[..digest.len() / 2])
}

/// ML-DSA has no hash of its own, so nothing can fit (Core section 3.1.3.6 names none).
fn has_hash() -> bool {
    !matches!(algorithm(), Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87)
}

/// An ID token with the nonce and both hashes, with some claims replaced; `null` removes one.
fn id_token(changes: Value) -> String {
    let mut all = json!({
        "aud": CLIENT, "nonce": NONCE, "at_hash": half_hash(ACCESS_TOKEN), "c_hash": half_hash(CODE),
    });
    for (name, value) in changes.as_object().unwrap() {
        all[name] = value.clone();
    }
    verdict::claims(all)
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

fn always(response_type: ResponseType, endpoint: Endpoint) -> Vec<Issued> {
    let all = Issued::ALL.iter().copied();
    all.filter(|it| response_type.presence(endpoint, *it) == Presence::Always).collect()
}

// --- Multiple Response Type Encoding Practices ---------------------------------------------------------

#[test]
fn the_order_of_the_words_of_a_response_type_does_not_matter() {
    for (texts, expected) in [
        (&["code"][..], ResponseType::Code),
        (&["id_token"], ResponseType::IdToken),
        (&["token"], ResponseType::Token),
        (&["none"], ResponseType::None),
        (&["code id_token", "id_token code"], ResponseType::CodeIdToken),
        (&["code token", "token code"], ResponseType::CodeToken),
        (&["id_token token", "token id_token"], ResponseType::IdTokenToken),
        (
            &[
                "code id_token token",
                "code token id_token",
                "id_token code token",
                "id_token token code",
                "token code id_token",
                "token id_token code",
            ],
            ResponseType::CodeIdTokenToken,
        ),
    ] {
        for text in texts {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        assert_eq!(texts[0], expected.to_string(), "the first is the registered order");
    }
}

#[test]
fn words_of_a_response_type_are_known_come_once_and_have_one_space_between_them() {
    for text in [
        "",
        " ",
        "code ",
        " code",
        "code  id_token",
        "code\tid_token",
        "code,id_token",
        "Code",
        "CODE",
        "id-token",
        "idtoken",
        "code code",
        "token id_token token",
        "code id_token token code",
        "code device",
        "code\0",
        "cod\u{435}",
    ] {
        let error = text.parse::<ResponseType>().unwrap_err();
        assert_eq!(error.reason(), Reason::UnknownResponseType, "{text:?}");
    }
}

#[test]
fn none_is_not_combined_with_other_response_types() {
    for text in ["none code", "code none", "none id_token token", "none none"] {
        let error = text.parse::<ResponseType>().unwrap_err();
        assert_eq!(error.reason(), Reason::UnknownResponseType, "{text}");
    }
}

#[test]
fn for_none_neither_a_code_nor_an_access_token_nor_an_id_token_is_returned() {
    for endpoint in Endpoint::ALL {
        for issued in Issued::ALL {
            assert_eq!(ResponseType::None.presence(*endpoint, *issued), Presence::Never);
            let error = ResponseType::None.check_received(*endpoint, &[*issued]).unwrap_err();
            assert_eq!(error.reason(), Reason::NotIssuedByFlow);
        }
        assert_eq!(ResponseType::None.check_received(*endpoint, &[]), Ok(()));
    }
}

#[test]
fn a_response_includes_what_each_word_of_its_type_asks_for_and_nothing_else() {
    use Issued::{AccessToken, Code, IdToken};
    for (response_type, expected) in [
        (ResponseType::Code, &[Code][..]),
        (ResponseType::IdToken, &[IdToken]),
        (ResponseType::Token, &[AccessToken]),
        (ResponseType::CodeIdToken, &[Code, IdToken]),
        (ResponseType::CodeToken, &[Code, AccessToken]),
        (ResponseType::IdTokenToken, &[IdToken, AccessToken]),
        (ResponseType::CodeIdTokenToken, &[Code, IdToken, AccessToken]),
        (ResponseType::None, &[]),
    ] {
        assert_eq!(always(response_type, Endpoint::Authorization), expected, "{response_type}");
        for issued in Issued::ALL {
            let presence = response_type.presence(Endpoint::Authorization, *issued);
            let contained = expected.contains(issued);
            let expected = if contained { Presence::Always } else { Presence::Never };
            assert_eq!(presence, expected, "{response_type}: {issued}");
            let received = response_type.check_received(Endpoint::Authorization, &[*issued]);
            assert_eq!(received.is_ok(), contained, "{response_type}: {issued}");
        }
    }
}

#[test]
fn the_number_of_a_response_type_has_a_bit_for_each_word() {
    let code = |text: &str| text.parse::<ResponseType>().unwrap().code();
    for response_type in ResponseType::ALL {
        let words = response_type.name().split(' ');
        let sum: i32 = words.map(code).sum();
        assert_eq!(response_type.code(), sum, "{response_type}");
    }
    assert_eq!(["code", "id_token", "token", "none"].map(code), [1, 2, 4, 8]);
}

// --- OpenID Connect Core 3 -----------------------------------------------------------------------------

#[test]
fn the_flow_is_determined_by_the_response_type() {
    for (text, flow) in [
        ("code", Some(Flow::AuthorizationCode)),
        ("id_token", Some(Flow::Implicit)),
        ("id_token token", Some(Flow::Implicit)),
        ("token", Some(Flow::Implicit)),
        ("code id_token", Some(Flow::Hybrid)),
        ("code token", Some(Flow::Hybrid)),
        ("code id_token token", Some(Flow::Hybrid)),
        ("none", None),
    ] {
        assert_eq!(text.parse::<ResponseType>().unwrap().flow(), flow, "{text}");
    }
}

#[test]
fn all_tokens_of_the_implicit_flow_come_from_the_authorization_endpoint() {
    for response_type in [ResponseType::IdToken, ResponseType::Token, ResponseType::IdTokenToken] {
        assert_eq!(always(response_type, Endpoint::Token), []);
        for issued in Issued::ALL {
            let presence = response_type.presence(Endpoint::Token, *issued);
            assert_eq!(presence, Presence::Never, "{response_type}: {issued}");
            let presence = Flow::Implicit.presence(Endpoint::Token, *issued);
            assert_eq!(presence, Presence::Never, "{issued}");
        }
    }
}

#[test]
fn a_code_is_exchanged_for_an_access_token_and_perhaps_an_id_token_and_a_refresh_token() {
    for text in ["code", "code id_token", "code token", "code id_token token"] {
        let response_type: ResponseType = text.parse().unwrap();
        assert_eq!(always(response_type, Endpoint::Token), [Issued::AccessToken], "{text}");
        for (issued, presence) in [
            (Issued::Code, Presence::Never),
            (Issued::IdToken, Presence::Possible),
            (Issued::RefreshToken, Presence::Possible),
        ] {
            assert_eq!(response_type.presence(Endpoint::Token, issued), presence, "{text}");
        }
    }
}

#[test]
fn no_refresh_token_comes_through_the_browser() {
    for response_type in ResponseType::ALL {
        let presence = response_type.presence(Endpoint::Authorization, Issued::RefreshToken);
        assert_eq!(presence, Presence::Never, "{response_type}");
    }
    for flow in Flow::ALL {
        let presence = flow.presence(Endpoint::Authorization, Issued::RefreshToken);
        assert_eq!(presence, Presence::Never, "{flow}");
    }
}

#[test]
fn a_flow_hands_out_what_its_response_types_do() {
    for flow in [Flow::AuthorizationCode, Flow::Implicit, Flow::Hybrid] {
        let types = ResponseType::ALL.iter().filter(|it| it.flow() == Some(flow));
        for endpoint in Endpoint::ALL {
            for issued in Issued::ALL {
                let of_types: Vec<_> =
                    types.clone().map(|it| it.presence(*endpoint, *issued)).collect();
                let first = of_types[0];
                let same = of_types.iter().all(|presence| *presence == first);
                let expected = if same { first } else { Presence::Possible };
                let found = flow.presence(*endpoint, *issued);
                assert_eq!(found, expected, "{flow}: {issued} of the {endpoint}");
            }
        }
    }
}

// --- OpenID Connect Core 3.1, Authorization Code -------------------------------------------------------

#[test]
fn the_id_token_of_the_token_endpoint_may_leave_out_at_hash_but_not_have_a_wrong_one() {
    let policy =
        TokenResponse::new(ACCESS_TOKEN).id_token_policy(ISSUER, CLIENT, algorithm(), NONCE);
    assert_eq!(judge(&policy, &id_token(json!({"at_hash": null}))), Ok(()));
    let wrong = id_token(json!({"at_hash": half_hash("another")}));
    assert_eq!(refusal(&policy, &wrong), Reason::WrongHash);
    if has_hash() {
        assert_eq!(judge(&policy, &id_token(json!({}))), Ok(()));
    }
    assert_eq!(ResponseType::Code.mandatory_checks(Endpoint::Token), []);
}

#[test]
fn if_a_nonce_was_sent_with_the_code_request_it_comes_back_and_if_not_that_is_said_by_name() {
    let response = TokenResponse::new(ACCESS_TOKEN);
    let with = response.id_token_policy(ISSUER, CLIENT, algorithm(), NONCE);
    assert_eq!(
        refusal(&with, &id_token(json!({"at_hash": null, "nonce": null}))),
        Reason::ClaimMissing
    );
    assert_eq!(
        refusal(&with, &id_token(json!({"at_hash": null, "nonce": "x"}))),
        Reason::WrongNonce
    );
    let without = response.id_token_policy(ISSUER, CLIENT, algorithm(), None);
    let error = without.check().unwrap_err();
    assert_eq!((error.reason(), error.claim()), (Reason::PolicyIncomplete, Some(Claim::Nonce)));
    let claims = id_token(json!({"at_hash": null, "nonce": null}));
    assert_eq!(judge(&without.nonce_not_sent(), &claims), Ok(()));
}

// --- OpenID Connect Core 3.2, Implicit, and 3.3, Hybrid ------------------------------------------------

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
            let error = judge(&policy, &claims).unwrap_err();
            assert_eq!((error.reason(), error.claim()), (reason, Some(Claim::Nonce)));
        }
    }
}

#[test]
fn the_nonce_of_a_front_channel_id_token_can_neither_be_waived_nor_be_empty() {
    for response in responses() {
        let error = policy(response).nonce_not_sent().check().unwrap_err();
        assert_eq!(
            (error.reason(), error.claim()),
            (Reason::PolicyContradiction, Some(Claim::Nonce))
        );
        let error = response.id_token_policy(ISSUER, CLIENT, algorithm(), "").check().unwrap_err();
        assert_eq!((error.reason(), error.claim()), (Reason::PolicyEmpty, Some(Claim::Nonce)));
    }
}

/// Which hash claims are required: for `name`, exactly in the responses for which `required` says so.
fn assert_required(name: &str, claim: Claim, required: impl Fn(ResponseType) -> bool) {
    for response in responses() {
        let response_type = response.response_type();
        let verdict = judge(&policy(response), &id_token(json!({ name: null })));
        if !required(response_type) {
            // Another hash may be in the way if the algorithm has none.
            assert!(verdict.is_ok() || !has_hash(), "{response_type}: {verdict:?}");
            continue;
        }
        if !has_hash() {
            continue;
        }
        let error = verdict.unwrap_err();
        let expected = (Reason::ClaimMissing, Some(claim));
        assert_eq!((error.reason(), error.claim()), expected, "{response_type}");
        let wrong = id_token(json!({ name: half_hash("another") }));
        let error = judge(&policy(response), &wrong).unwrap_err();
        let expected = (Reason::WrongHash, Some(claim));
        assert_eq!((error.reason(), error.claim()), expected, "{response_type}");
    }
}

#[test]
fn at_hash_is_required_if_an_access_token_comes_with_the_id_token_from_the_authorization_endpoint()
{
    let required = |it| matches!(it, ResponseType::IdTokenToken | ResponseType::CodeIdTokenToken);
    assert_required("at_hash", Claim::AccessTokenHash, required);
}

#[test]
fn c_hash_is_required_if_a_code_comes_with_the_id_token_from_the_authorization_endpoint() {
    let required = |it| matches!(it, ResponseType::CodeIdToken | ResponseType::CodeIdTokenToken);
    assert_required("c_hash", Claim::CodeHash, required);
}

#[test]
fn a_right_response_passes_every_check_that_is_mandatory_for_its_type() {
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
fn a_check_is_mandatory_exactly_where_the_response_type_brings_what_it_compares() {
    for response_type in ResponseType::ALL {
        let endpoint = Endpoint::Authorization;
        let comes = |issued| response_type.presence(endpoint, issued) == Presence::Always;
        let mandatory = response_type.mandatory_checks(endpoint);
        for (check, expected) in [
            (Check::Nonce, comes(Issued::IdToken)),
            (Check::AccessTokenHash, comes(Issued::IdToken) && comes(Issued::AccessToken)),
            (Check::CodeHash, comes(Issued::IdToken) && comes(Issued::Code)),
        ] {
            assert_eq!(mandatory.contains(&check), expected, "{response_type}: {check:?}");
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
        (ResponseType::IdTokenToken, None, None, Claim::AccessTokenHash),
        (ResponseType::CodeIdToken, None, None, Claim::CodeHash),
        (ResponseType::CodeIdTokenToken, None, token, Claim::CodeHash),
        (ResponseType::CodeIdTokenToken, code, None, Claim::AccessTokenHash),
        (ResponseType::CodeIdTokenToken, None, None, Claim::CodeHash),
    ] {
        let error = received(response_type, code, token).unwrap_err();
        let expected = (Reason::PolicyIncomplete, Some(claim));
        assert_eq!((error.reason(), error.claim()), expected, "{response_type}");
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
fn the_second_id_token_of_a_hybrid_flow_has_the_nonce_and_may_leave_out_the_hashes() {
    let policy = second("00u1");
    let bare = |nonce: Value| id_token(json!({"nonce": nonce, "at_hash": null, "c_hash": null}));
    assert_eq!(judge(&policy, &bare(json!(NONCE))), Ok(()));
    assert_eq!(refusal(&policy, &bare(json!(null))), Reason::ClaimMissing);
    let wrong = id_token(json!({"at_hash": half_hash("another")}));
    assert_eq!(refusal(&policy, &wrong), Reason::WrongHash);
}

#[test]
fn iss_and_sub_are_identical_in_both_id_tokens_of_a_hybrid_flow() {
    let with = |name: &str, value: &str| id_token(json!({ name: value, "at_hash": null }));
    assert_eq!(judge(&second("00u1"), &with("sub", "00u1")), Ok(()));
    assert_eq!(refusal(&second("00u1"), &with("sub", "00u2")), Reason::WrongSubject);
    assert_eq!(refusal(&second("00u1"), &with("iss", "https://other")), Reason::WrongIssuer);
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
fn what_a_response_shows_in_a_log_has_no_code_and_no_access_token_in_it() {
    for response in responses() {
        let shown = format!("{response:?}");
        assert!(!shown.contains(CODE) && !shown.contains(ACCESS_TOKEN), "{shown}");
    }
    assert!(!format!("{:?}", TokenResponse::new(ACCESS_TOKEN)).contains(ACCESS_TOKEN));
}

// --- RFC 6749, the flows without a response type -------------------------------------------------------

#[test]
fn a_service_is_given_an_access_token_and_an_id_token_or_refresh_token_beside_it_is_an_error() {
    let received =
        |received: &[Issued]| Flow::ClientCredentials.check_received(Endpoint::Token, received);
    assert_eq!(received(&[Issued::AccessToken]), Ok(()));
    for more in [Issued::IdToken, Issued::RefreshToken, Issued::Code] {
        let error = received(&[Issued::AccessToken, more]).unwrap_err();
        assert_eq!(error.reason(), Reason::NotIssuedByFlow, "{more}");
    }
}

#[test]
fn password_client_credentials_and_refresh_never_meet_the_authorization_endpoint() {
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
fn a_refreshed_id_token_is_of_the_user_of_the_original_and_fits_its_access_token() {
    let original = OriginalIdToken::new(ISSUER, "00u1", CLIENT, NOW - 7200);
    let response = TokenResponse::new(ACCESS_TOKEN);
    let policy = response.refreshed_id_token_policy(ISSUER, CLIENT, algorithm(), &original);
    let refreshed = |changes: Value| {
        let mut all = json!({"nonce": null, "c_hash": null, "at_hash": null});
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        id_token(all)
    };
    assert_eq!(judge(&policy, &refreshed(json!({}))), Ok(()));
    assert_eq!(refusal(&policy, &refreshed(json!({"sub": "00u2"}))), Reason::NotAsOriginal);
    let of_another = json!({"at_hash": half_hash("another")});
    assert_eq!(refusal(&policy, &refreshed(of_another)), Reason::WrongHash);
}

/// The mark of tokens with a user, as Okta writes it.
fn user_mark() -> ClaimRule<'static> {
    ClaimRule::present("uid")
}

fn access_policy(flow: Flow) -> Policy<'static> {
    let of = AccessTokenOf::flow(flow, "cid", Some(user_mark()).filter(|_| flow.has_user()));
    of.unwrap().policy(ISSUER, AUDIENCE, algorithm())
}

#[test]
fn an_access_token_stands_for_a_user_in_every_flow_but_client_credentials() {
    let service = verdict::claims(json!({"cid": CLIENT, "sub": CLIENT}));
    let user = verdict::claims(json!({"cid": CLIENT, "uid": "00u1"}));
    let unmarked = verdict::claims(json!({"cid": CLIENT}));
    for flow in Flow::ALL {
        let policy = access_policy(*flow);
        if flow.has_user() {
            assert_eq!(judge(&policy, &user), Ok(()), "{flow}");
            assert_eq!(refusal(&policy, &service), Reason::UserMissing, "{flow}");
            assert_eq!(refusal(&policy, &unmarked), Reason::UserMissing, "{flow}");
        } else {
            assert_eq!(judge(&policy, &service), Ok(()), "{flow}");
            assert_eq!(refusal(&policy, &user), Reason::UserPresent, "{flow}");
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
    // `azp` is looked at beside it: the client is not in `aud`.
    let policy = policy.with_authorized_parties(CLIENT);
    assert_eq!(judge(&policy, &with("client-credentials")), Ok(()));
    assert_eq!(refusal(&policy, &with("password")), Reason::UserPresent);
}

#[test]
fn what_marks_a_user_cannot_be_left_out_where_there_is_one() {
    for flow in Flow::ALL {
        let of = AccessTokenOf::flow(*flow, "cid", None);
        if flow.has_user() {
            let error = of.unwrap_err();
            let expected = (Reason::PolicyIncomplete, Some(Claim::Subject));
            assert_eq!((error.reason(), error.claim()), expected, "{flow}");
        } else {
            assert!(of.is_ok(), "{flow}");
        }
    }
    let empty = AccessTokenOf::Service { client_claim: "", mark: None };
    let error = empty.policy(ISSUER, AUDIENCE, algorithm()).check().unwrap_err();
    assert_eq!((error.reason(), error.claim()), (Reason::PolicyEmpty, Some(Claim::ClientId)));
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
    let judged = |token: &str| look(&issuer, token, &policy, Time::At(NOW), |_| ());
    assert_eq!(judged(&token(CLIENT)), Ok(()));
    assert_eq!(judged(&token("00u1")).unwrap_err().reason(), Reason::UserPresent);
    let untyped = issuer.token(verdict::claims(json!({"client_id": CLIENT, "sub": CLIENT})));
    assert_eq!(judged(&untyped).unwrap_err().reason(), Reason::WrongTokenType);
}

#[test]
fn an_id_token_in_place_of_an_access_token_is_refused_in_every_flow() {
    for flow in Flow::ALL {
        let policy = access_policy(*flow);
        let with_hash = id_token(json!({"aud": AUDIENCE}));
        assert_eq!(refusal(&policy, &with_hash), Reason::WrongTokenKind, "{flow}");
        let bare = id_token(json!({"aud": AUDIENCE, "at_hash": null, "c_hash": null}));
        assert_eq!(refusal(&policy, &bare), Reason::TokenNotMarked, "{flow}");
    }
}

#[test]
fn only_tokens_of_client_credentials_stand_for_no_user() {
    for flow in Flow::ALL {
        assert_eq!(flow.has_user(), *flow != Flow::ClientCredentials, "{flow}");
    }
}

// --- The decision table, and RFC 9700 ------------------------------------------------------------------

#[test]
fn the_classic_table_recommends_one_flow_for_each_application() {
    for (application, flow) in [
        (Application::Trusted, Flow::ResourceOwnerPassword),
        (Application::Service, Flow::ClientCredentials),
        (Application::SinglePage, Flow::Implicit),
        (Application::Web, Flow::AuthorizationCode),
        (Application::Native, Flow::AuthorizationCodePkce),
        (Application::FrontAndBackEnd, Flow::Hybrid),
    ] {
        assert_eq!(application.flow(), flow);
        for other in Flow::ALL {
            let recommended = application.fit(*other) == Fit::Recommended;
            assert_eq!(recommended, *other == flow, "{application}: {other}");
        }
    }
}

#[test]
fn a_client_without_a_secret_uses_no_flow_that_needs_one() {
    for application in [Application::Native, Application::SinglePage] {
        for flow in [Flow::ClientCredentials, Flow::AuthorizationCode] {
            assert_eq!(application.fit(flow), Fit::Unsuitable, "{application}: {flow}");
        }
    }
}

#[test]
fn a_service_uses_no_flow_that_needs_a_user() {
    for flow in Flow::ALL {
        let expected = if flow.has_user() { Fit::Unsuitable } else { Fit::Recommended };
        assert_eq!(Application::Service.fit(*flow), expected, "{flow}");
    }
}

#[test]
fn rfc_9700_2_1_1_every_code_flow_uses_pkce() {
    assert_eq!(Flow::AuthorizationCode.practice(), Practice::WithPkce);
    assert_eq!(Flow::AuthorizationCodePkce.practice(), Practice::Unchanged);
    for application in [Application::Web, Application::Native, Application::SinglePage] {
        assert_eq!(application.flow_today(), Flow::AuthorizationCodePkce, "{application}");
    }
}

#[test]
fn rfc_9700_2_1_2_access_tokens_should_not_come_from_the_authorization_endpoint() {
    assert_eq!(Flow::Implicit.practice(), Practice::ShouldNot);
    assert_eq!(Flow::Hybrid.practice(), Practice::Restricted);
}

#[test]
fn rfc_9700_2_4_the_resource_owner_password_credentials_grant_must_not_be_used() {
    assert_eq!(Flow::ResourceOwnerPassword.practice(), Practice::MustNot);
}

#[test]
fn no_flow_that_is_recommended_today_is_advised_against() {
    for application in Application::ALL {
        let today = application.flow_today();
        let practice = today.practice();
        assert!(matches!(practice, Practice::Unchanged | Practice::Restricted), "{application}");
        let fit = application.fit(today);
        assert_ne!(fit, Fit::Unsuitable, "{application}: {today}");
        if application.flow() == today {
            continue;
        }
        assert_ne!(application.flow().practice(), Practice::Unchanged, "{application}");
    }
}

#[test]
fn every_practice_names_its_section_of_rfc_9700_in_one_sentence() {
    for flow in Flow::ALL {
        let text = flow.practice_text();
        assert!(text.contains("(RFC 9700 section") && text.ends_with(")."), "{text}");
    }
}

#[test]
fn the_header_has_every_number_of_the_tables() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("include/keycard.h");
    let header = std::fs::read_to_string(path).unwrap();
    let defined: Vec<(String, String)> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define KEYCARD_")?.split_once(' '))
        .map(|(name, value)| (name.replace('_', ""), value.to_owned()))
        .collect();
    let count = |prefix: &str| defined.iter().filter(|(name, _)| name.starts_with(prefix)).count();
    let has = |prefix: &str, variant: String, value: String| {
        let expected = (format!("{prefix}{}", variant.to_uppercase()), value);
        assert!(defined.contains(&expected), "{expected:?}");
    };
    let bit = |bit: u32| match bit.trailing_zeros() {
        0 => "1".to_owned(),
        zeros => format!("(1 << {zeros})"),
    };
    for it in Application::ALL {
        has("APPLICATION", format!("{it:?}"), it.code().to_string());
    }
    for it in Flow::ALL {
        has("FLOW", format!("{it:?}"), it.code().to_string());
    }
    for it in Practice::ALL {
        has("PRACTICE", format!("{it:?}"), it.code().to_string());
    }
    for it in Fit::ALL {
        has("FIT", format!("{it:?}"), it.code().to_string());
    }
    for it in Endpoint::ALL {
        has("ENDPOINT", format!("{it:?}"), it.code().to_string());
    }
    for it in ResponseType::ALL {
        has("RESPONSETYPE", format!("{it:?}"), it.code().to_string());
    }
    for it in Issued::ALL {
        has("ISSUED", format!("{it:?}"), bit(it.bit()));
    }
    // KEYCARD_ISSUED_IN_FUTURE is a status.
    let own = [
        ("APPLICATION", Application::ALL.len()),
        ("FLOW", Flow::ALL.len()),
        ("PRACTICE", Practice::ALL.len()),
        ("FIT", Fit::ALL.len()),
        ("ENDPOINT", Endpoint::ALL.len()),
        ("RESPONSETYPE", ResponseType::ALL.len()),
        ("ISSUED", Issued::ALL.len() + 1),
    ];
    for (prefix, expected) in own {
        assert_eq!(count(prefix), expected, "{prefix}: one that Rust does not know");
    }
}
