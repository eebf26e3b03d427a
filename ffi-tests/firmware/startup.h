/* What a program under QEMU finds around it: Cortex-M or RISC-V, talking to the host by
 * semihosting. */
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

/* Runs a piece of work and says how many bytes of stack it took, in steps of 4. */
uint32_t stack_of(void (*work)(void));

/* Runs a piece of work and says how many instructions it took. Under QEMU with -icount shift=0:
 * exact on RISC-V, in steps of 40 on Cortex-M, and less than 671 million there. */
uint32_t instructions_of(void (*work)(void));

/* Opens the file that QEMU was given as an argument, for reading. */
void open_input(void);

/* Reads so many bytes of it. Returns 0 at the end of the file. */
int read_input(void *bytes, size_t length);

/* Ends the program with a status. */
void leave(int status);

/* The program; its result is QEMU's exit status. */
int main(void);

#endif
