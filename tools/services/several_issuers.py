"""Tests of the mosquitto plugin: its options, with several issuers and with keys in every form."""

import hashlib
import subprocess

from services.broker import Broker
from services.issuer import AUDIENCE, ISSUER, openssl, write_keys
from services.mqtt import NOT_AUTHORIZED, SUCCESS
from services.server import expect
from services.sessions import ALL, same

IMAGE = """
    #include "keycard_keys.h"
    #include <stdio.h>
    int main(int count, char **words)
    {
        static uint64_t memory[4096];
        static char jwks[8192];
        keycard_keys *keys;
        size_t size = fread(jwks, 1, sizeof jwks, stdin);
        if (count != 1 || keycard_keys_init(memory, sizeof memory, &keys) || keycard_keys_add_jwks(keys, (keycard_bytes){jwks, size}, NULL) ||
            keycard_keys_seal(keys, 1, &size))
            return 1;
        (void)words;
        return fwrite(memory, 1, size, stdout) != size;
    }"""


def test_image(folder, plugin, jwks, token, others):
    """Keys as an image, authenticated by its digest or by its storage."""
    source, program, image = folder / "seal.c", folder / "seal", folder / "keys.image"
    source.write_text(IMAGE)
    subprocess.run(["cc", "-Iinclude", source, "target/lib/libkeycard.a", "-o", program], check=True)
    image.write_bytes(
        subprocess.run([program], input=jwks.read_bytes(), check=True, capture_output=True).stdout
    )
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    for known in (f"image_sha256 {digest}", "image_storage authenticated"):
        with Broker(folder, plugin, None, f"image {image}", known, *others) as broker:
            same(broker.code("x", token), SUCCESS, f"an image with {known}")
    for wrong in ((), (f"image_sha256 {'0' * 64}",), ("image_storage unknown",)):
        expect(
            Broker(folder, plugin, None, f"image {image}", *wrong, *others).rejects_to_start(),
            f"an image with {wrong}",
        )


def test_issuers(folder, plugin, first, second):
    """Several issuers, each with its own keys, and the token as user name."""
    other = "https://other.example"
    one, two = folder / "one.json", folder / "two.pem"
    write_keys(one, first)
    public = openssl("pkey", "-in", second.file, "-pubout")
    broken = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    # Many blocks, of which only the last is a key, so that the table must grow.
    two.write_bytes(openssl("pkey", "-in", first.file, "-pubout") * 20 + broken + public)
    options = [
        f"fleet.jwks {one}",
        f"fleet.issuer {ISSUER}",
        f"fleet.audience {AUDIENCE}",
        f"lab.pem {two}",
        f"lab.issuer {other}",
        "lab.audience lab",
        "lab.audience lab 2",
        "lab.audience_claim client",
        "lab.algorithms ES256",
        "lab.markers purpose",
    ]
    mine = first.token(sub="x", scope=ALL)
    lab = {"iss": other, "aud": None, "client": "lab", "sub": "x", "cid": None, "scope": ALL}
    theirs = second.token(purpose="test", **lab)
    with Broker(folder, plugin, None, *options) as broker:
        same(broker.code("fleet~x", mine), SUCCESS, "a token of the first issuer")
        same(broker.code("lab~x", theirs), SUCCESS, "a token of the second issuer")
        same(
            broker.code("lab~x", second.token(purpose="test", **lab | {"client": "lab 2"})),
            SUCCESS,
            "its second audience",
        )
        for name, client_id, token in [
            ("the client id of the other issuer", "fleet~x", theirs),
            ("no name before the client id", "x", mine),
            ("a key of the other issuer", "fleet~x", second.token(sub="x", scope=ALL)),
            ("the issuer of another key", "lab~x", first.token(purpose="test", **lab)),
            ("no marker", "lab~x", second.token(**lab)),
            ("another audience", "lab~x", second.token(purpose="test", **lab | {"client": "lab2"})),
            ("an unknown issuer", "fleet~x", first.token(sub="x", scope=ALL, iss="https://evil.example")),
        ]:
            same(broker.code(client_id, token), NOT_AUTHORIZED, name)
        broker.expect_in_log("the token is from another issuer (iss)")
        broker.expect_in_log("two.pem: key 20 is rejected")
    plain = (f"jwks {one}", f"issuer {ISSUER}", f"audience {AUDIENCE}")
    test_image(folder, plugin, one, mine, plain[1:])
    with Broker(folder, plugin, None, *plain, "token username") as broker:
        same(broker.code("x", "", user=mine), SUCCESS, "a token as user name")
        same(broker.code("x", None, user=mine), SUCCESS, "a token as user name, without a password")
        same(broker.code("x", mine), NOT_AUTHORIZED, "a token as password where the user name counts")
        same(broker.code("x", mine, user=None), NOT_AUTHORIZED, "no user name")
    for wrong in [
        ("unknown 1",),
        ("leeway 601",),
        ("leeway -1",),
        ("leeway 1x",),
        ("scope_claim roles",),
        ("client_id all",),
        (f"pem {two}",),
        ("issuer twice",),
        ("algorithms none",),
        ("algorithms ES256 HS256",),
        ("max_sessions 0",),
        ("client_id_separator -",),
        ("client_id_separator ::",),
        ("token header",),
        ("image_storage authenticated",),
        ("client_id any", "client_id_claim device"),
        ("image_sha256 00",),
        ("scope a\tb",),
        ("markers a,b,c,,",) * 6,
        ("lab.issuer https://lab.example", f"lab.pem {two}", "lab.audience lab"),
    ]:
        expect(
            Broker(folder, plugin, None, *plain, *wrong).rejects_to_start(), f"the options {wrong} are taken"
        )
    for missing in range(3):
        kept = [option for number, option in enumerate(plain) if number != missing]
        expect(Broker(folder, plugin, None, *kept).rejects_to_start(), f"the options {kept} are enough")
    same_issuer = [*options[:3], f"lab.pem {two}", f"lab.issuer {ISSUER}", "lab.audience lab"]
    expect(Broker(folder, plugin, None, *same_issuer).rejects_to_start(), "two issuers have the same iss")
    print("  several issuers, keys in PEM, and the user name as place of the token")
