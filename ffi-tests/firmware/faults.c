/* Runs a job that must refuse, once for each instruction in its input, and skips that instruction the first time that
 * it comes to it: as a glitch of the clock or the supply does. Prints a letter for each: r for refused, c for a crash, t
 * for no end, A for accepted. For a Cortex-M4 whose code lies in memory that can be written. */

#include <setjmp.h>

#include "measure.h"
#include "startup.h"
#include "input.h" /* KEYS, TEXT, SIGNATURE. */

#define VECTORS (*(volatile uint32_t *)0xE000ED08u)
#define FAULTS (*(volatile uint32_t *)0xE000ED28u)
#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xE000E018u)

/* Ticks of 40 instructions: three times what the job takes. */
#define TOO_LONG 200000u
/* An instruction that no core has. */
#define UNDEFINED 0xDE00u

/* An instruction: where it is, and its bytes. */
struct site {
    uint32_t address, size;
};

static uint8_t BUFFER text[sizeof TEXT];
static uint8_t BUFFER scratch[16384];
static uint8_t BUFFER stack[65536];
static uint32_t BUFFER table[64] __attribute__((aligned(256)));
static struct input BUFFER input;
static struct site site;
static volatile uint16_t *armed;
static uint16_t original;
static jmp_buf before;

static void disarm(void)
{
    if (armed != NULL)
        *armed = original;
    armed = NULL;
}

/* Where the core goes on after what cannot be gone on with. */
static void escape(void)
{
    longjmp(before, 'c');
}

static void escape_late(void)
{
    longjmp(before, 't');
}

/* Leaves an exception to that function, with a stack that is known to be good. */
static uint32_t *leave_to(void (*function)(void))
{
    uint32_t *frame = (uint32_t *)(void *)(stack + 1024);

    frame[6] = (uint32_t)function & ~1u;
    frame[7] = 1u << 24;
    return frame;
}

__attribute__((used)) static uint32_t *handle_fault(uint32_t *frame)
{
    uint8_t *place = (uint8_t *)frame;
    uint32_t state, status;

    FAULTS = 0xFFFFFFFFu;
    if (place < stack || place > stack + sizeof stack - 32 || armed == NULL || frame[6] != site.address)
        return leave_to(escape);
    disarm();
    frame[6] += site.size;
    /* What is left of a block of conditional instructions is one less. */
    status = frame[7];
    state = (status >> 25 & 3) | (status >> 8 & 0xFC);
    state = (state & 7) == 0 ? 0 : (state & 0xE0) | (state << 1 & 0x1F);
    frame[7] = (status & ~0x0600FC00u) | (state & 3) << 25 | (state & 0xFC) << 8;
    return frame;
}

__attribute__((used)) static uint32_t *handle_time(void)
{
    return leave_to(escape_late);
}

__attribute__((naked)) static void on_fault(void)
{
    __asm__ volatile("mrs r0, psp\nbl handle_fault\nmsr psp, r0\nmvn r0, #2\nbx r0");
}

__attribute__((naked)) static void on_time(void)
{
    __asm__ volatile("bl handle_time\nmsr psp, r0\nmvn r0, #2\nbx r0");
}

static void prepare(void)
{
    const struct input given = {KEYS,      sizeof KEYS / sizeof KEYS[0], text,    sizeof text,
                                SIGNATURE, sizeof SIGNATURE,             scratch, sizeof scratch};
    size_t i;

    for (i = 0; i < sizeof text; i++)
        text[i] = TEXT[i];
    input = given;
}

static char run(void)
{
    int outcome;

    prepare();
    /* A character of the signature. */
    text[sizeof text - 20] = text[sizeof text - 20] == 'A' ? 'B' : 'A';
    outcome = setjmp(before);
    if (outcome == 0) {
        if (site.size != 0) {
            armed = (volatile uint16_t *)site.address;
            original = *armed;
            *armed = UNDEFINED;
        }
        SYSTICK_VALUE = 0;
        SYSTICK_CONTROL = 7;
        outcome = job(&input) == 0 ? 'A' : 'r';
    }
    SYSTICK_CONTROL = 0;
    disarm();
    return (char)outcome;
}

__attribute__((used, noreturn)) static void campaign(void)
{
    char said[2] = {0};
    size_t i;

    for (i = 0; i < 16; i++)
        table[i] = (uint32_t)on_fault;
    table[15] = (uint32_t)on_time;
    VECTORS = (uint32_t)table;
    SYSTICK_RELOAD = TOO_LONG;
    /* Without a fault: what is right is accepted, what is wrong is not. */
    prepare();
    if (load(&input) != 0 || job(&input) != 0 || run() != 'r')
        leave(1);
    open_input();
    while (read_input(&site, sizeof site)) {
        said[0] = run();
        print(said);
    }
    leave(0);
    for (;;) {
    }
}

/* The job has a stack of its own, so that what it does to it is not done to what handles the fault. */
int main(void)
{
    __asm__ volatile("msr psp, %0\nmovs r0, #2\nmsr control, r0\nisb\nb campaign" ::"r"(stack + sizeof stack) : "r0");
    return 1;
}
