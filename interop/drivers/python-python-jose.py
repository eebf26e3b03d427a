import datetime

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from driver import CLAIMS, done, keys, pem_of, token
from jose import jwk, jwt

MADE = {"ES256": ec.generate_private_key(ec.SECP256R1()), "ES512": ec.generate_private_key(ec.SECP521R1())}
MADE["RS256"] = rsa.generate_private_key(65537, 2048)
for name, key in MADE.items():
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    token(name, jwt.encode(CLAIMS, private, algorithm=name), pem_of(key))
    public = jwk.construct(private, name).public_key().to_dict()
    keys(f"{name} key", {member: value if isinstance(value, str) else value.decode() for member, value in public.items()})
    if name == "ES256":
        expires = datetime.datetime(2099, 1, 1, 0, 0, 0, 500000, datetime.timezone.utc)
        token("datetime", jwt.encode({**CLAIMS, "exp": expires}, private, algorithm=name), pem_of(key))
done()
