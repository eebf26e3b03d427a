//! The headers of `include/`: which declaration stands in which of them, and in which order.

use super::sizes::Sizes;
use cbindgen::{Builder, Config};
use keycard::{Algorithm, Reason};
use std::path::Path;

/// One header. Each header includes `keycard.h`, except those that `keycard.h` includes itself.
pub(super) struct Room {
    pub(super) file: &'static str,
    /// The contents in a few words, for its first line and for the list in `keycard.h`.
    holds: &'static str,
    includes: &'static [&'static str],
    /// A title, and how the blocks begin that open the section. The blocks after one of them, up
    /// to the next opening, belong to the same section.
    sections: &'static [(&'static str, &'static [&'static str])],
}

pub(super) const ROOMS: &[Room] = &[
    Room {
        file: "keycard.h",
        holds: "validation of access tokens",
        includes: &["<stdbool.h>", "\"keycard_policy.h\""],
        sections: &[
            ("", &["#define KEYCARD_VERSION_MAJOR"]),
            ("The time", &["#define KEYCARD_TIME_AT", "typedef struct keycard_time "]),
            (
                "Validation",
                &[
                    "keycard_status keycard_validate(",
                    "keycard_status keycard_validate_access_token(",
                ],
            ),
            ("Keys", &["typedef struct keycard_keys ", "keycard_status keycard_keys_init("]),
            ("Ways to state the time", &["struct keycard_time keycard_time_at("]),
            ("Claims of an accepted token", &["keycard_status keycard_claim_string("]),
            ("Errors and texts for logs", &["const char *keycard_status_text("]),
            (
                "Results",
                &[
                    "#define KEYCARD_MAX_FINDINGS",
                    "typedef struct keycard_detail ",
                    "typedef struct keycard_token ",
                    "typedef struct keycard_finding ",
                ],
            ),
            ("Sizes", &["#define KEYCARD_MAX_TOKEN_LENGTH", "size_t keycard_scratch_size("]),
        ],
    },
    Room {
        file: "keycard_policy.h",
        holds: "requirements for a token; included by keycard.h",
        includes: &["\"keycard_bytes.h\"", "\"keycard_status.h\""],
        sections: &[
            (
                "Policies",
                &[
                    "typedef struct keycard_policy ",
                    "#define KEYCARD_POLICY_INIT ",
                    "keycard_status keycard_policy_init(",
                ],
            ),
            ("List of profiles", &["#define KEYCARD_PROFILE_JWS"]),
            ("List of flags", &["#define KEYCARD_WITHOUT_ISSUER"]),
            ("List of algorithms", &["#define KEYCARD_HS256"]),
        ],
    },
    Room {
        file: "keycard_bytes.h",
        holds: "bytes to read and memory to write; included by keycard.h",
        includes: &["<stddef.h>", "\"keycard_status.h\""],
        sections: &[(
            "Bytes and buffers",
            &[
                "typedef struct keycard_bytes ",
                "typedef struct keycard_buffer ",
                "#define KEYCARD_BYTES(",
                "struct keycard_bytes keycard_string(",
            ],
        )],
    },
    Room {
        file: "keycard_status.h",
        holds: "every status, stage and check; included by keycard.h",
        includes: &["<stdint.h>"],
        sections: &[
            ("", &["typedef int32_t keycard_status", "#define KEYCARD_MUST_USE"]),
            ("List of stages: the failed step", &["#define KEYCARD_STAGE_USAGE"]),
            ("List of checks", &["#define KEYCARD_CHECK_SIGNATURE"]),
            ("List of statuses", &["#define KEYCARD_OK"]),
        ],
    },
    Room {
        file: "keycard_claims.h",
        holds: "claims that are lists or objects, rules for claims, payloads of any bytes",
        includes: &["\"keycard.h\""],
        sections: &[
            ("Rules for claims", &["#define KEYCARD_RULE_PRESENT", "typedef struct keycard_rule "]),
            (
                "Lists and objects",
                &[
                    "#define KEYCARD_KIND_OBJECT",
                    "typedef struct keycard_value ",
                    "keycard_status keycard_claim_find(",
                    "keycard_status keycard_claim_strings(",
                ],
            ),
            ("Status of a token", &["keycard_status keycard_token_status_reference("]),
            (
                "Whole payloads",
                &["keycard_status keycard_claims_json(", "keycard_status keycard_token_payload("],
            ),
        ],
    },
    Room {
        file: "keycard_validate.h",
        holds: "validation by hardware, in batches, and for several issuers",
        includes: &["\"keycard.h\""],
        sections: &[
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
        ],
    },
    Room {
        file: "keycard_keys.h",
        holds: "rules for keys, other forms of keys, images of key tables, keys for hardware",
        includes: &["\"keycard.h\""],
        sections: &[
            (
                "Rules for keys",
                &[
                    "#define KEYCARD_KEYS_ALLOW_SECRETS",
                    "typedef struct keycard_key_rules ",
                    "#define KEYCARD_KEY_RULES_INIT ",
                    "keycard_status keycard_key_rules_init(",
                    "keycard_status keycard_keys_add_jwks_by(",
                ],
            ),
            ("Keys in other forms", &["keycard_status keycard_keys_add_jwk("]),
            (
                "Images",
                &[
                    "#define KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED",
                    "typedef struct keycard_image_rules ",
                    "#define KEYCARD_IMAGE_RULES_INIT ",
                    "keycard_status keycard_image_rules_init(",
                    "keycard_status keycard_keys_seal(",
                    "keycard_status keycard_keys_from_signed_image(",
                ],
            ),
            ("Key tables", &["keycard_status keycard_keys_thumbprint("]),
            ("Keys for hardware", &["keycard_status keycard_keys_id("]),
        ],
    },
    Room {
        file: "keycard_oidc.h",
        holds: "flows of OAuth 2.0 and OpenID Connect, and policies for their tokens",
        includes: &["\"keycard.h\""],
        sections: &[
            (
                "Policies for the tokens of a flow",
                &[
                    "typedef struct keycard_original_id_token ",
                    "keycard_status keycard_policy_for_id_token(",
                ],
            ),
            (
                "Flows",
                &[
                    "#define KEYCARD_APPLICATION_TRUSTED",
                    "#define KEYCARD_RESPONSE_TYPE_CODE",
                    "typedef struct keycard_recommendation ",
                    "keycard_status keycard_flow_recommendation(",
                ],
            ),
        ],
    },
    Room {
        file: "keycard_dpop.h",
        holds: "DPoP proofs, and caches of their keys and uses",
        includes: &["\"keycard.h\""],
        sections: &[
            (
                "DPoP proofs",
                &[
                    "#define KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN",
                    "typedef struct keycard_proof_rules ",
                    "typedef struct keycard_proof ",
                    "#define KEYCARD_PROOF_RULES_INIT ",
                    "keycard_status keycard_proof_rules_init(",
                    "keycard_status keycard_dpop_validate(",
                ],
            ),
            (
                "Prepared keys for DPoP proofs",
                &[
                    "typedef struct keycard_proof_key_cache ",
                    "#define KEYCARD_PROOF_KEY_WORDS(",
                    "size_t keycard_proof_key_cache_size(",
                ],
            ),
            (
                "Replay caches",
                &[
                    "typedef struct keycard_replay_cache ",
                    "#define KEYCARD_REPLAY_WORDS(",
                    "size_t keycard_replay_cache_size(",
                ],
            ),
            ("Tokens with their proofs", &["keycard_status keycard_validate_bound_once("]),
        ],
    },
    Room {
        file: "keycard_sd_jwt.h",
        holds: "SD-JWT: credentials with selective disclosure",
        includes: &["\"keycard.h\""],
        sections: &[(
            "Presentations",
            &[
                "#define KEYCARD_KEY_BINDING_REQUIRED",
                "typedef struct keycard_key_binding ",
                "#define KEYCARD_KEY_BINDING_INIT ",
                "#define KEYCARD_MAX_DISCLOSURES",
                "#define KEYCARD_SD_JWT_SCRATCH_SIZE(",
                "keycard_status keycard_key_binding_init(",
                "size_t keycard_sd_jwt_scratch_size(",
            ],
        )],
    },
    Room {
        file: "keycard_pkce.h",
        holds: "PKCE",
        includes: &["\"keycard.h\""],
        sections: &[(
            "PKCE",
            &["#define KEYCARD_PKCE_LENGTH", "keycard_status keycard_pkce_verifier("],
        )],
    },
];

