/*
 * keycard_keys.h: rules for keys, other forms of keys, images of key tables, keys for hardware.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_KEYS_H
#define KEYCARD_KEYS_H

#include "keycard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Rules for keys --------------------------------------------------------------------------- */

// Also accept oct keys, which are secrets. Use it only for a key set that only you and the issuer
// can read or write.
#define KEYCARD_KEYS_ALLOW_SECRETS 1
// Also accept the keys of certificates: in PEM, in DER, and in a JWK that has only x5c. Each
// certificate is trusted as it is: chain, issuer, dates and signature are not checked.
#define KEYCARD_KEYS_ALLOW_CERTIFICATES 2
// Also accept points whose coordinates lack their leading zeros, against RFC 7518 section 6.2.1.2.
#define KEYCARD_KEYS_ALLOW_SHORT_COORDINATES 4

// Precompute nothing.
#define KEYCARD_PRECOMPUTE_NONE 0
// Precompute up to 1 KiB for each key.
#define KEYCARD_PRECOMPUTE_1KB 1024
// Precompute up to 2 KiB for each key.
#define KEYCARD_PRECOMPUTE_2KB 2048
// Precompute up to 4 KiB for each key.
#define KEYCARD_PRECOMPUTE_4KB 4096
// Precompute up to 8 KiB for each key.
#define KEYCARD_PRECOMPUTE_8KB 8192
// Precompute up to 16 KiB for each key.
#define KEYCARD_PRECOMPUTE_16KB 16384
// Precompute up to 64 KiB for each key.
#define KEYCARD_PRECOMPUTE_64KB 65536

// The rules for adding keys to a table. Start from KEYCARD_KEY_RULES_INIT and set the members that
// differ.
typedef struct keycard_key_rules {
    // sizeof(keycard_key_rules).
    size_t struct_size;
    // KEYCARD_KEYS_…, or-ed; 0 for none.
    uint32_t flags;
    // The only algorithms that the keys may verify: KEYCARD_ES256 and others, or-ed. 0 leaves it
    // to the keys.
    uint32_t algorithms;
    // A value of the JWK member use to accept besides sig, or absent.
    struct keycard_bytes key_use;
    // The kid for keys that have no kid, at most 255 bytes, or absent.
    struct keycard_bytes id;
    // The smallest RSA modulus to accept, in bits. 0 for 2048; 1 to 1023 mean 1024.
    uint32_t insecure_min_rsa_bits;
    // The shortest secret to accept, in bytes. 0 for the length of the hash.
    uint32_t insecure_min_secret_bytes;
    // One of KEYCARD_PRECOMPUTE_…: bytes of precomputed values for each key. 0 for none.
    uint32_t precompute;
    // The largest RSA modulus in bits. 0 or more than the library's limit means that limit.
    uint32_t max_rsa_bits;
    // The longest secret in bytes. 0 or more than the library's limit means that limit.
    uint32_t max_secret_bytes;
    // Must be 0.
    uint32_t reserved;
} keycard_key_rules;

KEYCARD_HAS_SIZE(keycard_key_rules, 72, 52)

/* The default rules for keys, as an initialiser. */
#define KEYCARD_KEY_RULES_INIT                                                                       \
    {                                                                                                \
        sizeof(keycard_key_rules), /* struct_size */                                                 \
        0, 0,                      /* flags, algorithms */                                           \
        KEYCARD_ABSENT,            /* key_use */                                                     \
        KEYCARD_ABSENT,            /* id */                                                          \
        0, 0,                      /* insecure_min_rsa_bits, insecure_min_secret_bytes */            \
        0, 0, 0, 0                 /* precompute, max_rsa_bits, max_secret_bytes, reserved */           \
    }

// Makes the default rules for keys, like KEYCARD_KEY_RULES_INIT.
//
// Returns: the statuses of keycard_policy_init
// In:      size, sizeof(keycard_key_rules)
// Out:     rules, zeros except for struct_size
KEYCARD_MUST_USE
keycard_status keycard_key_rules_init(struct keycard_key_rules *rules,
                                      size_t size);

