"""PKCE, DPoP proofs, the replay cache and the cache of proof keys."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Dict

import pytest

import keycard
from issuer import ES256_KEY, ISSUER, NOW, OTHER_KEY, proof, thumbprint, token, validator
from keycard import pkce

RULES: Dict[str, Any] = {
    "method": "GET", "uri": "https://api.example/orders", "algorithms": ["ES256"], "window": 60, "leeway": 5,
    "nonce_not_provided": True,
}  # fmt: skip


def test_pkce_of_both_sides() -> None:
    verifier = pkce.new_verifier()
    assert len(verifier) == 43 and verifier != pkce.new_verifier()
    challenge = pkce.challenge(verifier)
    assert challenge == base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert pkce.verify(challenge=challenge, method="S256", verifier=verifier) is True
    assert pkce.verify(challenge=None, method=None, verifier=None, optional=True) is False
    assert pkce.verify(challenge=verifier, method=None, verifier=verifier, allow_plain=True) is True


@pytest.mark.parametrize(
    "given, kind",
    [
        ({"challenge": None, "method": None, "verifier": None}, keycard.PkceMissing),
        ({"verifier": None}, keycard.PkceDowngrade),
        ({"challenge": None, "method": None}, keycard.PkceDowngrade),
        ({"method": None}, keycard.PkceDowngrade),
        ({"method": "plain"}, keycard.PkceDowngrade),
        ({"method": "s256"}, keycard.CodeChallengeMethod),
        ({"method": "\ud800"}, keycard.CodeChallengeMethod),
        ({"verifier": "B" * 43}, keycard.PkceMismatch),
        ({"verifier": "A" * 42}, keycard.CodeVerifierMalformed),
        ({"challenge": ""}, keycard.CodeChallengeMalformed),
    ],
)
def test_rejects_a_code_exchange(given: Dict[str, Any], kind: Any) -> None:
    right = {"challenge": pkce.challenge("A" * 43), "method": "S256", "verifier": "A" * 43}
    with pytest.raises(kind) as caught:
        pkce.verify(**{**right, **given})
    assert isinstance(caught.value, keycard.AtPkce)


def bound(**claims: Any) -> str:
    return token(cnf={"jkt": thumbprint(OTHER_KEY)}, **claims)


def test_a_bound_token_needs_the_proof_of_its_key() -> None:
    jwt = bound()
    proven = keycard.validate_proof(proof(jwt), NOW, access_token=jwt, **RULES)
    assert proven.thumbprint == thumbprint(OTHER_KEY) and len(proven.key) == 32 and proven.algorithm == "ES256"
    assert validator().validate(jwt, NOW, dpop_key=proven.key).checks["DPoP key"] == "passed"
    with pytest.raises(keycard.TokenBound):
        validator().validate(jwt, NOW)
    other = keycard.validate_proof(proof(jwt, ES256_KEY), NOW, access_token=jwt, **RULES)
    with pytest.raises(keycard.WrongConfirmation):
        validator().validate(jwt, NOW, dpop_key=other.key)
    with pytest.raises(keycard.TokenNotBound):
        validator().validate(token(), NOW, dpop_key=proven.key)
    for empty in ("", b"", b"x" * 31):
        with pytest.raises(keycard.PolicyValue):
            validator().validate(jwt, NOW, dpop_key=empty)


@pytest.mark.parametrize(
    "claims, kind",
    [
        ({"htm": "POST"}, keycard.WrongHttpMethod),
        ({"htu": "https://api.example/other"}, keycard.WrongHttpUri),
        ({"iat": NOW - 66}, keycard.ProofTooOld),
        ({"iat": NOW + 6}, keycard.IssuedInFuture),
        ({"ath": "A" * 43}, keycard.WrongHash),
    ],
)
def test_rejects_a_proof_at_its_stage(claims: Dict[str, Any], kind: Any) -> None:
    jwt = bound()
    with pytest.raises(kind) as caught:
        keycard.validate_proof(proof(jwt, **claims), NOW, access_token=jwt, **RULES)
    assert isinstance(caught.value, keycard.AtProof)


def test_proof_rules_must_be_complete() -> None:
    jwt = bound()
    for name in ("method", "uri", "algorithms", "window"):
        with pytest.raises(keycard.PolicyIncomplete):
            keycard.validate_proof(proof(jwt), NOW, access_token=jwt, **{**RULES, name: None})
    with pytest.raises(keycard.PolicyIncomplete):
        keycard.validate_proof(proof(jwt), NOW, **RULES)
    with pytest.raises(keycard.PolicyEmpty):
        keycard.validate_proof(proof(jwt), NOW, access_token=jwt, **{**RULES, "nonce_not_provided": None, "nonces": []})
    with pytest.raises(keycard.PolicyContradiction):
        keycard.validate_proof(proof(jwt), NOW, access_token=jwt, **{**RULES, "algorithms": ["HS256"]})


def test_a_proof_is_used_once() -> None:
    jwt = bound()
    cache = keycard.ReplayCache(uses=10, window=60, leeway=5, share=16, now=NOW - 60)
    proven = keycard.validate_proof(proof(jwt), NOW, access_token=jwt, **RULES)
    cache.check_proof(proven, NOW)
    with pytest.raises(keycard.Replayed) as caught:
        cache.check_proof(proven, NOW)
    assert isinstance(caught.value, keycard.AtReplay)
    started = keycard.ReplayCache(uses=10, window=60, leeway=5, now=NOW)
    with pytest.raises(keycard.IssuedBeforeStart):
        started.check_proof(proven, NOW)
    with pytest.raises(keycard.ReplayTimeBehind):
        cache.check_proof(proven, NOW - 1)
    with pytest.raises(keycard.ReplayLimits):
        keycard.ReplayCache(uses=10, window=30, leeway=5, share=16, now=NOW - 60).check_proof(proven, NOW)


def test_a_bound_pair_is_accepted_once() -> None:
    jwt, unbound = bound(), token()
    text = proof(jwt)
    cache = keycard.ReplayCache(uses=10, window=60, leeway=5, share=16, now=NOW - 60)
    keys = keycard.ProofKeyCache(1)
    rejected = [
        (keycard.WrongHash, jwt, proof("other"), {}),
        (keycard.WrongConfirmation, jwt, proof(jwt, ES256_KEY), {}),
        (keycard.WrongHttpMethod, jwt, text, {"method": "POST"}),
        (keycard.TokenNotBound, unbound, proof(unbound), {}),
    ]
    for kind, access, proven, changed in rejected:
        with pytest.raises(kind):
            keycard.validate_bound_once(validator(), access, proven, NOW, replay=cache, **{**RULES, **changed})
    pair = keycard.validate_bound_once(validator(), jwt, text, NOW, replay=cache, keys=keys, **RULES)
    assert pair.token.checks["DPoP key"] == "passed" and pair.proof.thumbprint == thumbprint(OTHER_KEY)
    for prepared in (keys, None):
        with pytest.raises(keycard.Replayed):
            keycard.validate_bound_once(validator(), jwt, text, NOW, replay=cache, keys=prepared, **RULES)


def test_rejects_replay_caches_without_room() -> None:
    for wrong in ({"uses": 0}, {"share": 0}, {"share": 17}):
        with pytest.raises(keycard.Error):
            keycard.ReplayCache(**{"uses": 10, "window": 60, "leeway": 5, **wrong})
    for keys, precompute in ((0, None), (16, 0), (16, 3)):
        with pytest.raises(keycard.AtUsage):
            keycard.ProofKeyCache(keys, precompute)


def test_a_logout_token_is_used_once() -> None:
    event = "http://schemas.openid.net/event/backchannel-logout"
    jwt = token(aud="client", scope=None, jti="1", events={event: {}}, header={"typ": "logout+jwt"}, exp=NOW + 60)
    rules = keycard.Policy.logout_token(issuer="https://id.example", audience="client", algorithms=["ES256"])
    accepted = validator().with_policy(rules).validate(jwt, NOW)
    cache = keycard.ReplayCache(uses=10, window=0, leeway=0, now=NOW - 60)
    cache.check_token(accepted, NOW)
    with pytest.raises(keycard.Replayed):
        cache.check_token(accepted, NOW)


def test_a_client_assertion_is_for_one_client_and_audience() -> None:
    given: Dict[str, Any] = {"iss": "client-1", "sub": "client-1", "aud": ISSUER, "exp": NOW + 60, "jti": "1", "scope": None}
    rules = keycard.Policy.client_assertion(issuer="client-1", audience=ISSUER, algorithms=["ES256"], max_lifetime=300)
    clients = validator().with_policy(rules)
    assert clients.validate(token(**given), NOW).string("sub") == "client-1"
    for wrong in ({"sub": "client-2"}, {"iss": "client-2"}, {"aud": "https://other.example"}, {"exp": None}):
        with pytest.raises(keycard.Error):
            clients.validate(token(**{**given, **wrong}), NOW)


def test_a_grant_is_for_the_client_that_authenticated() -> None:
    given: Dict[str, Any] = {"aud": ISSUER, "exp": NOW + 60, "jti": "1", "client_id": "client-1", "sub": "user-1"}
    options: Dict[str, Any] = {"issuer": ISSUER, "audience": ISSUER, "algorithms": ["ES256"], "max_lifetime": 300}
    jwt = token(**given, header={"typ": "oauth-id-jag+jwt"})
    grants = validator().with_policy(keycard.Policy.id_jag(clients=["client-1"], **options))
    assert grants.validate(jwt, NOW).string("sub") == "user-1"
    with pytest.raises(keycard.WrongClient):
        validator().with_policy(keycard.Policy.id_jag(clients=["client-2"], **options)).validate(jwt, NOW)
    with pytest.raises(keycard.PolicyIncomplete):
        keycard.Policy.id_jag(**options)
    others = validator().with_policy(keycard.Policy.authorization_grant(**options))
    with pytest.raises(keycard.WrongTokenType):
        others.validate(jwt, NOW)
    assert others.validate(token(**{**given, "scope": None}), NOW).string("jti") == "1"


def test_a_cache_of_proof_keys_does_not_change_the_verdict() -> None:
    jwt, cache = bound(), keycard.ProofKeyCache(32, 2048)
    for _ in range(4):
        proven = cache.validate_proof(proof(jwt), NOW, access_token=jwt, **RULES)
        cache.admit(proven)
    made = proof(jwt)
    header, _, rest = made.partition(".")
    with pytest.raises(keycard.SignatureInvalid):
        cache.validate_proof(f"{header}.{rest[:-8]}AAAAAAAA", NOW, access_token=jwt, **RULES)


def test_bound_to_a_certificate() -> None:
    hash32 = hashlib.sha256(b"certificate").digest()
    text = base64.urlsafe_b64encode(hash32).rstrip(b"=").decode()
    jwt = token(cnf={"x5t#S256": text})
    for given in (hash32, text):
        validator().validate(jwt, NOW, client_certificate=given)
    with pytest.raises(keycard.WrongConfirmation):
        validator().validate(jwt, NOW, client_certificate=b"x" * 32)


def test_a_workload_is_accepted_once_with_the_proof_of_its_key() -> None:
    vectors = json.loads((Path(__file__).resolve().parents[3] / "tests/vectors/pairs.json").read_text())
    keys = keycard.Keys.from_jwks(json.dumps(vectors["jwks"]))
    now = vectors["now"]
    cache = keycard.ReplayCache(uses=16, window=60, leeway=0, now=now - 60)
    rules: Dict[str, Any] = {"target": "https://api.example/orders", "algorithms": "ES256", "window": 60}
    rules.update(access_token="access-token", transaction_token="transaction-token")
    waived = {"access_token": None, "without_access_token": True, "transaction_token": None, "without_transaction_token": True}
    for kind, domain in (("workload", "wimse://example.com"), ("WIT-SVID", "spiffe://example.org")):
        policy = keycard.Policy.workload_identity(issuer=domain, without_audience=True, algorithms="ES256")
        validator = keycard.Validator(keys, policy)
        for pair in (row for row in vectors["pairs"] if row["kind"] == kind):
            token, text = pair["token"], pair["proof"]
            with pytest.raises(keycard.TokenBound):
                validator.validate(token, now)
            for reason, changed in (
                (keycard.WrongAudience, {"target": "https://api.example/other"}),
                (keycard.WrongHash, {"access_token": "other"}),
                (keycard.PolicyIncomplete, {"transaction_token": None}),
                (keycard.PolicyIncomplete, {"window": None}),
            ):
                with pytest.raises(reason):
                    keycard.validate_workload_once(validator, token, text, now, replay=cache, **{**rules, **changed})
            validator._validate_workload(token, text, now, **{**rules, **waived, "leeway": 5})
            bound = keycard.validate_workload_once(validator, token, text, now, replay=cache, **rules)
            assert bound.token.claims["sub"].startswith(domain) and bound.token.checks["key binding"] == "passed"
            with pytest.raises(keycard.Replayed):
                keycard.validate_workload_once(validator, token, text, now, replay=cache, **rules)
