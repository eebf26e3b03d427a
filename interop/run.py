#!/usr/bin/env python3
"""Runs foreign programs, and compares the verdicts of keycard on their outputs with a ledger.

run.py KEYCARD [--accept | PROGRAM...]: installs the programs of programs.json into target/interop, runs the driver of
each, validates each output through Rust, C and Go, and compares ledger.md. It fails with the name of an output if two
languages differ, and prints the difference if a row changed. `--accept` writes the ledger, and tests/vectors/interop
for each program whose rows changed. Named programs run alone, and print their rows. KEYCARD is the tool.
"""

import base64
import difflib
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import runners
import registries
from registries import PROGRAMS, ROOT

HERE = Path(__file__).resolve().parent
INSTALLED = ROOT / "target/interop"
VECTORS = ROOT / "tests/vectors/interop"
#: The cases of this run.
OBSERVED = INSTALLED / "cases"
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


def keycard(arguments, files):
    """Runs the tool in a folder with these files. Returns its exit status and the first line of its
    output."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text)
        ran = subprocess.run([TOOL, *arguments], cwd=folder, capture_output=True, text=True)
    return ran.returncode, (ran.stdout + ran.stderr).strip()


def canonical_json():
    """A JSON text that keycard wrote for claims in unusual spellings, and the values of the claims."""
    values = (
        r'{"text": "Zo\u00eb \ud83d\ude00 \/ \" \\ \n \u0001 \u007f \u2028 <&>", "numbers": [0, -0.0, 1.50, 1e3, 1.5E+300, 12345678901234,'
        r' 0.1, -7], "nested": {"": [[null], {"a": true}], "k\u00e9y": false}}'
    )
    claims = f'{{"iss": "{runners.ISSUER}", "aud": "{runners.AUDIENCE}", "exp": 4102444800, "values": {values}}}'
    secret = b"a secret of more than 32 characters, for tests"
    signed = ".".join(base64url(part) for part in (b'{"alg":"HS256"}', claims.encode()))
    jwt = f"{signed}.{base64url(hmac.digest(secret, signed.encode(), hashlib.sha256))}"
    keys = json.dumps({"kty": "oct", "alg": "HS256", "k": base64url(secret)})
    asked = ["--jwks", "keys", "--allow-secrets", "--issuer", runners.ISSUER, "--audience", runners.AUDIENCE]
    status, said = keycard(["validate", "--profile", "jwt", *asked, jwt], {"keys": keys})
    if status != 0:
        sys.exit(f"keycard does not accept the claims for its canonical JSON: {said}")
    (written,) = [line.strip().removeprefix("values: ") for line in said.splitlines() if line.strip().startswith("values: ")]
    return written, json.loads(values)


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def request():
    """The request for each driver, and the values that keycard computed. A program must compute the
    same values."""
    _, pair = keycard(["pkce", "new"], {})
    verifier, challenge = (line.split()[1] for line in pair.splitlines()[:2])
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
    _, listed = keycard(["keys", "list", "--jwks", "keys"], {"keys": json.dumps(jwk)})
    text, values = canonical_json()
    claims = {"iss": runners.ISSUER, "sub": "Zoë", "aud": runners.AUDIENCE, "exp": 4102444800, "iat": int(time.time())}
    asked = {"claims": claims, "uri": runners.URI, "nonce": runners.NONCE, "access_token": runners.ACCESS_TOKEN}
    asked |= {"verifier": verifier, "challenge": challenge, "jwk": jwk, "json": text}
    return asked, {"challenge": challenge, "thumbprint": listed.split()[-1], "canonical JSON": values}


#: The value of keycard that a program must compute, too.
REVERSE = {
    "challenge": "the challenge of keycard's verifier",
    "thumbprint": "the thumbprint of keycard's key",
    "canonical JSON": "the values of keycard's canonical JSON",
}


def normal(value):
    """A JSON value in one spelling, so that equal numbers have the same text, also `-0` and `0`."""
    number = lambda text: float(text) + 0.0
    return json.dumps(json.loads(json.dumps(value), parse_int=number, parse_float=number), sort_keys=True)


def reverse(output, computed):
    """A row for a value that the program computed from a value of keycard."""
    is_same = normal(output["value"]) == normal(computed[output["of"]])
    verdict = "the same value" if is_same else "another value"
    return output["name"], REVERSE[output["of"]], verdict, WHY["reverse"]


def outputs_of(name):
    """The outputs of a program, and the values that keycard computed for its request."""
    asked, computed = request()
    # Some programs write members in the order of a hash table, which is random.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0"}
    pipes = {"input": json.dumps(asked), "capture_output": True, "text": True, "timeout": 120}
    (driver,) = HERE.glob(f"drivers/{name}.*")
    command = registries.command(driver, INSTALLED, PROGRAMS[name].get("link", []))
    ran = subprocess.run(command, env=environment, **pipes)
    if ran.returncode != 0:
        sys.exit(f"{name}: {ran.stderr or ran.stdout}")
    return json.loads(ran.stdout), computed


class Program:
    """The rows of a program with their cases. The verdicts are not known yet."""

    def __init__(self, name):
        self.name, self.rows, self.cases = name, [], []
        outputs, computed = outputs_of(name)
        now = int(time.time())
        for output in outputs:
            runners.check(output)
            kind = output["kind"]
            if kind == "reverse":
                self.rows.append(reverse(output, computed))
                continue
            schema, case_of = runners.KINDS[kind]
            form, case = case_of(output, now)
            head = {"id": f"interop/{name}/{output['name']}", "expect": "accept"}
            self.cases.append((schema, head | case))
            self.rows.append((output["name"], form, self.cases[-1][1], WHY[kind]))

    def write(self):
        row = PROGRAMS[self.name]
        title = f"Outputs of {row['package']} {registries.version(row, INSTALLED)} ({row['registry']})"
        runners.write(OBSERVED / f"{self.name}.json", title, self.cases)

    def decide(self, verdicts):
        """Writes the verdicts into the cases, and returns the rows with the verdicts."""
        for schema, case in self.cases:
            said = verdicts.get(case["id"])
            if said is None:
                sys.exit(f"{case['id']}: keycard gave no verdict on it")
            if schema == "jwk-thumbprint/1" and said != "accepted":
                sys.exit(f"{case['id']}: keycard computes another thumbprint")
            is_accepted = said == "accepted"
            case |= {"expect": "accept" if is_accepted else "reject", "says": said}
            case["why"] = self.why(case["id"], said, WHY[kind_of(schema)] if is_accepted else "")
        self.write()
        return [self.row(*cells) for cells in self.rows]

    def why(self, name, said, accepted):
        reasons = PROGRAMS[self.name].get("why", {})
        why = accepted or reasons.get(name.removeprefix(f"interop/{self.name}/"), "")
        if not why:
            UNEXPLAINED.append(f"{name}: {said}; programs.json does not say why")
        return why

    @staticmethod
    def row(name, form, verdict, why):
        if isinstance(verdict, dict):
            said, why = verdict["says"], verdict["why"]
            verdict = said if said == "accepted" else f"rejected: {said}"
        return name, form, verdict, why


def kind_of(schema):
    (kind,) = [kind for kind, (its, _) in runners.KINDS.items() if its == schema]
    return kind


def observe(names):
    """The rows of each program, with the verdict on which three languages agree."""
    shutil.rmtree(OBSERVED, ignore_errors=True)
    programs = []
    for name in names:
        programs.append(Program(name))
        programs[-1].write()
        print(f"{name}: {len(programs[-1].rows)} outputs", file=sys.stderr)
    verdicts = runners.in_rust(OBSERVED)
    rows = {program.name: program.decide(verdicts) for program in programs}
    runners.in_every_language(OBSERVED)
    return rows


def section(name, rows):
    row = PROGRAMS[name]
    lines = [f"## {row['package']} {registries.version(row, INSTALLED)} ({row['language']}, {row['registry']})", ""]
    lines += ["| output | form | keycard | why |", "| --- | --- | --- | --- |"]
    return lines + [f"| {' | '.join(cells)} |" for cells in rows] + [""]


def main(names, is_accepted):
    registries.install(PROGRAMS.values(), INSTALLED)
    text = LEDGER.read_text() if LEDGER.exists() else ""
    rows = observe([name for name in sorted(PROGRAMS) if not names or name in names])
    new = {name: section(name, its) for name, its in rows.items()}
    for name, lines in new.items():
        recorded = VECTORS / f"{name}.json"
        if is_accepted and ("\n".join(lines) not in text + "\n" or not recorded.exists()):
            shutil.copy(OBSERVED / recorded.name, recorded)
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
    print(table(rows))


def table(rows):
    """A line for each program, with the number of its outputs and their verdicts."""
    lines = [("program", "version", "outputs", "accepted", "rejected", "computed alike")]
    for name, its in rows.items():
        verdicts = [verdict for _, _, verdict, _ in its]
        alike = verdicts.count("the same value")
        accepted = verdicts.count("accepted")
        rejected = len([verdict for verdict in verdicts if verdict.startswith("rejected")])
        lines.append((PROGRAMS[name]["package"], registries.version(PROGRAMS[name], INSTALLED), len(its), accepted, rejected, alike))
    sums = [sum(line[column] for line in lines[1:]) for column in range(2, 6)]
    lines.append((f"{len(rows)} programs", "", *sums))
    widths = [max(len(str(line[column])) for line in lines) for column in range(6)]
    return "\n".join("  ".join(f"{cell!s:<{width}}" for cell, width in zip(line, widths)).rstrip() for line in lines)


if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
    sys.exit(__doc__)
TOOL = str(Path(sys.argv[1]).resolve())
try:
    main([word for word in sys.argv[2:] if word != "--accept"], "--accept" in sys.argv)
except (runners.Differ, runners.Unknown) as fault:
    sys.exit(str(fault))
