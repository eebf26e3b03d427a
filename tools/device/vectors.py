"""The test inputs of firmware, as C: tokens, keys as JSON, keys as images, signatures."""

import base64
import functools
import hashlib
import hmac
import json
import os
import re
from pathlib import Path

from .images import BUILD, run

DEMO = Path("tests/vectors/demo")
WYCHEPROOF = Path("tests/vectors/wycheproof")
#: The key of RFC 7515 appendix A.1, whose secret is public.
SECRET = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"


ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def constants():
    """The numbers of the headers of include/."""
    text = "".join(header.read_text() for header in Path("include").glob("*.h"))
    found = re.findall(r"^#define (KEYCARD_\w+) \(?(\d+)(?: << (\d+)\))?$", text, re.MULTILINE)
    return {name: int(number) << int(shift or 0) for name, number, shift in found}


def tokens():
    """For each algorithm that firmware uses, an access token and the key set that verifies it."""
    rs256 = (DEMO / "access_token.jwt").read_text()
    signed = base64url(b'{"alg":"HS256","kid":"first"}') + "." + rs256.split(".")[1]
    tag = hmac.new(decode(SECRET), signed.encode(), hashlib.sha256).digest()
    secret = {"keys": [{"kty": "oct", "kid": "first", "alg": "HS256", "k": SECRET}]}
    found = {
        "RS256": (rs256, (DEMO / "keys.json").read_text()),
        "HS256": (f"{signed}.{base64url(tag)}", json.dumps(secret)),
        "ES256": ((DEMO / "es256_access_token.jwt").read_text(), (DEMO / "es256_keys.json").read_text()),
    }
    for name in ("ED25519", "ES384", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"):
        token = (DEMO / f"{name.lower()}_access_token.jwt").read_text()
        found[name] = (token, (DEMO / f"{name.lower()}_keys.json").read_text())
    return found


def signatures(place=0):
    """A valid signature of each kind, the one at that place among those of the first key, which may have fewer: key
    set, message and signature."""

    def first(name, fits=lambda group: True):
        groups = json.loads((WYCHEPROOF / name).read_text())["testGroups"]
        group = next(group for group in groups if fits(group))
        valid = [test for test in group["tests"] if test["result"] == "valid" and len(test["msg"]) > 0]
        return group.get("publicKey"), valid[place % len(valid)]

    def number(digits):
        return base64url(bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits).lstrip(b"\0"))

    def rsa(name):
        key, test = first(name)
        jwk = {"kty": "RSA", "alg": "RS256", "n": number(key["modulus"]), "e": number(key["publicExponent"])}
        return jwk, test["msg"], test["sig"]

    def ecdsa(curve, name):
        key, test = first(name)
        # The first byte of the point says that both coordinates follow (SEC 1 section 2.3.3).
        point = bytes.fromhex(key["uncompressed"])[1:]
        half = len(point) // 2
        x, y = base64url(point[:half]), base64url(point[half:])
        return {"kty": "EC", "crv": curve, "x": x, "y": y}, test["msg"], test["sig"]

    def ed25519():
        key, test = first("ed25519_test.json")
        encoded = base64url(bytes.fromhex(key["pk"]))
        return {"kty": "OKP", "crv": "Ed25519", "x": encoded}, test["msg"], test["sig"]

    def ml_dsa(level):
        key, test = first(f"mldsa_{level}_verify_test.json")
        encoded = base64url(bytes.fromhex(key))
        return {"kty": "AKP", "alg": f"ML-DSA-{level}", "pub": encoded}, test["msg"], test["sig"]

    def hs256():
        _, test = first("hmac_sha256_test.json", lambda group: group["keySize"] == group["tagSize"] == 256)
        return {"kty": "oct", "alg": "HS256", "k": base64url(bytes.fromhex(test["key"]))}, test["msg"], test["tag"]

    found = {
        "rs256-2048": rsa("rsa_signature_2048_sha256_test.json"),
        "rs256-4096": rsa("rsa_signature_4096_sha256_test.json"),
        "es256": ecdsa("P-256", "ecdsa_secp256r1_sha256_p1363_test.json"),
        "es384": ecdsa("P-384", "ecdsa_secp384r1_sha384_p1363_test.json"),
        "es512": ecdsa("P-521", "ecdsa_secp521r1_sha512_p1363_test.json"),
        "es256k": ecdsa("secp256k1", "ecdsa_secp256k1_sha256_p1363_test.json"),
        "ed25519": ed25519(),
        "hs256": hs256(),
        **{f"ml-dsa-{level}": ml_dsa(level) for level in (44, 65, 87)},
    }
    return {
        name: (json.dumps({"keys": [jwk]}), bytes.fromhex(message), bytes.fromhex(signature))
        for name, (jwk, message, signature) in found.items()
    }


@functools.cache
def tool():
    """The `keycard` command."""
    cargo = os.environ.get("CARGO", "cargo")
    run([cargo, "build", "--quiet", "-p", "keycard-cli"])
    return Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "debug/keycard"


def build_image(key_set, image, precompute="0"):
    """Writes a key set as an image, with the command that users run."""
    image.parent.mkdir(parents=True, exist_ok=True)
    source = image.with_suffix(".json")
    source.write_text(key_set)
    options = ["--allow-secrets", "--version", 7, "--precompute", precompute]
    run([tool(), "keys", "build", "--jwks", source, *options, "--out", image])


def key_image(key_set, name, precompute="0"):
    """The words of a key set image, as C."""
    image = BUILD / "vectors" / f"{name}.c"
    build_image(key_set, image, precompute)
    text = image.read_text()
    return text[text.index("{") + 1 : text.index("}")].strip()


def octets(value):
    """Bytes as an initialiser of C."""
    return "{" + ", ".join(str(octet) for octet in value) + "}"


def write_cases(folder, names):
    """Writes vectors.h for ffi-tests/firmware/validator.c, with these algorithms."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['#include "vector.h"']
    rows = []
    for name in names:
        token, keys = tokens()[name]
        lines.append(f"static const char INPUT {name}_TOKEN[] = {octets(token.encode())};")
        lines.append(f"static const char INPUT {name}_KEYS[] = {octets(keys.encode())};")
        lines.append(f"static const uint64_t INPUT {name}_IMAGE[] = {{{key_image(keys, name)}}};")
        token, keys, image = (f"{name}_{part}" for part in ("TOKEN", "KEYS", "IMAGE"))
        rows.append(
            f'{{"{name}", KEYCARD_{name}, {token}, sizeof {token}, {keys}, sizeof {keys}, {image}, sizeof {image}}}'
        )
    lines.append("static const struct vector CASES[] = {" + ",\n".join(rows) + "};")
    (folder / "vectors.h").write_text("\n".join(lines) + "\n")


def write_input(folder, key_set, message, signature, precompute="0"):
    """Writes input.h for ffi-tests/firmware/measure.c."""
    folder.mkdir(parents=True, exist_ok=True)
    words = key_image(key_set, folder.name, precompute) if key_set else "0"
    (folder / "input.h").write_text(
        f"static const uint64_t INPUT KEYS[] = {{{words}}};\n"
        f"static const uint8_t INPUT TEXT[] = {octets(message)};\n"
        f"static const uint8_t INPUT SIGNATURE[] = {octets(signature)};\n"
    )


def write_rust(folder):
    """Writes keys.rs and token.jwt for ffi-tests/firmware-rust/device."""
    token, keys = tokens()["ES256"]
    build_image(keys, folder / "keys.rs")
    (folder / "token.jwt").write_text(token)