/// The text of each header, made from `src/ffi`.
pub(super) fn generated(root: &Path) -> Vec<(&'static str, String)> {
    let mut config = Config::from_file(root.join("cbindgen.toml")).unwrap();
    let (opening, macros) = (config.header.take().unwrap(), config.after_includes.take().unwrap());
    let declared = with_statuses(root, &declarations(root, config));
    let declared = declared.split("\n\n");
    let constants: Vec<String> = ENUMS.iter().flat_map(|it| constants_of(root, it)).collect();
    let items = declared.clone().filter(|block| !is_function(block));
    let functions = declared.filter(|block| is_function(block));
    let constants = constants.iter().map(String::as_str);
    let blocks = constants.chain(items).chain(macros.split("\n\n")).chain(functions);
    let blocks: Vec<&str> = blocks.map(|it| it.trim_matches('\n')).collect();
    let mut placed = placed(&blocks);
    let sizes = Sizes::new(&blocks);
    for block in placed.iter_mut().flatten().flatten() {
        if let Some(assertion) = sizes.assertion(block) {
            block.push_str(&format!("\n\n{assertion}"));
        }
    }
    let rooms: Vec<_> = ROOMS.iter().zip(placed).collect();
    let text = |(room, sections): &(&Room, Vec<Vec<String>>)| {
        let is_core = room.file == ROOMS[0].file;
        let opening = if is_core { with_rooms(&opening) } else { opening_of(room) };
        (room.file, room.text(&opening, sections.clone(), &included(room, &rooms)))
    };
    rooms.iter().map(text).collect()
}

