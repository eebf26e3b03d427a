"""A guarded location of nginx returns its content only for a valid token, with any other directives
in it."""

import http.client
import re
import socket
import subprocess
import time

from services.server import expect
from services.web import ORIGIN, SCOPE

CONTENT = "content"

# Each path below gives CONTENT with a good token, and 401 without.
GUARDED = """
    location /return/ { keycard on; return 200 "content"; }
    location /return-status/ { keycard on; return 204; }
    location /if/ { keycard on; if ($arg_way = a) { return 200 "content"; } return 200 "content"; }
    location /if-file/ { keycard on; alias {folder}/content/; if ($arg_way = a) { set $unused a; } }
    location /set/ { keycard on; set $text "con"; set $text "${text}tent"; return 200 $text; }
    location /claim/ { keycard on; set $client $keycard_claim_cid; if ($client = fleet) { return 200 "content"; } }
    location /outer/ { keycard on; location /outer/inner/ { return 200 "content"; } }
    location ~ ^/regex/(?<rest>.*)$ { keycard on; return 200 "content"; }
    location /rewrite-last/ { keycard on; rewrite ^ /unguarded-inside last; }
    location /rewrite-break/ { keycard on; rewrite ^ /content/file break; root {folder}; }
    location /rewrite-to/ { rewrite ^ /return/ last; }
    location = /unguarded-inside { internal; return 200 "content"; }
    location /named/ { error_page 418 = @named; return 418; }
    location @named { keycard on; return 200 "content"; }
    location /leaves-by-name/ { keycard on; error_page 418 = @unguarded; return 418; }
    location @unguarded { return 200 "content"; }
    location /try/ { keycard on; try_files /absent @unguarded; }
    location /try-guarded/ { try_files /absent @named; }
    location /error-page/ { error_page 404 = /return/; alias {folder}/absent/; }
    location /index/ { keycard on; alias {folder}/content/; index file; }
    location /accel/ { proxy_pass http://127.0.0.1:{second_port}/accel; }
    location /proxied-content/ { keycard on; proxy_pass http://127.0.0.1:{second_port}/content; }
    location = /asked { internal; keycard on; return 204; }
    location = /asked-proxy {
        internal; keycard on; proxy_pass http://127.0.0.1:{second_port}/content;
        proxy_pass_request_body off; proxy_set_header Content-Length "";
    }
    location = /asked-any { internal; keycard on; satisfy any; allow all; return 204; }
    location /auth/ { auth_request /asked; alias {folder}/content/; }
    location /auth-proxy/ { auth_request /asked-proxy; alias {folder}/content/; }
    location /auth-any/ { auth_request /asked-any; alias {folder}/content/; }
    location /auth-both/ { keycard on; auth_request /asked; alias {folder}/content/; }
    location /any-denied/ { keycard on; satisfy any; deny all; alias {folder}/content/; }
    location /any-return/ { keycard on; satisfy any; allow all; return 200 "content"; }
    location /all/ { keycard on; satisfy all; allow 127.0.0.1; deny all; alias {folder}/content/; }
    location /slice/ { keycard on; slice 3; proxy_set_header Range $slice_range; proxy_http_version 1.1;
                       proxy_pass http://127.0.0.1:{second_port}/static/; }
"""
PATHS = {path: f"/{path}/file" for path in re.findall(r"location [~^]* ?/([a-z-]+)/", GUARDED)} | {
    "outer": "/outer/inner/", "regex": "/regex/x", "index": "/index/", "if": "/if/?way=a", "if-file": "/if-file/file?way=a",
    "auth": "/auth/file"}

# Each path below gives CONTENT with and without a token.
OPEN = """
    location /any-allowed/ { keycard on; satisfy any; allow 127.0.0.1; deny all; alias {folder}/content/; }
    location /any-allowed-bound/ {
        keycard on; keycard_dpop https://api.example; satisfy any; allow 127.0.0.1; deny all; alias {folder}/content/;
    }
    location /guarded-part/ { alias {folder}/content/; mirror /asked-mirror; }
    location = /asked-mirror { internal; keycard on; return 204; }
"""

