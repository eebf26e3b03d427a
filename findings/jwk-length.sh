#!/bin/sh
# A P-256 key whose x begins with a zero octet: `authlib.jose` writes 31 octets for x, so its
# thumbprint (RFC 7638) differs from that of the other programs. rsa-pem-to-jwk writes an n of 257
# octets for a key of 2,048 bits. RFC 7518 6.2.1.2 and 6.3.1.1 demand 32 and 256.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 node-jose@2.2.0 ec-key@0.0.6 eckles@1.4.1 rasha@1.2.5 rsa-pem-to-jwk@1.1.3
python_packages Authlib==1.9.10 PyJWT==2.15.1 cryptography==50.0.2 joserfc==1.8.0 jwcrypto==1.6.1 \
	josepy==2.2.0

cat >key.pem <<'PEM'
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAEWLnVcvaf1yDjjccXFnZ6BNdREo
m/2peDGxaysczmV9mzj6KFRposYwMN0okl6fy/3Wk0TPd9g+pBr21rKzWg==
-----END PUBLIC KEY-----
PEM
openssl genrsa -traditional -out rsa.pem 2048 2>/dev/null
openssl rsa -in rsa.pem -pubout -out rsa-public.pem 2>/dev/null

cat >write.py <<'PY'
import base64, json, warnings
warnings.simplefilter("ignore")
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import ECAlgorithm
from jwcrypto.jwk import JWK
from joserfc.jwk import ECKey
from authlib.jose import JsonWebKey
import josepy
pem = open("key.pem", "rb").read()
written = {
    "Authlib": JsonWebKey.import_key(pem).as_dict(),
    "PyJWT": json.loads(ECAlgorithm.to_jwk(load_pem_public_key(pem))),
    "joserfc": ECKey.import_key(pem).as_dict(),
    "jwcrypto": JWK.from_pem(pem).export_public(as_dict=True),
    "josepy": josepy.JWKEC(key=load_pem_public_key(pem)).to_json(),
}
for program, key in written.items():
    length = len(base64.urlsafe_b64decode(key["x"] + "=="))
    print(f"{program} writes x in {length} octets, thumbprint {JWK(**key).thumbprint()}")
json.dump(written["Authlib"], open("short.json", "w"))
PY
cat >write.cjs <<'JS'
const { readFileSync, writeFileSync } = require('node:fs');
const length = (text) => Buffer.from(text, 'base64url').length;
const pem = readFileSync('key.pem', 'utf8'), rsa = readFileSync('rsa-public.pem', 'utf8');
const short = JSON.parse(readFileSync('short.json'));
const long = require('rsa-pem-to-jwk')(readFileSync('rsa.pem', 'utf8'), {}, 'public');
const report = async (text, program) => {
  try { console.log(text, await program()); } catch (error) { console.log(text, error.message); }
};
(async () => {
  const jose = await import('jose');
  await report('eckles writes x in octets:', async () => length((await require('eckles').import({ pem })).x));
  await report('rsa-pem-to-jwk writes n in octets:', () => length(long.n));
  await report('rasha writes n in octets:', async () => length((await require('rasha').import({ pem: rsa })).n));
  const same = await jose.calculateJwkThumbprint(long) === await jose.calculateJwkThumbprint({ ...long, n: Buffer.from(long.n, 'base64url').subarray(1).toString('base64url') });
  console.log('jose, thumbprint with and without the octet:', same ? 'same' : 'different');
  for (const [name, key, alg] of [['31 octets of x', short, 'ES256'], ['257 octets of n', long, 'RS256']]) {
    await report(`${name}, jose:`, async () => (await jose.importJWK(key, alg)) && 'accepts');
    await report(`${name}, node-jose:`, async () => (await require('node-jose').JWK.asKey(key)) && 'accepts');
  }
  await report('31 octets of x, ec-key:', () => new (require('ec-key'))(short) && 'accepts');
})();
JS
cat >read.py <<'PY'
import json
from jwt import PyJWK
from jwcrypto.jwk import JWK
from joserfc.jwk import ECKey
import josepy
key = json.load(open("short.json"))
for program, read in {"PyJWT": PyJWK, "jwcrypto": lambda key: JWK(**key), "joserfc": ECKey.import_key, "josepy": josepy.JWK.from_json}.items():
    try:
        read(key)
        result = "accepts"
    except Exception as error:
        result = str(error)
    print(f"31 octets of x, {program}: {result}")
PY
{ python/bin/python write.py; node24 write.cjs; python/bin/python read.py; } >observed
cat >expected <<'TXT'
Authlib writes x in 31 octets, thumbprint _b3Cv0gHk7NSVtR--THAJbVUIl-HH-2FNa5BnwBV034
PyJWT writes x in 32 octets, thumbprint PqI5Azt0AvKqKktj8yXec85JnuovEz1aUTguLDu1uKE
joserfc writes x in 32 octets, thumbprint PqI5Azt0AvKqKktj8yXec85JnuovEz1aUTguLDu1uKE
jwcrypto writes x in 32 octets, thumbprint PqI5Azt0AvKqKktj8yXec85JnuovEz1aUTguLDu1uKE
josepy writes x in 32 octets, thumbprint PqI5Azt0AvKqKktj8yXec85JnuovEz1aUTguLDu1uKE
eckles writes x in octets: 32
rsa-pem-to-jwk writes n in octets: 257
rasha writes n in octets: 256
jose, thumbprint with and without the octet: different
31 octets of x, jose: accepts
31 octets of x, node-jose: accepts
257 octets of n, jose: accepts
257 octets of n, node-jose: accepts
31 octets of x, ec-key: Public EC Key point X of wrong length
31 octets of x, PyJWT: Coords should be 32 bytes for curve P-256
31 octets of x, jwcrypto: accepts
31 octets of x, joserfc: accepts
31 octets of x, josepy: Deserialization error: Expected parameter "x" to be 32 bytes after base64-decoding; got 31 bytes instead
TXT
same
