"""A wrong filter_config of the Envoy module is rejected with a message, and a right one is
accepted."""

from services.envoy import Envoy, direct, key_set, listener, module_filter, trusted
from services.server import expect, free_port, wait_until


def test_all(folder, module, rsa, ecdsa):
    folder.mkdir()
    keys = folder / "keys.json"
    keys.write_bytes(key_set(rsa, ecdsa))
    good = trusted(keys)
    row = good["issuers"][0]

    def issuer(**changes):
        return {"issuers": [{name: value for name, value in (row | changes).items() if value is not None}]}

    dpop = {"origin": "https://api.example"}
    full = {
        "issuers": [row | {
            "audience_claim": "client_id", "kind": "at+jwt", "algorithms": ["ES256", "EdDSA", "ML-DSA-44"], "typ": "at+jwt",
            "client_claim": "azp", "clients": ["a", "b"], "scope_claim": "scp", "subject": "s",
            "rules": [{"claim": "a"}, {"claim": ["a", "b"], "equals": "x"}, {"claim": "c", "contains": "y"}],
            "max_age": 60, "max_lifetime": 3600,
            "keys": {"file": str(keys), "precompute": 8, "kid": "k"}},
            {"issuer": "i", "without": ["audience", "expiry"], "kind": "jwt", "keys": {"jwks": {"keys": [ecdsa.jwk()]}}},
            {"issuer": "j", "audiences": ["a"], "markers": ["scope"], "keys": {"cluster": "c", "uri": "https://a/k?x=y", "refresh": 1, "timeout": 1}}],
        "leeway": 60, "limits": {"token": 8192, "header": 1024, "members": 64}, "scopes": ["a", "b"], "optional": True,
        "realm": "devices", "from": [{"header": "X-Token", "prefix": "Token "}, {"cookie": "c"}, {"query": "q"}],
        "cors_preflight": True, "forward_token": True, "headers": [{"name": "X-Sub", "claim": "sub"}],
        "payload_header": "x-payload", "metadata": ["sub", ["a", "b"]], "client_certificate": "accepted",
        "dpop": dpop | {"algorithms": ["ES256"], "window": 30, "nonce_seconds": 60, "replay_entries": 10, "prepared_keys": 0}}
    wrong = [
        ("", "is not JSON"), ("[]", "is not an object"), ('{"issuers":[],"issuers":[]}', "duplicate object key"),
        ("{", "is not JSON"), ({}, "issuers: is not a list"), (good | {"issuer": "x"}, 'unknown member "issuer"'),
        (issuer(audience="x"), 'unknown member "audience"'), (issuer(issuer=None), "a required member of the policy is missing"),
        (issuer(audiences=None), "a required member of the policy is missing"), (issuer(audiences=[]), "audiences: is not a list"),
        (issuer(audiences=[""]), "audiences: has an element"), (issuer(audiences="x"), "audiences: is not a list"),
        (issuer(keys=None), "has no keys"), (issuer(keys={}), "needs one of file"),
        (issuer(keys={"file": "/absent"}), "cannot read the keys in /absent"),
        (issuer(keys={"file": str(keys), "cluster": "c", "uri": "http://a"}), "needs one of file"),
        (issuer(keys={"cluster": "c"}), "needs one of file"), (issuer(keys={"cluster": "c", "uri": "ftp://a"}), "uri: is not"),
        (issuer(keys={"cluster": "c", "uri": "https://u@a/"}), "uri: is not"),
        (issuer(keys={"jwks": {"keys": []}}), "no keys in jwks"), (issuer(keys={"jwks": {}}), "no keys in jwks"),
        (issuer(keys={"file": str(keys), "precompute": 3}), "precompute: is not one of"),
        (issuer(keys={"cluster": "c", "uri": "http://a", "refresh": 0}), "refresh: is not a whole number"),
        (issuer(algorithms=["HS256"]), "unknown or a symmetric"), (issuer(algorithms=["none"]), "unknown or a symmetric"),
        (issuer(algorithms=[]), "is not a list of algorithms"), (issuer(kind="id_token"), "is not one of access_token"),
        (issuer(without=["issuer"]), "names neither audience nor expiry"),
        (issuer(without=["audience"]), "contradict"), (issuer(rules=[{"equals": "x"}]), "a rule has a claim"),
        (issuer(rules=[{"claim": "a", "equals": "x", "contains": "x"}]), "a rule has a claim"),
        (issuer(max_age=0), "max_age: is not a whole number"), ({"issuers": [row, row]}, "is there twice"),
        (good | {"leeway": 601}, "leeway: is not a whole number"), (good | {"leeway": 1.5}, "leeway: is not"),
        (good | {"leeway": "60"}, "leeway: is not"), (good | {"limits": {"token": 65537}}, "token: is not"),
        (good | {"limits": {"tokens": 1}}, "unknown member"), (good | {"realm": 'a"b'}, "cannot quote"),
        (good | {"realm": "a\nb"}, "control characters"), (good | {"scopes": ["a b"]}, "no scope has"),
        (good | {"scopes": ['a"']}, "no scope has"), (good | {"optional": 1}, "neither true nor false"),
        (good | {"from": []}, "from: is not a list"), (good | {"from": [{}]}, "from: a place is"),
        (good | {"from": [{"cookie": "a", "prefix": "b"}]}, "from: a place is"),
        (good | {"headers": [{"name": "x"}]}, "a header has a claim"),
        (good | {"headers": [{"name": "Host", "claim": "sub"}]}, "a header has a claim"),
        (good | {"headers": [{"name": "Transfer_Encoding", "claim": "sub"}]}, "a header has a claim"),
        (good | {"headers": [{"name": ":path", "claim": "sub"}]}, "a header has a claim"),
        (good | {"payload_header": "x y"}, "HTTP reserves"), (good | {"metadata": [1]}, "metadata: has an element"),
        (good | {"headers": [{"name": "x-a", "claim": "sub"}, {"name": "X_A", "claim": "cid"}]}, "headers: a name is there twice"),
        (good | {"headers": [{"name": "x-a", "claim": "sub"}], "payload_header": "X-A"}, "headers: a name is there twice"),
        (good | {"headers": [{"name": "x-a", "claim": "sub"}], "from": [{"header": "x_a"}]}, "headers: a name is that of a header in from"),
        (good | {"payload_header": "x-a", "from": [{"header": "X-A"}]}, "headers: a name is that of a header in from"),
        (good | {"metadata": [["a", "roles"], ["b", "roles"]]}, "metadata: a name is there twice"),
        (good | {"client_certificate": "yes"}, "neither accepted nor required"),
        (good | {"dpop": {}}, "origin is needed"), (good | {"dpop": {"origin": "api.example"}}, "dpop: "),
        *((good | {"dpop": {"origin": "https://api.example" + end}}, "has a query or a fragment") for end in ("?", "#", "/?a=b")),
        (good | {"dpop": dpop | {"algorithms": ["HS256"]}}, "unknown or a symmetric"),
        (good | {"dpop": dpop | {"window": 0}}, "window: is not"),
    ]
    routes = [({"of": True}, "unknown member"), ({"off": True, "optional": True}, "cannot be combined"), ({"scopes": []}, "scopes: is not"),
              ({"issuers": [1]}, "issuers: has an element")]

    port, base = free_port(), listener("base", free_port(), [module_filter(good)], [direct("/")])
    with Envoy(folder, module, [base]) as envoy:
        for settings, words, route in [*((each, words, None) for each, words in wrong), *((good, words, each) for each, words in routes)]:
            start = envoy.size()
            envoy.listen(base, listener("one", port, [module_filter(settings)], [direct("/", route)]))
            envoy.expect_in_log("Filesystem config update rejected", start)
            said = envoy.text(start)
            expect("keycard: " in said and words in said, f"{settings} {route}: {said}")
        envoy.listen(base, listener("one", port, [module_filter(full)], [direct("/")]))
        wait_until(lambda: envoy.answers(port), "a configuration with every member is taken")
    print(f"  {len(wrong) + len(routes)} wrong configurations rejected, each with a message")
