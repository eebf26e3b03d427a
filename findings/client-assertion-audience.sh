#!/bin/sh
# The `aud` of a client assertion (RFC 7523 3). Two clients write the issuer. Two others write the
# URL of the token endpoint, one of them even if the caller names the issuer. oidc-provider accepts
# both. In its profile FAPI 2.0 it accepts the issuer only, not even in an array.
. "$(dirname "$0")/common"
npm_packages oidc-provider@9.13.3 oauth4webapi@3.8.8 openid-client@6.9.0
python_packages Authlib==1.9.10 joserfc==1.8.0 cryptography==50.0.2 requests==2.34.2 requests-oauth2client==1.8.0 jwskate==0.12.2

cat >servers.mjs <<'JS'
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import Provider from 'oidc-provider';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync('key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }));
const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'a', use: 'sig' }];
const clients = ['oauth4webapi', 'array', 'openid-client', 'Authlib', 'requests-oauth2client'].map(name => ({
  client_id: name, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys },
  grant_types: ['client_credentials'], response_types: [], redirect_uris: [] }));
function serve(port, profile, fapi) {
  const server = new Provider(`http://127.0.0.1:${port}`, { clients, clientAuthMethods: ['private_key_jwt'],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false }, fapi } });
  server.use(async (ctx, next) => {
    await next();
    const [, payload] = ctx.oidc.body.client_assertion.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url'));
    const aud = JSON.stringify(claims.aud).replaceAll(server.issuer, 'ISSUER');
    console.log(`${claims.sub} to ${profile}: aud ${aud} for ${claims.exp - claims.iat} s: ${ctx.body.error ?? 'a token'}`);
  });
  server.listen(port, '127.0.0.1');
}
serve(18878, 'OAuth 2.0', { enabled: false });
serve(18879, 'FAPI 2.0', { enabled: true, profile: '2.0' });
JS
cat >clients.mjs <<'JS'
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
const insecure = { [oauth.allowInsecureRequests]: true };
const der = createPrivateKey(readFileSync('key.pem')).export({ format: 'der', type: 'pkcs8' });
const key = await crypto.subtle.importKey('pkcs8', der, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign']);
for (const port of [18878, 18879]) {
  const issuer = `http://127.0.0.1:${port}`, metadata = { issuer, token_endpoint: issuer + '/token' };
  const array = { [oauth.modifyAssertion]: (header, claims) => { claims.aud = [claims.aud]; } };
  for (const [name, options] of [['oauth4webapi'], ['array', array]]) {
    await oauth.clientCredentialsGrantRequest(metadata, { client_id: name }, oauth.PrivateKeyJwt(key, options),
      new URLSearchParams(), insecure);
  }
  const client = new openid.Configuration(metadata, 'openid-client', undefined, openid.PrivateKeyJwt(key));
  openid.allowInsecureRequests(client);
  await openid.clientCredentialsGrant(client).catch(() => {});
}
JS
cat >clients.py <<'PY'
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from jwskate import Jwk
from requests_oauth2client import OAuth2Client, PrivateKeyJwt
pem = open("key.pem").read()
for port in (18878, 18879):
    issuer = f"http://127.0.0.1:{port}"
    authlib = OAuth2Session("Authlib", pem, token_endpoint_auth_method="private_key_jwt")
    authlib.register_client_auth_method(PrivateKeyJWT(issuer + "/token", alg="PS256"))
    key = Jwk.from_pem(pem)
    key["alg"], key["kid"] = "PS256", "a"
    other = OAuth2Client(token_endpoint=issuer + "/token", issuer=issuer, testing=True,
        auth=PrivateKeyJwt("requests-oauth2client", key))
    for ask in (lambda: authlib.fetch_token(issuer + "/token", grant_type="client_credentials"), other.client_credentials):
        try:
            ask()
        except Exception:
            pass
PY
background servers.log "$folder/node_modules/$node/bin/node" --no-warnings servers.mjs
listening 18878
listening 18879
node24 clients.mjs
AUTHLIB_INSECURE_TRANSPORT=1 python/bin/python clients.py
grep ' aud ' servers.log >observed
cat >expected <<'TXT'
oauth4webapi to OAuth 2.0: aud "ISSUER" for 60 s: a token
array to OAuth 2.0: aud ["ISSUER"] for 60 s: a token
openid-client to OAuth 2.0: aud "ISSUER" for 60 s: a token
oauth4webapi to FAPI 2.0: aud "ISSUER" for 60 s: a token
array to FAPI 2.0: aud ["ISSUER"] for 60 s: invalid_client
openid-client to FAPI 2.0: aud "ISSUER" for 60 s: a token
Authlib to OAuth 2.0: aud "ISSUER/token" for 3600 s: a token
requests-oauth2client to OAuth 2.0: aud "ISSUER/token" for 60 s: a token
Authlib to FAPI 2.0: aud "ISSUER/token" for 3600 s: invalid_client
requests-oauth2client to FAPI 2.0: aud "ISSUER/token" for 60 s: invalid_client
TXT
same
