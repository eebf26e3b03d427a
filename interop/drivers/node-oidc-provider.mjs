import { Provider } from "oidc-provider";
import { claims, ec, keys, token } from "./driver.mjs";

const jwk = ec().privateKey.export({ format: "jwk" });
let sent;
const provider = new Provider(claims.iss, {
    jwks: { keys: [jwk] },
    clients: [{
        client_id: "client",
        client_secret: "a secret of the client, long enough",
        redirect_uris: ["https://app.example/"],
        id_token_signed_response_alg: "ES256",
        backchannel_logout_uri: "https://app.example/logout",
    }],
    features: { backchannelLogout: { enabled: true }, clientCredentials: { enabled: true } },
    fetch: async (url, options) => {
        sent = new URLSearchParams(options.body).get("logout_token");
        return new Response("", { status: 200 });
    },
});
const { d, ...rest } = jwk;
const client = await provider.Client.find("client");

const access = new provider.ClientCredentials({ client, scope: "read" });
access.resourceServer = new provider.ResourceServer(claims.aud, { scope: "read", accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } });
const made = await access.save();
const kid = JSON.parse(Buffer.from(made.split(".")[0], "base64url")).kid;
const published = { ...rest, kid, use: "sig", alg: "ES256" };
token("access token of a client", made, published, { profile: "access-token-rfc9068" });
await client.backchannelLogout("zoe", "a-session");
token("logout token", sent, published, { profile: "logout", audience: "client" });
