"""Tests of the mosquitto plugin: the owner of a session, its lifetime, and its rights."""

import subprocess
import time

from services.broker import Broker
from services.mqtt import (
    AUTH,
    BAD_METHOD,
    DISCONNECT,
    NOT_AUTHORIZED,
    SUCCESS,
    Client,
    method,
    packet,
    properties,
)
from services.server import expect, wait_until

ALL = "mqtt:read:# mqtt:write:#"


def same(found, wanted, what):
    expect(found == wanted, f"{what}: {found}, not {wanted}")


def test_client_ids(folder, plugin, keys, key):
    """A client id belongs to the subject of the token, unless the options say otherwise."""
    token = key.token(sub="dev", scope=ALL)
    with Broker(folder, plugin, keys) as broker:
        with Client(broker.port) as other:
            same(other.connect("dev-9", key.token(sub="dev-9", scope=ALL)), SUCCESS, "its own client id")
            for client_id, allowed in [
                ("dev", True),
                ("dev~1", True),
                ("dev~", True),
                ("dev~a~b", True),
                ("dev-9", False),
                ("dev9", False),
                ("de", False),
                ("Dev", False),
                ("~dev", False),
                ("", False),
                ("dev/1", False),
                ("dev~" + "x" * 1100, False),
            ]:
                same(
                    broker.code(client_id, token),
                    SUCCESS if allowed else NOT_AUTHORIZED,
                    f"client id {client_id[:40]!r}",
                )
            same(other.publish("a", "still here"), SUCCESS, "a client that another has tried to replace")
        same(
            broker.code("a~b", key.token(sub="a~b", scope=ALL)),
            NOT_AUTHORIZED,
            "a sub with the separator in it",
        )
        broker.expect_in_log("the sub of the token contains the separator")
    with Broker(folder, plugin, keys, "client_id_separator :") as broker:
        same(broker.code("dev:1", token), SUCCESS, "another separator")
        same(broker.code("dev~1", token), NOT_AUTHORIZED, "the usual separator, with another one")
    with Broker(folder, plugin, keys, "client_id any") as broker:
        same(broker.code("anything", token), SUCCESS, "any client id")
    with Broker(folder, plugin, keys, "client_id_claim device") as broker:
        bound = key.token(sub="dev", scope=ALL, device="meter-7")
        same(broker.code("meter-7", bound), SUCCESS, "the client id of a claim")
        same(broker.code("meter-7~1", bound), NOT_AUTHORIZED, "more than the client id of a claim")
        same(broker.code("dev", bound), NOT_AUTHORIZED, "the subject where a claim counts")
    print("  a client id belongs to the subject of its token")


def test_queues(folder, plugin, keys, key):
    """Neither another client nor a wrong token can empty the queue of a disconnected client."""
    sender = key.token(sub="sender", scope=ALL)
    with Broker(folder, plugin, keys) as broker:
        for version in (4, 5):
            owner = key.token(sub=f"owner{version}", scope=ALL)
            stay = {"session": 600} if version == 5 else {}
            with Client(broker.port, version) as client:
                client.connect(f"owner{version}", owner, clean=False, **stay)
                same(client.subscribe("queue/#"), 1, "subscribing")
            with Client(broker.port) as client:
                client.connect("sender", sender)
                same(client.publish("queue/1", f"kept {version}"), SUCCESS, "publishing")
            same(broker.code(f"owner{version}", sender), NOT_AUTHORIZED, "a stranger with the client id")
            start = broker.size()
            broker.reload()
            broker.expect_in_log("keys loaded", start)
            with Client(broker.port, version) as client:
                client.connect(f"owner{version}", owner, clean=False, **stay)
                same(client.message(), ("queue/1", f"kept {version}"), f"the queue, MQTT {version}")
    print("  queues of clients that are away stay theirs")


