"""A tree to change, and how it is built."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "target/mutants"

#: The sources as they were at the beginning of a run, and those with all changes in them.
PLAIN = WORK / "plain"
TREE = WORK / "tree"

#: Tests that read the sources or run other programs, and would notice any change or none.
LEFT_OUT = {
    "accelerated", "accelerated_image", "architecture", "challenges", "conformance_table", "demo_vectors",
    "dependencies", "examples", "foreign_structures", "given_twice", "header", "layout", "not_built", "oracles",
}  # fmt: skip

ENVIRONMENT = dict(
    os.environ,
    CARGO_TARGET_DIR=str(WORK / "build"),
    CARGO_INCREMENTAL="0",
    CARGO_PROFILE_DEV_DEBUG="0",
    CARGO_PROFILE_TEST_DEBUG="0",
    RUSTC_BOOTSTRAP="keycard",
    RUSTFLAGS="-Awarnings -Ainternal_features",
)


def put_together(folder):
    """One test program of all: each file a module, the helpers that they share one for all."""
    modules = []
    for file in sorted(folder.glob("*.rs")):
        if file.stem in LEFT_OUT:
            continue
        text = file.read_text()
        text = re.sub(r'#\[path = "support/\w+\.rs"\]\nmod (\w+);', r"use crate::\1;", text)
        text = re.sub(r'#\[path = "\.\./(examples|conformance)/', r'#[path = "../../\1/', text)
        text = re.sub(r'include_(str|bytes)!\("', r'include_\1!("../', text)
        target = folder / "all" / file.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
        modules.append(f'#[path = "all/{file.name}"]\nmod {file.stem}_;\n')
    helpers = [f'#[path = "support/{it.name}"]\nmod {it.stem};\n' for it in sorted((folder / "support").glob("*.rs"))]
    (folder / "all.rs").write_text("#![allow(unused)]\n" + "".join(helpers + modules))


def copy_sources():
    """The sources as they are now, with one test program, in a folder where nobody changes them."""
    shutil.rmtree(PLAIN, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True)
    apart = {"fuzz", "benches", "bindings", "differential", "ffi-tests", "mutants"}
    for name in listed.stdout.decode().splitlines():
        if name.split("/")[0] in apart or not (ROOT / name).is_file():
            continue
        target = PLAIN / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    put_together(PLAIN / "tests")
    manifest = (PLAIN / "Cargo.toml").read_text()
    manifest = manifest.replace("[package]\n", "[package]\nautotests = false\n", 1)
    # What is changed is built once and run for a moment: optimising it takes longer than it saves.
    manifest = manifest.replace("opt-level = 1\n", "opt-level = 0\n") + '\n[profile.test.package."*"]\nopt-level = 1\n'
    (PLAIN / "Cargo.toml").write_text(manifest + '\n[[test]]\nname = "all"\n')


def copy_tree(tree):
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(PLAIN, tree)


def cargo(*arguments, tree=TREE, environment=ENVIRONMENT):
    command = [os.environ.get("CARGO", "cargo"), *arguments, "--all-features", "--message-format=json"]
    ended = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    return ended, [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]


def programs(messages):
    """The test programs that were built, by the names of what they test."""
    built = (it for it in messages if it.get("executable") and it["target"]["kind"] != ["bin"])
    return {it["target"]["name"]: Path(it["executable"]) for it in built}


class Source:
    """A file, and places in it as they are counted by compilers: lines and characters, from 1."""

    def __init__(self, file):
        self.file = file
        self.text = (PLAIN / file).read_text()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def at(self, line, column):
        return self.starts[line - 1] + column - 1
