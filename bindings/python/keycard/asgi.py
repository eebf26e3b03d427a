"""A guard for ASGI applications: FastAPI, Starlette, Quart, Litestar.

    app.add_middleware(keycard.asgi.Guard, validator=validator)

The accepted token of a request is `scope["keycard.token"]`; see `token_of`.
"""

import asyncio
from typing import Any, Awaitable, Callable, Dict, List, MutableMapping
from urllib.parse import quote

from . import _guard
from ._guard import DPoP, Request, Verdict
from ._native import Token

__all__ = ["DPoP", "Guard", "token_of"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Guard(_guard.Guard):
    """Guards an ASGI application; see `keycard._guard.Guard` for its arguments. HTTP requests and WebSocket handshakes
    need a token. `fetch_keys` runs in a thread, so it may block."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] not in ("http", "websocket"):
            raise ValueError(f"a guard does not know the scope type {scope['type']!r}")
        request = request_of(scope)
        verdict = self.decide(request)
        if self.is_outdated(verdict):
            loop = asyncio.get_running_loop()
            if await loop.run_in_executor(None, self.fetch, verdict):
                verdict = self.decide(request)
        if verdict.token is None:
            await self._reject(verdict, scope, receive, send)
            return
        guarded: Dict[str, Any] = {**scope, _guard.TOKEN: verdict.token}
        await self.app(guarded, receive, self._with_headers(send))

    async def _reject(self, verdict: Verdict, scope: Any, receive: Receive, send: Send) -> None:
        answer = self.answer(verdict, scope)
        kind = "http"
        if scope["type"] == "websocket":
            await receive()
            if "websocket.http.response" not in scope.get("extensions", {}):
                await send({"type": "websocket.close", "code": 1008})
                return
            kind = "websocket.http"
        text = answer.text.encode()
        headers = [*_encoded(answer.headers), (b"content-length", b"%d" % len(text))]
        await send({"type": f"{kind}.response.start", "status": answer.status, "headers": headers})
        await send({"type": f"{kind}.response.body", "body": text})

    def _with_headers(self, send: Send) -> Send:
        added = _encoded(self.response_headers())
        if not added:
            return send

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        return send_with_headers


def token_of(request: Any) -> Token:
    """The accepted token of a request of Starlette or FastAPI, or of a scope. `LookupError` if no guard handled it."""
    token = getattr(request, "scope", request)[_guard.TOKEN]
    assert isinstance(token, Token)
    return token


def request_of(scope: MutableMapping[str, Any]) -> Request:
    """The parts of a request that a guard reads."""

    def values(wanted: bytes) -> List[str]:
        return [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == wanted]

    path = scope.get("raw_path")
    return Request(
        method=scope.get("method", "GET"),
        path=path.decode("latin-1").partition("?")[0] if path else quote(scope["path"]),
        query=scope["query_string"].decode("latin-1"),
        authorization=values(b"authorization"),
        cookies=values(b"cookie"),
        proofs=values(b"dpop"),
        source=scope,
    )


def _encoded(headers: Any) -> Any:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
