#!/usr/bin/env python3
"""Makes tests/vectors/kinds.json: a token of each kind, signed by PyJWT and by joserfc (PyPI) with
one test key, so that only the kind tells the tokens apart. Authlib also makes an authorization
grant, with the claims and the header of its own.

kinds.py: needs PyJWT, joserfc, Authlib and cryptography. Keys and signatures are random, so a second run
writes another file.
"""

import base64
import hashlib
import json
import secrets
import zlib
from importlib.metadata import version
from pathlib import Path

import joserfc.jwk
import joserfc.jwt
import jwt
from authlib.oauth2.rfc7523 import JWTBearerGrant
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_770_000_000
SERVER, CLIENT, API = "https://as.example", "s6BhdRkqt3", "https://api.example"
PROVIDER = "https://idp.example"
TIMES = {"iat": NOW - 10, "exp": NOW + 50}
REQUEST = {
    "iss": CLIENT,
    "aud": SERVER,
    "client_id": CLIENT,
    "response_type": "code",
    "redirect_uri": "https://client.example/cb",
    "scope": "openid",
    "state": "af0ifjsldkj",
    **TIMES,
}
ASSERTION = {"iss": CLIENT, "sub": CLIENT, "aud": SERVER, "jti": "f2e1", **TIMES}
ACCESS = {"iss": SERVER, "aud": API, "sub": "user-1", "client_id": CLIENT, "jti": "a1b2", "scope": "read", **TIMES}
GRANT = {"iss": PROVIDER, "sub": "user-1", "aud": SERVER, "jti": "e6", **TIMES}
JAG = {**GRANT, "client_id": CLIENT, "resource": API, "scope": "read", "auth_time": NOW - 60, "amr": ["mfa", "hwk"]}
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
#: A list of 16 statuses of one bit, compressed.
STATUSES = base64.urlsafe_b64encode(zlib.compress(b"\xb9\xa3")).rstrip(b"=").decode()
REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"

#: The kind, `typ` (None for none), and the claims that the specification of the kind requires.
KINDS = [
    ("access token", "at+jwt", ACCESS),
    ("access token, older style", None, ACCESS),
    ("ID token", "JWT", {"iss": SERVER, "aud": CLIENT, "sub": "user-1", "nonce": "n-0S6", **TIMES}),
    ("logout token", "logout+jwt", {"iss": SERVER, "aud": CLIENT, "sub": "user-1", "jti": "b3", "events": {LOGOUT: {}}, **TIMES}),
    ("DPoP proof", "dpop+jwt", {"jti": "c4", "htm": "POST", "htu": SERVER + "/token", "iat": NOW - 10}),
    ("client assertion", "client-authentication+jwt", ASSERTION),
    ("client assertion, untyped", None, ASSERTION),
    ("client assertion, by a secret", "JWT", ASSERTION),
    ("request object", "oauth-authz-req+jwt", REQUEST),
    ("request object, untyped", None, REQUEST),
    ("authorization response", None, {"iss": SERVER, "aud": CLIENT, "code": "SplxlOB", "state": "af0ifjsldkj", "exp": NOW + 50}),
    ("userinfo", None, {"iss": SERVER, "aud": CLIENT, "sub": "user-1", "name": "Zoë"}),
    (
        "introspection response",
        "token-introspection+jwt",
        {"iss": SERVER, "aud": API, "iat": NOW - 10, "token_introspection": {"active": True, **ACCESS}},
    ),
    (
        "security event",
        "secevent+jwt",
        {
            "iss": SERVER,
            "aud": API,
            "iat": NOW - 10,
            "jti": "d5",
            "sub_id": {"format": "iss_sub", "iss": SERVER, "sub": "user-1"},
            "events": {REVOKED: {"event_timestamp": NOW - 20}},
        },
    ),
    ("JWT-SVID", "JWT", {"sub": "spiffe://example.org/ns/prod/sa/api", "aud": API, **TIMES}),
    (
        "transaction token",
        "txntoken+jwt",
        {"aud": "https://trust.example", "sub": "user-1", "txn": "97053963", "scope": "trade", "req_wl": "gateway", **TIMES},
    ),
    (
        "status list",
        "statuslist+jwt",
        {"iss": SERVER, "sub": SERVER + "/statuslists/1", "ttl": 43200, "status_list": {"bits": 1, "lst": STATUSES}, **TIMES},
    ),
    ("authorization grant", "authorization-grant+jwt", GRANT),
    ("authorization grant, untyped", None, GRANT),
    ("ID-JAG", "oauth-id-jag+jwt", JAG),
    # The key of `cnf` is added, and the proof gets the hash of the token before it.
    ("workload identity token", "wit+jwt", {"sub": "wimse://example.org/ns/prod/api", **TIMES}),
    ("workload proof", "wpt+jwt", {"aud": API, "jti": "f7", **TIMES}),
]


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def by_pyjwt(keys, algorithm, header, claims):
    return jwt.encode(claims, keys[algorithm][0], algorithm=algorithm, headers={"typ": None, **header})


def by_joserfc(keys, algorithm, header, claims):
    key = joserfc.jwk.import_key(keys[algorithm][1])
    return joserfc.jwt.encode({"alg": algorithm, **header}, claims, key, algorithms=[algorithm], default_type=None)


def main():
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.private_numbers()
    octets = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    private = {"kty": "EC", "crv": "P-256", **{name: encode(value.to_bytes(32, "big")) for name, value in octets.items()}}
    public = {name: value for name, value in private.items() if name != "d"}
    secret = secrets.token_bytes(32)
    keys = {"ES256": (key, private), "HS256": (secret, {"kty": "oct", "k": encode(secret)})}
    tokens = []
    hashes = {}
    for kind, token_type, claims in KINDS:
        algorithm = "HS256" if kind.endswith("secret") else "ES256"
        header = {"typ": token_type} if token_type else {}
        if kind == "DPoP proof":
            header["jwk"] = public
        for program, sign in {"PyJWT": by_pyjwt, "joserfc": by_joserfc}.items():
            if kind == "workload identity token":
                claims = {**claims, "cnf": {"jwk": {**public, "alg": "ES256"}}}
            elif kind == "workload proof":
                claims = {**claims, "wth": hashes[program]}
            token = sign(keys, algorithm, header, claims)
            hashes[program] = encode(hashlib.sha256(token.encode()).digest())
            assert ("typ" in jwt.get_unverified_header(token)) == (token_type is not None), (kind, program)
            tokens.append({"kind": kind, "program": program, "token": token})
    times = {"issued_at": TIMES["iat"], "expires_at": TIMES["exp"]}
    grant = JWTBearerGrant.sign(private, PROVIDER, SERVER, "user-1", alg="ES256", **times)
    tokens.append({"kind": "authorization grant, of its own form", "program": "Authlib", "token": grant})
    programs = ", ".join(f"{name} {version(name)}" for name in ("PyJWT", "joserfc", "Authlib"))
    jwks = {"keys": [{**public, "alg": "ES256"}, {**keys["HS256"][1], "alg": "HS256"}]}
    document = {
        "title": f"A token of each kind, signed by {programs}",
        "source": "tools/vectors/foreign/kinds.py",
        "licence": "CC0-1.0",
        "now": NOW,
        "jwks": jwks,
        "tokens": tokens,
    }
    (ROOT / "tests/vectors/kinds.json").write_text(json.dumps(document, indent=1) + "\n")


main()
