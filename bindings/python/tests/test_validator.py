"""Validators, policies, tokens and their errors, with tokens by PyJWT."""

import datetime
import hashlib
import hmac
import json
import pickle
import threading
import time
from typing import Any, Dict, List

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import keycard
from issuer import AUDIENCE, ES256_KEY, ISSUER, NOW, OTHER_KEY, RSA_KEY, SECRET, b64url, jwks, policy, token, validator
from keycard import _generated


def test_accepts_a_token_and_reads_its_claims() -> None:
    accepted = validator().validate(token(roles=["a", "b"], deep={"n": [1, 2.5, True, None, "é"]}, big=2**70), NOW)
    claims = accepted.claims
    assert dict(claims)["sub"] == "device-7" and len(claims) == 9 and "exp" in claims
    assert claims["deep"] == {"n": [1, 2.5, True, None, "é"]} and claims["big"] == 2**70
    assert claims is accepted.claims
    with pytest.raises(TypeError):
        claims["sub"] = "other"  # type: ignore[index]
    assert accepted.string("sub") == "device-7" and accepted.time("exp") == NOW + 3600
    assert accepted.strings("roles") == ["a", "b"]
    assert accepted.scopes == ["read", "write"] and accepted.has_scope("read") and not accepted.has_scope("rea")
    assert (accepted.algorithm, accepted.key_index, accepted.payload) == ("ES256", 0, None)
    assert accepted.checks["signature"] == "passed" and accepted.checks["not before"] == "vacuous"
    assert "device-7" not in repr(accepted)


def test_getters_name_the_claim_and_the_type() -> None:
    accepted = validator().validate(token(a={"b": 7}), NOW)
    assert accepted.integer("a", "b") == 7
    with pytest.raises(keycard.ClaimType) as wrong:
        accepted.string("a", "b")
    assert wrong.value.claim == "a.b" and isinstance(wrong.value, keycard.AtClaims)
    with pytest.raises(keycard.ClaimMissing):
        accepted.boolean("a", "c")


@pytest.mark.parametrize(
    "claims, kind",
    [
        ({"exp": NOW - 1}, keycard.Expired),
        ({"nbf": NOW + 5}, keycard.NotYetValid),
        ({"iss": "https://evil.example"}, keycard.WrongIssuer),
        ({"aud": "api://other"}, keycard.WrongAudience),
        ({"exp": None}, keycard.ClaimMissing),
        ({"scope": None}, keycard.TokenNotMarked),
        ({"cnf": {"jkt": "A" * 43}}, keycard.TokenBound),
    ],
)
def test_rejects_for_the_reason(claims: Dict[str, Any], kind: Any) -> None:
    with pytest.raises(kind):
        validator().validate(token(**claims), NOW)


def test_errors_have_stage_reason_and_advice() -> None:
    with pytest.raises(keycard.AtTime) as caught:
        validator().validate(token(exp=NOW - 42), NOW)
    error = caught.value
    assert isinstance(error, keycard.Expired) and isinstance(error, keycard.Error)
    assert (error.reason, error.status, error.stage, error.claim) == ("Expired", 701, "time", "exp")
    assert error.seconds == 42 and "42 s before now" in str(error) and error.advice and error.cause
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error) and str(copy) == str(error) and copy.seconds == 42
    with pytest.raises(keycard.AtHeader) as text:
        validator().validate("e30=.e30.AAAA", NOW)
    assert text.value.reason == "Base64Padding" and text.value.offset == 3
    assert not isinstance(text.value, keycard.AtText)


@pytest.mark.parametrize("bad", ["", "a", "a.b", "a.b.c.d.e", "\ud800.a.b", "é.a.b", b"\xff.a.b", "x" * 70000, " a.b.c"])
def test_rejects_any_text_that_is_not_a_token(bad: Any) -> None:
    with pytest.raises(keycard.Error) as caught:
        validator().validate(bad, NOW)
    assert caught.value.stage != "usage"


@pytest.mark.parametrize("bad", [None, 7, ["a"], bytearray(b"a.b.c")])
def test_a_token_of_another_type_is_a_type_error(bad: Any) -> None:
    with pytest.raises(TypeError):
        validator().validate(bad, NOW)


@pytest.mark.parametrize("algorithms", [["none"], ["es256"], ["ES256 "], ["HS256", "x"]])
def test_rejects_unknown_algorithms(algorithms: Any) -> None:
    with pytest.raises(keycard.AlgorithmUnknown) as caught:
        policy(algorithms=algorithms)
    assert caught.value.stage == "usage"


