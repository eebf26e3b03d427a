/* Measures the stack and the instructions of a job. Also checks that the job succeeds, and that it
 * fails if a bit of its text is changed; otherwise the numbers would mean nothing. */

#include "measure.h"
#include "startup.h"
#include "input.h" /* KEYS, TEXT, SIGNATURE. */

static uint8_t BUFFER text[sizeof TEXT];
static uint8_t BUFFER scratch[16384];
static struct input BUFFER input;
static int32_t BUFFER outcome;

static void work(void)
{
    outcome = job(&input);
}

/* Takes 200,000 instructions, and fewer than 20 more to begin and to end. */
static void known_loop(void)
{
    uint32_t rounds = 100000;

#ifdef __riscv
    __asm__ volatile("1: addi %0, %0, -1\n bnez %0, 1b" : "+r"(rounds));
#else
    __asm__ volatile(".syntax unified\n1: subs %0, %0, #1\n bne 1b" : "+l"(rounds)::"cc");
#endif
}

/* A wrong tick would make every number of a core wrong by the same factor. */
static int counts_right(void)
{
    uint32_t counted = instructions_of(known_loop);

    return counted > 200000 - 100 && counted < 200000 + 100;
}

static void report(const char *what, uint32_t number)
{
    print(what);
    print_number(number);
    print("\n");
}

int main(void)
{
    const struct input given = {KEYS,      sizeof KEYS / sizeof KEYS[0], text,    sizeof text,
                                SIGNATURE, sizeof SIGNATURE,             scratch, sizeof scratch};
    uint32_t stack, instructions;
    size_t i;

    if (!counts_right()) {
        print("the instructions of a known loop are counted wrongly\n");
        return 1;
    }
    for (i = 0; i < sizeof text; i++)
        text[i] = TEXT[i];
    input = given;
    if (load(&input) != 0)
        return 1;
    stack = stack_of(work);
    if (outcome != 0)
        return 1;
    instructions = instructions_of(work);
    if (outcome != 0)
        return 1;
    text[0] ^= 1;
    work();
    if (outcome == 0)
        return 1;
    report("stack ", stack);
    report("instructions ", instructions);
    return 0;
}
