//! Runs the command-line tool like a user.

#[path = "../../tests/support/issuer.rs"]
mod issuer;
#[path = "support/tool.rs"]
mod tool;
#[path = "../../tests/support/verdict.rs"]
mod verdict;

use issuer::Issuer;
use serde_json::json;
use std::io::Write as _;
use std::process::{Command, Stdio};
use tool::{key_file, key_set, run, tool};
use verdict::{AUDIENCE, ISSUER, NOW, claims};

#[test]
fn validate_prints_claims_if_accepted_and_reason_if_rejected() {
    let issuer = Issuer::new();
    let file = key_set("validate", &issuer.jwk());
    let token = issuer.token(claims(json!({"cid": "0oa1", "scp": ["a b".replace(' ', ":")]})));
    let now = NOW.to_string();
    let file = file.to_str().unwrap();
    let asked = |more: &[&str], input: &str| {
        let mut arguments = vec!["validate", "--jwks", file, "--issuer", ISSUER, "--now", &now];
        arguments.extend(["--allow-secrets"]);
        arguments.extend(more);
        run(&arguments, input)
    };
    let (status, output, _) = asked(&["--audience", AUDIENCE, "--scope", "a:b", &token], "");
    assert_eq!(status, Some(0), "{output}");
    for expected in ["ACCEPTED", "kid \"first\"", "cid: \"0oa1\"", "scp: [\"a:b\"]", "audience"] {
        assert!(output.contains(expected), "{expected} in {output}");
    }
    let (status, output, _) = asked(&["--audience", AUDIENCE, "-"], &format!(" {token}\n"));
    assert_eq!((status, output.starts_with("ACCEPTED")), (Some(0), true), "from standard input");
    let (status, output, _) = asked(&["--audience", "api://other", &token], "");
    assert_eq!(status, Some(1));
    let expected = "REJECTED  claims: the token is for another audience (aud)\n\
                    \x20 expected: \"api://other\"\n\
                    \x20 found:    \"api://default\"\n";
    assert_eq!(output, expected);
    let (status, _, error) = asked(&["--audience", "", &token], "");
    assert_eq!(status, Some(2), "{error}");
    let (status, _, error) = asked(&[&token], "");
    assert_eq!((status, error.contains("--audience")), (Some(2), true), "{error}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn validate_takes_a_refreshed_id_token_beside_the_original() {
    let issuer = Issuer::new();
    let file = key_set("refreshed", &issuer.jwk());
    let id_token = |changes| issuer.token(claims(changes));
    let original = id_token(json!({"aud": ["c"], "iat": NOW - 7200, "exp": NOW - 3600}));
    let now = NOW.to_string();
    let validate = |original: &[&str], token: &str| {
        let mut arguments = vec!["validate", "--jwks", file.to_str().unwrap(), "--issuer", ISSUER];
        arguments.extend(["--audience", "c", "--now", &now, "--allow-secrets"]);
        arguments.extend(["--profile", "refreshed-id-token", token]);
        arguments.extend(original);
        run(&arguments, "")
    };
    let (status, output, error) =
        validate(&["--original", &original], &id_token(json!({"aud": "c"})));
    assert_eq!((status, output.contains("original")), (Some(0), true), "{output}{error}");
    let other = id_token(json!({"aud": "c", "sub": "00u2"}));
    let (status, output, _) = validate(&["--original", &original], &other);
    assert_eq!(status, Some(1));
    let expected = "REJECTED  claims: a claim differs from the original ID token (sub)\n\
                    \x20 found:    \"00u2\"\n";
    assert_eq!(output, expected);
    assert_eq!(validate(&[], &other).0, Some(2));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn inspect_shows_everything_and_warns_that_none_is_verified() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({"note": "\u{1b}[31m"})));
    let (status, output, _) = run(&["inspect"], &token);
    assert_eq!(status, Some(0));
    assert!(output.starts_with("NOT VERIFIED") && output.contains(ISSUER), "{output}");
    assert!(!output.contains('\u{1b}'), "nothing reaches the terminal as it is");
    assert_eq!(run(&["inspect", "a.b"], "").0, Some(2));
}