def test_wills(folder, plugin, keys, key):
    """A last will is published if the token allows it, also in a clean session."""
    may = {
        "good": key.token(sub="good", scope="mqtt:write:wills/good"),
        "bad": key.token(sub="bad", scope="mqtt:write:other"),
    }
    with Broker(folder, plugin, keys) as broker, Client(broker.port) as watcher:
        watcher.connect("watcher", key.token(sub="watcher", scope=ALL))
        same(watcher.subscribe("wills/#"), 1, "subscribing")
        for version in (4, 5):
            for clean in (True, False):
                for name in ("bad", "good"):
                    client = Client(broker.port, version)
                    text = f"{name} {version} {clean}"
                    same(
                        client.connect(name, may[name], clean=clean, will=(f"wills/{name}", text)),
                        SUCCESS,
                        text,
                    )
                    client.close()
                same(
                    watcher.message(), ("wills/good", f"good {version} {clean}"), "the will of a lost client"
                )
        # The session ends with another connection of the same client id.
        first = Client(broker.port, 4)
        first.connect("good", may["good"], will=("wills/good", "replaced"))
        second = Client(broker.port, 4)
        second.connect(
            "good", key.token(sub="good", scope="mqtt:write:other"), will=("wills/good", "not allowed")
        )
        same(watcher.message(), ("wills/good", "replaced"), "the will of a client that was replaced")
        second.close()
        delayed = Client(broker.port)
        delayed.connect("good", may["good"], session=60, will=("wills/good", "delayed", 2))
        delayed.close()
        same(watcher.message(), ("wills/good", "delayed"), "a will with a delay")
        expiring = Client(broker.port)
        token = key.token(sub="good", scope="mqtt:write:wills/good", exp=int(time.time()) + 2)
        expiring.connect("good", token, will=("wills/good", "too late"))
        same(expiring.wait_for(DISCONNECT) is not None, True, "the end of an expired token")
        same(watcher.message(1), None, "the will of an expired token")
        expiring.close()
        first.close()
    print("  last wills are published, if the token allows it")


def test_scopes(folder, plugin, keys, key):
    """Scopes that could be read in two ways grant nothing."""

    def reads(broker, topic, **claims):
        with Client(broker.port) as client:
            code = client.connect("device-1", key.token(**claims))
            return client.subscribe(topic) if code == SUCCESS else code

    with Broker(folder, plugin, keys) as broker:
        for claims, wanted in [
            ({"scp": ["profile", "mqtt:read:secret/#"]}, 1),
            ({"scp": "profile mqtt:read:secret/#"}, 1),
            ({"scope": "  mqtt:read:secret/#  x"}, 1),
            ({"scp": ["profile mqtt:read:secret/#"]}, NOT_AUTHORIZED),
            ({"scp": ["mqtt:read:secret/#", ""]}, NOT_AUTHORIZED),
            ({"scp": ["mqtt:read:secret/#", "a\tb"]}, NOT_AUTHORIZED),
            ({"scp": ["mqtt:read:secret/#", 1]}, NOT_AUTHORIZED),
            ({"scope": "mqtt:read:secret/#\nx"}, NOT_AUTHORIZED),
            ({"scope": "mqtt:read:secret/#\0"}, NOT_AUTHORIZED),
            ({"scope": {"mqtt:read:secret/#": 1}}, NOT_AUTHORIZED),
            ({"scp": ["x"], "scope": "mqtt:read:secret/#"}, NOT_AUTHORIZED),
            ({"scp": ["mqtt:read:secret/#"], "scope": ""}, NOT_AUTHORIZED),
            ({"scope": "mqtt:read: mqtt:read"}, NOT_AUTHORIZED),
            ({"scope": "MQTT:read:secret/#"}, NOT_AUTHORIZED),
        ]:
            same(reads(broker, "secret/1", **claims), wanted, f"scopes {claims}")
    both = {"scp": ["x"], "scope": "mqtt:read:secret/# y"}
    for options, wanted in [
        (["scope_claim scp"], NOT_AUTHORIZED),
        (["scope_claim scope"], 1),
        (["scope_claim scope", "scope y"], 1),
        (["scope_claim scope", "scope x"], NOT_AUTHORIZED),
        (["scope y"], NOT_AUTHORIZED),
    ]:
        with Broker(folder, plugin, keys, *options) as broker:
            same(reads(broker, "secret/1", **both), wanted, options)
    print("  scopes that could be read in two ways grant nothing")


