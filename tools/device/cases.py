"""Writes the token cases of tests/vectors in a form that a device reads without a JSON parser: one
record for each case and issuer, with a length before it. ffi-tests/firmware/stream.c reads it in
the same order."""

import base64
import json
import struct
from pathlib import Path

from .vectors import constants

VECTORS = Path("tests/vectors")
ABSENT = 0xFFFFFFFF
#: RFC 9068 section 2.2.
RFC_9068 = {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}
PROFILES = {"jws": "JWS", "jwt": "JWT", "access_token": "JWT", "id_token": "ID_TOKEN", "logout_token": "LOGOUT_TOKEN", "refreshed_id_token": "REFRESHED_ID_TOKEN"}
#: The members of a policy. Any other member is an error of the case: a requirement must not be
#: ignored.
MEMBERS = {"profile", "alg", "iss", "aud", "typ", "nonce", "require", "claims", "azp", "max_age", "max_token_age", "access_token"}
MEMBERS |= {"require_at_hash", "code", "require_c_hash", "allow_weak_keys", "original", "dpop_key"}


def text(value):
    if value is None:
        return struct.pack("<I", ABSENT)
    octets = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return struct.pack("<I", len(octets)) + octets


def texts(values):
    if values is None:
        return struct.pack("<I", ABSENT)
    return struct.pack("<I", len(values)) + b"".join(map(text, values))


def listed(value):
    return [value] if isinstance(value, str) else value


def octets(case, name):
    if isinstance(case.get(name), str):
        return case[name].encode("utf-8", "surrogatepass")
    return base64.b64decode(case[f"{name}_b64"])


#: How ffi-tests/c/cases.c and ffi-tests/firmware/stream.c add the key of a record.
FORMS = {"jwks": 0, "jwk": 1, "spki_pem": 2, "pkcs1_pem": 2, "spki_der": 3, "pkcs1_der": 3, "secret": 4, "point": 5, "rsa": 6, "encoded": 7}


def key_of(case):
    """The form of the keys of a case, and the keys as a list of one or two byte strings."""
    key = case.get("key")
    if key is None:
        return "jwks", [case["jwks_raw"] if "jwks_raw" in case else json.dumps(case["jwks"], ensure_ascii=False)]
    parts = [key["text"]] if "text" in key else [base64.b64decode(part) for part in key["b64"]]
    if key["form"] != "raw":
        return key["form"], parts
    kind = listed(case["policy"]["alg"])[0][:2]
    return {"HS": "secret", "ES": "point", "RS": "rsa", "PS": "rsa"}.get(kind, "encoded"), parts


def algorithms(names, numbers):
    """A set of algorithms by their JOSE names, without those that are not known."""
    return sum(numbers.get(f"KEYCARD_{name.upper().replace('-', '_')}", 0) for name in names)


