#!/bin/sh
# MQTT 5 allows a token as a password without a user name (3.1.2.9). paho-mqtt silently drops the
# password and connects as anonymous; mqtt.js never sends a packet and reports only `close`;
# mosquitto_pub and mqttools send it.
. "$(dirname "$0")/common"
debian_packages mosquitto-clients=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2 libcjson1=1.7.15-1+deb12u4
npm_packages mqtt@5.16.0
python_packages paho-mqtt==2.2.0 mqttools==0.50.0

cat >drops.py <<'PY'
import sys, time
import paho.mqtt.client as mqtt
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="c", protocol=mqtt.MQTTv5)
client.username_pw_set(None, "TOKEN")
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
time.sleep(5)
PY
cat >tools.py <<'PY'
import asyncio, sys
import mqttools
async def main():
    client = mqttools.Client("127.0.0.1", int(sys.argv[1]), client_id="c", password=b"TOKEN", connect_delays=[])
    await client.start()
asyncio.run(main())
PY
cat >mqttjs.mjs <<'JS'
import { appendFileSync } from 'node:fs';
import mqtt from 'mqtt';
const client = mqtt.connect(`mqtt://127.0.0.1:${process.argv[2]}`,
  { protocolVersion: 5, clientId: 'c', password: 'TOKEN', reconnectPeriod: 0 });
for (const event of ['connect', 'error', 'close', 'offline'])
  client.on(event, () => appendFileSync('events', event + '\n'));
setTimeout(() => process.exit(), 5000);
JS
cat >receive.py <<'PY'
import os, socket, subprocess, sys
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(1)
port = str(listener.getsockname()[1])
programs = {
    "paho-mqtt": ["python/bin/python", "drops.py", port],
    "mqttools": ["python/bin/python", "tools.py", port],
    "mosquitto_pub": ["mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-V", "mqttv5", "-i", "c", "-P", "TOKEN", "-t", "t", "-m", "m"],
    "mqtt.js": [sys.argv[1], "mqttjs.mjs", port],
}
for name, command in programs.items():
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    packet = b""
    while not packet and program.poll() is None:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(5)
            packet = connection.recv(256)
    program.terminate()
    program.wait()
    if packet:
        flags = packet[9]
        print(f"{name}: user name flag {flags >> 7}, password flag {flags >> 6 & 1}, token sent: {b'TOKEN' in packet}")
    else:
        print(f"{name}: no packet")
if os.path.exists("events"):
    print("mqtt.js events:", sorted(set(open("events").read().split())))
PY
python3 receive.py "$folder/node_modules/$node/bin/node" >observed
cat >expected <<'TXT'
paho-mqtt: user name flag 0, password flag 0, token sent: False
mqttools: user name flag 0, password flag 1, token sent: True
mosquitto_pub: user name flag 0, password flag 1, token sent: True
mqtt.js: no packet
mqtt.js events: ['close']
TXT
same
