//! The layers of ARCHITECTURE.md: a file imports from its own layer or lower ones, no files import
//! each other, and only adapters name foreign crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate by layer, lowest first, as in ARCHITECTURE.md.
const LAYERS: [&[&str]; 9] = [
    &[
        "cpu",
        "error",
        "heap",
        "limits",
        "numbered",
        "step_counter",
        "str_list",
        "switches",
        "words",
    ],
    &["base64url", "der", "json", "time", "algorithm", "digest", "arithmetic"],
    &["signature"],
    &["key", "pkce"],
    &["token"],
    &["claims", "evidence"],
    &["policy", "profile", "flow"],
    &["validate", "batch", "trust", "dpop", "replay", "sd_jwt", "status_list"],
    &["ffi"],
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The files of the library, by path below `src`, without their tests.
fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<_> = sources(&root)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let library = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
            (name, library)
        })
        .collect();
    files.sort();
    files
}

/// The top-level module of a file.
fn module_of(file: &str) -> &str {
    let end = file.find(['/', '.']).unwrap();
    &file[..end]
}

fn layer_of(module: &str) -> usize {
    let layer = LAYERS.iter().position(|layer| layer.contains(&module));
    layer.unwrap_or_else(|| {
        panic!("{module} is in no layer: give it one here and in ARCHITECTURE.md")
    })
}

/// The modules that a file names as `crate::module`, in `use` lines and elsewhere.
fn imports(text: &str) -> Vec<String> {
    let code: String = code(text).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn a_file_imports_from_its_own_layer_or_lower_ones_only() {
    for (file, text) in files() {
        if file == "lib.rs" {
            continue;
        }
        let own = module_of(&file);
        assert!(
            !text.contains("use super::super"),
            "{file} climbs two levels: write crate:: instead"
        );
        for import in imports(&text) {
            assert!(
                layer_of(&import) <= layer_of(own),
                "{file} (layer {}) imports crate::{import} (layer {})",
                layer_of(own),
                layer_of(&import)
            );
        }
    }
}

#[test]
fn the_check_of_layers_sees_an_arrow_that_points_up() {
    let upward = imports("use crate::error::Error;\nfn f() { crate::validate::validate() }\n");
    assert_eq!(upward, ["error", "validate"]);
    assert!(layer_of("validate") > layer_of("json"));
}

/// The path of a module as code writes it: `json/value.rs` is `json::value`.
fn module_path(file: &str) -> Vec<String> {
    file.trim_end_matches(".rs").split('/').map(str::to_owned).collect()
}

/// The paths that begin with `root` in `code`, without the root, with each group in braces written
/// out.
fn paths_from(root: &str, code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices(root) {
        if !begins_a_path(code, at) {
            continue;
        }
        let mut path: Vec<String> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut segment = String::new();
        for c in code[at + root.len()..].chars() {
            match c {
                c if c.is_alphanumeric() || c == '_' => segment.push(c),
                ':' if !segment.is_empty() => path.push(std::mem::take(&mut segment)),
                ':' => (),
                '{' if segment.is_empty() => open.push(path.len()),
                c if c.is_whitespace() && !open.is_empty() => (),
                ',' | '}' if !open.is_empty() => {
                    if !segment.is_empty() {
                        let end = [std::mem::take(&mut segment)];
                        paths.push([path.as_slice(), end.as_slice()].concat());
                    }
                    if c == '}' {
                        open.pop();
                    }
                    path.truncate(open.last().copied().unwrap_or(0));
                    if open.is_empty() {
                        path.clear();
                        break;
                    }
                }
                _ => break,
            }
        }
        if !segment.is_empty() {
            path.push(segment);
        }
        if !path.is_empty() {
            paths.push(path);
        }
    }
    paths
}

/// The files that each file imports. A module that is declared and not named is not imported.
fn arrows(files: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let by_module: BTreeMap<_, _> =
        files.iter().map(|(file, _)| (module_path(file), file)).collect();
    let mut arrows = BTreeMap::new();
    for (file, text) in files {
        let code: String = code(text).collect::<Vec<_>>().join("\n");
        let own = module_path(file);
        let parent = &own[..own.len() - 1];
        let mut paths = paths_from("crate::", &code);
        for path in paths_from("super::", &code) {
            paths.push([parent, &path].concat());
        }
        for child in by_module.keys().filter(|path| path[..path.len() - 1] == own) {
            let name = child.last().unwrap();
            for path in paths_from(&format!("{name}::"), &code) {
                paths.push([child.as_slice(), &path].concat());
            }
        }
        let imported = paths.iter().filter_map(|path| {
            (1..=path.len()).rev().find_map(|length| by_module.get(&path[..length]))
        });
        let others: BTreeSet<String> =
            imported.filter(|other| **other != file).map(|other| (*other).clone()).collect();
        arrows.insert(file.clone(), others);
    }
    arrows
}

/// The files that one can reach from `start` by arrows.
fn reached(start: &str, arrows: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start.to_owned()];
    while let Some(file) = open.pop() {
        for next in arrows.get(&file).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

/// The groups of files that import each other, each with its inner arrows.
fn circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let reach: BTreeMap<_, _> = arrows.keys().map(|file| (file, reached(file, arrows))).collect();
    let mut groups = BTreeSet::new();
    for (file, far) in &reach {
        let group: BTreeSet<_> =
            far.iter().filter(|other| reach[*other].contains(*file)).cloned().collect();
        if !group.is_empty() {
            groups.insert(group);
        }
    }
    groups
        .iter()
        .map(|group| {
            let inner = |file: &String| {
                let to: Vec<_> = arrows[file].intersection(group).cloned().collect();
                format!("{file} -> {}", to.join(", "))
            };
            group.iter().map(inner).collect()
        })
        .collect()
}

#[test]
fn no_files_import_each_other() {
    let circles = circles(&arrows(&files()));
    let shown: Vec<_> = circles.iter().map(|circle| circle.join("\n  ")).collect();
    assert!(circles.is_empty(), "{} circles:\n  {}", circles.len(), shown.join("\n\n  "));
}

#[test]
fn the_check_of_circles_sees_one() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let files = [
        file("a.rs", "mod b;\nuse crate::{\n    c::One,\n    d::{self, Two},\n};\n"),
        file("a/b.rs", "use crate::c::One;\n// use super::Three;\n"),
        file("c.rs", "fn f() { crate::a::b::g() }\n"),
        file("d.rs", "mod e;\nuse e::Four;\n"),
        file("d/e.rs", "fn f() -> super::Two { todo!() }\n"),
    ];
    let expected = [["a/b.rs -> c.rs", "c.rs -> a/b.rs"], ["d.rs -> d/e.rs", "d/e.rs -> d.rs"]];
    assert_eq!(circles(&arrows(&files)), expected);
}

