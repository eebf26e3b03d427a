"""Requests through the Envoy module: answers by RFC 6750, routes, places of the token, claims."""

import http.client
import json
import socket
import time

from services.envoy import Envoy, Upstream, cluster, direct, key_set, listener, module_filter, route, trusted
from services.issuer import openssl
from services.server import expect, free_port

SCOPE = "telemetry:write"
REJECTED, EXPIRED = "the token is not accepted", "the token has expired"


def settings_of(keys):
    return trusted(
        keys, realm="devices", cors_preflight=True, payload_header="X-Payload",
        headers=[{"name": "X-Subject", "claim": "sub"}, {"name": "x-level", "claim": "level"}, {"name": "x-admin", "claim": "admin"},
                 {"name": "x-groups", "claim": "groups"}, {"name": "x-role", "claim": ["realm_access", "roles"]},
                 {"name": "x-other", "claim": "other"}],
        metadata=["sub", "level", "admin", "groups", ["realm_access", "roles"]])


def test_answers(envoy, key, stranger):
    good = key.token(scope=SCOPE)
    past = int(time.time()) - 10
    head, payload, signature = good.split(".")
    start = 'Bearer realm="devices"'
    error = start + ', error="invalid_token", error_description="%s"'
    request = start + ', error="invalid_request", error_description="%s"'
    malformed = request % "the Authorization header is malformed"
    rejected = [
        ("no token", [], 401, start, "no_token"), ("another scheme", ["Basic YTpi"], 401, start, "no_token"),
        ("DPoP without DPoP", [f"DPoP {good}"], 401, start, "no_token"),
        ("an empty token", ["Bearer"], 400, malformed, "malformed"), ("two words", ["Bearer a b"], 400, malformed, "malformed"),
        ("a list", [f"Bearer {good},Bearer {good}"], 400, malformed, "malformed"),
        # Envoy joins two headers with a comma.
        ("two headers", [f"Bearer {good}", f"Bearer {good}"], 400, malformed, "malformed"),
        ("a malformed token", ["Bearer x"], 401, error % REJECTED, "102"),
        ("a wrong signature", [f"Bearer {head}.{payload}.{signature[::-1]}"], 401, error % REJECTED, None),
        ("a stranger's signature", [f"Bearer {stranger.token()}"], 401, error % REJECTED, None),
        ("another audience", [f"Bearer {key.token(aud='api://other')}"], 401, error % REJECTED, None),
        ("another issuer", [f"Bearer {key.token(iss='https://evil.example')}"], 401, error % REJECTED, None),
        ("an expired token", [f"Bearer {key.token(exp=past)}"], 401, error % EXPIRED, None),
        ("a token of tomorrow", [f"Bearer {key.token(nbf=past + 86400)}"], 401, error % REJECTED, None),
        ("no expiry", [f"Bearer {key.token(exp=None)}"], 401, error % REJECTED, None),
        ("an ID token", [f"Bearer {key.token(at_hash='h')}"], 401, error % REJECTED, None),
        ("no algorithm", [f"Bearer {key.token({'alg': 'none'})}"], 401, error % REJECTED, None),
        ("a critical parameter", [f"Bearer {key.token({'crit': ['x'], 'x': 1})}"], 401, error % REJECTED, None),
        ("a token bound by DPoP", [f"Bearer {key.token(cnf={'jkt': 'A' * 43})}"], 401, error % REJECTED, None),
        ("a token bound to a certificate", [f"Bearer {key.token(cnf={'x5t#S256': 'A' * 43})}"], 401, error % REJECTED, None),
        ("not ASCII", ["Bearer \xff.\xfe.\xfd"], 401, error % REJECTED, None),
    ]
    for name, headers, status, challenge, word in rejected:
        before = envoy.counters()
        got, told, body = envoy.get("/guarded/x", *headers)
        expect(got == status and told.get_all("WWW-Authenticate") == [challenge] and "content" not in body,
               f"{name}: {got} {told.items()} {body}")
        after = envoy.counters()
        grown = [counter for counter in after if after[counter] != before.get(counter, 0)]
        expect(len(grown) == 1 and grown[0].startswith("keycard_rejected") and (word is None or word in grown[0]),
               f"{name} is counted by {grown}")
    got, told, _ = envoy.get("/writers/x", f"Bearer {good}")
    expect((got, told["WWW-Authenticate"]) == (
        403, f'Bearer realm="devices", scope="{SCOPE} other", error="insufficient_scope", '
             'error_description="the token lacks a scope"'), f"{got}, {told}")
    # RFC 6750 section 3.1: an invalid token gets invalid_token, whatever its scopes.
    got, told, _ = envoy.get("/writers/x", f"Bearer {key.token(exp=past)}")
    expect(got == 401 and told["WWW-Authenticate"] == error % EXPIRED, f"an expired token without a scope: {got}, {told}")
    got, told, _ = envoy.get("/writers/x")
    expect((got, told["WWW-Authenticate"]) == (401, f'{start}, scope="{SCOPE} other"'), f"no token: {got}, {told}")
    got, told, _ = envoy.get(f"/guarded/x?access_token={good}", f"Bearer {good}")
    expect(got == 400 and 'error="invalid_request"' in told["WWW-Authenticate"], f"a token in the query too: {got}, {told}")
    expect(envoy.get(f"/guarded/x?access_token={good}")[0] == 401, "a token in the query alone")
    for scheme in "Bearer", "bearer  ", "BEARER":
        expect(envoy.get("/guarded/x", f"{scheme} {good}")[0] == 200, f"the scheme {scheme}")
    expect(envoy.get("/writers/x", f"Bearer {key.token(scope=f'other {SCOPE}')}")[0] == 200, "the scopes of the route")
    expect(envoy.get("/writers/x", f"Bearer {key.token(scope=f'other {SCOPE}', scp='x')}")[0] == 401, "two claims of scopes")
    for line in "access 401 keycard_no_token reason=[no_token] ", f"reason=[{EXPIRED}]", "reason=[the token has both scope and scp":
        envoy.expect_in_log(line)
    text = envoy.text()
    expect(good not in text.replace(f"access_token={good}", ""), "a token stands in the log")
    print(f"  {len(rejected) + 7} rejections answered by RFC 6750, counted, and in the access log")


