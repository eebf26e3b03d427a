"""Tokens that are bound to a key by DPoP (RFC 9449) or to a client certificate (RFC 8705), through
the Envoy module."""

import hashlib
import json
import ssl
import subprocess
import time

from services.envoy import TYPES, Envoy, direct, key_set, listener, module_filter, trusted
from services.issuer import Key, base64url
from services.server import expect, free_port

ORIGIN = "https://api.example"


def test_proofs(envoy, key, client, thief):
    bound, free, path = key.token(cnf=client.confirmation()), key.token(), f"{ORIGIN}/bound/x"
    bearer, dpop = 'Bearer realm="api"', 'DPoP realm="api"%s, algs="ES256"'

    def ask(token, *proofs, path="/bound/x", **others):
        return envoy.get(path, f"DPoP {token}", DPoP=list(proofs), **others)

    good = client.proof(path, bound)
    status, told, _ = ask(bound, good)
    expect(status == 200, f"a good proof: {status} {told.items()}")
    past = int(time.time()) - 61
    proof_rejected, token_rejected = ', error="invalid_dpop_proof"', ', error="invalid_token"'
    for name, token, proofs, error in [
        ("no proof", bound, [], proof_rejected), ("a proof for the second time", bound, [good], proof_rejected),
        ("two proofs", bound, [client.proof(path, bound), client.proof(path, bound)], proof_rejected),
        ("a proof for another path", bound, [client.proof(f"{ORIGIN}/other", bound)], proof_rejected),
        ("a proof for another host", bound, [client.proof("https://evil.example/bound/x", bound)], proof_rejected),
        ("a proof for another method", bound, [client.proof(path, bound, htm="POST")], proof_rejected),
        ("a proof for another token", bound, [client.proof(path, free)], proof_rejected),
        ("an old proof", bound, [client.proof(path, bound, iat=past)], proof_rejected),
        ("a malformed proof", bound, ["x"], proof_rejected), ("an empty proof", bound, [""], proof_rejected),
        ("another key", bound, [thief.proof(path, bound)], token_rejected),
        ("a token that is not bound", free, [client.proof(path, free)], token_rejected),
    ]:
        status, told, _ = ask(token, *proofs)
        challenges = told.get_all("WWW-Authenticate")
        expect(status == 401 and challenges[1] == bearer and challenges[0].startswith((dpop % error).split(", algs")[0])
               and challenges[0].endswith(', algs="ES256"'), f"{name}: {status} {challenges}")
    for token, status in [(bound, 401), (free, 200)]:
        got = envoy.get("/bound/x", f"Bearer {token}")[0]
        expect(got == status, f"a bearer token: {got}")
    told = envoy.get("/bound/x")[1].get_all("WWW-Authenticate")
    expect(told == [bearer, dpop % ""], str(told))
    expect(ask(bound, client.proof(f"{ORIGIN}/bound/y", bound), path="/bound/y?x=y")[0] == 200, "a query in the path")
    status = ask(bound, client.proof(path, bound, htm="OPTIONS"), path="*", method="OPTIONS")[0]
    expect(status in (400, 404), f"a target that no proof can name: {status}")
    expect(bound not in envoy.text() and good not in envoy.text(), "a token or a proof stands in the log")
    print("  tokens bound by DPoP are taken with each new proof, and once")


def test_used_once(envoy, key, client):
    """The workers share one cache of uses."""
    bound = key.token(cnf=client.confirmation())
    for number in range(20):
        proof = client.proof(f"{ORIGIN}/bound/{number}", bound)
        got = [envoy.get(f"/bound/{number}", f"DPoP {bound}", DPoP=proof)[0] for _ in range(4)]
        expect(got == [200, 401, 401, 401], f"a proof for several connections: {got}")
    print("  a proof is taken once by all workers together")


#: A period of nonces. A slow machine makes seven requests in it.
NONCE_SECONDS = 4


