"""A hostile client of a broker with the mosquitto plugin. The broker must keep running, admit no
client, and use bounded time."""

import contextlib
import os
import random
import struct
import time

from services.broker import Broker
from services.mqtt import NOT_AUTHORIZED, SUCCESS, Client, binary, method, packet, properties
from services.server import expect

ROUNDS = 300


def processor_seconds(broker):
    """The processor time that the broker has used, which other processes do not change."""
    with open(f"/proc/{broker.process.pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(broker):
    with open(f"/proc/{broker.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_cost(folder, plugin, keys, key):
    """Long lists of scopes, and topics that are slow to compare, take a bounded time."""
    many = ["x"] * 2200
    filters = " ".join(f"mqtt:write:{'+/' * number}x" for number in range(1, 90)) + " mqtt:write:+/+"
    with Broker(folder, plugin, keys) as broker:
        long = key.token(scp=many)
        began = processor_seconds(broker)
        for _ in range(20):
            expect(broker.code("device-1", long) == SUCCESS, "a long list of scopes is not read")
        spent = processor_seconds(broker) - began
        expect(spent < 1, f"{spent} s for 20 tokens with {len(many)} scopes")
        over = key.token(scope=" ".join(f"mqtt:read:{number:x}" for number in range(513)))
        expect(broker.code("device-1", over) == NOT_AUTHORIZED, "too many topic scopes are taken")
        with Client(broker.port) as client:
            expect(client.connect("device-1", key.token(scope=filters)) == SUCCESS, "many filters")
            began = processor_seconds(broker)
            for _ in range(300):
                expect(client.publish("x" * 60000, "") == NOT_AUTHORIZED, "a long topic is allowed")
                expect(client.publish("/" * 199, "") == NOT_AUTHORIZED, "a topic of many levels is allowed")
            spent = processor_seconds(broker) - began
            expect(spent < 2, f"{spent} s for 600 topics")
    print("  long lists and topics cost a bounded time")


def test_memory(folder, plugin, keys, key):
    """One token cannot make more sessions than the limit."""
    token = key.token(scope=" ".join(f"mqtt:read:{'x' * 20}{number}" for number in range(250)))
    with Broker(folder, plugin, keys) as broker:
        let_in = sum(
            broker.code(f"device-1~{number}", token, clean=False, session=600) == SUCCESS
            for number in range(1000)
        )
        expect(let_in == 64, f"one token has made {let_in} sessions")
        before = resident_megabytes(broker)
        for number in range(2000):
            broker.code(f"device-1~{number % 64}", token, clean=False, session=600)
        grown = resident_megabytes(broker) - before
        # The broker keeps some memory, and a sanitizer keeps freed memory.
        expect(Broker.is_sanitized or grown < 8, f"{grown} MB for connections that take over a session")
    print("  one token makes a bounded number of sessions")


def test_reloads(folder, plugin, keys, key):
    """At a reload, the broker asks the plugin again about all clients. A new client must not be
    admitted with them."""
    with Broker(folder, plugin, keys) as broker, Client(broker.port) as honest:
        honest.connect("honest", key.token(sub="honest", scope="mqtt:write:a"))
        for number in range(200):
            if number % 10 == 0:
                broker.reload()
            code = broker.code("honest", None, user="honest", version=4 + number % 2)
            expect(code not in (None, SUCCESS), f"let in without a token while the broker reloads: {code}")
        expect(honest.publish("a", "x") == SUCCESS, "a client was dropped by a reload")
    # Sessions of disconnected clients whose tokens have expired. The broker frees these sessions
    # after the reload.
    with Broker(folder, plugin, keys) as broker:
        token = key.token(scope="mqtt:read:a", exp=int(time.time()) + 2)
        for number in range(20):
            expect(
                broker.code(f"device-1~{number}", token, clean=False, session=3) == SUCCESS,
                "a session that stays",
            )
        time.sleep(3)
        for _ in range(2):
            broker.reload()
            time.sleep(0.3)
        time.sleep(5)
        token = key.token(scope="mqtt:read:a")
        for number in range(60):
            code = broker.code(f"device-1~{number}", token, clean=False, session=2)
            expect(code == SUCCESS, f"connecting after a reload: {code}")
        time.sleep(3)
    print("  a reload lets no client in, and breaks no session")


def mutated(random_number, octets):
    """Octets with some of them changed, left out, doubled or cut off."""
    octets = bytearray(octets)
    for _ in range(random_number.randint(1, 4)):
        at = random_number.randrange(len(octets) + 1)
        kind = random_number.randrange(5)
        if kind == 0 and at < len(octets):
            octets[at] = random_number.randrange(256)
        elif kind == 1:
            del octets[at : at + random_number.randint(1, 9)]
        elif kind == 2:
            octets[at:at] = random_number.randbytes(random_number.randint(1, 9))
        elif kind == 3:
            octets[at:at] = octets[at : at + random_number.randint(1, 40)]
        else:
            del octets[at:]
    return bytes(octets)


def connect_packet(client_id, token, auth):
    body = binary("MQTT") + b"\x05\xc2\x00\x3c" + properties(method("JWT", token) if auth else b"")
    return packet(0x10, body + binary(client_id) + binary("u") + binary(token))


class Attack:
    """Runs attacks against a broker with one honest client. The seed chooses the attack of each
    round."""

    def __init__(self, broker, key, seed):
        self.broker, self.key, self.random = broker, key, random.Random(seed)
        self.good = key.token(scope="mqtt:read:mine/# mqtt:write:mine/#")
        self.tried = dict.fromkeys(("token", "connect", "session", "auth", "client_id", "churn"), 0)

    def round(self):
        name = self.random.choice(list(self.tried))
        self.tried[name] += 1
        with contextlib.suppress(OSError):
            getattr(self, name)()

    def token(self):
        """A token that was changed after it was signed."""
        wrong = mutated(self.random, self.good.encode())
        # The broker passes only the part of a password before its first NUL.
        if wrong.split(b"\0")[0] == self.good.encode():
            return
        with Client(self.broker.port, self.random.choice((4, 5))) as client:
            auth = ("JWT", wrong) if client.version == 5 and self.random.random() < 0.5 else None
            expect(client.connect("device-1", wrong, auth=auth) != SUCCESS, f"let in by {wrong!r}")

    def connect(self):
        """A CONNECT that is malformed."""
        with Client(self.broker.port) as client:
            octets = connect_packet("device-1", self.good, self.random.random() < 0.5)
            client.send(mutated(self.random, octets) + self.random.randbytes(self.random.randrange(40)))
            client.socket.settimeout(0.02)
            client.receive()

    def session(self):
        """A client with a token that subscribes and publishes malformed and foreign topics."""
        with Client(self.broker.port) as client:
            client.connect("device-1~x", self.good, clean=self.random.random() < 0.5, session=5)
            pieces = [
                "$share",
                "/",
                "+",
                "#",
                "mine",
                "$SYS",
                "g",
                "\u202e",
                "\x01",
                "x" * 3000,
                "",
                "secret",
            ]
            for _ in range(self.random.randint(1, 8)):
                topic = "".join(self.random.choices(pieces, k=self.random.randint(1, 9)))
                first, body = self.random.choice([(0x82, b"\x01"), (0xA2, b"")])
                octets = packet(first, b"\x00\x01" + properties() + binary(topic) + body)
                if self.random.random() < 0.5:
                    octets = packet(0x32, binary(topic) + b"\x00\x03" + properties() + b"x")
                client.send(mutated(self.random, octets) if self.random.random() < 0.3 else octets)
            client.socket.settimeout(0.02)
            while answer := client.receive():
                topic = (
                    answer[2][2 : 2 + struct.unpack("!H", answer[2][:2])[0]] if answer[0] == 3 else b"mine"
                )
                expect(topic.startswith(b"mine"), f"received {answer}")

    def auth(self):
        """AUTH packets of every kind (MQTT 5.0 section 3.15)."""
        with Client(self.broker.port) as client:
            client.connect(
                "device-1~a", self.good, auth=("JWT", self.good) if self.random.random() < 0.8 else None
            )
            for _ in range(self.random.randint(1, 5)):
                reason = self.random.choice((b"", b"\x00", b"\x18", b"\x19", b"\x19", b"\x87"))
                name = self.random.choice(("JWT", "JWT", "", "jwt", "X" * 500))
                data = self.random.choice((self.good, "", None, "x.y.z", "\0" * 1000))
                body = reason and reason + properties(method(name, data))
                client.send(
                    packet(0xF0, mutated(self.random, body) if body and self.random.random() < 0.3 else body)
                )
            client.socket.settimeout(0.02)
            while client.receive():
                pass

    def client_id(self):
        """The client id of another client."""
        other = self.random.choice(
            (
                "honest",
                "device-10",
                "device",
                "~device-1",
                "device-1/",
                "x" * 65535,
                "device-1\u00e9",
                "auto-",
            )
        )
        expect(self.broker.code(other, self.good) != SUCCESS, f"let in as {other[:40]}")

    def churn(self):
        """Connections with wills that take each other over, and that end in every way."""
        clients = []
        for _ in range(self.random.randint(2, 6)):
            client = Client(self.broker.port, self.random.choice((4, 5)))
            extra = {"session": self.random.choice((0, 1, 600))} if client.version == 5 else {}
            will = self.random.choice(
                (
                    None,
                    ("mine/w", "w"),
                    ("secret/w", "w"),
                    ("mine/w", "w", 1) if client.version == 5 else None,
                )
            )
            expires = int(time.time()) + self.random.choice((0, 1, 2, 60))
            token = self.key.token(scope="mqtt:write:mine/#", exp=expires)
            client.connect(
                f"device-1~{self.random.randrange(3)}",
                token,
                clean=self.random.random() < 0.5,
                will=will,
                **extra,
            )
            if self.random.random() < 0.3:
                client.send(packet(0xE0))
            clients.append(client)
        if self.random.random() < 0.05:
            self.broker.reload()
        for client in clients:
            client.close()


def attack(broker, key, seed, holds):
    """Attacks in rounds, until `holds` returns False for the number of rounds so far. Returns the count of each
    attack."""
    found = Attack(broker, key, seed)
    with Client(broker.port) as honest:
        expect(
            honest.connect("honest", key.token(sub="honest", scope="mqtt:read:secret/# mqtt:write:secret/#"))
            == SUCCESS,
            "",
        )
        expect(honest.subscribe("secret/#") == 1, "the honest client cannot subscribe")
        rounds = 0
        while holds(rounds):
            found.round()
            rounds += 1
            if rounds % 100 == 0:
                expect(
                    honest.publish("secret/alive", str(rounds)) == SUCCESS, "the honest client was dropped"
                )
                # A message that another client published would come first.
                expect(
                    honest.message() in (None, ("secret/alive", str(rounds))),
                    "the hostile client has published a secret",
                )
    return found.tried


def test_hostile(folder, plugin, keys, key):
    test_cost(folder, plugin, keys, key)
    test_memory(folder, plugin, keys, key)
    test_reloads(folder, plugin, keys, key)
    with Broker(folder, plugin, keys, "max_sessions 1000") as broker:
        tried = attack(broker, key, 1, lambda rounds: rounds < ROUNDS)
    print(f"  attacks that got nowhere: {tried}")