/// The names of the structures that are defined in the headers that this header includes.
fn included(room: &Room, rooms: &[(&Room, Vec<Vec<String>>)]) -> Vec<String> {
    let files = room.includes.iter().map(|file| file.trim_matches('"'));
    let others = files.filter_map(|file| rooms.iter().find(|(room, _)| room.file == file));
    let names = others.flat_map(|(room, sections)| {
        let mut names = defined(&sections.concat());
        names.extend(included(room, rooms));
        names
    });
    names.collect()
}

/// The declarations of `src/ffi` in the order of its files and of the lines of each file. Each file
/// with functions of the C ABI must be listed.
fn declarations(root: &Path, config: Config) -> String {
    let files = [
        "status",
        "layout",
        "policy_numbers",
        "bytes",
        "time",
        "init",
        "key_rules",
        "keys",
        "signed_image",
        "validate",
        "access_token",
        "hardware",
        "trust",
        "claims",
        "iterator",
        "token_status",
        "dpop",
        "proof_key_cache",
        "replay",
        "bound",
        "sd_jwt",
        "pkce",
        "flow",
    ];
    for file in std::fs::read_dir(root.join("src/ffi")).unwrap() {
        let path = file.unwrap().path();
        let exports = std::fs::read_to_string(&path).unwrap().contains("#[unsafe(no_mangle)]");
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(!exports || files.contains(&name), "the header is made without src/ffi/{name}.rs");
    }
    let builder = files.iter().fold(Builder::new(), |builder, file| {
        builder.with_src(root.join(format!("src/ffi/{file}.rs")))
    });
    let mut header = Vec::new();
    builder.with_config(config).generate().unwrap().write(&mut header);
    String::from_utf8(header).unwrap()
}

