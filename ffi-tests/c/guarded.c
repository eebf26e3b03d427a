/* Tests the memory accesses of keycard.h: every length from 0, every unaligned address, every
 * overlap, NULL for each pointer, and no access outside of a buffer. guarded_null.c tests NULL,
 * guarded_places.c tests the arguments of each function.
 *
 * guarded FOLDER, where FOLDER is tests/vectors/demo. */

#include "files.h"
#include "guard.h"
#include "guarded.h"

#include <string.h>

#define LONGEST 4096

static const enum guard_side SIDES[2] = {GUARD_BEFORE, GUARD_BEHIND};

static int failures;

static char jwt[LONGEST], jwks[LONGEST];
static size_t jwt_length, jwks_length;

void check(int holds, const char *what, const char *file, int line)
{
    if (!holds && ++failures <= 50)
        fprintf(stderr, "%s:%d: %s\n", file, line, what);
}

static keycard_policy access_policy(void)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES("api://default");
    return policy;
}

/* The keys of the demo, in a table of exactly the required size. */
static keycard_keys *loaded_keys(enum guard_side side, size_t *size)
{
    static uint64_t memory[512];
    keycard_keys *keys;

    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(jwks, jwks_length), NULL) == KEYCARD_OK);
    CHECK(keycard_keys_seal(keys, 1, size) == KEYCARD_OK);
    return (keycard_keys *)guarded_copy(memory, *size, side);
}

static const keycard_keys *image(enum guard_side side)
{
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
    const keycard_keys *keys;
    size_t size;
    const void *words = loaded_keys(side, &size);

    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    CHECK(keycard_keys_from_image(BYTES(words, size), &rules, &keys, NULL) == KEYCARD_OK);
    return keys;
}

static keycard_status validate(const keycard_keys *keys, const void *token, size_t length, void *scratch, size_t size)
{
    const keycard_policy policy = access_policy();
    keycard_token accepted;

    return keycard_validate(keys, &policy, keycard_time_at(NOW), BYTES(token, length), BUFFER(scratch, size), &accepted,
                            NULL);
}

static void every_length_of_a_token(enum guard_side side)
{
    size_t length;

    for (length = 0; length <= jwt_length; length++) {
        const void *token = guarded_copy(jwt, length, side);
        size_t size = keycard_scratch_size(length);
        keycard_status status = validate(image(side), token, length, guarded(size, side), size);

        CHECK((status == KEYCARD_OK) == (length == jwt_length));
        CHECK(status != KEYCARD_SCRATCH_TOO_SMALL);
        guarded_free_all();
    }
}

static void every_length_of_a_scratch(enum guard_side side)
{
    const size_t enough = keycard_scratch_size(jwt_length);
    int was_enough = 0;
    size_t size;

    for (size = 0; size <= enough; size++) {
        const void *token = guarded_copy(jwt, jwt_length, side);
        keycard_status status = validate(image(side), token, jwt_length, guarded(size, side), size);

        CHECK(status == KEYCARD_OK || status == KEYCARD_SCRATCH_TOO_SMALL);
        CHECK(status == KEYCARD_OK || !was_enough);
        was_enough = status == KEYCARD_OK;
        guarded_free_all();
    }
    CHECK(was_enough);
}

/* Several tokens with one scratch. One of them is truncated to every length. */
static void every_length_of_a_token_among_others(enum guard_side side)
{
    enum { COUNT = 10 };
    const keycard_policy policy = access_policy();
    size_t length, index;

    for (length = 0; length <= jwt_length; length++) {
        const size_t cut = length % COUNT, is_whole = length == jwt_length;
        keycard_bytes *jwts = (keycard_bytes *)guarded(COUNT * sizeof *jwts, side);
        keycard_token *tokens = (keycard_token *)guarded(COUNT * sizeof *tokens, side);
        keycard_detail *details = (keycard_detail *)guarded(COUNT * sizeof *details, side);
        size_t size = 0;
        keycard_status status;

        for (index = 0; index < COUNT; index++) {
            jwts[index].length = index == cut ? length : jwt_length;
            jwts[index].data = (const char *)guarded_copy(jwt, jwts[index].length, side);
            size += keycard_scratch_size(jwts[index].length);
        }
        status = keycard_validate_all(image(side), &policy, keycard_time_at(NOW), jwts, COUNT,
                                      BUFFER(guarded(size, side), size), tokens, details);
        CHECK((status == KEYCARD_OK) == is_whole && status == details[cut].status);
        for (index = 0; index < COUNT; index++) {
            keycard_bytes subject;
            const keycard_status found = keycard_claim_string(&tokens[index], KEYCARD_BYTES("sub"), &subject);

            CHECK((details[index].status == KEYCARD_OK) == (index != cut || is_whole));
            CHECK(found == (details[index].status == KEYCARD_OK ? KEYCARD_OK : KEYCARD_STALE));
        }
        guarded_free_all();
    }
}