def test_shares(folder, plugin, keys, key):
    """A shared subscription is checked by its filter (MQTT 5.0 section 4.8.2)."""
    with Broker(folder, plugin, keys) as broker, Client(broker.port) as sender:
        sender.connect("sender", key.token(sub="sender", scope=ALL))
        with Client(broker.port) as client:
            client.connect("device-1", key.token(scope="mqtt:read:a/#"))
            for topic in (
                "$share/g/b",
                "$share/g/#",
                "$share/g/$share/h/a/1",
                "$share/a/1",
                "$share",
                "$shared/g/a/1",
                "$share/g/$SYS/x",
            ):
                same(client.subscribe(topic), NOT_AUTHORIZED, f"subscribing to {topic}")
            same(client.subscribe("$share/g/a/+"), 1, "subscribing to a share")
            sender.publish("a/1", "shared")
            same(client.message(), ("a/1", "shared"), "a message of a share")
            same(client.unsubscribe("$share/g/a/+"), SUCCESS, "unsubscribing from a share")
            sender.publish("a/1", "gone")
            same(client.message(1), None, "a message after unsubscribing")
            same(client.unsubscribe("$share"), NOT_AUTHORIZED, "unsubscribing from a malformed share")
            broker.expect_in_log("the shared subscription is malformed")
        for topic in ("$share/+/a/1", "$share/g", "$share//a/1", "$share/g/"):
            with Client(broker.port) as client:
                client.connect("device-1", key.token(scope="mqtt:read:a/#"))
                expect(client.subscribe(topic) in (None, NOT_AUTHORIZED), f"subscribed to {topic}")
        with Client(broker.port) as client:
            client.connect("device-1", key.token(scope="mqtt:read:#"))
            same(client.subscribe("$share/g/#"), 1, "a share of everything")
    print("  shared subscriptions are checked by their filter")


def test_renewal(folder, plugin, keys, key):
    """A client of MQTT 5 sends a new token before the old one expires (MQTT 5.0 section 4.12)."""

    def token(seconds=60, **claims):
        return key.token(exp=int(time.time()) + seconds, **claims)

    with Broker(folder, plugin, keys) as broker:
        with Client(broker.port) as client:
            same(
                client.connect("device-1", user=None, auth=("JWT", token(3, scope="mqtt:write:a"))),
                SUCCESS,
                "the method JWT",
            )
            same(client.publish("a", "1"), SUCCESS, "what the first token grants")
            same(client.reauthenticate("JWT", token(scope="mqtt:write:b")), (AUTH, SUCCESS), "a new token")
            time.sleep(4)
            same(client.publish("b", "2"), SUCCESS, "what the new token grants")
            same(client.publish("a", "3"), NOT_AUTHORIZED, "what only the old token has granted")
            broker.reload()
            time.sleep(0.5)
            same(client.publish("b", "4"), SUCCESS, "a client that a reload finds connected")
        for name, wrong in [
            ("another subject", token(sub="device-2", scope=ALL)),
            ("an expired token", token(-10, scope=ALL)),
            ("no token", ""),
            ("a token that is none", "x.y.z"),
            ("scopes that are malformed", token(scp=["a b"])),
        ]:
            with Client(broker.port) as client:
                client.connect("device-1", user=None, auth=("JWT", token(scope=ALL)))
                expect(client.reauthenticate("JWT", wrong) != (AUTH, SUCCESS), f"renewed by {name}")
                same(client.publish("a", "x"), None, f"publishing after {name}")
        for name, octets in [
            ("another method", packet(0xF0, b"\x19" + properties(method("PLAIN", token(scope=ALL))))),
            ("no method", packet(0xF0, b"\x19" + properties())),
            ("no reason", packet(0xF0)),
            (
                "a step that was not asked for",
                packet(0xF0, b"\x18" + properties(method("JWT", token(scope=ALL)))),
            ),
        ]:
            with Client(broker.port) as client:
                client.connect("device-1", user=None, auth=("JWT", token(scope=ALL)))
                client.send(octets)
                wait_until(lambda: not client.receive(), f"the end of a client that has sent {name}")
            same(broker.code("device-1", token(scope=ALL)), SUCCESS, f"the next client after {name}")
        same(
            broker.code("device-1", None, user=None, auth=("PLAIN", token(scope=ALL))),
            BAD_METHOD,
            "an unknown method",
        )
        same(
            broker.code("device-1", token(scope=ALL), auth=("JWT", "")),
            NOT_AUTHORIZED,
            "a token in the wrong place",
        )
        same(
            broker.code("device-1", token(scope=ALL), auth=("JWT",)), NOT_AUTHORIZED, "a method without data"
        )
        same(
            broker.code("device-2", None, user=None, auth=("JWT", token(scope=ALL))),
            NOT_AUTHORIZED,
            "another client id",
        )
    print("  a client of MQTT 5 renews its session, for its own subject only")


