import * as DPoP from "dpop";
import { asked, proof } from "./driver.mjs";

const made = (alg, uri, nonce) => DPoP.generateKeyPair(alg, { extractable: true }).then((pair) =>
    DPoP.generateProof(pair, uri, "GET", nonce, asked.access_token));
for (const alg of ["ES256", "Ed25519", "PS256"]) proof(alg, await made(alg, asked.uri));
proof("nonce", await made("ES256", asked.uri, asked.nonce), { nonce: true });
const uri = "https://api.example:443/a/../b?q=1";
proof("htu as it was given", await made("ES256", uri), { uri: "https://api.example/b" });
proof("htu without a path", await made("ES256", "https://api.example"), { uri: "https://api.example/" });
