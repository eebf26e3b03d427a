#!/bin/sh
# MicroPython writes the members of a dict in the order of its hash table, not in the order of
# insertion. So a JWS header {"alg","typ","kid"} comes out in another order, and a JWK thumbprint
# (RFC 7638 3) from json.dumps is wrong. a2b_base64 requires padding, and silently skips `-` and
# `_`.
. "$(dirname "$0")/common"
npm_packages @micropython/micropython-webassembly-pyscript@1.27.0

cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';
const python = await loadMicroPython({ stdout: line => console.log(line) });
python.runPython(readFileSync('program.py', 'utf8'));
JS
cat >program.py <<'PY'
import binascii, json, sys
print(sys.version.split(" on ")[0])
print(json.dumps({"alg": "ES256", "typ": "JWT", "kid": "a"}))
print(json.dumps({"crv": "P-256", "kty": "EC", "x": "x", "y": "y"}, separators=(",", ":")))
print(json.loads('{"exp":4102444800.25}'))
for text in (b"+/+/", b"-_-_", b"AQ==", b"AQ"):
    try:
        print(text, binascii.a2b_base64(text))
    except Exception as error:
        print(text, type(error).__name__, error)
PY
node24 run.mjs >observed
cat >expected <<'TXT'
3.4.0; MicroPython v1.27.0
{"kid": "a", "alg": "ES256", "typ": "JWT"}
{"y":"y","x":"x","crv":"P-256","kty":"EC"}
{'exp': 4102444800.25}
b'+/+/' b'\xfb\xff\xbf'
b'-_-_' b''
b'AQ==' b'\x01'
b'AQ' Exception Incorrect padding
TXT
same
