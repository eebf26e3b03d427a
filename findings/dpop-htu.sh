#!/bin/sh
# A device has a URN as its name, and its resource is asked by `/devices/` and the escaped name. RFC
# 9449 4.3 compares the `htu` of the proof with the URI of the request after the normalisation of
# RFC 3986 6.2, which keeps escaped reserved characters. One of four clients writes them unescaped.
. "$(dirname "$0")/common"
npm_packages oauth4webapi@3.8.8 openid-client@6.9.0 @atproto/oauth-client@0.8.7 jose@6.2.18
python_packages requests-oauth2client==1.8.0 jwskate==0.12.2 furl==2.1.4

cat >paths.json <<'JSON'
["/devices/urn:dev:mac:1", "/devices/urn%3Adev%3Amac%3A1", "/users/a%40b", "/a%7eb", "/a%2fb", "/a?x=1", ""]
JSON
cat >server.py <<'PY'
import base64, json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Resource(BaseHTTPRequestHandler):
    def do_GET(self):
        part = self.headers["DPoP"].split(".")[1]
        htu = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["htu"]
        body = f"asks {self.path}, htu {htu.removeprefix('http://127.0.0.1:18876') or 'empty'}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
ThreadingHTTPServer(("127.0.0.1", 18876), Resource).serve_forever()
PY
background server.log python3 server.py
listening 18876

cat >clients.mjs <<'JS'
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { OAuthSession } from '@atproto/oauth-client';
import { exportJWK, SignJWT } from 'jose';
const place = 'http://127.0.0.1:18876', paths = JSON.parse(readFileSync('paths.json'));
const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
const jwk = await exportJWK(pair.publicKey);
const clients = {
  oauth4webapi: path => oauth.protectedResourceRequest('token', 'GET', new URL(place + path), undefined, undefined,
    { [oauth.allowInsecureRequests]: true, DPoP: oauth.DPoP({ client_id: 'c' }, pair) }),
  'openid-client': path => {
    const config = new openid.Configuration({ issuer: place }, 'c');
    openid.allowInsecureRequests(config);
    return openid.fetchProtectedResource(config, 'token', new URL(place + path), 'GET', undefined, undefined,
      { DPoP: openid.getDPoPHandle(config, pair) });
  },
  '@atproto/oauth-client': path => new OAuthSession(
    { dpopKey: { algorithms: ['ES256'], bareJwk: jwk,
        createJwt: (header, claims) => new SignJWT(claims).setProtectedHeader(header).sign(pair.privateKey) },
      dpopNonces: new Map(), serverMetadata: {},
      runtime: { sha256: text => createHash('sha256').update(text).digest('base64url') } },
    'did:example:a', { getSession: async () => ({ tokenSet: { token_type: 'DPoP', access_token: 'token', aud: place } }) },
    fetch).fetchHandler(path || '/'),
};
for (const [name, client] of Object.entries(clients)) {
  console.log(name);
  for (const path of paths) console.log(' ', await (await client(path)).text());
}
JS
cat >clients.py <<'PY'
import json, requests
from requests_oauth2client import DPoPKey, DPoPToken
print("requests-oauth2client")
token = DPoPToken(access_token="token", _dpop_key=DPoPKey.generate())
for path in json.load(open("paths.json")):
    print(" ", requests.get("http://127.0.0.1:18876" + path, auth=token).text)
PY
{ node24 clients.mjs; python/bin/python clients.py; } >observed
cat >expected <<'TXT'
oauth4webapi
  asks /devices/urn:dev:mac:1, htu /devices/urn:dev:mac:1
  asks /devices/urn%3Adev%3Amac%3A1, htu /devices/urn%3Adev%3Amac%3A1
  asks /users/a%40b, htu /users/a%40b
  asks /a%7eb, htu /a%7eb
  asks /a%2fb, htu /a%2fb
  asks /a?x=1, htu /a
  asks /, htu /
openid-client
  asks /devices/urn:dev:mac:1, htu /devices/urn:dev:mac:1
  asks /devices/urn%3Adev%3Amac%3A1, htu /devices/urn%3Adev%3Amac%3A1
  asks /users/a%40b, htu /users/a%40b
  asks /a%7eb, htu /a%7eb
  asks /a%2fb, htu /a%2fb
  asks /a?x=1, htu /a
  asks /, htu /
@atproto/oauth-client
  asks /devices/urn:dev:mac:1, htu /devices/urn:dev:mac:1
  asks /devices/urn%3Adev%3Amac%3A1, htu /devices/urn%3Adev%3Amac%3A1
  asks /users/a%40b, htu /users/a%40b
  asks /a%7eb, htu /a%7eb
  asks /a%2fb, htu /a%2fb
  asks /a?x=1, htu /a
  asks /, htu /
requests-oauth2client
  asks /devices/urn:dev:mac:1, htu /devices/urn:dev:mac:1
  asks /devices/urn%3Adev%3Amac%3A1, htu /devices/urn:dev:mac:1
  asks /users/a%40b, htu /users/a@b
  asks /a~b, htu /a~b
  asks /a%2Fb, htu /a%2Fb
  asks /a?x=1, htu /a
  asks /, htu /
TXT
same