// Adds the keys of a JWK Set to a table by given rules, otherwise like keycard_keys_add_jwks.
//
// Returns: the statuses of keycard_keys_add_jwks
//          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
//            KEYCARD_POLICY_VALUE for the rules
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          jwks, the key set in UTF-8, at most 1,048,575 bytes
// Out:     report, the outcome for each key; may be NULL
// Lifetime: nothing points into rules or jwks after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwks_by(struct keycard_keys *keys,
                                        const struct keycard_key_rules *rules,
                                        struct keycard_bytes jwks,
                                        struct keycard_key_report *report);

// Computes the size of a table for the keys of a JWK Set, as keycard_keys_init needs it. The size
// may be too large if keys have duplicate members.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_SET_MALFORMED if there is no keys array
//          KEYCARD_JSON_… if the set is not JSON or longer than the limit
//          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
//            KEYCARD_POLICY_VALUE for the rules
// In:      rules, NULL for the defaults
//          jwks, the key set in UTF-8, at most 1,048,575 bytes
// Out:     size, of the table in bytes; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_size_for_jwks(const struct keycard_key_rules *rules,
                                          struct keycard_bytes jwks,
                                          size_t *size);

/* --- Keys in other forms ---------------------------------------------------------------------- */

// Adds one JWK (RFC 7517 section 4) to a table.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_… if the key is rejected, with the member in detail
//          KEYCARD_KEY_TABLE_FULL with the bytes that the table needs in detail
//          KEYCARD_JSON_… if the key is not JSON
//          KEYCARD_NOT_A_KEY_TABLE or KEYCARD_READ_ONLY
//          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
//            KEYCARD_POLICY_VALUE for the rules
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          jwk, the key in UTF-8, at most 1,048,575 bytes
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or jwk after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwk(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    struct keycard_bytes jwk,
                                    struct keycard_detail *detail);

// Adds the key of each block of a PEM text (RFC 7468) to a table: PUBLIC KEY, RSA PUBLIC KEY, and
// CERTIFICATE with KEYCARD_KEYS_ALLOW_CERTIFICATES.
//
// Lines may have any length, and other text may stand around the blocks. Other blocks are skipped,
// and private keys are rejected. The report has their positions among the blocks. A PEM key has
// neither kid nor algorithm; the rules can give it both.
//
// Returns: KEYCARD_OK if a key was added
//          KEYCARD_KEY_PEM_MISSING if there is no block
//          KEYCARD_KEY_PEM_MALFORMED, KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE,
//            KEYCARD_KEY_IS_CERTIFICATE or another status of keycard_keys_add_jwk, for the first
//            rejected block
//          KEYCARD_KEY_UNSUPPORTED if PEM is not built in
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          pem, the text
// Out:     report, the outcome for each block; may be NULL
// Lifetime: nothing points into rules or pem after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_pem(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    struct keycard_bytes pem,
                                    struct keycard_key_report *report);

// Adds a public key in DER to a table: SubjectPublicKeyInfo, RSAPublicKey, or the key of a
// certificate with KEYCARD_KEYS_ALLOW_CERTIFICATES.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE or KEYCARD_KEY_IS_CERTIFICATE
//          KEYCARD_KEY_UNSUPPORTED also if PEM is not built in
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          der, the key
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or der after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_der(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    struct keycard_bytes der,
                                    struct keycard_detail *detail);

// Adds a secret for HMAC to a table. Only the issuer and this table may hold it. Bind it to its
// algorithm by the rules.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WEAK if the secret is too short
//          KEYCARD_KEY_OUT_OF_RANGE if the secret is too long
//          KEYCARD_KEY_NOT_SECRET if the secret is a key in PEM, DER or JWK form
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          secret, at least the length of the hash, at most 512 bytes, or 4096 on 64-bit hosts
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or secret after the call; the table holds a copy until
//            keycard_keys_clear
KEYCARD_MUST_USE
keycard_status keycard_keys_add_secret(struct keycard_keys *keys,
                                       const struct keycard_key_rules *rules,
                                       struct keycard_bytes secret,
                                       struct keycard_detail *detail);

