"""An issuer for the tests of the services: keys made on the spot, tokens with the present time."""

import base64
import hashlib
import json
import os
import subprocess
import time

ISSUER = "https://id.example/oauth2/default"
AUDIENCE = "api://default"


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def openssl(*words, octets=None):
    return subprocess.run(["openssl", *map(str, words)], input=octets, check=True, capture_output=True).stdout


class Key:
    """A key pair, for RS256 or ES256: the one in the folder, or a new one."""

    def __init__(self, folder, name, algorithm="RS256"):
        self.name, self.algorithm = name, algorithm
        self.file = folder / f"{name}.pem"
        kind = ["RSA"] if algorithm == "RS256" else ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        if not self.file.exists():
            openssl("genpkey", "-out", self.file, "-algorithm", *kind)

    def jwk(self):
        public = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")
        found = {"kid": self.name, "alg": self.algorithm, "use": "sig"}
        if self.algorithm == "ES256":
            # The point is the end of the DER.
            return found | {"kty": "EC", "crv": "P-256", "x": base64url(public[-64:-32]), "y": base64url(public[-32:])}
        modulus = openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().strip().split("=")[1]
        return found | {"kty": "RSA", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}

    def sign(self, octets):
        signature = openssl("dgst", "-sha256", "-sign", self.file, octets=octets)
        return signature if self.algorithm == "RS256" else side_by_side(signature)

    def token(self, header=None, **changes):
        """An access token; a claim that is None is left out."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "device-1", "cid": "fleet", "iat": now, "exp": now + 3600}
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return self.signed({"alg": self.algorithm, "kid": self.name} | (header or {}), claims)

    def signed(self, *parts):
        signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{base64url(self.sign(signed.encode()))}"

    def public(self):
        """The members of the key that make it up, in the order of their names (RFC 7638 section 3.2)."""
        wanted = ("crv", "e", "kty", "n", "x", "y")
        return {name: value for name, value in sorted(self.jwk().items()) if name in wanted}

    def confirmation(self):
        """The claim that binds a token to this key (RFC 9449 section 6.1)."""
        text = json.dumps(self.public(), separators=(",", ":"))
        return {"jkt": base64url(hashlib.sha256(text.encode()).digest())}

    def proof(self, uri, token, **changes):
        """A DPoP proof for a GET with a token; a claim that is None is left out."""
        claims = {"jti": os.urandom(8).hex(), "htm": "GET", "htu": uri, "iat": int(time.time())}
        claims["ath"] = base64url(hashlib.sha256(token.encode()).digest())
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return self.signed({"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.public()}, claims)


def side_by_side(der):
    """The two numbers of an ECDSA signature in DER, as JWS wants them (RFC 7518 section 3.4)."""
    first = der[4 : 4 + der[3]]
    rest = der[4 + der[3] :]
    second = rest[2 : 2 + rest[1]]
    return b"".join(int.from_bytes(number, "big").to_bytes(32, "big") for number in (first, second))


def write_keys(path, *keys):
    """Replaces the key set in one step, as a server must."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"keys": [key.jwk() for key in keys]}))
    fresh.replace(path)
