// Makes tests/vectors/message_signing.json: the messages of FAPI 2.0 Message Signing, between the client oauth4webapi
// and the server oidc-provider (npm). Each request object was pushed to the server, which accepted it.
//
// message_signing.mjs FOLDER: in FOLDER, `npm install oauth4webapi@3.8.8 oidc-provider@9.13.3`. Keys are random, so a
// second run writes another file.

import { generateKeyPairSync, createPublicKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const find = createRequire(join(folder, "index.js"));
const load = (name) => import(pathToFileURL(find.resolve(name)));
const { Provider } = await load("oidc-provider");
const oauth = await load("oauth4webapi");
const versionOf = (name) => JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"))).version;

const [ISSUER, CLIENT, REDIRECT] = ["https://as.example", "s6BhdRkqt3", "https://client.example/cb"];
const MADE = {
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    PS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    Ed25519: generateKeyPairSync("ed25519"),
};
const ALGORITHMS = Object.keys(MADE);
const publicJwk = (alg) => ({ ...createPublicKey(MADE[alg].privateKey).export({ format: "jwk" }), alg, kid: alg, use: "sig" });
const idOf = (alg) => `${CLIENT}-${alg}`;
const client = (alg) => ({
    client_id: idOf(alg),
    redirect_uris: [REDIRECT],
    grant_types: ["authorization_code", "client_credentials"],
    response_types: ["code"],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: alg,
    request_object_signing_alg: alg,
    authorization_signed_response_alg: alg,
    introspection_signed_response_alg: alg,
    userinfo_signed_response_alg: alg,
    id_token_signed_response_alg: alg,
    jwks: { keys: [publicJwk(alg)] },
});
const provider = new Provider(ISSUER, {
    jwks: { keys: ALGORITHMS.map((alg) => ({ ...MADE[alg].privateKey.export({ format: "jwk" }), alg, use: "sig" })) },
    clients: ALGORITHMS.map(client),
    enabledJWA: Object.fromEntries(
        ["idToken", "requestObject", "clientAuth", "authorization", "introspection", "userinfo"].map((name) => [`${name}SigningAlgValues`, ALGORITHMS]),
    ),
    features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        introspection: { enabled: true, allowedPolicy: () => true },
        jwtIntrospection: { enabled: true },
        jwtResponseModes: { enabled: true },
        jwtUserinfo: { enabled: true },
        pushedAuthorizationRequests: { enabled: true },
        requestObjects: { enabled: true, requireSignedRequestObject: true },
        userinfo: { enabled: true },
    },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, name: "Zoë" }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
});
provider.proxy = true;

// The user signs in and consents.
async function interact(request, response) {
    const { params } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: "user-1", clientId: params.client_id });
    grant.addOIDCScope("openid");
    const result = { login: { accountId: "user-1" }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result);
}

const serve = provider.callback();
const server = http.createServer((request, response) => (request.url.startsWith("/interaction/") ? interact : serve)(request, response));
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const loopback = `http://127.0.0.1:${server.address().port}`;
const forwarded = { "x-forwarded-proto": "https", "x-forwarded-host": new URL(ISSUER).host };
const reach = (url, options = {}) =>
    fetch(loopback + url.slice(ISSUER.length), { ...options, redirect: "manual", headers: { ...Object.fromEntries(new Headers(options.headers)), ...forwarded } });
const options = { [oauth.customFetch]: reach };
const metadata = await (await reach(`${ISSUER}/.well-known/openid-configuration`)).json();

// The address to which the browser is redirected in the end.
async function browse(url) {
    const cookies = new Map();
    while (!url.startsWith(REDIRECT)) {
        const answer = await reach(url, { headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") } });
        for (const set of answer.headers.getSetCookie()) {
            const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
            cookies.set(name, value);
        }
        if (!answer.headers.has("location")) throw new Error(await answer.text());
        url = new URL(answer.headers.get("location"), ISSUER).href;
    }
    return new URL(url);
}

const messages = [];
for (const alg of ALGORITHMS) {
    const id = { client_id: idOf(alg) };
    const key = await crypto.subtle.importKey(
        "pkcs8",
        MADE[alg].privateKey.export({ format: "der", type: "pkcs8" }),
        { ES256: { name: "ECDSA", namedCurve: "P-256" }, PS256: { name: "RSA-PSS", hash: "SHA-256" }, Ed25519: "Ed25519" }[alg],
        true,
        ["sign"],
    );
    const signer = { key, kid: alg };
    const authentication = oauth.PrivateKeyJwt(signer);
    const verifier = oauth.generateRandomCodeVerifier();
    const parameters = new URLSearchParams({
        response_type: "code",
        response_mode: "jwt",
        redirect_uri: REDIRECT,
        scope: "openid",
        state: "af0ifjsldkj",
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
    });
    const request = await oauth.issueRequestObject(metadata, id, parameters, signer);
    const pushed = await oauth.pushedAuthorizationRequest(metadata, id, authentication, new URLSearchParams({ request }), options);
    const { request_uri } = await oauth.processPushedAuthorizationResponse(metadata, id, pushed);
    const redirected = await browse(`${metadata.authorization_endpoint}?${new URLSearchParams({ ...id, request_uri })}`);
    const response = redirected.searchParams.get("response");
    const validated = await oauth.validateJwtAuthResponse(metadata, id, redirected, "af0ifjsldkj", {
        [oauth.customFetch]: reach,
    });
    const exchanged = await oauth.authorizationCodeGrantRequest(metadata, id, authentication, validated, REDIRECT, verifier, options);
    const { access_token } = await oauth.processAuthorizationCodeResponse(metadata, id, exchanged);
    const asked = await oauth.introspectionRequest(metadata, id, authentication, access_token, { ...options, requestJwtResponse: true });
    const introspection = await asked.text();
    const userinfo = await (await oauth.userInfoRequest(metadata, id, access_token, options)).text();
    for (const [kind, program, token, jwks] of [
        ["request object", "oauth4webapi", request, { keys: [publicJwk(alg)] }],
        ["authorization response", "oidc-provider", response, "server"],
        ["introspection response", "oidc-provider", introspection, "server"],
        ["userinfo", "oidc-provider", userinfo, "server"],
    ]) {
        messages.push({ kind, program, algorithm: alg, client: idOf(alg), token, ...(jwks !== "server" && { jwks }) });
    }
}
const document = {
    title: `Messages of FAPI 2.0 Message Signing, by oauth4webapi ${versionOf("oauth4webapi")} and oidc-provider ${versionOf("oidc-provider")}`,
    source: "tools/vectors/foreign/message_signing.mjs",
    licence: "CC0-1.0",
    now: Math.floor(Date.now() / 1000),
    issuer: ISSUER,
    jwks: await (await reach(metadata.jwks_uri)).json(),
    messages,
};
server.close();
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
writeFileSync(join(root, "tests/vectors/message_signing.json"), JSON.stringify(document, null, 1) + "\n");
