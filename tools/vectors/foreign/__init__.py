"""The makers of tests/vectors/foreign. Foreign programs make keys and sign tokens.

A maker reads a request in JSON from its standard input and prints an answer in JSON.

Request: `texts`, payloads by name, each signed unchanged; `claims`, payloads by name, each written
by the JSON writer of the maker, or of Python if the maker has none; `count`, the number of tokens
of each payload for an ECDSA algorithm.

Answer: `program`, its name and version; `algorithms`, by name: `keys`, the public key or the secret
by key form (`jwk`, `spki_pem`, `spki_der`, `pkcs1_pem`, `pkcs1_der`; DER in base64), `tokens`,
lists by the name of the payload, and optionally `wrong`, tokens by the fault of their signature.
"""

import base64
import json
import sys


def request():
    """Returns the payloads by name, and how many tokens an ECDSA algorithm makes of each."""
    asked = json.load(sys.stdin)
    written = {name: json.dumps(value) for name, value in asked["claims"].items()}
    return {**asked["texts"], **written}, asked["count"]


def answer(program, algorithms):
    json.dump({"program": program, "algorithms": algorithms}, sys.stdout)


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def octets(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def times(algorithm, count):
    return count if algorithm.startswith("ES") else 1


def tokens(algorithm, payloads, count, sign):
    """Tokens of each payload: `sign` returns the signature of a signing input."""
    header = base64url(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    made = {}
    for name, payload in payloads.items():
        signed = f"{header}.{base64url(payload.encode())}"
        made[name] = [
            f"{signed}.{base64url(sign(signed.encode()))}" for _ in range(times(algorithm, count))
        ]
    return made