def test_nonces(envoy, key, client):
    bound, path = key.token(cnf=client.confirmation()), f"{ORIGIN}/x"

    def ask(**claims):
        return envoy.get("/x", f"DPoP {bound}", port=envoy.nonce_port, DPoP=client.proof(path, bound, **claims))

    status, told, _ = ask()
    challenge, nonce = told["WWW-Authenticate"], told["DPoP-Nonce"]
    expect(status == 401 and 'error="use_dpop_nonce"' in challenge and len(nonce) == 32, f"no nonce: {status} {told.items()}")
    for claims, wanted in [({"nonce": nonce}, 200), ({"nonce": nonce[::-1]}, 401), ({"nonce": ""}, 401),
                           ({"nonce": "\0" * 32}, 401), ({"nonce": nonce}, 200)]:
        status, told, _ = ask(**claims)
        expect(status == wanted and told["DPoP-Nonce"] == nonce and told["Cache-Control"] == "no-store",
               f"the nonce {claims}: {status} {told.items()}")
    time.sleep(NONCE_SECONDS + 0.1)
    status, told, _ = ask(nonce=nonce)
    newer = told["DPoP-Nonce"]
    expect(status == 200 and newer != nonce, f"the nonce before the newest: {status}")
    expect(ask(nonce=newer)[0] == 200, "the newest nonce")
    time.sleep(2 * NONCE_SECONDS + 0.2)
    expect(ask(nonce=newer)[0] == 401, "a nonce of two periods ago")
    # The next nonce is made late. The periods are counted in whole seconds.
    time.sleep(2.5 * NONCE_SECONDS - time.time() % 1)
    old = ask()[1]["DPoP-Nonce"]
    time.sleep(1.5 * NONCE_SECONDS + 0.1)
    expect(ask(nonce=old)[0] == 200, "a nonce of one period and a half ago")
    time.sleep(NONCE_SECONDS / 2)
    expect(ask(nonce=old)[0] == 401, "a nonce of two periods ago, after one that was made late")
    print("  nonces are asked for, renewed, and good for two periods")


# --- certificates ---


class Certificate:
    """A self-signed certificate and its key."""

    def __init__(self, folder, name):
        self.file, self.key = folder / f"{name}.crt", folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-out", self.file, "-keyout", self.key],
                       check=True, capture_output=True)

    def confirmation(self):
        der = ssl.PEM_cert_to_DER_cert(self.file.read_text())
        return {"x5t#S256": base64url(hashlib.sha256(der).digest())}

    def context(self, server):
        made = ssl.create_default_context(cafile=server.file)
        made.load_cert_chain(self.file, self.key)
        return made


def tls_of(server):
    """TLS settings that accept any client certificate, or no certificate. RFC 8705 section 2.2
    needs no chain."""
    pair = {"certificate_chain": {"filename": str(server.file)}, "private_key": {"filename": str(server.key)}}
    return {"@type": TYPES + "transport_sockets.tls.v3.DownstreamTlsContext", "require_client_certificate": False,
            "common_tls_context": {"tls_certificates": [pair], "validation_context": {
                "trusted_ca": {"filename": str(server.file)}, "trust_chain_verification": "ACCEPT_UNTRUSTED"}}}


def test_certificates(envoy, key, certificate, other, server, client):
    bound, free = key.token(cnf=certificate.confirmation()), key.token()
    both = key.token(cnf=certificate.confirmation() | client.confirmation())
    none = ssl.create_default_context(cafile=server.file)
    for port, name, token, tls, status in [
        (envoy.tls_port, "its certificate", bound, certificate.context(server), 200),
        (envoy.tls_port, "another certificate", bound, other.context(server), 401),
        (envoy.tls_port, "no certificate", bound, none, 401),
        (envoy.tls_port, "a free token with a certificate", free, certificate.context(server), 200),
        (envoy.tls_port, "a free token without one", free, none, 200),
        (envoy.strict_port, "its certificate", bound, certificate.context(server), 200),
        (envoy.strict_port, "another certificate", bound, other.context(server), 401),
        (envoy.strict_port, "no certificate", bound, none, 401),
        (envoy.strict_port, "a free token with a certificate", free, certificate.context(server), 401),
        (envoy.strict_port, "a free token without one", free, none, 401),
        (envoy.tls_port, "a token bound to both, without a proof", both, certificate.context(server), 401),
    ]:
        got, told, body = envoy.get("/x", f"Bearer {token}", port=port, tls=tls)
        expect(got == status, f"{name}: {got} {told.items()} {body}")
    for name, token, tls, status in [
        ("both", both, certificate.context(server), 200), ("a proof alone", both, none, 401),
        ("a proof and another certificate", both, other.context(server), 401),
        ("a certificate, for a token bound to a key alone", key.token(cnf=client.confirmation()), certificate.context(server), 200),
    ]:
        proof = client.proof(f"{ORIGIN}/x", token)
        got = envoy.get("/x", f"DPoP {token}", port=envoy.tls_port, tls=tls, DPoP=proof)[0]
        expect(got == status, f"DPoP with {name}: {got}")
    print("  tokens bound to a certificate need its connection, and its proof if they are bound to both")


