//! Runs the cases of tests/vectors/cli with the command-line tool: exit status and output.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

const TOOL: &str = env!("CARGO_BIN_EXE_keycard");

/// Returns the differences from the case; empty if it passes.
fn difference(case: &Value, folder: &Path) -> String {
    for (name, text) in case["files"].as_object().unwrap() {
        std::fs::write(folder.join(name), text.as_str().unwrap()).unwrap();
    }
    let arguments = case["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
    let ran = Command::new(TOOL).args(arguments).current_dir(folder).output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    let status = ran.status.code().map(i64::from);
    let mut expected = case["output"].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
    let is_right = status == case["status"].as_i64() && expected.all(|text| said.contains(text));
    if is_right { String::new() } else { format!("{}: exit {status:?}\n{said}", case["id"]) }
}

/// Runs every case of a folder of tests/vectors, and returns their number.
fn run_cases(folder: &str) -> usize {
    let temporary = format!("keycard-{folder}-cases-{}", std::process::id());
    let temporary = std::env::temp_dir().join(temporary);
    std::fs::create_dir_all(&temporary).unwrap();
    let mut differences = Vec::new();
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder);
    for file in std::fs::read_dir(vectors).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["schema"], "cli-case/1");
        for case in document["cases"].as_array().unwrap() {
            differences.push(difference(case, &temporary));
        }
    }
    std::fs::remove_dir_all(&temporary).unwrap();
    let count = differences.len();
    differences.retain(|difference| !difference.is_empty());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    count
}

#[test]
fn gives_the_status_and_output_of_every_case() {
    assert!(run_cases("cli") >= 50);
}
