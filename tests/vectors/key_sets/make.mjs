// Makes an Ed25519 key and two tokens with the claims on standard input, one under each name of the algorithm.
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const encode = (value) => Buffer.from(value).toString('base64url');
const claims = readFileSync(0, 'utf8');
const token = (alg) => {
  const signed = `${encode(JSON.stringify({ alg, kid: 'okp', typ: 'JWT' }))}.${encode(claims)}`;
  return `${signed}.${encode(sign(null, Buffer.from(signed), privateKey))}`;
};
console.log(JSON.stringify({
  jwk: publicKey.export({ format: 'jwk' }), EdDSA: token('EdDSA'), Ed25519: token('Ed25519'),
}));
