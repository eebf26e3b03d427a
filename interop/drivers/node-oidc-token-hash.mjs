import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { generate } from "oidc-token-hash";
import { asked, claims, hash } from "./driver.mjs";

for (const [alg, curve] of [["ES256"], ["ES512"], ["PS384"], ["EdDSA", "Ed25519"], ["Ed25519", "Ed25519"], ["ML-DSA-44"], ["ML-DSA-65"]]) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const at_hash = generate(asked.access_token, alg, curve);
    const signed = await new SignJWT({ ...claims, sub: "zoe", at_hash }).setProtectedHeader({ alg }).sign(privateKey);
    hash(alg, signed, { ...(await exportJWK(publicKey)), alg }, { policy: { access_token: asked.access_token, alg: [alg] } });
}
