#!/bin/sh
# Duktape's built-in CBOR writes each object key as text, so integer labels of COSE (RFC 9052 1.5)
# turn into strings. Decoding and encoding a protected header therefore changes its bytes. An
# integer above 32 bits becomes a float. cbor-x also writes the keys of objects as text, but not
# those of a Map.
. "$(dirname "$0")/common"
debian_packages duktape=2.7.0-2
npm_packages cbor-x@1.6.9

cat >label.js <<'JS'
function hex(bytes) { return Duktape.enc('hex', bytes); }
var header = new Uint8Array([0xa1, 0x01, 0x26]);
print('duktape read a10126, wrote ' + hex(CBOR.encode(CBOR.decode(header))));
print('duktape wrote the date 4102444800 as ' + hex(CBOR.encode(4102444800)));
print('duktape wrote the date 10000000000 as ' + hex(CBOR.encode(10000000000)));
JS
cat >label.mjs <<'JS'
import { encode, decode, Encoder } from 'cbor-x';
const hex = bytes => Buffer.from(bytes).toString('hex');
const header = Buffer.from('a10126', 'hex');
console.log('cbor-x read a10126, wrote', hex(encode(decode(header))));
const maps = new Encoder({ mapsAsObjects: false });
console.log('cbor-x with maps read a10126, wrote', hex(maps.encode(maps.decode(header))));
console.log('cbor-x wrote the date 4102444800 as', hex(encode(4102444800)));
console.log('cbor-x wrote the date 10000000000 as', hex(encode(10000000000)));
JS
{ duk label.js; node24 label.mjs; } >observed
cat >expected <<'TXT'
duktape read a10126, wrote a1613126
duktape wrote the date 4102444800 as 1af4865700
duktape wrote the date 10000000000 as fa501502f9
cbor-x read a10126, wrote b90001613126
cbor-x with maps read a10126, wrote a10126
cbor-x wrote the date 4102444800 as 1af4865700
cbor-x wrote the date 10000000000 as fb4202a05f20000000
TXT
same
