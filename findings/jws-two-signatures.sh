#!/bin/sh
# A JWS in general JSON form has two signatures, and the verifier holds the key of one of them. RFC
# 7515 5.2 lets the application decide how many signatures must be valid. jwcrypto, panva's jose and
# Debian's jose require one, joserfc all.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18
python_packages jwcrypto==1.6.1 joserfc==1.8.0
debian_packages jose=11-2+deb12u1 libjose0=11-2+deb12u1 libjansson4=2.14-2

cat >make.py <<'PY'
import json
from jwcrypto import jwk, jws
from joserfc import jws as joserfc
from joserfc.jwk import ECKey, KeySet
keys = {name: jwk.JWK.generate(kty="EC", crv="P-256", kid=name) for name in "ab"}
token = jws.JWS(b"hello")
for name, key in keys.items():
    token.add_signature(key, None, json.dumps({"alg": "ES256", "kid": name}))
text = token.serialize()
open("token.json", "w").write(text)
public = {name: key.export_public(as_dict=True) for name, key in keys.items()}
json.dump(public["a"], open("a.jwk", "w"))
read = jws.JWS()
read.deserialize(text)
read.verify(keys["a"])
print("jwcrypto with key a: verifies")
for names in ("a", "ab"):
    try:
        held = KeySet([ECKey.import_key(public[name]) for name in names])
        joserfc.deserialize_json(json.loads(text), held)
        print("joserfc with a set of", names, "verifies")
    except Exception as error:
        print("joserfc with a set of", names, error)
PY
cat >read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { generalVerify, importJWK } from 'jose';
const key = await importJWK(JSON.parse(readFileSync('a.jwk')), 'ES256');
const { protectedHeader } = await generalVerify(JSON.parse(readFileSync('token.json')), key);
console.log('panva jose with key a: verifies the signature of', protectedHeader.kid);
JS
{
	python/bin/python make.py
	node24 read.mjs
	jose jws ver -i token.json -k a.jwk && echo "Debian jose with key a: verifies"
} >observed
cat >expected <<'TXT'
jwcrypto with key a: verifies
joserfc with a set of a invalid_key_id: No key for kid: 'b'
joserfc with a set of ab verifies
panva jose with key a: verifies the signature of a
Debian jose with key a: verifies
TXT
same
