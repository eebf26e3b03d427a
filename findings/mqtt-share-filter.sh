#!/bin/sh
# `$share/g/x/#` is a shared subscription in MQTT 5 (4.8.2) and a plain topic filter in MQTT 3.1.1.
# mosquitto makes a shared subscription for both versions. aedes and nats-server take the filter
# literally for 3.1.1. Every broker grants it, so the client cannot see the difference.
. "$(dirname "$0")/common"
debian_packages mosquitto=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2 libcjson1=1.7.15-1+deb12u4 \
	libdlt2=2.18.8-6 libwebsockets17=4.1.6-3 libev4=1:4.33-1 libuv1=1.44.2-1+deb12u1 libwrap0=7.6.q-32 \
	nats-server=2.9.10-1+b3
npm_packages aedes@1.2.0

printf 'listener 18832 127.0.0.1\nallow_anonymous true\n' >mosquitto.conf
cat >nats.conf <<'TXT'
listen: 127.0.0.1:18842
server_name: finding
jetstream { store_dir: "jetstream" }
mqtt { listen: "127.0.0.1:18835" }
TXT
cat >aedes.mjs <<'JS'
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
const broker = await Aedes.createBroker();
createServer(broker.handle).listen(18831, '127.0.0.1');
JS
background mosquitto.log mosquitto -c mosquitto.conf
background nats.log nats-server -c nats.conf
background aedes.log "$folder/node_modules/$node/bin/node" aedes.mjs
for port in 18831 18832 18835; do listening "$port"; done

cat >deliver.py <<'PY'
import socket, struct
def text(value): return struct.pack(">H", len(value)) + value.encode()
def packet(kind, body): return bytes([kind, len(body)]) + body
class Client:
    def __init__(self, port, level, name):
        self.level = level
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(2)
        none = b"\0" if level == 5 else b""
        self.none = none
        self.socket.sendall(packet(0x10, text("MQTT") + bytes([level, 2, 0, 60]) + none + text(name)))
        self.read()
    def read(self):
        data = b""
        try:
            while part := self.socket.recv(4096):
                data += part
        except TimeoutError:
            pass
        return data
    def subscribe(self, topic):
        self.socket.sendall(packet(0x82, b"\0\1" + self.none + text(topic) + b"\0"))
        return "granted" if self.read()[-1] < 0x80 else "rejected"
    def publish(self, topic):
        self.socket.sendall(packet(0x30, text(topic) + self.none + b"MESSAGE"))
for name, port, level in (("aedes", 18831, 4), ("nats-server", 18835, 4), ("mosquitto", 18832, 4), ("mosquitto", 18832, 5)):
    group = [Client(port, level, "a"), Client(port, level, "b")]
    grants = [client.subscribe("$share/g/x/#") for client in group]
    sender = Client(port, level, "sender")
    print(name, "MQTT", {4: "3.1.1", 5: "5"}[level], grants)
    for topic in ("x/1", "$share/g/x/1"):
        for _ in range(10):
            sender.publish(topic)
        print("  10 messages to", topic, "arrive as", [client.read().count(b"MESSAGE") for client in group])
PY
python3 deliver.py >observed
cat >expected <<'TXT'
aedes MQTT 3.1.1 ['granted', 'granted']
  10 messages to x/1 arrive as [0, 0]
  10 messages to $share/g/x/1 arrive as [10, 10]
nats-server MQTT 3.1.1 ['granted', 'granted']
  10 messages to x/1 arrive as [0, 0]
  10 messages to $share/g/x/1 arrive as [10, 10]
mosquitto MQTT 3.1.1 ['granted', 'granted']
  10 messages to x/1 arrive as [5, 5]
  10 messages to $share/g/x/1 arrive as [0, 0]
mosquitto MQTT 5 ['granted', 'granted']
  10 messages to x/1 arrive as [5, 5]
  10 messages to $share/g/x/1 arrive as [0, 0]
TXT
same
