"""Tests the trust of a guarded nginx location: rows of issuer and keys, key files of each kind, and
the place of the token."""

import hashlib
import subprocess

from services.issuer import openssl, write_keys
from services.server import expect

ISSUERS = {"a": "https://a.example", "b": "https://b.example"}

LOCATIONS = """
    location /rows/ {
        keycard on; return 200 "$keycard_claim_iss";
        keycard_trust { keycard_keys {folder}/a.json; keycard_issuer https://a.example; keycard_audience api://a api://a2;
                        keycard_scope_claim scp; }
        keycard_trust {
            keycard_keys {folder}/b.pem; keycard_issuer https://b.example; keycard_algorithms ES256;
            keycard_audience_claim client_id; keycard_audience app; keycard_marker kubernetes.io token_use;
        }
        keycard_trust {
            keycard_keys {folder}/image.bin sha256={digest} version=2; keycard_issuer https://image.example;
            keycard_audience api://default; keycard_client azp app-1 app-2;
        }
        location /rows/scoped/ { keycard_scope read; return 200 "$keycard_claim_iss"; }
    }
    location /cookie/ {
        keycard on; keycard_token $cookie_session; return 200 "content";
        keycard_trust { keycard_keys {folder}/a.json; keycard_issuer https://a.example; keycard_audience api://a; }
    }
    location /argument/ {
        keycard on; keycard_token $arg_access_token; return 200 "content";
        keycard_trust { keycard_keys {folder}/a.json; keycard_issuer https://a.example; keycard_audience api://a; }
    }
"""


def write_files(folder, a, b, c):
    """The keys of a as JWK Set, of b in PEM and of c as image, which the tool of the library writes."""
    write_keys(folder / "a.json", a)
    (folder / "b.pem").write_bytes(openssl("pkey", "-in", b.file, "-pubout"))
    write_keys(folder / "c.json", c)
    words = ["cargo", "run", "--quiet", "-p", "keycard-cli", "--", "keys", "build", "--jwks", folder / "c.json",
             "--version", "2", "--out", folder / "image.bin"]
    subprocess.run(list(map(str, words)), check=True, capture_output=True)
    digest = hashlib.sha256((folder / "image.bin").read_bytes()).hexdigest()
    return LOCATIONS.replace("{digest}", digest)


def test_rows(web, a, b, c):
    def of_a(key=a, **claims):
        return key.token(**({"iss": ISSUERS["a"], "aud": "api://a"} | claims))

    def of_b(key=b, **claims):
        return key.token(**({"iss": ISSUERS["b"], "aud": None, "cid": None, "client_id": "app", "token_use": "access"} | claims))

    def of_c(key=c, **claims):
        return key.token(**({"iss": "https://image.example", "azp": "app-1"} | claims))

    for name, token, status in [
        ("a", of_a(), 200), ("the second audience of a", of_a(aud="api://a2"), 200), ("b", of_b(), 200), ("c", of_c(), 200),
        ("a as b", of_b(key=a), 401), ("b as a", of_a(key=b), 401), ("c as a", of_a(key=c), 401),
        ("the audience of b for a", of_a(aud=None, client_id="app"), 401), ("another audience", of_b(client_id="other"), 401),
        ("an issuer without a row", of_a(iss="https://c.example"), 401), ("no issuer", of_a(iss=None), 401),
        ("an issuer with a slash behind it", of_a(iss=ISSUERS["a"] + "/"), 401), ("two issuers", of_a(iss=list(ISSUERS.values())), 401),
        ("no marker", of_b(token_use=None), 401), ("another client", of_c(azp="app-3"), 401), ("the second client", of_c(azp="app-2"), 200),
        ("no token at all", "x", 401),
    ]:
        got, _, _, body = web.get("/rows/", f"Bearer {token}")
        expect(got == status, f"{name}: {got} {body}")
    expect(web.get("/rows/scoped/", f"Bearer {of_a(scp='read', scope='x')}")[0] == 200, "a scope of a row")
    expect(web.get("/rows/scoped/", f"Bearer {of_a(scope='read', scp='x')}")[0] == 403, "a scope by another claim")
    expect(web.get("/rows/scoped/", f"Bearer {of_b(scope='write')}")[0] == 403, "a scope that a row lacks")
    good = of_a()
    for path, headers, status in [
        ("/cookie/", {"Cookie": f"session={good}"}, 200), ("/cookie/", {"Cookie": "session=x"}, 401),
        ("/cookie/", {"Cookie": f"other=1; session={good}"}, 200), ("/cookie/", {"Cookie": "session="}, 401), ("/cookie/", {}, 401),
        ("/cookie/", {"Authorization": f"Bearer {good}"}, 401), (f"/argument/?access_token={good}", {}, 200),
        ("/argument/?access_token=", {}, 401), ("/argument/", {"Authorization": f"Bearer {good}"}, 401),
    ]:
        got = web.get(path, **headers)[0]
        expect(got == status, f"{path[:20]} with {list(headers)}: {got}")
    print("  issuers with keys of their own, as JWK Set, PEM and image; tokens in cookies and arguments")
