#!/usr/bin/env python3
"""Runs foreign programs and holds keycard's verdict of each output to a ledger.

run.py KEYCARD [--accept | PROGRAM...]: installs the programs of programs.json into target/interop, runs the driver of
each, judges each output with the tool KEYCARD, and compares ledger.md. It prints the difference and fails if a row
changed. `--accept` writes the ledger, and tests/vectors/interop for each program whose rows changed. Named programs
run alone, and print their rows.
"""

import difflib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import forms
import registries
from registries import PROGRAMS, ROOT

HERE = Path(__file__).resolve().parent
INSTALLED = ROOT / "target/interop"
VECTORS = ROOT / "tests/vectors/interop"
LEDGER = HERE / "ledger.md"
WHY = {
    "token": "RFC 7519 7.2: signature and claims are right",
    "keys": "RFC 7518 6: each value has its width",
    "thumbprint": "RFC 7638 3: the same digest",
    "pkce": "RFC 7636 4.6: the challenge is that of the verifier",
    "proof": "RFC 9449 4.3: each check passes",
    "reverse": "both compute the same value",
}
#: Rejected outputs for which programs.json has no reason.
UNEXPLAINED = []
ISSUER, AUDIENCE = "https://issuer.example", "api://device"
URI = "https://api.example/orders"
NONCE, ACCESS_TOKEN = "from-the-server", "an-access-token"


def keycard(arguments, files):
    """Runs the tool in a folder that has these files: its exit status and the first line of what it says."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text)
        ran = subprocess.run([TOOL, *arguments], cwd=folder, capture_output=True, text=True)
    return ran.returncode, (ran.stdout + ran.stderr).strip()


class Judge:
    """Judges the outputs of one program, each kind by its command of the tool."""

    def __init__(self, name, now):
        self.name, self.now = name, str(now)

    def token(self, output):
        arguments = ["validate", "--jwks", "keys", "--now", self.now, "--profile", output.get("profile", "jwt")]
        issuer, audience = output.get("issuer", ISSUER), output.get("audience", AUDIENCE)
        arguments += ["--issuer", issuer] if issuer else ["--without-issuer"]
        arguments += ["--audience", audience] if audience else ["--without-audience"]
        arguments += [*output.get("options", []), output["token"]]
        keys = output["keys"]
        jwks = [] if keys.lstrip().startswith("-----") else forms.jwks(keys)
        return forms.token(output["token"], jwks), arguments, {"keys": keys}

    def keys(self, output):
        arguments = ["keys", "list", "--jwks", "keys", *output.get("options", [])]
        return forms.keys(output["keys"]), arguments, {"keys": output["keys"]}

    def thumbprint(self, output):
        form = f"thumbprint ({forms.alphabet(output['thumbprint'])})"
        return form, ["keys", "list", "--jwks", "keys"], {"keys": output["keys"]}

    def pkce(self, output):
        method = ["--method", output["method"]] if "method" in output else []
        arguments = ["pkce", "verify", *method, "--challenge", output["challenge"], "--", output["verifier"]]
        return f"verifier ({output['alphabet']}), challenge ({forms.alphabet(output['challenge'])})", arguments, {}

    def proof(self, output):
        arguments = ["dpop", "validate", "--now", self.now, "--method", "GET", "--uri", output.get("uri", URI)]
        arguments += ["--access-token", ACCESS_TOKEN] if output.get("ath", True) else ["--without-access-token"]
        arguments += ["--nonce", NONCE] if output.get("nonce") else ["--nonce-not-provided"]
        return forms.token(output["proof"]), [*arguments, output["proof"]], {}

    def verdict(self, output):
        """A row of the ledger, and the case that a clone replays."""
        kind = output["kind"]
        form, arguments, files = getattr(self, kind)(output)
        status, said = keycard(arguments, files)
        line = said.splitlines()[0] if said else ""
        if kind == "thumbprint" and status == 0 and output["thumbprint"] not in said:
            sys.exit(f"{self.name}, {output['name']}: keycard computes another thumbprint: {said}")
        expected = line
        if status == 0:
            verdict = "accepted"
            expected = output["thumbprint"] if kind == "thumbprint" else "ACCEPTED" if line == "ACCEPTED" else ""
        else:
            verdict = line.removeprefix("REFUSED").removeprefix("keycard:").strip()
            verdict = "rejected: " + verdict.removeprefix("keys:").strip()
        why = WHY[kind] if status == 0 else PROGRAMS[self.name].get("why", {}).get(output["name"], "")
        if not why:
            UNEXPLAINED.append(f"{self.name}, {output['name']}: {verdict}; programs.json does not say why")
        case = {"id": f"interop/{self.name}/{output['name']}", "why": why, "args": arguments, "files": files}
        return (output["name"], form, verdict, why), case | {"status": status, "output": [expected] if expected else []}


def alphabet_of_many(verifiers):
    """The length and the characters of verifiers that a program made."""
    lengths = sorted({len(verifier) for verifier in verifiers})
    length = " to ".join(str(length) for length in {lengths[0], lengths[-1]})
    characters = set("".join(verifiers))
    if characters <= set("0123456789abcdef"):
        return f"{length} hexadecimal digits"
    marks = "".join(mark for mark in "-_.~" if mark in characters)
    return f"{length} characters, " + (f"alphanumeric and `{marks}`" if marks else "alphanumeric")


def request():
    """The request that each driver reads: what it signs, and values that keycard computed."""
    _, pair = keycard(["pkce", "new"], {})
    verifier, challenge = (line.split()[1] for line in pair.splitlines()[:2])
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
    _, listed = keycard(["keys", "list", "--jwks", "keys"], {"keys": json.dumps(jwk)})
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "Zoë", "aud": AUDIENCE, "exp": 4102444800, "iat": now}
    asked = {"claims": claims, "uri": URI, "nonce": NONCE, "access_token": ACCESS_TOKEN, "jwk": jwk}
    pair = {"verifier": verifier, "challenge": challenge}
    return asked | pair, {"challenge": challenge, "thumbprint": listed.split()[-1]}


def reverse(output, computed):
    """A value that the program computed over keycard's input."""
    is_same = output["value"] == computed[output["of"]]
    form = f"the {output['of']} of keycard's {'verifier' if output['of'] == 'challenge' else 'key'}"
    return output["name"], form, "the same value" if is_same else "another value", WHY["reverse"]


