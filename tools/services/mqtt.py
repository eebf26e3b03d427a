"""A small MQTT client that writes the bytes of each packet itself (OASIS MQTT 3.1.1 and 5.0), so
that a test can also
send malformed packets."""

import socket
import struct

CONNACK, PUBLISH, PUBACK, SUBACK, UNSUBACK, DISCONNECT, AUTH = 2, 3, 4, 9, 11, 14, 15
SUCCESS, NOT_AUTHORIZED, BAD_METHOD, REAUTHENTICATE = 0x00, 0x87, 0x8C, 0x19
NO_SUBSCRIBERS = 0x10


def varint(number):
    octets = b""
    while True:
        octets += bytes([number % 128 | (0x80 if number > 127 else 0)])
        number //= 128
        if number == 0:
            return octets


def binary(value):
    octets = value.encode() if isinstance(value, str) else value
    return struct.pack("!H", len(octets)) + octets


def packet(first, body=b""):
    return bytes([first]) + varint(len(body)) + body


def properties(*found):
    octets = b"".join(found)
    return varint(len(octets)) + octets


def method(name, data=None):
    """Authentication method and data (MQTT 5.0 section 3.1.2.11.9)."""
    return b"\x15" + binary(name) + (b"" if data is None else b"\x16" + binary(data))


class Client:
    """A connection to the broker. `version` is 4 for MQTT 3.1.1, and 5 for MQTT 5.0."""

    def __init__(self, port, version=5):
        self.version = version
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def take(self, count):
        while len(self.received) < count:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.received += more
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def receive(self):
        """The kind, the flags and the body of the next packet. None if the connection ends."""
        try:
            first = self.take(1)[0]
            length = shift = 0
            while True:
                digit = self.take(1)[0]
                length |= (digit & 0x7F) << shift
                shift += 7
                if digit < 0x80:
                    return first >> 4, first & 15, self.take(length)
        except (EOFError, ConnectionError):
            return None

    def connect(
        self, client_id, password=None, user="anyone", clean=True, will=None, session=None, auth=None
    ):
        """Sends CONNECT and returns the reason code of CONNACK, or None. `will` is a topic and a
        payload, `session` the seconds that the session stays, `auth` an authentication method and
        its data."""
        flags = (0x02 if clean else 0) | (0x04 if will else 0)
        flags |= (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
        body = binary("MQTT") + bytes([self.version, flags]) + struct.pack("!H", 60)
        if self.version == 5:
            body += properties(
                b"" if session is None else b"\x11" + struct.pack("!I", session),
                b"" if auth is None else method(*auth),
            )
        body += binary(client_id)
        if will:
            topic, payload, *delay = will
            if self.version == 5:
                body += properties(b"\x18" + struct.pack("!I", delay[0]) if delay else b"")
            body += binary(topic) + binary(payload)
        body += b"" if user is None else binary(user)
        body += b"" if password is None else binary(password)
        self.send(packet(0x10, body))
        answer = self.receive()
        return answer[2][1] if answer and answer[0] == CONNACK else None

    def wait_for(self, kind):
        """The body of the next packet of a kind; None if the connection ends before."""
        while answer := self.receive():
            if answer[0] == kind:
                return answer[2]
        return None

    def subscribe(self, topic):
        """Subscribes, and returns the reason code."""
        self.send(
            packet(0x82, b"\x00\x01" + (properties() if self.version == 5 else b"") + binary(topic) + b"\x01")
        )
        body = self.wait_for(SUBACK)
        return body and body[-1]

    def unsubscribe(self, topic):
        self.send(packet(0xA2, b"\x00\x02" + (properties() if self.version == 5 else b"") + binary(topic)))
        body = self.wait_for(UNSUBACK)
        return body and body[-1]

    def publish(self, topic, payload):
        """Publishes with QoS 1, and returns the reason code."""
        self.send(
            packet(
                0x32,
                binary(topic) + b"\x00\x03" + (properties() if self.version == 5 else b"") + payload.encode(),
            )
        )
        body = self.wait_for(PUBACK)
        if body is None or len(body) == 2:
            return body and SUCCESS
        return SUCCESS if body[2] == NO_SUBSCRIBERS else body[2]

    def message(self, seconds=5):
        """The topic and payload of the next message; None if no message comes in this time."""
        self.socket.settimeout(seconds)
        try:
            while answer := self.receive():
                if answer[0] != PUBLISH:
                    continue
                kind, flags, body = answer
                length = struct.unpack("!H", body[:2])[0]
                rest = body[2 + length + (2 if flags & 6 else 0) :]
                if flags & 6:
                    self.send(packet(0x40, body[2 + length : 4 + length]))
                return (
                    body[2 : 2 + length].decode(),
                    (rest[1 + rest[0] :] if self.version == 5 else rest).decode(),
                )
        except TimeoutError:
            pass
        finally:
            self.socket.settimeout(20)
        return None

    def reauthenticate(self, name, data):
        """Sends AUTH with the reason re-authenticate. Returns the kind and reason code of the answer."""
        self.send(packet(0xF0, bytes([REAUTHENTICATE]) + properties(method(name, data))))
        answer = self.receive()
        return answer and (answer[0], answer[2][0] if answer[2] else SUCCESS)
