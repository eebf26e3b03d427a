/* Tests the constant-time handling of secrets. `timing CASE` runs under valgrind, which gets the
 * secret bytes marked and reports every branch and every address that depends on them. `timing
 * measure SECONDS` compares the times for early and late differences. tools/checks/timing runs
 * both.
 *
 * The case `early` does not test the library: its comparison is not constant time, so valgrind must
 * report it. */

#include "keycard.h"
#include "keycard_keys.h"
#include "keycard_pkce.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <valgrind/memcheck.h>

/* An algorithm, the header and payload of a token with this algorithm, and the characters of the
 * signature. */
struct algorithm {
    uint32_t bit;
    const char *signed_part;
    size_t signature_length;
};

static const struct algorithm HS256 = {KEYCARD_HS256, "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ", 43};
static const struct algorithm HS384 = {KEYCARD_HS384, "eyJhbGciOiJIUzM4NCJ9.eyJpc3MiOiJqb2UifQ", 64};
static const struct algorithm HS512 = {KEYCARD_HS512, "eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJqb2UifQ", 86};

static uint64_t memory[512];
static uint8_t scratch[KEYCARD_SCRATCH_SIZE(2048)];
static uint8_t secret[64];

/* A comparison that ends at the first difference, as memcmp may. */
__attribute__((noinline)) static int early_exit_compare(const uint8_t *left, const uint8_t *right, size_t length)
{
    size_t at;
    for (at = 0; at < length; at++)
        if (left[at] != right[at])
            return 0;
    return 1;
}

static void fail(const char *what, keycard_status status)
{
    fprintf(stderr, "timing: %s: %s\n", what, keycard_status_text(status));
    exit(2);
}

/* A table with the secret, with or without precomputed values. The bytes are marked as secret
 * before the library gets them, so everything computed from them is secret too. */
static keycard_keys *table(uint32_t algorithm, uint32_t precompute)
{
    keycard_keys *keys;
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    keycard_status status;
    size_t at;

    for (at = 0; at < sizeof secret; at++)
        secret[at] = (uint8_t)(at * 73 + 5);
    VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
    rules.algorithms = algorithm;
    rules.precompute = precompute;
    status = keycard_keys_init(memory, sizeof memory, &keys);
    if (status == KEYCARD_OK)
        status = keycard_keys_add_secret(keys, &rules, (keycard_bytes){secret, sizeof secret}, NULL);
    VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    if (status != KEYCARD_OK)
        fail("keys", status);
    return keys;
}

static keycard_status validate(keycard_keys *keys, uint32_t algorithm, const char *token)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token accepted;
    keycard_status status;

    policy.profile = KEYCARD_PROFILE_JWS;
    policy.algorithms = algorithm;
    status = keycard_validate(keys, &policy, keycard_time_at(0), keycard_string(token), KEYCARD_BUFFER(scratch),
                              &accepted, NULL);
    return status;
}

static void mac(const struct algorithm *algorithm, uint32_t precompute)
{
    static char token[512];
    keycard_keys *keys = table(algorithm->bit, precompute);
    keycard_status status;

    strcpy(token, algorithm->signed_part);
    strcat(token, ".");
    memset(token + strlen(token), 'A', algorithm->signature_length);
    status = validate(keys, algorithm->bit, token);
    VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    if (status != KEYCARD_SIGNATURE_INVALID)
        fail("mac", status);
}

static void pkce(const char *method, size_t length)
{
    char verifier[128], challenge[128];
    keycard_bytes stored, name, given;
    keycard_status status;

    memset(verifier, 'v', sizeof verifier);
    memset(challenge, strcmp(method, "S256") == 0 ? 'A' : 'v', sizeof challenge);
    challenge[length - 1] = 'A';
    stored.data = challenge;
    stored.length = strcmp(method, "S256") == 0 ? 43 : length;
    name.data = method;
    name.length = strlen(method);
    given.data = verifier;
    given.length = length;
    VALGRIND_MAKE_MEM_UNDEFINED(verifier, sizeof verifier);
    /* With the method plain, the challenge equals the verifier. */
    if (strcmp(method, "plain") == 0)
        VALGRIND_MAKE_MEM_UNDEFINED(challenge, sizeof challenge);
    status = keycard_pkce_verify(stored, name, given, KEYCARD_PKCE_ALLOW_PLAIN);
    VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    if (status != KEYCARD_PKCE_MISMATCH)
        fail("pkce", status);
}

static void challenge(void)
{
    char verifier[43], output[43];
    keycard_status status;

    memset(verifier, 'v', sizeof verifier);
    VALGRIND_MAKE_MEM_UNDEFINED(verifier, sizeof verifier);
    status = keycard_pkce_challenge((keycard_bytes){verifier, sizeof verifier}, output);
    VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    if (status != KEYCARD_OK)
        fail("challenge", status);
}

static void early(void)
{
    uint8_t left[32] = {0}, right[32] = {0};
    int same;

    VALGRIND_MAKE_MEM_UNDEFINED(left, sizeof left);
    same = early_exit_compare(left, right, sizeof left);
    VALGRIND_MAKE_MEM_DEFINED(&same, sizeof same);
    if (!same)
        exit(2);
}

/* --- measurement of time ---------------------------------------------------------------------- */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Means and variances of two classes (Welford), and the statistic that compares them (Welch). */
struct sample {
    double count, mean, squares;
};

static void add(struct sample *sample, double value)
{
    double difference = value - sample->mean;
    sample->count += 1;
    sample->mean += difference / sample->count;
    sample->squares += difference * (value - sample->mean);
}

