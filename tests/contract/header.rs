//! The headers of `include` are generated from `src/ffi`. Their comments have the form of cards.

mod rooms;
mod sizes;

use keycard::{Algorithm, Check, Reason};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The expected text of all headers, joined.
fn generated() -> String {
    rooms::generated(root()).into_iter().map(|(_, text)| text).collect()
}

/// The committed text of all headers, joined. `KEYCARD_WRITE_HEADER` writes the headers before any
/// test reads them.
fn committed() -> &'static str {
    static COMMITTED: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    COMMITTED.get_or_init(|| {
        if std::env::var_os("KEYCARD_WRITE_HEADER").is_some() {
            for (file, text) in rooms::generated(root()) {
                std::fs::write(root().join("include").join(file), text).unwrap();
            }
        }
        let read = |file| std::fs::read_to_string(root().join("include").join(file));
        rooms::ROOMS.iter().map(|room| read(room.file).unwrap_or_default()).collect()
    })
}

#[test]
fn the_committed_headers_are_those_that_the_sources_make() {
    let generated = generated();
    let committed = committed();
    assert!(
        committed == generated,
        "include/ is not what src/ffi makes: run `make header` and look at the difference"
    );
    // keycard.hpp is written by hand.
    let files = std::fs::read_dir(root().join("include")).unwrap().count();
    assert_eq!(files, rooms::ROOMS.len() + 1, "include/ has a file that is no room");
}

#[test]
fn header_has_a_status_for_every_reason_and_no_other() {
    let header = committed();
    let mut statuses: Vec<(String, i32)> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define KEYCARD_")?.split_once(' '))
        .filter_map(|(name, value)| Some((name.replace('_', ""), value.parse().ok()?)))
        .collect();
    for reason in Reason::ALL {
        let name = format!("{reason:?}").to_uppercase();
        let expected = (name, reason.code());
        let at = statuses.iter().position(|status| *status == expected);
        let at = at.unwrap_or_else(|| panic!("the header has no KEYCARD_… for {expected:?}"));
        statuses.remove(at);
    }
}

#[test]
fn every_algorithm_and_every_check_has_its_bit_in_the_header() {
    let header = committed();
    let has = |name: String, bit: u32| {
        let value = match bit.trailing_zeros() {
            0 => "1".to_owned(),
            zeros => format!("(1 << {zeros})"),
        };
        let line = format!("#define KEYCARD_{name} {value}\n");
        assert!(header.contains(&line), "{line}");
    };
    for algorithm in Algorithm::ALL {
        has(algorithm.name().to_uppercase().replace('-', "_"), algorithm.bit());
    }
    for check in Check::ALL {
        has(format!("CHECK_{}", check.name().to_uppercase().replace(' ', "_")), check.bit());
    }
}

#[test]
fn the_version_of_the_header_is_that_of_the_package() {
    let header = committed();
    let mut version = env!("CARGO_PKG_VERSION").split('.');
    for part in ["MAJOR", "MINOR", "PATCH"] {
        let line = format!("#define KEYCARD_VERSION_{part} {}\n", version.next().unwrap());
        assert!(header.contains(&line), "{line}");
    }
}

#[test]
fn header_marks_every_status_must_use_except_of_getters() {
    let header = generated();
    // A getter sets its output to empty on failure, so its status may be ignored.
    let reads = |name: &str| {
        ["claim_", "claims_json", "value_", "token_", "next_"].iter().any(|it| name.starts_with(it))
    };
    let mut seen = 0;
    for block in header.split("\n\n") {
        let Some((before, after)) = block.split_once("keycard_status keycard_") else { continue };
        let (name, _) = after.split_once('(').unwrap();
        seen += 1;
        assert_eq!(before.trim_end().ends_with("KEYCARD_MUST_USE"), !reads(name), "{name}");
    }
    assert!(seen > 40, "{seen} functions");
}

/// The comment above a function must be a card: Returns, In, Out and Lifetime in this order, one
/// argument a line, and each parameter named under In or Out.
#[test]
fn comments_of_functions_are_cards() {
    const LABELS: [&str; 4] = ["Returns: ", "In:      ", "Out:     ", "Lifetime: "];
    let header = generated();
    let mut seen = 0;
    for block in header.split("\n\n") {
        let is_comment = |line: &&str| line.starts_with("//");
        let code: Vec<&str> = block.lines().filter(|line| !is_comment(line)).collect();
        let code = code.join(" ");
        let call = code.strip_suffix(");").and_then(|code| code.rsplit_once('('));
        let Some((_, parameters)) = call.filter(|_| !code.starts_with('#')) else { continue };
        seen += 1;
        let (mut label, mut described) = (None, Vec::new());
        for line in block.lines().filter(is_comment) {
            let line = line.strip_prefix("// ").unwrap_or_default();
            match LABELS.iter().position(|label| line.starts_with(label)) {
                Some(found) => {
                    assert!(label.is_none_or(|before| before < found), "order: {block}");
                    assert!(label.is_some() || found == 0, "no Returns: {block}");
                    label = Some(found);
                }
                None => assert!(label.is_none() || line.starts_with("         "), "{block}"),
            }
            if let Some(1 | 2) = label {
                described.extend(line.split(|it: char| !it.is_alphanumeric() && it != '_'));
            }
        }
        assert!(label.is_some(), "no card: {block}");
        for parameter in parameters.split(',') {
            let name = parameter.rsplit([' ', '*']).next().unwrap_or_default();
            assert!(name == "void" || described.contains(&name), "{name} is missing: {block}");
        }
    }
    assert!(seen > 60, "{seen} functions");
}
