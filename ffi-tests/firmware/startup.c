/* Runs main after reset and exits with its status, on a Cortex-M or RISC-V core under QEMU with
 * semihosting. */

#include "startup.h"

extern void stack_top(void);
extern uint32_t data_load, data_start, data_end, bss_start, bss_end;

#define SYS_OPEN 0x01u
#define SYS_WRITE0 0x04u
#define SYS_READ 0x06u
#define SYS_GET_CMDLINE 0x15u
#define SYS_EXIT 0x18u

static uintptr_t semihosting(uintptr_t operation, uintptr_t argument)
{
#ifdef __riscv
    register uintptr_t a0 __asm__("a0") = operation;
    register uintptr_t a1 __asm__("a1") = argument;

    /* QEMU recognises the three instructions by their encoding, which must not be compressed. */
    __asm__ volatile(".option push\n.option norvc\n.balign 16\n"
                     "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
#else
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
#endif
}

void print(const char *text)
{
    semihosting(SYS_WRITE0, (uintptr_t)text);
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

static uint32_t *stack_pointer(void)
{
    uint32_t *here;

#ifdef __riscv
    __asm__ volatile("mv %0, sp" : "=r"(here));
#else
    __asm__ volatile("mov %0, sp" : "=r"(here));
#endif
    return here;
}

/* The stack grows down into the painted memory: the lowest changed word is the depth. */
uint32_t stack_of(void (*work)(void))
{
    const uint32_t paint = 0x5AFEC0DE, painted = 1024 * 1024;
    uint32_t *here = stack_pointer();
    uint32_t *bottom = here - painted / sizeof *here, *word;

    for (word = bottom; word < here; word++)
        *(volatile uint32_t *)word = paint;
    work();
    for (word = bottom; word < here && *(volatile uint32_t *)word == paint; word++) {
    }
    return (uint32_t)(here - word) * (uint32_t)sizeof *here;
}

#ifdef __riscv
static uint32_t count(void)
{
    uint32_t retired;

    __asm__ volatile("csrr %0, minstret" : "=r"(retired));
    return retired;
}

uint32_t instructions_of(void (*work)(void))
{
    uint32_t before = count();

    work();
    return count() - before;
}
#else
#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xE000E018u)

/* Its address is the number that the memory map of the machine gives. */
extern const char instructions_a_tick;

uint32_t instructions_of(void (*work)(void))
{
    /* It counts down. */
    const uint32_t all = 0xFFFFFFu;
    uint32_t before;

    SYSTICK_CONTROL = 0;
    SYSTICK_RELOAD = all;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 5;
    before = SYSTICK_VALUE;
    work();
    return ((before - SYSTICK_VALUE) & all) * (uint32_t)&instructions_a_tick;
}
#endif

static uintptr_t input;

void open_input(void)
{
    static char line[1024];
    uintptr_t command[2], file[3];
    size_t length;

    command[0] = (uintptr_t)line;
    command[1] = sizeof line;
    if (semihosting(SYS_GET_CMDLINE, (uintptr_t)command) != 0)
        leave(1);
    for (length = 0; length < sizeof line && line[length] != '\0'; length++) {
    }
    file[0] = (uintptr_t)line;
    file[1] = 1; /* "rb" */
    file[2] = length;
    input = semihosting(SYS_OPEN, (uintptr_t)file);
    if (input == (uintptr_t)-1)
        leave(1);
}

int read_input(void *bytes, size_t length)
{
    uintptr_t block[3];

    if (length == 0)
        return 1;
    block[0] = input;
    block[1] = (uintptr_t)bytes;
    block[2] = length;
    /* The result is the number of bytes that were not read. */
    return semihosting(SYS_READ, (uintptr_t)block) == 0;
}

void leave(int status)
{
    /* ADP_Stopped_ApplicationExit is exit status 0, anything else 1. */
    semihosting(SYS_EXIT, status == 0 ? 0x20026 : 0x20024);
    for (;;) {
    }
}

__attribute__((noreturn, used)) static void start(void)
{
    uint32_t *from = &data_load, *to;

    for (to = &data_start; to < &data_end; to++)
        *to = *from++;
    for (to = &bss_start; to < &bss_end; to++)
        *to = 0;
    leave(main());
    for (;;) {
    }
}

static void fault(void)
{
    print("fault\n");
    leave(1);
}

#ifdef __riscv
__attribute__((aligned(4))) static void trap(void)
{
    fault();
}

__attribute__((naked, section(".vectors"), used)) void reset(void)
{
    __asm__ volatile("la sp, stack_top\n"
                     "la t0, %0\n"
                     "csrw mtvec, t0\n"
                     "la t0, %1\n"
                     "jr t0" ::"i"(trap),
                     "i"(start));
}
#else
void reset(void)
{
#ifdef __ARM_FP
    /* Full access to the registers of the floating-point unit. */
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
    __asm__ volatile("dsb\nisb" ::: "memory");
#endif
    start();
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault,
};
#endif