static void every_length_of_a_scratch_for_several(enum guard_side side)
{
    enum { COUNT = 3 };
    const keycard_policy policy = access_policy();
    const size_t enough = COUNT * keycard_scratch_size(jwt_length);
    keycard_token tokens[COUNT];
    keycard_detail details[COUNT];
    keycard_bytes jwts[COUNT];
    size_t size, index;

    for (index = 0; index < COUNT; index++) {
        jwts[index].data = jwt;
        jwts[index].length = jwt_length;
    }
    for (size = 0; size <= enough; size++) {
        const keycard_status expected = size == enough ? KEYCARD_OK : KEYCARD_SCRATCH_TOO_SMALL;

        CHECK(keycard_validate_all(image(side), &policy, keycard_time_at(NOW), jwts, COUNT,
                                   BUFFER(guarded(size, side), size), tokens, details) == expected);
        for (index = 0; index < COUNT; index++) {
            CHECK(details[index].status == expected);
            CHECK(details[index].needed == (size == enough ? 0 : enough));
            CHECK((tokens[index].generation != 0) == (size == enough));
        }
        guarded_free_all();
    }
}

/* The same for the functions that read an unverified token and choose a row. */
static void every_length_of_an_unverified_token(enum guard_side side)
{
    const keycard_policy policy = access_policy();
    size_t length;

    for (length = 0; length <= jwt_length; length++) {
        const void *token = guarded_copy(jwt, length, side);
        const size_t size = keycard_scratch_size(length);
        keycard_trust_row *row = (keycard_trust_row *)guarded(sizeof *row, side);
        keycard_unverified *found = (keycard_unverified *)guarded(sizeof *found, side);
        keycard_status status =
            keycard_unverified_read(BYTES(token, length), BUFFER(guarded(size, side), size), found, NULL);
        keycard_token accepted;
        size_t chosen;

        CHECK((status == KEYCARD_OK) == (found->issuer.data != NULL));
        CHECK(status == KEYCARD_OK || length < jwt_length);
        row->keys = image(side);
        row->policy = (const keycard_policy *)guarded_copy(&policy, sizeof policy, side);
        CHECK(keycard_choose_row(row, 1, BYTES(token, length), BUFFER(guarded(size, side), size), &chosen, NULL) ==
              status);
        status = keycard_validate_any(row, 1, keycard_time_at(NOW), BYTES(token, length),
                                      BUFFER(guarded(size, side), size), &accepted, NULL);
        CHECK((status == KEYCARD_OK) == (length == jwt_length));
        guarded_free_all();
    }
}

static void every_length_of_a_string(enum guard_side side)
{
    size_t length;

    for (length = 0; length < 64; length++) {
        char *string = (char *)guarded(length + 1, side);

        memset(string, 'x', length);
        string[length] = '\0';
        CHECK(keycard_string(string).data == string && keycard_string(string).length == length);
        guarded_free_all();
    }
}

