"""Makes keys and tokens with a library of Python. See __init__.py for the request and the answer.

python joserfc|jwcrypto|pyjwt
"""

import base64
import importlib.metadata
import json
import secrets
import sys

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import answer, times

RSA = [f"{kind}{bits}" for kind in ("RS", "PS") for bits in (256, 384, 512)]
MACS = ["HS256", "HS384", "HS512"]
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}
OF_CRYPTOGRAPHY = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1, "ES256K": ec.SECP256K1}


def with_joserfc(algorithm):
    from joserfc import jws, jwt
    from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

    if algorithm in CURVES:
        key = ECKey.generate_key(CURVES[algorithm])
    elif algorithm in RSA:
        key = RSAKey.generate_key(2048)
    elif algorithm in MACS:
        key = OctKey.generate_key(int(algorithm[2:]))
    else:
        key = OKPKey.generate_key("Ed25519")
    public = key.as_dict(private=algorithm in MACS)
    header = {"alg": algorithm, "typ": "JWT"}
    return (
        {"jwk": {**public, "alg": algorithm}},
        lambda text: jws.serialize_compact(header, text, key, algorithms=[algorithm]),
        lambda claims: jwt.encode(header, claims, key, algorithms=[algorithm]),
    )


def with_jwcrypto(algorithm):
    from jwcrypto import jwk, jws, jwt

    if algorithm in CURVES:
        key = jwk.JWK.generate(kty="EC", crv=CURVES[algorithm])
    elif algorithm in RSA:
        key = jwk.JWK.generate(kty="RSA", size=2048)
    elif algorithm in MACS:
        key = jwk.JWK.generate(kty="oct", size=int(algorithm[2:]))
    elif algorithm.startswith("ML-DSA"):
        key = jwk.JWK.generate(kty="AKP", alg=algorithm)
    else:
        key = jwk.JWK.generate(kty="OKP", crv="Ed25519")
    header = json.dumps({"alg": algorithm, "typ": "JWT"})

    def of_text(text):
        token = jws.JWS(text.encode())
        token.allowed_algs = [algorithm]
        token.add_signature(key, algorithm, header)
        return token.serialize(compact=True)

    def of_claims(claims):
        token = jwt.JWT(header=header, claims=claims, algs=[algorithm])
        token.make_signed_token(key)
        return token.serialize()

    keys = {"jwk": key.export(private_key=algorithm in MACS, as_dict=True)}
    if algorithm not in MACS and not algorithm.startswith("ML-DSA"):
        keys["spki_pem"] = key.export_to_pem().decode()
    return keys, of_text, of_claims


def with_pyjwt(algorithm):
    import jwt

    if algorithm in MACS:
        key = secrets.token_bytes(int(algorithm[2:]) // 8)
        keys = {"secret": base64.b64encode(key).decode()}
    else:
        if algorithm in CURVES:
            key = ec.generate_private_key(OF_CRYPTOGRAPHY[algorithm]())
        elif algorithm in RSA:
            key = rsa.generate_private_key(65537, 2048)
        else:
            key = ed25519.Ed25519PrivateKey.generate()
        public = key.public_key()
        forms = [("spki", PublicFormat.SubjectPublicKeyInfo)]
        forms += [("pkcs1", PublicFormat.PKCS1)] if algorithm in RSA else []
        keys = {}
        for name, form in forms:
            keys[f"{name}_pem"] = public.public_bytes(Encoding.PEM, form).decode()
            keys[f"{name}_der"] = base64.b64encode(public.public_bytes(Encoding.DER, form)).decode()
    whole = jwt.PyJWS()
    header = {"typ": "JWT"}
    return (
        keys,
        lambda text: whole.encode(text.encode(), key, algorithm, headers=header),
        lambda claims: jwt.encode(claims, key, algorithm, headers=header),
    )


LIBRARIES = {
    "joserfc": (with_joserfc, [*CURVES, *RSA, *MACS, "EdDSA", "Ed25519"]),
    "jwcrypto": (with_jwcrypto, [*CURVES, *RSA, *MACS, "EdDSA", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"]),
    "pyjwt": (with_pyjwt, [*CURVES, *RSA, *MACS, "EdDSA"]),
}


def main(library):
    asked = json.load(sys.stdin)
    using, names = LIBRARIES[library]
    algorithms = {}
    for algorithm in names:
        keys, of_text, of_claims = using(algorithm)
        repeated = range(times(algorithm, asked["count"]))
        tokens = {name: [of_text(text) for _ in repeated] for name, text in asked["texts"].items()}
        for name, claims in asked["claims"].items():
            tokens[name] = [of_claims(claims) for _ in repeated]
        algorithms[algorithm] = {"keys": keys, "tokens": tokens}
    versions = [f"{name} {importlib.metadata.version(name)}" for name in (library, "cryptography")]
    answer(f"{versions[0]} ({versions[1]})", algorithms)


main(sys.argv[1])
