"""Validates OAuth 2.0 / OpenID Connect tokens (JWT), DPoP proofs and PKCE.

    keys = keycard.Keys.from_jwks(text)
    policy = keycard.Policy.access_token(issuer="https://id.example", audience="api://default", algorithms=["ES256"])
    validator = keycard.Validator(keys, policy)
    token = validator.validate(jwt)
    print(token.claims["sub"])

A rejection is an exception: `keycard.Expired` and one for each other reason, all of them `keycard.Error`. In a policy,
an absent option or `None` means "not required"; an empty one is rejected, never skipped.
"""

from . import _generated, pkce
from ._bound import BoundToken, validate_bound_once, validate_workload_once
from ._errors import Error
from ._generated import *  # noqa: F403
from ._native import (
    ClaimRule,
    Issuers,
    KeyFinding,
    KeyReport,
    Keys,
    OriginalIdToken,
    Policy,
    Proof,
    ProofKeyCache,
    ReplayCache,
    Token,
    Unverified,
    Validator,
    __version__,
    peek,
    validate_proof,
)

__all__ = [
    "BoundToken",
    "ClaimRule",
    "Error",
    "Issuers",
    "KeyFinding",
    "KeyReport",
    "Keys",
    "OriginalIdToken",
    "Policy",
    "Proof",
    "ProofKeyCache",
    "ReplayCache",
    "Token",
    "Unverified",
    "Validator",
    "__version__",
    "peek",
    "pkce",
    "validate_bound_once",
    "validate_proof",
    "validate_workload_once",
]
__all__ += _generated.__all__