// Adds an elliptic-curve public key to a table by its coordinates.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WIDTH or KEYCARD_KEY_NOT_ON_CURVE
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          algorithm, whose curve it is: KEYCARD_ES256, KEYCARD_ES384, KEYCARD_ES512 or
//            KEYCARD_ES256K
//          x and y, the coordinates, most significant byte first: 32 bytes each on P-256 and
//            secp256k1, 48 on P-384, 66 on P-521
// Out:     detail, may be NULL
// Lifetime: nothing points into rules, x or y after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_point(struct keycard_keys *keys,
                                      const struct keycard_key_rules *rules,
                                      uint32_t algorithm,
                                      struct keycard_bytes x,
                                      struct keycard_bytes y,
                                      struct keycard_detail *detail);

// Adds an RSA public key to a table by its numbers. One leading zero octet of each number is
// removed.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WIDTH, KEYCARD_KEY_WEAK or KEYCARD_KEY_OUT_OF_RANGE
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          modulus, most significant byte first: 256 to 512 bytes, or to 1024 on 64-bit hosts
//          exponent, most significant byte first
// Out:     detail, may be NULL
// Lifetime: nothing points into rules, modulus or exponent after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_rsa(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    struct keycard_bytes modulus,
                                    struct keycard_bytes exponent,
                                    struct keycard_detail *detail);

// Adds a public key that is one byte string to a table: Ed25519 or ML-DSA.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WIDTH or KEYCARD_KEY_NOT_ON_CURVE
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          algorithm, KEYCARD_ED25519, KEYCARD_ML_DSA_44, KEYCARD_ML_DSA_65 or KEYCARD_ML_DSA_87
//          key, 32 bytes for Ed25519; 1312, 1952 or 2592 for ML-DSA-44, -65 or -87
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or key after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_encoded(struct keycard_keys *keys,
                                        const struct keycard_key_rules *rules,
                                        uint32_t algorithm,
                                        struct keycard_bytes key,
                                        struct keycard_detail *detail);

/* --- Images ----------------------------------------------------------------------------------- */

// The image is in storage that only its maker can write.
#define KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED 1
// Also accept keys that are weaker than RFC 7518 allows.
#define KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS 2

// The rules by which an image is authenticated. Start from KEYCARD_IMAGE_RULES_INIT. Give either
// digest32 or KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED.
typedef struct keycard_image_rules {
    // sizeof(keycard_image_rules).
    size_t struct_size;
    // KEYCARD_IMAGE_…, or-ed; 0 for none.
    uint32_t flags;
    // Must be 0.
    uint32_t reserved;
    // The smallest version to accept. Older images are KEYCARD_IMAGE_OUTDATED.
    uint64_t min_version;
    // The SHA-256 of the image, 32 bytes, or NULL.
    const uint8_t *digest32;
} keycard_image_rules;

KEYCARD_HAS_SIZE(keycard_image_rules, 32, 32)

/* Rules that accept no image yet, as an initialiser. */
#define KEYCARD_IMAGE_RULES_INIT                                                                     \
    {                                                                                                \
        sizeof(keycard_image_rules), /* struct_size */                                               \
        0, 0, 0,                     /* flags, reserved, min_version */                              \
        NULL                         /* digest32 */                                                  \
    }

// Makes rules that accept no image yet, like KEYCARD_IMAGE_RULES_INIT.
//
// Returns: the statuses of keycard_policy_init
// In:      size, sizeof(keycard_image_rules)
// Out:     rules, zeros except for struct_size
KEYCARD_MUST_USE
keycard_status keycard_image_rules_init(struct keycard_image_rules *rules,
                                        size_t size);

