"""Builds firmware images of the library, and runs them under QEMU."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import inputs

BUILD = Path("target/device")
PROGRAMS = Path("ffi-tests/firmware")
#: The options of every C program.
WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror")


class Failed(Exception):
    """A step failed. The text says which step, and why."""


def run(command, **options):
    """Runs a command quietly. Its output is shown only if it fails."""
    command = [str(word) for word in command]
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stderr", subprocess.PIPE)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, errors="replace", **options)
    if done.returncode != 0:
        raise Failed(f"failed: {' '.join(command)}\n{done.stdout}{done.stderr or ''}")
    return done.stdout


def need(*things):
    """Installs a missing program, or names the command that installs it."""
    subprocess.run(["tools/need", *dict.fromkeys(things)], check=True)


def main(program):
    """Runs a program of these tools, from the root of the project."""
    try:
        sys.exit(program(sys.argv[1:]))
    except Failed as failed:
        sys.exit(str(failed))


@dataclass(frozen=True)
class Library:
    """An archive: a crate with features, at a level of optimisation."""

    features: str
    level: str
    #: The manifest of the crate, and the name of its archive.
    manifest: str = "Cargo.toml"
    name: str = "keycard"
    #: A target feature of rustc that is set for Arm: "no-movt" puts constants beside the code,
    #: which takes less flash.
    on_arm: str = ""

    def build(self, target):
        """Builds the archive and returns its path."""
        # Builds for two targets run at the same time, and cargo locks the folder.
        folder = BUILD / "cargo" / f"{target.triple}-{self.name}-{self.level}"
        # All features that are listed are built: see .cargo/config.toml.
        environment = dict(os.environ, CARGO_PROFILE_RELEASE_OPT_LEVEL=self.level, KEYCARD_VERIFIED="1")
        extensions = [target.extension, self.on_arm if target.is_arm else ""]
        flags = ",".join(f"+{extension}" for extension in extensions if extension)
        if flags:
            folder = folder.with_name(folder.name + flags)
            environment["RUSTFLAGS"] = f"-C target-feature={flags}"
        cargo = os.environ.get("CARGO", "cargo")
        command = (
            [cargo, "rustc", "--quiet", "--release", "--lib", "--crate-type", "staticlib"]
            + ["--manifest-path", self.manifest, "--target", target.triple, "--target-dir", folder]
            + ["--no-default-features", "--features", self.features]
        )
        # Each set of features builds to the same path, so the archive is kept under its own name.
        kept = BUILD / target.name / f"{self.name}-{self.features.replace(',', '+')}-{self.level}{flags}.a"
        known = inputs.fixed(command, environment, self.manifest)
        if inputs.unchanged(kept, known):
            return kept
        inputs.forget(kept)
        run(command, env=environment)
        built = folder / target.triple / "release" / f"lib{self.name}.a"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.unlink(missing_ok=True)
        os.link(built, kept)
        inputs.record(kept, known, built.with_suffix(".d"))
        return kept


@dataclass(frozen=True)
class Image:
    """A linked image."""

    elf: Path
    target: object

    def run(self, *, input_file=None, timeout=600):
        """Runs the image and returns what it printed. A status other than 0 is a failure."""
        semihosting = "enable=on,target=native"
        if input_file is not None:
            semihosting += f",arg={input_file}"
        return run(
            [*self.target.qemu, "-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0"]
            + ["-semihosting-config", semihosting, "-kernel", self.elf],
            timeout=timeout,
            # An image prints to standard error.
            stderr=subprocess.STDOUT,
        )

    def sections(self):
        """Bytes of each section."""
        said = run([self.target.tool("size"), "-A", self.elf])
        return {name: int(size) for name, size in re.findall(r"^(\.\S+)\s+(\d+)", said, re.MULTILINE)}

    def flash(self):
        """Bytes of code and constants, without the test data of the program."""
        sizes = self.sections()
        return sum(sizes.get(name, 0) for name in (".vectors", ".text", ".rodata", ".data", ".ARM.extab", ".ARM.exidx"))

    def static_ram(self):
        """Bytes of variables, without the buffers of the program."""
        sizes = self.sections()
        return sizes.get(".data", 0) + sizes.get(".bss", 0)

    def symbols(self):
        """The names of all symbols in the image."""
        said = run([self.target.tool("nm"), self.elf])
        return [line.split()[-1] for line in said.splitlines()]


#: The linker of the C compiler: code and variables of a device may lie in the same segment.
GNU_LD = ("-Wl,--no-warn-rwx-segments",)


def link(target, name, sources, archive=None, *, level="s", includes=(), options=(), linker=GNU_LD):
    """Compiles C programs, links them with an archive, and returns the image."""
    elf = BUILD / target.name / f"{name}.elf"
    elf.parent.mkdir(parents=True, exist_ok=True)
    small = level in ("s", "z")
    library = target.small_library if small else target.fast_library
    # The functions that copy and fill memory belong to the firmware: every firmware has them. They
    # are linked before the archive, which has larger versions for firmware without such functions.
    functions = ["memcpy", "memmove", "memset", "memcmp"]
    if target.is_arm:
        functions += [f"__aeabi_{function}" for function in ("memcpy", "memmove", "memset", "memclr")]
    memory = [f"-Wl,-u,{function}" for function in functions]
    run(
        [target.tool("gcc"), *target.core, "-Os" if small else "-O3", "-ffunction-sections", "-fdata-sections"]
        + [*WARNINGS, *library, "-nostartfiles", "-Wl,--gc-sections", *linker]
        + ["-Iinclude", f"-I{PROGRAMS}", *(f"-I{folder}" for folder in includes), f"-L{PROGRAMS}"]
        + [*options, *memory, PROGRAMS / "startup.c", *sources, "-lc", *([archive] if archive else []), "-lc"]
        + ["-T", target.memory, "-o", elf],
    )
    return Image(elf, target)