#[test]
fn pkce_makes_a_challenge_and_checks_a_verifier() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let (status, output, _) = run(&["pkce", "challenge", verifier], "");
    assert_eq!((status, output.trim()), (Some(0), challenge));
    let (status, output, _) = run(&["pkce", "verify", "--challenge", challenge], verifier);
    assert_eq!((status, output.as_str()), (Some(0), "ACCEPTED\n"));
    let (status, output, _) = run(&["pkce", "verify", "--challenge", challenge, challenge], "");
    assert_eq!(status, Some(1));
    assert!(output.starts_with("REJECTED  PKCE: the code verifier does not match"), "{output}");
    assert_eq!(run(&["pkce", "challenge", "short"], "").0, Some(2));
    let plain = ["pkce", "verify", "--method", "plain", "--challenge", verifier, verifier];
    let (status, output, _) = run(&plain, "");
    assert_eq!(status, Some(1));
    assert!(output.ends_with(": see --allow-plain\n"), "{output}");
    assert_eq!(run(&[&plain[..], &["--allow-plain"]].concat(), "").0, Some(0));
}

#[test]
fn validate_prints_failed_rule_and_how_to_give_two_scopes() {
    let issuer = Issuer::new();
    let file = key_set("rules", &issuer.jwk());
    let token = issuer.token(claims(json!({"cid": "0oa1\u{9b}", "scp": ["a", "b"]})));
    let now = NOW.to_string();
    let asked = |more: &[&str]| {
        let mut arguments = vec!["validate", "--jwks", file.to_str().unwrap(), "--issuer", ISSUER];
        arguments.extend(["--audience", AUDIENCE, "--allow-secrets", "--now", &now]);
        arguments.extend(more);
        run(&arguments, &token)
    };
    let (status, output, _) = asked(&["--require", "sub", "--require", "cid=other"]);
    assert_eq!(status, Some(1));
    assert!(output.ends_with(" (claim rule 1)\n  expected: --require cid=other\n"), "{output}");
    let (status, _, complaint) = asked(&["--scope", "a b"]);
    assert_eq!(status, Some(2));
    assert!(complaint.contains("repeat --scope"), "{complaint}");
    let (status, output, _) = asked(&["--scope", "a", "--scope", "b"]);
    assert_eq!(status, Some(0), "{output}");
    assert!(!output.contains('\u{9b}'), "nothing reaches the terminal as it is");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn keys_build_writes_only_what_compiles() {
    let file = key_set("build", &Issuer::new().jwk());
    let out = file.with_extension("rs");
    let build = |name: &str| {
        let source = ["--jwks", file.to_str().unwrap(), "--allow-secrets"];
        let arguments = [&["keys", "build"], &source[..], &["--out", out.to_str().unwrap()]];
        run(&[&arguments.concat()[..], &["--name", name]].concat(), "").0
    };
    for name in ["", "1a", "a-b", "my keys", "a;", "ä", "--jwks"] {
        assert_eq!(build(name), Some(2), "{name}");
        assert!(!out.exists(), "{name}");
    }
    assert_eq!(build("keys_of_2"), Some(0));
    let source = std::fs::read_to_string(&out).unwrap();
    for constant in [
        "pub static KEYS_OF_2: [u64; ",
        "pub const KEYS_OF_2_DIGEST: [u8; 32] = [",
        "pub const KEYS_OF_2_VERSION: u64 = 1;",
    ] {
        assert!(source.contains(constant), "{constant}");
    }
    std::fs::remove_file(&file).unwrap();
    std::fs::remove_file(&out).unwrap();
}

/// A file of `tests/vectors/key_forms`.
fn key_form(name: &str) -> String {
    format!("{}/../tests/vectors/key_forms/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn keys_list_reads_pem_der_and_certificates() {
    use base64::Engine as _;
    let list = |file: &str, more: &[&str]| {
        let arguments = [&["keys", "list", "--jwks", file][..], more].concat();
        run(&arguments, "")
    };
    let rsa = key_form("rsa_public.pem");
    let (status, expected, _) = list(&rsa, &[]);
    assert_eq!(status, Some(0));
    let pem = std::fs::read_to_string(&rsa).unwrap();
    let der_of = |pem: &str| {
        let pem = std::fs::read_to_string(pem).unwrap();
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        base64::engine::general_purpose::STANDARD.decode(body).unwrap()
    };
    let file = std::env::temp_dir().join(format!("keycard-forms-{}", std::process::id()));
    for content in [der_of(&rsa), format!("subject=CN\n\u{FEFF}{pem}\n\n").into_bytes()] {
        std::fs::write(&file, content).unwrap();
        assert_eq!(list(file.to_str().unwrap(), &[]).1, expected);
    }
    let certificate = key_form("certificate_rsa_sign.pem");
    let unchecked = "keys from certificates, whose dates and chains were not checked: ";
    let (_, output, error) = list(&certificate, &[]);
    assert_eq!((output, error), (expected.clone(), format!("{unchecked}1\n")));
    std::fs::write(&file, der_of(&certificate)).unwrap();
    let (_, output, error) = list(file.to_str().unwrap(), &[]);
    assert_eq!((output, error), (expected, format!("{unchecked}1\n")));
    std::fs::remove_file(&file).unwrap();
    let map = key_form("certificates_by_kid.json");
    let (_, output, error) = list(&map, &[]);
    assert!(output.lines().count() == 2 && error.contains(&format!("{unchecked}2\n")), "{error}");
    // The user did not name the certificate, because it is in a key set.
    let set = key_form("x5c.jwks.json");
    let (_, output, error) = list(&set, &[]);
    assert!(output.lines().count() == 2 && error.contains("a certificate, which"), "{error}");
    assert_eq!(list(&set, &["--allow-certificates"]).1.lines().count(), 3);
    let (_, _, error) = list(&key_form("private_rsa_pkcs8.pem"), &[]);
    assert!(error.contains("the key is private"), "{error}");
    let (_, _, error) = list(&key_form("certificate_rsa_enc.pem"), &[]);
    assert!(error.contains("not for verifying signatures"), "{error}");
}

#[test]
fn keys_list_names_a_file_that_holds_no_keys() {
    let file = std::env::temp_dir().join(format!("keycard-guess-{}", std::process::id()));
    for (content, expected) in [
        ("", "the file is empty"),
        (" \n", "the file is empty"),
        ("\u{FEFF}{\"keys\":[]}", "byte order mark"),
        ("<!DOCTYPE html><html></html>", "HTML"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJv keycard", "OpenSSH"),
        ("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY= x", "OpenSSH"),
        (r#"{"issuer":"https://id.example","jwks_uri":"https://id.example/keys"}"#, "jwks_uri"),
        ("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEv5sQd+yXcNIEEWmTbqXXYJAu\n", "base64 without"),
        ("Not found\n", "not JSON, PEM or DER"),
    ] {
        std::fs::write(&file, content).unwrap();
        let arguments = ["keys", "list", "--jwks", file.to_str().unwrap()];
        let (status, _, error) = run(&arguments, "");
        assert!(status == Some(2) && error.contains(expected), "{content}: {error}");
    }
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn keys_build_writes_a_header_with_digest_and_version() {
    let file = key_set("build-c", &Issuer::new().jwk());
    let out = file.with_extension("c");
    let arguments = ["keys", "build", "--version", "7", "--name", "door", "--jwks"];
    let files = [file.to_str().unwrap(), "--allow-secrets", "--out", out.to_str().unwrap()];
    assert_eq!(run(&[&arguments[..], &files].concat(), "").0, Some(0));
    let header = std::fs::read_to_string(out.with_extension("h")).unwrap();
    for line in [
        "#define DOOR_VERSION UINT64_C(7)\n",
        "extern const uint64_t door[",
        "extern const uint8_t door_digest[32];\n",
    ] {
        assert!(header.contains(line), "{line}");
    }
    let source = std::fs::read_to_string(&out).unwrap();
    let include =
        format!("#include \"{}\"\n", out.with_extension("h").file_name().unwrap().display());
    assert!(source.contains(&include), "{source:.300}");
    // A C compiler accepts both files, and the digest is correct for the words.
    let program = file.with_extension("main.c");
    let main = format!(
        "{include}int main(void) {{ return DOOR_VERSION == 7 && sizeof door > 48 && door_digest[0] + 1 > 0 ? 0 : 1; }}\n"
    );
    std::fs::write(&program, main).unwrap();
    let binary = file.with_extension("out");
    let compiled = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&binary, &program, &out])
        .status()
        .unwrap();
    assert!(compiled.success() && Command::new(&binary).status().unwrap().success());
    for file in [&file, &out, &out.with_extension("h"), &program, &binary] {
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn flow_says_what_fits_an_application_and_what_is_done_today() {
    let (status, output, _) = run(&["flow", "--app", "native"], "");
    assert_eq!(status, Some(0));
    let expected = "native: Authorization Code with PKCE\n  today: Authorization Code with PKCE\n";
    assert!(output.starts_with(expected), "{output}");
    let (_, output, _) = run(&["flow", "--app", "trusted"], "");
    for expected in
        ["trusted: Resource Owner Password\n", "Must not be used", "(RFC 9700 section 2.4)"]
    {
        assert!(output.contains(expected), "{expected} in {output}");
    }
    let (_, output, _) = run(&["flow", "--app", "single-page", "--json"], "");
    let said: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(said["classic"], "Implicit");
    assert_eq!(said["today"], "Authorization Code with PKCE");
    assert_eq!(said["flows"].as_array().unwrap().len(), 7);
    let (_, output, _) = run(&["flow"], "");
    assert_eq!(output.lines().count(), 7, "a head and six kinds: {output}");
    let (_, output, _) = run(&["flow", "--json"], "");
    let said: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(said.as_array().unwrap().len(), 6);
    assert_eq!(run(&["flow", "--app", "toaster"], "").0, Some(2));
}

#[test]
fn flow_prints_what_a_response_type_returns_and_its_checks() {
    let (status, output, _) = run(&["flow", "--response-type", "id_token code"], "");
    assert_eq!(status, Some(0));
    assert_eq!(
        output,
        "code id_token: Hybrid\n\
         \x20 from the authorization endpoint: code, ID token\n\
         \x20   its ID token must pass: nonce, code hash\n\
         \x20 from the token endpoint: access token, perhaps ID token, perhaps refresh token\n\
         \x20   its ID token must pass: nonce, subject\n"
    );
    let (_, output, _) = run(&["flow", "--response-type", "none"], "");
    assert!(output.contains("from the token endpoint: nothing"), "{output}");
    let (_, output, _) = run(&["flow", "--response-type", "token id_token", "--json"], "");
    let said: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(said["response_type"], "id_token token");
    let checks = &said["authorization_endpoint"]["mandatory_checks"];
    assert_eq!(*checks, json!(["nonce", "access token hash"]));
    for wrong in ["", "code code", "none code", "cookie"] {
        let (status, _, error) = run(&["flow", "--response-type", wrong], "");
        assert_eq!((status, error.contains("code id_token token")), (Some(2), true), "{error}");
    }
    let both = ["flow", "--app", "web", "--response-type", "code"];
    assert_eq!(run(&both, "").0, Some(2), "one question at a time");
}

#[test]
fn validate_takes_logout_tokens_and_untyped_ones_only_by_name() {
    let issuer = Issuer::new();
    let file = key_set("logout", &issuer.jwk());
    let events = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    let claims = claims(json!({"jti": "1", "sid": "s1", "events": events}));
    let header = json!({"alg": issuer.algorithm().name(), "typ": "logout+jwt"}).to_string();
    let now = NOW.to_string();
    let file = file.to_str().unwrap();
    let asked = |token: &str, more: &[&str]| {
        let mut arguments = vec!["validate", "--profile", "logout", "--jwks", file, "--now", &now];
        arguments.extend(["--issuer", ISSUER, "--audience", AUDIENCE, "--allow-secrets", token]);
        arguments.extend(more);
        let (status, output, _) = run(&arguments, "");
        (status, output)
    };
    let (status, output) = asked(&issuer.sign(&header, &claims), &[]);
    assert_eq!(status, Some(0), "{output}");
    assert!(output.contains("sid: \"s1\""), "{output}");
    let (status, output) = asked(&issuer.token(&claims), &[]);
    assert_eq!(status, Some(1), "{output}");
    let (status, output) = asked(&issuer.token(&claims), &["--allow-untyped-logout-token"]);
    assert_eq!(status, Some(0), "{output}");
}

#[test]
fn validate_takes_client_assertions_with_a_lifetime() {
    let issuer = Issuer::new();
    let file = key_set("client-assertion", &issuer.jwk());
    let claims = claims(json!({"iss": "app", "sub": "app", "jti": "1"}));
    let now = NOW.to_string();
    let asked = |more: &[&str]| {
        let mut arguments = vec!["validate", "--profile", "client-assertion", "--now", &now];
        arguments.extend(["--jwks", file.to_str().unwrap(), "--issuer", "app", "--allow-secrets"]);
        arguments.extend(["--audience", AUDIENCE]);
        let token = issuer.token(&claims);
        arguments.extend(more.iter().chain([&token.as_str()]));
        let (status, output, error) = run(&arguments, "");
        (status, output + &error)
    };
    let (status, output) = asked(&["--max-lifetime", "3600"]);
    assert_eq!(status, Some(0), "{output}");
    let (status, output) = asked(&["--max-lifetime", "3599"]);
    assert_eq!(status, Some(1), "{output}");
    let (status, output) = asked(&[]);
    assert_eq!(status, Some(2), "{output}");
}

/// The tokens of `tests/vectors/kinds.json`, by the policy for their kind.
#[test]
fn validate_takes_each_further_kind_by_its_profile() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/vectors/kinds.json")).unwrap();
    let file = key_set("kinds", &vectors["jwks"]["keys"][0]);
    let now = vectors["now"].to_string();
    let (server, client) = ("https://as.example", "s6BhdRkqt3");
    let api = "https://api.example";
    let provider = "https://idp.example";
    let grant = ["--issuer", provider, "--audience", server, "--max-lifetime", "60"];
    let cases: [(&str, &str, &[&str]); 12] = [
        (
            "client assertion",
            "client-assertion",
            &["--issuer", client, "--audience", server, "--max-lifetime", "60"],
        ),
        ("request object", "request-object", &["--issuer", client, "--audience", server]),
        (
            "authorization response",
            "authorization-response",
            &["--issuer", server, "--audience", client],
        ),
        (
            "userinfo",
            "userinfo",
            &["--issuer", server, "--audience", client, "--subject", "user-1"],
        ),
        (
            "introspection response",
            "introspection-response",
            &["--issuer", server, "--audience", api, "--max-token-age", "60"],
        ),
        ("security event", "security-event", &["--issuer", server, "--audience", api]),
        ("JWT-SVID", "jwt-svid", &["--issuer", "spiffe://example.org", "--audience", api]),
        (
            "transaction token",
            "transaction-token",
            &["--without-issuer", "--audience", "https://trust.example"],
        ),
        (
            "status list",
            "status-list",
            &[
                "--issuer",
                server,
                "--without-audience",
                "--subject",
                "https://as.example/statuslists/1",
            ],
        ),
        ("authorization grant", "authorization-grant", &grant),
        ("authorization grant, of its own form", "authorization-grant", &grant),
        ("ID-JAG", "id-jag", &[&grant[..], &["--client", client]].concat()),
    ];
    for (kind, profile, more) in cases {
        for token in vectors["tokens"].as_array().unwrap().iter().filter(|row| row["kind"] == kind)
        {
            let token = token["token"].as_str().unwrap();
            let asked = |profile: &str| {
                let mut arguments = vec!["validate", "--profile", profile, "--now", &now];
                arguments.extend(["--jwks", file.to_str().unwrap(), token]);
                arguments.extend(more);
                run(&arguments, "")
            };
            let (status, output, error) = asked(profile);
            assert_eq!(status, Some(0), "{kind}: {output}{error}");
            assert_ne!(asked("access-token").0, Some(0), "{kind}");
        }
    }
}

/// The pairs of `tests/vectors/pairs.json`: the tool does not record the use of a proof.
#[test]
fn validate_takes_a_workload_identity_with_its_proof() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/vectors/pairs.json")).unwrap();
    let file = key_set("pairs", &vectors["jwks"]["keys"][0]);
    let now = vectors["now"].to_string();
    for (kind, domain) in
        [("workload", "wimse://example.com"), ("WIT-SVID", "spiffe://example.org")]
    {
        let pairs = vectors["pairs"].as_array().unwrap().iter();
        for pair in pairs.filter(|pair| pair["kind"] == kind) {
            let [token, proof] = ["token", "proof"].map(|name| pair[name].as_str().unwrap());
            let asked = |more: &[&str]| {
                let mut arguments = vec!["validate", "--profile", "workload-identity"];
                arguments.extend(["--now", &now, "--jwks", file.to_str().unwrap()]);
                arguments.extend(["--issuer", domain, "--without-audience", token]);
                arguments.extend(more);
                run(&arguments, "")
            };
            let with = ["--proof", proof, "--target", "https://api.example/orders"];
            let tokens = ["--access-token", "access-token", "--transaction-token"];
            let all = [&with[..], &tokens[..], &["transaction-token"]].concat();
            let (status, output, error) = asked(&all);
            assert_eq!(status, Some(0), "{kind}: {output}{error}");
            assert!(output.contains("key binding"), "{output}");
            let (status, output, _) = asked(&[&with[..], &tokens[..], &["other"]].concat());
            assert_eq!(status, Some(1), "{output}");
            let (status, output, _) = asked(&[]);
            assert_eq!(status, Some(1), "{output}");
            assert!(output.contains("no proof of that key"), "{output}");
            assert_eq!(asked(&["--proof", proof]).0, Some(2));
        }
    }
}

#[test]
fn validate_takes_the_keys_of_a_spiffe_bundle_for_jwt_svids() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/vectors/recipes.json")).unwrap();
    let recipes = vectors["recipes"].as_array().unwrap();
    let recipe = recipes.iter().find(|recipe| recipe["name"] == "SPIRE").unwrap();
    let file = key_file("spiffe-bundle", &recipe["jwks"]);
    let (now, token) = (vectors["now"].to_string(), recipe["cases"][0]["token"].as_str().unwrap());
    let (domain, api) = ("spiffe://shop.example", "https://orders.shop.svc");
    for (profile, accepted) in [("jwt-svid", true), ("jwt", false)] {
        let keys = ["--now", &now, "--jwks", file.to_str().unwrap(), token];
        let asked = ["validate", "--profile", profile, "--issuer", domain, "--audience", api];
        let (status, output, error) = run(&[&asked[..], &keys[..]].concat(), "");
        assert_eq!(status == Some(0), accepted, "{profile}: {output}{error}");
    }
}

#[test]
fn dpop_validate_prints_thumbprint_that_validate_accepts() {
    use keycard::Algorithm;
    use sha2::{Digest as _, Sha256};
    let client = Issuer::with(Algorithm::Es256, "second");
    let mut memory = [0; 64];
    let keys = client.keys(&mut memory);
    let thumbprint = keys.view().iter().next().unwrap().thumbprint().to_text();
    let issuer = Issuer::new();
    let bound = json!({"cid": "c", "cnf": {"jkt": thumbprint.as_str()}});
    let token = issuer.token(claims(bound));
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": client.jwk()});
    let ath = issuer::encode(Sha256::digest(&token));
    let uri = "https://api.example/orders";
    let claims = json!({"jti": "1", "htm": "POST", "htu": uri, "iat": NOW, "ath": ath});
    let proof = client.sign(&header.to_string(), claims.to_string());
    let now = NOW.to_string();
    let prove = |more: &[&str]| {
        let mut arguments = vec!["dpop", "validate", "--uri", uri, "--now", &now, &proof];
        arguments.extend(more);
        run(&arguments, "")
    };
    let (status, output, error) = prove(&["--access-token", &token, "--nonce-not-provided"]);
    assert_eq!(status, Some(0), "{output}{error}");
    assert!(output.contains(&format!("key: {}", thumbprint.as_str())), "{output}");
    let (status, output, _) = prove(&["--access-token", "other", "--nonce-not-provided"]);
    assert_eq!(status, Some(1), "{output}");
    assert!(output.starts_with("REJECTED  proof: ") && output.contains("(ath)"), "{output}");
    let (status, _, error) = prove(&["--access-token", &token]);
    assert_eq!(status, Some(2));
    assert!(error.contains("give --nonce or --nonce-not-provided"), "{error}");
    let (status, _, error) = prove(&["--nonce-not-provided"]);
    assert_eq!(status, Some(2));
    assert!(error.contains("--without-access-token"), "{error}");

    let file = key_set("bound", &issuer.jwk());
    let verdict_of = |more: &[&str]| {
        let mut arguments = vec!["validate", "--jwks", file.to_str().unwrap(), "--now", &now];
        arguments.extend(["--issuer", ISSUER, "--audience", AUDIENCE, "--allow-secrets", &token]);
        arguments.extend(more);
        let (status, output, _) = run(&arguments, "");
        (status, output)
    };
    let (status, output) = verdict_of(&["--dpop-key", thumbprint.as_str()]);
    assert_eq!(status, Some(0), "{output}");
    assert!(output.contains("DPoP key"), "{output}");
    let (status, output) = verdict_of(&[]);
    assert_eq!(status, Some(1), "{output}");
    assert!(output.contains("bound"), "{output}");
}

#[test]
fn exit_status_is_the_same_if_output_is_closed() {
    for (verifier, status) in [("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 0), ("short", 2)] {
        let mut child = tool()
            .args(["pkce", "challenge", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Both readers close the pipe before the program writes.
        drop((child.stdout.take(), child.stderr.take()));
        child.stdin.take().unwrap().write_all(verifier.as_bytes()).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(status), "{verifier}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = tool().args(["flow"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("keycard: standard output: "), "{said}");
}

#[test]
fn the_manual_page_has_each_command() {
    let (_, help, _) = run(&["--help"], "");
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let names = commands.lines().map_while(|line| line.split_whitespace().next());
    let names: Vec<&str> = names.filter(|name| *name != "help").collect();
    assert!(names.len() >= 6, "{names:?}");
    let page = include_str!("../../docs/man/keycard.1");
    let (synopsis, description) = page.split_once(".SH DESCRIPTION\n").unwrap();
    for name in names {
        assert!(synopsis.contains(&format!("\n.B keycard {name}")), "{name}");
        assert!(description.contains(&format!(".TP\n.B {name}\n")), "{name}");
    }
}

#[test]
fn rejects_unknown_options_and_echoes_no_token() {
    let token = Issuer::new().token(claims(json!({})));
    for command in [&["validate", "--jwks", "k"][..], &["inspect"], &["dpop", "validate"]] {
        for wrong in [&["--josn"][..], &["-x"], &[&token, &token], &["--josn", &token]] {
            let (status, output, error) = run(&[command, wrong].concat(), "");
            assert_eq!((status, output.as_str()), (Some(2), ""), "{command:?} {wrong:?}");
            assert!(!error.is_empty() && !error.contains(&token), "{error}");
        }
    }
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    for command in ["challenge", "verify"] {
        assert_eq!(run(&["pkce", command, "--josn"], "").0, Some(2), "{command}");
        let (status, _, error) = run(&["pkce", command, verifier, verifier], "");
        assert_eq!((status, error.contains(verifier)), (Some(2), false), "{error}");
    }
    // RFC 7636 section 4.1 allows a hyphen as the first character.
    let verifier = verifier.replacen('d', "-", 1);
    assert_eq!(run(&["pkce", "challenge", &verifier], "").0, Some(0));
}

#[test]
fn escapes_characters_that_a_terminal_obeys() {
    // U+202E reorders text, U+200B hides, U+2066 isolates, U+E0041 is invisible, U+009B is CSI.
    let hostile = "\u{202e}\u{200b}\u{2066}\u{e0041}\u{9b}\u{7f}\u{1b}[31m";
    let issuer = Issuer::new();
    let header = json!({"alg": issuer.algorithm().name(), "kid": "first", "x": hostile});
    let token = issuer.sign(&header.to_string(), claims(json!({"note": hostile, "cid": "c"})));
    let file = key_set("terminal", &issuer.jwk());
    let now = NOW.to_string();
    let validate = ["validate", "--jwks", file.to_str().unwrap(), "--issuer", ISSUER];
    let rest = ["--audience", AUDIENCE, "--allow-secrets", "--now", &now];
    let validate = [&validate[..], &rest[..]].concat();
    for command in [&["inspect"][..], &validate] {
        for json in [false, true] {
            let more: &[&str] = if json { &["--json"] } else { &[] };
            let (status, output, error) = run(&[command, more].concat(), &token);
            assert_eq!(status, Some(0), "{output}{error}");
            for character in hostile.chars().take(7) {
                assert!(!output.contains(character), "{character:?} in {output}");
            }
            if let Some(note) = output.lines().find_map(|line| line.strip_prefix("  note: ")) {
                let said: serde_json::Value = serde_json::from_str(note).unwrap();
                assert_eq!(said, hostile, "a claim in a line is JSON");
            }
            if json {
                let said: serde_json::Value = serde_json::from_str(&output).unwrap();
                let claims = said.get("claims").or(said.get("payload")).unwrap();
                assert_eq!(claims["note"], hostile, "escaped, not changed");
            }
        }
    }
    std::fs::remove_file(file).unwrap();
}

#[test]
fn validate_prints_json_for_both_verdicts() {
    let issuer = Issuer::new();
    let file = key_set("json", &issuer.jwk());
    let token = issuer.token(claims(json!({"scp": ["a"]})));
    let asked = |issuer: &str, now: i64| {
        let now = now.to_string();
        let arguments = ["validate", "--json", "--jwks", file.to_str().unwrap(), "--now", &now];
        let more = ["--allow-secrets", "--audience", AUDIENCE, "--issuer", issuer];
        let (status, output, error) = run(&[&arguments[..], &more[..]].concat(), &token);
        (status, serde_json::from_str::<serde_json::Value>(&output).expect(&error))
    };
    let (status, said) = asked(ISSUER, NOW);
    assert_eq!((status, &said["accepted"]), (Some(0), &json!(true)));
    assert_eq!(said["key"], json!({"index": 0, "kid": "first"}));
    assert_eq!(said["claims"]["scp"], json!(["a"]));
    assert!(said["checked"].as_array().unwrap().contains(&json!("issuer")), "{said}");
    let (status, said) = asked(&format!("{ISSUER}/"), NOW);
    assert_eq!((status, &said["accepted"]), (Some(1), &json!(false)));
    assert_eq!((&said["reason"], &said["status"]), (&json!("WrongIssuer"), &json!(604)));
    assert_eq!(said["expected"], format!("\"{ISSUER}/\""));
    assert_eq!(said["found"], format!("\"{ISSUER}\""));
    assert!(said["hint"].as_str().unwrap().contains("slash"), "{said}");
    let (status, said) = asked(ISSUER, NOW + 86_400);
    assert_eq!((status, &said["reason"]), (Some(1), &json!("Expired")));
    assert!(said["found"].as_str().unwrap().ends_with("h ago)"), "{said}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn validate_names_the_keys_when_the_kid_is_unknown() {
    let issuer = Issuer::new();
    let file = key_set("unknown", &issuer.jwk());
    let header = json!({"alg": issuer.algorithm().name(), "kid": "key-9"});
    let token = issuer.sign(&header.to_string(), claims(json!({})));
    let arguments = ["validate", "--jwks", file.to_str().unwrap(), "--allow-secrets"];
    let more = ["--issuer", ISSUER, "--audience", AUDIENCE];
    let (status, output, _) = run(&[&arguments[..], &more[..]].concat(), &token);
    assert_eq!(status, Some(1), "{output}");
    assert!(output.contains("found:    kid \"key-9\""), "{output}");
    assert!(output.contains("kid \"first\""), "{output}");
    let (_, output, _) = run(&[&arguments[..], &more[..]].concat(), &format!("Bearer {token}"));
    assert!(output.contains("without the scheme \"Bearer\""), "{output}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn inspect_shows_dates_in_words() {
    // Made with `date -u -d @SECONDS`.
    for (seconds, words) in [
        (0_i64, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_709_251_199, "2024-02-29T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] {
        let token = Issuer::new().token(json!({"exp": seconds}).to_string());
        let (status, output, _) = run(&["inspect"], &token);
        assert_eq!(status, Some(0));
        assert!(output.contains(&format!("\nexp:       {words}, ")), "{seconds}: {output}");
    }
    let token = Issuer::new().token(json!({"exp": 1_900_000_000_000_i64}).to_string());
    let (_, output, _) = run(&["inspect"], &token);
    assert!(output.contains("can only be milliseconds"), "{output}");
}

#[test]
fn validate_takes_an_issuer_template_and_bounds_of_time() {
    let issuer = Issuer::new();
    let file = key_set("template", &issuer.jwk());
    let base = "https://login.example/9188-04d/v2.0";
    let token = issuer.token(claims(json!({"iss": base, "tid": "9188-04d", "cid": "c"})));
    let now = NOW.to_string();
    let asked = |more: &[&str]| {
        let arguments = ["validate", "--keys", file.to_str().unwrap(), "--now", &now];
        let rest = ["--allow-secrets", "--audience", AUDIENCE];
        let (status, output, error) = run(&[&arguments[..], &rest, more].concat(), &token);
        (status, output + &error)
    };
    let template = ["--issuer-template", "https://login.example/{tid}/v2.0"];
    let (status, output) = asked(&template);
    assert_eq!(status, Some(0), "{output}");
    let (status, output) = asked(&["--issuer-template", "https://login.example/{sub}/v2.0"]);
    assert_eq!(status, Some(1), "{output}");
    let (status, output) = asked(&[&template[..], &["--max-lifetime", "1"]].concat());
    assert_eq!((status, output.contains("found:    ")), (Some(1), true), "{output}");
    let (status, output) = asked(&[&template[..], &["--reject-issued-in-future"]].concat());
    assert_eq!(status, Some(0), "{output}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn validate_takes_a_foreign_presentation_with_its_key_binding() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/demo");
    let keys = format!("{folder}/sd_jwt_keys.json");
    let text = std::fs::read_to_string(format!("{folder}/sd_jwt.txt")).unwrap();
    let validate = |text: &str, more: &[&str]| {
        let mut arguments = vec!["validate", "--jwks", &keys, "--issuer", "https://pid.example"];
        arguments.extend(["--profile", "sd-jwt", "--without-audience", "--now", "1770000000"]);
        arguments.extend(more);
        run(&arguments, text)
    };
    let binding = ["--kb-audience", "https://kiosk.example", "--kb-nonce", "n-0S6_WzA2Mj"];
    let (status, output, error) = validate(&text, &binding);
    assert_eq!(status, Some(0), "{output}{error}");
    assert!(output.contains("age_over_18: true") && output.contains("key binding"), "{output}");
    let (status, output, _) = validate(&text, &[&binding[..2], &["--kb-nonce", "other"]].concat());
    assert_eq!(status, Some(1), "{output}");
    let (stripped, _) = text.rsplit_once('~').unwrap();
    let (status, output, _) = validate(&format!("{stripped}~"), &binding);
    assert_eq!(status, Some(1), "{output}");
    let (status, output, _) = validate(&text, &["--without-key-binding"]);
    assert_eq!(status, Some(1), "{output}");
    for (more, named) in [(&[][..], "--kb-nonce"), (&binding[..2], "--without-key-binding")] {
        let (status, _, error) = validate(&text, more);
        assert_eq!((status, error.contains(named)), (Some(2), true), "{error}");
    }
    let mut arguments = vec!["validate", "--jwks", &keys, "--issuer", "a", "--audience", "b"];
    arguments.extend(binding);
    let (status, _, error) = run(&arguments, "a.b.c");
    assert_eq!((status, error.contains("--profile sd-jwt")), (Some(2), true), "{error}");
}
