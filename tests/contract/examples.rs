//! The examples of the flows run as described, and `docs/guide/flows.md` quotes them and the tables
//! exactly.

#![cfg(feature = "rs256")]
#![allow(
    clippy::duplicate_mod,
    reason = "each example is a program of its own, with what they share"
)]

#[path = "../../examples/authorization_code.rs"]
mod authorization_code;
#[path = "../../examples/authorization_code_pkce.rs"]
mod authorization_code_pkce;
#[path = "../../examples/client_credentials.rs"]
mod client_credentials;
#[path = "../../examples/hybrid.rs"]
mod hybrid;
#[path = "../../examples/implicit.rs"]
mod implicit;
#[cfg(feature = "alloc")]
#[path = "../../examples/key_rotation.rs"]
mod key_rotation;
#[path = "../../examples/password.rs"]
mod password;
#[path = "../../examples/refresh_token.rs"]
mod refresh_token;

use keycard::Error;
use keycard::flow::{Application, Endpoint, Fit, Flow, Issued, Presence, ResponseType};
use std::path::{Path, PathBuf};

type Example = fn() -> Result<(), Error>;

/// Each flow with its example, in the order of the page.
const EXAMPLES: [(Flow, &str, Example); 7] = [
    (Flow::AuthorizationCode, "authorization_code", authorization_code::main),
    (Flow::AuthorizationCodePkce, "authorization_code_pkce", authorization_code_pkce::main),
    (Flow::Implicit, "implicit", implicit::main),
    (Flow::Hybrid, "hybrid", hybrid::main),
    (Flow::ResourceOwnerPassword, "password", password::main),
    (Flow::ClientCredentials, "client_credentials", client_credentials::main),
    (Flow::RefreshToken, "refresh_token", refresh_token::main),
];

const PAGE: &str = "docs/guide/flows.md";

#[test]
#[cfg(feature = "alloc")]
fn key_rotation_replaces_the_table() {
    assert_eq!(key_rotation::main(), Ok(()));
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap()
}

#[test]
fn every_flow_has_an_example_that_accepts_and_rejects() {
    let flows = EXAMPLES.map(|(flow, ..)| flow);
    assert_eq!(flows, Flow::ALL);
    for (_, name, main) in EXAMPLES {
        println!("== {name}");
        assert_eq!(main(), Ok(()), "{name}");
        let source = read(&format!("examples/{name}.rs"));
        assert!(source.contains("demo::accept("), "{name} accepts nothing");
        assert!(source.contains("demo::reject"), "{name} rejects nothing");
    }
}

/// The generated parts of the page, by the name in their `<!-- begin … -->`.
fn parts() -> Vec<(String, String)> {
    let mut parts = vec![
        ("applications".to_owned(), table_of_applications()),
        ("response types".to_owned(), table_of_response_types()),
    ];
    parts.extend(EXAMPLES.map(|(flow, name, _)| {
        let source = read(&format!("examples/{name}.rs"));
        let main = &source[source.find("pub(crate) fn main()").unwrap()..];
        let practice = flow.practice_text();
        let quote = format!(
            "{practice}\n\n`cargo run --example {name}` goes through it:\n\n```rust\n{main}```\n"
        );
        (name.to_owned(), quote)
    }));
    parts
}

fn table_of_applications() -> String {
    let mut table =
        "| application | classic | also possible | RFC 9700 on the classic one | today |\n\
                     | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for application in Application::ALL {
        let classic = application.flow();
        let possible = Flow::ALL.iter().filter(|flow| application.fit(**flow) == Fit::Possible);
        let possible: Vec<_> = possible.map(|flow| flow.name()).collect();
        let row = [
            application.name(),
            classic.name(),
            &possible.join(", "),
            classic.practice().name(),
            application.flow_today().name(),
        ];
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    table
}

fn table_of_response_types() -> String {
    let mut table =
        "| response type | flow | from the authorization endpoint | checks of its ID token | from \
         the token endpoint | checks of its ID token |\n| --- | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for response_type in ResponseType::ALL {
        let mut row = vec![
            format!("`{response_type}`"),
            response_type.flow().map_or("none", Flow::name).to_owned(),
        ];
        for endpoint in Endpoint::ALL {
            let mut issued = Vec::new();
            for presence in [Presence::Always, Presence::Possible] {
                let with = |it: &&Issued| response_type.presence(*endpoint, **it) == presence;
                let perhaps = if presence == Presence::Possible { "perhaps " } else { "" };
                let some = Issued::ALL.iter().filter(with);
                issued.extend(some.map(|issued| format!("{perhaps}{issued}")));
            }
            let checks = response_type.mandatory_checks(*endpoint).iter();
            let checks: Vec<_> = checks.map(|check| check.name()).collect();
            row.extend([issued.join(", "), checks.join(", ")]);
        }
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    table
}

/// The page with up-to-date generated parts.
fn filled(page: &str) -> String {
    parts().into_iter().fold(page.to_owned(), |page, (name, part)| {
        let begin = format!("<!-- begin {name} -->\n");
        let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no {begin}"));
        let (_, after) = rest.split_once("<!-- end -->\n").unwrap();
        format!("{before}{begin}\n{part}\n<!-- end -->\n{after}")
    })
}

#[test]
fn page_of_flows_quotes_current_examples_and_tables() {
    let page = read(PAGE);
    let filled = filled(&page);
    if std::env::var_os("KEYCARD_WRITE_PAGES").is_some() {
        std::fs::write(path(PAGE), &filled).unwrap();
    }
    assert!(read(PAGE) == filled, "{PAGE} quotes something else: run `make pages`");
    assert_eq!(page.matches("<!-- begin ").count(), parts().len(), "a part that nobody fills");
}