def observe(name):
    """The rows of a program, and the cases for a clone."""
    asked, computed = request()
    # Some programs write members in the order of a hash table, which is random.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0"}
    pipes = {"input": json.dumps(asked), "capture_output": True, "text": True, "timeout": 120}
    (driver,) = HERE.glob(f"drivers/{name}.*")
    command = registries.command(driver, INSTALLED, PROGRAMS[name].get("link", []))
    ran = subprocess.run(command, env=environment, **pipes)
    if ran.returncode != 0:
        sys.exit(f"{name}: {ran.stderr or ran.stdout}")
    judge = Judge(name, int(time.time()))
    rows, cases = [], []
    for output in json.loads(ran.stdout):
        if output["kind"] == "reverse":
            rows.append(reverse(output, computed))
            continue
        if output["kind"] == "pkce":
            output["alphabet"] = alphabet_of_many(output.get("verifiers", [output["verifier"]]))
        row, case = judge.verdict(output)
        rows.append(row)
        cases.append(case)
    return rows, cases


def section(name, rows):
    row = PROGRAMS[name]
    lines = [f"## {row['package']} {registries.version(row, INSTALLED)} ({row['language']}, {row['registry']})", ""]
    lines += ["| output | form | keycard | why |", "| --- | --- | --- | --- |"]
    return lines + [f"| {' | '.join(cells)} |" for cells in rows] + [""]


def write_cases(name, cases):
    row = PROGRAMS[name]
    VECTORS.mkdir(exist_ok=True)
    document = {
        "schema": "cli-case/1",
        "title": f"Outputs of {row['package']} {registries.version(row, INSTALLED)} ({row['registry']})",
        "source": "interop/run.py",
        "licence": "CC0-1.0",
        "count": len(cases),
        "cases": cases,
    }
    (VECTORS / f"{name}.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def main(names, is_accepted):
    registries.install(PROGRAMS.values(), INSTALLED)
    text = LEDGER.read_text() if LEDGER.exists() else ""
    new = {}
    for name in sorted(PROGRAMS):
        if names and name not in names:
            continue
        rows, cases = observe(name)
        new[name] = section(name, rows)
        print(f"{name}: {len(rows)} outputs", file=sys.stderr)
        if is_accepted and ("\n".join(new[name]) not in text + "\n" or not (VECTORS / f"{name}.json").exists()):
            write_cases(name, cases)
    if names:
        print("\n".join(line for lines in new.values() for line in lines))
    if UNEXPLAINED:
        sys.exit("\n".join(UNEXPLAINED))
    if names:
        return
    count = len(PROGRAMS)
    head = [
        "# Ledger of foreign programs",
        "",
        f"{count} programs, what each writes by default, and what keycard says. `make interop` runs them and compares;",
        "`make interop-accept` writes this page. Random and time dependent values stand as their form.",
        "",
    ]
    written = "\n".join(head + [line for lines in new.values() for line in lines]).rstrip() + "\n"
    if is_accepted:
        LEDGER.write_text(written)
        return
    if written != text:
        print("\n".join(difflib.unified_diff(text.splitlines(), written.splitlines(), "ledger.md", "observed", "", "", 0)))
        sys.exit("the observations differ from interop/ledger.md; `make interop-accept` takes them")
    print(written)


if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
    sys.exit(__doc__)
TOOL = str(Path(sys.argv[1]).resolve())
main([word for word in sys.argv[2:] if word != "--accept"], "--accept" in sys.argv)
