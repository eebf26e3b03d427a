"""Glewlwyd: the server runs on loopback with SQLite in a folder of its own, and its administrator sets it up."""

import base64
import http.client
import json
import socket
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from driver import ASKED, CLAIMS, done, keys, pem_of, reverse, token

SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
REDIRECT = "https://app.example/"


def full_width():
    """Makes a key whose coordinates do not begin with a zero, because Glewlwyd leaves such zeros
    out."""
    while True:
        key = ec.generate_private_key(ec.SECP256R1())
        numbers = key.public_key().public_numbers()
        if min(numbers.x, numbers.y) >> 248:
            return key


KEY = full_width()
PLUGIN = {
    "iss": CLAIMS["iss"],
    "jwt-type": "ecdsa",
    "jwt-key-size": "256",
    "key": KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    "cert": pem_of(KEY).decode(),
    "access-token-duration": 3600,
    "refresh-token-duration": 1209600,
    "code-duration": 600,
    "refresh-token-rolling": True,
    "allow-non-oidc": True,
    "auth-type-code-enabled": True,
    "auth-type-client-enabled": True,
    "auth-type-refresh-enabled": True,
    "pkce-allowed": True,
    "pkce-method-plain-allowed": False,
    "scope": [],
}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Browser:
    """Asks the server, and keeps its cookies."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, body=None, form=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **dict(headers)}
        if body is not None:
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        if form is not None:
            body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        connection.request(method, f"/api/{path}", body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        text = answer.read().decode()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {text}")
        return answer.getheader("location") or (json.loads(text) if text else None)


def start(folder, port):
    database = sqlite3.connect(folder / "database")
    database.executescript(Path(SCHEMA).read_text())
    database.commit()
    modules = {"user": "user", "client": "client", "user_auth_scheme": "scheme", "plugin": "plugin"}
    lines = [f'{name}_module_path = "/usr/lib/glewlwyd/{place}"' for name, place in modules.items()]
    lines += [f"port = {port}", 'bind_address = "127.0.0.1"', f'external_url = "{CLAIMS["iss"]}/"', 'api_prefix = "api"']
    lines += ['login_url = "login.html"', 'log_mode = "file"', 'log_level = "WARNING"', f'log_file = "{folder}/log"']
    lines += ['hash_algorithm = "SHA512"', 'session_key = "SESSION"', 'admin_scope = "g_admin"', 'profile_scope = "g_profile"']
    lines += [f'database = {{ type = "sqlite3"; path = "{folder}/database"; }};', "session_expiration = 3600", 'login_api_enabled = true']
    (folder / "configuration").write_text("\n".join(lines) + "\n")
    server = subprocess.Popen(["glewlwyd", "--config-file", folder / "configuration"], stdout=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return server
        except OSError:
            time.sleep(0.1)
    raise SystemExit((folder / "log").read_text())


def set_up(port):
    admin = Browser(port)
    admin.ask("POST", "auth/", {"username": "admin", "password": "password"})
    admin.ask("POST", "scope/", {"name": "read", "display_name": "read", "password_required": False})
    admin.ask("POST", "mod/plugin/", {"module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": PLUGIN})
    client = {"client_id": "client", "name": "client", "enabled": True, "confidential": True, "password": "secret", "scope": ["read"]}
    types = ["code", "client_credentials", "refresh_token"]
    client |= {"redirect_uri": [REDIRECT], "authorization_type": types, "token_endpoint_auth_method": ["client_secret_basic"]}
    admin.ask("POST", "client/", client)
    admin.ask("POST", "user/", {"username": "zoe", "name": "Zoe", "password": "password", "enabled": True, "scope": ["openid", "read"]})


def flows(port):
    user = Browser(port)
    user.ask("POST", "auth/", {"username": "zoe", "password": "password"})
    user.ask("PUT", "auth/grant/client", {"scope": "openid read"})
    asked = {"response_type": "code", "client_id": "client", "redirect_uri": REDIRECT, "scope": "openid read", "nonce": "a-nonce"}
    asked |= {"state": "a-state", "g_continue": "", "code_challenge": ASKED["challenge"], "code_challenge_method": "S256"}
    back = user.ask("GET", "oidc/auth?" + urlencode(asked))
    code = parse_qs(urlsplit(back).query)["code"][0]
    basic = {"Authorization": "Basic " + base64.b64encode(b"client:secret").decode()}
    exchange = {"grant_type": "authorization_code", "client_id": "client", "code": code, "redirect_uri": REDIRECT}
    made = user.ask("POST", "oidc/token", form=exchange | {"code_verifier": ASKED["verifier"]}, headers=basic)
    published = user.ask("GET", "oidc/jwks")
    keys("keys", published)
    policy = {"nonce": "a-nonce", "access_token": made["access_token"], "code": code}
    token("ID token", made["id_token"], published, profile="id-token", audience="client", policy=policy)
    typed = {"typ": "at+jwt"}
    token("access token", made["access_token"], published, audience="openid read", policy=typed)
    token("access token, for one of its scopes", made["access_token"], published, audience="read", policy=typed)
    of_client = user.ask("POST", "oidc/token", form={"grant_type": "client_credentials", "scope": "read"}, headers=basic)
    token("access token of a client", of_client["access_token"], published, audience="read", policy=typed)
    reverse("code flow with keycard's pair", "challenge", ASKED["challenge"] if "access_token" in made else "")


with tempfile.TemporaryDirectory() as name:
    port = free_port()
    server = start(Path(name), port)
    try:
        set_up(port)
        flows(port)
    finally:
        server.terminate()
        server.wait()
done()
