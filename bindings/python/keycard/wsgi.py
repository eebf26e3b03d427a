"""A guard for WSGI applications: Flask, Django, Bottle, Pyramid.

    app.wsgi_app = keycard.wsgi.Guard(app.wsgi_app, validator)

The accepted token of a request is `environ["keycard.token"]`; see `token_of`.
"""

from http import HTTPStatus
from typing import Any, Callable, Dict, Iterable
from urllib.parse import quote, urlsplit

from . import _guard
from ._guard import DPoP, Request
from ._native import Token

__all__ = ["DPoP", "Guard", "token_of"]

Environ = Dict[str, Any]
StartResponse = Callable[..., Any]


class Guard(_guard.Guard):
    """Guards a WSGI application; see `keycard._guard.Guard` for its arguments."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        # A server never sets this key, and an outer application must not decide in place of this
        # guard.
        environ.pop(_guard.TOKEN, None)
        request = request_of(environ)
        verdict = self.decide(request)
        if self.is_outdated(verdict) and self.fetch(verdict):
            verdict = self.decide(request)
        if verdict.token is None:
            answer = self.answer(verdict, environ)
            text = answer.text.encode()
            headers = [*answer.headers, ("Content-Length", str(len(text)))]
            start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
            return [text]
        environ[_guard.TOKEN] = verdict.token
        response: Iterable[bytes] = self.app(environ, self._with_headers(start_response))
        return response

    def _with_headers(self, start_response: StartResponse) -> StartResponse:
        added = self.response_headers()
        if not added:
            return start_response

        def start_with_headers(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, [*headers, *added], exc_info)

        return start_with_headers


def token_of(environ: Environ) -> Token:
    """The accepted token of a request, from its environment. `LookupError` if no guard handled it."""
    token = environ[_guard.TOKEN]
    assert isinstance(token, Token)
    return token


def request_of(environ: Environ) -> Request:
    """The parts of a request that a guard reads. Servers join several headers of one name with a comma, which no token
    and no proof has."""

    def values(name: str) -> Any:
        return [environ[name]] if name in environ else []

    # The target as the client sent it, with its escapes, if the server keeps it.
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if target:
        path = target.partition("?")[0] if target.startswith("/") else urlsplit(target).path
    else:
        path = quote((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"))
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=environ.get("QUERY_STRING", ""),
        authorization=values("HTTP_AUTHORIZATION"),
        cookies=values("HTTP_COOKIE"),
        proofs=values("HTTP_DPOP"),
        source=environ,
    )
