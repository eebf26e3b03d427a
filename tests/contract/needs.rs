//! `tools/need` installs exactly what is missing, with a `rustup` that only writes down its calls.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Returns the calls of `rustup add` that `tools/need` makes for `things`, if the stand-in for
/// `rustup` reports `installed` as installed.
fn added(test: &str, installed: &str, things: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).unwrap();
    let (rustup, log) = (folder.join("rustup"), folder.join("added"));
    fs::write(&log, "").unwrap();
    let list = format!(
        "case $2 in list) echo '{installed}' ;; add) echo \"$1 $3\" >> '{}' ;; esac",
        log.display()
    );
    fs::write(&rustup, format!("#!/bin/sh\n{list}\n")).unwrap();
    fs::set_permissions(&rustup, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), env::var("PATH").unwrap());
    let root = env!("CARGO_MANIFEST_DIR");
    let done = Command::new("tools/need").args(things).current_dir(root).env("PATH", path).output();
    assert!(done.unwrap().status.success());
    fs::read_to_string(log).unwrap()
}

#[test]
fn a_target_whose_name_begins_another_is_installed() {
    let things = ["target:thumbv7em-none-eabi", "target:thumbv7em-none-eabihf"];
    let said = added("prefix", "thumbv7em-none-eabihf", &things);
    assert_eq!(said, "target thumbv7em-none-eabi\n");
}

#[test]
fn installed_targets_and_components_are_left_alone() {
    let installed = "clippy-x86_64-unknown-linux-gnu\nthumbv6m-none-eabi";
    let things = ["component:clippy", "target:thumbv6m-none-eabi"];
    assert_eq!(added("present", installed, &things), "");
    assert_eq!(added("absent", installed, &["component:rustfmt"]), "component rustfmt\n");
}
