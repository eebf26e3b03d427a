//! Explanations, sizes, times and completion; the output as JSON and in colour.

#[path = "../../tests/support/issuer.rs"]
mod issuer;
#[path = "support/tool.rs"]
mod tool;
#[path = "../../tests/support/verdict.rs"]
mod verdict;

use issuer::Issuer;
use keycard::{Algorithm, Reason};
use serde_json::{Value, json};
use std::process::Command;
use tool::{key_set, run, tool};
use verdict::{AUDIENCE, ISSUER, NOW, claims};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ACCEPTED: &str = "\u{1b}[1m\u{1b}[32mACCEPTED\u{1b}[0m\n";

/// The answer of a command with `--json`, and its exit status.
fn json_of(arguments: &[&str]) -> (Option<i32>, Value) {
    let (status, output, error) = run(&[arguments, &["--json"]].concat(), "");
    (status, serde_json::from_str(&output).unwrap_or_else(|_| panic!("{output}{error}")))
}

#[test]
fn explains_a_status_by_number_and_by_each_name() {
    let expected = "204 JsonNesting: JSON is nested too deeply\n\
                    \x20 stage:       JSON (RFC 8259, RFC 7493)\n\
                    \x20 usual cause: issuer\n\
                    \x20 what to do:  Ask for smaller tokens or key sets; docs/guide/limits.md has the bounds.\n\
                    \x20 in C:        KEYCARD_JSON_NESTING\n";
    for name in ["204", "KEYCARD_JSON_NESTING", "JsonNesting", "ErrJSONNesting", "json_nesting"] {
        let (status, output, _) = run(&["explain", name], "");
        assert_eq!((status, output.as_str()), (Some(0), expected), "{name}");
    }
    let (status, output, error) = run(&["explain", "999"], "");
    assert_eq!((status, output.as_str()), (Some(2), ""));
    assert_eq!(
        error,
        "keycard: no error has the status \"999\" (0 is success, and 807, KEYCARD_PKCE_NOT_USED, says that neither side used PKCE)\n"
    );
}

#[test]
fn explains_every_reason_with_its_name_in_c() {
    let header = include_str!("../../include/keycard_status.h");
    for reason in Reason::ALL {
        let (status, said) = json_of(&["explain", &reason.code().to_string()]);
        assert_eq!((status, &said["message"]), (Some(0), &json!(reason.text())));
        let text = |name: &str| said[name].as_str().unwrap();
        assert!(header.contains(text("c")), "{said}");
        assert!(!text("cause").is_empty() && text("advice").ends_with('.'), "{said}");
        assert!(!text("stage").is_empty() && !text("advice").contains(['[', '`']), "{said}");
    }
}

#[test]
fn completes_in_every_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let (status, script, error) = run(&["completion", shell], "");
        assert_eq!((status, error.as_str()), (Some(0), ""), "{shell}");
        for word in ["explain", "issuer-template"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run(&["completion", "bash", "--json"], "").0, Some(2));
    assert_eq!(run(&["completion", "tea"], "").0, Some(2));
}

#[test]
fn says_the_bytes_of_key_table_and_scratch() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let file = key_set("size", &issuer.jwk());
    let token = issuer.token(claims(json!({})));
    let asked = ["size", "--jwks", file.to_str().unwrap(), &token];
    let (status, said) = json_of(&asked);
    assert_eq!((status, &said["keys"]), (Some(0), &json!(1)));
    let tables = said["key_table"].as_array().unwrap();
    let column = |name: &str| {
        let numbers = tables.iter().map(|table| table[name].as_u64().unwrap());
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(column("precompute"), [0, 1024, 2048, 4096, 8192, 16384, 65536]);
    let bytes = column("bytes");
    assert!(bytes.is_sorted() && bytes[6] > bytes[0], "{bytes:?}");
    // A memory of this size holds the key; eight bytes less are too small.
    let key_set = std::fs::read(&file).unwrap();
    let mut memory = vec![0; usize::try_from(bytes[0]).unwrap() / 8];
    assert!(keycard::KeyTable::new(&mut memory).unwrap().add_jwks(&key_set).is_ok());
    memory.pop();
    assert!(keycard::KeyTable::new(&mut memory).unwrap().add_jwks(&key_set).is_err());
    let scratch = keycard::scratch_size(token.len());
    assert_eq!(said["scratch"], json!([{"token_bytes": token.len(), "bytes": scratch}]));
    let (_, output, _) = run(&[&asked[..], &["--precompute", "4KB"]].concat(), "");
    let expected = format!(
        "key table: {:>7} bytes for 1 key, up to 4 KB precomputed for each\n\
         scratch:   {scratch:>7} bytes for a token of {} bytes\n",
        bytes[3],
        token.len()
    );
    assert_eq!(output, expected);
    std::fs::remove_file(file).unwrap();
}

