//! The guards of Go, nginx and Envoy answer an invalid request with the same words (RFC 6750
//! section 3, RFC 9449 section 7.1).

use std::collections::BTreeSet;

const GO: &str = include_str!("../../bindings/go/bearer/challenge.go");
const NGINX: &str = include_str!("../../integrations/nginx/ngx_http_keycard_guard.c");
const ENVOY: &str = include_str!("../../integrations/envoy/verdict.c");

const CODES: [&str; 5] = [
    "invalid_request",
    "invalid_token",
    "insufficient_scope",
    "invalid_dpop_proof",
    "use_dpop_nonce",
];

/// The name of a status without the spelling of its language: `http.StatusBadRequest` and
/// `NGX_HTTP_BAD_REQUEST` are `BADREQUEST`, and so is 400.
fn status(name: &str) -> String {
    let numbers = [("400", "BADREQUEST"), ("401", "UNAUTHORIZED"), ("403", "FORBIDDEN")];
    if let Some((_, word)) = numbers.iter().find(|(number, _)| *number == name) {
        return (*word).to_owned();
    }
    let letters: String =
        name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_uppercase();
    letters.replace("NGXHTTP", "").replace("HTTPSTATUS", "")
}

/// Each answer with an error of a source: its status, error and `error_description`. Both languages
/// have the three side by side.
fn answers(source: &str) -> Vec<(String, &'static str, String)> {
    let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for code in CODES {
        let quoted = format!(", \"{code}\", \"");
        for (at, _) in source.match_indices(&quoted) {
            let before = source[..at].rsplit([' ', '{', '(']).next().expect("a word");
            let description = source[at + quoted.len()..].split('"').next().expect("a description");
            found.push((status(before), code, description.to_owned()));
        }
    }
    found
}

#[test]
fn nginx_envoy_and_go_answer_alike() {
    let (go, mut nginx, mut envoy) = (answers(GO), answers(NGINX), answers(ENVOY));
    for (source, found) in [(GO, &go), (NGINX, &nginx), (ENVOY, &envoy)] {
        // The comparison would miss an error elsewhere in a source.
        let mentions: usize =
            CODES.iter().map(|code| source.matches(&format!("\"{code}\"")).count()).sum();
        assert_eq!(mentions, found.len(), "{found:?}");
    }
    assert_eq!(go.len(), 10, "{go:?}");
    // The nginx module requires no nonces, and only the Envoy module can require a certificate.
    nginx.extend(go.iter().filter(|(_, code, _)| *code == "use_dpop_nonce").cloned());
    envoy.retain(|(_, _, description)| description != "the token needs a client certificate");
    let go = go.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(go, nginx.into_iter().collect());
    assert_eq!(go, envoy.into_iter().collect());
}
