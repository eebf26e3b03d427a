/* The usage test: key tables. */

#include "usage.h"

#include <stdio.h>

/* A bad key at each position of a set is rejected and reported, and the good key is loaded. Its
 * size is known before. */
static void test_one_bad_key(void)
{
    static const struct {
        const char *key;
        keycard_status status;
    } bad[] = {
        {"{\"kty\":\"EC\",\"kty\":\"EC\"}", KEYCARD_JSON_DUPLICATE},
        {"{\"kty\":\"\\ud800\"}", KEYCARD_JSON_SURROGATE},
        {"[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]", KEYCARD_JSON_NESTING},
        {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"revoked\":{}}", KEYCARD_KEY_REVOKED},
        {"1", KEYCARD_KEY_MALFORMED},
    };
    char good[600], set[2000];
    keycard_keys *keys;
    keycard_key_report report;
    size_t size, i, place;

    /* The inside of the brackets of {"keys":[...]}. */
    CHECK(jwks_length < sizeof good);
    memcpy(good, jwks, jwks_length);
    good[jwks_length] = '\0';
    *strrchr(good, ']') = '\0';
    for (i = 0; i < sizeof bad / sizeof bad[0]; ++i)
        for (place = 0; place < 2; ++place) {
            const char *key = strchr(good, '[') + 1;

            snprintf(set, sizeof set, "{\"keys\":[%s,%s]}", place ? key : bad[i].key, place ? bad[i].key : key);
            CHECK(keycard_keys_size_for_jwks(NULL, keycard_string(set), &size) == KEYCARD_OK && size <= sizeof memory);
            CHECK(keycard_keys_init(memory, size, &keys) == KEYCARD_OK);
            CHECK(keycard_keys_add_jwks(keys, keycard_string(set), &report) == KEYCARD_OK);
            CHECK(report.added == 1 && report.rejected == 1);
            CHECK(report.rejections[0].index == place && report.rejections[0].status == bad[i].status);
        }
    CHECK(keycard_keys_size_for_jwks(NULL, KEYCARD_BYTES("{"), &size) == KEYCARD_JSON_SYNTAX && size == 0);
    CHECK(keycard_keys_size_for_jwks(NULL, BYTES(NULL, 1), &size) == KEYCARD_NULL_POINTER);
    CHECK(keycard_keys_size_for_jwks(NULL, keycard_string(set), NULL) == KEYCARD_NULL_POINTER);
}

