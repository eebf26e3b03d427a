"""Shared by the drivers in Python: the request, and outputs in the form that run.py reads."""

import json
import sys

ASKED = json.load(sys.stdin)
CLAIMS = ASKED["claims"]
OUTPUTS = []


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def keys_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def token(name, value, keys, **more):
    OUTPUTS.append({"kind": "token", "name": name, "token": text(value), "keys": keys_text(text(keys)), **more})


def keys(name, value, **more):
    OUTPUTS.append({"kind": "keys", "name": name, "keys": keys_text(text(value)), **more})


def thumbprint(name, value, jwk):
    OUTPUTS.append({"kind": "thumbprint", "name": name, "thumbprint": text(value), "keys": keys_text(jwk)})


def pkce(name, pairs, **more):
    pairs = [(text(verifier), text(challenge)) for verifier, challenge in pairs]
    verifiers = [verifier for verifier, _ in pairs]
    verifier, challenge = pairs[0]
    output = {"kind": "pkce", "name": name, "verifier": verifier, "challenge": challenge}
    OUTPUTS.append({**output, "verifiers": verifiers, **more})


def proof(name, value, **more):
    OUTPUTS.append({"kind": "proof", "name": name, "proof": text(value), **more})


def reverse(name, of, value):
    OUTPUTS.append({"kind": "reverse", "name": name, "of": of, "value": text(value)})


def pem_of(private_key):
    """The public key in PEM, written by cryptography."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def done():
    json.dump(OUTPUTS, sys.stdout)
