"""Validates the demo token through the header as cffi reads it.

validate.py DECLARATIONS LIBRARY JWKS TOKEN
"""

import sys
from pathlib import Path

import cffi

declarations, library, jwks, token = sys.argv[1:]
ffi = cffi.FFI()
ffi.cdef(Path(declarations).read_text())
keycard = ffi.dlopen(library)
jwks, token = Path(jwks).read_bytes().strip(), Path(token).read_bytes().strip()
kept = []


def bytes_of(value):
    kept.append(ffi.from_buffer(value))
    return {"data": kept[-1], "length": len(value)}


memory = ffi.new("uint64_t[512]")
keys = ffi.new("keycard_keys **")
assert keycard.keycard_keys_init(memory, ffi.sizeof(memory), keys) == 0
assert keycard.keycard_keys_add_jwks(keys[0], bytes_of(jwks), ffi.NULL) == 0
policy = ffi.new("keycard_policy *")
assert keycard.keycard_policy_init(policy, ffi.sizeof("keycard_policy")) == 0
policy.profile, policy.algorithms = keycard.KEYCARD_PROFILE_ACCESS_TOKEN, keycard.KEYCARD_RS256
policy.issuer = bytes_of(b"https://dev-1234567.okta.example/oauth2/default")
policy.audience = bytes_of(b"api://default")
scratch = ffi.new("uint8_t[]", keycard.keycard_scratch_size(len(token)))
found = ffi.new("keycard_token *")
for now, expected in [(1_700_000_060, b"accepted"), (1_700_007_200, b"the token has expired")]:
    status = keycard.keycard_validate(
        keys[0], policy, keycard.keycard_time_at(now), bytes_of(token), {"data": scratch, "size": len(scratch)},
        found, ffi.NULL,
    )
    said = ffi.string(keycard.keycard_status_text(status))
    assert said == expected, said
