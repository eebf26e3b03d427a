import { randomBytes } from "node:crypto";
import OAuth2Server from "@node-oauth/oauth2-server";
import pkceOf from "@node-oauth/oauth2-server/lib/pkce/pkce.js";
import { asked, many, pkce, reverse } from "./driver.mjs";

const codes = new Map();
const client = { id: "client", grants: ["authorization_code"], redirectUris: ["https://app.example/"] };
const server = new OAuth2Server({
    model: {
        getClient: () => client,
        saveAuthorizationCode: (code, client, user) => {
            codes.set(code.authorizationCode, { ...code, client, user });
            return codes.get(code.authorizationCode);
        },
        getAuthorizationCode: (code) => codes.get(code),
        revokeAuthorizationCode: (code) => codes.delete(code.authorizationCode),
        saveToken: (token, client, user) => ({ ...token, client, user }),
    },
});
const request = (method, body, query) =>
    new OAuth2Server.Request({ method, query, body, headers: { "content-type": "application/x-www-form-urlencoded", "content-length": "1" } });

// True if the server gives a token for this verifier, after this authorization request.
async function takes(challenge, code_verifier) {
    const wanted = { response_type: "code", client_id: "client", redirect_uri: client.redirectUris[0], state: "a-state", ...challenge };
    const authenticateHandler = { handle: () => ({ id: "zoe" }) };
    const code = await server.authorize(request("GET", {}, wanted), new OAuth2Server.Response(), { authenticateHandler });
    const body = { grant_type: "authorization_code", client_id: "client", client_secret: "secret", code: code.authorizationCode, redirect_uri: client.redirectUris[0], code_verifier };
    return server.token(request("POST", body, {}), new OAuth2Server.Response()).then(() => true, () => false);
}

const flow = async (name, challenge) =>
    reverse(name, "challenge", (await takes(challenge, asked.verifier)) && !(await takes(challenge, "another" + asked.verifier)) ? asked.challenge : "");
await flow("code flow with keycard's pair", { code_challenge: asked.challenge, code_challenge_method: "S256" });
await flow("code flow without a method, which is S256", { code_challenge: asked.challenge });
const challengeOf = (verifier) => pkceOf.getHashForCodeChallenge({ method: "S256", verifier });
reverse("challenge of a verifier", "challenge", challengeOf(asked.verifier));
pkce("pair", await many(() => {
    const verifier = randomBytes(32).toString("base64url");
    return [verifier, challengeOf(verifier)];
}));
