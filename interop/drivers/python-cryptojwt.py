from cryptojwt.jwk.ec import new_ec_key
from cryptojwt.jwk.jwk import key_from_jwk_dict
from cryptojwt.jwk.rsa import new_rsa_key
from cryptojwt.jwt import JWT
from cryptojwt.key_jar import build_keyjar, init_key_jar
from driver import ASKED, CLAIMS, done, keys, reverse, thumbprint, token

CONFIGURATION = [{"type": "EC", "crv": "P-256", "use": ["sig"]}, {"type": "RSA", "use": ["sig"]}]
jar = build_keyjar(CONFIGURATION, issuer_id=CLAIMS["iss"])
public = jar.export_jwks(issuer_id=CLAIMS["iss"])
for name in ("ES256", "RS256"):
    made = JWT(key_jar=jar, iss=CLAIMS["iss"], lifetime=3600, sign_alg=name)
    token(name, made.pack({"sub": CLAIMS["sub"]}, aud=CLAIMS["aud"]), public)
keys("set", public)
for curve in ("P-256", "P-384"):
    keys(f"{curve} key", new_ec_key(curve).serialize())
short = new_ec_key("P-521")
while short.pub_key.public_numbers().x >> 520 or not short.pub_key.public_numbers().y >> 520:
    short = new_ec_key("P-521")
keys("P-521 key, x below 2^520", short.serialize())
key = new_ec_key("P-256")
thumbprint("thumbprint", key.thumbprint("SHA-256"), key.serialize())
reverse("thumbprint of a key", "thumbprint", key_from_jwk_dict(ASKED["jwk"]).thumbprint("SHA-256"))
done()