def test_bounds(folder, plugin, keys, key):
    """The number of sessions is bounded, in total and for each subject."""
    with Broker(folder, plugin, keys, "max_sessions 4", "max_sessions_per_subject 2") as broker:
        tokens = {name: key.token(sub=name, scope=ALL) for name in "abc"}
        clients = []
        for client_id, wanted in [
            ("a~1", SUCCESS),
            ("a~2", SUCCESS),
            ("a~3", NOT_AUTHORIZED),
            ("b~1", SUCCESS),
        ]:
            clients.append(Client(broker.port))
            same(clients[-1].connect(client_id, tokens[client_id[0]], session=600), wanted, client_id)
        broker.expect_in_log("there are too many sessions")
        # A persistent session counts until its token expires. Its own client can take it over.
        clients[0].close()
        time.sleep(1.2)
        same(broker.code("a~3", tokens["a"]), NOT_AUTHORIZED, "a session beside one that stays")
        for _ in range(20):
            same(
                broker.code("a~1", tokens["a"], clean=False, session=600), SUCCESS, "the same client id again"
            )
        clients.append(Client(broker.port, 4))
        same(clients[-1].connect("c~1", tokens["c"]), SUCCESS, "a clean session")
        same(broker.code("c~2", tokens["c"]), NOT_AUTHORIZED, "one session too many in all")
        clients[-1].close()
        wait_until(
            lambda: broker.code("c~2", tokens["c"], version=4) == SUCCESS,
            "the place of a clean session that is over",
        )
        same(clients[1].publish("a", "x"), SUCCESS, "a client that was connected all the time")
        for client in clients:
            client.close()
    print("  the number of sessions is bounded")


def test_clock(folder, plugin, keys, key):
    """Without a clock, no client is admitted, and no message is delivered."""
    failing, unset = folder / "no-clock", folder / "unset-clock"
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(f"""
        #include <time.h>
        #include <unistd.h>
        time_t time(time_t *out)
        {{
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (access("{failing}", F_OK) == 0)
                now.tv_sec = -1;
            if (access("{unset}", F_OK) == 0)
                now.tv_sec = 0;
            if (out)
                *out = now.tv_sec;
            return now.tv_sec;
        }}""")
    subprocess.run(["cc", "-shared", "-fPIC", source, "-o", library], check=True)
    endless = key.token(scope=ALL, exp=2**63 - 1)
    with Broker(folder, plugin, keys, "leeway 600", preload=[library]) as broker, Client(
        broker.port
    ) as client:
        same(client.connect("device-1", endless), SUCCESS, "a token that expires at the last second of all")
        same(client.publish("a", "x"), SUCCESS, "publishing with it")
        for fault in (failing, unset):
            fault.touch()
            same(client.publish("a", "x"), NOT_AUTHORIZED, f"publishing with {fault.name}")
            same(broker.code("device-1~2", endless), NOT_AUTHORIZED, f"connecting with {fault.name}")
            fault.unlink()
        same(client.publish("a", "x"), SUCCESS, "publishing with a clock again")
    print("  without a clock, nothing passes")


def test_log(folder, plugin, keys, key):
    """Denied topics are logged, at a bounded rate and without control characters."""
    with Broker(folder, plugin, keys) as broker, Client(broker.port) as client:
        client.connect("device-1~\u00e9\u202e\\", key.token(scope="mqtt:write:a"))
        start = broker.size()
        for _ in range(500):
            client.publish("b/\u202egnp.exe", "x")
        client.subscribe("c/#")
        shown = r"device-1~\xc3\xa9\xe2\x80\xae\x5c at 127.0.0.1 may not publish to b/\xe2\x80\xaegnp.exe: no scope of the token"
        broker.expect_in_log(shown, start)
        lines = [line for line in broker.text(start).splitlines() if "keycard: " in line]
        expect(len(lines) < 60, f"{len(lines)} lines of the log on one client")
        expect(
            all(character.isprintable() and ord(character) < 127 for line in lines for character in line),
            "the log",
        )
        time.sleep(1.2)
        for number in range(4):
            client.publish("x" * number + "\u202e" * 200, "x")
        start = broker.size()
        for number in range(200):
            broker.code("forged", "x" * number)
        time.sleep(1.5)
        broker.code("forged", "x")
        broker.expect_in_log("more rejections in one second are not logged", start)
    print("  denied topics are in the log, at a bounded rate")


def test_sessions(folder, plugin, keys, second):
    test_client_ids(folder, plugin, keys, second)
    test_queues(folder, plugin, keys, second)
    test_wills(folder, plugin, keys, second)
    test_scopes(folder, plugin, keys, second)
    test_shares(folder, plugin, keys, second)
    test_renewal(folder, plugin, keys, second)
    test_bounds(folder, plugin, keys, second)
    test_clock(folder, plugin, keys, second)
    test_log(folder, plugin, keys, second)