def test_all(folder, module, rsa, ecdsa):
    folder.mkdir()
    keys, ports = folder / "keys.json", [free_port() for _ in range(4)]
    keys.write_bytes(key_set(rsa, ecdsa))
    client, thief = Key(folder, "client", "ES256"), Key(folder, "thief", "ES256")
    server, certificate, other = (Certificate(folder, name) for name in ("server", "device", "other"))
    dpop = {"origin": ORIGIN, "replay_entries": 1000}
    settings = [trusted(keys, dpop=dpop), trusted(keys, dpop=dpop | {"nonce_seconds": NONCE_SECONDS}),
                trusted(keys, dpop=dpop, client_certificate="accepted"), trusted(keys, client_certificate="required")]
    listeners = [listener(f"l{number}", port, [module_filter(each)], [direct("/")], tls_of(server) if number > 1 else None)
                 for number, (port, each) in enumerate(zip(ports, settings))]
    with Envoy(folder, module, listeners) as envoy:
        _, envoy.nonce_port, envoy.tls_port, envoy.strict_port = ports
        # The cache rejects proofs from the second in which it started.
        time.sleep(1.1)
        test_proofs(envoy, ecdsa, client, thief)
        test_used_once(envoy, ecdsa, client)
        test_nonces(envoy, ecdsa, client)
        test_certificates(envoy, ecdsa, certificate, other, server, client)
        test_reload(envoy, listeners, ecdsa, client)
    with Envoy(folder / "small", module, [listener("small", free_port(), [module_filter(
            trusted(keys, dpop={"origin": ORIGIN, "replay_entries": 8}))], [direct("/")])]) as envoy:
        time.sleep(1.1)
        test_full(envoy, ecdsa, client, thief)


def test_reload(envoy, listeners, key, client):
    """A new configuration keeps the uses of proofs."""
    bound = key.token(cnf=client.confirmation())
    used = client.proof(f"{ORIGIN}/x", bound)
    expect(envoy.get("/x", f"DPoP {bound}", DPoP=used)[0] == 200, "a proof before a change of the configuration")
    changed = json.loads(json.dumps(listeners).replace('"stat_prefix": "l0"', '"stat_prefix": "m0"'))
    before = envoy.admin_get("/stats?filter=listener_manager.listener_modified")
    envoy.listen(*changed)
    end = time.monotonic() + 20
    while envoy.admin_get("/stats?filter=listener_manager.listener_modified") == before:
        expect(time.monotonic() < end, "Envoy does not take new listeners")
        time.sleep(0.1)
    time.sleep(0.3)
    expect(envoy.get("/x", f"DPoP {bound}", DPoP=used)[0] == 401, "a change of the configuration forgets uses")
    expect(envoy.get("/x", f"DPoP {bound}", DPoP=client.proof(f"{ORIGIN}/x", bound))[0] == 200, "a new proof after it")
    print("  a change of the configuration keeps the uses of proofs")


def test_full(envoy, key, client, other):
    """One key can use at most a quarter of the cache."""
    def ask(owner, number):
        token = key.token(cnf=owner.confirmation())
        return envoy.get(f"/{number}", f"DPoP {token}", DPoP=owner.proof(f"{ORIGIN}/{number}", token))[0]

    got = [ask(client, number) for number in range(12)]
    expect(got[0] == 200 and got[-1] == 429, f"the proofs of one key: {got}")
    expect(ask(other, 0) == 200, "the proof of another key")
    print("  one key fills a quarter of the cache, and another one gets in")
