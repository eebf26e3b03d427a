// Makes keys and tokens with node:crypto of Node.js. See tools/vectors/foreign/__init__.py for the
// request and the answer.

import crypto from "node:crypto";
import fs from "node:fs";

const { texts, claims, count } = JSON.parse(fs.readFileSync(0, "utf8"));
const pss = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST };
const points = { dsaEncoding: "ieee-p1363" };
const pairs = {
    ES256: ["ec", { namedCurve: "P-256" }, "sha256", points],
    ES384: ["ec", { namedCurve: "P-384" }, "sha384", points],
    ES512: ["ec", { namedCurve: "P-521" }, "sha512", points],
    ES256K: ["ec", { namedCurve: "secp256k1" }, "sha256", points],
    EdDSA: ["ed25519", {}, null, {}],
    Ed25519: ["ed25519", {}, null, {}],
    "ML-DSA-44": ["ml-dsa-44", {}, null, {}],
    "ML-DSA-65": ["ml-dsa-65", {}, null, {}],
    "ML-DSA-87": ["ml-dsa-87", {}, null, {}],
};
for (const bits of [256, 384, 512]) {
    pairs[`RS${bits}`] = ["rsa", { modulusLength: 2048 }, `sha${bits}`, {}];
    pairs[`PS${bits}`] = ["rsa", { modulusLength: 2048 }, `sha${bits}`, pss];
}

const base64url = (text) => Buffer.from(text).toString("base64url");

function tokens(algorithm, sign) {
    const header = base64url(JSON.stringify({ alg: algorithm, typ: "JWT" }));
    const made = {};
    const payloads = { ...texts };
    for (const [name, value] of Object.entries(claims)) payloads[name] = JSON.stringify(value);
    for (const [name, payload] of Object.entries(payloads)) {
        made[name] = [];
        for (let i = 0; i < (algorithm.startsWith("ES") ? count : 1); i++) {
            const input = `${header}.${base64url(payload)}`;
            made[name].push(`${input}.${sign(Buffer.from(input)).toString("base64url")}`);
        }
    }
    return made;
}

const algorithms = {};
for (const [algorithm, [type, options, digest, padding]] of Object.entries(pairs)) {
    const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
    const jwk = publicKey.export({ format: "jwk" });
    const keys = {
        jwk: { ...jwk, kid: `node-${algorithm}`, alg: algorithm, use: "sig" },
        spki_pem: publicKey.export({ type: "spki", format: "pem" }),
        spki_der: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    };
    if (type === "rsa") {
        keys.pkcs1_pem = publicKey.export({ type: "pkcs1", format: "pem" });
        keys.pkcs1_der = publicKey.export({ type: "pkcs1", format: "der" }).toString("base64");
    }
    const sign = (input) => crypto.sign(digest, input, { key: privateKey, ...padding });
    const wrong = {};
    const signed = (more) => (input) => crypto.sign(digest, input, { key: privateKey, ...padding, ...more });
    if (type === "ec") wrong.der = tokens(algorithm, signed({ dsaEncoding: "der" })).strings[0];
    if (padding === pss) {
        wrong["salt-0"] = tokens(algorithm, signed({ saltLength: 0 })).strings[0];
        const longest = crypto.constants.RSA_PSS_SALTLEN_MAX_SIGN;
        wrong["salt-max"] = tokens(algorithm, signed({ saltLength: longest })).strings[0];
    }
    algorithms[algorithm] = { keys, tokens: tokens(algorithm, sign), wrong };
}
for (const bits of [256, 384, 512]) {
    const secret = crypto.generateKeySync("hmac", { length: bits });
    const jwk = { ...secret.export({ format: "jwk" }), alg: `HS${bits}` };
    const sign = (input) => crypto.createHmac(`sha${bits}`, secret).update(input).digest();
    algorithms[`HS${bits}`] = { keys: { jwk }, tokens: tokens(`HS${bits}`, sign) };
}

const program = `Node.js ${process.versions.node} (OpenSSL ${process.versions.openssl})`;
console.log(JSON.stringify({ program, algorithms }));
