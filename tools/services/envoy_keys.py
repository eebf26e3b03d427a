"""Key sets of the Envoy module: files that change, and clusters that answer slowly, wrongly or not
at all."""

import contextlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

from services.envoy import Envoy, KeyServer, cluster, direct, key_set, listener, module_filter, trusted
from services.issuer import write_keys
from services.server import expect, free_port, wait_until

BAD_SETS = {
    "nothing": b"", "half a set": b'{"keys":[{"kty":"EC",', "no set": b"[]", "a page": b"<html>not found</html>",
    "no keys": b'{"keys":[]}', "bytes": bytes(range(256)) * 40, "a deep text": b"[" * 100_000,
    "too long a set": b'{"keys":[' + b" " * 1_048_576 + b"]}",
}


def gets_in(envoy, key, **where):
    return envoy.get("/x", f"Bearer {key.token()}", **where)[0]


def test_files(folder, module, first, second):
    keys = folder / "keys.json"
    write_keys(keys, first)
    with Envoy(folder / "files", module, [listener("one", free_port(), [module_filter(trusted(keys))], [direct("/")])]) as envoy:
        expect((gets_in(envoy, first), gets_in(envoy, second)) == (200, 401), "the first key alone")
        write_keys(keys, first, second)
        wait_until(lambda: gets_in(envoy, second) == 200, "a new key is read")
        for name, text in BAD_SETS.items():
            start = envoy.size()
            keys.with_suffix(".new").write_bytes(text)
            keys.with_suffix(".new").replace(keys)
            envoy.expect_in_log(f"no keys in {keys}", start)
            expect(gets_in(envoy, first) == 200, f"{name} takes the last good keys away")
        start = envoy.size()
        keys.unlink()
        envoy.expect_in_log(f"cannot read the keys in {keys}", start)
        expect(gets_in(envoy, first) == 200, "a file that is gone takes the last good keys away")
        write_keys(keys, second)
        wait_until(lambda: gets_in(envoy, first) == 401, "a withdrawn key is withdrawn")
        expect(gets_in(envoy, second) == 200, "the key that stays")
    print(f"  a key file is read when it changes; {len(BAD_SETS) + 1} wrong ones leave the last good keys")


def large_set(key):
    """A set of nearly 1 MB, with the key at its end."""
    filler = {"kty": "EC", "crv": "P-256", "kid": "x", "x": "A" * 43, "y": "A" * 43, "note": "n" * 900}
    made = {"keys": [filler] * 850 + [key.jwk()]}
    text = json.dumps(made, separators=(",", ":")).encode()
    expect(800_000 < len(text) < 1_048_576, f"{len(text)} bytes")
    return text


