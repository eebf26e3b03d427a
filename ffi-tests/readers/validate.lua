-- Validates the demo token through the header as LuaJIT reads it.
-- luajit validate.lua DECLARATIONS LIBRARY JWKS TOKEN
local ffi = require("ffi")
local function read(path)
    local file = assert(io.open(path, "rb"))
    local content = file:read("*a"):gsub("%s+$", "")
    file:close()
    return content
end
ffi.cdef(read(arg[1]))
local library = ffi.load(arg[2])
local jwks, token = read(arg[3]), read(arg[4])

local function bytes(value)
    return ffi.new("keycard_bytes", { data = value, length = #value })
end

local memory = ffi.new("uint64_t[512]")
local keys = ffi.new("keycard_keys *[1]")
assert(library.keycard_keys_init(memory, ffi.sizeof(memory), keys) == 0)
assert(library.keycard_keys_add_jwks(keys[0], bytes(jwks), nil) == 0)
local issuer, audience = "https://dev-1234567.okta.example/oauth2/default", "api://default"
local policy = ffi.new("keycard_policy")
assert(library.keycard_policy_init(policy, ffi.sizeof(policy)) == 0)
policy.profile, policy.algorithms = ffi.C.KEYCARD_PROFILE_ACCESS_TOKEN, ffi.C.KEYCARD_RS256
policy.issuer, policy.audience = bytes(issuer), bytes(audience)
local size = library.keycard_scratch_size(#token)
local memory_of_claims = ffi.new("uint8_t[?]", size)
local scratch = ffi.new("keycard_buffer", { data = memory_of_claims, size = size })
local found = ffi.new("keycard_token")
for _, case in ipairs({ { 1700000060, "accepted" }, { 1700007200, "the token has expired" } }) do
    local time = library.keycard_time_at(case[1])
    local status = library.keycard_validate(keys[0], policy, time, bytes(token), scratch, found, nil)
    local said = ffi.string(library.keycard_status_text(status))
    assert(said == case[2], said)
end
