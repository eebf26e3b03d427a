import * as arctic from "arctic";
import { many, pkce } from "./driver.mjs";

const client = new arctic.OAuth2Client("client", null, "https://app.example/");
pkce("pair", await many(() => {
    const verifier = arctic.generateCodeVerifier();
    const url = client.createAuthorizationURLWithPKCE("https://issuer.example/a", "state", arctic.CodeChallengeMethod.S256, verifier, []);
    return [verifier, url.searchParams.get("code_challenge")];
}));
