"""Makes keys and tokens with Debian's `jose` (José). See __init__.py for the request and the answer."""

import json
import subprocess
import tempfile
from pathlib import Path

from . import answer, request, times

ALGORITHMS = [f"{kind}{bits}" for kind in ("ES", "RS", "PS", "HS") for bits in (256, 384, 512)]


def jose(*arguments):
    return subprocess.run(["jose", *map(str, arguments)], capture_output=True, text=True, check=True).stdout


def main():
    payloads, count = request()
    algorithms = {}
    with tempfile.TemporaryDirectory() as folder:
        key, payload = Path(folder, "key.jwk"), Path(folder, "payload")
        for algorithm in ALGORITHMS:
            jose("jwk", "gen", "-i", json.dumps({"alg": algorithm}), "-o", key)
            public = key.read_text() if algorithm.startswith("HS") else jose("jwk", "pub", "-i", key, "-o", "-")
            template = json.dumps({"protected": {"alg": algorithm, "typ": "JWT"}})
            tokens = {}
            for name, text in payloads.items():
                payload.write_text(text)
                command = ["jws", "sig", "-I", payload, "-k", key, "-s", template, "-c", "-o", "-"]
                tokens[name] = [jose(*command).strip() for _ in range(times(algorithm, count))]
            jwk = json.loads(public)
            if algorithm.startswith("HS"):
                # The copy for a verifier must not be restricted to signing.
                jwk.pop("key_ops", None)
            algorithms[algorithm] = {"keys": {"jwk": jwk}, "tokens": tokens}
    package = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "jose"], capture_output=True, text=True, check=True)
    answer(f"jose {package.stdout}", algorithms)


main()
