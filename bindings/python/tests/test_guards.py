"""The guards for ASGI and WSGI, called without a server. Each request goes through both."""

import asyncio
from typing import Any, Dict, List, Optional, Tuple

import pytest

import keycard
from issuer import ES256_KEY, NOW, OTHER_KEY, jwks, proof, thumbprint, token, validator
from keycard import asgi, wsgi

Headers = List[Tuple[str, str]]
Response = Tuple[int, Headers, str]

ORIGIN = "https://api.example"


def dpop(**settings: Any) -> asgi.DPoP:
    replay = keycard.ReplayCache(uses=100, window=60, leeway=5, share=16, now=NOW - 60)
    return asgi.DPoP(**{"origin": ORIGIN, "algorithms": ["ES256"], "replay": replay, **settings})


def by_asgi(settings: Dict[str, Any], headers: Headers, path: str, query: str, method: str) -> Response:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": asgi.token_of(scope).string("sub").encode()})

    sent: List[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }  # fmt: skip
    asyncio.run(asgi.Guard(app, **{"clock": lambda: NOW, **settings})(scope, receive, send))
    start, body = sent
    return start["status"], [(n.decode(), v.decode()) for n, v in start["headers"]], body["body"].decode()


def by_wsgi(settings: Dict[str, Any], headers: Headers, path: str, query: str, method: str) -> Response:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return [wsgi.token_of(environ).string("sub").encode()]

    environ: Dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "RAW_URI": path}
    for name, value in headers:
        # Servers join several headers of one name.
        key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    started: List[Any] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        started.append((int(status[:3]), [(name.lower(), value) for name, value in headers]))

    text = b"".join(wsgi.Guard(app, **{"clock": lambda: NOW, **settings})(environ, start_response)).decode()
    return started[0][0], started[0][1], text


@pytest.fixture(params=[by_asgi, by_wsgi])
def ask(request: Any) -> Any:
    def call(
        *headers: Tuple[str, str], path: str = "/orders", query: str = "", method: str = "GET", **settings: Any
    ) -> Response:
        response: Response = request.param(
            {"validator": validator(), **settings}, list(headers), path, query, method
        )
        return response

    return call


def bearer(jwt: str) -> Tuple[str, str]:
    return "Authorization", f"Bearer {jwt}"


def challenge(response: Response) -> str:
    return ", ".join(value for name, value in response[1] if name == "www-authenticate")


def test_passes_the_token_to_the_application(ask: Any) -> None:
    assert ask(bearer(token()))[::2] == (200, "device-7")
    assert ask(("Authorization", f"bEARER   {token()}"))[0] == 200


def test_answers_by_rfc_6750(ask: Any) -> None:
    missing = ask(realm='a"b', validator=validator(scopes=["write"]))
    assert missing[0] == 401 and challenge(missing) == 'Bearer realm="ab", scope="write"'
    expired = ask(bearer(token(exp=NOW - 1)))
    assert expired[0] == 401 and 'error="invalid_token", error_description="the token has expired"' in challenge(expired)
    forged = ask(bearer(token(OTHER_KEY)))
    assert forged[0] == 401 and 'error_description="the token is not accepted"' in challenge(forged)
    scope = ask(bearer(token(scope="read")), validator=validator(scopes=["write"]))
    assert scope[0] == 403 and 'scope="write", error="insufficient_scope"' in challenge(scope)
    both = ask(bearer(token(scope="read", exp=NOW - 1)), validator=validator(scopes=["write"]))
    assert both[0] == 401 and "expired" in challenge(both)


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer a\tb", "Basic YTpi", "x"])
def test_rejects_other_authorization(ask: Any, value: str) -> None:
    assert ask(("Authorization", value))[0] in (400, 401)


def test_rejects_two_tokens(ask: Any) -> None:
    good = token()
    assert ask(bearer(good), bearer(good))[0] == 400
    for query in ("access_token=x", "a=1&access_token=x", "acc%65ss_token=x", "a;access_token=x", "access_token"):
        assert ask(bearer(good), query=query)[0] == 400
    assert ask(bearer(good), query="my_access_token=x")[0] == 200
    assert ask(query=f"access_token={good}")[0] == 401


def test_reads_a_cookie_only_if_it_is_named(ask: Any) -> None:
    good = token()
    cookie = ("Cookie", f"a=b; session={good}")
    assert ask(cookie)[0] == 401
    assert ask(cookie, cookie="session")[0] == 200
    assert ask(("Cookie", f"session={good}; session={good}"), cookie="session")[0] == 400
    assert ask(cookie, bearer(good), cookie="session")[0] == 400
    assert ask(cookie, cookie="session", dpop=dpop(required=True))[0] == 401


def test_says_nothing_of_faults_of_the_service(ask: Any) -> None:
    unknown = ask(bearer(token()), clock=lambda: -1)
    assert unknown[0] == 503 and not challenge(unknown)
    wrong = ask(bearer(token()), clock=lambda: (_ for _ in ()).throw(ValueError("secret")))
    assert wrong[0] == 500 and "secret" not in wrong[2] and not challenge(wrong)


