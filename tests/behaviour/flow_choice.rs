//! The choice of a flow: the classic decision table, RFC 9700 sentence by sentence, and the numbers
//! of the flows in C.

use keycard::flow::{Application, Endpoint, Fit, Flow, Issued, Practice, Presence, ResponseType};

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
fn rfc_9700_2_1_2_implicit_is_should_not_and_hybrid_restricted() {
    assert_eq!(Flow::Implicit.practice(), Practice::ShouldNot);
    assert_eq!(Flow::Hybrid.practice(), Practice::Restricted);
}

#[test]
fn rfc_9700_2_4_password_grant_is_must_not() {
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
fn every_name_in_a_table_is_its_own_and_is_what_a_log_shows() {
    fn assert_named<T: std::fmt::Display>(all: &[T], name: impl Fn(&T) -> &'static str) {
        let names: Vec<_> = all.iter().map(&name).collect();
        for (at, it) in all.iter().enumerate() {
            assert_eq!(it.to_string(), names[at]);
            assert!(!names[at].is_empty() && !names[..at].contains(&names[at]), "{it}");
        }
    }
    assert_named(Application::ALL, |it| it.name());
    assert_named(Flow::ALL, |it| it.name());
    assert_named(ResponseType::ALL, |it| it.name());
    assert_named(Endpoint::ALL, |it| it.name());
    assert_named(Issued::ALL, |it| it.name());
    assert_named(&[Fit::Recommended, Fit::Possible, Fit::Unsuitable], |it| it.name());
    assert_named(&[Presence::Never, Presence::Possible, Presence::Always], |it| it.name());
    let practices = [Practice::Unchanged, Practice::WithPkce, Practice::Restricted];
    let against = [Practice::ShouldNot, Practice::MustNot];
    assert_named(&[&practices[..], &against].concat(), |it| it.name());
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
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("include/keycard_oidc.h");
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
    let own = [
        ("APPLICATION", Application::ALL.len()),
        ("FLOW", Flow::ALL.len()),
        ("PRACTICE", Practice::ALL.len()),
        ("FIT", Fit::ALL.len()),
        ("ENDPOINT", Endpoint::ALL.len()),
        ("RESPONSETYPE", ResponseType::ALL.len()),
        ("ISSUED", Issued::ALL.len()),
    ];
    for (prefix, expected) in own {
        assert_eq!(count(prefix), expected, "{prefix}: one that Rust does not know");
    }
}
