"""A pytest plugin for the tests of PyJWT and joserfc: each token that they verify goes through keycard too, with the
same keys and requirements. A token that only the peer rejects fails the run, and so does a token that only keycard
rejects, unless `STRICTER` names the test.

pytest -p shadow TESTS
"""

import collections
import datetime
import json
import time
from typing import Any, Callable, Counter, Dict, Iterator, List, Optional

import joserfc.errors
import joserfc.jwk
import joserfc.jws
import joserfc.jwt
import jwt
import pytest

import keycard

#: The tests of the peers in which only keycard rejects, each with the reason.
STRICTER: Dict[str, str] = {
    # RFC 7519 section 2: a NumericDate is a number.
    "test_decode_works_if_iat_is_str_of_a_number": "ClaimType",
    # RFC 7515 section 2: base64url has no padding.
    "test_decodes_valid_es256_jwt[alb-padded]": "Base64Padding",
    # The payload is not in the token (RFC 7515 appendix F).
    "test_detached_content": "SignatureInvalid",
    # The kid of the token is not in the set.
    "test_with_key_set": "KeyNotFound",
    # Ed448 is not built.
    "test_EdDSA ed448": "KeyUnsupported",
    # RFC 7797 is not supported.
    "test_4.2 HS256 with b64=false": "HeaderUnsupported",
    "test_HS256 with b64=false, safe payload": "HeaderUnsupported",
    "test_HS256 with b64=true": "HeaderUnsupported",
    "test_compact_use_registry": "HeaderUnsupported",
}

counts: Counter[str] = collections.Counter()
wrong: List[str] = []
current = {"test": ""}

Verdict = Optional[Exception]


class NoCounterpart(Exception):
    """keycard has nothing like this call."""


def algorithms_of(names: Any) -> List[Any]:
    """The algorithms that keycard knows; unknown ones accept no token in either library."""
    known = []
    for name in names or []:
        try:
            keycard.Policy.jws(algorithms=name)
            known.append(name)
        except keycard.Error:
            pass
    if not known:
        raise NoCounterpart("no algorithm is known")
    return known


def compare(peer: Verdict, ask: Callable[[], Any]) -> None:
    """Compares the verdict of the peer with that of keycard."""
    try:
        ask()
        ours: Verdict = None
    except NoCounterpart as error:
        counts[f"no counterpart: {error}"] += 1
        return
    except (keycard.Error, TypeError, ValueError) as error:
        ours = error
    if peer is None and ours is None:
        counts["both accept"] += 1
    elif peer is not None and ours is not None:
        counts["both reject"] += 1
    elif ours is not None:
        counts["only keycard rejects, as listed"] += 1
        reason = getattr(ours, "reason", "")
        if not any(current["test"].endswith(name) and why == reason for name, why in STRICTER.items()):
            wrong.append(f"only keycard rejects: {current['test']}: {ours}")
    else:
        wrong.append(f"only the peer rejects: {current['test']}: {type(peer).__name__}: {peer}")


RULES: Dict[str, Any] = {"insecure_min_rsa_bits": 1024, "allow_certificates": True, "precompute": 0}


def secret(octets: Any, algorithms: List[Any]) -> keycard.Keys:
    mac = [name for name in algorithms if name.startswith("HS")]
    if len(mac) != 1 or not octets:
        raise NoCounterpart("a secret without its one algorithm")
    return keycard.Keys.from_secret(octets, algorithm=mac[0], insecure_min_secret_bytes=1)


def keys_of_pyjwt(key: Any, algorithms: List[Any]) -> keycard.Keys:
    if isinstance(key, jwt.PyJWK):
        key = key.key
    if hasattr(key, "public_key"):
        key = key.public_key()
    if hasattr(key, "public_bytes"):
        return keycard.Keys.from_cryptography(key, **RULES)
    if not isinstance(key, (str, bytes)):
        raise NoCounterpart(f"a key of type {type(key).__name__}")
    text = key.encode() if isinstance(key, str) else key
    if b"-----BEGIN" in text:
        if b"PUBLIC KEY" not in text and b"CERTIFICATE" not in text:
            raise NoCounterpart("a private key in PEM")
        return keycard.Keys.from_pem(text, **RULES)
    return secret(text, algorithms)


def seconds(leeway: Any) -> int:
    return int(leeway.total_seconds() if isinstance(leeway, datetime.timedelta) else leeway)