def test_cluster(folder, module, first, second):
    """A request never waits for a fetch. If a set cannot be fetched, the last good one stays in
    use."""
    port = free_port()
    keys = {"cluster": "keys", "uri": "https://id.example/jwks?x=y", "refresh": 1, "timeout": 1}
    made = listener("one", free_port(), [module_filter(trusted(keys))], [direct("/")])
    with Envoy(folder / "cluster", module, [made], [cluster("keys", port)]) as envoy:
        status, headers, body = envoy.get("/x", f"Bearer {first.token()}")
        expect(status == 503 and headers["Retry-After"] == "1" and "content" not in body, f"before the first keys: {status}")
        with KeyServer(key_set(first), port) as server:
            wait_until(lambda: gets_in(envoy, first) == 200, "the first keys are fetched")
            expect(server.hosts[0] == ("id.example", "/jwks?x=y"), str(server.hosts[0]))
            # Unknown keys cause one extra fetch in a minute, whatever the number of requests.
            server.says, fetched = key_set(first, second), len(server.times)
            for _ in range(50):
                expect(gets_in(envoy, second) in (200, 401), "a token with an unknown key")
            wait_until(lambda: gets_in(envoy, second) == 200, "an unknown key makes the set be fetched")
            expect(len(server.times) - fetched <= 2, f"{len(server.times) - fetched} fetches for one unknown key")
            for name, (status, text) in {name: (200, text) for name, text in BAD_SETS.items()}.items() | {
                    ("an error", (500, key_set(first))), ("a redirect", (302, key_set(first))), ("203", (203, key_set(first)))}:
                start, server.status, server.says, fetched = envoy.size(), status, text, len(server.times)
                wait_until(lambda: len(server.times) > fetched, f"{name} is fetched")
                wait_until(lambda: "keycard: no keys" in envoy.text(start), f"{name} is in the log")
                expect(gets_in(envoy, second) == 200, f"{name} takes the last good keys away")
            server.status, server.says, server.pause = 200, key_set(first), 3
            start, fetched = envoy.size(), len(server.times)
            wait_until(lambda: len(server.times) > fetched and "no answer" in envoy.text(start)
                       or "status is not 200" in envoy.text(start), "a slow server is given up")
            began = time.monotonic()
            expect(gets_in(envoy, second) == 200 and time.monotonic() - began < 1, "a request waits for a slow server")
            server.pause, server.says = 0, large_set(second)
            wait_until(lambda: gets_in(envoy, first) == 401, "a set of nearly 1 MB is read", 40)
            expect(gets_in(envoy, second) == 200, "the key at the end of a long set")
        start = envoy.size()
        envoy.expect_in_log("keycard: no keys from keys", start)
        expect(gets_in(envoy, second) == 200, "a server that is gone takes the last good keys away")
        counters = envoy.counters()
        expect(counters.get("keycard_fetches.result.answered", 0) > 3 and counters.get("keycard_fetches.result.failed", 0) > 1,
               f"fetches are counted: {counters}")
    print("  a cluster that answers wrongly, slowly, with 1 MB or not at all leaves the last good keys")


def test_one_at_a_time(folder, module, first):
    """Twenty sources of one slow server are fetched one after the other, and each only once."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(KeyServer(key_set(first)))
        server.pause = 0.1
        issuers = [{"issuer": f"https://{number}.example", "audiences": ["a"], "keys": {
            "cluster": "keys", "uri": f"https://id.example/{number}", "refresh": 3600}} for number in range(20)]
        made = [listener(f"l{number}", free_port(), [module_filter({"issuers": issuers})], [direct("/")]) for number in range(3)]
        envoy = stack.enter_context(Envoy(folder / "many", module, made, [cluster("keys", server.port)]))
        wait_until(lambda: len(server.times) >= 20, "all sets are fetched")
        time.sleep(1)
        gaps = [later - earlier for earlier, later in zip(server.times, server.times[1:])]
        expect(len(server.times) == 20, f"{len(server.times)} fetches for 20 sets in three configurations")
        expect(min(gaps) > 0.09, f"two fetches at a time: {min(gaps)} s apart")
        changed = [listener(f"l{number}", each["address"]["socket_address"]["port_value"], [module_filter({"issuers": issuers, "realm": "b"})],
                            [direct("/")]) for number, each in enumerate(made)]
        envoy.listen(*changed)
        token = f"Bearer {first.token(iss='https://19.example', aud='a')}"
        wait_until(lambda: 'realm="b"' in envoy.get("/x")[1]["WWW-Authenticate"], "the new configuration")
        expect(envoy.get("/x", token)[0] == 200, "a new configuration has the keys of the old one at once")
        time.sleep(1)
        expect(len(server.times) == 20, "a new configuration fetches again what is there")
    print("  20 sets in three configurations are fetched one at a time, and once")


def test_all(folder, module, first, second):
    """Most of these tests only wait, so they run at the same time."""
    folder.mkdir()
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(test_files, folder, module, first, second), pool.submit(test_cluster, folder, module, first, second),
                     pool.submit(test_one_at_a_time, folder, module, first)]:
            done.result()
