import { OidcClient, WebStorageStateStore, InMemoryWebStorage } from "oidc-client-ts";
import { many, pkce } from "./driver.mjs";

const stateStore = new WebStorageStateStore({ store: new InMemoryWebStorage() });
const metadata = { issuer: "https://issuer.example", authorization_endpoint: "https://issuer.example/a" };
const client = new OidcClient({ authority: metadata.issuer, client_id: "c", redirect_uri: "https://app.example/", metadata, stateStore });
pkce("pair", await many(async () => {
    const request = await client.createSigninRequest({});
    return [request.state.code_verifier, new URL(request.url).searchParams.get("code_challenge")];
}, 20));