def test_fetches_keys_once_for_an_unknown_key(ask: Any) -> None:
    rotated = token(OTHER_KEY, header={"kid": "second"})
    calls: List[keycard.Validator] = []

    def fetch(of: keycard.Validator) -> bool:
        calls.append(of)
        of.keys = keycard.Keys.from_jwks(jwks(first=ES256_KEY, second=OTHER_KEY))
        return True

    assert ask(bearer(rotated), fetch_keys=fetch)[0] == 200 and len(calls) == 1
    assert ask(bearer(rotated), fetch_keys=lambda of: False)[0] == 401
    assert ask(bearer(token(exp=NOW - 1)), fetch_keys=fetch)[0] == 401 and len(calls) == 1


def test_reports_rejections(ask: Any) -> None:
    seen: List[Tuple[Exception, Any]] = []
    ask(bearer(token(exp=NOW - 1)), on_rejection=lambda error, source: seen.append((error, source)))
    assert isinstance(seen[0][0], keycard.Expired)


def bound(**claims: Any) -> str:
    return token(cnf={"jkt": thumbprint(OTHER_KEY)}, **claims)


def proven(jwt: str, made: Optional[str] = None, scheme: str = "DPoP") -> Headers:
    return [("Authorization", f"{scheme} {jwt}"), ("DPoP", made or proof(jwt))]


def test_a_bound_token_passes_once_with_its_proof(ask: Any) -> None:
    jwt, rules = bound(), dpop()
    headers = proven(jwt)
    assert ask(*headers, dpop=rules)[0] == 200
    again = ask(*headers, dpop=rules)
    assert again[0] == 401 and 'error="invalid_dpop_proof"' in challenge(again) and 'algs="ES256"' in challenge(again)
    assert ask(*proven(jwt, scheme="Bearer"), dpop=rules)[0] == 401
    assert ask(*proven(token()), dpop=rules)[0] == 401
    assert ask(bearer(token()), dpop=rules)[0] == 200
    assert ask(bearer(token()), dpop=dpop(required=True))[0] == 401


def test_rejects_requests_without_exactly_one_proof(ask: Any) -> None:
    jwt = bound()
    assert "no DPoP proof" in challenge(ask(proven(jwt)[0], dpop=dpop()))
    assert "more than one" in challenge(ask(*proven(jwt), ("DPoP", proof(jwt)), dpop=dpop()))
    assert ask(*proven(jwt), path="/other", dpop=dpop())[0] == 401
    assert ask(*proven(jwt), method="POST", dpop=dpop())[0] == 401
    assert ask(*proven(jwt), path="*", method="OPTIONS", dpop=dpop())[0] == 400


def test_requires_and_offers_nonces(ask: Any) -> None:
    jwt, rules = bound(), dpop(nonces=lambda: ["n2", "n1"])
    without = ask(*proven(jwt), dpop=rules)
    assert without[0] == 401 and 'error="use_dpop_nonce"' in challenge(without)
    assert ("dpop-nonce", "n2") in without[1] and ("cache-control", "no-store") in without[1]
    with_nonce = ask(*proven(jwt, proof(jwt, nonce="n1")), dpop=rules)
    assert with_nonce[0] == 200 and ("dpop-nonce", "n2") in with_nonce[1]


def test_rejects_settings_that_could_never_accept() -> None:
    for wrong in ("https://api.example/path", "https://api.example?x", "api.example", ""):
        with pytest.raises(ValueError):
            asgi.Guard(None, validator(), dpop=dpop(origin=wrong))
    with pytest.raises(keycard.AtUsage):
        asgi.Guard(None, validator(), dpop=dpop(algorithms=["HS256"]))
    with pytest.raises(TypeError):
        asgi.Guard(None, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        wsgi.Guard(None, validator(), cookie="")


def test_guards_websockets_and_passes_lifespan() -> None:
    passed: List[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["type"])

    async def run(scope: Dict[str, Any]) -> List[Any]:
        sent: List[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        await asgi.Guard(app, validator(), clock=lambda: NOW)(scope, receive, send)
        return sent

    handshake: Dict[str, Any] = {"type": "websocket", "path": "/", "query_string": b"", "headers": []}
    assert asyncio.run(run(handshake)) == [{"type": "websocket.close", "code": 1008}] and not passed
    answered = asyncio.run(run({**handshake, "extensions": {"websocket.http.response": {}}}))
    assert answered[0]["type"] == "websocket.http.response.start" and answered[0]["status"] == 401
    asyncio.run(run({**handshake, "headers": [(b"authorization", f"Bearer {token()}".encode())]}))
    asyncio.run(run({"type": "lifespan"}))
    assert passed == ["websocket", "lifespan"]
    with pytest.raises(ValueError):
        asyncio.run(run({**handshake, "type": "unknown"}))


def test_a_token_of_the_sender_is_not_taken() -> None:
    environ = {"REQUEST_METHOD": "GET", "keycard.token": "forged", "PATH_INFO": "/"}
    answered: List[Any] = []
    wsgi.Guard(None, validator())(environ, lambda status, headers: answered.append(status))
    assert answered == ["401 Unauthorized"] and "keycard.token" not in environ
    with pytest.raises(LookupError):
        wsgi.token_of(environ)
