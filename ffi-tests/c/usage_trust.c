/* The usage test: several issuers, errors as a line of text, empty structures. */

#include "usage.h"

#define CHOOSE(rows, count, row, detail)                                                                               \
    keycard_choose_row(rows, count, BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch), row, detail)
#define ANY(rows, count, token, detail)                                                                                \
    keycard_validate_any(rows, count, keycard_time_clock(NOW, NOW), BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch),   \
                         token, detail)

static void test_unverified(void)
{
    keycard_unverified found;
    keycard_detail detail;

    CHECK(keycard_unverified_read(BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch), &found, &detail) == KEYCARD_OK);
    CHECK(found.issuer.length > 0 && same(found.algorithm, "ES256") == 0);
    CHECK(keycard_unverified_read(BYTES(jwt, jwt_length), BUFFER(scratch, 16), &found, &detail) ==
          KEYCARD_SCRATCH_TOO_SMALL);
    CHECK(detail.needed == KEYCARD_SCRATCH_SIZE(jwt_length) && found.issuer.data == NULL);
    CHECK(keycard_unverified_read(KEYCARD_BYTES("x"), KEYCARD_BUFFER(scratch), &found, NULL) == KEYCARD_TOKEN_PARTS);
    CHECK(keycard_unverified_read(BYTES(NULL, 1), KEYCARD_BUFFER(scratch), &found, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_unverified_read(BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch), NULL, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_unverified_read(BYTES(scratch, 64), KEYCARD_BUFFER(scratch), &found, NULL) == KEYCARD_OVERLAP);
}

/* The table of texts is a compile-time constant. */
static const keycard_bytes table[] = {KEYCARD_BYTES_INIT("a"), KEYCARD_BYTES_INIT("bc")};

static void test_line(void)
{
    static const char expired[] = "time: the token has expired (exp ";
    keycard_policy policy = access_policy();
    keycard_detail detail;
    keycard_token token;
    char line[160], start[8];
    size_t length;

    CHECK(table[1].length == 2 && KEYCARD_NOTHING.data == NULL);
    CHECK(keycard_validate(loaded_keys(), &policy, keycard_time_at(4000000000), BYTES(jwt, jwt_length),
                           KEYCARD_BUFFER(scratch), &token, &detail) == KEYCARD_EXPIRED);
    CHECK(detail.has_times && detail.now == 4000000000 && detail.claim_time < NOW + 86400);
    length = keycard_detail_text(&detail, KEYCARD_BUFFER(line));
    CHECK(length == strlen(line) && strncmp(line, expired, sizeof expired - 1) == 0);
    CHECK(strstr(line, " s before now 2096-10-02T07:06:40Z)") != NULL);
    CHECK(keycard_detail_text(&detail, KEYCARD_BUFFER(start)) == length && strcmp(start, "time: t") == 0);
    CHECK(keycard_detail_text(&detail, BUFFER(NULL, 0)) == length);
    CHECK(keycard_detail_text(NULL, KEYCARD_BUFFER(line)) == 0);
    CHECK(validate(loaded_keys(), &policy, &token, &detail) == KEYCARD_OK && !detail.has_times);
    CHECK(keycard_detail_text(&detail, KEYCARD_BUFFER(line)) > 0 && strstr(line, "accepted") != NULL);
    policy.audience = KEYCARD_BYTES("other");
    CHECK(validate(loaded_keys(), &policy, &token, &detail) == KEYCARD_WRONG_AUDIENCE);
    CHECK(keycard_detail_text(&detail, KEYCARD_BUFFER(line)) < sizeof line);
    CHECK(strcmp(line, "claims: the token is for another audience (aud)") == 0);
}

