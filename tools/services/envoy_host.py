"""The module of integrations/envoy in a stand-in for Envoy, with sanitizers: requests of four workers
while keys, configurations and answers of a cluster change."""

import json
import os
import re
import subprocess
from pathlib import Path

from services.envoy import key_set
from services.issuer import AUDIENCE, ISSUER, Key, base64url
from services.server import expect

ORIGIN = "https://api.example"
DIGEST = bytes(range(32))


def write_requests(folder, first, second):
    client, stranger = Key(folder, "client", "ES256"), Key(folder, "stranger", "ES256")
    stranger.name = second.name
    bound = second.token(cnf=client.confirmation())
    to_certificate = second.token(cnf={"x5t#S256": base64url(DIGEST)})
    remote = {"iss": "https://cluster.example"}
    good = second.token(scope="read", groups=["a", "b"], level=7, admin=True)
    certificate = f"certificate={DIGEST.hex()}"

    def proof(path="/x", **claims):
        return f"dpop={client.proof(ORIGIN + path, bound, **claims)}"

    requests = [
        ("401",), ("200", f"authorization=Bearer {first.token()}"), ("200", f"authorization=Bearer {good}", "x-sub=forged"),
        ("200", f"authorization=Bearer {good}", "x_sub=a", "x-sub=b", "x_sub=c", "x-groups=d", "x-sub=e", "x_payload=f"),
        ("401", f"authorization=Bearer {stranger.token()}"), ("401", "authorization=Bearer x"), ("400", "authorization=Bearer"),
        ("401", f"authorization=Bearer {second.token(exp=1)}"), ("400", f"authorization=Bearer {good}", f"cookie=a=b; t={good}"),
        ("200", f"cookie=a=b; t={good}; c"), ("401", "cookie=" + "a=b; " * 2000), ("200", f"x-token=Token {good}"),
        ("401", "x-token=Token " + "." * 70_000), ("401", "authorization=Bearer " + "A" * 65_536),
        ("401", f"authorization=Bearer {second.token({'kid': 'unknown'})}"),
        ("200,503", f"authorization=Bearer {first.token(**remote)}"), ("401,503", f"authorization=Bearer {second.token(**remote)}"),
        ("401,503", f"authorization=Bearer {first.token({'kid': 'unknown'}, **remote)}"),
        ("401", f"authorization=Bearer {first.token(iss='https://other.example')}"),
        ("401", f"authorization=DPoP {bound}"), ("401", f"authorization=DPoP {bound}", proof(), proof()),
        ("200,401,429,503", f"authorization=DPoP {bound}", proof()), ("401", f"authorization=DPoP {bound}", proof("/y")),
        ("401", f"authorization=Bearer {bound}"), ("401", f"authorization=DPoP {good}", "dpop=x"),
        ("401", f"authorization=Bearer {to_certificate}"), ("200", f"authorization=Bearer {to_certificate}", certificate),
        ("200", f"authorization=Bearer {good}", certificate), ("401", f"authorization=Bearer {to_certificate}", f"certificate={'0' * 64}"),
        ("401", f"authorization=Bearer {to_certificate}", "certificate=x"),
        ("200", "route=1"), ("200", "route=1", f"authorization=Bearer {good}"), ("403", "route=1", f"authorization=Bearer {first.token()}"),
        ("200", "origin=https://app.example", "access-control-request-method=PUT", ":method=OPTIONS"),
    ]
    path = f"/x?a=1&q={good}&b"
    lines = ["\t".join([statuses, *([] if any(header.startswith(":method") for header in headers) else [":method=GET"]),
                        ":path=/x", *headers]) for statuses, *headers in requests]
    lines += [f"200\t:method=GET\t:path={path}", "401\t:method=GET\t:path=/x?q=", f"400\t:method=GET\t:path={path}&q={good}",
              f"400\t:method=OPTIONS\t:path=*\tauthorization=DPoP {bound}\t{proof()}"]
    (folder / "requests").write_text("\n".join(lines))


def write_files(folder, first, second):
    write_requests(folder, first, second)
    rest = {"audiences": [AUDIENCE]}
    config = {
        "issuers": [{"issuer": ISSUER, "keys": {"file": str(folder / "keys.json"), "precompute": 8}} | rest,
                    {"issuer": "https://cluster.example", "keys": {
                        "cluster": "c", "uri": "https://id.example/k", "refresh": 1, "precompute": 0}} | rest],
        "dpop": {"origin": ORIGIN, "window": 600, "replay_entries": 100}, "client_certificate": "accepted", "cors_preflight": True,
        "from": [{"header": "authorization"}, {"header": "x-token", "prefix": "Token "}, {"cookie": "t"}, {"query": "q"}],
        "headers": [{"name": "x-sub", "claim": "sub"}, {"name": "x-groups", "claim": "groups"}, {"name": "x-level", "claim": "level"}],
        "payload_header": "x-payload", "metadata": ["sub", "groups", "level", "admin"]}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "route.json").write_text(json.dumps({"scopes": ["read"], "optional": True}))
    for number, keys in enumerate([key_set(first, second), key_set(second, first), b'{"keys":[{']):
        (folder / f"keys.{number}").write_bytes(keys)
    for number, keys in enumerate([key_set(first), b"<html>", b'{"keys":[]}', b" " * 1_048_577]):
        (folder / f"answer.{number}").write_bytes(keys)


def test_all(folder, hosts, first, second, seconds):
    folder.mkdir()
    write_files(folder, first, second)
    for host in hosts:
        done = subprocess.run([host, folder, str(seconds)], capture_output=True, text=True, env=os.environ | {
            "ASAN_OPTIONS": "detect_leaks=1", "TSAN_OPTIONS": "halt_on_error=1"})
        expect(done.returncode == 0 and re.search(r"^[1-9]\d* requests, [1-9]", done.stdout),
               f"{host}: {done.returncode}\n{done.stdout}\n{done.stderr[-6000:]}")
        print(f"  {Path(host).name}: {done.stdout.strip()}")
