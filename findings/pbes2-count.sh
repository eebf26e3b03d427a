#!/bin/sh
# A key that is encrypted with a password (RFC 7518 4.8). Each library has its own limit for the
# count p2c: panva's jose 10,000, jwcrypto 16,384, joserfc 300,000. None of them reads a count of
# 600,000. They write 2048 or 8192 themselves.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18
python_packages jwcrypto==1.6.1 joserfc==1.8.0

cat >make.py <<'PY'
import base64, json
from joserfc import jwe as joserfc
from joserfc.jwk import OctKey
from jwcrypto import jwe, jwk
names = ["PBES2-HS256+A128KW", "A128CBC-HS256"]
password = "correct horse battery staple"
registry = joserfc.JWERegistry(algorithms=names)
key = OctKey.import_key(password)
header = {"alg": names[0], "enc": names[1]}
def count(token): return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["p2c"]
print("joserfc writes", count(joserfc.encrypt_compact(header, b"x", key, registry=registry)))
own = jwe.JWE(b"x", json.dumps(header))
own.allowed_algs = names
own.add_recipient(jwk.JWK.from_password(password))
print("jwcrypto writes", count(own.serialize(compact=True)))
tokens = {}
for number in (10000, 10001, 16384, 16385, 300000, 300001):
    try:
        tokens[number] = joserfc.encrypt_compact({**header, "p2c": number}, b"x", key, registry=registry)
        joserfc.decrypt_compact(tokens[number], key, registry=registry)
        print(number, "joserfc reads")
    except Exception as error:
        print(number, "joserfc:", error)
        continue
    try:
        read = jwe.JWE()
        read.allowed_algs = names
        read.deserialize(tokens[number], jwk.JWK.from_password(password))
        print(number, "jwcrypto reads")
    except Exception as error:
        print(number, "jwcrypto:", type(error).__name__)
json.dump(tokens, open("tokens.json", "w"))
PY
cat >read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
const password = new TextEncoder().encode('correct horse battery staple');
const own = await new CompactEncrypt(password)
  .setProtectedHeader({ alg: 'PBES2-HS256+A128KW', enc: 'A128CBC-HS256' }).encrypt(password);
console.log('jose writes', decodeProtectedHeader(own).p2c);
for (const [count, token] of Object.entries(JSON.parse(readFileSync('tokens.json')))) {
  try {
    await compactDecrypt(token, password, { keyManagementAlgorithms: ['PBES2-HS256+A128KW'] });
    console.log(count, 'jose reads');
  } catch (error) { console.log(count, 'jose:', error.message); }
}
JS
{ python/bin/python make.py; node24 read.mjs; } >observed
cat >expected <<'TXT'
joserfc writes 2048
jwcrypto writes 2048
10000 joserfc reads
10000 jwcrypto reads
10001 joserfc reads
10001 jwcrypto reads
16384 joserfc reads
16384 jwcrypto reads
16385 joserfc reads
16385 jwcrypto: InvalidJWEData
300000 joserfc reads
300000 jwcrypto: InvalidJWEData
300001 joserfc: invalid_header_value: 'p2c' in header must be less than 300000
jose writes 2048
10000 jose reads
10001 jose: JOSE Header "p2c" (PBES2 Count) out is of acceptable bounds
16384 jose: JOSE Header "p2c" (PBES2 Count) out is of acceptable bounds
16385 jose: JOSE Header "p2c" (PBES2 Count) out is of acceptable bounds
300000 jose: JOSE Header "p2c" (PBES2 Count) out is of acceptable bounds
TXT
same
