require "base64"
require "json"
require "jwt"
require "openssl"

asked = JSON.parse($stdin.read)
outputs = []
keys = { "ES256" => OpenSSL::PKey::EC.generate("prime256v1"), "ES512" => OpenSSL::PKey::EC.generate("secp521r1"), "PS256" => OpenSSL::PKey::RSA.generate(2048) }
keys.each do |alg, key|
  pem = alg == "PS256" ? key.public_key.to_pem : OpenSSL::PKey.read(key.public_to_der).public_to_pem
  outputs << { kind: "token", name: alg, token: JWT.encode(asked["claims"], key, alg), keys: pem }
  outputs << { kind: "keys", name: "#{alg} key", keys: JSON.generate(JWT::JWK.create_from(key).export) }
end
key = OpenSSL::PKey::EC.generate("secp256k1")
outputs << { kind: "keys", name: "ES256K key", keys: JSON.generate(JWT::JWK.create_from(key).export) }
written = [JSON.generate({ alg: "HS256" }), asked["json"]].map { |part| Base64.urlsafe_encode64(part, padding: false) }.join(".")
secret = "a secret of more than 32 characters, for tests"
written += "." + Base64.urlsafe_encode64(OpenSSL::HMAC.digest("SHA256", secret, written), padding: false)
value = JWT.decode(written, secret, true, algorithm: "HS256")[0]
outputs << { kind: "reverse", name: "claims in canonical JSON", of: "canonical JSON", value: value }
print JSON.generate(outputs)
