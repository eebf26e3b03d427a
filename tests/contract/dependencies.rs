//! `docs/evidence/dependencies.md` has every linked package, with its version, its licence and the
//! reason for trusting it. The page matches the packages that cargo resolves, offline.

use crate::support::tables::{cells, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

const DOCUMENT: &str = "docs/evidence/dependencies.md";

/// Version and licence by package.
type Packages = BTreeMap<String, (String, String)>;

/// The packages that cargo resolves with every feature and these options.
fn resolved(options: &[&str]) -> Packages {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--all-features",
            "--prefix=none",
            "--format={p}|{l}",
        ])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .args(options)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let packages = lines.lines().filter(|line| !line.is_empty()).map(|line| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('|').unwrap();
        let mut words = package.split(' ');
        let (name, version) = (words.next().unwrap(), words.next().unwrap());
        (name.to_owned(), (version.trim_start_matches('v').to_owned(), licence.to_owned()))
    });
    packages.filter(|(name, _)| !name.starts_with("keycard")).collect()
}

/// Returns the errors of the page.
fn faults(document: &str, linked: &Packages, licences: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut named = Packages::new();
    let mut allowed = BTreeSet::new();
    for line in document.lines() {
        allowed.extend(line.strip_prefix("- ").map(str::to_owned));
        let Some(cells) = cells(line) else {
            continue;
        };
        let [package, version, licence, who, why] = cells[..] else {
            faults.push(format!("not five cells: {line}"));
            continue;
        };
        let Some(package) = package.strip_prefix('`').and_then(|name| name.strip_suffix('`'))
        else {
            continue;
        };
        if who.is_empty() || why.is_empty() {
            faults.push(format!("{package} without a reason"));
        }
        named.insert(package.to_owned(), (version.to_owned(), licence.to_owned()));
    }
    for (package, found) in linked {
        if named.get(package) != Some(found) {
            faults
                .push(format!("{package}: cargo has {found:?}, the page {:?}", named.get(package)));
        }
    }
    let gone = named.keys().filter(|package| !linked.contains_key(*package));
    faults.extend(gone.map(|package| format!("{package} is not linked any more")));
    faults
        .extend(licences.difference(&allowed).map(|licence| format!("another licence: {licence}")));
    faults
}

#[test]
fn every_linked_package_is_listed_with_licence_and_reason() {
    let linked = resolved(&["--edges=no-dev"]);
    assert!(linked.len() > 10);
    let licences = resolved(&["--workspace"]).into_values().map(|(_, licence)| licence).collect();
    let document = fs::read_to_string(root().join(DOCUMENT)).unwrap();
    let faults = faults(&document, &linked, &licences);
    assert!(faults.is_empty(), "{DOCUMENT}:\n{}", faults.join("\n"));
}

#[test]
fn a_list_that_has_drifted_is_found_out() {
    let linked = Packages::from([("a".to_owned(), ("1.0.0".to_owned(), "MIT".to_owned()))]);
    let licences = BTreeSet::from(["MIT".to_owned()]);
    let fault = |page: &str| faults(page, &linked, &licences).join("; ");
    assert_eq!(fault("| `a` | 1.0.0 | MIT | us | it |\n- MIT"), "");
    assert!(fault("| `a` | 1.0.1 | MIT | us | it |\n- MIT").contains("cargo has"));
    assert!(fault("| `a` | 1.0.0 | GPL-3.0 | us | it |\n- MIT").contains("cargo has"));
    assert!(fault("| `a` | 1.0.0 | MIT | us | |\n- MIT").contains("without a reason"));
    assert!(
        fault("| `a` | 1.0.0 | MIT | us | it |\n| `b` | 1 | MIT | us | it |\n- MIT")
            .contains("not linked")
    );
    assert!(fault("| `a` | 1.0.0 | MIT | us | it |").contains("another licence"));
    assert!(fault("- MIT").contains("cargo has"));
}