static void test_empty_structures(void)
{
    const keycard_policy policy_init = KEYCARD_POLICY_INIT;
    const keycard_key_rules key_rules_init = KEYCARD_KEY_RULES_INIT;
    const keycard_image_rules image_rules_init = KEYCARD_IMAGE_RULES_INIT;
    const keycard_proof_rules proof_rules_init = KEYCARD_PROOF_RULES_INIT;
    keycard_policy policy;
    keycard_key_rules key_rules;
    keycard_image_rules image_rules;
    keycard_proof_rules proof_rules;

    memset(&policy, 0xAA, sizeof policy);
    memset(&key_rules, 0xAA, sizeof key_rules);
    memset(&image_rules, 0xAA, sizeof image_rules);
    memset(&proof_rules, 0xAA, sizeof proof_rules);
    CHECK(keycard_policy_init(&policy, sizeof policy) == KEYCARD_OK);
    CHECK(keycard_key_rules_init(&key_rules, sizeof key_rules) == KEYCARD_OK);
    CHECK(keycard_image_rules_init(&image_rules, sizeof image_rules) == KEYCARD_OK);
    CHECK(keycard_proof_rules_init(&proof_rules, sizeof proof_rules) == KEYCARD_OK);
    CHECK(memcmp(&policy, &policy_init, sizeof policy) == 0);
    CHECK(memcmp(&key_rules, &key_rules_init, sizeof key_rules) == 0);
    CHECK(memcmp(&image_rules, &image_rules_init, sizeof image_rules) == 0);
    CHECK(memcmp(&proof_rules, &proof_rules_init, sizeof proof_rules) == 0);
    CHECK(keycard_policy_init(&policy, sizeof policy - 1) == KEYCARD_STRUCT_SIZE);
    CHECK(keycard_policy_init(NULL, sizeof policy) == KEYCARD_NULL_POINTER);
}

void test_trust(void)
{
    keycard_policy ours = access_policy(), theirs = access_policy(), lying;
    keycard_trust_row rows[2];
    keycard_token token;
    keycard_detail detail;
    size_t row = 7;

    test_unverified();
    theirs.issuer = KEYCARD_BYTES("https://other.example");
    rows[0].keys = rows[1].keys = loaded_keys();
    rows[0].policy = &theirs;
    rows[1].policy = &ours;
    CHECK(CHOOSE(rows, 2, &row, &detail) == KEYCARD_OK && row == 1);
    CHECK(all_zero(scratch, KEYCARD_SCRATCH_SIZE(jwt_length)));
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_OK && token.row == 1);
    CHECK(detail.status == KEYCARD_OK);

    CHECK(ANY(rows, 1, &token, &detail) == KEYCARD_WRONG_ISSUER && token.generation == 0);
    CHECK(detail.stage == KEYCARD_STAGE_KEY && same(detail.member, "iss"));
    CHECK(CHOOSE(rows, 1, &row, &detail) == KEYCARD_WRONG_ISSUER && row == 0);
    rows[0].policy = &ours;
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_POLICY_CONTRADICTION);
    rows[0].policy = &theirs;
    theirs.flags = KEYCARD_WITHOUT_ISSUER;
    theirs.issuer.data = NULL;
    theirs.issuer.length = 0;
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_POLICY_INCOMPLETE && same(detail.member, "iss"));
    CHECK(ANY(rows, 0, &token, &detail) == KEYCARD_POLICY_EMPTY);
    CHECK(ANY(NULL, 2, &token, &detail) == KEYCARD_NULL_POINTER);
    rows[0].policy = NULL;
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_NULL_POINTER);
    rows[0].policy = &ours;
    rows[0].keys = NULL;
    CHECK(CHOOSE(rows, 1, &row, &detail) == KEYCARD_OK);
    CHECK(ANY(rows, 1, &token, &detail) == KEYCARD_NULL_POINTER);

    /* A policy with a string in the scratch is rejected before the scratch is written. */
    lying = ours;
    lying.issuer.data = (const char *)scratch;
    lying.issuer.length = 4;
    memcpy(scratch, "abcd", 4);
    rows[0].policy = &lying;
    rows[0].keys = loaded_keys();
    CHECK(ANY(rows, 1, &token, NULL) == KEYCARD_OVERLAP && memcmp(scratch, "abcd", 4) == 0);

    test_line();
    test_empty_structures();

    /* A template without a claim name. */
    ours.flags |= KEYCARD_ISSUER_IS_TEMPLATE;
    CHECK(status_of(&ours) == KEYCARD_POLICY_VALUE);
    rows[0].policy = &ours;
    CHECK(ANY(rows, 1, &token, &detail) == KEYCARD_POLICY_VALUE);
}