OTHER = """
    location /redirect/ { keycard on; error_page 401 =302 /login; return 200 "content"; }
    location /page/ { keycard on; error_page 401 /login; alias {folder}/content/; }
    location = /login { return 200 "login"; }
    location /posted/ { keycard on; return 200 "content"; }
    location /ssi/ { ssi on; ssi_types *; alias {folder}/ssi/; }
    location /set-from-asked/ {
        auth_request /asked; auth_request_set $client $keycard_claim_cid; add_header X-Client $client; alias {folder}/content/;
    }
    location /scoped/ { keycard on; keycard_scope telemetry:write; return 200 "content"; }
    location /two-rules/ { keycard on; rewrite ^ /scoped/ last; }
    location /preflight/ { keycard on; return 200 "content"; }
    location = /asked-bound { internal; keycard on; keycard_dpop https://api.example; return 204; }
    location = /asked-scoped { internal; keycard on; keycard_scope telemetry:write; return 204; }
    location /auth-bound/ { auth_request /asked-bound; alias {folder}/content/; }
    location /auth-scoped/ { auth_request /asked-scoped; alias {folder}/content/; }
"""

# A server that is guarded as a whole, and whose `return` runs before any location is found.
SERVERS = """
    keycard_keys {folder}/keys.json; keycard_issuer https://id.example/oauth2/default; keycard_audience api://default;
    server {
        listen 127.0.0.1:{third_port} http2; root {folder}/content;
        location / { keycard on; }
        location /return { keycard on; return 200 "content"; }
        location /any { keycard on; satisfy any; allow all; alias {folder}/content/file; }
    }
    server {
        listen 127.0.0.1:{second_port}; root {folder};
        keycard on;
        if ($arg_server = return) { return 200 "content"; }
        if ($arg_server = redirect) { return 302 /elsewhere; }
        if ($request_method = OPTIONS) { return 204; }
        location / { return 200 "content"; }
        location /content { keycard off; return 200 "content"; }
        location /static/ { keycard off; alias {folder}/content/; }
        location /bound/ { keycard_dpop https://api.example; keycard_dpop_window 2s; return 200 "content"; }
        location /accel { keycard off; add_header X-Accel-Redirect /return/; return 200; }
    }
"""


LOCATIONS = GUARDED + OPEN + OTHER


def write_content(folder):
    for name, file, text in [("content", "file", CONTENT), ("ssi", "page", 'before <!--#include virtual="/return/" -->')]:
        (folder / name).mkdir()
        (folder / name / file).write_text(text)


