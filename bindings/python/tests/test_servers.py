"""The guards under uvicorn and gunicorn, with FastAPI, Starlette and Flask, over real connections."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from issuer import ES256_KEY, OTHER_KEY, jwks, proof, thumbprint, token

SERVERS: Dict[str, List[str]] = {
    "fastapi": ["uvicorn", "applications:fastapi_app", "--log-level", "warning", "--port"],
    "starlette": ["uvicorn", "applications:starlette_app", "--log-level", "warning", "--port"],
    "flask": ["gunicorn", "applications:flask_app", "--log-level", "warning", "--threads", "2", "--bind"],
}


@pytest.fixture(scope="module", params=list(SERVERS))
def server(request: Any) -> Iterator[Tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name, *arguments = SERVERS[request.param]
    address = f"127.0.0.1:{port}" if name == "gunicorn" else str(port)
    environment = {
        **os.environ, "KEYCARD_TEST_JWKS": jwks(first=ES256_KEY), "KEYCARD_TEST_ORIGIN": f"http://127.0.0.1:{port}",
        "KEYCARD_TEST_START": str(int(time.time()) - 100),
    }  # fmt: skip
    folder = Path(__file__).parent
    process = subprocess.Popen([sys.executable, "-m", name, *arguments, address], cwd=folder, env=environment)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield request.param, port
    finally:
        process.terminate()
        process.wait(60)


def ask(port: int, headers: List[Tuple[str, str]], path: str = "/orders", method: str = "GET") -> Tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest(method, path)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text + (response.getheader("WWW-Authenticate") or "")


def current(**claims: Any) -> str:
    now = int(time.time())
    return token(iat=now - 10, exp=now + 600, **claims)


def test_guards_every_framework(server: Tuple[str, int]) -> None:
    name, port = server
    good = ("Authorization", f"Bearer {current()}")
    status, text = ask(port, [good])
    assert status == 200 and "device-7" in text
    assert ask(port, [])[0] == 401
    status, text = ask(port, [("Authorization", f"Bearer {token(exp=int(time.time()) - 1)}")])
    assert status == 401 and "the token has expired" in text
    assert ask(port, [good, good])[0] in (400, 401)
    assert ask(port, [good], "/orders?access_token=x")[0] == 400
    if name == "fastapi":
        assert ask(port, [good], method="POST")[0] == 200
        assert ask(port, [("Authorization", f"Bearer {current(scope='read')}")], method="POST")[0] == 403


@pytest.mark.parametrize("path", ["/orders", "/orders?a=b", "/%6Frders"])
def test_a_proof_is_accepted_once(server: Tuple[str, int], path: str) -> None:
    _, port = server
    jwt = current(cnf={"jkt": thumbprint(OTHER_KEY)})
    made = proof(jwt, htu=f"http://127.0.0.1:{port}/orders", iat=int(time.time()))
    headers = [("Authorization", f"DPoP {jwt}"), ("DPoP", made)]
    assert ask(port, headers, path)[0] == 200
    assert ask(port, headers, path)[0] == 401
    assert ask(port, [("Authorization", f"Bearer {jwt}")], path)[0] == 401
    other = [("Authorization", f"DPoP {jwt}"), ("DPoP", proof(jwt, iat=int(time.time())))]
    assert ask(port, other, path)[0] == 401