/// A pipe can be read only once.
#[test]
#[cfg(unix)]
fn reads_keys_from_a_pipe() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let keys = json!({ "keys": [issuer.jwk()] }).to_string();
    let token = issuer.token(claims(json!({"cid": "c"})));
    let now = NOW.to_string();
    let (audience, rest) = (["--audience", AUDIENCE, "--now", &now], ["--runs", "3", &token]);
    let policy = [&["--issuer", ISSUER], &audience[..]].concat();
    for (command, options) in [
        ("size", vec![&*token]),
        ("validate", [&policy[..], &[&*token]].concat()),
        ("bench", [&policy[..], &rest[..]].concat()),
    ] {
        let asked = [&[command, "--jwks", "/dev/stdin"], &options[..]].concat();
        let (status, output, error) = run(&asked, &keys);
        assert_eq!(status, Some(0), "{command}: {output}{error}");
    }
    let (status, output, error) = run(&["keys", "list", "--jwks", "/dev/stdin"], &keys);
    assert_eq!((status, output.lines().count()), (Some(0), 1), "{output}{error}");
}

#[test]
fn measures_accepted_tokens_alone() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let file = key_set("bench", &issuer.jwk());
    let token = issuer.token(claims(json!({"cid": "c"})));
    let (file, now) = (file.to_str().unwrap(), NOW.to_string());
    let rest = ["--issuer", ISSUER, "--now", &now, "--runs", "3", &token];
    let asked = [&["bench", "--jwks", file, "--audience", AUDIENCE], &rest[..]].concat();
    let (status, output, error) = run(&asked, "");
    assert_eq!((status, output.lines().count()), (Some(0), 3), "{output}{error}");
    assert!(output.starts_with("ACCEPTED\n  nothing precomputed "), "{output}");
    assert!(output.ends_with(" µs, the median of 3 runs\n"), "{output}");
    let (_, said) = json_of(&asked);
    assert_eq!((&said["accepted"], &said["measured"][1]["runs"]), (&json!(true), &json!(3)));
    assert!(said["measured"][0]["median_ns"].as_u64().unwrap() > 0, "{said}");
    let asked = [&["bench", "--jwks", file, "--audience", "api://other"], &rest[..]].concat();
    let (status, output, _) = run(&asked, "");
    assert_eq!((status, output.contains("(aud)"), output.contains("µs")), (Some(1), true, false));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn says_how_long_an_accepted_token_lives() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let file = key_set("lifetime", &issuer.jwk());
    let now = NOW.to_string();
    let asked = ["validate", "--jwks", file.to_str().unwrap(), "--issuer", ISSUER, "--now", &now];
    let asked = [&asked[..], &["--audience", AUDIENCE, "--leeway", "60"]].concat();
    for (seconds, words) in [
        (1, "expires in 1 s"),
        (60, "expires in 1 min 0 s"),
        (59 * 60 + 12, "expires in 59 min 12 s"),
        (47 * 3600 + 59, "expires in 47 h 0 min"),
        (48 * 3600 + 3600, "expires in 2 days 1 h"),
        (-5, "expired 5 s ago"),
    ] {
        let token = issuer.token(claims(json!({"cid": "c", "exp": NOW + seconds})));
        let asked = [&asked[..], &[&token]].concat();
        let (status, output, error) = run(&asked, "");
        let line = output.lines().nth(2).unwrap_or_default();
        assert_eq!(status, Some(0), "{output}{error}");
        assert!(line.starts_with(&format!("  {words} (20")), "{words}: {line}");
        assert_eq!(line.ends_with(", within the leeway"), seconds < 0, "{line}");
        assert_eq!(json_of(&asked).1["expires_in"], json!(seconds));
    }
    std::fs::remove_file(file).unwrap();
}