/// The enums of Rust whose numbers C has as constants: file, name, and prefix of the constants.
const ENUMS: &[(&str, &str, &str)] = &[
    ("error/stage.rs", "Stage", "STAGE_"),
    ("evidence.rs", "Check", "CHECK_"),
    ("algorithm.rs", "Algorithm", ""),
    ("flow/application.rs", "Application", "APPLICATION_"),
    ("flow/kinds.rs", "Flow", "FLOW_"),
    ("flow/kinds.rs", "Practice", "PRACTICE_"),
    ("flow/application.rs", "Fit", "FIT_"),
    ("flow/issued.rs", "Endpoint", "ENDPOINT_"),
    ("flow/issued.rs", "Issued", "ISSUED_"),
    ("flow/response_type.rs", "ResponseType", "RESPONSE_TYPE_"),
    ("json/value.rs", "Kind", "KIND_"),
];

/// A constant for each variant of an enum made by `numbered!`, with its comment.
fn constants_of(root: &Path, (file, name, prefix): &(&str, &str, &str)) -> Vec<String> {
    let source = std::fs::read_to_string(root.join("src").join(file)).unwrap();
    let (_, variants) = source.split_once(&format!("pub enum {name};\n")).unwrap();
    let (_, variants) = variants.split_once(" -> ").unwrap();
    let (variants, _) = variants.split_once("\n}\n").unwrap();
    let (mut blocks, mut comment) = (Vec::new(), String::new());
    for line in variants.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push_str(&comment_of(text));
        } else if let Some((variant, value)) = line.split_once(" = ") {
            let (value, _) = value.split_once(", ").unwrap();
            let algorithm = Algorithm::ALL.iter().find(|it| format!("{it:?}") == variant);
            let variant = match algorithm.filter(|_| *name == "Algorithm") {
                Some(algorithm) => algorithm.name().to_uppercase().replace('-', "_"),
                None => in_capitals(variant),
            };
            let value = if value.contains("<<") { format!("({value})") } else { value.to_owned() };
            blocks.push(format!("{comment}#define KEYCARD_{prefix}{variant} {value}"));
            comment.clear();
        }
    }
    blocks
}

/// Converts a line of a Rust comment to a line of a C comment.
fn comment_of(text: &str) -> String {
    format!("//{}\n", text.replace(['`', '[', ']'], ""))
}

/// The name of a variant in capitals: `IdToken` is `ID_TOKEN`.
fn in_capitals(variant: &str) -> String {
    let letters = variant.char_indices().flat_map(|(at, letter)| {
        let gap = (at > 0 && letter.is_uppercase()).then_some('_');
        gap.into_iter().chain([letter.to_ascii_uppercase()])
    });
    letters.collect()
}

