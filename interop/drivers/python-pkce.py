import pkce as package
from driver import ASKED, done, pkce, reverse

pkce("pair", [package.generate_pkce_pair() for _ in range(50)])
reverse("challenge of a verifier", "challenge", package.get_code_challenge(ASKED["verifier"]))
done()
