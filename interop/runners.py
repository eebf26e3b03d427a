"""Converts outputs of programs to cases of the conformance runners, and gets their verdicts in
Rust, C and Go."""

import json
import os
import subprocess
from pathlib import Path

import forms

ROOT = Path(__file__).resolve().parent.parent
ISSUER, AUDIENCE = "https://issuer.example", "api://device"
URI = "https://api.example/orders"
NONCE, ACCESS_TOKEN = "from-the-server", "an-access-token"
RSA = [f"{kind}{bits}" for kind in ("RS", "PS") for bits in (256, 384, 512)]
ASYMMETRIC = ["ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", *RSA]
#: RFC 9068 section 2.2.
RFC_9068 = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]
#: The `profile` of an output, as the policy of a case.
PROFILES = {
    "jwt": {"profile": "jwt", "require": ["exp"]},
    "id-token": {"profile": "id_token"},
    "refreshed-id-token": {"profile": "refreshed_id_token"},
    "logout-token": {"profile": "logout_token"},
    "access-token-rfc9068": {"profile": "access_token", "typ": "at+jwt", "require": RFC_9068},
}


#: The members of an output, and those of its `policy`.
MEMBERS = {
    "token": {"token", "keys", "profile", "issuer", "audience", "policy"},
    "keys": {"keys"},
    "thumbprint": {"thumbprint", "keys"},
    "pkce": {"verifier", "challenge", "verifiers", "method"},
    "proof": {"proof", "uri", "nonce", "ath"},
    "reverse": {"of", "value"},
}
POLICY = {"alg", "nonce", "access_token", "code", "original", "dpop_key"}


class Differ(Exception):
    """Two languages give different verdicts."""


class Unknown(Exception):
    """An output has a member that no runner reads."""


def check(output):
    """Rejects an output with a member that would be ignored."""
    unknown = set(output) - MEMBERS[output["kind"]] - {"kind", "name"}
    unknown |= set(output.get("policy", {})) - POLICY
    if unknown:
        raise Unknown(f"{output['name']}: unknown members {', '.join(sorted(unknown))}")


def is_pem(keys):
    return keys.lstrip().startswith("-----")


def is_set(keys):
    return not is_pem(keys) and "keys" in json.loads(keys)


def token(output, now):
    keys = output["keys"]
    jwks = [] if is_pem(keys) else forms.jwks(keys)
    # Some builds have no ML-DSA, so only a policy for ML-DSA keys names its algorithms.
    is_ml_dsa = jwks and all(jwk["kty"] == "AKP" for jwk in jwks)
    algorithms = [jwk["alg"] for jwk in jwks] if is_ml_dsa else ASYMMETRIC
    policy = {"iss": output.get("issuer", ISSUER), "aud": output.get("audience", AUDIENCE), "alg": algorithms}
    policy |= PROFILES[output.get("profile", "jwt")] | output.get("policy", {})
    if is_set(keys):
        trusted = {"jwks_raw": keys}
    else:
        trusted = {"key": {"form": "spki_pem" if is_pem(keys) else "jwk", "text": keys}}
    case = {"now": now, "leeway": 0, **trusted, "policy": policy, "token": output["token"]}
    return forms.token(output["token"], jwks), case


def keys(output, _):
    form = "pem" if is_pem(output["keys"]) else "jwks" if is_set(output["keys"]) else "jwk"
    return forms.keys(output["keys"]), {"form": form, "keys": output["keys"]}


def thumbprint(output, _):
    form = f"thumbprint ({forms.alphabet(output['thumbprint'])})"
    return form, {"jwk": json.loads(output["keys"]), "thumbprint": output["thumbprint"]}


def pkce(output, _):
    verifiers = forms.alphabet_of_many(output.get("verifiers", [output["verifier"]]))
    pair = {"verifier": output["verifier"], "challenge": output["challenge"], "method": output.get("method", "S256")}
    return f"verifier ({verifiers}), challenge ({forms.alphabet(output['challenge'])})", pair | {"allow_plain": False}


def proof(output, now):
    case = {"now": now, "alg": ASYMMETRIC, "proof": output["proof"], "method": "GET", "uri": output.get("uri", URI)}
    case["access_token"] = ACCESS_TOKEN if output.get("ath", True) else None
    case["nonce"] = NONCE if output.get("nonce") else None
    return forms.token(output["proof"]), case


#: The schema for each kind of output, and the functions that make its form and its case.
KINDS = {
    "token": ("token-case/1", token),
    "keys": ("key-case/1", keys),
    "thumbprint": ("jwk-thumbprint/1", thumbprint),
    "pkce": ("pkce-case/1", pkce),
    "proof": ("proof-case/1", proof),
}


def write(path, title, cases):
    """Writes a file with a document for each schema. `cases` are pairs of a schema and a case."""
    documents = []
    for schema, _ in KINDS.values():
        of_schema = [case for its, case in cases if its == schema]
        if of_schema:
            documents.append({"schema": schema, "count": len(of_schema), "cases": of_schema})
    head = {"schema": "documents/1", "title": title, "source": "interop/run.py", "licence": "CC0-1.0"}
    text = json.dumps({**head, "documents": documents}, indent=1, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")


RUNNER = ROOT / "target/debug/conformance"


def build():
    """Builds the Rust runner with ML-DSA. The runner of tools/contract/c-cases has no ML-DSA."""
    cargo = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "-p", "keycard-conformance", "--features", "ml-dsa"]
    subprocess.run(cargo, cwd=ROOT, check=True)


def in_rust(folder):
    """The verdict of each case by its name. The expected verdicts of the cases are ignored."""
    build()
    ran = subprocess.run([RUNNER, "--verdicts", folder], capture_output=True, text=True)
    return dict(line.split("\t") for line in ran.stdout.splitlines() if "\t" in line)


def in_every_language(folder):
    """Runs the cases through Rust, C and Go. Each must give the verdict of the case."""
    environment = {**os.environ, "KEYCARD_VECTORS": str(folder.resolve()), "GOPROXY": "off"}
    go = [ROOT / "tools/go", "test", "-count=1", "-tags", "keycard_repository", "-run", "OfOthers|OfTheSpecifications", "."]
    for language, command, at in (
        ("Rust", [RUNNER, folder], ROOT),
        ("C", [ROOT / "tools/contract/c-cases", "--in", folder, "target/c/cases"], ROOT),
        ("Go", go, ROOT / "bindings/go"),
    ):
        ran = subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True)
        if ran.returncode != 0:
            raise Differ(f"{language} does not agree:\n{ran.stdout}{ran.stderr}")
