#!/usr/bin/env python3
"""Makes tests/vectors/sd_jwt.json: presentations of sd-jwt (PyPI) and @sd-jwt/core (npm), each with the processed
payloads of both programs. The first of them is also in tests/vectors/demo, for programs without a JSON reader.

selective.py FOLDER: needs sd-jwt 0.10.4, and in FOLDER `npm install @sd-jwt/core@0.17.0`. Keys, salts and signatures are
random, so a second run writes another file. The structures come from a generator with a fixed seed.
"""

import json
import os
import random
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_770_000_000
AUDIENCE, NONCE, TYPE = "https://kiosk.example", "n-0S6_WzA2Mj", "dc+sd-jwt"
SHOWN = {"iss": "https://pid.example", "iat": NOW - 3600, "exp": NOW + 3600}
RANDOM = 24

#: A person: the claims, what can be disclosed, and what is disclosed. `True` stands for a whole value.
PERSON = {
    "given_name": "Zoë",
    "birthdate": "1999-12-31",
    "age_over_18": True,
    "height": 175.5,
    "address": {"street_address": "Schulstr. 12", "locality": "Schulpforta", "country": "DE"},
    "nationalities": ["DE", "FR", "US"],
    "note": 'tab\t "quoted" \\ \u0000 \U0001f600 /',
    "empty": {},
    "none": None,
    "grid": [[1, 2], [3, 4]],
}


def tree(dice, depth):
    """A value, and for each of its parts if it can be disclosed and if it is."""
    kind = dice.randrange(7 if depth else 4)
    if kind < 4:
        return dice.choice(["x", "Zoë", "", 7, -2.5, 1e21, True, False, None, "a\\b\"c\n"]), None
    children = [(dice.random() < 0.6, dice.random() < 0.6, *tree(dice, depth - 1)) for _ in range(dice.randrange(4))]
    if kind == 4:
        return [value for _, _, value, _ in children], children
    names = [f"{dice.choice('abc')}{index}" for index in range(len(children))]
    return {name: child[2] for name, child in zip(names, children)}, dict(zip(names, children))


def for_python(value, parts):
    """The claims with SDObj around what can be disclosed, and the claims to disclose."""
    if not isinstance(parts, (dict, list)):
        return value, True

    def both(name, child):
        hidden, is_open, inner, below = child
        claim, shown = for_python(inner, below)
        place = name if isinstance(parts, dict) else claim
        return SDObj(place) if hidden else place, claim, (shown or True) if is_open or not hidden else None

    if isinstance(parts, dict):
        pairs = {name: both(name, child) for name, child in parts.items()}
        return {place: claim for place, claim, _ in pairs.values()}, {name: pair[2] for name, pair in pairs.items()}
    pairs = [both(None, child) for child in parts]
    return [place for place, _, _ in pairs], [shown for *_, shown in pairs]


def for_node(parts, decoys):
    """The disclosure frame and the presentation frame."""
    frame, present = {}, {}
    items = parts.items() if isinstance(parts, dict) else enumerate(parts)
    for name, (hidden, open_, _, inner) in items:
        if hidden:
            frame.setdefault("_sd", []).append(name)
        if inner:
            below, shown = for_node(inner, decoys)
            if below:
                frame[str(name)] = below
        else:
            shown = True
        if open_ or not hidden:
            present[str(name)] = shown or True
    if decoys and isinstance(parts, dict):
        frame["_sd_decoy"] = decoys
    return frame, present


def whole(value):
    """Every member and element of a person can be disclosed, and is."""
    if isinstance(value, dict):
        return {name: (True, True, child, whole(child)) for name, child in value.items()}
    return [(True, True, child, whole(child)) for child in value] if isinstance(value, list) else None


def only(parts, names):
    return {name: (hidden, name in names, child, inner) for name, (hidden, _, child, inner) in parts.items()}


def flat(parts):
    return {name: (hidden, open_, child, None) for name, (hidden, open_, child, _) in parts.items()}


def recipes():
    everything = whole(PERSON)
    yield "flat", PERSON, flat(everything)
    yield "recursive", PERSON, everything
    yield "nothing disclosed", PERSON, only(everything, [])
    yield "one claim", PERSON, only(everything, ["age_over_18"])
    yield "structured", PERSON, {name: (False, *rest) for name, (_, *rest) in everything.items()}
    yield "no disclosable claim", PERSON, {name: (False, True, child, None) for name, child in PERSON.items()}
    dice = random.Random(9901)
    for index in range(RANDOM):
        children = {f"c{at}": (dice.random() < 0.7, dice.random() < 0.7, *tree(dice, 4)) for at in range(5)}
        yield f"random {index}", {name: child[2] for name, child in children.items()}, children