def test_routes(envoy, key):
    good = f"Bearer {key.token()}"
    forged = {"X-Subject": "admin", "x-payload": "forged"}
    for path, token, status in [("/open/x", None, 200), ("/open/x", "Bearer x", 200), ("/optional/x", None, 200),
                                ("/optional/x", good, 200), ("/optional/x", "Bearer x", 401), ("/optional/x", "Basic YTpi", 200),
                                ("/elsewhere/x", good, 401), ("/guarded/x", None, 401)]:
        got, _, body = envoy.get(path, *([token] if token else []), **forged)
        expect(got == status, f"{path} with {token}: {got}")
        if got == 200:
            headers = dict(json.loads(body)["headers"])
            wanted = "device-1" if token == good else None
            expect(headers.get("x-subject") == wanted, f"{path}: a forged header reaches the upstream: {headers}")
            expect(headers.get("x-payload") != "forged", f"{path}: a forged payload reaches the upstream: {headers}")
    test_forged_names(envoy, good)
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
    for method, headers, status in [("OPTIONS", preflight, 200), ("OPTIONS", {}, 401), ("GET", preflight, 401),
                                    ("OPTIONS", {"Origin": "https://app.example"}, 401)]:
        expect(envoy.get("/guarded/x", method=method, **headers)[0] == status, f"{method} with {list(headers)}")
    print("  routes without a token, with an optional one, and for one issuer; no forged header passes")


def test_forged_names(envoy, good):
    """Names that CGI turns into those of headers for claims, and the same names in trailers."""
    forged = ["X_Subject: a", "x_suBject: b", "X_Subject: c", "X-Other: d", "x_payload: e", "X-Level: f", "X_Level: g"]
    for path, token, told in [("/open/x", [], {}), ("/optional/x", [], {}), ("/optional/x", [f"Authorization: {good}"], {
            "x-subject": "device-1", "x-payload": good.split(".")[1]})]:
        lines = [f"POST {path} HTTP/1.1", "Host: a", "Connection: close", "Transfer-Encoding: chunked", "x_kept: h", *forged, *token,
                 "", "1", "b", "0", "t_kept: i", *forged, "", ""]
        with socket.create_connection(("127.0.0.1", envoy.port), timeout=20) as connection:
            connection.sendall("\r\n".join(lines).encode())
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            shown = json.loads(answer.read())
        found = {name: value for name, value in shown["headers"] if name.startswith("x") and "forwarded" not in name and
                 not name.startswith(("x-envoy", "x-request"))}
        expect(found == told | {"x_kept": "h"}, f"{path}: forged headers reach the upstream: {found}")
        expect(shown["trailers"] == ["t_kept"], f"{path}: forged trailers reach the upstream: {shown['trailers']}")