def ask(port, path, *headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    status, body = answer.status, answer.read().decode()
    connection.close()
    return status, body


def test_guards(web, key):
    good, other = f"Bearer {key.token()}", f"Bearer {key.token(aud='api://other')}"
    for name, path in PATHS.items():
        for value in ([], [other]):
            status, told, _, body = web.get(path, *value)
            # Other modules accept a request by 204 and 200.
            expect(status == 401 and told and told.startswith("Bearer realm=") and CONTENT not in body,
                   f"{name} without a token: {status} {told} {body}")
        status, _, headers, body = web.get(path, good)
        wanted = (204, "") if name == "return-status" else (200, CONTENT)
        expect((status, body) == wanted and headers["WWW-Authenticate"] is None, f"{name} with a token: {status} {body}")
    for name in re.findall(r"location /([a-z-]+)/", OPEN):
        for value in ([], [good]):
            status, _, headers, body = web.get(f"/{name}/file", *value)
            expect((status, body) == (200, CONTENT) and headers["WWW-Authenticate"] is None, f"{name}: {status} {headers}")
    print(f"  {len(PATHS)} guarded ways to content need a token, 3 others do not")


def test_whole_server(web, key):
    good = ("Authorization", f"Bearer {key.token()}")
    for path, without, with_token in [("/x", 401, 200), ("/x?server=return", 401, 200), ("/content?server=return", 401, 200),
                                      ("/content", 200, 200), ("/x?server=redirect", 302, 302)]:
        got = ask(web.second_port, path)[0], ask(web.second_port, path, good)[0]
        expect(got == (without, with_token), f"a guarded server, {path}: {got}")


def test_other_answers(web, key):
    good, narrow = f"Bearer {key.token(scope=SCOPE)}", f"Bearer {key.token(scope='other')}"
    expect(web.get("/redirect/")[0] in (302, 401), "error_page of a guarded `return`")
    status, told, _, body = web.get("/page/file")
    expect((status, body) == (401, "login") and told, f"a page for 401: {status} {body}")
    expect(web.get("/two-rules/", good)[0] == 200, "a token for both rules")
    expect(web.get("/two-rules/", narrow)[0] == 403, "a scope of the location that is left to is not needed")
    status, _, _, body = web.get("/posted/", method="POST", body=b"x" * 100_000)
    expect(status == 401, f"a POST without a token: {status}")
    _, _, headers, _ = web.get("/set-from-asked/file", good)
    expect(headers["X-Client"] == "fleet", f"a claim of the location that auth_request asks: {headers}")
    for value, wanted in ([], False), ([good], True):
        body = web.get("/ssi/page", *value)[3]
        expect((CONTENT in body) == wanted and "before" in body, f"an included part, with {len(value)} tokens: {body}")


def test_asked(web, key, client):
    """A subrequest of auth_request answers each fault of a client with 401 or 403. nginx turns any other status into 500."""
    good, bound = key.token(), key.token(cnf=client.confirmation())
    past, file = int(time.time()) - 10, f"{ORIGIN}/auth-bound/file"
    malformed, two = "the Authorization header is malformed", "more than one token"
    rejected, proof = "the token is not accepted", "the DPoP proof is not accepted"

    def check(name, path, authorization, proofs, status, error, description):
        got, _, headers, body = web.get(path, *authorization, DPoP=proofs)
        # nginx before 1.23 forwards only the first challenge.
        told = headers["WWW-Authenticate"] or ""
        wanted = f'error="{error}", error_description="{description}"' if error else ""
        expect(got == status and wanted in told and (wanted or "error" not in told) and CONTENT not in body,
               f"{name} by auth_request: {got} {told}")

    for name, query, authorization, status, error, description in [
        ("no token", "", [], 401, None, None),
        ("another scheme", "", ["Basic YTpi"], 401, None, None),
        ("an empty token", "", ["Bearer "], 401, "invalid_request", malformed),
        ("two words", "", [f"Bearer {good} x"], 401, "invalid_request", malformed),
        ("two tokens in a header", "", [f"Bearer {good}, Bearer {good}"], 401, "invalid_request", malformed),
        ("a token in the query too", f"?access_token={good}", [f"Bearer {good}"], 401, "invalid_request", two),
        ("a malformed token", "", ["Bearer x"], 401, "invalid_token", rejected),
        ("a token that is not UTF-8", "", [b"Bearer \xff.\xfe.\xfd"], 401, "invalid_token", rejected),
        ("a very long token", "", [f"Bearer {'x' * 7000}"], 401, "invalid_token", rejected),
        ("another audience", "", [f"Bearer {key.token(aud='x')}"], 401, "invalid_token", rejected),
        ("an expired token", "", [f"Bearer {key.token(exp=past)}"], 401, "invalid_token", "the token has expired"),
    ]:
        for path in "/auth/file", "/auth-proxy/file", "/auth-any/file", "/auth-scoped/file":
            check(name, path + query, authorization, [], status, error, description)
    # nginx forwards the challenge of a 401, but not that of a 403.
    check("no scope", "/auth-scoped/file", [f"Bearer {good}"], [], 403, None, None)
    # The cache rejects proofs from the second in which it started.
    time.sleep(1.1)
    used = client.proof(file, bound)
    expect(web.get("/auth-bound/file", f"DPoP {bound}", DPoP=used)[0] == 200, "a good proof by auth_request")
    for name, path, proofs, description in [
        ("no proof", "/auth-bound/file", [], "there is no DPoP proof"),
        ("two proofs", "/auth-bound/file", [client.proof(file, bound)] * 2, "more than one DPoP proof"),
        ("a used proof", "/auth-bound/file", [used], proof),
        ("a malformed proof", "/auth-bound/file", ["x"], proof),
        ("a proof that is not UTF-8", "/auth-bound/file", [b"\xff.\xfe.\xfd"], proof),
    ]:
        check(name, path, [f"DPoP {bound}"], proofs, 401, "invalid_dpop_proof", description)
    status = web.get("/auth-bound/[x]", f"DPoP {bound}", DPoP=client.proof(file, bound))[0]
    expect(status == 401, f"a target that is not a URI, by auth_request: {status}")
    print("  auth_request answers each fault of a client with 401 or 403")


def test_windows(web, key, client):
    """Guards with windows of 60 s and of 2 s note the uses of proofs in one cache (RFC 9449 section 11.1)."""
    bound, uri = key.token(cnf=client.confirmation()), f"{ORIGIN}/bound/hello"
    authorization = f"DPoP {bound}"

    def long(proof):
        return web.get("/bound/hello", authorization, DPoP=proof)[0]

    def short(proof):
        return ask(web.second_port, "/bound/hello", ("Authorization", authorization), ("DPoP", proof))[0]

    first, second, unused, late = (client.proof(uri, bound) for _ in range(4))
    expect((short(first), long(first)) == (200, 401), "the guard with the longer window takes a used proof")
    expect((long(second), short(second)) == (200, 401), "the guard with the shorter window takes a used proof")
    time.sleep(4)
    # The use by the guard with the shorter window is kept for the longer one.
    expect((long(first), short(first)) == (401, 401), "a used proof is good again after the shorter window")
    expect((short(unused), long(unused)) == (401, 200), "a proof between the two windows")
    expect((long(late), long(late)) == (200, 401), "a proof between the two windows, for the second time")
    print("  guards with windows of 2 s and 60 s take a proof once")


def test_connections(web, key):
    """Several requests on one connection (RFC 9112 section 9.3), alternately with and without a token."""
    good = key.token()
    with socket.create_connection(("127.0.0.1", web.port), 20) as raw:
        stream = raw.makefile("rb")
        for path, token, status in [("/return/", None, 401), ("/return/", good, 200), ("/all/file", None, 401),
                                    ("/all/file", good, 200), ("/return/", "x", 401), ("/any-allowed/file", None, 200),
                                    ("/posted/", None, 401), ("/return/", None, 401)]:
            field = f"Authorization: Bearer {token}\r\n" if token else ""
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n".encode())
            line = stream.readline()
            expect(line.split()[1:2] == [str(status).encode()], f"{path} on a kept connection: {line}")
            length = 0
            while (header := stream.readline().strip()) != b"":
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            stream.read(length)
    print("  a connection that is kept keeps no token")


def test_http2(web, key):
    good = f"Authorization: Bearer {key.token()}"
    for path, header, status in [("/file", None, "401"), ("/file", good, "200"), ("/return", None, "401"),
                                 ("/return", good, "200"), ("/any", None, "200")]:
        words = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{http_version}", "--http2-prior-knowledge",
                 f"http://127.0.0.1:{web.third_port}{path}"] + (["-H", header] if header else [])
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        expect(said == f"{status} 2", f"HTTP/2 {path} with {header is not None}: {said}")
    print("  HTTP/2 is guarded alike")


def test_all(web, key, client):
    test_asked(web, key, client)
    test_windows(web, key, client)
    test_guards(web, key)
    test_whole_server(web, key)
    test_other_answers(web, key)
    test_connections(web, key)
    test_http2(web, key)
