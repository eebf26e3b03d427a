from types import SimpleNamespace

from cryptojwt.key_bundle import key_by_alg
from driver import ASKED, done, pkce, proof
from idpyoidc.client.oauth2.add_on.dpop import dpop_header
from idpyoidc.client.oauth2.add_on.pkce import add_code_challenge
from idpyoidc.client.oauth2.authorization import Authorization
from idpyoidc.client.entity import Entity

CLIENT = {"client_id": "client", "redirect_uris": ["https://app.example/"], "key_conf": {"key_defs": [{"type": "EC", "crv": "P-256", "use": ["sig"]}]}}


def dpop(**more):
    context = SimpleNamespace(add_on={"dpop": {"key": key_by_alg("ES256"), "alg": "ES256"}})
    return dpop_header(context, "", "GET", endpoint_url=ASKED["uri"], **more)["dpop"]


proof("proof", dpop(), ath=False)
proof("proof with a nonce", dpop(nonce=ASKED["nonce"]), ath=False, nonce=True)
proof("proof with an access token", dpop(token=ASKED["access_token"]))
pairs = []
for number in range(20):
    entity = Entity(config=CLIENT, services={"auth": {"class": "idpyoidc.client.oauth2.authorization.Authorization"}})
    service = entity.get_service("authorization")
    service.upstream_get("context").add_on["pkce"] = {"code_challenge_length": 64, "code_challenge_method": "S256"}
    request, _ = add_code_challenge({"state": f"s{number}"}, service)
    item = service.upstream_get("context").cstate.get(f"s{number}")
    pairs.append((item["code_verifier"], request["code_challenge"]))
pkce("pair", pairs)
done()
