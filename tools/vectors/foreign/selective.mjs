// The half of selective.py for @sd-jwt/core (npm). Reads a JSON document from standard input: keys, recipes
// of presentations, and presentations of the other program. Writes the presentations with their
// processed payloads, and the processed payloads of the others.

import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { createRequire } from "node:module";

const { SDJwtInstance } = createRequire(`${process.env.SD_JWT_MODULES}/`)("@sd-jwt/core");
const asked = JSON.parse(await new Response(process.stdin).text());

const signer = (jwk) => {
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return (text) => sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
};
const verifier = (jwk) => {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return (text, signature) =>
    verify("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
};
const instance = (hashAlg) =>
  new SDJwtInstance({
    hashAlg,
    hasher: (data, name) => createHash(name.replace("-", "")).update(data).digest(),
    saltGenerator: () => randomBytes(16).toString("base64url"),
    signAlg: "ES256",
    signer: signer(asked.issuer),
    verifier: verifier(asked.issuer),
    kbSignAlg: "ES256",
    kbSigner: signer(asked.holder),
    kbVerifier: (text, signature, payload) => verifier(payload.cnf.jwk)(text, signature),
  });
const options = { currentDate: asked.now, keyBindingNonce: asked.nonce };

async function made({ name, hash, claims, frame, present, bound }) {
  const sdJwt = instance(hash);
  const whole = await sdJwt.issue(claims, frame, { header: { typ: asked.typ } });
  const kb = bound ? { payload: { iat: asked.now - 10, aud: asked.audience, nonce: asked.nonce } } : undefined;
  const presentation = await sdJwt.present(whole, present, kb && { kb });
  const { payload } = await sdJwt.verify(presentation, bound ? options : { currentDate: asked.now });
  return { name, presentation, bound, claims: payload };
}

async function read({ presentation, bound }) {
  const { payload } = await instance("sha-256").verify(presentation, bound ? options : { currentDate: asked.now });
  return payload;
}

// The program rejects some presentations, even of its own.
const orNull = (promise) => promise.catch(() => null);
const answer = { made: [], read: [] };
for (const recipe of asked.recipes) answer.made.push(await orNull(made(recipe)));
for (const other of asked.others) answer.read.push(await orNull(read(other)));
process.stdout.write(JSON.stringify(answer));
