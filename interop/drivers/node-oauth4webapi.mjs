import * as oauth from "oauth4webapi";
import { asked, many, pkce, proof, reverse } from "./driver.mjs";

const server = { issuer: "https://issuer.example" };
for (const alg of ["ES256", "Ed25519"]) {
    const made = await oauth.generateKeyPair(alg, { extractable: true });
    const handle = oauth.DPoP({ client_id: "client" }, made);
    let sent;
    await oauth.protectedResourceRequest(asked.access_token, "GET", new URL(asked.uri + "?q=1"), undefined, undefined, {
        DPoP: handle,
        [oauth.customFetch]: async (url, options) => {
            sent = new Headers(options.headers).get("dpop");
            return new Response("{}");
        },
    });
    proof(`${alg} proof`, sent);
}
const pairs = await many(async () => {
    const verifier = oauth.generateRandomCodeVerifier();
    return [verifier, await oauth.calculatePKCECodeChallenge(verifier)];
});
pkce("pair", pairs);
reverse("challenge of a verifier", "challenge", await oauth.calculatePKCECodeChallenge(asked.verifier));
