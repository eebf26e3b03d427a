import { OAuth2Client } from "google-auth-library";
import { many, pkce } from "./driver.mjs";

const client = new OAuth2Client();
pkce("pair", await many(async () => {
    const made = await client.generateCodeVerifierAsync();
    return [made.codeVerifier, made.codeChallenge];
}));
