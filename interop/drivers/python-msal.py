from driver import done, pkce
from msal.oauth2cli.oauth2 import _generate_pkce_code_verifier

made = [_generate_pkce_code_verifier() for _ in range(50)]
pkce("pair", [(pair["code_verifier"], pair["code_challenge"]) for pair in made])
done()