/// The declarations with a constant for each reason, from the ledger in `src/error/reason.rs`: the
/// statuses that are written out in `src/ffi/status.rs` have no reason.
fn with_statuses(root: &Path, header: &str) -> String {
    let source = std::fs::read_to_string(root.join("src/error/reason.rs")).unwrap();
    let (_, ledger) = source.split_once("\nledger! {\n").unwrap();
    let (ledger, _) = ledger.split_once("\n}\n").unwrap();
    let (mut blocks, mut comment) = (Vec::new(), String::new());
    for line in ledger.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push_str(&comment_of(text));
        } else if let Some((name, rest)) = line.split_once(" = ") {
            let (number, _) = rest.split_once(',').unwrap();
            let block = format!("{comment}#define KEYCARD_{} {number}", in_capitals(name));
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

fn is_function(block: &str) -> bool {
    let mut code = block.lines().filter(|line| !line.starts_with("//"));
    let first = code.next().unwrap_or_default();
    !first.starts_with('#') && !first.starts_with("typedef") && block.ends_with(");")
}

/// True if a block of a header declares a name that begins with `start`.
fn declares(block: &str, start: &str) -> bool {
    let declared = |line: &str| line.trim_start_matches("KEYCARD_MUST_USE ").starts_with(start);
    block.lines().any(declared)
}

/// The blocks of each section of each header. Constants that belong together are one block.
fn placed(blocks: &[&str]) -> Vec<Vec<Vec<String>>> {
    let mut rooms: Vec<Vec<Vec<String>>> =
        ROOMS.iter().map(|room| vec![Vec::new(); room.sections.len()]).collect();
    let sections = ROOMS.iter().enumerate().flat_map(|(room, it)| {
        it.sections.iter().enumerate().map(move |(section, (_, starts))| (room, section, starts))
    });
    let mut starts: Vec<&str> = ROOMS
        .iter()
        .flat_map(|room| room.sections)
        .flat_map(|(_, starts)| *starts)
        .copied()
        .collect();
    let (mut current, mut before) = (None, None);
    for block in blocks {
        let opened = sections
            .clone()
            .find(|(_, _, starts)| starts.iter().any(|start| declares(block, start)))
            .map(|(room, section, _)| (room, section));
        starts.retain(|start| !declares(block, start));
        current = opened.or(current);
        let number = number_of(block);
        let (room, section) = current.unwrap_or_else(|| panic!("no section: {block}"));
        let section = &mut rooms[room][section];
        match section.last_mut() {
            Some(last) if opened.is_none() && belongs(number, before) => {
                last.push('\n');
                last.push_str(block);
            }
            _ => section.push((*block).to_owned()),
        }
        before = number;
    }
    assert!(starts.is_empty(), "nothing in src/ffi begins with {starts:?}");
    rooms
}

impl Room {
    /// The header. Structures that it uses before it defines them, and that no included header
    /// defines, are declared first.
    fn text(&self, opening: &str, sections: Vec<Vec<String>>, known: &[String]) -> String {
        let guard = self.file.replace('.', "_").to_uppercase();
        let includes: Vec<_> = self.includes.iter().map(|it| format!("#include {it}")).collect();
        let mut parts = vec![
            opening.trim().to_owned(),
            format!("#ifndef {guard}\n#define {guard}"),
            includes.join("\n"),
        ];
        let mut body = Vec::new();
        for ((title, _), section) in self.sections.iter().zip(sections) {
            if !title.is_empty() {
                body.push(format!("/* --- {title} {} */", "-".repeat(89 - title.len())));
            }
            body.extend(section);
        }
        let forward = used_early(&body, known);
        let at = body.iter().position(|it| it.starts_with("/* ---")).unwrap();
        let rest = body.split_off(at);
        parts.extend(body);
        parts.push("#ifdef __cplusplus\nextern \"C\" {\n#endif".to_owned());
        if !forward.is_empty() {
            parts.push(forward);
        }
        parts.extend(rest);
        parts.push("#ifdef __cplusplus\n}\n#endif".to_owned());
        parts.push(format!("#endif /* {guard} */\n"));
        parts.join("\n\n")
    }
}

/// The first comment of a header other than `keycard.h`.
fn opening_of(room: &Room) -> String {
    format!(
        "/*\n * {}: {}.\n * SPDX-License-Identifier: MIT OR Apache-2.0\n *\n * Generated from \
         src/ffi by `make header`; do not edit. The rules for arguments and memory are\n * in \
         keycard.h.\n */",
        room.file, room.holds
    )
}

/// The first comment of `keycard.h`, with the list of the other headers.
fn with_rooms(opening: &str) -> String {
    let others = ROOMS.iter().skip(1);
    let lines: Vec<_> = others.map(|room| format!(" * {:<20} {}", room.file, room.holds)).collect();
    opening.replace(" * @ROOMS@", &lines.join("\n"))
}

/// The names of the structures that a text defines.
fn defined(text: &[String]) -> Vec<String> {
    let lines = text.iter().flat_map(|block| block.lines());
    let names = lines.filter_map(|line| line.strip_prefix("typedef struct ")?.split(' ').next());
    names.map(str::to_owned).collect()
}

/// A declaration of each structure that a block names before another block defines it.
fn used_early(blocks: &[String], known: &[String]) -> String {
    let (mut known, mut early) = (known.to_vec(), Vec::new());
    for block in blocks {
        known.extend(defined(std::slice::from_ref(block)));
        let code = block.lines().filter(|line| !line.trim_start().starts_with("//"));
        for used in code.flat_map(|line| line.split("struct ").skip(1)) {
            let name = used.split(|it: char| !it.is_alphanumeric() && it != '_').next().unwrap();
            if !known.iter().any(|it| it == name) {
                known.push(name.to_owned());
                early.push(format!("struct {name};"));
            }
        }
    }
    early.join("\n")
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
