/* The environment of a program under QEMU: Cortex-M or RISC-V, with semihosting. */
#ifndef STARTUP_H
#define STARTUP_H

#include <stddef.h>
#include <stdint.h>

/* Test data: in flash, and not counted as flash of the program. */
#define INPUT __attribute__((section(".input"), aligned(8), used))

/* Memory that a program lends to the library: not counted as variables of the program, and not
 * cleared. */
#define BUFFER __attribute__((section(".buffers"), aligned(8)))

/* Prints text that ends in a NUL. */
void print(const char *text);

/* Prints a number in decimal. */
void print_number(uint32_t number);

/* Runs a function and returns its stack use in bytes, in steps of 4. */
uint32_t stack_of(void (*work)(void));

/* Runs a function and returns the number of its instructions. Under QEMU with -icount shift=0, the
 * number is exact on RISC-V. On Cortex-M it is in steps of 40 or 50, and less than 671 million. */
uint32_t instructions_of(void (*work)(void));

/* Opens the file in the QEMU arguments for reading. */
void open_input(void);

/* Reads `length` bytes of it. Returns 0 at the end of the file. */
int read_input(void *bytes, size_t length);

/* Ends the program with a status. */
void leave(int status);

/* The program; its result is QEMU's exit status. */
int main(void);

#endif
