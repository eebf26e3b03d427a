from atproto_oauth.dpop import DPoPManager
from atproto_oauth.pkce import PKCEManager
from driver import ASKED, done, pkce, proof, reverse

verifiers = [PKCEManager.generate_verifier() for _ in range(50)]
pkce("pair", [(verifier, PKCEManager.generate_challenge(verifier)) for verifier in verifiers])
reverse("challenge of a verifier", "challenge", PKCEManager.generate_challenge(ASKED["verifier"]))
key = DPoPManager.generate_keypair()
made = DPoPManager.create_proof("GET", ASKED["uri"], key, nonce=ASKED["nonce"], access_token=ASKED["access_token"])
proof("proof", made, nonce=True)
made = DPoPManager.create_proof("GET", "https://api.example", key, access_token=ASKED["access_token"])
proof("proof without a path", made, uri="https://api.example/")
done()
