"""P-256 in plain Python, for many keys and many signatures in little time. Never for real keys: all
signatures of a key have one nonce."""

import hashlib
import json
import os
import time

from services.issuer import base64url

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(one, other):
    if one is None or other is None:
        return one or other
    if one == other:
        slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def multiply(scalar):
    found, power = None, G
    while scalar:
        if scalar & 1:
            found = add(found, power)
        power, scalar = add(power, power), scalar >> 1
    return found


def members(point):
    return {"crv": "P-256", "kty": "EC", "x": base64url(point[0].to_bytes(32, "big")), "y": base64url(point[1].to_bytes(32, "big"))}


def many_keys(count):
    """JWKs of public keys without private keys: each point is the previous one plus the base point."""
    point, keys = multiply(3), []
    for number in range(count):
        point = add(point, G)
        keys.append(members(point) | {"kid": f"k{number}", "alg": "ES256", "use": "sig"})
    return keys


class Client:
    """A client that makes proofs of DPoP quickly."""

    def __init__(self):
        self.secret, nonce = (int.from_bytes(os.urandom(32), "big") % N for _ in range(2))
        self.public, self.r = members(multiply(self.secret)), multiply(nonce)[0] % N
        self.inverse = pow(nonce, -1, N)

    def confirmation(self):
        text = json.dumps(self.public, separators=(",", ":"))
        return {"jkt": base64url(hashlib.sha256(text.encode()).digest())}

    def proofs(self, uri, token, count):
        header = base64url(json.dumps({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public}).encode())
        ath, now = base64url(hashlib.sha256(token.encode()).digest()), int(time.time())
        for number in range(count):
            claims = {"jti": f"{now}-{number}", "htm": "GET", "htu": uri, "iat": now, "ath": ath}
            text = f"{header}.{base64url(json.dumps(claims).encode())}"
            digest = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
            s = self.inverse * (digest + self.r * self.secret) % N
            yield f"{text}.{base64url(self.r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
