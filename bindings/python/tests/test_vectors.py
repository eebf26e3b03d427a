"""The foreign test vectors of the project, with the verdicts of Rust, C and Go."""

import base64
import json
from typing import Any, Callable, Dict, List, Optional

import keycard
from vectors import cases, exceptions, said

Case = Dict[str, Any]

#: The members of a policy in a case. Any other member is an error, because a requirement must not
#: be ignored.
KNOWN = {
    "profile", "alg", "iss", "aud", "typ", "nonce", "require", "claims", "azp", "max_age", "max_token_age",
    "access_token", "code", "require_at_hash", "require_c_hash", "allow_weak_keys", "original", "dpop_key",
}  # fmt: skip
RFC_9068 = {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}


def texts(value: Any) -> Optional[List[str]]:
    return [value] if isinstance(value, str) else value


def b64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def raw_key(algorithm: str, parts: List[bytes]) -> Dict[str, str]:
    """The JWK of a key that is given as numbers or bytes."""
    if algorithm.startswith("ES"):
        curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}[algorithm]
        return {"kty": "EC", "crv": curve, "x": b64url(parts[0]), "y": b64url(parts[1])}
    if len(parts) == 2:
        return {"kty": "RSA", "n": b64url(parts[0]), "e": b64url(parts[1])}
    if algorithm.startswith("HS"):
        return {"kty": "oct", "k": b64url(parts[0])}
    if algorithm.startswith("ML-DSA"):
        return {"kty": "AKP", "alg": algorithm, "pub": b64url(parts[0])}
    return {"kty": "OKP", "crv": "Ed25519", "x": b64url(parts[0])}


def keys_of(case: Case) -> keycard.Keys:
    # The cases expect that their secrets are in the set.
    rules: Dict[str, Any] = {"allow_secrets": True, "precompute": 0}
    policy = case["policy"]
    if policy.get("allow_weak_keys"):
        rules.update(insecure_min_rsa_bits=1024, insecure_min_secret_bytes=1)
    key = case.get("key")
    if key is None:
        return keycard.Keys.from_jwks(case.get("jwks_raw", json.dumps(case.get("jwks"))), **rules)
    rules["algorithms"] = texts(policy["alg"])
    parts = [base64.b64decode(part) for part in texts(key.get("b64")) or []]
    form = key["form"]
    if form == "jwk":
        return keycard.Keys.from_jwk(key["text"], **rules)
    if form.endswith("_pem"):
        return keycard.Keys.from_pem(key["text"], **rules)
    if form.endswith("_der"):
        return keycard.Keys.from_der(*parts, **rules)
    assert form == "raw", form
    return keycard.Keys.from_jwk(raw_key(rules["algorithms"][0], parts), **rules)


def policy_of(case: Case, issuer: Optional[str]) -> keycard.Policy:
    asked = case["policy"]
    assert set(asked) <= KNOWN, asked
    options: Dict[str, Any] = {"insecure_leeway": case.get("leeway", 0), "algorithms": texts(asked["alg"])}
    if "typ" in asked:
        options["token_type"] = asked["typ"]
    profile, audience = asked["profile"], texts(asked.get("aud"))
    if profile == "jws":
        return keycard.Policy.jws(**options)
    required = list(texts(asked.get("require")) or [])
    for flag, value, name in (("require_at_hash", "access_token", "at_hash"), ("require_c_hash", "code", "c_hash")):
        # Without the value itself, the policy can only require that the hash is present.
        if asked.get(flag) and asked.get(value) is None:
            required.append(name)
        elif asked.get(flag):
            options["require_access_token_hash" if name == "at_hash" else "require_code_hash"] = True
    make = keycard.Policy.jwt
    if profile == "id_token":
        make = keycard.Policy.id_token
        options["nonce_not_sent"] = "nonce" not in asked
    elif profile == "access_token" and issuer and asked.get("typ") == "at+jwt" and RFC_9068 <= set(required):
        make = keycard.Policy.access_token_rfc9068
    elif profile == "refreshed_id_token":
        make, first = keycard.Policy.refreshed_id_token, asked["original"]
        options["original"] = keycard.OriginalIdToken(
            issuer=first["iss"], subject=first["sub"], audience=first["aud"], issued_at=first["iat"],
            authorized_party=first.get("azp"), authentication_time=first.get("auth_time"), nonce=first.get("nonce"),
        )  # fmt: skip
    elif profile == "logout_token":
        make = keycard.Policy.logout_token
    elif profile == "client_assertion":
        make = keycard.Policy.client_assertion
    else:
        assert profile in ("access_token", "jwt"), profile
        options["without_expiry"] = "exp" not in required
    rules = [keycard.ClaimRule.present(name) for name in required if name != "exp"]
    rules += [keycard.ClaimRule.equals(name, value) for name, value in asked.get("claims", {}).items()]
    for name in ("nonce", "max_age", "max_token_age", "access_token", "code", "dpop_key"):
        options[name] = asked.get(name)
    if "azp" in asked:
        options.update(authorized_parties=asked["azp"], require_authorized_party=True)
    return make(
        issuer=issuer, without_issuer=issuer is None, audience=audience, without_audience=audience is None,
        rules=rules or None, **options,
    )  # fmt: skip


