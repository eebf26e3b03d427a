//! The services in C clear each structure of nginx, mosquitto and the system before they fill it.
//! Later versions of these programs may have, and read, members that this code does not set.

use std::fs;
use std::path::{Path, PathBuf};

/// Types whose members are all known, or that the library or the callee fills completely.
const KNOWN: [&str; 21] = [
    "ngx_int_t",
    "ngx_uint_t",
    "ngx_flag_t",
    "ngx_str_t",
    "ngx_pid_t",
    "keycard_bytes",
    "keycard_buffer",
    "keycard_status",
    "keycard_detail",
    "keycard_token",
    "keycard_proof",
    "keycard_value",
    "keycard_iterator",
    "keycard_key_report",
    "keycard_time",
    "keycard_member",
    "time_t",
    "uint8_t",
    "uint64_t",
    "size_t",
    "u_char",
];

/// Calls that return uninitialised memory.
const DIRTY: [&str; 6] = [
    "ngx_list_push(",
    "ngx_array_push(",
    "ngx_array_push_n(",
    "ngx_palloc(",
    "ngx_slab_alloc(",
    "malloc(",
];

/// True if the type is a structure of nginx, mosquitto or the system, or an input of the library
/// that may grow.
fn is_structure(kind: &str) -> bool {
    let kind = kind.trim_start_matches("const ").trim_start_matches("struct ");
    if KNOWN.contains(&kind) {
        return false;
    }
    let prefixes =
        ["ngx_", "mosquitto_", "mosquitto", "keycard_", "sig", "time", "stat", "sockaddr"];
    prefixes.iter().any(|prefix| kind.starts_with(prefix))
}

/// The functions of a file: each ends with a brace in the first column. Types are left out.
fn functions(text: &str) -> Vec<Vec<&str>> {
    let mut found = vec![Vec::new()];
    let mut is_type = false;
    for line in text.lines() {
        is_type |= line.ends_with('{')
            && ["typedef ", "struct ", "static struct {"].iter().any(|word| line.starts_with(word));
        if !is_type {
            found.last_mut().unwrap().push(line);
        }
        if line.starts_with('}') {
            is_type = false;
            found.push(Vec::new());
        }
    }
    found
}

/// A variable: its name, whether it is a pointer, and whether it is initialised.
type Variable<'a> = (&'a str, bool, bool);

/// The type, and the names declared in a line such as `ngx_file_t file, other = x;`; a pointer is
/// not a structure.
fn declared(line: &str) -> Option<(&str, Vec<Variable<'_>>)> {
    let line = line.trim().strip_suffix(';')?;
    let words = line.trim_start_matches("const ");
    let words = words.strip_prefix("struct ").unwrap_or(words);
    let (kind, names) = words.split_once(' ')?;
    let is_type = kind.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !is_type
        || ["return", "else", "goto", "case", "typedef", "extern"].contains(&kind)
        || names.starts_with('=')
    {
        return None;
    }
    let names = names.split(", ").map(|name| {
        let (name, is_set) = name.split_once(" =").map_or((name, false), |(name, _)| (name, true));
        (name.trim_start_matches('*').trim(), name.starts_with('*'), is_set)
    });
    // The text of a call after `=` contains no names.
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    Some((kind, names.filter(|(name, ..)| is_name(name)).collect()))
}

/// Structures that a function declares or allocates, and does not clear.
fn dirty(function: &[&str]) -> Vec<String> {
    let whole = function.join("\n");
    let is_cleared = |name: &str, at: &str| {
        ["ngx_memzero(", "memset("].iter().any(|call| whole.contains(&format!("{call}{at}{name},")))
            || whole.contains(&format!("    {}{name} = ", if at == "&" { "" } else { "*" }))
    };
    let mut found = Vec::new();
    let mut pointers = Vec::new();
    for line in function.iter().filter(|line| line.starts_with("    ")) {
        let Some((kind, names)) = declared(line) else { continue };
        if !is_structure(kind) {
            continue;
        }
        for (name, is_pointer, is_set) in names {
            if is_pointer {
                pointers.push(name);
            } else if !is_set && !is_cleared(name, "&") {
                found.push(format!("{kind} {name}"));
            }
        }
    }
    for name in pointers {
        let is_dirty = DIRTY.iter().any(|call| {
            whole.contains(&format!("{name} = {call}"))
                || whole.contains(&format!("{name} = ({name} *){call}"))
        });
        if is_dirty && !is_cleared(name, "") {
            found.push(format!("the memory of {name}"));
        }
    }
    found
}

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations");
    let of =
        |folder: &str| fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let files = of("nginx").chain(of("mosquitto")).chain(of("envoy"));
    files
        .filter(|path| {
            path.extension().is_some_and(|extension| extension == "c" || extension == "h")
        })
        .collect()
}

#[test]
fn services_clear_foreign_structures() {
    let files = sources();
    assert!(files.len() >= 7, "{files:?}");
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for function in functions(&text) {
            let found = dirty(&function);
            assert!(found.is_empty(), "{} does not clear {found:?}", path.display());
        }
    }
}

#[test]
fn finds_structures_that_are_not_cleared() {
    let pushed = "    ngx_table_elt_t *header = ngx_list_push(&r->headers);\n    header->hash = 1;";
    for (text, count) in [
        (pushed.to_owned(), 1),
        (format!("{pushed}\n    ngx_memzero(header, sizeof *header);"), 0),
        ("    ngx_file_t file;\n    file.fd = 1;".to_owned(), 1),
        ("    ngx_file_t file;\n    ngx_memzero(&file, sizeof file);".to_owned(), 0),
        ("    struct sigaction action;\n    action.sa_handler = f;".to_owned(), 1),
        ("    keycard_policy policy = KEYCARD_POLICY_INIT;".to_owned(), 0),
        ("    keycard_policy policy;\n    policy.profile = 1;".to_owned(), 1),
    ] {
        assert_eq!(dirty(&text.lines().collect::<Vec<_>>()).len(), count, "{text}");
    }
}

#[test]
fn nginx_is_configured_before_other_headers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/nginx");
    let header = fs::read_to_string(root.join("ngx_http_keycard.h")).unwrap();
    assert!(
        header.find("#include <ngx_config.h>").unwrap() < header.find("\"keycard.h\"").unwrap()
    );
    for path in
        sources().iter().filter(|path| path.starts_with(&root) && path.extension().unwrap() == "c")
    {
        let text = fs::read_to_string(path).unwrap();
        let first = text.lines().find(|line| line.starts_with("#include"));
        assert_eq!(first, Some("#include \"ngx_http_keycard.h\""), "{}", path.display());
    }
}
