from urllib.parse import parse_qs, urlsplit

from driver import done, pkce
from google_auth_oauthlib.flow import Flow

CLIENT = {"client_id": "c", "client_secret": "s", "auth_uri": "https://issuer.example/a", "token_uri": "https://issuer.example/t"}
pairs = []
for _ in range(50):
    flow = Flow.from_client_config({"web": CLIENT}, ["openid"], redirect_uri="https://app.example/")
    url, _ = flow.authorization_url()
    pairs.append((flow.code_verifier, parse_qs(urlsplit(url).query)["code_challenge"][0]))
pkce("pair", pairs)
done()
