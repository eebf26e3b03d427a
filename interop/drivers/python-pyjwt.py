import datetime
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from driver import ASKED, CLAIMS, done, keys, pem_of, reverse, token

MADE = {"ES256": ec.generate_private_key(ec.SECP256R1()), "ES512": ec.generate_private_key(ec.SECP521R1())}
MADE |= {"PS256": rsa.generate_private_key(65537, 2048), "EdDSA": ed25519.Ed25519PrivateKey.generate()}
for name, key in MADE.items():
    token(name, jwt.encode(CLAIMS, key, algorithm=name), pem_of(key))
    keys(f"{name} key", jwt.get_algorithm_by_name(name).to_jwk(key.public_key()))
key = MADE["ES256"]
token("fraction", jwt.encode({**CLAIMS, "iat": time.time() - 1}, key, algorithm="ES256"), pem_of(key))
expires = datetime.datetime(2099, 1, 1, 0, 0, 0, 500000, datetime.timezone.utc)
token("datetime", jwt.encode({**CLAIMS, "exp": expires}, key, algorithm="ES256"), pem_of(key))
token("list", jwt.encode({**CLAIMS, "aud": [CLAIMS["aud"]]}, key, algorithm="ES256"), pem_of(key))
written = jwt.api_jws.encode(ASKED["json"].encode(), key, algorithm="ES256")
reverse("claims in canonical JSON", "canonical JSON", jwt.decode(written, key.public_key(), ["ES256"]))
done()
