"""Authlib as an authorization server in Flask: one client, one user, and its stores in memory."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask
from joserfc.jwk import ECKey, KeySet

REDIRECT = "https://app.example/"
USER = SimpleNamespace(get_user_id=lambda: "zoe")
CODES = {}


class Client(ClientMixin):
    id_token_signed_response_alg = "ES256"

    def get_client_id(self):
        return "client"

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, uri):
        return uri == REDIRECT

    def check_client_secret(self, secret):
        return secret == "secret"

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return True


class Code(SimpleNamespace, AuthorizationCodeMixin):
    def get_redirect_uri(self):
        return REDIRECT

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class CodeGrant(AuthorizationCodeGrant):
    def save_authorization_code(self, code, request):
        data = request.payload.data
        pair = {"code_challenge": data.get("code_challenge"), "code_challenge_method": data.get("code_challenge_method")}
        CODES[code] = Code(scope=request.payload.scope, nonce=data.get("nonce"), auth_time=None, **pair)

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, code):
        CODES.clear()

    def authenticate_user(self, code):
        return USER


class Server:
    """Sets up the key of the server, and the flows of its client."""

    def __init__(self, issuer):
        key = ECKey.generate_key("P-256")
        key.ensure_kid()
        signers = KeySet([key])
        self.published = signers.as_dict(private=False)

        class AccessTokens(JWTBearerTokenGenerator):
            def get_jwks(self):
                return signers

        class IdTokens(OpenIDCode):
            def exists_nonce(self, nonce, request):
                return False

            def resolve_client_private_key(self, client):
                return signers

            def get_client_claims(self, client):
                return {"iss": issuer, "aud": [client.get_client_id()]}

            def generate_user_info(self, user, scope):
                return UserInfo(sub=user.get_user_id())

        app = Flask("server")
        server = AuthorizationServer(app, lambda _: Client(), lambda token, request: None)
        server.register_token_generator("default", AccessTokens(issuer, "ES256"))
        server.register_grant(CodeGrant, [CodeChallenge(required=True), IdTokens()])
        server.register_grant(ClientCredentialsGrant)
        app.add_url_rule("/authorize", "authorize", lambda: server.create_authorization_response(grant_user=USER))
        app.add_url_rule("/token", "token", server.create_token_response, methods=["POST"])
        self.browser = app.test_client()

    def answer(self, **asked):
        """The answer of the token endpoint."""
        base = "https://issuer.example"
        return self.browser.post("/token", base_url=base, auth=("client", "secret"), data=asked).json

    def flow(self, challenge, verifier):
        asked = {"response_type": "code", "client_id": "client", "redirect_uri": REDIRECT, "scope": "openid read"}
        asked |= {"nonce": "a-nonce", "code_challenge": challenge, "code_challenge_method": "S256"}
        back = self.browser.get("/authorize", base_url="https://issuer.example", query_string=asked)
        (code,) = parse_qs(urlsplit(back.location).query)["code"]
        return self.answer(grant_type="authorization_code", code=code, redirect_uri=REDIRECT, code_verifier=verifier)
