#!/bin/sh
# Ten tokens with ten unknown `kid`: jwks-rsa and get-jwks ask the issuer ten times, panva's jose
# and PyJWT once. The disadvantage: jose and PyJWT do not immediately find a key that the issuer
# adds just after a request. jwks-rsa and get-jwks ignore that the answer may be cached for an hour
# (RFC 9111 5.2.2.1).
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3
python_packages 'PyJWT[crypto]==2.15.1'

cat >ask.py <<'PY'
import sys, urllib.request, jwt
client = jwt.PyJWKClient(sys.argv[1])
def find(kid):
    try:
        client.get_signing_key(kid)
        return True
    except jwt.PyJWKClientError:
        return False
for number in range(10):
    find(f"unknown{number}")
urllib.request.urlopen(sys.argv[1] + "rotate").read()
print(find("new"))
PY
cat >ask.mjs <<'JS'
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import buildGetJwks from 'get-jwks';
import { createRemoteJWKSet, exportJWK, generateKeyPair } from 'jose';
import jwksRsa from 'jwks-rsa';
const { publicKey } = await generateKeyPair('RS256', { extractable: true });
const key = { ...await exportJWK(publicKey), alg: 'RS256', use: 'sig' };
let requests, before, keys;
const server = createServer((request, response) => {
  if (request.url === '/rotate') { rotate(); return response.end(); }
  requests++;
  response.setHeader('cache-control', 'max-age=3600');
  response.end(JSON.stringify({ keys }));
}).listen(0, '127.0.0.1');
await new Promise(done => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}/`;
const start = () => { requests = 0; keys = [{ ...key, kid: 'old' }]; };
const rotate = () => { before = requests; keys.push({ ...key, kid: 'new' }); };
const tell = (name, found) => console.log(`${name}: ${before} requests for 10 unknown kid, new key found at once: ${found}`);
const set = createRemoteJWKSet(new URL(origin));
const rsa = jwksRsa({ jwksUri: origin });
const get = buildGetJwks({ jwksPath: '/' });
const programs = {
  jose: kid => set({ alg: 'RS256', kid }),
  'jwks-rsa': kid => rsa.getSigningKey(kid),
  'get-jwks': kid => get.getPublicKey({ domain: origin, alg: 'RS256', kid }),
};
for (const [name, ask] of Object.entries(programs)) {
  const find = kid => ask(kid).then(() => true, () => false);
  start();
  for (let number = 0; number < 10; number++) await find('unknown' + number);
  rotate();
  tell(name, await find('new'));
}
start();
const { stdout } = await promisify(execFile)('python/bin/python', ['ask.py', origin]);
tell('PyJWT', stdout.trim() === 'True');
process.exit();
JS
node24 ask.mjs >observed
cat >expected <<'TXT'
jose: 1 requests for 10 unknown kid, new key found at once: false
jwks-rsa: 10 requests for 10 unknown kid, new key found at once: true
get-jwks: 10 requests for 10 unknown kid, new key found at once: true
PyJWT: 1 requests for 10 unknown kid, new key found at once: false
TXT
same
