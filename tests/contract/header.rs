//! `include/keycard.h` is generated from `src/ffi`, and its comments have the form of cards.

use keycard::{Algorithm, Check, Reason};
use std::path::Path;

const HEADER: &str = "include/keycard.h";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn generated() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    // The order of constants and functions within each section of the header.
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
    arranged(&with_statuses(&String::from_utf8(header).unwrap()))
}

/// The header with a constant for each reason, from the ledger in `src/error/reason.rs`: the
/// statuses that are written out in `src/ffi/status.rs` have no reason.
fn with_statuses(header: &str) -> String {
    let source = std::fs::read_to_string(root().join("src/error/reason.rs")).unwrap();
    let (_, ledger) = source.split_once("\nledger! {\n").unwrap();
    let (ledger, _) = ledger.split_once("\n}\n").unwrap();
    let (mut blocks, mut comment) = (Vec::new(), String::new());
    for line in ledger.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push_str(&format!("//{}\n", text.replace(['`', '[', ']'], "")));
        } else if let Some((name, rest)) = line.split_once(" = ") {
            let (number, _) = rest.split_once(',').unwrap();
            let name: String = name.chars().fold(String::new(), |mut name, letter| {
                if letter.is_uppercase() {
                    name.push('_');
                }
                name.push(letter.to_ascii_uppercase());
                name
            });
            let block = format!("{comment}#define KEYCARD{name} {number}");
            blocks.push((number.parse::<i32>().unwrap(), block));
            comment.clear();
        }
    }
    assert_eq!(blocks.len(), Reason::ALL.len());
    let (before, after) = header.split_once("#define KEYCARD_OK 0\n\n").unwrap();
    let (own, after) = after.split_once("\n\n").unwrap();
    let (_, number) = own.rsplit_once(' ').unwrap();
    blocks.push((number.parse().unwrap(), own.to_owned()));
    blocks.sort();
    let blocks: Vec<_> = blocks.into_iter().map(|(_, block)| block).collect();
    format!("{before}#define KEYCARD_OK 0\n\n{}\n\n{after}", blocks.join("\n\n"))
}

/// The sections of the header in their order: a title, and how the blocks begin that open it.
const SECTIONS: &[(&str, &[&str])] = &[
    ("Statuses and texts", &["typedef int32_t keycard_status", "const char *keycard_status_text"]),
    (
        "Time",
        &["#define KEYCARD_TIME_AT", "typedef struct keycard_time ", "struct keycard_time keycard"],
    ),
    (
        "Keys",
        &[
            "#define KEYCARD_MAX_FINDINGS",
            "typedef struct keycard_keys ",
            "typedef struct keycard_finding ",
            "keycard_status keycard_keys_init(",
        ],
    ),
    ("Algorithms", &["#define KEYCARD_HS256"]),
    ("Policies", &["#define KEYCARD_PROFILE_JWS", "typedef struct keycard_rule "]),
    ("Validation", &["typedef struct keycard_token ", "size_t keycard_scratch_size("]),
    (
        "Claims of an accepted token",
        &[
            "#define KEYCARD_KIND_OBJECT",
            "typedef struct keycard_value ",
            "keycard_status keycard_claim_string(",
        ],
    ),
    (
        "Validation by hardware and in batches",
        &[
            "#define KEYCARD_SIGNATURE_IS_RIGHT",
            "typedef uint32_t (*keycard_verifier)",
            "keycard_status keycard_validate_with(",
        ],
    ),
    (
        "Several issuers",
        &["typedef struct keycard_unverified ", "keycard_status keycard_unverified_read("],
    ),
    (
        "Key rules, other keys and images",
        &[
            "#define KEYCARD_KEYS_ALLOW_SECRETS",
            "typedef struct keycard_key_rules ",
            "keycard_status keycard_keys_add_jwks_by(",
        ],
    ),
    (
        "DPoP proofs",
        &[
            "#define KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN",
            "typedef struct keycard_proof_rules ",
            "typedef struct keycard_proof ",
            "keycard_status keycard_dpop_validate(",
        ],
    ),
    (
        "Replay caches",
        &["typedef struct keycard_replay_cache ", "size_t keycard_replay_cache_size("],
    ),
    ("PKCE", &["#define KEYCARD_PKCE_LENGTH", "keycard_status keycard_pkce_verifier("]),
    ("Empty structures without macros", &["keycard_status keycard_policy_init("]),
    (
        "Flows",
        &[
            "#define KEYCARD_APPLICATION_TRUSTED",
            "typedef struct keycard_recommendation ",
            "keycard_status keycard_flow_recommendation(",
        ],
    ),
    ("List of checks", &["#define KEYCARD_CHECK_SIGNATURE"]),
    ("List of stages: the failed step", &["#define KEYCARD_STAGE_USAGE"]),
    ("List of statuses", &["#define KEYCARD_OK"]),
];

/// True if a block of the header declares a name that begins with `start`.
fn declares(block: &str, start: &str) -> bool {
    let declared = |line: &str| line.trim_start_matches("KEYCARD_MUST_USE ").starts_with(start);
    block.lines().any(declared)
}

/// The header with its declarations in sections, and with constants that belong together side by
/// side.
fn arranged(header: &str) -> String {
    let (opened, closed) = ("#ifdef __cplusplus\nextern \"C\" {", "#ifdef __cplusplus\n}");
    let (numbers_and_types, rest) = header.split_once(opened).unwrap();
    let (functions, end) = rest.split_once(closed).unwrap();
    let (opening, functions) = functions.split_once("\n\n").unwrap();
    let mut start = Vec::new();
    let mut sections: Vec<Vec<String>> = vec![Vec::new(); SECTIONS.len()];
    let mut starts: Vec<&str> = SECTIONS.iter().flat_map(|(_, starts)| *starts).copied().collect();
    let (mut current, mut before) = (None, None);
    let blocks =
        numbers_and_types.trim_end().split("\n\n").chain(functions.trim_end().split("\n\n"));
    for block in blocks {
        let block = block.trim_matches('\n');
        let opens = |(_, starts): &(&str, &[&str])| starts.iter().any(|it| declares(block, it));
        let opened = SECTIONS.iter().position(opens);
        starts.retain(|start| !declares(block, start));
        current = opened.or(current);
        let number = number_of(block);
        let section = current.map_or(&mut start, |section| &mut sections[section]);
        match section.last_mut() {
            Some(last) if opened.is_none() && belongs(number, before) => {
                last.push('\n');
                last.push_str(block);
            }
            _ => section.push(block.to_owned()),
        }
        before = number;
    }
    assert!(starts.is_empty(), "nothing in the header begins with {starts:?}");
    start.push(format!("{opened}{opening}"));
    for ((title, _), section) in SECTIONS.iter().zip(sections) {
        start.push(format!("/* --- {title} {} */", "-".repeat(89 - title.len())));
        start.extend(section);
    }
    start.push(format!("{closed}{end}"));
    start.join("\n\n")
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

/// Tells if a constant continues the group of the one before it. Numbers grow within a group, and
/// statuses begin a new group at each multiple of 50.
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