class Python:
    def __init__(self, issuer, holder):
        self.issuer, self.holder = issuer, holder

    def made(self, name, value, parts, bound, decoys):
        claims, shown = for_python(value, parts)
        header = {"typ": TYPE}
        key = self.holder if bound else None
        issued = SDJWTIssuer({**SHOWN, **claims}, self.issuer, key, add_decoy_claims=decoys, extra_header_parameters=header)
        holder = SDJWTHolder(issued.sd_jwt_issuance)
        proof = {"nonce": NONCE, "aud": AUDIENCE, "holder_key": self.holder} if bound else {}
        holder.create_presentation(shown, **proof)
        row = {"name": name, "presentation": holder.sd_jwt_presentation, "bound": bound}
        return {**row, "claims": self.read(row)}

    def read(self, row):
        proof = {"expected_aud": AUDIENCE, "expected_nonce": NONCE} if row["bound"] else {}
        verifier = SDJWTVerifier(row["presentation"], lambda *_: JWK.from_json(self.issuer.export_public()), **proof)
        return verifier.get_verified_payload()


def main():
    folder = sys.argv[1]
    issuer, holder = (JWK.generate(kty="EC", crv="P-256") for _ in range(2))
    python = Python(issuer, holder)
    # The library gives the Key Binding JWT the time of the system clock.
    import sd_jwt.holder

    sd_jwt.holder.time = lambda: NOW - 10
    made, asked = [], []
    for index, (name, value, parts) in enumerate(recipes()):
        bound, decoys = index % 2 == 0, index % 3 == 0
        made.append(python.made(name, value, parts, bound, decoys))
        frame, present = for_node(parts, 3 if decoys else 0)
        claims = {**SHOWN, **value}
        if bound:
            claims["cnf"] = {"jwk": holder.export_public(as_dict=True)}
        hash_name = ["sha-256", "sha-384", "sha-512"][index % 3]
        asked.append({"name": name, "hash": hash_name, "claims": claims, "frame": frame, "present": present, "bound": bound})
    document = {
        "issuer": issuer.export_private(as_dict=True),
        "holder": holder.export_private(as_dict=True),
        "now": NOW,
        "audience": AUDIENCE,
        "nonce": NONCE,
        "typ": TYPE,
        "recipes": asked,
        "others": made,
    }
    environment = {**os.environ, "SD_JWT_MODULES": str(Path(folder).resolve())}
    script = Path(__file__).with_suffix(".mjs")
    run = subprocess.run(["node", script], input=json.dumps(document), stdout=subprocess.PIPE, env=environment, text=True, check=True)
    answer = json.loads(run.stdout)
    npm = json.loads((Path(folder) / "node_modules/@sd-jwt/core/package.json").read_text())["version"]
    names = [f"sd-jwt {version('sd-jwt')} (PyPI)", f"@sd-jwt/core {npm} (npm)"]
    cases = []
    for row, other in zip(made, answer["read"]):
        cases.append({"program": names[0], **row, "claims": [row["claims"]] + ([other] if other else [])})
    for row, recipe in zip(answer["made"], asked):
        if row is None:
            continue
        # The other program knows sha-256 only.
        claims = [row["claims"]] + ([python.read(row)] if recipe["hash"] == "sha-256" else [])
        cases.append({"program": names[1], **row, "claims": claims})
    result = {
        "title": f"Presentations of {' and '.join(names)}, with their processed payloads",
        "source": "tools/vectors/foreign/selective.py",
        "licence": "CC0-1.0",
        "now": NOW,
        "audience": AUDIENCE,
        "nonce": NONCE,
        "issuer": SHOWN["iss"],
        "jwks": {"keys": [issuer.export_public(as_dict=True)]},
        "cases": cases,
    }
    print(f"{names[1]}: made {sum(map(bool, answer['made']))} of {len(asked)}, read {sum(map(bool, answer['read']))}")
    (ROOT / "tests/vectors/sd_jwt.json").write_text(json.dumps(result, indent=1) + "\n")
    demo = ROOT / "tests/vectors/demo"
    (demo / "sd_jwt.txt").write_text(cases[0]["presentation"])
    (demo / "sd_jwt_keys.json").write_text(json.dumps(result["jwks"]))


main()
