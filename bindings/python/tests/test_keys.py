"""Tests the loading of keys, with keys made by `cryptography`."""

import json
from typing import Any, Dict, List

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import keycard
from issuer import ES256_KEY, NOW, OTHER_KEY, RSA_KEY, jwks, policy, thumbprint, token

SPKI = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_every_form_verifies_the_same_token() -> None:
    public = ES256_KEY.public_key()
    pem = public.public_bytes(*SPKI)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    jwk = json.loads(jwks(first=ES256_KEY))["keys"][0]
    forms = [
        keycard.Keys.from_jwks(jwks(first=ES256_KEY)),
        keycard.Keys.from_jwks(jwks(first=ES256_KEY).encode(), precompute=0),
        keycard.Keys.from_jwks({"keys": [jwk]}),
        keycard.Keys.from_jwk(jwk),
        keycard.Keys.from_pem(pem),
        keycard.Keys.from_pem(pem.decode(), key_id="first"),
        keycard.Keys.from_der(der),
        keycard.Keys.from_cryptography(RSA_KEY.public_key(), public),
    ]
    for keys in forms:
        assert keycard.Validator(keys, policy()).validate(token(), NOW).claims["sub"] == "device-7"
        assert keys.find(thumbprint(ES256_KEY)) == len(keys) - 1
        assert keys.report.added == len(keys)


def test_the_report_names_keys_that_were_not_loaded() -> None:
    weak = rsa.generate_private_key(65537, 1024)
    unknown = {"kty": "OKP", "crv": "X25519", "x": "AAAA"}
    text = json.loads(jwks(weak=weak, good=ES256_KEY))
    text["keys"].append(unknown)
    keys = keycard.Keys.from_jwks(text)
    report = keys.report
    assert (report.added, report.rejected, report.skipped, len(keys)) == (1, 1, 1, 1)
    assert isinstance(report.rejections[0].error, keycard.KeyWeak) and report.rejections[0].index == 0
    assert isinstance(report.skips[0].error, keycard.KeyUnsupported) and report.skips[0].index == 2
    assert len(keycard.Keys.from_jwks(text, insecure_min_rsa_bits=1024)) == 2


def test_a_set_without_usable_keys_accepts_nothing() -> None:
    keys = keycard.Keys.from_jwks('{"keys":[]}')
    assert len(keys) == 0
    with pytest.raises(keycard.KeyNotFound):
        keycard.Validator(keys, policy()).validate(token(), NOW)


def test_rejects_private_and_secret_keys() -> None:
    with pytest.raises(keycard.KeyPrivate):
        keycard.Keys.from_cryptography(ES256_KEY)
    with pytest.raises(keycard.AtKeySet):
        keycard.Keys.from_jwk({"kty": "oct", "k": "A" * 43})
    keys = keycard.Keys.from_jwk({"kty": "oct", "k": "A" * 43}, allow_secrets=True, algorithms=["HS256"])
    assert len(keys) == 1


def test_rejects_texts_that_are_not_keys_and_unknown_rules() -> None:
    for text in ("", "{}", "[]", '{"keys":7}', b"\xff"):
        with pytest.raises(keycard.Error):
            keycard.Keys.from_jwks(text)
    for text in ("", "hello", "-----BEGIN PUBLIC KEY-----"):
        with pytest.raises(keycard.Error):
            keycard.Keys.from_pem(text)
    good = jwks(first=ES256_KEY)
    with pytest.raises(TypeError, match="strict"):
        keycard.Keys.from_jwks(good, strict=True)  # type: ignore[call-arg]
    empty: List[Dict[str, Any]] = [{"algorithms": []}, {"key_id": ""}, {"use_": ""}, {"precompute": 3}]
    for rules in empty:
        with pytest.raises(keycard.AtUsage):
            keycard.Keys.from_jwks(good, **rules)
    with pytest.raises(TypeError):
        keycard.Keys.from_jwks(7)  # type: ignore[arg-type]
    with pytest.raises(IndexError):
        keycard.Keys.from_jwks(good).thumbprint(1)


def test_keys_bound_to_an_algorithm_verify_no_other() -> None:
    keys = keycard.Keys.from_cryptography(RSA_KEY.public_key(), algorithms=["PS256"])
    with pytest.raises(keycard.KeyNotFound):
        keycard.Validator(keys, policy()).validate(token(RSA_KEY, "RS256"), NOW)


def test_other_kinds_of_keys_of_cryptography() -> None:
    ed = ed25519.Ed25519PrivateKey.generate()
    p521 = ec.generate_private_key(ec.SECP521R1())
    keys = keycard.Keys.from_cryptography(ed.public_key(), p521.public_key(), OTHER_KEY.public_key())
    validator = keycard.Validator(keys, policy(algorithms=["EdDSA", "ES512"]))
    validator.validate(token(ed, "EdDSA"), NOW)
    assert validator.validate(token(p521, "ES512"), NOW).key_index == 1
