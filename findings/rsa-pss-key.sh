#!/bin/sh
# `openssl genpkey -algorithm RSA-PSS` makes keys of the type id-RSASSA-PSS (RFC 4055 1.2), with or
# without parameters. Three Python libraries verify a PS256 token of such a key with and without
# parameters. jsonwebtoken takes only the key with parameters, jose and fast-jwt neither, and Node
# exports no JWK.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 jsonwebtoken@9.0.3 fast-jwt@6.3.6
python_packages PyJWT==2.15.1 cryptography==50.0.2 jwcrypto==1.6.1 joserfc==1.8.0
debian_packages openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2

make_token() {
	name=$1; shift
	openssl genpkey -quiet -algorithm RSA-PSS "$@" -out "$name.key"
	openssl pkey -in "$name.key" -pubout -out "$name.pem"
	printf '%s' eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiJhIn0 >"$name.token"
	openssl dgst -sha256 -sign "$name.key" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 "$name.token" |
		python3 -c 'import base64, sys; print("." + base64.urlsafe_b64encode(sys.stdin.buffer.read()).decode().rstrip("="), end="")' \
			>signature
	cat signature >>"$name.token"
}
make_token plain
make_token restricted -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 \
	-pkeyopt rsa_pss_keygen_saltlen:32

cat >verify.mjs <<'JS'
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createVerifier } from 'fast-jwt';
import { importSPKI, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
for (const name of ['plain', 'restricted']) {
  const pem = readFileSync(name + '.pem', 'utf8'), token = readFileSync(name + '.token', 'utf8');
  const programs = {
    jose: async () => jwtVerify(token, await importSPKI(pem, 'PS256')),
    jsonwebtoken: async () => jsonwebtoken.verify(token, pem, { algorithms: ['PS256'] }),
    'fast-jwt': async () => createVerifier({ key: pem, algorithms: ['PS256'] })(token),
    'Node, as a JWK': async () => createPublicKey(pem).export({ format: 'jwk' }),
  };
  for (const [program, verify] of Object.entries(programs)) {
    console.log(`${name}, ${program}: ${await verify().then(() => 'accepts', error => error.message)}`);
  }
}
JS
cat >verify.py <<'PY'
import jwt
from joserfc import jws as joserfc
from joserfc.jwk import RSAKey
from jwcrypto import jwk, jws
def jwcrypto(token, pem):
    read = jws.JWS()
    read.deserialize(token, jwk.JWK.from_pem(pem), "PS256")
programs = {
    "PyJWT": lambda token, pem: jwt.decode(token, pem, algorithms=["PS256"]),
    "jwcrypto": jwcrypto,
    "joserfc": lambda token, pem: joserfc.deserialize_compact(token, RSAKey.import_key(pem), algorithms=["PS256"]),
}
for name in ("plain", "restricted"):
    pem, token = open(name + ".pem", "rb").read(), open(name + ".token").read()
    for program, verify in programs.items():
        try:
            verify(token, pem)
            result = "accepts"
        except Exception as error:
            result = str(error)
        print(f"{name}, {program}: {result}")
    made = jwk.JWK.from_pem(pem).export_public(as_dict=True)
    print(f"{name}, jwcrypto, as a JWK:", ", ".join(sorted(made.keys() - {"kid"})), "of the type", made["kty"])
PY
{ node24 verify.mjs; python/bin/python verify.py; } >observed
cat >expected <<'TXT'
plain, jose: Invalid key type
plain, jsonwebtoken: Invalid key for this operation, its RSA-PSS parameters do not meet the requirements of "alg" PS256.
plain, fast-jwt: Unsupported PEM PCKS8 public key with OID 1.2.840.113549.1.1.10.
plain, Node, as a JWK: Unsupported JWK Key Type.
restricted, jose: Invalid key type
restricted, jsonwebtoken: accepts
restricted, fast-jwt: Unsupported PEM PCKS8 public key with OID 1.2.840.113549.1.1.10.
restricted, Node, as a JWK: Unsupported JWK Key Type.
plain, PyJWT: accepts
plain, jwcrypto: accepts
plain, joserfc: accepts
plain, jwcrypto, as a JWK: e, kty, n of the type RSA
restricted, PyJWT: accepts
restricted, jwcrypto: accepts
restricted, joserfc: accepts
restricted, jwcrypto, as a JWK: e, kty, n of the type RSA
TXT
same
