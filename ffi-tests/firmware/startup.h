/* What a program under QEMU finds around it. */
#ifndef STARTUP_H
#define STARTUP_H

#include <stdint.h>

/* Prints text that ends in a NUL. */
void print(const char *text);

/* Prints a number in decimal. */
void print_number(uint32_t number);

/* Runs a piece of work and says how many bytes of stack it took, in steps of 4. */
uint32_t stack_of(void (*work)(void));

/* The program; its result is QEMU's exit status. */
int main(void);

#endif
