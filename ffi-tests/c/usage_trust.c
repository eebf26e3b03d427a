/* The usage test: several issuers. */

#include "usage.h"

#define CHOOSE(rows, count, row, detail)                                                             \
    keycard_choose_row(rows, count, jwt, jwt_length, scratch, sizeof scratch, row, detail)
#define ANY(rows, count, token, detail)                                                              \
    keycard_validate_any(rows, count, keycard_time_clock(NOW, NOW), jwt, jwt_length, scratch,        \
                         sizeof scratch, token, detail)

static void test_unverified(void)
{
    keycard_unverified found;
    keycard_detail detail;

    CHECK(keycard_unverified_read(jwt, jwt_length, scratch, sizeof scratch, &found, &detail) == KEYCARD_OK);
    CHECK(found.issuer.length > 0 && same(found.algorithm, "ES256") == 0);
    CHECK(keycard_unverified_read(jwt, jwt_length, scratch, 16, &found, &detail) == KEYCARD_SCRATCH_TOO_SMALL);
    CHECK(detail.needed == KEYCARD_SCRATCH_SIZE(jwt_length) && found.issuer.data == NULL);
    CHECK(keycard_unverified_read("x", 1, scratch, sizeof scratch, &found, NULL) == KEYCARD_TOKEN_PARTS);
    CHECK(keycard_unverified_read(NULL, 1, scratch, sizeof scratch, &found, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_unverified_read(jwt, jwt_length, scratch, sizeof scratch, NULL, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_unverified_read(scratch, 64, scratch, sizeof scratch, &found, NULL) == KEYCARD_OVERLAP);
}

void test_trust(void)
{
    keycard_policy ours = access_policy(), theirs = access_policy(), lying;
    keycard_trust_row rows[2];
    keycard_token token;
    keycard_detail detail;
    size_t row = 7;

    test_unverified();
    theirs.issuer = KEYCARD_TEXT("https://other.example");
    rows[0].keys = rows[1].keys = loaded_keys();
    rows[0].policy = &theirs;
    rows[1].policy = &ours;
    CHECK(CHOOSE(rows, 2, &row, &detail) == KEYCARD_OK && row == 1);
    CHECK(all_zero(scratch, KEYCARD_SCRATCH_SIZE(jwt_length)));
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_OK && token.row == 1);
    CHECK(detail.status == KEYCARD_OK);

    CHECK(ANY(rows, 1, &token, &detail) == KEYCARD_WRONG_ISSUER && token.generation == 0);
    CHECK(detail.stage == KEYCARD_STAGE_KEY && same(detail.claim, "iss"));
    CHECK(CHOOSE(rows, 1, &row, &detail) == KEYCARD_WRONG_ISSUER && row == 0);
    rows[0].policy = &ours;
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_POLICY_CONTRADICTION);
    rows[0].policy = &theirs;
    theirs.flags = KEYCARD_WITHOUT_ISSUER;
    theirs.issuer.data = NULL;
    theirs.issuer.length = 0;
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_POLICY_INCOMPLETE && same(detail.claim, "iss"));
    CHECK(ANY(rows, 0, &token, &detail) == KEYCARD_POLICY_EMPTY);
    CHECK(ANY(NULL, 2, &token, &detail) == KEYCARD_NULL_POINTER);
    rows[0].policy = NULL;
    CHECK(ANY(rows, 2, &token, &detail) == KEYCARD_NULL_POINTER);
    rows[0].policy = &ours;
    rows[0].keys = NULL;
    CHECK(CHOOSE(rows, 1, &row, &detail) == KEYCARD_OK);
    CHECK(ANY(rows, 1, &token, &detail) == KEYCARD_NULL_POINTER);

    /* A policy whose text lies in the scratch is found before the scratch is written. */
    lying = ours;
    lying.issuer.data = (const char *)scratch;
    lying.issuer.length = 4;
    memcpy(scratch, "abcd", 4);
    rows[0].policy = &lying;
    rows[0].keys = loaded_keys();
    CHECK(ANY(rows, 1, &token, NULL) == KEYCARD_OVERLAP && memcmp(scratch, "abcd", 4) == 0);

    /* A template without one name. */
    ours.flags |= KEYCARD_ISSUER_IS_TEMPLATE;
    CHECK(status_of(&ours) == KEYCARD_POLICY_VALUE);
    rows[0].policy = &ours;
    CHECK(ANY(rows, 1, &token, &detail) == KEYCARD_POLICY_VALUE);
}
