"""Writes `cases.json`: key sets and tokens by jwcrypto, joserfc, cryptography and Node, with the verdicts that they get.

Each run makes new keys. Needs `pip install jwcrypto==1.5.6 joserfc==1.0.4` and Node 20.
"""

import json
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import RSAKey
from jwcrypto import jwk, jws
from jwcrypto.common import base64url_decode, base64url_encode

HERE = Path(__file__).parent
NOW = 1_800_000_000
CLAIMS = {"iss": "https://issuer.example", "aud": "api", "sub": "somebody", "exp": NOW + 3600}
CLAIMS_OF_TENANT = {**CLAIMS, "iss": "https://login.example/T1/v2.0", "tid": "T1"}

# jwcrypto makes P-256, joserfc RSA, Node Ed25519.
ec_key = jwk.JWK.generate(kty="EC", crv="P-256", kid="ec")
rsa_key = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
EC = ec_key.export_public(as_dict=True)
RSA = rsa_key.as_dict(private=False)
node = json.loads(subprocess.run(["node", HERE / "make.mjs"], input=json.dumps(CLAIMS), text=True,
                                 capture_output=True, check=True).stdout)
OKP = {**node["jwk"], "kid": "okp"}


def by_jwcrypto(header, claims=CLAIMS, key=ec_key):
    token = jws.JWS(json.dumps(claims))
    token.add_signature(key, protected=json.dumps({"alg": "ES256", **header}))
    return token.serialize(compact=True)


def by_joserfc(header, claims=CLAIMS):
    return jwt.encode({"alg": "RS256", **header}, claims, rsa_key, algorithms=["RS256"])


EC_TOKEN = by_jwcrypto({"kid": "ec"})
RSA_TOKEN = by_joserfc({"kid": "rsa"})
cases = []


def case(name, keys, tokens, rejected=(), skipped=(), noted=(), rules=(), now=NOW):
    """`keys` are dictionaries, or texts of JSON. `tokens` are pairs of a token and its verdict."""
    texts = [key if isinstance(key, str) else json.dumps(key) for key in keys]
    jwks = keys if isinstance(keys, str) else '{"keys":[' + ",".join(texts) + "]}"
    found = [{"outcome": outcome, "index": index, "reason": reason, "member": member}
             for outcome, list_ in (("rejected", rejected), ("skipped", skipped), ("noted", noted))
             for index, reason, member in list_]
    cases.append({"name": name, "jwks": jwks, "rules": list(rules), "now": now, "found": found,
                  "added": len(keys) - len(rejected) - len(skipped),
                  "tokens": [{"token": token, "verdict": verdict} for token, verdict in tokens]})


def rejected_whole(name, jwks, reason):
    cases.append({"name": name, "jwks": jwks, "rules": [], "now": NOW, "error": reason})


# One bad key never takes down its set (RFC 7517 sections 4 and 5).
text = json.dumps(EC)[1:-1].replace('"ec"', '"bad"')
bad = {
    "duplicate member": ('{%s,"kty":"EC"}' % text, "KeyMalformed", None),
    "duplicate member, escaped": ('{%s,"\\u006bty":"EC"}' % text, "KeyMalformed", None),
    "duplicate member deep inside": ('{%s,"x":{"a":[{"b":1,"b":2}]}}' % text.replace('"x"', '"_"'), "KeyMalformed", None),
    "lone surrogate in a value": ('{%s,"name":"\\ud800"}' % text, "KeyMalformed", None),
    "lone surrogate in a name": ('{%s,"\\udc00":1}' % text, "KeyMalformed", None),
    "too many members": ('{%s,%s}' % (text, ",".join('"m%d":0' % i for i in range(1100))), "KeyMalformed", None),
    "nested too deep": ('{%s,"deep":%s1%s}' % (text, "[" * 100, "]" * 100), "KeyMalformed", None),
    "nested too deep with strings": ('{%s,"deep":%s"]}\\"{"%s}' % (text, '{"a":[' * 40, "]}" * 40), "KeyMalformed", None),
    "string": ('"not an object"', "KeyMalformed", "keys"),
    "string with a lone surrogate": ('"\\ud800"', "KeyMalformed", None),
    "null": ("null", "KeyMalformed", "keys"),
}
reasons = {
    "duplicate": "JsonDuplicate", "lone": "JsonSurrogate", "too": "JsonMembers", "nested": "JsonNesting",
    "string with": "JsonSurrogate",
}
for kind, (entry, reason, member) in bad.items():
    for start, json_reason in reasons.items():
        if kind.startswith(start):
            reason = json_reason
    for place, index in (("first", 0), ("middle", 1), ("last", 2)):
        keys = [EC, RSA]
        keys.insert(index, entry)
        case(f"{kind}, {place}", keys, [(EC_TOKEN, None), (RSA_TOKEN, None)], rejected=[(index, reason, member)])