def test_claims(envoy, key):
    token = key.token(scope="a b", level=7, admin=True, other="x\r\nSet-Cookie: y", groups=["a", "b"],
                      realm_access={"roles": ["r1", "r2"]})
    _, _, body = envoy.get("/guarded/x", f"Bearer {token}")
    headers = dict(json.loads(body)["headers"])
    for name, value in {"x-subject": "device-1", "x-level": "7", "x-admin": "true", "x-groups": "a b", "x-role": "r1 r2",
                        "x-other": None, "set-cookie": None, "x-payload": token.split(".")[1], "authorization": None}.items():
        expect(headers.get(name) == value, f"{name} is {headers.get(name)!r}")
    for groups, told in [(["a b"], None), (["a", ""], None), ("a b", "a b"), ([], None), (["a", 1], None), ({"a": 1}, None), (" admin", None), ("admin ", None), ("an admin", "an admin"),
                         (["x" * 60] * 70, None), (["x" * 60] * 60, " ".join(["x" * 60] * 60)), (1.5, None), (None, None)]:
        _, _, body = envoy.get("/guarded/x", f"Bearer {key.token(groups=groups)}", X_Groups="forged")
        shown = dict(json.loads(body)["headers"]).get("x-groups")
        expect(shown == told, f"groups {str(groups)[:60]} are {shown}")
    envoy.expect_in_log('"groups":["a","b"]')
    line = next(line for line in envoy.text().splitlines() if '"groups":["a","b"]' in line)
    found = json.loads(line.partition("metadata=[")[2].rpartition("]")[0])
    expect(found == {"sub": "device-1", "level": 7, "admin": True, "groups": ["a", "b"], "roles": ["r1", "r2"]}, str(found))
    for level, told in [(2**53 - 1, 2**53 - 1), (2**53, None), (-(2**53), None), (2**63 - 1, None)]:
        envoy.get("/guarded/x", f"Bearer {key.token(level=level, sub=str(level))}")
        envoy.expect_in_log(f'"sub":"{level}"')
        line = next(line for line in envoy.text().splitlines() if f'"sub":"{level}"' in line)
        found = json.loads(line.partition("metadata=[")[2].rpartition("]")[0]).get("level")
        expect(found == told, f"the level {level} is {found} in the metadata")
    print("  claims passed on as headers and metadata, and none that would end a header")


def test_places(envoy, key):
    good = key.token()
    with_query = f"/x?a=1&access_token={good}&b=2"
    for path, headers, status in [
        (with_query, {}, 200), (f"/x?access_token={good}", {}, 200), (f"/x?access_token={good}&b", {}, 200),
        ("/x?access_token=", {}, 401), ("/x?access_token=x", {}, 401), (f"/x?access_token={good}&access_token={good}", {}, 400),
        (with_query, {"Cookie": f"session={good}"}, 400), ("/x", {"Cookie": f"a=1; session={good}; b"}, 200),
        ("/x", {"Cookie": f"session={good}; session={good}"}, 400), ("/x", {"Cookie": "session="}, 401),
        ("/x", {"X-Token": f"Token {good}"}, 200), ("/x", {"X-Token": f"token {good}"}, 401), ("/x", {"X-Token": good}, 401),
        ("/x", {"X-Token": "Token "}, 401), ("/x", {"X-Token": [f"Token {good}"] * 2}, 400), ("/x", {"X-Bare": good}, 200),
        ("/x", {"Authorization": f"Bearer {good}"}, 401), ("/x", {}, 401),
    ]:
        got, _, body = envoy.get(path, port=envoy.other_port, **headers)
        expect(got == status, f"{path[:40]} with {list(headers)}: {got} {body}")
        if got == 200 and "Cookie" not in headers:
            expect(good not in body, f"the token reaches the upstream: {body}")
    seen = json.loads(envoy.get(with_query, port=envoy.other_port)[2])["path"]
    expect(seen == "/x?a=1&b=2", f"the path without the token is {seen}")
    seen = json.loads(envoy.get(f"/x?access_token={good}", port=envoy.other_port)[2])["path"]
    expect(seen == "/x", f"the path without the token is {seen}")
    print("  tokens in headers with and without a prefix, in cookies and in the query")


