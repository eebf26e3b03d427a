//! `include/keycard.h` is what `src/ffi` says, status for status.

use keycard::{Algorithm, Check, Reason};
use std::path::Path;

const HEADER: &str = "include/keycard.h";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn generated() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    // The order of the header: what is read first stands first.
    let files = [
        "status",
        "layout",
        "policy",
        "key_rules",
        "keys",
        "validate",
        "claims",
        "dpop",
        "replay",
        "pkce",
        "flow",
    ];
    let builder = files.iter().fold(cbindgen::Builder::new(), |builder, file| {
        builder.with_src(root().join(format!("src/ffi/{file}.rs")))
    });
    let mut header = Vec::new();
    builder.with_config(config).generate().unwrap().write(&mut header);
    String::from_utf8(header).unwrap()
}

#[test]
fn the_committed_header_is_the_one_that_the_sources_make() {
    let generated = generated();
    let path = root().join(HEADER);
    if std::env::var_os("KEYCARD_WRITE_HEADER").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "{HEADER} is not what src/ffi makes: run `make header` and look at the difference"
    );
}

#[test]
fn every_reason_has_its_status_in_the_header_and_every_status_its_reason() {
    let header = std::fs::read_to_string(root().join(HEADER)).unwrap();
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
    let header = std::fs::read_to_string(root().join(HEADER)).unwrap();
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
    let header = std::fs::read_to_string(root().join(HEADER)).unwrap();
    let mut version = env!("CARGO_PKG_VERSION").split('.');
    for part in ["MAJOR", "MINOR", "PATCH"] {
        let line = format!("#define KEYCARD_VERSION_{part} {}\n", version.next().unwrap());
        assert!(header.contains(&line), "{line}");
    }
}
