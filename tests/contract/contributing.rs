//! The pages for contributors name files that exist.

use crate::support::tables::{root, split_at_backquotes};

/// The words in capitals of a recipe that stand for a name.
const CHOSEN: [&str; 3] = ["KIND", "NAME", "TOPIC"];

/// The paths from the root of the project that a page quotes.
fn paths(page: &str) -> impl Iterator<Item = &str> {
    let is_file = |it: &str| {
        [".rs", ".c", ".h", ".go", ".py", ".md", ".toml", ".json"]
            .iter()
            .any(|end| it.ends_with(end))
    };
    page.lines()
        .flat_map(|line| split_at_backquotes(line).0)
        .flat_map(|quote| quote.split(' '))
        .filter(move |it| it.contains('/') || is_file(it))
}

/// True if the path exists, or one that differs only in a name to choose.
fn exists(path: &str) -> bool {
    let Some(chosen) = CHOSEN.iter().find(|chosen| path.contains(**chosen)) else {
        return root().join(path).exists();
    };
    let (folder, file) = path.rsplit_once('/').unwrap();
    let (start, end) = file.split_once(chosen).unwrap();
    std::fs::read_dir(root().join(folder)).is_ok_and(|mut entries| {
        entries.any(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.starts_with(start) && name.ends_with(end)
        })
    })
}

#[test]
fn every_path_in_the_recipes_exists() {
    let page = std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (found, missing): (Vec<_>, Vec<_>) = paths(&page).partition(|path| exists(path));
    assert_eq!(missing, Vec::<&str>::new(), "CONTRIBUTING.md names files that do not exist");
    assert!(found.len() > 60, "{} paths", found.len());
}

/// `ARCHITECTURE.md` shortens the path of a file beside another one, so only whole paths count.
#[test]
fn every_whole_path_in_the_architecture_exists() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let is_whole = |path: &&str| path.split_once('/').is_some_and(|(first, _)| exists(first));
    let missing: Vec<_> =
        paths(&page).filter(is_whole).filter(|path| !path.contains('…') && !exists(path)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "ARCHITECTURE.md names files that do not exist");
}
