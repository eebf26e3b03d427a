import base64
import hashlib

from driver import ASKED, done, pkce, proof, reverse
from requests_oauth2client import PkceUtils
from requests_oauth2client.dpop import DPoPKey

pkce("pair", [PkceUtils.generate_code_verifier_and_challenge() for _ in range(50)])
reverse("challenge of a verifier", "challenge", PkceUtils.derive_challenge(ASKED["verifier"]))
ath = base64.urlsafe_b64encode(hashlib.sha256(ASKED["access_token"].encode()).digest()).rstrip(b"=").decode()
key = DPoPKey.generate()
proof("proof", str(key.proof(htm="GET", htu=ASKED["uri"] + "?q=1", ath=ath, nonce=ASKED["nonce"])), nonce=True)
uri = "https://api.example:443/%7Euser"
proof("proof, default port and escape", str(key.proof(htm="GET", htu=uri, ath=ath)), uri=uri)
uri = "https://api.example/a%2Bb"
proof("proof, %2B in the path", str(key.proof(htm="GET", htu=uri, ath=ath)), uri=uri)
done()