static void every_length_of_a_line(enum guard_side side)
{
    keycard_detail detail;
    keycard_token token;
    size_t whole, size;

    CHECK(keycard_validate(image(side), NULL, keycard_time_at(NOW), BYTES(jwt, jwt_length), BUFFER(NULL, 0), &token,
                           &detail) != KEYCARD_OK);
    whole = keycard_detail_text(&detail, BUFFER(NULL, 0));
    for (size = 1; size <= whole + 2; size++) {
        const char *text = (const char *)guarded(size, side);

        CHECK(keycard_detail_text((const keycard_detail *)guarded_copy(&detail, sizeof detail, side),
                                  BUFFER((char *)text, size)) == whole);
        CHECK(memchr(text, 0, size) == text + (size <= whole ? size - 1 : whole));
        guarded_free_all();
    }
}

/* The reported size for a set is sufficient, and truncated sets are read within their bounds. */
static void every_length_of_a_set_that_is_measured(enum guard_side side)
{
    size_t length, size;

    for (length = 0; length <= jwks_length; length += length + 8 < jwks_length ? 7 : 1) {
        const void *text = guarded_copy(jwks, length, side);
        const keycard_status status = keycard_keys_size_for_jwks(NULL, BYTES(text, length), &size);

        CHECK((status == KEYCARD_OK) == (size != 0));
        if (status == KEYCARD_OK) {
            keycard_keys *keys;

            CHECK(keycard_keys_init((uint64_t *)guarded(size, side), size, &keys) == KEYCARD_OK);
            CHECK(keycard_keys_add_jwks(keys, BYTES(text, length), NULL) == KEYCARD_OK);
        }
        guarded_free_all();
    }
}

/* A token that overlaps an output, and an empty batch. */
static void overlaps_in_a_batch(void)
{
    static union {
        uint64_t words[1024];
        char bytes[8192];
    } shared;
    const keycard_policy policy = access_policy();
    const size_t size = keycard_scratch_size(jwt_length);
    keycard_bytes jwts[2];
    keycard_token tokens[2];
    keycard_detail details[2];
    size_t index;

    jwts[0].data = jwt;
    jwts[0].length = jwts[1].length = jwt_length;
    jwts[1].data = shared.bytes + 2 * size - 1;
    memcpy(shared.bytes + 2 * size - 1, jwt, jwt_length);
    memset(tokens, 'x', sizeof tokens);
    memset(details, 'x', sizeof details);
    CHECK(keycard_validate_all(image(GUARD_BEFORE), &policy, keycard_time_at(NOW), jwts, 2,
                               BUFFER(shared.bytes, 2 * size), tokens, details) == KEYCARD_OVERLAP);
    for (index = 0; index < sizeof tokens; index++)
        CHECK(((const char *)tokens)[index] == 'x');
    jwts[1].data = shared.bytes + 2 * size;
    memcpy(shared.bytes + 2 * size, jwt, jwt_length);
    CHECK(keycard_validate_all(image(GUARD_BEFORE), &policy, keycard_time_at(NOW), jwts, 2,
                               BUFFER(shared.bytes, 2 * size), tokens, details) == KEYCARD_OK);
    CHECK(keycard_validate_all(image(GUARD_BEFORE), &policy, keycard_time_at(NOW), NULL, 0, BUFFER(NULL, 0), NULL,
                               NULL) == KEYCARD_OK);
    guarded_free_all();
}

static void every_length_of_a_key_set(enum guard_side side)
{
    const size_t size = 4096;
    size_t length, count;

    /* The file may end in a line feed, which can be cut off. */
    CHECK(jwks[jwks_length - 1] == '\n' || jwks[jwks_length - 1] == '}');
    for (length = 0; length <= jwks_length; length++) {
        const void *text = guarded_copy(jwks, length, side);
        const int is_whole = length == jwks_length || (length == jwks_length - 1 && jwks[length] == '\n');
        keycard_keys *keys;

        CHECK(keycard_keys_init((uint64_t *)guarded(size, side), size, &keys) == KEYCARD_OK);
        CHECK((keycard_keys_add_jwks(keys, BYTES(text, length), NULL) == KEYCARD_OK) == is_whole);
        CHECK(keycard_keys_count(keys, &count) == KEYCARD_OK && (count > 0) == is_whole);
        guarded_free_all();
    }
}

