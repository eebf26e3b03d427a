"""Validates tokens with PyJWT and joserfc. Each input line is a JSON list of questions, each output
line a JSON list of answers."""

import base64
import json
import re
import sys
import warnings

import jwt
from joserfc import jwk, jws
from joserfc import jwt as joserfc
from joserfc.jwt import JWTClaimsRegistry

warnings.simplefilter("ignore")


def candidates(keys, kid):
    """The keys with this `kid` and the keys without a `kid`. All keys if the token has no `kid`."""
    return [key for key in keys if not isinstance(kid, str) or key.get("kid", kid) == kid]


def by_pyjwt(asked, token):
    def verify(key):
        required = {"require": ["exp", "iss", "aud"], "enforce_minimum_key_length": True}
        expected = {"issuer": asked["issuer"], "audience": asked["audience"], "leeway": 0}
        return jwt.decode(token, jwt.PyJWK(key), algorithms=asked["allowed"], options=required, **expected)

    return jwt.get_unverified_header(token).get("kid"), verify


def by_joserfc(asked, token):
    def verify(key):
        decoded = joserfc.decode(token, jwk.import_key(key), algorithms=asked["allowed"])
        checks = JWTClaimsRegistry(
            leeway=0,
            iss={"essential": True, "value": asked["issuer"]},
            aud={"essential": True, "value": asked["audience"]},
            exp={"essential": True},
        )
        checks.validate(decoded.claims)
        return decoded.claims

    return jws.extract_compact(token).headers().get("kid"), verify


def answer(validator, asked):
    """The claims after the first key that verifies the token, or the error for each key."""
    try:
        kid, verify = validator(asked, base64.b64decode(asked["token"]))
    except Exception as error:
        return {"reasons": [f"header {words(error)}"]}
    reasons = []
    for key in candidates(asked["keys"], kid):
        try:
            return {"claims": json.dumps(verify(key))}
        except Exception as error:
            reasons.append(words(error))
    return {"reasons": reasons}


def words(error):
    """The class of an error, and its message, cut before the first value from the token."""
    message = re.split(r"[:\"{\[]| '| in header", getattr(error, "description", "") or str(error))[0]
    return f"{type(error).__name__} {message}".strip()


for line in sys.stdin:
    answers = [[answer(validator, asked) for validator in (by_pyjwt, by_joserfc)] for asked in json.loads(line)]
    print(json.dumps(answers), flush=True)