case("every bad entry at once", [entry for entry, _, _ in bad.values()] + [EC],
     [(EC_TOKEN, None), (RSA_TOKEN, "KeyNotFound")],
     rejected=[(i, next((r for s, r in list(reasons.items())[::-1] if k.startswith(s)), reason), member)
              for i, (k, (_, reason, member)) in enumerate(bad.items())][:8])
cases[-1]["added"] = 1

good = json.dumps({"keys": [EC, RSA]})
rejected_whole("duplicate keys", good[:-1] + ',"keys":[]}', "JsonDuplicate")
rejected_whole("duplicate keys, escaped", good[:-1] + ',"\\u006beys":[]}', "JsonDuplicate")
rejected_whole("duplicate member beside keys", good[:-1] + ',"a":1,"a":2}', "JsonDuplicate")
rejected_whole("lone surrogate beside keys", good[:-1] + ',"a":"\\ud800"}', "JsonSurrogate")
rejected_whole("duplicate member in a value beside keys", good[:-1] + ',"a":{"b":1,"b":2}}', "JsonDuplicate")
rejected_whole("bytes behind the set", good + "x", "JsonSyntax")
rejected_whole("second set behind the set", good + good, "JsonSyntax")
rejected_whole("cut off", good[:-1], "JsonSyntax")
rejected_whole("cut off in an entry", good[: len(good) // 2], "JsonSyntax")
rejected_whole("syntax error in an entry", '{"keys":[%s,{"kty" "EC"}]}' % json.dumps(EC), "JsonSyntax")
rejected_whole("duplicate member and syntax error in an entry", '{"keys":[{"a":1,"a":2,}]}', "JsonSyntax")
rejected_whole("comma at the end", '{"keys":[%s,]}' % json.dumps(EC), "JsonSyntax")
rejected_whole("wrong bracket", '{"keys":[%s}]' % json.dumps(EC), "JsonSyntax")
rejected_whole("keys is an object", '{"keys":{"a":%s}}' % json.dumps(EC), "KeySetMalformed")
rejected_whole("no keys", '{"Keys":[]}', "KeySetMalformed")
rejected_whole("array", "[%s]" % json.dumps(EC), "JsonNotAnObject")

# Skipped keys are named (RFC 7517 section 5).
case("keys for other uses", [{**EC, "use": "enc"}, {**RSA, "alg": "RSA-OAEP"}, {**OKP, "crv": "X25519"},
                             {"kty": "NTRU"}, EC, {**RSA, "key_ops": ["encrypt"]}],
     [(EC_TOKEN, None), (RSA_TOKEN, "KeyNotFound")],
     skipped=[(0, "KeyNotForVerification", "use"), (1, "KeyUnsupported", "alg"), (2, "KeyUnsupported", "crv"),
              (3, "KeyUnsupported", "kty"), (5, "KeyNotForVerification", "key_ops")])

# An unknown kid is told from one of a key for another algorithm.
case("no key with the kid", [EC, RSA], [(by_jwcrypto({"kid": "new"}), "KeyNotFound")])
case("kid of a key for another algorithm", [EC, RSA],
     [(by_jwcrypto({"kid": "rsa"}), "KeyUnfit"), (by_joserfc({"kid": "ec"}), "KeyUnfit")])
case("kid of a key that names another algorithm", [{**RSA, "alg": "PS256"}], [(RSA_TOKEN, "KeyUnfit")])
case("no kid and no key of the algorithm", [RSA], [(by_jwcrypto({}), "KeyNotFound")])
case("no key at all", [], [(EC_TOKEN, "KeyNotFound")])

# EdDSA and Ed25519 are one algorithm for a key (RFC 9864).
for own in (None, "EdDSA", "Ed25519"):
    key = {**OKP, **({"alg": own} if own else {})}
    case(f"Ed25519 key that says {own}", [key], [(node[name], None) for name in ("EdDSA", "Ed25519")])

# Leading zeros, as BigInteger.toByteArray of Java writes them.
zero = lambda text: base64url_encode(b"\0" + base64url_decode(text))
case("leading zero in n", [{**RSA, "n": zero(RSA["n"])}], [(RSA_TOKEN, None)], noted=[(0, "KeyLeadingZero", "n")])
case("leading zero in e", [{**RSA, "e": zero(RSA["e"])}], [(RSA_TOKEN, None)], noted=[(0, "KeyLeadingZero", "e")])
case("leading zeros in n and e", [EC, {**RSA, "e": zero(RSA["e"]), "n": zero(RSA["n"])}], [(RSA_TOKEN, None)],
     noted=[(1, "KeyLeadingZero", "e")])
case("two leading zeros in n", [{**RSA, "n": zero(zero(RSA["n"]))}], [(RSA_TOKEN, "KeyNotFound")],
     rejected=[(0, "KeyWidth", "n")])
weak = RSAKey.generate_key(2040, private=True).as_dict(private=False)
case("2040 bits with a leading zero are not 2048", [{**weak, "n": zero(weak["n"])}], [], rejected=[(0, "KeyWeak", "n")])
while True:
    numbers = (short := ec.generate_private_key(ec.SECP256R1())).public_key().public_numbers()
    if numbers.x < 1 << 248:
        break
short_key = jwk.JWK.from_pyca(short)
SHORT = {"kty": "EC", "crv": "P-256", "kid": "short", "y": base64url_encode(numbers.y.to_bytes(32, "big")),
         "x": base64url_encode(numbers.x.to_bytes((numbers.x.bit_length() + 7) // 8, "big"))}
short_token = by_jwcrypto({"kid": "short"}, key=short_key)
case("short coordinate", [SHORT], [(short_token, "KeyNotFound")], rejected=[(0, "KeyWidth", "x")])
case("short coordinate, accepted by name", [SHORT], [(short_token, None)], rules=["allow_short_coordinates"],
     noted=[(0, "KeyShortCoordinate", "x")])

# A restriction that comes with a key is kept.
LATER, EARLIER = NOW + 100, NOW - 100
case("key that expires later", [{**EC, "exp": LATER, "iat": EARLIER}], [(EC_TOKEN, None)])
case("key that expires now", [{**EC, "exp": NOW}], [(EC_TOKEN, "KeyExpired")])
case("key that has expired", [{**EC, "exp": EARLIER + 0.5}], [(EC_TOKEN, "KeyExpired")])
case("key that becomes valid now", [{**EC, "nbf": NOW}], [(EC_TOKEN, None)])
case("key that becomes valid later", [{**EC, "nbf": LATER, "exp": LATER + 100}], [(EC_TOKEN, "KeyNotYetValid")])
case("expired key beside another", [{**EC, "exp": EARLIER}, RSA], [(EC_TOKEN, "KeyExpired"), (RSA_TOKEN, None)])
for wrong in ('"1800000100"', "null", "[1800000100]", "1e400"):
    for member in ("exp", "nbf"):
        entry = "{%s,\"%s\":%s}" % (json.dumps(EC)[1:-1], member, wrong)
        case(f"{member} is {wrong}", [entry], [], rejected=[(0, "KeyMalformed", member)])
for revoked in ({"revoked_at": EARLIER, "reason": "compromised"}, None, False):
    case(f"revoked is {json.dumps(revoked)}", [{**EC, "revoked": revoked}, RSA],
         [(EC_TOKEN, "KeyNotFound"), (RSA_TOKEN, None)], rejected=[(0, "KeyRevoked", "revoked")])
case("issuer of the token", [{**EC, "issuer": CLAIMS["iss"]}], [(EC_TOKEN, None)])
case("issuer of another", [{**EC, "issuer": "https://other.example"}], [(EC_TOKEN, "KeyOfAnotherIssuer")])
case("issuer is null", [{**EC, "issuer": None}], [], rejected=[(0, "KeyMalformed", "issuer")])
case("issuer is empty", [{**EC, "issuer": ""}], [], rejected=[(0, "KeyMalformed", "issuer")])
TEMPLATE = "https://login.example/{tenantid}/v2.0"
tenant = lambda **claims: by_jwcrypto({"kid": "ec"}, {**CLAIMS_OF_TENANT, **claims})
case("issuer with a tenant", [{**EC, "issuer": TEMPLATE}], [
    (tenant(), None),
    (tenant(tid="T2"), "KeyOfAnotherIssuer"),
    (tenant(tid=1), "KeyOfAnotherIssuer"),
    (tenant(iss="https://login.example/T1/v2.0/"), "KeyOfAnotherIssuer"),
    (tenant(iss="https://login.example/T1/x/v2.0", tid="T1/x"), "KeyOfAnotherIssuer"),
    (tenant(iss="https://login.example//v2.0", tid=""), "KeyOfAnotherIssuer"),
    (tenant(iss="https://evil.example/T1/v2.0"), "KeyOfAnotherIssuer"),
    (tenant(iss=TEMPLATE, tid="{tenantid}"), None),
    (EC_TOKEN, "KeyOfAnotherIssuer"),
])
case("issuer with another tenant", [{**EC, "issuer": "https://login.example/T2/v2.0"}],
     [(tenant(), "KeyOfAnotherIssuer")])

(HERE / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
print(len(cases), "cases")