def test_issuers(envoy, a, b):
    """Trust rows: the keys of one issuer never verify tokens of another."""
    def of(key, iss, **claims):
        return key.token(**({"iss": iss} | claims))

    for name, token, status in [
        ("a", of(a, "https://a.example"), 200), ("b", of(b, "https://b.example", groups=["x", "admin"]), 200),
        ("a as b", of(a, "https://b.example", groups=["admin"]), 401), ("b as a", of(b, "https://a.example"), 401),
        ("an issuer without a row", of(a, "https://c.example"), 401), ("no issuer", of(a, None), 401),
        ("a slash behind", of(a, "https://a.example/"), 401), ("two issuers", of(a, ["https://a.example", "https://b.example"]), 401),
        ("a rule", of(b, "https://b.example", groups=["x"]), 401), ("no token at all", "x", 401),
        ("the audience of a for b", of(b, "https://b.example", aud="api://a", groups=["admin"]), 401),
    ]:
        got = envoy.get("/x", f"Bearer {token}", port=envoy.third_port)[0]
        expect(got == status, f"{name}: {got}")
    for path, issuer, key, status in [("/of-a/x", "https://a.example", a, 200), ("/of-a/x", "https://b.example", b, 401)]:
        got = envoy.get(path, f"Bearer {of(key, issuer, groups=['admin'])}", port=envoy.third_port)[0]
        expect(got == status, f"{path} with a token of {issuer}: {got}")
    print("  issuers with keys of their own, in a file, in the configuration and in PEM")


def test_all(folder, module, rsa, ecdsa):
    folder.mkdir()
    keys, port, other, third = folder / "keys.json", free_port(), free_port(), free_port()
    keys.write_bytes(key_set(rsa, ecdsa))
    stranger = type(rsa)(folder, rsa.name)
    pem = folder / "b.pem"
    pem.write_bytes(openssl("pkey", "-in", ecdsa.file, "-pubout"))
    places = trusted(keys, **{"from": [{"header": "X-Token", "prefix": "Token "}, {"header": "x-bare"}, {"cookie": "session"},
                                       {"query": "access_token"}]})
    rows = {"issuers": [
        {"issuer": "https://a.example", "audiences": ["api://default", "api://a"], "keys": {"jwks": {"keys": [rsa.jwk()]}}},
        {"issuer": "https://b.example", "audiences": ["api://default"], "rules": [{"claim": "groups", "contains": "admin"}],
         "algorithms": ["ES256"], "keys": {"file": str(pem), "kid": ecdsa.name}}]}
    routes = [route("/open/", {"off": True}), route("/optional/", {"optional": True}),
              route("/elsewhere/", {"issuers": ["https://other.example"]}),
              route("/writers/", {"scopes": [SCOPE, "other"]}), route("/")]
    with Upstream() as upstream:
        listeners = [listener("one", port, [module_filter(settings_of(keys))], routes),
                     listener("two", other, [module_filter(places)], [route("/")], tls=False),
                     listener("three", third, [module_filter(rows)],
                              [direct("/of-a/", {"issuers": ["https://a.example"]}), direct("/")], tls=False)]
        with Envoy(folder, module, listeners, [cluster("upstream", upstream.port)]) as envoy:
            envoy.other_port, envoy.third_port = other, third
            for key in rsa, ecdsa:
                test_answers(envoy, key, stranger)
            test_routes(envoy, ecdsa)
            test_claims(envoy, ecdsa)
            test_places(envoy, ecdsa)
            test_issuers(envoy, rsa, ecdsa)

