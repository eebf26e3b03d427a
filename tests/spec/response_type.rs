//! OAuth 2.0 Multiple Response Type Encoding Practices, and the response types of OpenID Connect
//! Core section 3, sentence by sentence.

use keycard::flow::{Endpoint, Flow, Issued, Presence, ResponseType};
use keycard::{Check, Reason};

fn always(response_type: ResponseType, endpoint: Endpoint) -> Vec<Issued> {
    let all = Issued::ALL.iter().copied();
    all.filter(|it| response_type.presence(endpoint, *it) == Presence::Always).collect()
}

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
fn rejects_unknown_repeated_or_badly_spaced_response_type_words() {
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
fn none_returns_no_code_and_no_token() {
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
fn response_returns_exactly_what_the_words_of_its_type_say() {
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

// --- OpenID Connect Core 3 -----------------------------------------------------------------------

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
fn implicit_flow_returns_nothing_from_the_token_endpoint() {
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
fn code_returns_access_token_and_perhaps_id_and_refresh_token() {
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

#[test]
fn check_is_mandatory_exactly_if_response_returns_its_value() {
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
