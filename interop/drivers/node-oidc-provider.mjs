import http from "node:http";
import * as DPoP from "dpop";
import { calculateJwkThumbprint, exportJWK } from "jose";
import { Provider } from "oidc-provider";
import { asked, claims, ec, keys, pair, reverse, rsa, token } from "./driver.mjs";

const MADE = { ES256: ec(), PS256: rsa(), EdDSA: pair("ed25519"), "ML-DSA-65": pair("ml-dsa-65") };
const SIGNED = ["ES256", "PS256", "EdDSA", "Ed25519", "ML-DSA-65"];
const REDIRECT = "https://app.example/";
const RESPONSES = ["code", "code id_token", "code id_token token"];
let sent;
const client = (alg) => ({
    client_id: alg,
    client_secret: "a secret of the client, long enough",
    redirect_uris: [REDIRECT],
    response_types: RESPONSES,
    grant_types: ["authorization_code", "client_credentials", "implicit", "refresh_token"],
    id_token_signed_response_alg: alg,
    backchannel_logout_uri: "https://app.example/logout",
});
const provider = new Provider(claims.iss, {
    jwks: { keys: Object.values(MADE).map(({ privateKey }) => privateKey.export({ format: "jwk" })) },
    clients: SIGNED.map(client),
    responseTypes: RESPONSES,
    enabledJWA: { idTokenSigningAlgValues: SIGNED },
    features: {
        backchannelLogout: { enabled: true },
        clientCredentials: { enabled: true },
        dPoP: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
            enabled: true,
            defaultResource: () => claims.aud,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({ scope: "read", audience: claims.aud, accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } }),
        },
    },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    fetch: async (url, options) => {
        sent = new URLSearchParams(options.body).get("logout_token");
        return new Response("", { status: 200 });
    },
});
provider.proxy = true;

// The user signs in and consents to everything.
async function interact(request, response) {
    const { params } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: "zoe", clientId: params.client_id });
    grant.addOIDCScope("openid offline_access");
    grant.addResourceScope(claims.aud, "read");
    const result = { login: { accountId: "zoe" }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result);
}

const serve = provider.callback();
const server = http.createServer((request, response) => (request.url.startsWith("/interaction/") ? interact : serve)(request, response));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const loopback = `http://127.0.0.1:${server.address().port}`;
const forwarded = { "x-forwarded-proto": "https", "x-forwarded-host": new URL(claims.iss).host };

// The parameters of the redirect of the browser to the client.
async function authorize(alg, parameters) {
    const cookies = new Map();
    const query = { client_id: alg, redirect_uri: REDIRECT, prompt: "consent", state: "a-state", ...parameters };
    let url = `${claims.iss}/auth?${new URLSearchParams(query)}`;
    while (!url.startsWith(REDIRECT)) {
        const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
        const answer = await fetch(loopback + url.slice(claims.iss.length), { redirect: "manual", headers: { ...forwarded, cookie } });
        for (const set of answer.headers.getSetCookie()) {
            const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
            cookies.set(name, value);
        }
        if (!answer.headers.has("location")) throw new Error(await answer.text());
        url = new URL(answer.headers.get("location"), claims.iss).href;
    }
    return Object.fromEntries(new URLSearchParams(url.split(/[?#]/)[1]));
}

async function exchange(alg, parameters, more = {}) {
    const authorization = "Basic " + btoa(`${alg}:${encodeURIComponent(client(alg).client_secret)}`);
    const body = new URLSearchParams({ redirect_uri: REDIRECT, ...parameters });
    const answer = await fetch(`${loopback}/token`, { method: "POST", headers: { ...forwarded, authorization, ...more }, body });
    return answer.json();
}

const published = await (await fetch(`${loopback}/jwks`, { headers: forwarded })).json();
keys("keys", published);
const idToken = (name, text, alg, policy, profile = "id-token") =>
    token(name, text, published, { profile, audience: alg, policy: { alg: [alg], ...policy } });
const payload = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));
const challenge = { code_challenge: asked.challenge, code_challenge_method: "S256" };
for (const alg of SIGNED) {
    const nonce = { nonce: "a-nonce" };
    const hybrid = { response_type: "code id_token token", scope: "openid read", nonce: "a-nonce", ...challenge };
    const front = await authorize(alg, hybrid);
    const hashes = { access_token: front.access_token, code: front.code };
    idToken(`${alg}, ID token of code id_token token`, front.id_token, alg, { ...nonce, ...hashes });
    const { code } = await authorize(alg, { response_type: "code", scope: "openid offline_access read", nonce: "a-nonce", ...challenge });
    const back = await exchange(alg, { grant_type: "authorization_code", code, code_verifier: asked.verifier });
    idToken(`${alg}, ID token of a code`, back.id_token, alg, nonce);
    const refreshed = await exchange(alg, { grant_type: "refresh_token", refresh_token: back.refresh_token });
    idToken(`${alg}, refreshed ID token`, refreshed.id_token, alg, { original: payload(back.id_token) }, "refreshed-id-token");
    await provider.Client.find(alg).then((found) => found.backchannelLogout("zoe", "a-session"));
    token(`${alg}, logout token`, sent, published, { profile: "logout-token", audience: alg, policy: { alg: [alg] } });
    if (alg === "ES256") {
        token("access token of a user", back.access_token, published, { profile: "access-token-rfc9068" });
        reverse("code flow with keycard's pair", "challenge", back.access_token ? asked.challenge : "");
    }
}

const access = new provider.ClientCredentials({ client: await provider.Client.find("ES256"), scope: "read" });
access.resourceServer = new provider.ResourceServer(claims.aud, { scope: "read", accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } });
token("access token of a client", await access.save(), published, { profile: "access-token-rfc9068" });
const holder = await DPoP.generateKeyPair("ES256", { extractable: true });
const proof = await DPoP.generateProof(holder, `${claims.iss}/token`, "POST");
const bound = await exchange("ES256", { grant_type: "client_credentials", scope: "read" }, { dpop: proof });
const held = { dpop_key: await calculateJwkThumbprint(await exportJWK(holder.publicKey)) };
token("access token of a DPoP key", bound.access_token, published, { profile: "access-token-rfc9068", policy: held });
server.close();
