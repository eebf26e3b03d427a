"""The Envoy module under load: change of keys and configurations, thousands of connections, long
headers, and memory that does not grow."""

import json
import re
import resource
import socket
import subprocess
import time

from services.envoy import Envoy, direct, key_set, listener, module_filter, trusted
from services.issuer import write_keys
from services.server import expect, free_port, wait_until

CONNECTIONS = 2000


def wrk(port, tokens, seconds, folder, connections=32, status=200):
    """Sends requests with the tokens in turn, and counts the answers with another status."""
    script = folder / "turns.lua"
    script.write_text(f"""
        local tokens = {{{",".join(f'"{token}"' for token in tokens)}}}
        local at = 0
        differ = 0
        request = function()
            at = at % #tokens + 1
            return wrk.format("GET", "/x", {{["Authorization"] = "Bearer " .. tokens[at]}})
        end
        local threads = {{}}
        setup = function(thread) table.insert(threads, thread) end
        response = function(got) if got ~= {status} then differ = differ + 1 end end
        done = function(summary)
            local all = 0
            for _, thread in ipairs(threads) do all = all + thread:get("differ") end
            print("answers " .. summary.requests .. " differ " .. all .. " errors " ..
                  summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout)
        end""")
    return subprocess.Popen(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", script,
                             f"http://127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True)


def outcome(load):
    said = load.communicate()[0]
    found = re.search(r"answers (\d+) differ (\d+) errors (\d+)", said)
    expect(found, said)
    return tuple(map(int, found.groups()))


def test_changes(envoy, folder, keys, made, first, second):
    """Keys and configurations change under load, and no request is lost."""
    load = wrk(envoy.port, [second.token() for _ in range(16)], 4, folder)
    number = 0
    while load.poll() is None:
        write_keys(keys, *((first, second) if number % 2 else (second, first)))
        text = json.dumps(made).replace('"realm": "api"', f'"realm": "{number}"')
        envoy.listen(json.loads(text))
        number += 1
        time.sleep(0.4)
    answers, differ, errors = outcome(load)
    # Envoy closes the connections of a listener that it drains. wrk counts these as read errors.
    expect(differ == 0 and answers > 0, f"{differ} of {answers} requests were rejected while keys changed")
    expect(errors <= 32 * number, f"{errors} errors of connections")
    print(f"  {answers} requests answered while keys and configuration changed {number} times, none rejected")


def test_nothing_let_in(envoy, folder, stranger):
    load = wrk(envoy.port, [stranger.token() for _ in range(8)], 2, folder, status=401)
    answers, differ, _ = outcome(load)
    expect(differ == 0 and answers > 0, f"{differ} of {answers} requests with a stranger's token got in")
    print(f"  {answers} requests with a stranger's token, none let in")


def test_connections(envoy, key):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 3 * CONNECTIONS)), hard))
    good = f"GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key.token()}\r\n\r\n".encode()
    bad = b"GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n"
    open_ones = []
    for number in range(CONNECTIONS):
        one = socket.create_connection(("127.0.0.1", envoy.port), 20)
        one.sendall(bad if number % 4 == 0 else good)
        open_ones.append(one)
    for number, one in enumerate(open_ones):
        line = one.recv(65536).split(b"\r\n")[0]
        expect(line.split()[1] == (b"401" if number % 4 == 0 else b"200"), f"connection {number}: {line}")
        one.close()
    print(f"  {CONNECTIONS} connections at a time, each with its own verdict")


def test_long_headers(envoy, key):
    good = key.token()
    long = key.token(note="n" * 40_000)
    expect(len(long) > 50_000, "a long token")
    for name, headers, status in [
        ("a token of 53 KB", {"Authorization": f"Bearer {long}"}, 200),
        ("a token that is too long", {"Authorization": f"Bearer {'x' * 65_537}"}, 401),
        ("64 KB of dots", {"Authorization": f"Bearer {'.' * 65_000}"}, 401),
        ("64 KB of spaces", {"Authorization": f"Bearer {' ' * 65_000}{good}"}, 200),
        ("another long header", {"Authorization": f"Bearer {good}", "X-Long": "y" * 65_536}, 200),
        ("64 KB of cookies", {"Authorization": f"Bearer {good}", "Cookie": "a=b; " * 13_000}, 200),
        ("a long realm", {"Authorization": "x" * 65_000}, 401),
    ]:
        got = envoy.get("/x", **headers)[0]
        expect(got == status, f"{name}: {got}")
    print("  headers of 64 KB")


def test_memory(envoy, folder, tokens, requests):
    """After a warm-up, memory does not grow."""
    def ask(number):
        answered = 0
        while answered < number:
            answers, differ, _ = outcome(wrk(envoy.port, tokens, 2, folder))
            expect(differ == 0, f"{differ} of {answers} requests were rejected")
            answered += answers
        return answered

    ask(requests // 4)
    before = envoy.resident_megabytes()
    answered = ask(requests)
    after = envoy.resident_megabytes()
    expect(after < before + 4, f"from {before:.1f} MB to {after:.1f} MB in {answered} requests")
    print(f"  {answered} requests take {after - before:.1f} MB more than {requests // 4}")


def test_all(folder, module, first, second, requests):
    folder.mkdir()
    keys = folder / "keys.json"
    keys.write_bytes(key_set(first, second))
    made = listener("one", free_port(), [module_filter(trusted(keys, realm="api", headers=[{"name": "x-sub", "claim": "sub"}],
                                                               metadata=["sub"]))], [direct("/")], tls=False)
    stranger = type(first)(folder, second.name, "ES256")
    with Envoy(folder, module, [made], log_level="warning") as envoy:
        test_changes(envoy, folder, keys, made, first, second)
        envoy.listen(made)
        wait_until(lambda: 'realm="api"' in envoy.get("/x")[1]["WWW-Authenticate"], "the first configuration is back")
        test_nothing_let_in(envoy, folder, stranger)
        test_connections(envoy, second)
        test_long_headers(envoy, second)
        test_memory(envoy, folder, [second.token() for _ in range(16)] + [first.token() for _ in range(4)], requests)
