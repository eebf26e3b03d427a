"""The table of the guide, for those who come from PyJWT or joserfc: tokens that both of them accept and keycard rejects,
and tokens that all accept."""

import json
import time
from typing import Any, Dict, Tuple

import joserfc.jwk
import joserfc.jws
import joserfc.jwt
import jwt
import pytest

import keycard
from issuer import AUDIENCE, ES256_KEY, ISSUER, jwks, policy, validator

KEY = joserfc.jwk.ECKey.import_key(json.loads(jwks(first=ES256_KEY))["keys"][0])
PRIVATE = joserfc.jwk.ECKey.import_key(ES256_KEY)


def usual(**claims: Any) -> Dict[str, Any]:
    now = int(time.time())
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": "a", "iat": now, "exp": now + 600, "scope": "read", **claims}


def by_pyjwt(text: str) -> None:
    jwt.decode(text, ES256_KEY.public_key(), algorithms=["ES256"], audience=AUDIENCE)


def by_joserfc(text: str) -> None:
    claims = joserfc.jwt.decode(text, KEY, algorithms=["ES256"]).claims
    joserfc.jwt.JWTClaimsRegistry(aud={"value": AUDIENCE}).validate(claims)


def signed(payload: str, **header: Any) -> str:
    return joserfc.jws.serialize_compact({"alg": "ES256", "kid": "first", **header}, payload, PRIVATE)


CASES: Dict[str, Tuple[Dict[str, Any], Any]] = {
    "another issuer": ({"iss": "https://evil.example"}, keycard.WrongIssuer),
    "no issuer": ({"iss": None}, keycard.ClaimMissing),
    "no expiry": ({"exp": None}, keycard.ClaimMissing),
    "a bound token": ({"cnf": {"jkt": "A" * 43}}, keycard.TokenBound),
    "an ID token": ({"scope": None, "nonce": "n", "at_hash": "x"}, keycard.WrongTokenKind),
    "a logout token": ({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}, keycard.WrongTokenKind),
}


@pytest.mark.parametrize("name", list(CASES))
def test_rejects_claims_that_peers_accept(name: str) -> None:
    changed, kind = CASES[name]
    text = signed(json.dumps({name: value for name, value in usual(**changed).items() if value is not None}))
    by_pyjwt(text)
    by_joserfc(text)
    with pytest.raises(kind):
        validator().validate(text)


def test_rejects_a_name_twice_that_peers_accept() -> None:
    text = signed(json.dumps(usual())[:-1] + ',"aud":"api://other","aud":"api://default"}')
    by_pyjwt(text)
    by_joserfc(text)
    with pytest.raises(keycard.JsonDuplicate):
        validator().validate(text)


def test_rejects_an_empty_requirement_that_peers_take() -> None:
    text = signed(json.dumps(usual()))
    jwt.decode(text, ES256_KEY.public_key(), algorithms=["ES256"], audience=AUDIENCE, options={"require": []})
    with pytest.raises(keycard.PolicyEmpty):
        policy(rules=[])


@pytest.mark.parametrize("alg, key", [
    ("ES256", joserfc.jwk.ECKey.generate_key("P-256")), ("ES384", joserfc.jwk.ECKey.generate_key("P-384")),
    ("ES512", joserfc.jwk.ECKey.generate_key("P-521")), ("RS256", joserfc.jwk.RSAKey.generate_key(2048)),
    ("PS512", joserfc.jwk.RSAKey.generate_key(2048)), ("Ed25519", joserfc.jwk.OKPKey.generate_key("Ed25519")),
    ("HS256", joserfc.jwk.OctKey.generate_key(256)),
])  # fmt: skip
def test_accepts_tokens_and_keys_of_joserfc(alg: Any, key: Any) -> None:
    text = joserfc.jwt.encode({"alg": alg}, usual(), key, algorithms=[alg])
    keys = keycard.Keys.from_jwk(key.as_dict(private=key.key_type == "oct"), allow_secrets=True, algorithms=alg)
    accepted = keycard.Validator(keys, policy(algorithms=alg)).validate(text)
    assert dict(accepted.claims) == joserfc.jwt.decode(text, key, algorithms=[alg]).claims
    changed = text[:-5] + ("A" if text[-5] != "A" else "B") + text[-4:]
    with pytest.raises(keycard.AtSignature):
        keycard.Validator(keys, policy(algorithms=alg)).validate(changed)
