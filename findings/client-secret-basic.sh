#!/bin/sh
# A client secret with `+`, `%` or `:`. RFC 6749 2.3.1 wants it form-encoded before HTTP Basic.
# oauth4webapi and openid-client encode, and oidc-provider decodes. Authlib and
# requests-oauth2client do not encode, and @node-oauth/oauth2-server does not decode.
# So each client works with one of the two servers only.
. "$(dirname "$0")/common"
npm_packages oidc-provider@9.13.3 oauth4webapi@3.8.8 openid-client@6.9.0 @node-oauth/oauth2-server@5.3.0
python_packages Authlib==1.9.10 requests-oauth2client==1.8.0 requests

cat >servers.mjs <<'JS'
import { createServer } from 'node:http';
import OAuth2Server from '@node-oauth/oauth2-server';
import Provider from 'oidc-provider';
const secrets = { plain: 'abcdef', plus: 'abc+def', percent: 'abc%41def', colon: 'abc:def' };
const client = ([name, secret]) => ({ client_id: name, client_secret: secret,
  grant_types: ['client_credentials'], response_types: [], redirect_uris: [] });
new Provider('http://127.0.0.1:18861', { clients: Object.entries(secrets).map(client),
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } } })
  .listen(18861, '127.0.0.1');
const server = new OAuth2Server({ model: {
  getClient: async (id, secret) => secrets[id] === secret && { id, grants: ['client_credentials'] },
  getUserFromClient: async ({ id }) => ({ id }),
  validateScope: async () => ['read'],
  saveToken: async (token, client, user) => ({ ...token, client, user }),
  getAccessToken: async () => false,
} });
createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const answer = new OAuth2Server.Response();
  await server.token(new OAuth2Server.Request({ headers: request.headers, method: request.method,
    query: {}, body: Object.fromEntries(new URLSearchParams(body)) }), answer).catch(() => {});
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
}).listen(18862, '127.0.0.1');
JS
cat >clients.mjs <<'JS'
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
const insecure = { [oauth.allowInsecureRequests]: true };
const secrets = { plain: 'abcdef', plus: 'abc+def', percent: 'abc%41def', colon: 'abc:def' };
for (const [program, port] of [['oidc-provider', 18861], ['oauth2-server', 18862]]) {
  const issuer = `http://127.0.0.1:${port}`;
  const metadata = { issuer, token_endpoint: issuer + '/token' };
  const results = { oauth4webapi: [], 'openid-client': [] };
  for (const [name, secret] of Object.entries(secrets)) {
    const response = await oauth.clientCredentialsGrantRequest(metadata, { client_id: name },
      oauth.ClientSecretBasic(secret), new URLSearchParams(), insecure);
    results.oauth4webapi.push(`${name} ${response.ok ? 'token' : (await response.json()).error}`);
    const client = new openid.Configuration(metadata, name, undefined, openid.ClientSecretBasic(secret));
    openid.allowInsecureRequests(client);
    results['openid-client'].push(`${name} ` + await openid.clientCredentialsGrant(client)
      .then(() => 'token', error => error.error));
  }
  for (const [client, list] of Object.entries(results)) console.log(`${client} to ${program}: ${list.join(', ')}`);
}
JS
cat >clients.py <<'PY'
from authlib.integrations.requests_client import OAuth2Session
from requests_oauth2client import ClientSecretBasic, OAuth2Client
secrets = (("plain", "abcdef"), ("plus", "abc+def"), ("percent", "abc%41def"), ("colon", "abc:def"))
def authlib(endpoint, name, secret):
    OAuth2Session(name, secret).fetch_token(endpoint, grant_type="client_credentials")
def requests_oauth2client(endpoint, name, secret):
    OAuth2Client(token_endpoint=endpoint, auth=ClientSecretBasic(name, secret), testing=True).client_credentials()
for program, port in (("oidc-provider", 18861), ("oauth2-server", 18862)):
    for client, ask in (("Authlib", authlib), ("requests-oauth2client", requests_oauth2client)):
        results = []
        for name, secret in secrets:
            try:
                ask(f"http://127.0.0.1:{port}/token", name, secret)
                results.append(f"{name} token")
            except Exception as error:
                results.append(f"{name} {getattr(error, 'error', type(error).__name__)}")
        print(f"{client} to {program}:", ", ".join(results))
PY
background servers.log "$folder/node_modules/$node/bin/node" servers.mjs
listening 18861
listening 18862
{ node24 clients.mjs; AUTHLIB_INSECURE_TRANSPORT=1 python/bin/python clients.py; } >observed
cat >expected <<'TXT'
oauth4webapi to oidc-provider: plain token, plus token, percent token, colon token
openid-client to oidc-provider: plain token, plus token, percent token, colon token
oauth4webapi to oauth2-server: plain token, plus invalid_client, percent invalid_client, colon invalid_client
openid-client to oauth2-server: plain token, plus invalid_client, percent invalid_client, colon invalid_client
Authlib to oidc-provider: plain token, plus invalid_client, percent invalid_client, colon token
requests-oauth2client to oidc-provider: plain token, plus invalid_client, percent invalid_client, colon token
Authlib to oauth2-server: plain token, plus token, percent token, colon token
requests-oauth2client to oauth2-server: plain token, plus token, percent token, colon token
TXT
same