static double welch(const struct sample *one, const struct sample *other)
{
    double variances = one->squares / (one->count * (one->count - 1)) + other->squares / (other->count * (other->count - 1));
    return (one->mean - other->mean) / sqrt(variances);
}

/* An operation on the input. The input differs from the secret early or late, and always has the
 * same address. */
typedef void (*action)(void);

static keycard_keys *measured_keys;
static char inputs[2][512], input[512], stored_challenge[128];
static volatile int sink;

static void do_mac(void)
{
    sink = validate(measured_keys, KEYCARD_HS256, input);
}

static void do_pkce(void)
{
    keycard_bytes stored = {stored_challenge, sizeof stored_challenge}, given = {input, 128};
    sink = keycard_pkce_verify(stored, KEYCARD_BYTES("plain"), given, KEYCARD_PKCE_ALLOW_PLAIN);
}

static void do_early(void)
{
    sink = early_exit_compare((const uint8_t *)stored_challenge, (const uint8_t *)input, sizeof stored_challenge);
}

static int by_size(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

/* Returns |t| between early and late differences, measured for `seconds` seconds. Runs that took
 * longer than nearly all others were interrupted, and are left out. */
static double measure(action act, double seconds)
{
    struct sample samples[2] = {{0, 0, 0}, {0, 0, 0}};
    static double first[2000];
    double until, limit, start, took;
    uint64_t state = 88172645463325252u;
    int turn = 0, late;

    until = now() + seconds * 1e9;
    for (limit = 0; now() < until; turn++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        late = (int)(state >> 33 & 1);
        memcpy(input, inputs[late], sizeof input);
        start = now();
        act();
        took = now() - start;
        if (turn < 2000)
            first[turn] = took;
        if (turn == 2000) {
            qsort(first, 2000, sizeof first[0], by_size);
            limit = first[1800];
        }
        if (took <= limit)
            add(&samples[late], took);
    }
    printf("timing: %.0f and %.0f runs, %.1f and %.1f ns, ", samples[0].count, samples[1].count, samples[0].mean,
           samples[1].mean);
    return fabs(welch(&samples[0], &samples[1]));
}

/* Finds the valid MAC of the token one character at a time, by querying the library. An attacker
 * cannot do this; only the test can see when a character is right. */
static int measure_all(double seconds)
{
    static const char *const right = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    static const char *const start =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    static const uint8_t key[64] = {
        3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230, 240, 84,
        201, 40, 169, 15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239, 150, 138, 180, 195,
        119, 98, 61, 34, 61, 46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245, 103, 208, 128, 163};
    struct {
        const char *name;
        action act;
        int is_even;
    } cases[3] = {{"HMAC", do_mac, 1}, {"PKCE", do_pkce, 1}, {"seeded early exit", do_early, 0}};
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    size_t at;
    int faults = 0;

    /* The example of RFC 7515 appendix A.1, with a change in the first bits or in the last bits of
     * the MAC. */
    rules.algorithms = KEYCARD_HS256;
    if (keycard_keys_init(memory, sizeof memory, &measured_keys) != KEYCARD_OK ||
        keycard_keys_add_secret(measured_keys, &rules, (keycard_bytes){key, sizeof key}, NULL) != KEYCARD_OK)
        return 2;
    for (at = 0; at < 3; at++) {
        double t;
        int is_even;

        memset(stored_challenge, 'v', sizeof stored_challenge);
        if (cases[at].act == do_mac) {
            sprintf(inputs[0], "%s%s", start, right);
            sprintf(inputs[1], "%s%s", start, right);
            if (validate(measured_keys, KEYCARD_HS256, inputs[0]) != KEYCARD_OK)
                return 2;
            inputs[0][strlen(start)] = 'e';
            inputs[1][strlen(start) + 41] = 'Y';
        } else {
            memset(inputs, 'v', sizeof inputs);
            inputs[0][0] = 'w';
            inputs[1][sizeof stored_challenge - 1] = 'w';
        }
        t = measure(cases[at].act, seconds / 3);
        is_even = t < 10;
        printf("|t| = %.2f: %s, %s\n", t, cases[at].name,
               is_even ? "early and late alike" : "early and late are told apart");
        faults += is_even != cases[at].is_even;
    }
    return faults != 0;
}

int main(int count, char **arguments)
{
    const char *name = count > 1 ? arguments[1] : "";

    if (strcmp(name, "measure") == 0)
        return measure_all(count > 2 ? atof(arguments[2]) : 3);
    else if (strcmp(name, "hs256") == 0)
        mac(&HS256, 0);
    else if (strcmp(name, "hs256-precomputed") == 0)
        mac(&HS256, 1024);
    else if (strcmp(name, "hs384") == 0)
        mac(&HS384, 0);
    else if (strcmp(name, "hs384-precomputed") == 0)
        mac(&HS384, 1024);
    else if (strcmp(name, "hs512") == 0)
        mac(&HS512, 0);
    else if (strcmp(name, "hs512-precomputed") == 0)
        mac(&HS512, 1024);
    else if (strcmp(name, "pkce-plain") == 0)
        pkce("plain", 128);
    else if (strcmp(name, "pkce-s256") == 0)
        pkce("S256", 43);
    else if (strcmp(name, "pkce-challenge") == 0)
        challenge();
    else if (strcmp(name, "early") == 0)
        early();
    else
        return 2;
    return 0;
}
