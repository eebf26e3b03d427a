//! `tools/README.md` lists every tool, and every mention of a tool in the project has the path of
//! one.

use std::fs;
use std::path::Path;

/// Folders with third-party or generated files.
const APART: [&str; 7] =
    [".git", "target", "vectors", "corpus", "artifacts", "node_modules", "__pycache__"];

/// Each tool is in the index behind its folder, and the index names nothing else. Modules of a
/// folder have no row.
#[test]
fn the_index_of_tools_is_complete() {
    let root = root().join("tools");
    let index = fs::read_to_string(root.join("README.md")).unwrap();
    let table = index.split("\n## ").next().unwrap();
    let mut folder = String::new();
    let mut named = Vec::new();
    for row in table.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if !cells[1].is_empty() {
            folder = cells[1].trim_matches('`').replace("all", "");
        }
        named.extend(cells[2].split('`').skip(1).step_by(2).map(|name| format!("{folder}{name}")));
    }
    let mut found = Vec::new();
    for name in names_in(&root) {
        let inside = root.join(&name);
        if inside.is_dir() {
            let tools = names_in(&inside).into_iter().filter(|tool| !tool.ends_with(".py"));
            found.extend(tools.map(|tool| format!("{name}/{tool}")));
        } else if name != "README.md" {
            found.push(name);
        }
    }
    named.sort();
    found.sort();
    assert_eq!(named, found, "tools/README.md lists every tool once");
}

fn names_in(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "__pycache__")
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The paths of tools in a text.
fn mentions(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    text.match_indices("tools/").filter_map(move |(at, _)| {
        let follows_word = text[..at].ends_with(|c: char| c.is_alphanumeric() || "_-$".contains(c));
        let end = text[at..].find(|c| !is_part(c)).map_or(text.len(), |length| at + length);
        let path = text[at..end].trim_end_matches(['.', '/']);
        (!follows_word && path.len() > "tools/".len()).then_some(path)
    })
}

fn stale_mentions(folder: &Path, found: &mut Vec<String>) {
    for name in names_in(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            if !APART.contains(&name.as_str()) {
                stale_mentions(&path, found);
            }
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let stale = mentions(&text).filter(|mention| !root().join(mention).exists());
        found.extend(stale.map(|mention| format!("{}: {mention}", path.display())));
    }
}

#[test]
fn every_mention_of_a_tool_is_the_path_of_one() {
    let mut found = Vec::new();
    stale_mentions(root(), &mut found);
    // A test of the table of attacks needs a name that does not exist.
    found.retain(|mention| !mention.contains(": tools/none"));
    assert!(found.is_empty(), "not there:\n{}", found.join("\n"));
}

#[test]
fn the_search_for_mentions_sees_paths_and_not_variables() {
    let text = "`tools/need go`, ../tools/go. $tools/llvm-cov, see tools/none/x.";
    assert_eq!(mentions(text).collect::<Vec<_>>(), ["tools/need", "tools/go", "tools/none/x"]);
}
