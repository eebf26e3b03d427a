import time

from driver import ASKED, CLAIMS, done, keys, reverse, thumbprint, token
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

MADE = {"ES256": ECKey.generate_key("P-256"), "ES512": ECKey.generate_key("P-521"), "ES256K": ECKey.generate_key("secp256k1")}
MADE |= {"PS256": RSAKey.generate_key(2048), "Ed25519": OKPKey.generate_key("Ed25519")}
for name, key in MADE.items():
    public = key.as_dict(private=False)
    token(name, jwt.encode({"alg": name}, CLAIMS, key, algorithms=[name]), public)
    keys(f"{name} key", public)
key = MADE["ES256"]
token("fraction", jwt.encode({"alg": "ES256"}, {**CLAIMS, "iat": time.time() - 1}, key), key.as_dict(private=False))
keys("set", KeySet([key]).as_dict(private=False))
thumbprint("thumbprint", key.thumbprint(), key.as_dict(private=False))
reverse("thumbprint of a key", "thumbprint", ECKey.import_key(ASKED["jwk"]).thumbprint())
written = jws.serialize_compact({"alg": "ES256"}, ASKED["json"], key)
reverse("claims in canonical JSON", "canonical JSON", jwt.decode(written, key).claims)
done()
