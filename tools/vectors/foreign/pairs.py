#!/usr/bin/env python3
"""Makes tests/vectors/pairs.json: tokens that are bound to a key, each with a proof of that key. PyJWT
and joserfc (PyPI) sign them.

pairs.py: needs PyJWT, joserfc and cryptography. Keys and signatures are random, so a second run
writes another file.
"""

import base64
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import joserfc.jwk
import joserfc.jwt
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_770_000_000
SERVER, CLIENT, API = "https://as.example", "s6BhdRkqt3", "https://api.example"
TIMES = {"iat": NOW - 10, "exp": NOW + 50}


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hash_of(token):
    return encode(hashlib.sha256(token.encode()).digest())


def new_key():
    """A private key, as a program and as a JWK."""
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.private_numbers()
    octets = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    return key, {"kty": "EC", "crv": "P-256", **{name: encode(value.to_bytes(32, "big")) for name, value in octets.items()}}


def public(jwk):
    return {name: value for name, value in jwk.items() if name != "d"}


def by_pyjwt(key, header, claims):
    return jwt.encode(claims, key[0], algorithm="ES256", headers=header)


def by_joserfc(key, header, claims):
    return joserfc.jwt.encode({"alg": "ES256", **header}, claims, joserfc.jwk.import_key(key[1]))


def dpop(sign, issuer, holder):
    """RFC 9449: an access token, and the proof of a request with it."""
    thumbprint = joserfc.jwk.import_key(public(holder[1])).thumbprint()
    access = {"iss": SERVER, "aud": API, "sub": "user-1", "client_id": CLIENT, "jti": "a1", "scope": "read"}
    token = sign(issuer, {"typ": "at+jwt"}, {**access, "cnf": {"jkt": thumbprint}, **TIMES})
    claims = {"jti": "p1", "htm": "POST", "htu": API + "/orders", "iat": NOW - 10, "ath": hash_of(token)}
    return token, sign(holder, {"typ": "dpop+jwt", "jwk": public(holder[1])}, claims)


def workload(sign, issuer, holder, subject="wimse://example.com/ns/prod/api", header=None):
    """draft-ietf-wimse-workload-creds and -wpt: a workload identity token, and the proof of a request with an
    access token and a transaction token."""
    identity = {"sub": subject, "cnf": {"jwk": {**public(holder[1]), "alg": "ES256"}}, **TIMES}
    token = sign(issuer, {"typ": "wit+jwt", **(header or {})}, identity)
    others = {"ath": hash_of("access-token"), "tth": hash_of("transaction-token")}
    claims = {"aud": API + "/orders", "exp": NOW + 30, "jti": "p3", "wth": hash_of(token), **others}
    return token, sign(holder, {"typ": "wpt+jwt"}, claims)


def svid(sign, issuer, holder):
    """SPIFFE WIT-SVID: the same, with a kid and a SPIFFE ID."""
    return workload(sign, issuer, holder, "spiffe://example.org/ns/prod/sa/api", {"kid": "k1"})


KINDS = {"DPoP": dpop, "workload": workload, "WIT-SVID": svid}


def main():
    issuer = new_key()
    pairs = []
    for kind, make in KINDS.items():
        for program, sign in {"PyJWT": by_pyjwt, "joserfc": by_joserfc}.items():
            token, proof = make(sign, issuer, new_key())
            pairs.append({"kind": kind, "program": program, "token": token, "proof": proof})
    programs = " and ".join(f"{name} {version(name)}" for name in ("PyJWT", "joserfc"))
    document = {
        "title": f"Tokens with proofs of their keys, signed by {programs}",
        "source": "tools/vectors/foreign/pairs.py",
        "licence": "CC0-1.0",
        "now": NOW,
        "jwks": {"keys": [{**public(issuer[1]), "alg": "ES256", "kid": "k1"}]},
        "pairs": pairs,
    }
    (ROOT / "tests/vectors/pairs.json").write_text(json.dumps(document, indent=1) + "\n")


main()