def test_rejects_a_token_without_signature_and_by_a_secret() -> None:
    unsigned = b64url(b'{"alg":"none"}') + ".e30."
    for forged in (unsigned, unsigned + "AAAA"):
        with pytest.raises(keycard.Error):
            validator().validate(forged, NOW)
    # The secret is the public key: the confusion of RFC 8725 section 2.1.
    pem = ES256_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = b64url(b'{"alg":"HS256","kid":"first"}') + "." + token().split(".")[1]
    forged = f"{signed}.{b64url(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"
    with pytest.raises(keycard.AlgorithmNotAllowed):
        validator().validate(forged, NOW)
    with pytest.raises(keycard.KeyUnfit):
        validator(algorithms=["ES256", "HS256"]).validate(forged, NOW)


OPTIONS_OF_TEXT = [
    "issuer", "issuer_template", "audience_claim", "token_type", "scope_claim", "nonce", "access_token", "code", "state",
    "subject", "client_claim",
]  # fmt: skip
OPTIONS_OF_TEXTS = [
    "audience", "scopes", "any_scope", "markers", "authorized_parties", "authentication_contexts",
    "authentication_methods", "clients",
]  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS_OF_TEXT)
def test_rejects_an_empty_text_in_a_policy(name: str) -> None:
    waived = {"issuer": None} if name == "issuer_template" else {}
    client = {"client_claim": "cid"} if name != "client_claim" else {}
    with pytest.raises(keycard.AtUsage):
        policy(**{**waived, **client, name: ""})


@pytest.mark.parametrize("name", OPTIONS_OF_TEXTS)
@pytest.mark.parametrize("value", [[], [""], ["a", ""], ""])
def test_rejects_an_empty_list_in_a_policy(name: str, value: Any) -> None:
    with pytest.raises(keycard.AtUsage):
        policy(client_claim="cid", **{name: value})


def test_rejects_incomplete_and_unknown_options() -> None:
    for missing in ("issuer", "audience", "algorithms"):
        with pytest.raises(keycard.PolicyIncomplete):
            policy(**{missing: None})
    with pytest.raises(keycard.PolicyEmpty):
        policy(algorithms=[])
    with pytest.raises(keycard.PolicyEmpty):
        policy(rules=[])
    with pytest.raises(keycard.PolicyContradiction):
        policy(without_issuer=True)
    with pytest.raises(keycard.PolicyContradiction):
        policy(allow_untyped=True)
    with pytest.raises(keycard.LeewayTooLong):
        policy(leeway=601)
    with pytest.raises(keycard.PolicyValue):
        policy(leeway=-1)
    with pytest.raises(TypeError, match="verify_exp"):
        policy(verify_exp=False)
    for wrong in ({"leeway": True}, {"leeway": 1.5}, {"without_expiry": 1}, {"issuer": b"x"}, {"scopes": [1]}):
        with pytest.raises(TypeError):
            policy(**wrong)


def test_rules_and_replaced_options() -> None:
    rules = [keycard.ClaimRule.contains(["realm", "roles"], "admin"), keycard.ClaimRule.present("tid")]
    strict = keycard.Validator(validator().keys, policy(rules=rules))
    strict.validate(token(realm={"roles": ["user", "admin"]}, tid=1), NOW)
    with pytest.raises(keycard.ClaimMismatch) as caught:
        strict.validate(token(realm={"roles": ["user"]}, tid=1), NOW)
    assert caught.value.rule == 0 and caught.value.claim is None
    login = keycard.Policy.id_token(issuer=ISSUER, audience="client", algorithms="ES256", nonce_not_sent=True)
    other = login.replace(nonce="n-1", nonce_not_sent=None)
    made = token(aud="client", nonce="n-1", scope=None)
    assert strict.with_policy(other).validate(made, NOW).claims["nonce"] == "n-1"
    with pytest.raises(keycard.WrongNonce):
        strict.with_policy(login.replace(nonce="n-2", nonce_not_sent=None)).validate(made, NOW)


def test_times_of_every_form() -> None:
    at = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)
    for now in (NOW, float(NOW) + 0.5, at):
        validator().validate(token(), now)
    for wrong in (float("nan"), float("inf"), True, "1", at.replace(tzinfo=None)):
        with pytest.raises(TypeError):
            validator().validate(token(), wrong)  # type: ignore[arg-type]
    with pytest.raises(keycard.TimeUnavailable):
        validator().validate(token(), -1)
    with pytest.raises(keycard.Expired):
        validator().validate(token(exp=int(time.time()) - 5))
    validator().validate(token(exp=int(time.time()) + 60))


def test_a_batch_gets_the_verdicts_of_single_tokens() -> None:
    tokens = [token(sub=str(number), exp=NOW + 60 if number % 3 else NOW - 1) for number in range(20)] + ["x"]
    verdicts = validator().validate_all(tokens, NOW)
    assert len(verdicts) == 21 and isinstance(verdicts[20], keycard.TokenParts)
    for number, verdict in enumerate(verdicts[:20]):
        if number % 3:
            assert isinstance(verdict, keycard.Token) and verdict.claims["sub"] == str(number)
        else:
            assert isinstance(verdict, keycard.Expired)


