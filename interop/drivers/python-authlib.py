import warnings

warnings.simplefilter("ignore")

from authlib.common.security import generate_token
from authlib.jose import ECKey, OKPKey, RSAKey, jwt
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib_server import Server
from driver import ASKED, CLAIMS, done, keys, pkce, reverse, thumbprint, token


def of_width(curve, width):
    """A key whose x has this width in octets, without leading zeros."""
    while True:
        key = ECKey.generate_key(curve, is_private=True)
        if (key.get_public_key().public_numbers().x.bit_length() + 7) // 8 == width:
            return key


def full(curve, width):
    while True:
        key = of_width(curve, width)
        if (key.get_public_key().public_numbers().y.bit_length() + 7) // 8 == width:
            return key


MADE = {"ES256": full("P-256", 32), "ES512": full("P-521", 66), "PS256": RSAKey.generate_key(2048, is_private=True)}
MADE["EdDSA"] = OKPKey.generate_key("Ed25519", is_private=True)
for name, key in MADE.items():
    token(name, jwt.encode({"alg": name}, CLAIMS, key), key.as_dict())
    keys(f"{name} key", key.as_dict())
short = of_width("P-256", 31)
while (short.get_public_key().public_numbers().y.bit_length() + 7) // 8 != 32:
    short = of_width("P-256", 31)
keys("ES256 key, x below 2^248", short.as_dict())
token("ES256 by such a key", jwt.encode({"alg": "ES256"}, CLAIMS, short), short.as_dict())
thumbprint("thumbprint", MADE["ES256"].thumbprint(), MADE["ES256"].as_dict())
reverse("thumbprint of a key", "thumbprint", ECKey.import_key(ASKED["jwk"]).thumbprint())
verifiers = [generate_token(48) for _ in range(50)]
pkce("pair", [(verifier, create_s256_code_challenge(verifier)) for verifier in verifiers])
reverse("challenge of a verifier", "challenge", create_s256_code_challenge(ASKED["verifier"]))

SERVER = Server(CLAIMS["iss"])
made = SERVER.flow(ASKED["challenge"], ASKED["verifier"])
keys("keys of the server", SERVER.published)
policy = {"nonce": "a-nonce", "access_token": made["access_token"]}
token("ID token", made["id_token"], SERVER.published, profile="id-token", audience="client", policy=policy)
access = {"keys": SERVER.published, "profile": "access-token-rfc9068", "audience": "client"}
token("access token of a user", made["access_token"], **access)
of_client = SERVER.answer(grant_type="client_credentials", scope="read")["access_token"]
token("access token of a client", of_client, **access)
reverse("code flow with keycard's pair", "challenge", ASKED["challenge"] if "access_token" in made else "")
done()
