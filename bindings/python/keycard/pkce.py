"""PKCE (RFC 7636) with the rules of RFC 9700, for clients and authorization servers."""

import os

from ._native import challenge, verifier_of, verify

__all__ = ["challenge", "new_verifier", "verify"]


def new_verifier() -> str:
    """A code verifier of 32 random bytes: 43 characters. Use it once; its `challenge` goes into the authorization
    request."""
    return verifier_of(os.urandom(32))
