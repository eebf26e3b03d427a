{-# LANGUAGE OverloadedStrings #-}
-- jwt: reads the claims, and OpenSSL's command makes the RSA key.
import Data.Aeson (Value (..), decode, encode, object, (.=))
import Data.Aeson.Key (fromText)
import qualified Data.Aeson.KeyMap as KeyMap
import qualified Data.ByteString.Lazy as Bytes
import qualified Data.Map.Strict as Map
import Data.Maybe (fromJust)
import qualified Data.Text as Text
import System.Process (readProcess)
import Web.JWT hiding (decode)

main :: IO ()
main = do
  input <- Bytes.getContents
  let Just (Object asked) = decode input
      Just (Object given) = KeyMap.lookup "claims" asked
      text name = let Just (String value) = KeyMap.lookup (fromText name) given in value
      seconds name = let Just (Number value) = KeyMap.lookup (fromText name) given in realToFrac value
      set =
        mempty
          { iss = stringOrURI (text "iss"),
            sub = stringOrURI (text "sub"),
            aud = Left <$> stringOrURI (text "aud"),
            Web.JWT.exp = numericDate (seconds "exp"),
            iat = numericDate (seconds "iat")
          }
      fraction = set {Web.JWT.exp = numericDate (seconds "exp" + 0.75)}
      further = set {unregisteredClaims = ClaimsMap (Map.fromList [("auth_time", Number 1796008742.25)])}
  pem <- readProcess "openssl" ["genrsa", "-traditional", "2048"] ""
  public <- readProcess "openssl" ["rsa", "-pubout"] pem
  signer <- fromJust <$> rsaKeySecret pem
  let shared = "a secret of more than 32 characters, for tests" :: Text.Text
      -- base64url of `shared`.
      jwk = "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"YSBzZWNyZXQgb2YgbW9yZSB0aGFuIDMyIGNoYXJhY3RlcnMsIGZvciB0ZXN0cw\"}"
      token name value keys algorithms =
        object ["kind" .= String "token", "name" .= String name, "token" .= value, "keys" .= String keys, "policy" .= object ["alg" .= (algorithms :: [Text.Text]) | not (null algorithms)]]
      rs256 name claims = token name (encodeSigned signer mempty {alg = Just RS256} claims) (Text.pack public) []
  Bytes.putStr $
    encode
      [ rs256 "RS256" set,
        rs256 "exp with a fraction" fraction,
        rs256 "auth_time with a fraction" further,
        token "HS256" (encodeSigned (hmacSecret shared) mempty set) jwk ["HS256"]
      ]
