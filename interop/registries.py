"""Installs the programs of programs.json from their registries, at the versions that the table pins."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PROGRAMS = json.loads((HERE / "programs.json").read_text())


def install(rows, folder):
    """Installs the programs of these rows, a registry at a time, if the folder has others or older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    registries = {"pypi": from_pypi, "npm": from_npm, "debian": from_debian, "crates": from_crates}
    for registry, install_from in registries.items():
        wanted = sorted({spec for row in rows if row["registry"] == registry for spec in specs(row)})
        stamp = folder / f"{registry}.json"
        if stamp.exists() and json.loads(stamp.read_text()) == wanted:
            continue
        print(f"installing {len(wanted)} packages from {registry}", file=sys.stderr)
        install_from(wanted, folder)
        stamp.write_text(json.dumps(wanted))


def specs(row):
    if row["registry"] == "crates":
        features = json.dumps(row.get("features", []))
        yield f'{row["package"]} = {{ version = "={row["version"]}", default-features = false, features = {features} }}'
        yield from row.get("with", [])
        return
    between = {"pypi": "==", "npm": "@", "debian": "="}[row["registry"]]
    yield row["package"] + between + row["version"]
    yield from row.get("with", [])


def from_pypi(wanted, folder):
    subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
    pip = [folder / "python/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(pip + wanted, check=True)


def from_npm(wanted, folder):
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder / "node"]
    subprocess.run(npm + wanted, check=True)


def from_debian(wanted, _folder):
    """Debian has only one version of a package, so the version in the table is only compared, in
    the ledger."""
    names = [spec.split("=")[0] for spec in wanted]
    missing = [name for name in names if not debian_version(name)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing]
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(apt, check=True, env=environment, stdout=subprocess.DEVNULL)
    elif missing:
        sys.exit(f"missing; install with: sudo apt-get install {' '.join(missing)}")


def from_crates(wanted, folder):
    """One project has a binary for each driver, and a library for the code that they share."""
    if not wanted:
        return
    project = folder / "crates"
    (project / "src/bin").mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "drivers/driver.rs", project / "src/lib.rs")
    head = ["[package]", 'name = "driver"', 'edition = "2021"', "", "[workspace]", "", "[dependencies]"]
    shared = ['openssl = "=0.10.82"', 'serde = "=1.0.229"', 'serde_json = "=1.0.154"']
    (project / "Cargo.toml").write_text("\n".join([*head, *sorted({*shared, *wanted}), ""]))
    subprocess.run(["cargo", "update", "--quiet"], cwd=project, check=True)


def debian_version(package):
    asked = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", package]
    found = subprocess.run(asked, capture_output=True, text=True).stdout
    return found[3:].strip() if found.startswith("ii") else ""


def version(row, folder):
    """The installed version, from the records of the package manager."""
    if row["registry"] == "pypi":
        asked = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"
        python = folder / "python/bin/python"
        ran = subprocess.run([python, "-c", asked, row["package"]], capture_output=True, text=True, check=True)
        return ran.stdout.strip()
    if row["registry"] == "npm":
        return json.loads((folder / "node/node_modules" / row["package"] / "package.json").read_text())["version"]
    if row["registry"] == "crates":
        # Cargo installs exactly this version.
        return row["version"]
    return debian_version(row["package"])


def command(source, folder, link=()):
    """The command that runs a driver with the programs of the folder. The extension of the file
    determines it."""
    build = folder / "build"
    build.mkdir(exist_ok=True)
    match source.suffix:
        case ".py":
            return [folder / "python/bin/python", source]
        case ".mjs":
            # Node looks for modules in the folder of the file.
            for module in {source, *source.parent.glob("driver.mjs")}:
                shutil.copy(module, folder / "node" / module.name)
            return [folder / "node/node_modules/.bin/node", "--no-warnings", folder / "node" / source.name]
        case ".c" | ".cpp" | ".hs":
            haskell = ["ghc", "-v0", "-outputdir", build / "haskell"]
            compiler = {".c": ["gcc", "-w"], ".cpp": ["g++", "-w", "-std=c++17"], ".hs": haskell}[source.suffix]
            subprocess.run([*compiler, "-o", build / source.stem, source, *link], check=True)
            return [build / source.stem]
        case ".go":
            environment = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "-buildvcs=false"}
            compiled = [ROOT / "tools/go", "build", "-o", build / source.stem, source]
            subprocess.run(compiled, check=True, env={**os.environ, **environment})
            return [build / source.stem]
        case ".rs":
            project = folder / "crates"
            shutil.copy(source.parent / "driver.rs", project / "src/lib.rs")
            shutil.copy(source, project / "src/bin" / source.name)
            environment = {**os.environ, "CARGO_TARGET_DIR": project / "target", "CARGO_PROFILE_DEV_DEBUG": "0"}
            subprocess.run(["cargo", "build", "--quiet", "--bin", source.stem], cwd=project, check=True, env=environment)
            return [project / "target/debug" / source.stem]
        case ending:
            run = {".sh": "sh", ".rb": "ruby", ".pl": "perl", ".php": "php", ".lua": "lua5.1", ".escript": "escript"}
            return [run[ending], source]
