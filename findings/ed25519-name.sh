#!/bin/sh
# RFC 9864 replaces the algorithm name `EdDSA` by `Ed25519`. jose signs with either, and fast-jwt
# with the old one. Six verifiers read a token of each name with the same key, and a key whose `alg`
# is the new name.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 fast-jwt@6.3.6
python_packages PyJWT==2.15.1 cryptography==50.0.2 jwcrypto==1.6.1 joserfc==1.8.0 Authlib==1.9.10

cat >verify.mjs <<'JS'

import { writeFileSync } from 'node:fs';
import { createSigner, createVerifier } from 'fast-jwt';
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
const { publicKey, privateKey } = await generateKeyPair('Ed25519', { extractable: true });
const jwk = await exportJWK(publicKey), pem = await exportSPKI(publicKey);
const header = token => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).alg;
console.log('fast-jwt signs with', header(createSigner({ key: await exportPKCS8(privateKey) })({ sub: 'a' })));
const names = ['EdDSA', 'Ed25519'], tokens = {};
for (const alg of names) {
  const token = tokens[alg] = await new SignJWT({ sub: 'a' }).setProtectedHeader({ alg }).sign(privateKey);
  const programs = {
    jose: () => jwtVerify(token, publicKey),
    'jose, key with the new name': async () => jwtVerify(token, await importJWK({ ...jwk, alg: 'Ed25519' })),
    'fast-jwt': async () => createVerifier({ key: pem })(token),
  };
  for (const [program, verify] of Object.entries(programs)) {
    console.log(`${alg}, ${program}: ${await verify().then(() => 'accepts', error => error.message)}`);
  }
}
writeFileSync('input.json', JSON.stringify({ jwk, tokens }));
JS
cat >verify.py <<'PY'
import json, warnings
warnings.simplefilter("ignore")
import jwt
from jwcrypto import jwk, jws
from joserfc import jws as joserfc
from joserfc.jwk import OKPKey
from authlib.jose import JsonWebSignature, OKPKey as AuthlibKey
given = json.load(open("input.json"))
key, named = given["jwk"], {**given["jwk"], "alg": "Ed25519"}
def jwcrypto(token, key):
    read = jws.JWS()
    read.deserialize(token, jwk.JWK(**key))
for alg, token in given["tokens"].items():
    programs = {
        "PyJWT": lambda: jwt.decode(token, jwt.PyJWK(key), algorithms=["EdDSA", "Ed25519"]),
        "PyJWT, key with the new name": lambda: jwt.decode(token, jwt.PyJWK(named), algorithms=["EdDSA", "Ed25519"]),
        "jwcrypto": lambda: jwcrypto(token, key),
        "jwcrypto, key with the new name": lambda: jwcrypto(token, named),
        "joserfc, named": lambda: joserfc.deserialize_compact(token, OKPKey.import_key(key), algorithms=[alg]),
        "joserfc, by default": lambda: joserfc.deserialize_compact(token, OKPKey.import_key(key)),
        "Authlib": lambda: JsonWebSignature(["EdDSA", "Ed25519"]).deserialize_compact(token, AuthlibKey.import_key(key)),
    }
    for program, verify in programs.items():
        try:
            verify()
            result = "accepts"
        except Exception as error:
            result = "Unable to find an algorithm" if "Unable to find" in str(error) else str(error).strip(": ")
        print(f"{alg}, {program}: {result}")
PY
{ node24 verify.mjs; python/bin/python verify.py 2>/dev/null; } >observed
cat >expected <<'TXT'
fast-jwt signs with EdDSA
EdDSA, jose: accepts
EdDSA, jose, key with the new name: accepts
EdDSA, fast-jwt: accepts
Ed25519, jose: accepts
Ed25519, jose, key with the new name: accepts
Ed25519, fast-jwt: The token algorithm is invalid.
EdDSA, PyJWT: accepts
EdDSA, PyJWT, key with the new name: Unable to find an algorithm
EdDSA, jwcrypto: accepts
EdDSA, jwcrypto, key with the new name: accepts
EdDSA, joserfc, named: accepts
EdDSA, joserfc, by default: unsupported_algorithm: Algorithm of 'EdDSA' is not recommended
EdDSA, Authlib: accepts
Ed25519, PyJWT: Token algorithm 'Ed25519' does not match the key's algorithm 'EdDSA'
Ed25519, PyJWT, key with the new name: Unable to find an algorithm
Ed25519, jwcrypto: accepts
Ed25519, jwcrypto, key with the new name: accepts
Ed25519, joserfc, named: accepts
Ed25519, joserfc, by default: unsupported_algorithm: Algorithm of 'Ed25519' is not recommended
Ed25519, Authlib: unsupported_algorithm
TXT
same