// Seals a table as an image that can be stored, for keycard_keys_from_image. The image is the used
// beginning of the table's memory. The table can still be read, but not changed. An image is
// rejected on a machine with the other byte order.
//
// Returns: KEYCARD_OK
//          KEYCARD_READ_ONLY if the table is an image already
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table that no other thread uses during the call
//          version, a counter of the caller: larger for a later key set
// Out:     size, of the image in bytes, a multiple of 8; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_seal(struct keycard_keys *keys,
                                 uint64_t version,
                                 size_t *size);

// Reads an image in place, in flash or elsewhere. Checks its bounds and its check sum, checks that
// the rules accept it, and checks each key as it was checked when it was added.
//
// Returns: KEYCARD_OK
//          KEYCARD_IMAGE_FOREIGN, KEYCARD_IMAGE_TRUNCATED, KEYCARD_IMAGE_CORRUPT,
//            KEYCARD_IMAGE_UNEXPECTED or KEYCARD_IMAGE_OUTDATED
//          KEYCARD_KEY_WEAK or another KEYCARD_KEY_… for a key in the image
//          KEYCARD_POLICY_INCOMPLETE or KEYCARD_POLICY_CONTRADICTION unless the rules give exactly
//            one of digest32 and KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED
//          KEYCARD_STRUCT_SIZE or KEYCARD_UNSUPPORTED_POLICY for the rules
// In:      image, aligned to 8 bytes; its length is a multiple of 8
//          rules, how the image is known
// Out:     keys, the table, which is read-only; NULL on failure
//          detail, may be NULL
// Lifetime: keys is valid as long as the image is there unchanged
KEYCARD_MUST_USE
keycard_status keycard_keys_from_image(struct keycard_bytes image,
                                       const struct keycard_image_rules *rules,
                                       const struct keycard_keys **keys,
                                       struct keycard_detail *detail);

// Reads a key table from an image that a root key signed, for example one that came over the air.
// Neither digest nor authenticated storage is needed then. The image is used in place.
//
// The signature covers the bytes of the image. keycard keys build --out keys.bin writes them: sign
// that file, and convert the signature to the form of JWS. Use the root key for nothing else.
//
// To reject old images, keep the version of the newest one where an attacker cannot lower it: see
// keycard_keys_version. Pass it as min_version. Install an image only if its version is larger.
//
// Returns: KEYCARD_OK
//          KEYCARD_SIGNATURE_INVALID, KEYCARD_SIGNATURE_LENGTH or KEYCARD_SIGNATURE_IS_DER
//          KEYCARD_KEY_NOT_FOUND if no root key may verify the algorithm
//          KEYCARD_UNSUPPORTED_POLICY if algorithm is not one algorithm
//          KEYCARD_IMAGE_OUTDATED if the image has a smaller version
//          another status of keycard_keys_from_image
// In:      root, the keys that may sign images, for example from an image in the firmware itself
//          algorithm, of the signature, one bit: KEYCARD_ES256 or another
//          image, aligned to 8 bytes; its length is a multiple of 8
//          signature, in the form of JWS (RFC 7518 section 3)
//          min_version, the smallest version to accept
// Out:     keys, the table, which is read-only; NULL on failure
//          detail, may be NULL
// Lifetime: keys is valid as long as the image is there unchanged; nothing points into root or
//            signature after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_from_signed_image(const struct keycard_keys *root,
                                              uint32_t algorithm,
                                              struct keycard_bytes image,
                                              struct keycard_bytes signature,
                                              uint64_t min_version,
                                              const struct keycard_keys **keys,
                                              struct keycard_detail *detail);

// Gives the version with which an image was sealed.
//
// Returns: KEYCARD_OK
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, an image or a table
// Out:     version, 0 for a table that was never sealed, and on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_version(const struct keycard_keys *keys,
                                    uint64_t *version);

/* --- Key tables ------------------------------------------------------------------------------- */

