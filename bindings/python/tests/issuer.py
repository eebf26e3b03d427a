"""Keys and tokens by PyJWT and `cryptography`, for tests."""

import base64
import hashlib
import json
import uuid
from typing import Any, Dict, Optional

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

import keycard

ISSUER, AUDIENCE = "https://id.example", "api://default"
NOW = 1_800_000_000

ES256_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
SECRET = b"0123456789abcdef0123456789abcdef"


def jwks(**keys: Any) -> str:
    """The JWK Set of the public keys of these private keys, each named by its kid."""
    named = []
    for kid, key in keys.items():
        kind: Any = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
        named.append({**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid})
    return json.dumps({"keys": named})


def token(key: Any = ES256_KEY, alg: str = "ES256", header: Optional[Dict[str, Any]] = None, **claims: Any) -> str:
    """An access token; a claim of None is left out."""
    usual: Dict[str, Any] = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "device-7", "iat": NOW - 10, "exp": NOW + 3600, "scope": "read write",
    }  # fmt: skip
    chosen = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(chosen, key, algorithm=alg, headers={"kid": "first", **(header or {})})


def policy(**options: Any) -> keycard.Policy:
    usual = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["ES256", "RS256"]}
    return keycard.Policy.access_token(**{**usual, **options})


def validator(**options: Any) -> keycard.Validator:
    return keycard.Validator(keycard.Keys.from_jwks(jwks(first=ES256_KEY)), policy(**options))


def thumbprint(key: ec.EllipticCurvePrivateKey) -> str:
    """The thumbprint of RFC 7638, computed by hand."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]
    x, y = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (point[:32], point[32:]))
    text = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
    return b64url(hashlib.sha256(text.encode()).digest())


def b64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def proof(access_token: str, key: ec.EllipticCurvePrivateKey = OTHER_KEY, **claims: Any) -> str:
    """A DPoP proof for a request; the time is now unless `iat` is given."""
    usual = {
        "jti": str(uuid.uuid4()), "htm": "GET", "htu": "https://api.example/orders", "iat": NOW,
        "ath": b64url(hashlib.sha256(access_token.encode()).digest()),
    }  # fmt: skip
    jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return jwt.encode({**usual, **claims}, key, algorithm="ES256", headers={"typ": "dpop+jwt", "jwk": jwk})
