import jose from "node-jose";
import { asked, claims, keys, reverse, thumbprint, token } from "./driver.mjs";

const store = jose.JWK.createKeyStore();
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
for (const [kty, size, alg] of [["EC", "P-256", "ES256"], ["EC", "P-521", "ES512"], ["RSA", 2048, "PS256"]]) {
    const key = await store.generate(kty, size, { alg, use: "sig" });
    const sign = (payload) => jose.JWS.createSign({ format: "compact" }, key).update(payload).final();
    token(alg, await sign(Buffer.from(JSON.stringify(claims))), key.toJSON());
    keys(`${alg} key`, key.toJSON());
    if (alg !== "ES256") continue;
    token("a string, which it signs as Latin-1", await sign(JSON.stringify(claims)), key.toJSON());
    thumbprint("thumbprint", base64url(await key.thumbprint("SHA-256")), key.toJSON());
}
const key = await jose.JWK.asKey(asked.jwk);
reverse("thumbprint of a key", "thumbprint", base64url(await key.thumbprint("SHA-256")));
