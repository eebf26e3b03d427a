#!/bin/sh
# RFC 9901 9.11 asks for explicit typing. Three issuers of SD-JWTs write three `typ` by default: a
# name from the examples of the specification, none at all, and that of SD-JWT VC.
. "$(dirname "$0")/common"
npm_packages @sd-jwt/core@0.19.0 @sd-jwt/sd-jwt-vc@0.19.0 @sd-jwt/crypto-nodejs@0.19.0
python_packages sd-jwt==0.10.4

cat >issue.mjs <<'JS'
import { SDJwtInstance } from '@sd-jwt/core';
import { ES256, digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
const { privateKey } = await ES256.generateKeyPair();
const options = { signer: await ES256.getSigner(privateKey), signAlg: 'ES256', hasher: digest,
  saltGenerator: generateSalt };
const claims = { iss: 'https://issuer.example', vct: 'https://issuer.example/age', over18: true };
for (const [name, Instance] of [['core', SDJwtInstance], ['sd-jwt-vc', SDJwtVcInstance]]) {
  const token = await new Instance(options).issue(claims, { _sd: ['over18'] });
  const { typ } = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
  console.log('@sd-jwt/' + name, 'writes typ', typ ?? 'not at all');
}
JS
cat >issue.py <<'PY'
import base64, json
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
key = JWK.generate(kty="EC", crv="P-256")
token = SDJWTIssuer({"iss": "https://issuer.example", SDObj("over18"): True}, key).sd_jwt_issuance
header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
print("sd-jwt writes typ", header.get("typ", "not at all"))
PY
cat >expected <<'TEXT'
@sd-jwt/core writes typ not at all
@sd-jwt/sd-jwt-vc writes typ dc+sd-jwt
sd-jwt writes typ example+sd-jwt
TEXT
{ node24 issue.mjs; python/bin/python issue.py; } >observed
same