void test_keys(void)
{
    static uint64_t small[16];
    keycard_keys *keys;
    keycard_key_report report;
    keycard_detail detail;
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    size_t count = 99;
    const char *weak = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"__8B\",\"e\":\"AQAB\"},{\"kty\":\"?\"}]}";
    const char *used = "{\"kty\":\"oct\",\"use\":\"jwt-svid\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";
    const char *secret = "{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";

    CHECK(keycard_keys_init(NULL, sizeof memory, &keys) == KEYCARD_NULL_POINTER);
    CHECK(keys == NULL);
    CHECK(keycard_keys_init(memory, sizeof memory, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_keys_init((uint64_t *)(void *)((char *)memory + 4), 512, &keys) == KEYCARD_BAD_MEMORY);
    CHECK(keycard_keys_init(memory, 47, &keys) == KEYCARD_MEMORY_TOO_SMALL);
    CHECK(keycard_keys_init(memory, 0, &keys) == KEYCARD_MEMORY_TOO_SMALL && keys == NULL);

    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_count(keys, &count) == KEYCARD_OK && count == 0);
    CHECK(keycard_keys_add_jwks(keys, BYTES(jwks, jwks_length), &report) == KEYCARD_OK);
    CHECK(report.added == 1 && report.skipped == 0 && report.rejected == 0);
    CHECK(report.detail.status == KEYCARD_OK);
    CHECK(keycard_keys_count(keys, &count) == KEYCARD_OK && count == 1);
    CHECK(keycard_keys_count(NULL, &count) == KEYCARD_NULL_POINTER && count == 0);
    CHECK(keycard_keys_count(keys, NULL) == KEYCARD_NULL_POINTER);

    CHECK(keycard_keys_add_jwks(keys, keycard_string(weak), &report) == KEYCARD_OK);
    CHECK(report.added == 0 && report.skipped == 1 && report.rejected == 1);
    CHECK(report.rejections[0].index == 0 && report.rejections[0].status == KEYCARD_KEY_WEAK);
    CHECK(report.skips[0].index == 1 && report.skips[0].status == KEYCARD_KEY_UNSUPPORTED);
    CHECK(report.skips[1].status == KEYCARD_OK && report.noted == 0 && report.notes[0].status == KEYCARD_OK);
    test_one_bad_key();
    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(jwks, jwks_length), &report) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, KEYCARD_BYTES("{\"keys\":"), &report) == KEYCARD_JSON_SYNTAX);
    CHECK(report.detail.status == KEYCARD_JSON_SYNTAX && report.detail.has_offset);
    CHECK(report.detail.stage == KEYCARD_STAGE_KEY_SET && report.detail.offset == 8);
    CHECK(keycard_keys_add_jwks(keys, BYTES(NULL, 0), NULL) == KEYCARD_JSON_SYNTAX);
    CHECK(keycard_keys_add_jwks(keys, BYTES(NULL, 1), NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_keys_add_jwks(keys, BYTES(jwks, SIZE_MAX), NULL) == KEYCARD_BAD_MEMORY);
    CHECK(keycard_keys_add_jwks(NULL, BYTES(jwks, jwks_length), NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_keys_add_jwks(keys, BYTES(memory, 8), NULL) == KEYCARD_OVERLAP);

    CHECK(keycard_keys_add_jwk(keys, NULL, keycard_string(secret), &detail) == KEYCARD_KEY_SECRET);
    CHECK(detail.status == KEYCARD_KEY_SECRET && same(detail.member, "k"));
    rules.flags = 64;
    CHECK(keycard_keys_add_jwk(keys, &rules, keycard_string(secret), &detail) == KEYCARD_UNSUPPORTED_POLICY);
    rules.flags = KEYCARD_KEYS_ALLOW_SECRETS;
    rules.struct_size = 8;
    CHECK(keycard_keys_add_jwk(keys, &rules, keycard_string(secret), &detail) == KEYCARD_STRUCT_SIZE);
    rules.struct_size = sizeof rules;
    rules.reserved = 1;
    CHECK(keycard_keys_add_jwk(keys, &rules, keycard_string(secret), &detail) == KEYCARD_UNSUPPORTED_POLICY);
    rules.reserved = 0;
    rules.key_use = KEYCARD_BYTES("");
    CHECK(keycard_keys_add_jwk(keys, &rules, keycard_string(secret), &detail) == KEYCARD_POLICY_EMPTY);
    rules.key_use = KEYCARD_BYTES("jwt-svid");
    CHECK(keycard_keys_add_jwk(keys, &rules, keycard_string(used), &detail) == KEYCARD_OK);
    rules.key_use.data = NULL;
    rules.key_use.length = 0;
    CHECK(keycard_keys_add_jwk(keys, &rules, keycard_string(used), &detail) != KEYCARD_OK);
    CHECK(same(detail.member, "use"));
    CHECK(keycard_keys_clear(keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwk(keys, &rules, keycard_string(secret), &detail) == KEYCARD_OK);
    CHECK(detail.status == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks_by(keys, &rules, BYTES(jwks, jwks_length), &report) == KEYCARD_OK);
    CHECK(report.added == 1);
    CHECK(keycard_keys_count(keys, &count) == KEYCARD_OK && count == 2);
    CHECK(keycard_keys_clear(keys) == KEYCARD_OK);
    CHECK(keycard_keys_count(keys, &count) == KEYCARD_OK && count == 0);
    CHECK(all_zero(memory + 3, sizeof memory - 24));
    CHECK(keycard_keys_clear(NULL) == KEYCARD_NULL_POINTER);

    CHECK(keycard_keys_init(small, sizeof small, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(jwks, jwks_length), &report) == KEYCARD_KEY_TABLE_FULL);
    CHECK(report.detail.needed > sizeof small && report.detail.needed <= sizeof memory);
    CHECK(keycard_keys_count(keys, &count) == KEYCARD_OK && count == 0);
    memset(small, 0, sizeof small);
    CHECK(keycard_keys_count(keys, &count) == KEYCARD_NOT_A_KEY_TABLE);
    CHECK(keycard_keys_clear(keys) == KEYCARD_NOT_A_KEY_TABLE);
}

void test_other_key_formats(void)
{
    static const uint8_t ed25519[32] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                        0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                        0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                              "-----END PUBLIC KEY-----\n";
    /* OpenSSL 3.0.22 made the certificate, with its own key. */
    static const char certificate[] = "-----BEGIN CERTIFICATE-----\n"
                                      "MIIBWTCCAQugAwIBAgIUMmOelSudwXNpUPZoP/ywtN8p/QowBQYDK2VwMBcxFTAT\n"
                                      "BgNVBAMMDGtleWNhcmQgdGVzdDAgFw0yNjExMzAwNzA2MzFaGA8yMTI2MTEwNjA3\n"
                                      "MDYzMVowFzEVMBMGA1UEAwwMa2V5Y2FyZCB0ZXN0MCowBQYDK2VwAyEA843HF7i7\n"
                                      "3YL1gQV2eUbbN1PQYc8PqFk7sc8F9rUTTEyjZzBlMA4GA1UdDwEB/wQEAwIFoDAf\n"
                                      "BgNVHREEGDAWgglhLmV4YW1wbGWCCWIuZXhhbXBsZTATBgNVHSUEDDAKBggrBgEF\n"
                                      "BQcDATAdBgNVHQ4EFgQUjdyitkYReGEnujPv4ARHqilCWWgwBQYDK2VwA0EAfpHK\n"
                                      "HKMdbmT7IRb4DDCGAP6PlnA0+W8rQskeodfS6vglYiRPlmw4WrdVW09dMYP5q77d\n"
                                      "bZK/KUW6nBOM4t21DA==\n"
                                      "-----END CERTIFICATE-----\n";
    static const uint8_t der_start[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    uint8_t der[44], zeros[66] = {0}, secret[32];
    char thumbprint[43], other[43];
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    keycard_bytes text;
    keycard_keys *keys;
    keycard_detail detail;
    keycard_key_report report;
    size_t index = 9;

    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_pem(keys, NULL, BYTES(pem, sizeof pem - 1), &report) == KEYCARD_OK && report.added == 1);
    CHECK(keycard_keys_add_pem(keys, NULL, BYTES(pem, 40), &report) == KEYCARD_KEY_PEM_MALFORMED);
    CHECK(report.detail.status == KEYCARD_KEY_PEM_MALFORMED && report.added == 0);
    CHECK(keycard_keys_add_pem(keys, NULL, BYTES(pem, 20), NULL) == KEYCARD_KEY_PEM_MISSING);
    CHECK(keycard_keys_add_pem(keys, NULL, BYTES(certificate, sizeof certificate - 1), &report) ==
          KEYCARD_KEY_IS_CERTIFICATE);
    rules.flags = KEYCARD_KEYS_ALLOW_CERTIFICATES | KEYCARD_KEYS_ALLOW_SECRETS;
    CHECK(keycard_keys_add_pem(keys, &rules, BYTES(certificate, sizeof certificate - 1), &report) == KEYCARD_OK);
    rules.flags = 1u << 31;
    CHECK(keycard_keys_add_pem(keys, &rules, BYTES(certificate, sizeof certificate - 1), NULL) ==
          KEYCARD_UNSUPPORTED_POLICY);
    rules.flags = 0;
    memcpy(der, der_start, sizeof der_start);
    memcpy(der + sizeof der_start, ed25519, sizeof ed25519);
    CHECK(keycard_keys_add_der(keys, NULL, BYTES(der, sizeof der), NULL) == KEYCARD_OK);
    CHECK(keycard_keys_add_der(keys, NULL, BYTES(der, sizeof der - 1), NULL) == KEYCARD_KEY_ENCODING);
    CHECK(keycard_keys_add_encoded(keys, NULL, KEYCARD_ED25519, BYTES(ed25519, 32), NULL) == KEYCARD_OK);
    CHECK(keycard_keys_add_encoded(keys, NULL, KEYCARD_ED25519, BYTES(ed25519, 31), &detail) == KEYCARD_KEY_WIDTH);
    CHECK(detail.found == 31 && detail.needed == 32);
    char line[96];
    CHECK(keycard_detail_text(&detail, KEYCARD_BUFFER(line)) < sizeof line);
    CHECK(strcmp(line, "key set: a value of the key has the wrong width (x): 31 bytes instead of 32") == 0);
    CHECK(same(detail.member, "x"));
    CHECK(keycard_keys_add_encoded(keys, NULL, 3, BYTES(ed25519, 32), NULL) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(keycard_keys_add_point(keys, NULL, KEYCARD_ES256, BYTES(zeros, 32), BYTES(zeros, 32), NULL) ==
          KEYCARD_KEY_NOT_ON_CURVE);
    CHECK(keycard_keys_add_point(keys, NULL, KEYCARD_ES512, BYTES(zeros, 65), BYTES(zeros, 65), NULL) ==
          KEYCARD_KEY_WIDTH);
    CHECK(keycard_keys_add_point(keys, NULL, KEYCARD_RS256, BYTES(zeros, 32), BYTES(zeros, 32), NULL) ==
          KEYCARD_KEY_MALFORMED);
    CHECK(keycard_keys_add_rsa(keys, NULL, BYTES(ed25519, 32), BYTES(ed25519, 1), NULL) == KEYCARD_KEY_OUT_OF_RANGE);
    memset(secret, 7, sizeof secret);
    CHECK(keycard_keys_add_secret(keys, NULL, BYTES(secret, 31), NULL) == KEYCARD_KEY_WEAK);
    CHECK(keycard_keys_add_secret(keys, NULL, BYTES(pem, sizeof pem - 1), NULL) == KEYCARD_KEY_NOT_SECRET);
    rules.algorithms = KEYCARD_HS256;
    rules.id = KEYCARD_BYTES("mac");
    CHECK(keycard_keys_add_secret(keys, &rules, BYTES(secret, sizeof secret), NULL) == KEYCARD_OK);
    rules.insecure_min_secret_bytes = 1;
    CHECK(keycard_keys_add_secret(keys, &rules, BYTES(secret, 5), NULL) == KEYCARD_OK);
    rules.precompute = 1000;
    CHECK(keycard_keys_add_secret(keys, &rules, BYTES(secret, 32), NULL) == KEYCARD_POLICY_VALUE);
    rules.precompute = KEYCARD_PRECOMPUTE_64KB;
    CHECK(keycard_keys_add_secret(keys, &rules, BYTES(secret, 32), NULL) == KEYCARD_OK);
    rules.algorithms = (uint32_t)1 << 31;
    CHECK(keycard_keys_add_secret(keys, &rules, BYTES(secret, 32), NULL) == KEYCARD_UNSUPPORTED_POLICY);
    rules.algorithms = 0;
    rules.id.length = 0;
    CHECK(keycard_keys_add_secret(keys, &rules, BYTES(secret, 32), NULL) == KEYCARD_POLICY_EMPTY);

    CHECK(keycard_keys_thumbprint(keys, 0, thumbprint) == KEYCARD_OK);
    CHECK(memcmp(thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", 43) == 0);
    CHECK(keycard_keys_thumbprint(keys, 2, other) == KEYCARD_OK);
    CHECK(memcmp(thumbprint, other, 43) == 0);
    CHECK(keycard_keys_thumbprint(keys, 99, other) == KEYCARD_KEY_NOT_FOUND);
    CHECK(all_zero(other, sizeof other));
    CHECK(keycard_keys_id(keys, 0, KEYCARD_BUFFER(der), &index) == KEYCARD_OK && index == 0);
    CHECK(keycard_keys_id(keys, 99, KEYCARD_BUFFER(der), &index) == KEYCARD_KEY_NOT_FOUND);
    CHECK(keycard_keys_public(keys, 0, BUFFER(der, 31), &index) == KEYCARD_BUFFER_TOO_SMALL && index == 32);
    CHECK(keycard_keys_public(keys, 0, KEYCARD_BUFFER(der), &index) == KEYCARD_OK && index == 32 && der[0] == 0xD7);
    CHECK(keycard_digest(KEYCARD_ES256, KEYCARD_BYTES("abc"), BUFFER(der, 31), &index) == KEYCARD_BUFFER_TOO_SMALL);
    CHECK(index == 32);
    CHECK(keycard_digest(KEYCARD_ES256, KEYCARD_BYTES("abc"), KEYCARD_BUFFER(der), &index) == KEYCARD_OK);
    CHECK(index == 32 && der[0] == 0xBA && der[31] == 0xAD);
    CHECK(keycard_digest(KEYCARD_EDDSA, KEYCARD_BYTES("abc"), KEYCARD_BUFFER(der), &index) ==
          KEYCARD_ALGORITHM_NOT_ALLOWED);
    CHECK(keycard_digest(3, KEYCARD_BYTES("abc"), KEYCARD_BUFFER(der), &index) == KEYCARD_UNSUPPORTED_POLICY);
    text.data = thumbprint;
    text.length = 43;
    CHECK(keycard_keys_find(keys, text, &index) == KEYCARD_OK && index == 0);
    thumbprint[0] = 'l';
    CHECK(keycard_keys_find(keys, text, &index) == KEYCARD_KEY_NOT_FOUND);
    text.length = 42;
    CHECK(keycard_keys_find(keys, text, &index) == KEYCARD_BASE64_LENGTH);
}

void test_image(void)
{
    static uint64_t image[128];
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
    keycard_keys *keys = loaded_keys();
    const keycard_keys *mapped;
    keycard_policy policy = access_policy();
    keycard_detail detail;
    keycard_token token;
    uint8_t digest[32] = {0};
    uint64_t version;
    size_t size, at, index;

    CHECK(keycard_keys_seal(keys, 7, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_keys_seal(keys, 7, &size) == KEYCARD_OK && size % 8 == 0 && size < sizeof memory);
    CHECK(keycard_keys_seal(keys, 8, &index) == KEYCARD_READ_ONLY && index == 0);
    CHECK(keycard_keys_add_jwks(keys, BYTES(jwks, jwks_length), NULL) == KEYCARD_READ_ONLY);
    CHECK(keycard_keys_clear(keys) == KEYCARD_READ_ONLY);
    CHECK(validate(keys, &policy, &token, NULL) == KEYCARD_OK);

    memcpy(image, memory, size);
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, &detail) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(mapped == NULL);
    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, &detail) == KEYCARD_OK);
    CHECK((const void *)mapped == (const void *)image);
    CHECK(keycard_keys_version(mapped, &version) == KEYCARD_OK && version == 7);
    CHECK(validate(mapped, &policy, &token, NULL) == KEYCARD_OK);
    rules.digest32 = digest;
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, NULL) == KEYCARD_POLICY_CONTRADICTION);
    rules.flags = 0;
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, NULL) == KEYCARD_IMAGE_UNEXPECTED);
    rules.digest32 = NULL;
    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    rules.min_version = 7;
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, NULL) == KEYCARD_OK);
    rules.min_version = 8;
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, NULL) == KEYCARD_IMAGE_OUTDATED);
    rules.min_version = 0;
    CHECK(keycard_keys_from_image(BYTES(image, size - 8), &rules, &mapped, NULL) == KEYCARD_IMAGE_TRUNCATED);
    CHECK(keycard_keys_from_image(BYTES(image, size - 1), &rules, &mapped, NULL) == KEYCARD_IMAGE_TRUNCATED);
    CHECK(keycard_keys_from_image(BYTES(image, 0), &rules, &mapped, NULL) == KEYCARD_IMAGE_FOREIGN);
    CHECK(keycard_keys_from_image(BYTES(NULL, size), &rules, &mapped, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_keys_from_image(BYTES((char *)image + 4, size - 8), &rules, &mapped, NULL) == KEYCARD_BAD_MEMORY);
    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED | KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS;
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, NULL) == KEYCARD_OK);
    rules.flags = 4;
    CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, NULL) == KEYCARD_UNSUPPORTED_POLICY);
    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    for (at = 0; at < size; at++) {
        ((uint8_t *)image)[at] ^= 0x10;
        CHECK(keycard_keys_from_image(BYTES(image, size), &rules, &mapped, NULL) != KEYCARD_OK && mapped == NULL);
        ((uint8_t *)image)[at] ^= 0x10;
    }
}
