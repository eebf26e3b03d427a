#!/bin/sh
# A valid MQTT 5 CONNECT asks for enhanced authentication (4.12). mosquitto without a plugin and
# mqttools answer 0x8c. aedes and nats-server do not support MQTT 5, and answer with the CONNACK of
# MQTT 3.1.1, which is not an MQTT 5 packet. mosquitto accepts a password without a user name;
# mqttools answers 0x86. MQTT 3.1.1 allows an empty user name, but nats-server without any users
# rejects it.
. "$(dirname "$0")/common"
debian_packages mosquitto=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2 libcjson1=1.7.15-1+deb12u4 \
	libdlt2=2.18.8-6 libwebsockets17=4.1.6-3 libev4=1:4.33-1 libuv1=1.44.2-1+deb12u1 libwrap0=7.6.q-32 \
	nats-server=2.9.10-1+b3
npm_packages aedes@1.2.0
python_packages mqttools==0.50.0

printf 'listener 18852 127.0.0.1\nallow_anonymous true\n' >mosquitto.conf
cat >nats.conf <<'TXT'
listen: 127.0.0.1:18862
server_name: finding
jetstream { store_dir: "jetstream" }
mqtt { listen: "127.0.0.1:18855" }
TXT
cat >aedes.mjs <<'JS'
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
const broker = await Aedes.createBroker();
createServer(broker.handle).listen(18851, '127.0.0.1');
JS
cat >broker.py <<'PY'
import asyncio, mqttools
asyncio.run(mqttools.Broker(("127.0.0.1", 18854)).serve_forever())
PY
background mosquitto.log mosquitto -c mosquitto.conf
background nats.log nats-server -c nats.conf
background aedes.log "$folder/node_modules/$node/bin/node" aedes.mjs
background mqttools.log python/bin/python broker.py
for port in 18851 18852 18854 18855; do listening "$port"; done

cat >connect.py <<'PY'
import socket, struct
def text(value): return struct.pack(">H", len(value)) + value
def answer(port, level, flags, properties, payload):
    body = text(b"MQTT") + bytes([level, flags | 2, 0, 60])
    if level == 5:
        body += bytes([len(properties)]) + properties
    body += text(b"client") + payload
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(5)
        connection.sendall(bytes([0x10, len(body)]) + body)
        return connection.recv(256).hex()
method = b"\x15" + text(b"X-TOKEN") + b"\x16" + text(b"data")
brokers = {"aedes": 18851, "nats-server": 18855, "mosquitto": 18852, "mqttools": 18854}
for name, port in brokers.items():
    print(name, "MQTT 5 with an authentication method:", answer(port, 5, 0, method, b""))
    print(name, "MQTT 5 with a password alone:", answer(port, 5, 0x40, b"", text(b"secret")))
    if name != "mqttools":
        print(name, "MQTT 3.1.1 with an empty user name:", answer(port, 4, 0xC0, b"", text(b"") + text(b"secret")))
PY
python3 connect.py >observed
cat >expected <<'TXT'
aedes MQTT 5 with an authentication method: 20020001
aedes MQTT 5 with a password alone: 20020001
aedes MQTT 3.1.1 with an empty user name: 20020000
nats-server MQTT 5 with an authentication method: 20020001
nats-server MQTT 5 with a password alone: 20020001
nats-server MQTT 3.1.1 with an empty user name: 20020004
mosquitto MQTT 5 with an authentication method: 2003008c00
mosquitto MQTT 5 with a password alone: 200900000622000a210014
mosquitto MQTT 3.1.1 with an empty user name: 20020000
mqttools MQTT 5 with an authentication method: 2009008c06240028002a00
mqttools MQTT 5 with a password alone: 2009008606240028002a00
TXT
same
