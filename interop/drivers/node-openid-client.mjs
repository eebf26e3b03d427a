import * as client from "openid-client";
import { asked, many, pkce, reverse } from "./driver.mjs";

const challenge = client.calculatePKCECodeChallenge;
pkce("pair", await many(async () => {
    const verifier = client.randomPKCECodeVerifier();
    return [verifier, await challenge(verifier)];
}));
reverse("challenge of a verifier", "challenge", await challenge(asked.verifier));