def ask_pyjwt(peer: Verdict, token: Any, key: Any, asked: Dict[str, Any]) -> None:
    """Validates like `jwt.decode`, with waivers for the checks that PyJWT does not make on its own."""
    options = asked.get("options") or {}
    skipped = [name for name in ("signature", "exp", "nbf") if options.get(f"verify_{name}") is False]
    if skipped or asked.get("verify") is False:
        raise NoCounterpart(f"verify_{skipped[0]} is off" if skipped else "verify is off")
    if asked.get("detached_payload") is not None:
        raise NoCounterpart("a detached payload")
    algorithms = algorithms_of(asked.get("algorithms") or options.get("algorithms") or
                               ([key.algorithm_name] if isinstance(key, jwt.PyJWK) else None))
    audience, issuer = asked.get("audience"), asked.get("issuer")
    if options.get("verify_aud") is False or (audience is None and peer is None):
        audience, any_audience = None, True
    else:
        any_audience = False
    if options.get("strict_aud"):
        raise NoCounterpart("strict_aud")
    if not isinstance(audience, (str, type(None))):
        audience = list(audience)
    any_issuer = issuer is None or options.get("verify_iss") is False
    rules = [keycard.ClaimRule.present(name) for name in options.get("require") or []]
    keys = keys_of_pyjwt(key, algorithms)
    last: Verdict = None
    for one in [None] if any_issuer else [issuer] if isinstance(issuer, str) else list(issuer or []):
        try:
            policy = keycard.Policy.jwt(
                algorithms=algorithms, issuer=one, without_issuer=any_issuer, audience=audience,
                without_audience=any_audience, without_expiry="exp" not in (options.get("require") or []),
                insecure_leeway=seconds(asked.get("leeway") or 0), rules=rules or None, subject=asked.get("subject"),
                reject_issued_in_future=options.get("verify_iat", True),
            )  # fmt: skip
            keycard.Validator(keys, policy).validate(token, time.time())
            return
        except keycard.Error as error:
            last = error
    raise last or NoCounterpart("no issuer")


def keys_of_joserfc(key: Any, algorithms: List[Any]) -> keycard.Keys:
    if isinstance(key, joserfc.jwk.OctKey):
        return secret(key.raw_value, algorithms)
    if isinstance(key, joserfc.jwk.KeySet):
        return keycard.Keys.from_jwks(json.dumps(key.as_dict(private=False)), **RULES)
    if hasattr(key, "as_dict"):
        return keycard.Keys.from_jwk(json.dumps(key.as_dict(private=False)), **RULES)
    raise NoCounterpart("a key by callback")


def ask_joserfc(token: Any, key: Any, algorithms: Any, registry: Any) -> None:
    names = algorithms_of(algorithms or joserfc.jws.JWSRegistry.recommended)
    if registry is not None:
        raise NoCounterpart("a registry of its own")
    if not isinstance(token, (str, bytes)):
        raise NoCounterpart(f"a token of type {type(token).__name__}")
    keycard.Validator(keys_of_joserfc(key, names), keycard.Policy.jws(algorithms=names)).validate(token, time.time())


def wrapped_pyjwt(original: Callable[..., Any]) -> Callable[..., Any]:
    names = ["algorithms", "options", "verify", "detached_payload", "audience", "issuer", "subject", "leeway"]

    def decode_complete(self: Any, token: Any, key: Any = "", *given: Any, **named: Any) -> Any:
        asked = {**dict(zip(names, given)), **named}
        peer: Verdict = None
        try:
            return original(self, token, key, *given, **named)
        except jwt.PyJWTError as error:
            peer = error
            raise
        except Exception:
            peer = NoCounterpart()
            raise
        finally:
            if not isinstance(peer, NoCounterpart):
                merged = {**asked, "options": {**self.options, **(asked.get("options") or {})}}
                compare(peer, lambda: ask_pyjwt(peer, token, key, merged))

    return decode_complete


def wrapped_joserfc(original: Callable[..., Any]) -> Callable[..., Any]:
    def deserialize_compact(
        value: Any, public_key: Any, algorithms: Any = None, registry: Any = None, *more: Any, **named: Any
    ) -> Any:
        peer: Verdict = None
        try:
            return original(value, public_key, algorithms, registry, *more, **named)
        except (joserfc.errors.JoseError, ValueError) as error:
            peer = error
            raise
        except Exception:
            peer = NoCounterpart()
            raise
        finally:
            if not isinstance(peer, NoCounterpart):
                compare(peer, lambda: ask_joserfc(value, public_key, algorithms, registry))

    return deserialize_compact


def pytest_configure(config: Any) -> None:
    jwt.PyJWT.decode_complete = wrapped_pyjwt(jwt.PyJWT.decode_complete)  # type: ignore[method-assign]
    shadowed = wrapped_joserfc(joserfc.jws.deserialize_compact)
    joserfc.jws.deserialize_compact = joserfc.jwt.deserialize_compact = shadowed  # type: ignore[attr-defined]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: Any) -> Iterator[None]:
    current["test"] = item.nodeid
    yield


def pytest_terminal_summary(terminalreporter: Any) -> None:
    write = terminalreporter.write_line
    for name, count in sorted(counts.items()):
        write(f"{count:5} {name}")
    for line in wrong:
        write(line)


def pytest_sessionfinish(session: Any) -> None:
    if wrong:
        session.exitstatus = 1
