// Shared by the drivers in JavaScript: the request, and outputs in the form that run.py reads.

import { createPublicKey, generateKeyPairSync } from "node:crypto";
import fs from "node:fs";

export const asked = JSON.parse(fs.readFileSync(0, "utf8"));
export const claims = asked.claims;
const outputs = [];

// Standard output is for the outputs: packages that print a notice do so on standard error.
console.log = console.info = console.warn = console.error;

const text = (keys) => (typeof keys === "string" ? keys : JSON.stringify(keys));
const push = (kind, name, members) => outputs.push({ kind, name, ...members });

export const token = (name, token, keys, more) => push("token", name, { token, keys: text(keys), ...more });
export const keys = (name, keys, more) => push("keys", name, { keys: text(keys), ...more });
export const thumbprint = (name, thumbprint, jwk) => push("thumbprint", name, { thumbprint, keys: text(jwk) });
export const proof = (name, proof, more) => push("proof", name, { proof, ...more });
export const reverse = (name, of, value) => push("reverse", name, { of, value });
export const hash = (name, token, keys, more) => push("token", name, { token, keys: text(keys), profile: "id-token", ...more });

// `pairs` has a verifier and its challenge in each element.
export function pkce(name, pairs, more) {
    const [verifier, challenge] = pairs[0];
    push("pkce", name, { verifier, challenge, verifiers: pairs.map(([verifier]) => verifier), ...more });
}

export async function many(make, count = 50) {
    const made = [];
    for (let i = 0; i < count; i++) made.push(await make());
    return made;
}

// A key pair of Node.js: the public key in PEM and as a JWK, the private key in PEM.
export function pair(type, options) {
    const { publicKey, privateKey } = generateKeyPairSync(type, options);
    const pem = publicKey.export({ type: "spki", format: "pem" });
    const jwk = publicKey.export({ format: "jwk" });
    return { publicKey, privateKey, pem, jwk, privatePem: privateKey.export({ type: "pkcs8", format: "pem" }) };
}
export const ec = (namedCurve = "P-256") => pair("ec", { namedCurve });
export const rsa = () => pair("rsa", { modulusLength: 2048 });
export const pemOf = (key) => createPublicKey(key).export({ type: "spki", format: "pem" });

// The exit waits for the last octet: a pipe takes 64 KiB at a time.
process.once("beforeExit", () => process.stdout.write(JSON.stringify(outputs), () => process.exit(0)));
