"""Guarded applications in FastAPI, Starlette and Flask, for `test_servers.py`."""

import os
from typing import Any, Dict

from fastapi import Depends, FastAPI, HTTPException, Request
from flask import Flask
from flask import request as flask_request
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import keycard
from keycard import asgi, wsgi

KEYS = keycard.Keys.from_jwks(os.environ["KEYCARD_TEST_JWKS"])
POLICY = keycard.Policy.access_token(issuer="https://id.example", audience="api://default", algorithms=["ES256"])
VALIDATOR = keycard.Validator(KEYS, POLICY)

# The clients of the test made their proofs after this time.
START = int(os.environ["KEYCARD_TEST_START"])
REPLAY = keycard.ReplayCache(uses=100, window=60, leeway=5, share=16, now=START)
REPLAY.restart(window=60, leeway=5, now=START)
DPOP = asgi.DPoP(origin=os.environ["KEYCARD_TEST_ORIGIN"], algorithms=["ES256"], replay=REPLAY)

fastapi_app = FastAPI()
fastapi_app.add_middleware(asgi.Guard, validator=VALIDATOR, dpop=DPOP)


def writer(request: Request) -> keycard.Token:
    token = asgi.token_of(request)
    if not token.has_scope("write"):
        raise HTTPException(403)
    return token


@fastapi_app.get("/orders")
def orders(request: Request) -> Dict[str, str]:
    return {"sub": asgi.token_of(request).string("sub")}


@fastapi_app.post("/orders")
def create(token: Any = Depends(writer)) -> Dict[str, str]:
    return {"sub": token.string("sub")}


def hello(request: StarletteRequest) -> PlainTextResponse:
    return PlainTextResponse(asgi.token_of(request).string("sub"))


starlette_app = Starlette(
    routes=[Route("/orders", hello)], middleware=[Middleware(asgi.Guard, validator=VALIDATOR, dpop=DPOP)]
)

flask_app = Flask(__name__)
flask_app.wsgi_app = wsgi.Guard(flask_app.wsgi_app, VALIDATOR, dpop=DPOP)  # type: ignore[method-assign]


@flask_app.get("/orders")
def flask_orders() -> str:
    return wsgi.token_of(flask_request.environ).string("sub")
