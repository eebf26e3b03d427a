from driver import ASKED, CLAIMS, done, keys, reverse, thumbprint, token
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

MADE = {"ES256": {"kty": "EC", "crv": "P-256"}, "ES512": {"kty": "EC", "crv": "P-521"}, "PS256": {"kty": "RSA", "size": 2048}}
MADE |= {"EdDSA": {"kty": "OKP", "crv": "Ed25519"}, "ES256K": {"kty": "EC", "crv": "secp256k1"}}
for name, kind in MADE.items():
    key = JWK.generate(**kind)
    made = JWT(header={"alg": name}, claims=CLAIMS)
    made.make_signed_token(key)
    token(name, made.serialize(), key.export_public())
    keys(f"{name} key", key.export_public())
    if name == "ES256":
        pem = JWK.from_pem(key.export_to_pem())
        keys("key from PEM", pem.export_public())
        keys("PEM", key.export_to_pem())
        thumbprint("thumbprint", key.thumbprint(), key.export_public())
reverse("thumbprint of a key", "thumbprint", JWK(**ASKED["jwk"]).thumbprint())
done()
