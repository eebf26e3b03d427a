"""Describes the form of an output: the parts that stay the same when keys, times and random values
change."""

import base64
import hashlib
import json
import re

#: The members whose values are names, not random values.
NAMED = {"typ", "alg", "crv", "kty", "use", "key_ops", "htm", "htu", "cty", "events", "nonce", "ext"}
NUMBER = re.compile(r'"(exp|iat|nbf|auth_time)"\s*:\s*(-?[0-9.eE+-]+)')


def octets(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url(text):
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def thumbprint(jwk):
    members = {"EC": "crv kty x y", "OKP": "crv kty x", "RSA": "e kty n", "AKP": "alg kty pub", "oct": "k kty"}
    required = {name: jwk[name] for name in members[jwk["kty"]].split()}
    text = json.dumps(required, sort_keys=True, separators=(",", ":"))
    return base64url(hashlib.sha256(text.encode()).digest())


def alphabet(text):
    """The length and the kind of characters of a random text."""
    if not isinstance(text, str):
        return type(text).__name__
    if re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", text):
        return "UUID"
    if re.fullmatch(r"[0-9a-f]+", text) and len(text) >= 16:
        return f"{len(text)} hexadecimal digits"
    return f"{len(text)} characters"


def alphabet_of_many(verifiers):
    """The length and the characters of verifiers that a program made."""
    lengths = sorted({len(verifier) for verifier in verifiers})
    length = " to ".join(str(length) for length in {lengths[0], lengths[-1]})
    characters = set("".join(verifiers))
    if characters <= set("0123456789abcdef"):
        return f"{length} hexadecimal digits"
    marks = "".join(mark for mark in "-_.~" if mark in characters)
    return f"{length} characters, " + (f"alphanumeric and `{marks}`" if marks else "alphanumeric")


def kid(value, jwk=None):
    if isinstance(value, str) and jwk and value == thumbprint(jwk):
        return "RFC 7638 thumbprint"
    return alphabet(value)


def number(text):
    if re.fullmatch(r"-?[0-9]+", text):
        return "integer"
    return "exponent" if "e" in text.lower() else "integer with .0" if re.fullmatch(r"-?\d+\.0+", text) else "fraction"


def shown(name, value, jwk=None):
    if name in NAMED:
        return f"{name}={json.dumps(value, ensure_ascii=False, sort_keys=True).replace('|', '&#124;')}"
    if name == "kid":
        return f"kid ({kid(value, jwk)})"
    if name in ("jti", "sid"):
        return f"{name} ({'random' if len(value) < 16 else alphabet(value)})"
    if name in ("at_hash", "ath", "c_hash", "x5t"):
        return f"{name} ({alphabet(value)})"
    if name == "jwk":
        return f"jwk {{{key(value)}}}"
    return name


def key(jwk):
    """The members of a key in their order, with the octets of each coordinate."""
    parts = []
    for name, value in jwk.items():
        if name in ("x", "y", "n", "pub", "k"):
            parts.append(f"{name} ({len(octets(value))} octets)")
        else:
            parts.append(shown(name, value, jwk))
    return ", ".join(parts)


def jwks(text):
    document = json.loads(text)
    return document.get("keys", [document])


def keys(text):
    """A key file: PEM, one JWK or a set."""
    if text.lstrip().startswith("-----"):
        lines = text.strip().splitlines()
        return f"PEM {lines[0].strip('-')}, lines of {max(map(len, lines[1:-1]))}"
    return "; ".join(key(jwk) for jwk in jwks(text))


def spelling(text):
    """Describes how the JSON of the payload is written."""
    notes = []
    if re.search(r'[,:]\s|^\{\s', text):
        notes.append("blanks")
    for mark, name in ((r"\/", r"`\/`"), (r"\u00", r"`\u00..`")):
        if mark in text:
            notes.append(name)
    if any(ord(character) > 126 for character in text):
        notes.append("raw UTF-8")
    if text.endswith("\n"):
        notes.append("a final line feed")
    return notes


def token(text, jwks=()):
    parts = text.split(".")
    header = json.loads(octets(parts[0]))
    named = [jwk for jwk in jwks if jwk.get("kid") == header.get("kid")]
    jwk = (named or [*jwks, None])[0]
    form = "header: " + ", ".join(shown(name, value, jwk) for name, value in header.items())
    try:
        payload = octets(parts[1]).decode()
        claims = json.loads(payload)
    except ValueError:
        return form + "; payload: not JSON in UTF-8"
    form += "; claims: " + ", ".join(shown(name, value) for name, value in claims.items())
    if "aud" in claims:
        form += "; aud: " + {"str": "string", "list": "array", "dict": "object", "NoneType": "null"}[
            type(claims["aud"]).__name__
        ]
    for name in ("exp", "iat", "nbf"):
        if isinstance(claims.get(name), (str, type(None))) and name in claims:
            form += f"; {name}: {'null' if claims[name] is None else 'string'}"
    form += "".join(f"; {name}: {number(value)}" for name, value in NUMBER.findall(payload))
    notes = spelling(payload)
    return form + ("; JSON with " + ", ".join(notes) if notes else "")