// Computes the thumbprint of a key (RFC 7638, SHA-256) in base64url.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_NOT_FOUND if index is beyond the last key
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
//          index, the position of the key, from 0 in the order of adding
// Out:     thumbprint43, 43 characters without a NUL; zeros on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_thumbprint(const struct keycard_keys *keys,
                                       size_t index,
                                       char *thumbprint43);

// Finds the key with a thumbprint (RFC 7638, SHA-256), compared in constant time.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_NOT_FOUND if no key has it
//          KEYCARD_BASE64_… if it is not base64url
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
//          thumbprint, 43 characters of base64url
// Out:     index, the position of the key, from 0 in the order of adding; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_find(const struct keycard_keys *keys,
                                 struct keycard_bytes thumbprint,
                                 size_t *index);

// Counts the keys of a table.
//
// Returns: KEYCARD_OK
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
// Out:     count, the number of keys; 0 on failure
KEYCARD_MUST_USE keycard_status keycard_keys_count(const struct keycard_keys *keys, size_t *count);

// Removes all keys of a table and wipes its memory.
//
// Returns: KEYCARD_OK
//          KEYCARD_NOT_A_KEY_TABLE
//          KEYCARD_READ_ONLY for an image, which the caller wipes
// In:      keys, a table that no other thread uses
KEYCARD_MUST_USE keycard_status keycard_keys_clear(struct keycard_keys *keys);

/* --- Keys for hardware ------------------------------------------------------------------------ */

// Gives the kid of a key, with which a keycard_verifier can choose a key in hardware.
//
// Returns: KEYCARD_OK, also for a key without a kid
//          KEYCARD_KEY_NOT_FOUND if index is beyond the last key
//          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to id
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
//          index, the position of the key, from 0 in the order of adding
// Out:     id, the kid without a NUL, at most 255 bytes
//          length, of the kid in bytes; 0 for a key without a kid, and on failure except
//            KEYCARD_BUFFER_TOO_SMALL
KEYCARD_MUST_USE
keycard_status keycard_keys_id(const struct keycard_keys *keys,
                               size_t index,
                               struct keycard_buffer id,
                               size_t *length);

// Writes a public key in the form that PSA Crypto and secure elements import: 4, x, y for elliptic
// curves (SEC 1 section 2.3.3), 32 bytes for Ed25519, the encoding of FIPS 204 for ML-DSA.
//
// A key on P-256 takes 65 bytes, on P-384 97, on P-521 133. Hardware that takes the coordinates
// alone skips the first byte.
//
// Returns: KEYCARD_OK
//          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to output
//          KEYCARD_KEY_UNSUPPORTED for an RSA key or a secret
//          KEYCARD_KEY_NOT_FOUND if index is beyond the last key
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
//          index, the position of the key, from 0 in the order of adding
// Out:     output, the key
//          length, of the key in bytes; 0 on failure except KEYCARD_BUFFER_TOO_SMALL
KEYCARD_MUST_USE
keycard_status keycard_keys_public(const struct keycard_keys *keys,
                                   size_t index,
                                   struct keycard_buffer output,
                                   size_t *length);

// Hashes the message that a keycard_verifier got, for hardware that verifies a hash: with SHA-256,
// SHA-384 or SHA-512, as the algorithm requires (RFC 7518 section 3.1).
//
// Returns: KEYCARD_OK
//          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to digest
//          KEYCARD_ALGORITHM_NOT_BUILT if the hash is not built into the library
//          KEYCARD_ALGORITHM_NOT_ALLOWED for HMAC, EdDSA and ML-DSA, which take the whole message
//          KEYCARD_UNSUPPORTED_POLICY if algorithm is not one algorithm
// In:      algorithm, one bit: KEYCARD_ES256 or another
//          message, any bytes
// Out:     digest, 32, 48 or 64 bytes
//          length, of the digest in bytes; 0 on failure except KEYCARD_BUFFER_TOO_SMALL
KEYCARD_MUST_USE
keycard_status keycard_digest(uint32_t algorithm,
                              struct keycard_bytes message,
                              struct keycard_buffer digest,
                              size_t *length);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_KEYS_H */
