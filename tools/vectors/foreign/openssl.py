"""Makes keys and tokens with the command line of OpenSSL. See __init__.py for the request and the answer."""

import base64
import subprocess
import tempfile
from pathlib import Path

from . import answer, request, tokens

#: Bytes of the group order.
WIDTHS = {"ES256": 32, "ES384": 48, "ES512": 66, "ES256K": 32}
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}


def openssl(*arguments, text=b""):
    return subprocess.run(["openssl", *map(str, arguments)], input=text, capture_output=True, check=True).stdout


def side_by_side(der, width):
    """The numbers r and s of an ECDSA signature in DER, each as wide as the group order (RFC 7518 section 3.4)."""

    def length(at):
        return (der[at], at + 1) if der[at] < 0x80 else (der[at + 1], at + 2)

    _, at = length(1)
    both = b""
    for _ in range(2):
        size, at = length(at + 1)
        both += int.from_bytes(der[at : at + size], "big").to_bytes(width, "big")
        at += size
    return both


def pair(algorithm, folder):
    """The files of a private and a public key, and the options of `dgst` or `pkeyutl` that sign with it."""
    private, public = folder / "private.pem", folder / "public.pem"
    digest = f"-sha{algorithm[2:5]}"
    if algorithm in CURVES:
        options = ["EC", "-pkeyopt", f"ec_paramgen_curve:{CURVES[algorithm]}"]
        command = ["dgst", digest, "-sign", private]
    elif algorithm[:2] in ("RS", "PS"):
        options = ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        command = ["dgst", digest, "-sign", private]
        if algorithm.startswith("PS"):
            command += ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
    else:
        options = ["ED25519"]
        command = ["pkeyutl", "-sign", "-rawin", "-inkey", private, "-in"]
    openssl("genpkey", "-algorithm", *options, "-out", private)
    openssl("pkey", "-in", private, "-pubout", "-out", public)
    return public, command


def encoded(public, is_rsa):
    """The forms of a public key that OpenSSL writes."""
    forms = {
        "spki_pem": public.read_text(),
        "spki_der": base64.b64encode(openssl("pkey", "-pubin", "-in", public, "-outform", "DER")).decode(),
    }
    if is_rsa:
        command = ["rsa", "-pubin", "-in", public, "-RSAPublicKey_out"]
        forms["pkcs1_pem"] = openssl(*command).decode()
        forms["pkcs1_der"] = base64.b64encode(openssl(*command, "-outform", "DER")).decode()
    return forms


def wrong(algorithm, payloads, command):
    """Tokens whose signatures are valid except for their form, by the fault of the form."""
    if algorithm in CURVES:
        options = {"der": []}
    elif algorithm.startswith("PS"):
        options = {f"salt-{length}": ["-sigopt", f"rsa_pss_saltlen:{length}"] for length in (0, 20, "max")}
    else:
        options = {}
    one = {"strings": payloads["strings"]}
    return {
        name: tokens(algorithm, one, 1, lambda message: openssl(*command, *more, text=message))["strings"][0]
        for name, more in options.items()
    }


def main():
    payloads, count = request()
    algorithms = {}
    for algorithm in [*CURVES, *(f"{kind}{bits}" for kind in ("RS", "PS") for bits in (256, 384, 512)), "EdDSA", "Ed25519"]:
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            public, command = pair(algorithm, folder)

            def sign(message):
                if command[0] == "pkeyutl":
                    # Ed25519 reads its message twice, so it needs a file and not a pipe.
                    (folder / "message").write_bytes(message)
                    return openssl(*command, folder / "message")
                signature = openssl(*command, text=message)
                return side_by_side(signature, WIDTHS[algorithm]) if algorithm in WIDTHS else signature

            algorithms[algorithm] = {
                "keys": encoded(public, algorithm[:2] in ("RS", "PS")),
                "tokens": tokens(algorithm, payloads, count, sign),
                "wrong": wrong(algorithm, payloads, command),
            }
    for bits in (256, 384, 512):
        secret = openssl("rand", bits // 8)

        def mac(message):
            return openssl("dgst", f"-sha{bits}", "-mac", "HMAC", "-macopt", f"hexkey:{secret.hex()}", "-binary", text=message)

        algorithms[f"HS{bits}"] = {
            "keys": {"secret": base64.b64encode(secret).decode()},
            "tokens": tokens(f"HS{bits}", payloads, count, mac),
        }
    answer(openssl("version").decode().split(" (")[0].rsplit(" ", 3)[0], algorithms)


main()
