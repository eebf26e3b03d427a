#!/bin/sh
# The server of a key set always answers with gzip. That is valid: a client without Accept-Encoding
# accepts any coding (RFC 9110 12.5.3). jwks-rsa sends none, and parses the compressed bytes as
# JSON. PyJWT asks for `identity`, so the server is at fault there; PyJWT decodes the bytes as
# UTF-8.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3
python_packages 'PyJWT[crypto]==2.15.1'

cat >read.py <<'PY'
import sys, jwt
try:
    print("finds", jwt.PyJWKClient(sys.argv[1]).get_signing_key("k").key_id)
except Exception as error:
    print(type(error).__name__)
PY
cat >answers.mjs <<'JS'
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import buildGetJwks from 'get-jwks';
import { SignJWT, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const key = { ...await exportJWK(publicKey), kid: 'k', alg: 'RS256', use: 'sig' };
const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey);
const text = JSON.stringify({ keys: [key] });
let asked;
const server = createServer((request, response) => {
  asked = request.headers['accept-encoding'] ?? 'nothing';
  response.writeHead(200, { 'content-encoding': 'gzip' });
  response.end(gzipSync(text));
}).listen(0, '127.0.0.1');
await new Promise(done => server.once('listening', done));
const origin = 'http://127.0.0.1:' + server.address().port;
const attempt = async action => { try { await action(); return 'finds k'; } catch (error) { return error.name; } };
const url = origin + '/keys';
const told = (program, result) => console.log(`${program} (accepts ${asked}): ${result}`);
told('jose', await attempt(() => jwtVerify(token, createRemoteJWKSet(new URL(url)))));
told('jwks-rsa', await attempt(() => jwksRsa({ jwksUri: url }).getSigningKey('k')));
told('get-jwks', await attempt(() => buildGetJwks({ jwksPath: '/keys' })
  .getPublicKey({ domain: origin, alg: 'RS256', kid: 'k' })));
const { stdout } = await promisify(execFile)('python/bin/python', ['read.py', url]);
told('PyJWT', stdout.trim());
process.exit();
JS
node24 answers.mjs >observed
cat >expected <<'TXT'
jose (accepts gzip, deflate): finds k
jwks-rsa (accepts nothing): SyntaxError
get-jwks (accepts gzip, deflate): finds k
PyJWT (accepts identity): UnicodeDecodeError
TXT
same
