from urllib.parse import parse_qs, urlsplit

from driver import done, pkce
from requests_oauthlib import OAuth2Session

pairs = []
for _ in range(50):
    session = OAuth2Session("client", redirect_uri="https://app.example/", pkce="S256")
    url, _ = session.authorization_url("https://issuer.example/authorize")
    pairs.append((session._code_verifier, parse_qs(urlsplit(url).query)["code_challenge"][0]))
pkce("pair", pairs)
done()
