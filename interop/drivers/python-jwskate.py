from driver import ASKED, CLAIMS, done, keys, reverse, thumbprint, token
from jwskate import Jwk, Jwt

for name in ("ES256", "ES512", "ES256k", "PS256", "EdDSA"):
    key = Jwk.generate(alg=name)
    token(name, str(Jwt.sign(CLAIMS, key)), dict(key.public_jwk()))
    keys(f"{name} key", dict(key.public_jwk()))
key = Jwk.generate(alg="ES256")
keys("set", key.public_jwk().as_jwks().to_json())
thumbprint("thumbprint", key.thumbprint(), dict(key.public_jwk()))
reverse("thumbprint of a key", "thumbprint", Jwk(ASKED["jwk"]).thumbprint())
done()
