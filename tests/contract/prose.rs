//! Plain English: comments and pages avoid patterns that make sentences hard to read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files that still have such patterns, with the number of lines. A number may only shrink.
const EXCEPTIONS: &str = include_str!("prose_exceptions.txt");
const FOLDERS: [&str; 14] = [
    "src",
    "include",
    "tests",
    "cli",
    "conformance",
    "integrations",
    "bindings",
    "ffi-tests",
    "tools",
    "docs",
    "fuzz",
    "differential",
    "mutants",
    "benches",
];
const WIDTH: usize = 100;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The files of a folder that contain prose, by their path.
fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !["vectors", "target", "node_modules", "corpus", "artifacts"].contains(&name) {
                texts(&path, found);
            }
        } else if !name.starts_with("generated")
            && name != "prose.rs"
            && comment_of(&path).is_some()
        {
            found.push(path);
        }
    }
}

/// The marks with which a comment begins in this kind of file, or `""` for pages.
fn comment_of(path: &Path) -> Option<&'static [&'static str]> {
    let extension = path.extension().map(|extension| extension.to_str().unwrap());
    match extension {
        Some("rs" | "c" | "cpp" | "h" | "hpp" | "go") => Some(&["//", "/*", "*"]),
        Some("md") => Some(&[""]),
        Some("py" | "toml" | "mk") | None => Some(&["#"]),
        _ => None,
    }
}

/// The prose of a line: a comment without its mark, or a line of a page.
fn prose<'a>(line: &'a str, marks: &[&str]) -> Option<&'a str> {
    let line = line.trim_start();
    let mark = marks.iter().find(|mark| line.starts_with(**mark))?;
    (mark.is_empty() || !line.starts_with("#["))
        .then(|| line.trim_start_matches(['/', '*', '#', '!']).trim())
}

/// True if a sentence of this line begins with a clause as its subject: "What is malformed is
/// rejected".
fn has_headless_clause(prose: &str, begins: bool) -> bool {
    let starts = prose.match_indices(". ").map(|(at, _)| at + 2).chain(begins.then_some(0));
    starts.into_iter().any(|at| {
        let sentence = &prose[at..];
        let end = sentence.find(['.', '?']).unwrap_or(sentence.len());
        let asks = sentence[end..].starts_with('?');
        !asks
            && ["What ", "Who ", "Whoever ", "Whatever ", "Whether "]
                .iter()
                .any(|word| sentence.starts_with(word))
    })
}

/// Words outside of the vocabulary of the field.
const WORDS: [&str; 8] =
    ["nobody", "whoever", "somebody", "judge", "judges", "judged", "refusal", "tally"];
const PAIRS: [[&str; 2]; 9] = [
    ["is", "none"],
    ["are", "none"],
    ["so", "many"],
    ["as", "many"],
    ["be", "it"],
    ["as", "told"],
    ["hand", "out"],
    ["hands", "out"],
    ["of", "line"],
];

fn has_pattern(prose: &str) -> bool {
    let text = prose.to_lowercase();
    let words: Vec<_> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    words.iter().any(|word| WORDS.contains(word))
        || words.windows(2).any(|found| PAIRS.iter().any(|pair| found == pair))
        // "is no packet" in place of "is not a packet".
        || words.windows(4).any(|found| match found {
            ["there", ..] | [.., "longer"] => false,
            [_, "is" | "are" | "was", "no", _] => true,
            _ => false,
        })
}

/// Lines of a file that break a rule, as (line, text).
fn stumbles(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let page = path.extension().is_some_and(|extension| extension == "md");
    if !page && path.extension().is_none() && !text.starts_with("#!") {
        return Vec::new();
    }
    let marks = comment_of(path).unwrap();
    let (mut found, mut fenced, mut before_ends) = (Vec::new(), false, true);
    for (at, line) in text.lines().enumerate() {
        fenced ^= page && line.trim_start().starts_with("```");
        let Some(prose) = prose(line, marks).filter(|_| !fenced) else {
            before_ends = true;
            continue;
        };
        let wide = !page && line.chars().count() > WIDTH && !prose.contains("://");
        let begins = before_ends && !(page && line.starts_with(['#', '|']));
        if wide || has_headless_clause(prose, begins) || has_pattern(prose) {
            found.push((at + 1, line.trim().to_owned()));
        }
        before_ends = prose.is_empty() || prose.ends_with(['.', ':']);
    }
    found
}

#[test]
fn comments_and_pages_are_plain_english() {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        texts(&root().join(folder), &mut paths);
    }
    paths.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
            .map(|page| root().join(page)),
    );
    paths.sort();
    let mut counts = BTreeMap::new();
    let mut shown = Vec::new();
    let allowed: BTreeMap<&str, usize> = EXCEPTIONS
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(count, path)| (path, count.parse().unwrap()))
        .collect();
    for path in paths {
        let found = stumbles(&path);
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        if found.len() > allowed.get(name.as_str()).copied().unwrap_or(0) {
            shown.extend(found.iter().map(|(at, line)| format!("{name}:{at}: {line}")));
        }
        if !found.is_empty() {
            counts.insert(name, found.len());
        }
    }
    if std::env::var_os("KEYCARD_WRITE_PROSE").is_some() {
        let lines: String =
            counts.iter().map(|(name, count)| format!("{count} {name}\n")).collect();
        fs::write(root().join("tests/contract/prose_exceptions.txt"), lines).unwrap();
        return;
    }
    assert!(shown.is_empty(), "readers stumble over these lines:\n{}", shown.join("\n"));
    let fewer: Vec<_> = allowed
        .iter()
        .filter(|(name, count)| counts.get(**name).copied().unwrap_or(0) < **count)
        .collect();
    assert!(
        fewer.is_empty(),
        "better than prose_exceptions.txt says; KEYCARD_WRITE_PROSE=1 writes it anew: {fewer:?}"
    );
}
