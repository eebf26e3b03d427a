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
        "init",
        "policy",
        "key_rules",
        "keys",
        "validate",
        "trust",
        "claims",
        "iterator",
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
    arranged(&String::from_utf8(header).unwrap())
}

/// What begins with each of these, for people.
const TITLES: &[(&str, &str)] = &[
    ("#define KEYCARD_OK", "Statuses: what functions answer"),
    ("#define KEYCARD_STAGE_USAGE", "Stages: which step refused"),
    ("#define KEYCARD_PROFILE_JWS", "Policies"),
    ("#define KEYCARD_HS256", "Algorithms"),
    ("#define KEYCARD_TIME_AT", "Kinds of time"),
    ("#define KEYCARD_KEYS_ALLOW_SECRETS", "How keys enter a table"),
    ("#define KEYCARD_CHECK_SIGNATURE", "Checks: what was looked at"),
    ("#define KEYCARD_SIGNATURE_IS_RIGHT", "Signatures verified by hardware"),
    ("#define KEYCARD_KIND_OBJECT", "Kinds of values"),
    ("#define KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN", "DPoP proofs"),
    ("#define KEYCARD_PKCE_LENGTH", "PKCE"),
    ("#define KEYCARD_APPLICATION_TRUSTED", "Flows"),
    ("typedef struct keycard_keys ", "Structures"),
    ("const char *keycard_status_text", "Functions: texts"),
    ("KEYCARD_MUST_USE keycard_status keycard_policy_init", "Functions: empty structures"),
    ("struct keycard_time keycard_time_at", "Functions: time"),
    ("keycard_status keycard_keys_init", "Functions: keys"),
    ("size_t keycard_scratch_size", "Functions: validation"),
    ("keycard_status keycard_unverified_read", "Functions: several issuers"),
    ("keycard_status keycard_claim_string(", "Functions: claims of an accepted token"),
    ("keycard_status keycard_dpop_validate", "Functions: DPoP proofs"),
    ("size_t keycard_replay_cache_size", "Functions: single use"),
    ("keycard_status keycard_pkce_verifier", "Functions: PKCE"),
    ("keycard_status keycard_flow_recommendation", "Functions: flows"),
];

/// The header with titles, and with constants that belong together side by side.
fn arranged(header: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut titles = TITLES.iter().peekable();
    let mut before = None;
    for block in header.split("\n\n") {
        let title = titles.next_if(|(start, _)| block.lines().any(|line| line.starts_with(start)));
        let number = number_of(block);
        if let Some((_, title)) = title {
            blocks.push(format!("/* --- {title} {} */", "-".repeat(90 - title.len())));
        }
        match blocks.last_mut() {
            Some(last) if title.is_none() && belongs(number, before) => {
                last.push('\n');
                last.push_str(block);
            }
            _ => blocks.push(block.to_owned()),
        }
        before = number;
    }
    assert_eq!(titles.next(), None, "nothing in the header begins so");
    blocks.join("\n\n")
}

/// The number of a constant with a comment.
fn number_of(block: &str) -> Option<u32> {
    let defined = block.strip_prefix("// ")?.lines().last()?.strip_prefix("#define KEYCARD_")?;
    let value = defined.split_once(' ')?.1;
    let shift = value.strip_prefix("(1 << ").and_then(|shift| shift.strip_suffix(')'));
    match shift {
        Some(shift) => Some(1 << shift.parse::<u32>().unwrap()),
        None => value.parse().ok(),
    }
}

/// Whether a constant goes on with the group of the one before it: numbers of a group grow, and those of statuses begin
/// anew with each fifty.
fn belongs(number: Option<u32>, before: Option<u32>) -> bool {
    let (Some(number), Some(before)) = (number, before) else { return false };
    let is_status = (100..1000).contains(&number) && !number.is_power_of_two();
    number > before && (!is_status || number / 50 == before / 50)
}

/// The committed header, which `KEYCARD_WRITE_HEADER` writes before any test reads it.
fn committed() -> &'static str {
    static COMMITTED: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    COMMITTED.get_or_init(|| {
        let path = root().join(HEADER);
        if std::env::var_os("KEYCARD_WRITE_HEADER").is_some() {
            std::fs::write(&path, generated()).unwrap();
        }
        std::fs::read_to_string(&path).unwrap_or_default()
    })
}

#[test]
fn the_committed_header_is_the_one_that_the_sources_make() {
    let generated = generated();
    let committed = committed();
    assert!(
        committed == generated,
        "{HEADER} is not what src/ffi makes: run `make header` and look at the difference"
    );
}

#[test]
fn every_reason_has_its_status_in_the_header_and_every_status_its_reason() {
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
fn a_compiler_says_where_a_status_is_not_looked_at_but_for_those_of_reading_an_accepted_token() {
    let header = generated();
    // What cannot be read is empty, and whether a claim is there may be all that is asked.
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