def body_of(case, issuer, numbers):
    """A case as the device reads it: the members of the policy of the header."""
    asked = case["policy"]
    if asked.keys() - MEMBERS:
        raise ValueError(f"{case['id']}: unknown members {asked.keys() - MEMBERS} of the policy")
    required = set(listed(asked.get("require") or []))
    for name, value, claim in (("require_at_hash", "access_token", "at_hash"), ("require_c_hash", "code", "c_hash")):
        if asked.get(name) and asked.get(value) is None:
            required.add(claim)
    # Each profile with claims already requires exp, and its error names the claim.
    rules = [(1, name, None) for name in sorted(required - {"exp"})] + [
        (2, name, value) for name, value in (asked.get("claims") or {}).items()
    ]
    profile = PROFILES[asked["profile"]]
    if asked["profile"] == "access_token" and issuer and asked.get("typ") == "at+jwt" and RFC_9068 <= required:
        profile = "ACCESS_TOKEN_RFC9068"
    is_jws = profile == "JWS"
    audiences = None if is_jws else listed(asked.get("aud"))
    nonce = None if is_jws else asked.get("nonce")
    flags = ["INSECURE_LEEWAY"]
    if not is_jws:
        flags += ["WITHOUT_ISSUER"] if issuer is None else []
        flags += ["WITHOUT_AUDIENCE"] if audiences is None else []
        flags += ["WITHOUT_EXPIRY"] if profile == "JWT" and "exp" not in required else []
        flags += ["NONCE_NOT_SENT"] if profile == "ID_TOKEN" and nonce is None else []
        flags += ["HAS_MAX_AGE"] if asked.get("max_age") is not None else []
        flags += ["HAS_MAX_TOKEN_AGE"] if asked.get("max_token_age") is not None else []
        for name, value, flag in (
            ("require_at_hash", "access_token", "REQUIRE_ACCESS_TOKEN_HASH"),
            ("require_c_hash", "code", "REQUIRE_CODE_HASH"),
        ):
            flags += [flag] if asked.get(name) and asked.get(value) is not None else []
        flags += ["REQUIRE_AUTHORIZED_PARTY"] if asked.get("azp") else []
    weak = bool(asked.get("allow_weak_keys"))
    form, key = key_of(case)
    only_claims = {name: None if is_jws else asked.get(name) for name in ("access_token", "code", "azp")}
    body = struct.pack(
        "<qIIIIIIIII",
        case["now"],
        numbers[f"KEYCARD_PROFILE_{profile}"],
        algorithms(listed(asked["alg"]), numbers),
        sum(numbers[f"KEYCARD_{flag}"] for flag in flags),
        case.get("leeway") or 0,
        (asked.get("max_token_age") or 0) if not is_jws else 0,
        (asked.get("max_age") or 0) if not is_jws else 0,
        1024 if weak else 0,
        1 if weak else 0,
        FORMS[form],
    )
    body += text(key[0]) + text(key[1] if len(key) == 2 else None) + text(octets(case, "token")) + text(None if is_jws else issuer) + texts(audiences)
    body += text(asked.get("typ")) + text(nonce)
    body += texts([only_claims["azp"]] if only_claims["azp"] else None)
    body += text(only_claims["access_token"]) + text(only_claims["code"])
    rules = [] if is_jws else rules
    body += struct.pack("<I", len(rules))
    body += b"".join(struct.pack("<I", kind) + text(name) + text(value) for kind, name, value in rules)
    key = asked.get("dpop_key")
    body += original(asked.get("original")) + text(key and base64.urlsafe_b64decode(key + "="))
    return body


def original(claims):
    """The original ID token, with which a refreshed one is compared. The number of originals, 0 or
    1, precedes it."""
    if claims is None:
        return struct.pack("<I", 0)
    body = struct.pack("<I", 1) + text(claims["iss"]) + text(claims["sub"]) + texts(listed(claims["aud"]))
    body += text(claims.get("azp")) + text(claims.get("nonce"))
    return body + struct.pack("<qqI", claims["iat"], claims.get("auth_time") or 0, claims.get("auth_time") is not None)


def record(body, kind=0):
    """A record with its length and its kind before it. A device reads only tokens, which are of
    kind 0."""
    body += b"\0" * (-len(body) % 8)
    return struct.pack("<II", len(body), kind) + body


def issuers_of(case):
    """Several issuers are several policies, with one record for each."""
    return listed(case["policy"].get("iss")) or [None]


def documents(folder):
    """The files of a folder with the documents in each, in order. Documents with a debatable
    verdict are left out."""
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text())
        if "debatable" not in path.name and isinstance(document, dict):
            yield path, document["documents"] if document.get("schema") == "documents/1" else [document]


def load():
    """All token cases, in order."""
    every = (document for _, several in documents(VECTORS) for document in several)
    return [case for document in every if document.get("schema") == "token-case/1" for case in document["cases"]]


def write(path):
    """Writes the records; returns for each the position of its case, and the cases: all but those at the limits of
    hosts, because a device has smaller ones."""
    numbers = constants()
    cases = [case for case in load() if not case["id"].startswith("foreign/hosts/")]
    owners, records = [], []
    for position, case in enumerate(cases):
        for issuer in issuers_of(case):
            owners.append(position)
            records.append(record(body_of(case, issuer, numbers)))
    path.write_bytes(b"".join(records))
    return owners, cases
