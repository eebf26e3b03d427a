//! Helpers for pages that name tests: they list the existing tests, and read the tables of a page.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Tests by the file that contains them.
pub(crate) type Tests = BTreeMap<String, BTreeSet<String>>;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of the tests in a source.
pub(crate) fn tests_of(source: &str) -> BTreeSet<String> {
    let mut lines = source.lines().map(str::trim);
    let mut names = BTreeSet::new();
    while lines.any(|line| line == "#[test]") {
        let function = lines.by_ref().find(|line| !line.starts_with("#["));
        let name = function.and_then(|line| line.strip_prefix("fn ")?.split_once('('));
        names.extend(name.map(|(name, _)| name.to_owned()));
    }
    names
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The name of a file in a page: `file` for `tests/binary/file.rs`, `src/layer/file` for
/// `src/layer/file.rs`.
pub(crate) fn name_of(path: &Path) -> String {
    let name = if path.starts_with("tests") { path.file_stem().unwrap().as_ref() } else { path };
    name.with_extension("").to_str().unwrap().to_owned()
}

/// All tests by the names of their files. Two files with tests never have the same name.
pub(crate) fn all_tests() -> Tests {
    let mut paths = Vec::new();
    sources(&root().join("src"), &mut paths);
    sources(&root().join("tests"), &mut paths);
    let mut tests = Tests::new();
    for path in paths {
        let found = tests_of(&fs::read_to_string(&path).unwrap());
        let name = name_of(path.strip_prefix(root()).unwrap());
        if !found.is_empty() {
            assert!(tests.insert(name, found).is_none(), "two files have the name of {path:?}");
        }
    }
    tests
}

/// The texts in backquotes, and the rest without them.
pub(crate) fn split_at_backquotes(text: &str) -> (Vec<&str>, String) {
    let quoted = text.split('`').skip(1).step_by(2).collect();
    let rest: Vec<_> = text.split('`').step_by(2).map(str::trim).collect();
    (quoted, rest.join(" ").trim().to_owned())
}

/// The cells of a row of a table; `None` for another line.
pub(crate) fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.strip_prefix('|')?;
    Some(row.trim_end_matches('|').split('|').map(str::trim).collect())
}

/// True if there is a test with this name: `file::test`.
pub(crate) fn exists(tests: &Tests, name: &str) -> bool {
    let named = name.split_once("::");
    named.is_some_and(|(file, test)| tests.get(file).is_some_and(|tests| tests.contains(test)))
}

/// The constructors of policies: each makes the policy of one kind of token.
pub(crate) fn constructors() -> BTreeSet<String> {
    let mut paths = Vec::new();
    sources(&root().join("src/profile"), &mut paths);
    let texts: Vec<_> = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let functions = texts.iter().flat_map(|text| text.split("\n    pub fn ").skip(1));
    let constructors = functions.filter(|rest| {
        let arguments = rest.split_once(" {\n").unwrap().0;
        arguments.ends_with("-> Self") && !arguments.contains("self")
    });
    constructors.map(|rest| rest.split_once('(').unwrap().0.to_owned()).collect()
}