#[test]
fn a_foreign_crate_is_named_by_its_adapter_only() {
    for (name, adapters) in [
        ("sha2::", &["digest/function.rs"][..]),
        ("serde::", &["claims/deserialize.rs"]),
        ("cpufeatures::", &["cpu/detection.rs"]),
    ] {
        for (file, text) in files() {
            // In the first file, `ecdsa::` is an adapter of this crate, not the foreign crate. The
            // second file is only for tests.
            if ["signature.rs", "arithmetic/oracle.rs"].contains(&file.as_str()) {
                continue;
            }
            let named = code(&text).any(|line| names(line, name));
            assert_eq!(named, adapters.contains(&file.as_str()), "{name} in {file}");
        }
    }
}

/// Few lines of `src` depend on the build. `src/switches.rs` gives names to the conditions, for use
/// in expressions. A private item needs no condition, because an unused item is in no image. Tests
/// are not counted, because they are in no build.
#[test]
fn few_lines_depend_on_the_build() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let texts = sources(&root).into_iter().map(|path| fs::read_to_string(path).unwrap());
    let depends = |line: &&str| line.contains("cfg") && line.trim() != "#[cfg(test)]";
    let lines: usize = texts.map(|text| text.lines().filter(depends).count()).sum();
    assert!(lines < 145, "{lines} lines of src with cfg");
}

/// The lines that are not comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// True if a path in `line` begins with `name`.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| begins_a_path(line, at))
}

