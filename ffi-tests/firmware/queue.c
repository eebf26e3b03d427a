/* An example for an RTOS: a task with its own fixed-size stack takes tokens from a queue, validates
 * them and answers. A scheduler of thirty lines replaces FreeRTOS or Zephyr, so the example runs
 * anywhere: two tasks that yield when they wait, and a queue between them. With an RTOS, keep the
 * two tasks, the queue and the sizes, and remove `hand_over`.
 *
 * The stack of the task is painted before it starts. The used part is printed, and must be smaller
 * than the stack. */

#include "keycard.h"
#include "keycard_keys.h"
#include "startup.h"
#include "vectors.h" /* CASES: struct vector. */

/* --- parts of an RTOS ------------------------------------------------------------------------- */

#define STACK_WORDS (12u * 1024u / 4u)
#define PAINT 0x5AFEC0DEu

static uint32_t BUFFER task_stack[STACK_WORDS];
/* The stack pointer of the task that waits. */
static uintptr_t waiting;

/* Saves the callee-saved registers on this stack, and continues with the other task. */
__attribute__((naked, noipa)) static void hand_over(uintptr_t *other)
{
    (void)other;
    __asm__ volatile("push {r4-r11, lr}\n"
#ifdef __ARM_FP
                     "vpush {d8-d15}\n"
#endif
                     "ldr r1, [r0]\n"
                     "mov r2, sp\n"
                     "str r2, [r0]\n"
                     "mov sp, r1\n"
#ifdef __ARM_FP
                     "vpop {d8-d15}\n"
#endif
                     "pop {r4-r11, pc}\n");
}

static void start_task(void (*task)(void))
{
    uint32_t *top = task_stack + STACK_WORDS, i;

    for (i = 0; i < STACK_WORDS; i++)
        task_stack[i] = PAINT;
    *--top = 0; /* Two words, so that the stack stays aligned to 8 bytes. */
    *--top = 0;
    *--top = (uint32_t)task;
#ifdef __ARM_FP
    top -= 8 + 16;
#else
    top -= 8;
#endif
    waiting = (uintptr_t)top;
}

struct queue {
    const void *slots[4];
    unsigned first, count;
};

static void put(struct queue *queue, const void *item)
{
    while (queue->count == 4)
        hand_over(&waiting);
    queue->slots[(queue->first + queue->count++) % 4] = item;
}

static const void *take(struct queue *queue)
{
    const void *item;

    while (queue->count == 0)
        hand_over(&waiting);
    item = queue->slots[queue->first];
    queue->first = (queue->first + 1) % 4;
    queue->count--;
    return item;
}

/* --- the firmware ----------------------------------------------------------------------------- */

struct request {
    const struct vector *vector;
    int64_t now;
    keycard_status status;
};

static struct queue BUFFER requests, answers;

/* Validates arriving tokens in an endless loop. All memory is static: the stack holds one call. */
static void validating_task(void)
{
    static uint8_t BUFFER scratch[KEYCARD_SCRATCH_SIZE(2048)];

    for (;;) {
        struct request *request = (struct request *)take(&requests);
        keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
        keycard_policy policy = KEYCARD_POLICY_INIT;
        const keycard_keys *keys;
        keycard_token token;

        rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
        policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
        policy.algorithms = request->vector->algorithm;
        policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
        policy.audience = KEYCARD_BYTES("api://default");
        request->status = keycard_keys_from_image((keycard_bytes){request->vector->image, request->vector->image_size},
                                                  &rules, &keys, NULL);
        if (request->status == KEYCARD_OK)
            request->status = keycard_validate(keys, &policy, keycard_time_at(request->now),
                                               (keycard_bytes){request->vector->token, request->vector->token_length},
                                               KEYCARD_BUFFER(scratch), &token, NULL);
        put(&answers, request);
    }
}

int main(void)
{
    static struct request BUFFER sent[2];
    size_t i, used;
    int failures = 0;

    requests.first = requests.count = answers.first = answers.count = 0;
    start_task(validating_task);
    for (i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        sent[0].vector = sent[1].vector = &CASES[i];
        sent[0].now = 1700000060;
        sent[1].now = 1700003600;
        put(&requests, &sent[0]);
        put(&requests, &sent[1]);
        failures += ((const struct request *)take(&answers))->status != KEYCARD_OK;
        failures += ((const struct request *)take(&answers))->status != KEYCARD_EXPIRED;
    }
    for (used = STACK_WORDS; used > 0 && task_stack[STACK_WORDS - used] == PAINT; used--) {
    }
    print("stack ");
    print_number((uint32_t)(used * sizeof task_stack[0]));
    print("\n");
    return failures != 0 || used == STACK_WORDS;
}
