#!/bin/sh
# A COSE_Sign1 message has two valid forms, with tag 18 and without it (RFC 9052 2). cwt and pycose
# read only the tagged form, cose-kit only the untagged one, @auth0/cose both.
. "$(dirname "$0")/common"
npm_packages @auth0/cose@1.0.2 cose-kit@1.7.1 jose@6.2.18
python_packages cwt==3.3.0 pycose==1.1.0

cat >make.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { Algorithms, Headers, ProtectedHeaders, Sign1, UnprotectedHeaders } from '@auth0/cose';
import { exportJWK, generateKeyPair } from 'jose';
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
const signed = await Sign1.sign(new ProtectedHeaders([[Headers.Algorithm, Algorithms.ES256]]),
  new UnprotectedHeaders([]), Buffer.from('hello'), privateKey);
const tagged = Buffer.from(signed.encode());
console.log('@auth0/cose wrote the first byte', tagged.subarray(0, 1).toString('hex'));
writeFileSync('message.json', JSON.stringify({ key: await exportJWK(publicKey),
  tagged: tagged.toString('hex'), untagged: tagged.subarray(1).toString('hex') }));
JS
cat >auth0.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Sign1 } from '@auth0/cose';
import { importJWK } from 'jose';
const message = JSON.parse(readFileSync('message.json'));
const key = await importJWK(message.key, 'ES256');
for (const form of ['tagged', 'untagged']) {
  try {
    await (await Sign1.decode(Buffer.from(message[form], 'hex'))).verify(key);
    console.log(form, '@auth0/cose verifies');
  } catch (error) { console.log(form, '@auth0/cose:', error.message); }
}
JS
cat >kit.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { coseVerify } from 'cose-kit';
import { importJWK } from 'jose';
const message = JSON.parse(readFileSync('message.json'));
const key = await importJWK(message.key, 'ES256');
for (const form of ['tagged', 'untagged']) {
  try {
    const { isValid } = await coseVerify(Buffer.from(message[form], 'hex'), key);
    console.log(form, 'cose-kit', isValid ? 'verifies' : 'rejects');
  } catch (error) { console.log(form, 'cose-kit:', error.message); }
}
JS
cat >read.py <<'PY'
import json
from cwt import COSE, COSEKey
from pycose.keys import EC2Key
from pycose.messages import CoseMessage
import base64
message = json.load(open("message.json"))
point = [base64.urlsafe_b64decode(message["key"][name] + "=") for name in "xy"]
for form in ("tagged", "untagged"):
    data = bytes.fromhex(message[form])
    try:
        COSE.new().decode(data, COSEKey.from_jwk({**message["key"], "alg": "ES256"}))
        print(form, "cwt verifies")
    except Exception as error:
        print(form, "cwt:", error)
    try:
        read = CoseMessage.decode(data)
        read.key = EC2Key(crv="P_256", x=point[0], y=point[1])
        print(form, "pycose", "verifies" if read.verify_signature() else "rejects")
    except Exception as error:
        print(form, "pycose:", error)
PY
{ node24 make.mjs; node24 auth0.mjs; node24 kit.mjs; python/bin/python read.py; } >observed
cat >expected <<'TXT'
@auth0/cose wrote the first byte d2
tagged @auth0/cose verifies
untagged @auth0/cose verifies
tagged cose-kit verifies
untagged cose-kit verifies
tagged cwt verifies
tagged pycose verifies
untagged cwt: Invalid COSE format.
untagged pycose: Message was not tagged.
TXT
same
