#!/usr/bin/env python3
"""Makes tests/vectors/statuses.json: status list tokens of token-status-list (PyPI) and @sd-jwt/jwt-status-list
(npm), tokens that refer to them, signed by jwcrypto, and the lists of appendix C of the draft. The first list and two
of its tokens are also in tests/vectors/demo, for programs without a JSON reader.

statuses.py FOLDER: needs token-status-list 0.1.0a2.dev1 and jwcrypto, and in FOLDER
`npm install @sd-jwt/jwt-status-list@0.19.0`. Keys and signatures are random, so a second run writes another file.
"""

import json
import os
import random
import subprocess
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from token_status_list import BitArray, IssuerStatusList, LinearIndexAllocator, b64url_decode

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_770_000_000
ISSUER, AUDIENCE = "https://as.example", "https://api.example"

#: Appendix C.1 to C.3: the values of the indexes that are not 0, in lists of 2^20 statuses, and the beginning and the end
#: of the text in the draft.
DRAFT = [
    (1, "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogE", "AAAAAKjDMAQAAAACAZC8L2AEb", dict.fromkeys(
        [0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345], 1)),
    (2, "eNrt2zENACEQAEEuoaBABP5VIO01fCjIHTMStt9ovGV", "EBqH81gAQw", {
        0: 1, 1993: 2, 25460: 1, 159495: 3, 495669: 1, 554353: 1, 645645: 2, 723232: 1, 854545: 1, 934534: 2,
        1000345: 3}),
    (4, "eNrt0EENgDAQADAIHwImkIIEJEwCUpCEBBQRHOy35Li", "AjsA9xMBMA", {
        0: 1, 1993: 2, 35460: 3, 459495: 4, 595669: 5, 754353: 6, 845645: 7, 923232: 8, 924445: 9, 934534: 10,
        1004534: 11, 1000345: 12, 1030203: 13, 1030204: 14, 1030205: 15}),
]


def from_draft(bits, begin, end, values):
    array = BitArray.of_size(bits, 1 << 20)
    for index, value in values.items():
        array[index] = value
    text = array.to_b64()
    assert text.startswith(begin) and text.endswith(end), text
    return {"bits": bits, "lst": text, **inflated(text), "statuses": sorted(values.items())}


def inflated(text):
    """The inflated list: its length, and its bytes other than 0 with their places."""
    data = zlib.decompress(b64url_decode(text.encode()))
    return {"length": len(data), "bytes": [[at, byte] for at, byte in enumerate(data) if byte]}


def signed(key, claims):
    token = JWS(json.dumps(claims))
    token.add_signature(key, None, json.dumps({"alg": "ES256", "typ": "JWT"}))
    return token.serialize(compact=True)


def in_python(key, bits, values, claims):
    array = BitArray.of_size(bits, len(values))
    for index, value in enumerate(values):
        array[index] = value
    made = IssuerStatusList(array, LinearIndexAllocator(len(values)))
    payload = made.sign_jwt_payload(alg="ES256", kid="1", **claims)
    header, body = payload.decode().split(".")
    token = JWS(b64url_decode(body.encode()))
    token.add_signature(key, None, b64url_decode(header.encode()).decode())
    return token.serialize(compact=True)


def main(folder):
    dice, key = random.Random(21), JWK.generate(kty="EC", crv="P-256")
    recipes = []
    for bits in [1, 2, 4, 8]:
        values = [0, 1, *([2, 3] if bits > 1 else [0, 0]), *(dice.randrange(1 << bits) for _ in range(252))]
        claims = {"iss": ISSUER, "sub": f"{ISSUER}/statuses/{bits}", "iat": NOW - 60, "exp": NOW + 3600, "ttl": 900}
        recipes.append({"bits": bits, "values": values, "claims": claims})
    asked = {"key": key.export(as_dict=True), "recipes": recipes}
    script = Path(__file__).with_suffix(".mjs")
    answer = subprocess.run(["node", script], input=json.dumps(asked), capture_output=True, text=True, check=True,
                            env={**os.environ, "STATUS_LIST_MODULES": folder})
    programs = {
        f"token-status-list {version('token-status-list')} (PyPI)": [in_python(key, **each) for each in recipes],
        "@sd-jwt/jwt-status-list 0.19.0 (npm)": json.loads(answer.stdout),
    }
    cases = []
    for program, tokens in programs.items():
        for recipe, token in zip(recipes, tokens):
            text = json.loads(b64url_decode(token.split(".")[1].encode()))["status_list"]["lst"]
            referring = []
            for index in [0, 1, 2, 3, 256]:
                reference = {"status_list": {"idx": index, "uri": recipe["claims"]["sub"]}}
                claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "device-7", "iat": NOW - 60, "exp": NOW + 3600}
                value = recipe["values"][index] if index < 256 else None
                referring.append({"token": signed(key, {**claims, "status": reference}), "index": index, "value": value})
            cases.append({"program": program, "bits": recipe["bits"], "uri": recipe["claims"]["sub"], "token": token,
                          **inflated(text), "values": recipe["values"], "referring": referring})
    document = {
        "title": "Status list tokens of two programs, tokens that refer to them, and the lists of appendix C of "
                 "draft-ietf-oauth-status-list",
        "source": "tools/vectors/foreign/statuses.py",
        "licence": "CC0-1.0",
        "now": NOW,
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": {"keys": [key.export_public(as_dict=True)]},
        "draft": [from_draft(*each) for each in DRAFT],
        "cases": cases,
    }
    (ROOT / "tests/vectors/statuses.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    demo, (valid, revoked) = ROOT / "tests/vectors/demo", cases[0]["referring"][:2]
    (demo / "status_list.jwt").write_text(cases[0]["token"])
    (demo / "status_valid.jwt").write_text(valid["token"])
    (demo / "status_revoked.jwt").write_text(revoked["token"])
    (demo / "status_keys.json").write_text(json.dumps(document["jwks"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