/// True if no other name of the same path stands before `at`.
fn begins_a_path(code: &str, at: usize) -> bool {
    let before = code[..at].chars().next_back();
    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
}

#[test]
fn memory_is_allocated_by_owned_keys_and_tokens_only() {
    for (file, text) in files() {
        let allocates =
            code(&text).any(|line| names(line, "alloc::") || line.contains("crate alloc"));
        let owns = ["key/owned.rs", "validate/owned.rs"].contains(&file.as_str());
        assert_eq!(allocates, owns, "{file}");
    }
}

#[test]
fn lib_rs_has_no_logic() {
    let (_, text) = files().into_iter().find(|(file, _)| file == "lib.rs").unwrap();
    let code: Vec<_> = text.lines().filter(|line| !line.starts_with("//")).collect();
    let functions = code.iter().filter(|line| line.contains("fn ")).count();
    assert_eq!(functions, 1, "only the panic handler of bare-metal archives may stand here");
    assert!(code.len() <= 110, "{} lines", code.len());
}

#[test]
fn unsafe_is_only_in_the_ffi_folder_and_in_files_for_processors() {
    let allowed = [&LANES[..], &BACK_ENDS, &ASSEMBLER].concat();
    for (file, text) in files() {
        if allowed.contains(&file.as_str()) || file.starts_with("ffi") {
            continue;
        }
        // A block, a function or an attribute.
        let is_unsafe = |line: &str| line.contains("unsafe ") || line.contains("unsafe(");
        assert!(code(&text).all(|line| !is_unsafe(line)), "{file}");
    }
}

/// The file of functions in assembler. It has no block of unsafe code: the attribute of a function
/// without a prologue is unsafe, because the compiler cannot check its registers and its stack.
const ASSEMBLER: [&str; 1] = ["arithmetic/p256/umaal.rs"];

#[test]
fn assembler_stands_in_one_file_without_a_block_of_unsafe_code() {
    for (file, text) in files() {
        let is_assembler = ASSEMBLER.contains(&file.as_str());
        assert_eq!(code(&text).any(|line| line.contains("asm!")), is_assembler, "{file}");
        let has_blocks = code(&text).any(|line| line.contains("unsafe {"));
        assert!(!is_assembler || !has_blocks, "{file}");
    }
}

/// The files that load and store the registers of some processors.
const LANES: [&str; 3] = ["arithmetic/ifma/lanes.rs", "cpu/bytes.rs", "cpu/bytes/half.rs"];

/// The files that call functions for some processors, with the proof that the processor has the
/// instructions.
const BACK_ENDS: [&str; 6] = [
    "arithmetic/bmi2.rs",
    "arithmetic/ifma.rs",
    "base64url/back_end/avx2.rs",
    "base64url/back_end/vbmi.rs",
    "json/vbmi.rs",
    "token/vbmi.rs",
];

#[test]
fn lanes_are_used_only_with_a_proof_of_the_processor() {
    for (file, text) in files() {
        let is_back_end = BACK_ENDS.contains(&file.as_str());
        if file.starts_with("arithmetic/ifma/") || file.starts_with("cpu/") {
            let is_register = |line: &str| line.contains("{ _mm");
            let safe = code(&text).all(|line| !line.contains("unsafe ") || is_register(line));
            assert!(safe, "{file}: a block of unsafe code is one load or store");
        } else if !is_back_end {
            assert!(code(&text).all(|line| !line.contains("target_feature(enable")), "{file}");
        }
        // A function that needs the instructions is private to the file that has the proof.
        if is_back_end {
            let mut lines = text.lines().skip_while(|line| !line.contains("target_feature(enable"));
            assert!(lines.nth(1).is_none_or(|line| line.starts_with("fn ")), "{file}");
        }
    }
}

#[test]
fn architecture_md_names_every_module_in_its_layer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let text = fs::read_to_string(path).unwrap();
    for (number, layer) in LAYERS.iter().enumerate() {
        let prefix = format!("| L{number} |");
        let row = text.lines().find(|line| line.starts_with(&prefix));
        let row = row.unwrap_or_else(|| panic!("no row {prefix}"));
        for module in *layer {
            assert!(row.contains(&format!("`{module}`")), "L{number} does not name {module}");
        }
    }
}