static void every_length_of_a_key_table(enum guard_side side)
{
    const size_t most = 4096;
    int was_enough = 0;
    size_t size, count;

    for (size = 0; size <= most; size += 8) {
        const void *text = guarded_copy(jwks, jwks_length, side);
        keycard_keys *keys;
        keycard_status status = keycard_keys_init((uint64_t *)guarded(size, side), size, &keys);

        if (status != KEYCARD_OK) {
            CHECK(status == KEYCARD_MEMORY_TOO_SMALL && size < 48 && keys == NULL);
            continue;
        }
        status = keycard_keys_add_jwks(keys, BYTES(text, jwks_length), NULL);
        CHECK(status == KEYCARD_OK || status == KEYCARD_KEY_TABLE_FULL);
        CHECK(status == KEYCARD_OK || !was_enough);
        CHECK(keycard_keys_count(keys, &count) == KEYCARD_OK && (count == 0) == (status != KEYCARD_OK));
        was_enough = status == KEYCARD_OK;
        guarded_free_all();
    }
    CHECK(was_enough);
}

static void every_length_of_an_image(enum guard_side side)
{
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
    static uint64_t whole[512];
    const keycard_keys *keys;
    const void *sealed;
    size_t size, length;

    sealed = loaded_keys(side, &size);
    memcpy(whole, sealed, size);
    guarded_free_all();
    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    for (length = 0; length <= size; length++) {
        /* Before a guard page, the image is aligned only if its length is a multiple of 8. */
        const enum guard_side at = length % 8 == 0 ? side : GUARD_BEFORE;
        const void *words = guarded_copy(whole, length, at);

        CHECK((keycard_keys_from_image(BYTES(words, length), &rules, &keys, NULL) == KEYCARD_OK) == (length == size));
        CHECK((keys == NULL) == (length != size));
        guarded_free_all();
    }
}

static void every_length_of_an_output(enum guard_side side)
{
    const keycard_policy policy = access_policy();
    const size_t scratch_size = keycard_scratch_size(jwt_length);
    keycard_token token;
    size_t length, needed;

    length = 0;
    do {
        CHECK(keycard_validate(image(side), &policy, keycard_time_at(NOW), BYTES(jwt, jwt_length),
                               BUFFER(guarded(scratch_size, side), scratch_size), &token, NULL) == KEYCARD_OK);
        CHECK((keycard_claims_json(&token, BUFFER((char *)guarded(length, side), length), &needed) == KEYCARD_OK) ==
              (length >= needed));
        guarded_free_all();
    } while (length++ < needed);
}

static void every_length_of_a_verifier(enum guard_side side)
{
    char *challenge;
    size_t length;

    for (length = 0; length <= 200; length++) {
        char *verifier = (char *)guarded(length, side);

        memset(verifier, 'a', length);
        challenge = (char *)guarded(KEYCARD_PKCE_LENGTH, side);
        CHECK((keycard_pkce_challenge(BYTES(verifier, length), challenge) == KEYCARD_OK) ==
              (length >= 43 && length <= 128));
        guarded_free_all();
    }
}

/* Keys in PEM and DER, as numbers and as secrets, are read within their length, for any content. */
static void every_length_of_other_keys(enum guard_side side)
{
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n";
    const size_t size = 4096;
    keycard_detail detail;
    size_t length;

    for (length = 0; length <= sizeof pem - 1; length++) {
        keycard_keys *keys;
        const uint8_t *bytes;

        CHECK(keycard_keys_init((uint64_t *)guarded(size, side), size, &keys) == KEYCARD_OK);
        bytes = (const uint8_t *)guarded_copy(pem, length, side);
        CHECK(keycard_keys_add_pem(keys, NULL, BYTES(bytes, length), NULL) != KEYCARD_OK);
        CHECK(keycard_keys_add_der(keys, NULL, BYTES(bytes, length), &detail) != KEYCARD_OK);
        CHECK(keycard_keys_add_jwk(keys, NULL, BYTES(bytes, length), &detail) != KEYCARD_OK);
        CHECK(keycard_keys_add_point(keys, NULL, KEYCARD_ES256, BYTES(bytes, length), BYTES(bytes, length), &detail) !=
              KEYCARD_OK);
        CHECK(keycard_keys_add_rsa(keys, NULL, BYTES(bytes, length), BYTES(bytes, length), &detail) != KEYCARD_OK);
        /* Random bytes may be a valid point. */
        CHECK(keycard_keys_add_encoded(keys, NULL, KEYCARD_ED25519, BYTES(bytes, length), &detail) != KEYCARD_OK ||
              length == 32);
        memset((void *)(uintptr_t)bytes, 's', length);
        CHECK((keycard_keys_add_secret(keys, NULL, BYTES(bytes, length), &detail) == KEYCARD_OK) == (length >= 32));
        guarded_free_all();
    }
}

