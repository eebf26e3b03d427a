//! Runs the command-line tool.

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) fn tool() -> Command {
    Command::new(env!("CARGO_BIN_EXE_keycard"))
}

/// Exit status, standard output and standard error.
pub(crate) fn run(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = tool()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A file with a key set of the issuer, by the name of the test.
pub(crate) fn key_set(test: &str, jwk: &Value) -> PathBuf {
    key_file(test, &json!({ "keys": [jwk] }))
}

/// A file with this JWK Set.
pub(crate) fn key_file(test: &str, jwks: &Value) -> PathBuf {
    let file = std::env::temp_dir().join(format!("keycard-{test}-{}.json", std::process::id()));
    std::fs::write(&file, jwks.to_string()).unwrap();
    file
}