#[test]
fn prints_each_answer_as_json() {
    let (status, said) = json_of(&["pkce", "new"]);
    let made = ["pkce", "challenge", said["code_verifier"].as_str().unwrap()];
    assert_eq!((status, &said["code_challenge_method"]), (Some(0), &json!("S256")));
    assert_eq!(json_of(&made).1["code_challenge"], said["code_challenge"]);
    let verify = ["pkce", "verify", "--challenge", CHALLENGE];
    let asked = [&verify[..], &[VERIFIER]].concat();
    assert_eq!(json_of(&asked), (Some(0), json!({ "accepted": true })));
    let (status, said) = json_of(&[&verify[..], &[CHALLENGE]].concat());
    assert_eq!((status, &said["reason"]), (Some(1), &json!("PkceMismatch")));
    assert_eq!(said["hint"], Value::Null);
    let (_, said) = json_of(&[&verify[..], &["--method", "plain", CHALLENGE]].concat());
    assert_eq!(said["hint"], json!("see --allow-plain"), "{said}");

    let issuer = Issuer::with(Algorithm::Es256, "first");
    let file = key_set("list", &issuer.jwk());
    let (status, said) = json_of(&["keys", "list", "--jwks", file.to_str().unwrap()]);
    let mut memory = [0; 64];
    let keys = issuer.keys(&mut memory);
    let thumbprint = keys.view().iter().next().unwrap().thumbprint().to_text();
    let key = json!({"index": 0, "kind": "P256", "algorithms": ["ES256"], "kid": "first"});
    assert_eq!((status, &said[0]["thumbprint"]), (Some(0), &json!(thumbprint.as_str())));
    for (name, value) in key.as_object().unwrap() {
        assert_eq!(said[0][name], *value, "{name}");
    }
    let image = file.with_extension("bin");
    let build = ["keys", "build", "--jwks", file.to_str().unwrap(), "--version", "7", "--out"];
    let (_, built) = json_of(&[&build[..], &[image.to_str().unwrap()]].concat());
    assert_eq!((&built["keys"], &built["version"]), (&said, &json!(7)));
    assert_eq!(built["image_bytes"], json!(std::fs::read(&image).unwrap().len()));
    std::fs::remove_file(image).unwrap();
    std::fs::remove_file(file).unwrap();

    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": issuer.jwk()}).to_string();
    let uri = "https://api.example/token";
    let proof = json!({"jti": "1", "htm": "POST", "htu": uri, "iat": NOW}).to_string();
    let proof = issuer.sign(&header, proof);
    let now = NOW.to_string();
    let asked = ["dpop", "validate", "--uri", uri, "--now", &now, "--without-access-token", &proof];
    let asked = [&asked[..], &["--nonce-not-provided"]].concat();
    let (status, said) = json_of(&asked);
    assert_eq!(
        (status, &said["accepted"], &said["issued_at"]),
        (Some(0), &json!(true), &json!(NOW))
    );
    assert_eq!(said["key"], json!(thumbprint.as_str()));
    let (status, said) = json_of(&[&asked[..], &["--method", "GET"]].concat());
    assert_eq!((status, &said["reason"]), (Some(1), &json!("WrongHttpMethod")));
}

#[test]
fn colours_the_verdict_only_where_it_is_wanted() {
    let verify = ["pkce", "verify", "--challenge", CHALLENGE];
    let asked = |more: &[&str]| run(&[&verify[..], more].concat(), "").1;
    assert_eq!(asked(&[VERIFIER, "--color", "always"]), ACCEPTED);
    let rejected = asked(&[CHALLENGE, "--color", "always"]);
    assert!(rejected.starts_with("\u{1b}[1m\u{1b}[31mR"), "{rejected:?}");
    for more in [&["--color", "never"][..], &["--color", "auto"], &[]] {
        assert_eq!(asked(&[&[VERIFIER], more].concat()), "ACCEPTED\n", "{more:?}: not a terminal");
    }
    let document = asked(&[VERIFIER, "--color", "always", "--json"]);
    assert!(!document.contains('\u{1b}'), "{document:?}");
}

/// `script` runs a command on a terminal of its own.
#[cfg(target_os = "linux")]
#[test]
fn colours_the_verdict_on_a_terminal_but_for_no_color() {
    let verify = format!("pkce verify --challenge {CHALLENGE} {VERIFIER}");
    let on_terminal = |variable: (&str, &str), more: &str| {
        let command = format!("{} {verify} {more}", tool().get_program().to_str().unwrap());
        let mut script = Command::new("script");
        script.args(["-q", "-c", &command, "/dev/null"]).env_remove("NO_COLOR");
        script.env("TERM", "xterm").env(variable.0, variable.1);
        let output = script.output().expect("script of util-linux").stdout;
        String::from_utf8(output).unwrap().replace('\r', "")
    };
    assert_eq!(on_terminal(("NO_COLOR", ""), ""), ACCEPTED, "an empty value means nothing");
    assert_eq!(on_terminal(("NO_COLOR", "1"), ""), "ACCEPTED\n");
    assert_eq!(on_terminal(("TERM", "dumb"), ""), "ACCEPTED\n");
    assert_eq!(on_terminal(("TERM", "xterm"), "--color never"), "ACCEPTED\n");
    assert_eq!(on_terminal(("NO_COLOR", "1"), "--color always"), ACCEPTED);
}
