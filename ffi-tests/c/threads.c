/* Many threads validate with one key table and one policy. Meanwhile the table is replaced, as in a
 * server when the issuer publishes new keys. Every verdict is correct, and ThreadSanitizer reports
 * nothing.
 *
 * threads FOLDER [race], where FOLDER is tests/vectors/demo. With the argument race, keys are added
 * to the table in use, which the header forbids. ThreadSanitizer must report this race. */

#define _POSIX_C_SOURCE 200809L

#include "files.h"
#include "keycard.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define LONGEST 4096
#define NOW 1700000060
#define THREADS 8
#define TURNS 200
#define TABLES 2

static char jwt[LONGEST], jwks[LONGEST];
static size_t jwt_length, jwks_length;

static uint64_t memories[TABLES][512];
static keycard_keys *tables[TABLES];
static keycard_policy policy = KEYCARD_POLICY_INIT;

/* The table in use. Both tables are complete before they are published, and do not change
 * afterwards. */
static _Atomic(keycard_keys *) current;
static atomic_int mistakes;

static int is_client(const keycard_token *token)
{
    keycard_bytes client;

    return keycard_claim_string(token, KEYCARD_BYTES("cid"), &client) == KEYCARD_OK && client.length == 20 &&
           memcmp(client.data, "0oa2mv8c5m9Hd6q2t5d7", 20) == 0;
}

static void *validate(void *unused)
{
    uint8_t scratch[KEYCARD_SCRATCH_SIZE(2048)];
    char wrong[LONGEST];
    keycard_token token;
    keycard_detail detail;
    int turn;

    (void)unused;
    memcpy(wrong, jwt, jwt_length);
    wrong[jwt_length - 20] ^= 1;
    for (turn = 0; turn < TURNS; turn++) {
        const keycard_keys *keys = atomic_load_explicit(&current, memory_order_acquire);
        const char *text = turn % 4 == 3 ? wrong : jwt;
        keycard_status status = keycard_validate(keys, &policy, keycard_time_at(NOW), (keycard_bytes){text, jwt_length},
                                                 KEYCARD_BUFFER(scratch), &token, &detail);

        if (text == wrong ? status != KEYCARD_SIGNATURE_INVALID : status != KEYCARD_OK || !is_client(&token))
            atomic_fetch_add(&mistakes, 1);
    }
    return NULL;
}

int main(int count, char **arguments)
{
    const int is_race = count == 3 && strcmp(arguments[2], "race") == 0;
    pthread_t threads[THREADS];
    int i;

    if (count != 2 && !is_race) {
        fprintf(stderr, "usage: threads FOLDER [race]\n");
        return 2;
    }
    jwt_length = read_file(arguments[1], "access_token.jwt", jwt, sizeof jwt);
    jwks_length = read_file(arguments[1], "keys.json", jwks, sizeof jwks);
    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES("api://default");
    for (i = 0; i < TABLES; i++)
        if (keycard_keys_init(memories[i], sizeof memories[i], &tables[i]) != KEYCARD_OK ||
            keycard_keys_add_jwks(tables[i], (keycard_bytes){jwks, jwks_length}, NULL) != KEYCARD_OK)
            return 1;
    atomic_store(&current, tables[0]);
    for (i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, validate, NULL) != 0)
            return 2;
    for (i = 0; i < 1000; i++)
        atomic_store_explicit(&current, tables[i % TABLES], memory_order_release);
    if (is_race && keycard_keys_add_jwks(atomic_load(&current), (keycard_bytes){jwks, jwks_length}, NULL) != KEYCARD_OK)
        return 1;
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    if (atomic_load(&mistakes) != 0) {
        fprintf(stderr, "threads: %d verdicts are wrong\n", atomic_load(&mistakes));
        return 1;
    }
    printf("threads: %d verdicts by %d threads with one table are right\n", THREADS * TURNS, THREADS);
    return 0;
}
