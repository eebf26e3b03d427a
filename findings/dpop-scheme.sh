#!/bin/sh
# A token that is bound by DPoP comes with the scheme `DPoP` (RFC 9449 7.1). With `type=dpop`,
# mod_oauth2 checks the proof, but it requires the scheme `Bearer` for the token, and its challenge
# names only that scheme. Two clients send `DPoP`, so they are accepted only with a second option of
# mod_oauth2.
. "$(dirname "$0")/common"
npm_packages oauth4webapi@3.8.8
python_packages requests-oauth2client==1.8.0 jwskate==0.12.2 requests==2.34.2
debian_packages apache2-bin=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1 \
	libapache2-mod-oauth2=3.3.1-1 liboauth2-0=1.4.5.4-1 liboauth2-apache0=1.4.5.4-1 libcjose0=0.6.2.1-1+deb12u2 \
	libhiredis0.14=0.14.1-3 libjansson4=2.14-2 libmemcached11=1.1.4-1 libhashkit2=1.1.4-1

mkdir content
chmod 755 "$folder" content
: >content/file
{
	printf 'ServerRoot %s\nServerName localhost\nUser #%s\nPidFile %s\nErrorLog %s\nDocumentRoot %s\n' \
		"$folder" "$(id -u nobody)" "$folder/apache.pid" "$folder/apache.log" "$folder/content"
	for module in mpm_event authn_core authz_core authz_user oauth2; do
		echo "LoadModule ${module}_module $folder/debian/usr/lib/apache2/modules/mod_$module.so"
	done
	echo 'OAuth2TokenVerify plain 0123456789abcdef0123456789abcdef kid=a&type=dpop'
	for port in 18885 18886; do
		printf 'Listen 127.0.0.1:%s\n<VirtualHost 127.0.0.1:%s>\n' "$port" "$port"
		[ "$port" = 18885 ] || echo 'OAuth2AcceptTokenIn header name=Authorization&type=DPoP'
		printf '<Location />\nAuthType oauth2\nRequire valid-user\n</Location>\n</VirtualHost>\n'
	done
} >apache.conf
background apache.out apache2 -f "$folder/apache.conf" -DFOREGROUND
listening 18885
listening 18886

cat >client.mjs <<'JS'
import { createHmac } from 'node:crypto';
import * as oauth from 'oauth4webapi';
const text = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const pair = await oauth.generateKeyPair('ES256');
for (const [name, port] of [['by default', 18885], ['with type=DPoP', 18886]]) {
  const DPoP = oauth.DPoP({ client_id: 'c' }, pair);
  const claims = { sub: 'u', exp: 4102444800, cnf: { jkt: await DPoP.calculateThumbprint() } };
  const signed = text({ alg: 'HS256', typ: 'JWT', kid: 'a' }) + '.' + text(claims);
  const token = signed + '.' + createHmac('sha256', '0123456789abcdef'.repeat(2)).update(signed).digest('base64url');
  for (const scheme of ['DPoP', 'Bearer']) {
    const send = (url, { headers, ...rest }) =>
      fetch(url, { ...rest, headers: { ...headers, authorization: `${scheme} ${token}` } });
    const options = { DPoP, [oauth.allowInsecureRequests]: true, [oauth.customFetch]: send };
    const result = await oauth.protectedResourceRequest(token, 'GET', new URL(`http://127.0.0.1:${port}/file`),
      undefined, undefined, options).then(({ status }) => `status ${status}`,
      ({ cause: [{ scheme, parameters }] }) => `the challenge ${scheme} with ${parameters.error}`);
    console.log(`mod_oauth2 ${name}, oauth4webapi ${scheme === 'DPoP' ? 'as it is' : 'changed to Bearer'}: ${result}`);
  }
}
JS
cat >client.py <<'PY'
import base64, hmac, json
import requests
from requests_oauth2client import DPoPKey, DPoPToken
text = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=")
for name, port in (("by default", 18885), ("with type=DPoP", 18886)):
    key = DPoPKey.generate()
    claims = {"sub": "u", "exp": 4102444800, "cnf": {"jkt": key.dpop_jkt}}
    signed = text(b'{"alg":"HS256","typ":"JWT","kid":"a"}') + b"." + text(json.dumps(claims).encode())
    token = signed + b"." + text(hmac.digest(b"0123456789abcdef" * 2, signed, "sha256"))
    answer = requests.get(f"http://127.0.0.1:{port}/file", auth=DPoPToken(access_token=token.decode(), _dpop_key=key))
    print(f"mod_oauth2 {name}, requests-oauth2client: status {answer.status_code}")
PY
{
	node24 client.mjs
	python/bin/python client.py
	grep -o 'unsupported authentication scheme: .*' apache.log | sort | uniq -c | sed 's/^ */the log: /'
} >observed
cat >expected <<'TXT'
mod_oauth2 by default, oauth4webapi as it is: the challenge bearer with invalid_request
mod_oauth2 by default, oauth4webapi changed to Bearer: status 200
mod_oauth2 with type=DPoP, oauth4webapi as it is: status 200
mod_oauth2 with type=DPoP, oauth4webapi changed to Bearer: the challenge bearer with invalid_request
mod_oauth2 by default, requests-oauth2client: status 401
mod_oauth2 with type=DPoP, requests-oauth2client: status 200
the log: 1 unsupported authentication scheme: Bearer
the log: 2 unsupported authentication scheme: DPoP
TXT
same