/* Without a verifier function, a token is rejected. */
static void no_verifier(enum guard_side side)
{
    const keycard_policy policy = access_policy();
    const size_t size = keycard_scratch_size(jwt_length);
    keycard_token token;

    CHECK(keycard_validate_with(image(side), &policy, keycard_time_at(NOW), BYTES(jwt, jwt_length),
                                BUFFER(guarded(size, side), size), NULL, NULL, &token, NULL) == KEYCARD_NULL_POINTER);
    guarded_free_all();
}

/* Texts and the scratch may have any address, but structures must be aligned. */
static void every_alignment(void)
{
    static union {
        uint64_t words[1024];
        char bytes[8192];
    } token_buffer, scratch_buffer, other;
    const keycard_policy policy = access_policy();
    const size_t size = keycard_scratch_size(jwt_length);
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
    const keycard_keys *found, *keys = image(GUARD_BEHIND);
    const keycard_time now = keycard_time_at(NOW);
    keycard_keys *table;
    keycard_token token;
    size_t at, from, image_size;

    for (at = 0; at < 16; at++)
        for (from = 0; from < 16; from++) {
            memcpy(token_buffer.bytes + from, jwt, jwt_length);
            CHECK(validate(keys, token_buffer.bytes + from, jwt_length, scratch_buffer.bytes + at, size) == KEYCARD_OK);
        }
    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    for (at = 1; at < 8; at++) {
        void *odd = other.bytes + at;
        const void *words = loaded_keys(GUARD_BEHIND, &image_size);

        CHECK(keycard_validate((const keycard_keys *)odd, &policy, now, BYTES(jwt, jwt_length),
                               BUFFER(scratch_buffer.bytes, size), &token, NULL) == KEYCARD_BAD_MEMORY);
        CHECK(keycard_validate(keys, (const keycard_policy *)odd, now, BYTES(jwt, jwt_length),
                               BUFFER(scratch_buffer.bytes, size), &token, NULL) == KEYCARD_BAD_MEMORY);
        CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch_buffer.bytes, size),
                               (keycard_token *)odd, NULL) == KEYCARD_BAD_MEMORY);
        memset(other.bytes, 'x', sizeof other);
        CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch_buffer.bytes, size), &token,
                               (keycard_detail *)odd) == KEYCARD_BAD_MEMORY);
        CHECK(other.bytes[at] == 'x');
        CHECK(keycard_keys_init((uint64_t *)odd, 4096, &table) == KEYCARD_BAD_MEMORY);
        CHECK(keycard_keys_init(token_buffer.words, 4096, (keycard_keys **)odd) == KEYCARD_BAD_MEMORY);
        memcpy(odd, words, image_size);
        CHECK(keycard_keys_from_image(BYTES(odd, image_size), &rules, &found, NULL) == KEYCARD_BAD_MEMORY);
        memcpy(odd, &rules, sizeof rules);
        CHECK(keycard_keys_from_image(BYTES(words, image_size), (const keycard_image_rules *)odd, &found, NULL) ==
              KEYCARD_BAD_MEMORY);
    }
    guarded_free_all();
}

