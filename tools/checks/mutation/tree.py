"""The source tree that is changed, and its builds."""

import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORK = ROOT / "target/mutants"

#: The sources as they were at the beginning of a run, and those with all changes in them.
PLAIN = WORK / "plain"
TREE = WORK / "tree"

#: The programs of tests that a change is built with. The contract tests read the sources: they
#: would notice every change or none.
PROGRAMS = {
    "keycard": ["--lib"],
    "spec": ["--test", "spec"],
    "behaviour": ["--test", "behaviour"],
    "adversarial": ["--test", "adversarial"],
}

ENVIRONMENT = dict(
    os.environ,
    CARGO_TARGET_DIR=str(WORK / "build"),
    CARGO_INCREMENTAL="0",
    CARGO_PROFILE_DEV_DEBUG="0",
    CARGO_PROFILE_TEST_DEBUG="0",
    RUSTC_WORKSPACE_WRAPPER=str(WORK / "rustc"),
)


def write_wrapper():
    """Writes a compiler that has unstable features for the library. RUSTC_BOOTSTRAP for all would build dependencies anew."""
    wrapper = WORK / "rustc"
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.write_text('#!/bin/sh\nRUSTC_BOOTSTRAP=keycard exec "$@"\n')
    wrapper.chmod(0o755)


def copy_sources():
    """Copies the current sources to a folder, where they do not change during a run."""
    write_wrapper()
    shutil.rmtree(PLAIN, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True)
    apart = {"fuzz", "benches", "bindings", "differential", "ffi-tests", "mutants"}
    for name in listed.stdout.decode().splitlines():
        if name.split("/")[0] in apart or not (ROOT / name).is_file():
            continue
        target = PLAIN / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    manifest = (PLAIN / "Cargo.toml").read_text()
    # A changed library is built once and runs briefly: optimising it takes longer than it saves.
    # Its dependencies are built as they are for the tests.
    manifest += "".join(f"\n[profile.{name}.package.keycard]\nopt-level = 0\n" for name in ("dev", "test"))
    (PLAIN / "Cargo.toml").write_text(manifest)


def copy_tree(tree):
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(PLAIN, tree)


def cargo(*arguments, tree=TREE, environment=ENVIRONMENT):
    command = [os.environ.get("CARGO", "cargo"), *arguments, "--all-features", "--message-format=json"]
    ended = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    return ended, [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]


def programs(messages):
    """The test programs that were built, by the names of their targets."""
    built = (it for it in messages if it.get("executable") and it["target"]["kind"] != ["bin"])
    return {it["target"]["name"]: Path(it["executable"]) for it in built}


class Source:
    """A file, and positions in it as compilers count them: lines and characters, from 1."""

    def __init__(self, file):
        self.file = file
        self.text = (PLAIN / file).read_text()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def at(self, line, column):
        return self.starts[line - 1] + column - 1
