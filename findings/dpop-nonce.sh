#!/bin/sh
# A resource server asks for a nonce in the DPoP proof (RFC 9449 9). WWW-Authenticate may have more
# than one challenge, in any order (RFC 9110 11.6.1). Two of four clients read it only if it begins
# with `DPoP`, so they never send the nonce if the challenge of Bearer comes first.
. "$(dirname "$0")/common"
npm_packages oauth4webapi@3.8.8 openid-client@6.9.0 @atproto/oauth-client@0.8.7 jose@6.2.18
python_packages requests-oauth2client==1.8.0 jwskate==0.12.2

cat >forms.json <<'JSON'
{
  "dpop": ["DPoP error=\"use_dpop_nonce\""],
  "dpop-then-bearer": ["DPoP error=\"use_dpop_nonce\"", "Bearer realm=\"api\""],
  "bearer-then-dpop": ["Bearer realm=\"api\"", "DPoP error=\"use_dpop_nonce\""],
  "one-header": ["Bearer realm=\"api\", DPoP error=\"use_dpop_nonce\""],
  "token": ["DPoP error=use_dpop_nonce"],
  "lowercase": ["dpop error=\"use_dpop_nonce\""],
  "other-error": ["DPoP error=\"insufficient_user_authentication\""]
}
JSON
cat >server.py <<'PY'
import base64, json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
forms = json.load(open("forms.json"))
class Resource(BaseHTTPRequestHandler):
    def do_GET(self):
        part = self.headers["DPoP"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        accepted = claims.get("nonce") == "first" and self.path != "/other-error"
        self.send_response(200 if accepted else 401)
        for challenge in [] if accepted else forms[self.path[1:]]:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("DPoP-Nonce", "first")
        self.send_header("Content-Length", "0")
        self.end_headers()
ThreadingHTTPServer(("127.0.0.1", 18875), Resource).serve_forever()
PY
background server.log python3 server.py
listening 18875

cat >clients.mjs <<'JS'
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { OAuthSession } from '@atproto/oauth-client';
import { exportJWK, SignJWT } from 'jose';
const insecure = { [oauth.allowInsecureRequests]: true }, place = 'http://127.0.0.1:18875';
const forms = Object.keys(JSON.parse(readFileSync('forms.json')));
const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
const jwk = await exportJWK(pair.publicKey);
let requests;
const counted = (...all) => { requests++; return fetch(...all); };
async function low(form) {
  const DPoP = oauth.DPoP({ client_id: 'c' }, pair);
  const options = { ...insecure, [oauth.customFetch]: counted, DPoP };
  const ask = () => oauth.protectedResourceRequest('token', 'GET', new URL(form, place), undefined, undefined, options);
  return ask().catch(error => { if (oauth.isDPoPNonceError(error)) return ask(); throw error; });
}
async function high(form) {
  const config = new openid.Configuration({ issuer: place }, 'c');
  openid.allowInsecureRequests(config);
  config[openid.customFetch] = counted;
  return openid.fetchProtectedResource(config, 'token', new URL(form, place), 'GET', undefined, undefined,
    { DPoP: openid.getDPoPHandle(config, pair) });
}
async function atproto(form) {
  const dpopKey = { algorithms: ['ES256'], bareJwk: jwk,
    createJwt: (header, claims) => new SignJWT(claims).setProtectedHeader(header).sign(pair.privateKey) };
  const tokens = { token_type: 'DPoP', access_token: 'token', aud: place };
  const session = new OAuthSession({ dpopKey, dpopNonces: new Map(), serverMetadata: {},
    runtime: { sha256: text => createHash('sha256').update(text).digest('base64url') } },
    'did:example:a', { getSession: async () => ({ tokenSet: tokens }) }, counted);
  return session.fetchHandler('/' + form);
}
for (const [name, client] of Object.entries({ oauth4webapi: low, 'openid-client': high, '@atproto/oauth-client': atproto })) {
  console.log(name);
  for (const form of forms) {
    requests = 0;
    await client(form).catch(() => {});
    console.log(`  ${form}: ${requests === 2 ? 'sends the nonce' : 'gives up'}`);
  }
}
JS
cat >clients.py <<'PY'
import json, requests
from requests_oauth2client import DPoPKey, DPoPToken
print("requests-oauth2client")
for form in json.load(open("forms.json")):
    key, count = DPoPKey.generate(), []
    token = DPoPToken(access_token="token", _dpop_key=key)
    with requests.Session() as session:
        send = session.get_adapter("http://").send
        session.get_adapter("http://").send = lambda *all, **named: (count.append(1), send(*all, **named))[1]
        session.get(f"http://127.0.0.1:18875/{form}", auth=token)
    print(f"  {form}:", "sends the nonce" if len(count) == 2 else "gives up")
PY
{ node24 clients.mjs; python/bin/python clients.py; } >observed
cat >expected <<'TXT'
oauth4webapi
  dpop: sends the nonce
  dpop-then-bearer: sends the nonce
  bearer-then-dpop: sends the nonce
  one-header: sends the nonce
  token: sends the nonce
  lowercase: sends the nonce
  other-error: gives up
openid-client
  dpop: sends the nonce
  dpop-then-bearer: sends the nonce
  bearer-then-dpop: sends the nonce
  one-header: sends the nonce
  token: sends the nonce
  lowercase: sends the nonce
  other-error: gives up
@atproto/oauth-client
  dpop: sends the nonce
  dpop-then-bearer: sends the nonce
  bearer-then-dpop: gives up
  one-header: gives up
  token: gives up
  lowercase: gives up
  other-error: gives up
requests-oauth2client
  dpop: sends the nonce
  dpop-then-bearer: sends the nonce
  bearer-then-dpop: gives up
  one-header: gives up
  token: sends the nonce
  lowercase: gives up
  other-error: sends the nonce
TXT
same
