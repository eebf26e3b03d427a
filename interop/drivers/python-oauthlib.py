from driver import ASKED, done, pkce, reverse
from oauthlib.oauth2 import WebApplicationClient

client = WebApplicationClient("client")
pairs, plain = [], []
for _ in range(50):
    verifier = client.create_code_verifier(43)
    pairs.append((verifier, client.create_code_challenge(verifier, "S256")))
    plain.append((verifier, client.create_code_challenge(verifier)))
pkce("pair", pairs)
pkce("pair without a method", plain, method="plain")
reverse("challenge of a verifier", "challenge", client.create_code_challenge(ASKED["verifier"], "S256"))
done()