/* A scratch is rejected if it shares a byte with an input, and nothing is written. */
static void every_overlap(void)
{
    const size_t size = keycard_scratch_size(jwt_length);
    const size_t whole = jwt_length + 2 * size;
    char *buffer = (char *)guarded(whole, GUARD_BEHIND);
    char *before = (char *)guarded(whole, GUARD_BEHIND);
    const keycard_keys *keys = image(GUARD_BEHIND);
    size_t at;

    for (at = 0; at + size <= whole; at++) {
        const int apart = at == 0 || at >= size + jwt_length;
        keycard_status status;

        memset(buffer, 'x', whole);
        memcpy(buffer + size, jwt, jwt_length);
        memcpy(before, buffer, whole);
        status = validate(keys, buffer + size, jwt_length, buffer + at, size);
        CHECK(status == (apart ? KEYCARD_OK : KEYCARD_OVERLAP));
        CHECK(apart || memcmp(before, buffer, whole) == 0);
    }
    guarded_free_all();
}

/* The same test for overlaps with the policy and its texts, the key table, the token and the
 * detail. */
static void overlaps_with_structures(void)
{
    static union {
        uint64_t words[2048];
        char bytes[16384];
    } area;
    const size_t size = keycard_scratch_size(jwt_length);
    const keycard_time now = keycard_time_at(NOW);
    const keycard_keys *keys = image(GUARD_BEHIND);
    keycard_policy policy = access_policy();
    keycard_token token;
    keycard_detail detail;
    const void *words;
    size_t at, image_size;

    for (at = 4096 - size + 1; at < 4096; at += 7) {
        char *scratch = area.bytes + at;
        void *shared = area.bytes + 4096;

        memcpy(shared, &policy, sizeof policy);
        CHECK(keycard_validate(keys, (const keycard_policy *)shared, now, BYTES(jwt, jwt_length), BUFFER(scratch, size),
                               &token, NULL) == KEYCARD_OVERLAP);
        CHECK(memcmp(shared, &policy, sizeof policy) == 0);
        CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, size),
                               (keycard_token *)shared, NULL) == KEYCARD_OVERLAP);
        CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, size), &token,
                               (keycard_detail *)shared) == KEYCARD_OVERLAP);
        memcpy(shared, "api://default", 13);
        policy.audience.data = (const char *)shared;
        CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, size), &token, NULL) ==
              KEYCARD_OVERLAP);
        CHECK(memcmp(shared, "api://default", 13) == 0);
        policy = access_policy();
        words = loaded_keys(GUARD_BEHIND, &image_size);
        memcpy(shared, words, image_size);
        CHECK(keycard_validate((const keycard_keys *)shared, &policy, now, BYTES(jwt, jwt_length),
                               BUFFER(scratch, size), &token, &detail) == KEYCARD_OVERLAP);
        guarded_free_all();
        keys = image(GUARD_BEHIND);
    }
    guarded_free_all();
}

int main(int count, char **arguments)
{
    size_t side;

    if (count != 2) {
        fprintf(stderr, "usage: guarded FOLDER\n");
        return 2;
    }
    jwt_length = read_file(arguments[1], "access_token.jwt", jwt, sizeof jwt);
    jwks_length = read_file(arguments[1], "keys.json", jwks, sizeof jwks);
    for (side = 0; side < 2; side++) {
        every_length_of_a_token(SIDES[side]);
        every_length_of_a_scratch(SIDES[side]);
        every_length_of_a_token_among_others(SIDES[side]);
        every_length_of_a_scratch_for_several(SIDES[side]);
        every_length_of_an_unverified_token(SIDES[side]);
        every_length_of_a_string(SIDES[side]);
        every_length_of_a_line(SIDES[side]);
        every_length_of_a_set_that_is_measured(SIDES[side]);
        every_length_of_a_key_set(SIDES[side]);
        every_length_of_a_key_table(SIDES[side]);
        every_length_of_an_image(SIDES[side]);
        every_length_of_an_output(SIDES[side]);
        every_length_of_a_verifier(SIDES[side]);
        every_length_of_other_keys(SIDES[side]);
        no_verifier(SIDES[side]);
    }
    every_alignment();
    every_overlap();
    overlaps_with_structures();
    overlaps_in_a_batch();
    null_everywhere();
    every_place();
    if (failures == 0)
        printf("guarded: every length, alignment, overlap and NULL is answered, and nothing beside a buffer touched\n");
    return failures == 0 ? 0 : 1;
}
