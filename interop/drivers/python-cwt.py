import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cwt import COSEKey
from driver import done, keys, pem_of

for curve, made in (("P-256", ec.SECP256R1()), ("P-521", ec.SECP521R1())):
    key = COSEKey.from_pem(pem_of(ec.generate_private_key(made)).decode(), kid="first").to_dict()
    # RFC 9052 7.1, RFC 9053 7.1.1: labels of kid, x and y
    x, y = (base64.urlsafe_b64encode(key[label]).rstrip(b"=").decode() for label in (-2, -3))
    keys(f"{curve} coordinates of a COSE key", {"kty": "EC", "crv": curve, "x": x, "y": y, "kid": key[2].decode()})
done()
