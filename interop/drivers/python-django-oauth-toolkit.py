import warnings

warnings.simplefilter("ignore")

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from driver import ASKED, CLAIMS, done, keys, reverse, token

PEM = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
SECRET = "a secret of more than 32 characters, for tests"
REDIRECT = "https://app.example/"
settings.configure(
    ALLOWED_HOSTS=["issuer.example"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": CLAIMS["iss"],
        "OIDC_RSA_PRIVATE_KEY": PEM,
        "SCOPES": {"openid": "OpenID Connect", "read": "Read"},
    },
    ROOT_URLCONF="urls",
    SECRET_KEY="a key for tests",
)
django.setup()

import base64
import sys
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import include, path
from oauth2_provider.models import Application

urls = ModuleType("urls")
urls.urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
sys.modules["urls"] = urls
call_command("migrate", verbosity=0)
browser = Client(headers={"host": "issuer.example"})
browser.force_login(User.objects.create_user("zoe"))


def flow(alg, **parameters):
    """The answer of the token endpoint in a code flow with the verifier and challenge of keycard."""
    Application.objects.create(
        client_id=alg,
        client_secret=SECRET,
        hash_client_secret=False,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=REDIRECT,
        skip_authorization=True,
        algorithm=alg,
    )
    asked = {"response_type": "code", "client_id": alg, "redirect_uri": REDIRECT, "scope": "openid read", "nonce": "a-nonce"}
    asked |= {"code_challenge": ASKED["challenge"], "code_challenge_method": "S256", "state": "a-state"}
    back = parse_qs(urlsplit(browser.get("/o/authorize/", asked, secure=True)["location"]).query)
    asked = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": REDIRECT, "code_verifier": ASKED["verifier"]}
    return browser.post("/o/token/", asked | {"client_id": alg, "client_secret": SECRET}, secure=True).json()


published = browser.get("/o/.well-known/jwks.json", secure=True).content.decode()
keys("keys", published)
made = flow("RS256")
policy = {"nonce": "a-nonce", "access_token": made["access_token"]}
token("RS256 ID token", made["id_token"], published, profile="id-token", audience="RS256", policy=policy)
reverse("code flow with keycard's pair", "challenge", ASKED["challenge"] if "access_token" in made else "")
made = flow("HS256")
policy = {"nonce": "a-nonce", "access_token": made["access_token"], "alg": ["HS256"]}
secret = base64.urlsafe_b64encode(SECRET.encode()).rstrip(b"=").decode()
jwk = f'{{"kty": "oct", "alg": "HS256", "k": "{secret}"}}'
token("HS256 ID token", made["id_token"], jwk, profile="id-token", audience="HS256", policy=policy)
done()
