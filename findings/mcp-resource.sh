#!/bin/sh
# The client of the Model Context Protocol sends RFC 8707 `resource` with each authorization
# request. oidc-provider has resource indicators on by default, but has no resource until one is
# configured: it registers the client, and then answers `invalid_target` instead of a login page.
. "$(dirname "$0")/common"
npm_packages oidc-provider@9.13.3 @modelcontextprotocol/sdk@1.32.2

cat >provider.mjs <<'JS'
import Provider from 'oidc-provider';
new Provider('http://127.0.0.1:18871', { clients: [], features: { registration: { enabled: true } } })
  .listen(18871, '127.0.0.1');
JS
cat >client.mjs <<'JS'
import { discoverAuthorizationServerMetadata, registerClient, startAuthorization }
  from '@modelcontextprotocol/sdk/client/auth.js';
const issuer = 'http://127.0.0.1:18871';
const redirectUrl = 'http://localhost:18872/callback';
const metadata = await discoverAuthorizationServerMetadata(issuer);
const clientInformation = await registerClient(issuer, { metadata, clientMetadata: {
  redirect_uris: [redirectUrl], client_name: 'finding', token_endpoint_auth_method: 'none' } });
console.log('registered:', 'client_id' in clientInformation);
for (const resource of [undefined, new URL('http://127.0.0.1:18873/mcp')]) {
  const { authorizationUrl } = await startAuthorization(issuer,
    { metadata, clientInformation, redirectUrl, resource, scope: 'openid' });
  const { status, headers } = await fetch(authorizationUrl, { redirect: 'manual' });
  const target = new URL(headers.get('location'), issuer);
  console.log(resource ? 'with resource:' : 'without resource:', status,
    target.searchParams.get('error_description') ?? target.pathname.split('/')[1]);
}
JS
background provider.log "$folder/node_modules/$node/bin/node" provider.mjs
listening 18871
node24 client.mjs >observed
cat >expected <<'TXT'
registered: true
without resource: 303 interaction
with resource: 303 resource indicator is missing, or unknown
TXT
same
