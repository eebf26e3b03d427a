#!/bin/sh
# A key set that moved and answers with a redirect (RFC 9110 15.4) is rejected by PyJWT, jwks-rsa
# and panva's jose, each with a different error. get-jwks follows the redirect. jose also rejects
# every status but 200. A proxy that changes the answer may send 203 (RFC 9110 15.3.4).
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3
python_packages 'PyJWT[crypto]==2.15.1'

cat >read.py <<'PY'
import sys, jwt
try:
    print("finds", jwt.PyJWKClient(sys.argv[1]).get_signing_key("k").key_id)
except Exception as error:
    print(error)
PY
cat >answers.mjs <<'JS'
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import buildGetJwks from 'get-jwks';
import { SignJWT, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const key = { ...await exportJWK(publicKey), kid: 'k', alg: 'RS256', use: 'sig' };
const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey);
const server = createServer((request, response) => {
  const status = Number(request.url.slice(1));
  if (status >= 300) response.setHeader('location', '/200');
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status >= 300 ? '' : JSON.stringify({ keys: [key] }));
}).listen(0, '127.0.0.1');
await new Promise(done => server.once('listening', done));
const origin = 'http://127.0.0.1:' + server.address().port;
const attempt = async action => { try { await action(); return 'finds k'; } catch (error) { return error.message; } };
for (const status of [200, 203, 302, 308]) {
  const url = `${origin}/${status}`;
  console.log(status, 'jose:', await attempt(() => jwtVerify(token, createRemoteJWKSet(new URL(url)))));
  console.log(status, 'jwks-rsa:', await attempt(() => jwksRsa({ jwksUri: url }).getSigningKey('k')));
  console.log(status, 'get-jwks:', await attempt(() => buildGetJwks({ jwksPath: `/${status}` })
    .getPublicKey({ domain: origin, alg: 'RS256', kid: 'k' })));
  const { stdout } = await promisify(execFile)('python/bin/python', ['read.py', url]);
  console.log(status, 'PyJWT:', stdout.trim());
}
process.exit();
JS
node24 answers.mjs >observed
cat >expected <<'TXT'
200 jose: finds k
200 jwks-rsa: finds k
200 get-jwks: finds k
200 PyJWT: finds k
203 jose: Expected 200 OK from the JSON Web Key Set HTTP response
203 jwks-rsa: finds k
203 get-jwks: finds k
203 PyJWT: finds k
302 jose: Expected 200 OK from the JSON Web Key Set HTTP response
302 jwks-rsa: Found
302 get-jwks: finds k
302 PyJWT: Fail to fetch data from the url, err: "HTTP Error 302: Found"
308 jose: Expected 200 OK from the JSON Web Key Set HTTP response
308 jwks-rsa: Permanent Redirect
308 get-jwks: finds k
308 PyJWT: Fail to fetch data from the url, err: "HTTP Error 308: Permanent Redirect"
TXT
same
