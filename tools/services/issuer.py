"""An issuer for the tests of the services: new keys made by OpenSSL, and tokens with the current
time."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import tempfile
import time

ISSUER = "https://id.example/oauth2/default"
AUDIENCE = "api://default"


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def openssl(*words, octets=None):
    return subprocess.run(["openssl", *map(str, words)], input=octets, check=True, capture_output=True).stdout


class Algorithm:
    """The arguments with which OpenSSL makes the keys and signatures of an algorithm (RFC 7518, RFC 8037, RFC 8812)."""

    def __init__(self, bits, kty, *generate, crv=None, sign=()):
        self.hash, self.bits, self.kty, self.generate, self.crv, self.sign = f"sha{bits}", bits, kty, generate, crv, sign


def on_curve(bits, crv, name):
    return Algorithm(bits, "EC", "EC", "-pkeyopt", f"ec_paramgen_curve:{name}", crv=crv)


def with_pss(bits):
    return Algorithm(bits, "RSA", "RSA", sign=("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"))


ALGORITHMS = {
    "ES256": on_curve(256, "P-256", "P-256"),
    "ES384": on_curve(384, "P-384", "P-384"),
    "ES512": on_curve(512, "P-521", "P-521"),
    "ES256K": on_curve(256, "secp256k1", "secp256k1"),
    "EdDSA": Algorithm(512, "OKP", "ED25519", crv="Ed25519"),
    **{f"RS{bits}": Algorithm(bits, "RSA", "RSA") for bits in (256, 384, 512)},
    **{f"PS{bits}": with_pss(bits) for bits in (256, 384, 512)},
    **{f"HS{bits}": Algorithm(bits, "oct") for bits in (256, 384, 512)},
}

# Bytes of a coordinate (RFC 7518 section 6.2.1.2).
WIDTHS = {"P-256": 32, "P-384": 48, "P-521": 66, "secp256k1": 32}


class Key:
    """A key pair or a secret. It is read from the folder, or made if it is not there. Its algorithm
    is part of the name of its file."""

    def __init__(self, folder, name, algorithm="RS256"):
        self.name, self.algorithm, self.how = name, algorithm, ALGORITHMS[algorithm]
        self.file = folder / f"{name}.{algorithm}.pem"
        if self.file.exists():
            return
        if self.how.kty == "oct":
            self.file.write_text(os.urandom(64).hex())
        else:
            openssl("genpkey", "-out", self.file, "-algorithm", *self.how.generate)

    def jwk(self):
        found = {"kid": self.name, "alg": self.algorithm, "use": "sig", "kty": self.how.kty}
        if self.how.kty == "oct":
            return found | {"k": base64url(self.secret())}
        public = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")
        if self.how.kty == "OKP":
            return found | {"crv": self.how.crv, "x": base64url(public[-32:])}
        if self.how.kty == "EC":
            # The DER ends with the point.
            width = WIDTHS[self.how.crv]
            x, y = public[-2 * width : -width], public[-width:]
            return found | {"crv": self.how.crv, "x": base64url(x), "y": base64url(y)}
        modulus = openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().strip().split("=")[1]
        return found | {"n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}

    def secret(self):
        return bytes.fromhex(self.file.read_text())

    def sign(self, octets):
        if self.how.kty == "oct":
            return hmac.digest(self.secret(), octets, self.how.hash)
        if self.how.kty == "OKP":
            # OpenSSL signs with Ed25519 in one call, and only from a file.
            with tempfile.NamedTemporaryFile() as message:
                message.write(octets)
                message.flush()
                return openssl("pkeyutl", "-sign", "-inkey", self.file, "-rawin", "-in", message.name)
        signature = openssl("dgst", f"-{self.how.hash}", "-sign", self.file, *self.how.sign, octets=octets)
        return side_by_side(signature, WIDTHS[self.how.crv]) if self.how.kty == "EC" else signature

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
        """The required members of the key, in the order of their names (RFC 7638 section 3.2)."""
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


def side_by_side(der, width):
    """Converts an ECDSA signature from DER to the form of JWS, R followed by S (RFC 7518 section 3.4)."""
    # A sequence of more than 127 bytes has a second byte of length.
    at = 3 if der[1] & 0x80 else 2
    numbers = []
    for _ in range(2):
        length = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2 : at + 2 + length], "big").to_bytes(width, "big"))
        at += 2 + length
    return b"".join(numbers)


def keys_of(folder):
    """The keys that are in a folder, by name."""
    files = (path.name.rsplit(".", 2) for path in sorted(folder.glob("*.*.pem")))
    return [Key(folder, name, algorithm) for name, algorithm, _ in files if algorithm in ALGORITHMS]


def write_keys(path, *keys):
    """Replaces the file of the key set in one step, so that a reader never sees half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"keys": [key.jwk() for key in keys]}))
    fresh.replace(path)
