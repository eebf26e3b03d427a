import { JoseKey } from "@atproto/jwk-jose";
import { dpopFetchWrapper } from "./node_modules/@atproto/oauth-client/dist/fetch-dpop.js";
import { asked, proof } from "./driver.mjs";

const key = await JoseKey.generate(["ES256"]);
let sent;
const fetch = dpopFetchWrapper({
    key,
    supportedAlgs: ["ES256"],
    nonces: { get: () => asked.nonce, set() {} },
    fetch: async (request) => {
        sent = request.headers.get("dpop");
        return new Response("{}");
    },
});
await fetch(asked.uri + "?q=1", { headers: { authorization: `DPoP ${asked.access_token}` } });
proof("proof", sent, { nonce: true });
