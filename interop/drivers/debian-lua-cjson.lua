-- lua-cjson writes payloads; Lua has no signer here, so the token is an HMAC by openssl.
local cjson = require("cjson")
local asked = cjson.decode(io.read("*a"))
local secret = "a secret of more than 32 characters, for tests"

local function openssl(arguments, input)
    local name = os.tmpname()
    local file = io.open(name, "wb")
    file:write(input)
    file:close()
    local pipe = io.popen("openssl " .. arguments .. " < " .. name)
    local output = pipe:read("*a")
    pipe:close()
    os.remove(name)
    return output
end

local function base64url(text)
    return (openssl("base64 -A", text):gsub("+", "-"):gsub("/", "_"):gsub("=", ""))
end

local function token(name, claims)
    local signed = base64url(cjson.encode({ alg = "HS256" })) .. "." .. base64url(cjson.encode(claims))
    local signature = base64url(openssl("dgst -sha256 -binary -hmac '" .. secret .. "'", signed))
    local keys = cjson.encode({ kty = "oct", alg = "HS256", k = base64url(secret) })
    return { kind = "token", name = name, token = signed .. "." .. signature, keys = keys, policy = { alg = { "HS256" } } }
end

local outputs = { token("HS256", asked.claims) }
asked.claims.iat = os.time() - 1.5
outputs[2] = token("fraction", asked.claims)
outputs[3] = { kind = "reverse", name = "claims in canonical JSON", of = "canonical JSON", value = cjson.decode(asked.json) }
print(cjson.encode(outputs))
