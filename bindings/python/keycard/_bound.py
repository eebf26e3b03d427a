"""Tokens together with the proofs of their keys."""

from typing import Any, NamedTuple, Optional, Union

from ._native import Issuers, Proof, ProofKeyCache, ReplayCache, Token, Validator, validate_proof
from ._types import Now


class BoundToken(NamedTuple):
    """An accepted token with the accepted proof of its key. The first use of the proof is recorded."""

    token: Token
    proof: Proof


def validate_bound_once(
    validator: Union[Validator, Issuers],
    token: str,
    proof: str,
    now: Now = None,
    *,
    replay: ReplayCache,
    keys: Optional[ProofKeyCache] = None,
    **rules: Any,
) -> BoundToken:
    """Validates a token together with the DPoP proof that came with it, and records the use of the proof. It returns the
    pair only if the use is the first one. A rejected pair uses nothing up. Prefer it to `validate_proof`,
    `Validator.validate` and `ReplayCache.check_proof` one after the other, unless several machines share one store of
    uses. `rules` are those of `validate_proof`, without `access_token`; `keys` has the prepared keys of clients."""
    prove = keys.validate_proof if keys else validate_proof
    proven = prove(proof, now, access_token=token, **rules)
    accepted = validator.validate(token, now, dpop_key=proven.key)
    # This is the last check, because a proof can be used only once.
    replay.check_proof(proven, now)
    if keys:
        keys.admit(proven)
    return BoundToken(accepted, proven)


def validate_workload_once(
    validator: Validator, token: str, proof: str, now: Now = None, *, replay: ReplayCache, **rules: Any
) -> BoundToken:
    """Validates a workload identity token together with the workload proof token that came with it, and records the use of
    the proof. It returns the pair only if the use is the first one. A rejected pair uses nothing up. The policy is
    `Policy.workload_identity`.

    `rules`: `target`, the URI of the request or the name of this service; `algorithms` of the proof; `window`, the maximum
    number of seconds until its `exp`; `leeway`; `access_token` or `without_access_token=True`; `transaction_token` or
    `without_transaction_token=True`."""
    accepted, proven = validator._validate_workload(token, proof, now, **rules)
    # This is the last check, because a proof can be used only once.
    replay.check_proof(proven, now)
    return BoundToken(accepted, proven)
