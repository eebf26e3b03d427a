/* From reset to main, and back out with a status, on a Cortex-M under QEMU with semihosting. */

#include "startup.h"

extern uint32_t stack_top, data_load, data_start, data_end, bss_start, bss_end;

static uintptr_t semihosting(uintptr_t operation, uintptr_t argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void print(const char *text)
{
    semihosting(0x04, (uintptr_t)text); /* SYS_WRITE0 */
}

void print_number(uint32_t number)
{
    char digits[11], *first = digits + 10;

    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    print(first);
}

/* The stack grows down into what was painted: the lowest word that changed is the depth. */
uint32_t stack_of(void (*work)(void))
{
    enum { PAINTED = 1024 * 1024, PAINT = 0x5AFEC0DE };
    uint32_t *here, *bottom, *word;

    __asm__ volatile("mov %0, sp" : "=r"(here));
    bottom = here - PAINTED / sizeof *here;
    for (word = bottom; word < here; word++)
        *(volatile uint32_t *)word = PAINT;
    work();
    for (word = bottom; word < here && *(volatile uint32_t *)word == PAINT; word++) {
    }
    return (uint32_t)(here - word) * sizeof *here;
}

static void leave(int status)
{
    /* SYS_EXIT: ADP_Stopped_ApplicationExit is exit status 0, anything else 1. */
    semihosting(0x18, status == 0 ? 0x20026 : 0x20024);
    for (;;) {
    }
}

void reset(void)
{
    uint32_t *from = &data_load, *to;

    for (to = &data_start; to < &data_end; to++)
        *to = *from++;
    for (to = &bss_start; to < &bss_end; to++)
        *to = 0;
    leave(main());
}

static void fault(void)
{
    print("fault\n");
    leave(1);
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void))&stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault,
};
