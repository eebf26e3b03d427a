#!/bin/sh
# @auth0/cose and cose-kit both register CBOR tag 18 with cbor-x, which a process loads only once.
# The package that is imported last wins: the other one rejects every tagged message.
. "$(dirname "$0")/common"
npm_packages @auth0/cose@1.0.2 cose-kit@1.7.1 cbor-x@1.6.9 jose@6.2.18

cat >read.mjs <<'JS'
const order = process.argv.slice(2);
const loaded = {};
for (const name of order) loaded[name] = await import(name);
const message = Buffer.from(process.env.MESSAGE, 'hex');
const { createPublicKey } = await import('node:crypto');
const key = createPublicKey({ key: JSON.parse(process.env.KEY), format: 'jwk' });
const attempt = async action => {
  try { return (await action()) === false ? 'rejects' : 'verifies'; } catch (error) { return error.message; }
};
for (const name of [...order].sort()) {
  const result = await attempt(name === 'cose-kit'
    ? async () => (await loaded[name].coseVerify(message, key)).isValid
    : async () => (await loaded[name].Sign1.decode(message)).verify(key));
  console.log(`imported ${order.join(', then ')}: ${name}: ${result}`);
}
JS
cat >make.mjs <<'JS'
import { Algorithms, Headers, ProtectedHeaders, Sign1, UnprotectedHeaders } from '@auth0/cose';
import { exportJWK, generateKeyPair } from 'jose';
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
const signed = await Sign1.sign(new ProtectedHeaders([[Headers.Algorithm, Algorithms.ES256]]),
  new UnprotectedHeaders([]), Buffer.from('hello'), privateKey);
console.log(`MESSAGE='${Buffer.from(signed.encode()).toString('hex')}'`);
console.log(`KEY='${JSON.stringify(await exportJWK(publicKey))}'`);
JS
node24 make.mjs >made
. ./made
export MESSAGE KEY
{
	node24 read.mjs @auth0/cose
	node24 read.mjs cose-kit
	node24 read.mjs @auth0/cose cose-kit
	node24 read.mjs cose-kit @auth0/cose
} >observed
cat >expected <<'TXT'
imported @auth0/cose: @auth0/cose: verifies
imported cose-kit: cose-kit: verifies
imported @auth0/cose, then cose-kit: @auth0/cose: Unexpected CBOR tag. Expected tag 18 (Sign1) but got undefined
imported @auth0/cose, then cose-kit: cose-kit: verifies
imported cose-kit, then @auth0/cose: @auth0/cose: verifies
imported cose-kit, then @auth0/cose: cose-kit: unknown COSE type
TXT
same
