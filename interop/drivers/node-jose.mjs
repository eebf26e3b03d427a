import { CompactSign, SignJWT, calculateJwkThumbprint, exportJWK, exportSPKI, generateKeyPair, jwtVerify } from "jose";
import { asked, claims, keys, reverse, thumbprint, token } from "./driver.mjs";

for (const alg of ["ES256", "ES512", "PS256", "EdDSA", "Ed25519", "ML-DSA-65"]) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = await exportJWK(publicKey);
    token(alg, await new SignJWT(claims).setProtectedHeader({ alg }).sign(privateKey), jwk);
    keys(`${alg} key`, jwk);
    if (alg !== "ES256") continue;
    keys("PEM", await exportSPKI(publicKey));
    thumbprint("thumbprint", await calculateJwkThumbprint(jwk), jwk);
    const fraction = { ...claims, iat: Date.now() / 1000 - 1.5 + 0.0001 };
    token("fraction", await new SignJWT(fraction).setProtectedHeader({ alg }).sign(privateKey), jwk);
    const huge = { ...claims, iat: 1e21 };
    const written = await new CompactSign(Buffer.from(asked.json)).setProtectedHeader({ alg }).sign(privateKey);
    reverse("claims in canonical JSON", "canonical JSON", (await jwtVerify(written, publicKey)).payload);
    token("iat of 1e21", await new SignJWT(huge).setProtectedHeader({ alg }).sign(privateKey), jwk);
}
reverse("thumbprint of a key", "thumbprint", await calculateJwkThumbprint(asked.jwk));