def test_keys_are_replaced_at_once_for_all_that_share_them() -> None:
    first = validator()
    second = first.with_policy(policy(scopes="read"))
    assert second.scopes == ["read"] and second.without_scopes().scopes == []
    rotated = token(OTHER_KEY, header={"kid": "second"})
    with pytest.raises(keycard.KeyNotFound):
        second.validate(rotated, NOW)
    keys = keycard.Keys.from_jwks(jwks(first=ES256_KEY, second=OTHER_KEY))
    first.keys = keys
    assert second.keys is keys
    second.validate(rotated, NOW)
    with pytest.raises(TypeError):
        first.keys = None  # type: ignore[assignment]


def test_threads_share_a_validator_while_keys_rotate() -> None:
    sets = [keycard.Keys.from_jwks(jwks(first=ES256_KEY, second=key)) for key in (OTHER_KEY, RSA_KEY)]
    shared, tokens = validator(), [token(sub=str(number)) for number in range(32)]
    failures: List[BaseException] = []

    def run() -> None:
        try:
            for _ in range(10):
                for number, verdict in enumerate(shared.validate_all(tokens, NOW)):
                    assert isinstance(verdict, keycard.Token) and verdict.claims["sub"] == str(number)
                assert shared.validate(tokens[3], NOW).claims["sub"] == "3"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(200):
        shared.keys = sets[number % 2]
    for thread in threads:
        thread.join()
    assert not failures


def test_tokens_of_several_issuers() -> None:
    second = keycard.Validator(
        keycard.Keys.from_jwks(jwks(first=OTHER_KEY)), policy(issuer="https://second.example", scopes=["write"])
    )
    both = keycard.Issuers(validator(), second)
    assert both.validate(token(), NOW).row == 0
    assert both.validate(token(OTHER_KEY, iss="https://second.example"), NOW).row == 1
    assert both.of(token(iss="https://second.example")) is second
    # The key of one issuer never verifies a token of the other.
    with pytest.raises(keycard.SignatureInvalid):
        both.validate(token(iss="https://second.example"), NOW)
    with pytest.raises(keycard.WrongIssuer):
        both.validate(token(iss="https://third.example"), NOW)
    verdicts: List[Any] = both.validate_all([token(), "x"], NOW)
    assert isinstance(verdicts[0], keycard.Token) and isinstance(verdicts[1], keycard.Error)
    assert both.scopes == []
    for wrong in ((), (second, second)):
        with pytest.raises(keycard.AtUsage):
            keycard.Issuers(*wrong)


def test_hmac_rsa_and_jws() -> None:
    mac = keycard.Validator(keycard.Keys.from_secret(SECRET, algorithm="HS256"), policy(algorithms="HS256"))
    mac.validate(token(SECRET, "HS256"), NOW)
    with pytest.raises(keycard.KeyWeak):
        keycard.Keys.from_secret(b"password", algorithm="HS256")
    rsa = keycard.Validator(keycard.Keys.from_jwks(jwks(first=RSA_KEY)), policy())
    rsa.validate(token(RSA_KEY, "RS256"), NOW)
    signed = jwt.PyJWS().encode(b"any bytes", ES256_KEY, algorithm="ES256")
    opaque = keycard.Validator(validator().keys, keycard.Policy.jws(algorithms=["ES256"])).validate(signed, NOW)
    assert opaque.payload == b"any bytes" and dict(opaque.claims) == {}


def test_peek_reads_without_verifying() -> None:
    seen = keycard.peek(token(OTHER_KEY))
    assert (seen.algorithm, seen.key_id, seen.token_type, seen.issuer) == ("ES256", "first", "JWT", ISSUER)


def test_every_reason_is_an_exception_of_the_package() -> None:
    assert len(_generated.REASONS) > 100
    for status, kind in _generated.REASONS.items():
        assert getattr(keycard, kind.__name__) is kind and kind.status == status and kind.advice
    for name in keycard.__all__:
        assert hasattr(keycard, name)
    assert len(set(keycard.__all__)) == len(keycard.__all__)


def test_claims_with_a_name_twice_are_rejected() -> None:
    text = json.dumps({"iss": ISSUER, "aud": AUDIENCE, "exp": NOW + 9, "scope": "x"})[:-1] + ',"sub":"a","sub":"b"}'
    signed = jwt.PyJWS().encode(text.encode(), ES256_KEY, algorithm="ES256", headers={"kid": "first"})
    with pytest.raises(keycard.JsonDuplicate) as caught:
        validator().validate(signed, NOW)
    assert caught.value.stage == "payload"
