"""Makes keys and tokens with Debian's `rnbyc` (Rhonabwy). See __init__.py for the request and the answer."""

import json
import subprocess
import tempfile
from pathlib import Path

from . import answer, octets, request, times

KINDS = {"ES256": "EC256", "ES384": "EC384", "ES512": "EC521", "EdDSA": "Ed25519"}
KINDS |= {f"{kind}{bits}": "RSA2048" for kind in ("RS", "PS") for bits in (256, 384, 512)}
KINDS |= {f"HS{bits}": f"oct{bits}" for bits in (256, 384, 512)}
WIDTHS = {"P-256": 32, "P-384": 48, "P-521": 66}


def rnbyc(*arguments):
    return subprocess.run(["rnbyc", *map(str, arguments)], capture_output=True, text=True, check=True).stdout


def is_whole(jwk):
    """True if coordinates are as wide as the field (RFC 7518 section 6.2.1.2): rnbyc leaves out leading zeros."""
    width = WIDTHS.get(jwk.get("crv"))
    return bool(jwk) and all(width is None or len(octets(jwk[name])) == width for name in ("x", "y") if name in jwk)


def main():
    payloads, count = request()
    algorithms = {}
    with tempfile.TemporaryDirectory() as folder:
        private, public = Path(folder, "private"), Path(folder, "public")
        for algorithm, kind in KINDS.items():
            files = ["-o", private] if kind.startswith("oct") else ["-o", private, "-p", public]
            key = private if kind.startswith("oct") else public
            jwk = {}
            while not is_whole(jwk):
                rnbyc("-j", "-g", kind, "-k", f"rnbyc-{algorithm}", "-a", algorithm, *files)
                jwk = json.loads(key.read_text())["keys"][0]
            tokens = {}
            for name, text in payloads.items():
                command = ["-s", text, "-K", private, "-a", algorithm]
                tokens[name] = [rnbyc(*command).strip() for _ in range(times(algorithm, count))]
            algorithms[algorithm] = {"keys": {"jwk": jwk}, "tokens": tokens}
    package = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "rnbyc"], capture_output=True, text=True, check=True)
    answer(f"rnbyc {package.stdout}", algorithms)


main()
