import { createJWT, EdDSASigner, ES256KSigner, ES256Signer } from "did-jwt";
import { claims, ec, pair, token } from "./driver.mjs";

const secret = ({ privateKey }) => Buffer.from(privateKey.export({ format: "jwk" }).d, "base64url");
const p256 = ec();
const secp256k1 = ec("secp256k1");
const ed25519 = pair("ed25519");
const made = [
    ["ES256", p256, ES256Signer(secret(p256))],
    ["ES256K", secp256k1, ES256KSigner(secret(secp256k1))],
    ["EdDSA", ed25519, EdDSASigner(secret(ed25519))],
    ["Ed25519", ed25519, EdDSASigner(secret(ed25519))],
];
for (const [alg, key, signer] of made)
    token(alg, await createJWT(claims, { issuer: claims.iss, signer, alg }), key.jwk);
const { exp, ...unending } = claims;
const asked = { issuer: claims.iss, signer: made[0][2], alg: "ES256", expiresIn: 3600 };
token("expiresIn and canonicalize", await createJWT(unending, { ...asked, canonicalize: true }), p256.jwk);
const recoverable = ES256KSigner(secret(secp256k1), true);
token("ES256K-R", await createJWT(claims, { issuer: claims.iss, signer: recoverable, alg: "ES256K-R" }), secp256k1.jwk);
