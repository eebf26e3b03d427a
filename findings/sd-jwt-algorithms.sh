#!/bin/sh
# The verifier of the Python package sd-jwt has no choice of algorithms: digests of disclosures must
# be SHA-256, and a key binding must be ES256, although its own holder signs with ES384 on demand.
# @sd-jwt/core verifies both (RFC 9901 4.1.1 and 4.3).
. "$(dirname "$0")/common"
npm_packages @sd-jwt/core@0.19.0 @sd-jwt/crypto-nodejs@0.19.0
python_packages sd-jwt==0.10.4

cat >present.py <<'PY'
import json
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
issuer = JWK.generate(kty="EC", crv="P-256")
written = {"issuer": issuer.export(as_dict=True), "presentations": {}}
for alg, curve in (("ES256", "P-256"), ("ES384", "P-384")):
    key = JWK.generate(kty="EC", crv=curve)
    claims = {"iss": "https://issuer.example", SDObj("over18"): True}
    holder = SDJWTHolder(SDJWTIssuer(claims, issuer, key).sd_jwt_issuance)
    holder.create_presentation({"over18": True}, nonce="n", aud="https://kiosk.example",
                               holder_key=key, sign_alg=alg)
    written["presentations"]["key binding " + alg] = holder.sd_jwt_presentation
json.dump(written, open("written.json", "w"))
PY
cat >verify.mjs <<'JS'
import { readFileSync, writeFileSync } from 'node:fs';
import { SDJwtInstance } from '@sd-jwt/core';
import { ES256, ES384, digest, generateSalt } from '@sd-jwt/crypto-nodejs';
const written = JSON.parse(readFileSync('written.json'));
const { kty, crv, x, y, d } = written.issuer;
const options = { signer: await ES256.getSigner({ kty, crv, x, y, d }), signAlg: 'ES256',
  verifier: await ES256.getVerifier({ kty, crv, x, y }), hasher: digest, saltGenerator: generateSalt,
  kbVerifier: async (data, signature, { cnf: { jwk } }) => {
    const { crv, kty, x, y } = jwk;
    const verify = await (crv === 'P-256' ? ES256 : ES384).getVerifier({ kty, crv, x, y });
    return verify(data, signature);
  } };
for (const hashAlg of ['sha-256', 'sha-512']) {
  written.presentations['digests ' + hashAlg] = await new SDJwtInstance({ ...options, hashAlg })
    .issue({ iss: 'https://issuer.example', over18: true }, { _sd: ['over18'] });
}
for (const [name, token] of Object.entries(written.presentations)) {
  const bound = name.startsWith('key') ? { keyBindingNonce: 'n' } : {};
  const { payload } = await new SDJwtInstance(options).verify(token, bound);
  console.log('@sd-jwt/core:', name + ': over18 is', payload.over18);
}
writeFileSync('written.json', JSON.stringify(written));
JS
cat >verify.py <<'PY'
import json
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier
written = json.load(open("written.json"))
key = JWK(**written["issuer"])
for name, token in written["presentations"].items():
    bound = ("https://kiosk.example", "n") if name.startswith("key") else ()
    try:
        claims = SDJWTVerifier(token, lambda issuer, header: key, *bound).get_verified_payload()
        print(f"sd-jwt: {name}: over18 is", str(claims["over18"]).lower())
    except Exception as error:
        print(f"sd-jwt: {name}:", type(error).__name__)
PY
cat >expected <<'TEXT'
@sd-jwt/core: key binding ES256: over18 is true
@sd-jwt/core: key binding ES384: over18 is true
@sd-jwt/core: digests sha-256: over18 is true
@sd-jwt/core: digests sha-512: over18 is true
sd-jwt: key binding ES256: over18 is true
sd-jwt: key binding ES384: InvalidJWSSignature
sd-jwt: digests sha-256: over18 is true
sd-jwt: digests sha-512: ValueError
TEXT
python/bin/python present.py
{ node24 verify.mjs; python/bin/python verify.py; } >observed
same