def is_built(token: str) -> bool:
    try:
        algorithm: Any = keycard.peek(token).algorithm
        keycard.Policy.jws(algorithms=algorithm)
    except keycard.AlgorithmNotBuilt:
        return False
    except keycard.Error:
        return True
    return True


def verdict_of(case: Case) -> Optional[keycard.Error]:
    """Accepts a token if the policy of one of the issuers accepts it, alone and in a batch."""
    token = case["token"] if "token" in case else base64.b64decode(case["token_b64"])
    last = None
    try:
        keys = keys_of(case)
    except keycard.Error as error:
        return error
    for issuer in texts(case["policy"].get("iss")) or [None]:  # type: ignore[list-item]
        try:
            validator = keycard.Validator(keys, policy_of(case, issuer))
        except keycard.Error as error:
            last = error
            continue
        alone: Any
        try:
            alone = validator.validate(token, case["now"])
        except keycard.Error as error:
            alone = last = error
        for other in validator.validate_all([token, token], case["now"]):
            assert type(other) is type(alone) and str(other) == str(alone), case["id"]
        if isinstance(alone, keycard.Token):
            if alone.payload is None:
                payload = (token if isinstance(token, str) else token.decode()).split(".")[1]
                read = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
                assert dict(alone.claims) == read, case["id"]
            return None
    assert last is not None
    return last


def check(case: Case, rejected: Optional[keycard.Error], exceptional: bool = False) -> None:
    assert ((rejected is None) == (case["expect"] == "accept")) != exceptional, (case["id"], rejected)
    if case.get("says"):
        assert (said(rejected) if rejected else "accepted") == case["says"].lower(), case["id"]


def test_tokens_get_the_verdict_of_the_case() -> None:
    known, passed = exceptions(), 0
    for case in cases("token-case/1"):
        if case["expect"] == "accept" and "token" in case and not is_built(case["token"]):
            continue
        check(case, verdict_of(case), case["id"] in known)
        passed += 1
    assert passed >= 800, passed


def test_pkce_gets_the_verdict_of_the_case() -> None:
    found = cases("pkce-case/1")
    assert found
    for case in found:
        verifier = base64.b64decode(case["verifier_b64"]) if "verifier_b64" in case else case.get("verifier")
        check(case, caught(lambda: keycard.pkce.verify(
            challenge=case.get("challenge"), method=case.get("method"), verifier=verifier,
            allow_plain=case.get("allow_plain", False),
        )))  # fmt: skip


def test_keys_get_the_verdict_of_the_case() -> None:
    load: Dict[str, Callable[[Any], keycard.Keys]] = {
        "jwk": keycard.Keys.from_jwk, "jwks": keycard.Keys.from_jwks, "pem": keycard.Keys.from_pem,
    }  # fmt: skip
    found = cases("key-case/1")
    assert found
    for case in found:
        try:
            report = load[case["form"]](case["keys"]).report
            findings = report.rejections + report.skips
            rejected = findings[0].error if report.added == 0 and findings else None
        except keycard.Error as error:
            rejected = error
        if not (case["expect"] == "accept" and isinstance(rejected, keycard.KeyUnsupported)):
            check(case, rejected)


def test_proofs_get_the_verdict_of_the_case() -> None:
    found = cases("proof-case/1")
    assert found
    cache = keycard.ProofKeyCache()
    for case in found:
        rules: Dict[str, Any] = {
            "method": case["method"], "uri": case["uri"], "algorithms": case["alg"], "window": 60,
            "access_token": case.get("access_token"), "without_access_token": case.get("access_token") is None,
            "nonces": case.get("nonce"), "nonce_not_provided": case.get("nonce") is None,
        }  # fmt: skip
        check(case, caught(lambda: keycard.validate_proof(case["proof"], case["now"], **rules)))
        for _ in range(2):
            check(case, caught(lambda: cache.admit(cache.validate_proof(case["proof"], case["now"], **rules))))


def test_thumbprints_of_the_specifications_are_found() -> None:
    for case in cases("jwk-thumbprint/1"):
        try:
            keys = keycard.Keys.from_jwk(case["jwk"])
        except keycard.KeyUnsupported:
            continue
        assert keys.thumbprint(0) == case["thumbprint"]
        assert keys.find(case["thumbprint"]) == 0


def caught(call: Callable[[], Any]) -> Optional[keycard.Error]:
    try:
        call()
    except keycard.Error as error:
        return error
    return None
