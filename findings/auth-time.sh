#!/bin/sh
# OpenID Connect Core 2: `auth_time` is the time of the sign-in, and max_age counts from it. Authlib
# writes the time of issue if the authorization code holds no other time. django-oauth-toolkit
# writes the user's last sign-in, which may have been in another browser.
. "$(dirname "$0")/common"
python_packages Authlib==1.9.10 django-oauth-toolkit==3.4.1 Django==5.2.19

cat >authlib_code.py <<'PY'
import time
from types import SimpleNamespace
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import ECKey

key = ECKey.generate_key("P-256")


class IdTokens(OpenIDCode):
    def resolve_client_private_key(self, client):
        return key

    def get_client_claims(self, client):
        return {"iss": "https://issuer.example"}

    def generate_user_info(self, user, scope):
        return {"sub": "zoe"}


client = SimpleNamespace(get_client_id=lambda: "client", id_token_signed_response_alg="ES256")
nothing = {f"get_{name}": lambda: None for name in ("nonce", "auth_time", "acr", "amr")}
request = SimpleNamespace(client=client, user=None, authorization_code=SimpleNamespace(**nothing))
for wait in (0, 2):
    time.sleep(wait)
    claims = jwt.decode(IdTokens().encode_id_token({"scope": "openid"}, request), key).claims
    print("Authlib: auth_time is iat:", claims["auth_time"] == claims["iat"])
PY
cat >django_sessions.py <<'PY'
import base64
import json
import sys
import time
from types import ModuleType
from urllib.parse import parse_qs, urlsplit
import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

pem = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
middleware = ["sessions.middleware.SessionMiddleware", "auth.middleware.AuthenticationMiddleware"]
settings.configure(
    ALLOWED_HOSTS=["testserver"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions")] + ["oauth2_provider"],
    MIDDLEWARE=[f"django.contrib.{name}" for name in middleware],
    OAUTH2_PROVIDER={"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": pem.decode(), "SCOPES": {"openid": ""}},
    ROOT_URLCONF="urls",
    SECRET_KEY="a key",
)
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import include, path
from oauth2_provider.models import Application

sys.modules["urls"] = ModuleType("urls")
sys.modules["urls"].urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
call_command("migrate", verbosity=0)
user = User.objects.create_user("zoe")
back = "https://app.example/"
flow = {"client_type": "public", "authorization_grant_type": "implicit", "algorithm": "RS256"}
Application.objects.create(client_id="client", redirect_uris=back, skip_authorization=True, **flow)
asked = {"response_type": "id_token", "client_id": "client", "redirect_uri": back, "scope": "openid", "nonce": "n"}


def auth_time(browser):
    location = browser.get("/o/authorize/", asked, secure=True)["location"]
    (text,) = parse_qs(urlsplit(location).fragment)["id_token"]
    return json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))["auth_time"]


first, second = Client(), Client()
first.force_login(user)
before = auth_time(first)
time.sleep(2)
second.force_login(user)
print("django-oauth-toolkit: another browser's sign-in changes auth_time:", auth_time(first) > before)
PY
{
	python/bin/python -W ignore authlib_code.py
	python/bin/python -W ignore django_sessions.py 2>/dev/null
} >observed
cat >expected <<'TXT'
Authlib: auth_time is iat: True
Authlib: auth_time is iat: True
django-oauth-toolkit: another browser's sign-in changes auth_time: True
TXT
same
