require "json"
require "json/jwt"

asked = JSON.parse($stdin.read)
outputs = []
keys = { ES256: OpenSSL::PKey::EC.generate("prime256v1"), ES512: OpenSSL::PKey::EC.generate("secp521r1"), PS256: OpenSSL::PKey::RSA.generate(2048) }
keys[:ES256K] = OpenSSL::PKey::EC.generate("secp256k1")
keys.each do |alg, key|
  public = alg == :PS256 ? key.public_key : OpenSSL::PKey.read(key.public_to_der)
  jwk = JSON::JWK.new(public)
  outputs << { kind: "token", name: alg, token: JSON::JWT.new(asked["claims"]).sign(key, alg).to_s, keys: jwk.to_json }
  outputs << { kind: "keys", name: "#{alg} key", keys: jwk.to_json }
  outputs << { kind: "thumbprint", name: "#{alg} thumbprint", thumbprint: jwk.thumbprint, keys: jwk.to_json }
end
claims = asked["claims"].transform_keys(&:to_sym).merge(iat: Time.now, exp: 4102444800.5)
jwk = JSON::JWK.new(OpenSSL::PKey.read(keys[:ES256].public_to_der))
outputs << { kind: "token", name: "Time and Float", token: JSON::JWT.new(claims).sign(keys[:ES256], :ES256).to_s, keys: jwk.to_json }
outputs << { kind: "reverse", name: "thumbprint of a key", of: "thumbprint", value: JSON::JWK.new(asked["jwk"]).thumbprint }
print JSON.generate(outputs)
