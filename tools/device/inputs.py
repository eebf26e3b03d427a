"""The inputs of a build: an archive whose inputs have not changed is not built again.

cargo compares times of files, so it builds again after a checkout, and after the change of a file
that the features of an archive leave out. Here the contents decide, of the files that were read.
"""

import functools
import hashlib
import json
import os
import subprocess
from pathlib import Path

#: The beginnings of the names of variables that change a build.
VARIABLES = ("CARGO", "RUST", "KEYCARD_")


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@functools.cache
def compiler():
    return subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout


def fixed(command, environment, manifest):
    """The inputs that are known before a build: the command, its variables, the compiler and the manifests."""
    variables = {name: text for name, text in environment.items() if name.startswith(VARIABLES)}
    folders = {Path(), Path(manifest).parent, Path(manifest).parent.parent}
    files = sorted(folder / name for folder in folders for name in ("Cargo.toml", "Cargo.lock", "build.rs"))
    manifests = {str(file): digest(file) for file in files if file.exists()}
    return {"command": [str(word) for word in command], "variables": variables, "rustc": compiler(), "files": manifests}


def sources(listing):
    """The files that a build has read, from the list that cargo writes beside an archive."""
    words = listing.read_text().split(": ", 1)[1].replace("\\ ", "\0").split()
    return [os.path.relpath(word.replace("\0", " ")) for word in words]


def forget(archive):
    """Removes the inputs of an archive that is about to be built, in case the build is stopped."""
    archive.with_suffix(".inputs").unlink(missing_ok=True)


def record(archive, known, listing):
    """Writes the inputs of an archive beside it."""
    read = {name: digest(name) for name in sources(listing)}
    archive.with_suffix(".inputs").write_text(json.dumps([known, read]))


def unchanged(archive, known):
    """Whether an archive was built from these inputs, and from files that have not changed since."""
    written = archive.with_suffix(".inputs")
    if not archive.exists() or not written.exists():
        return False
    before, read = json.loads(written.read_text())
    return before == known and all(Path(name).exists() and digest(name) == was for name, was in read.items())
