/* What a program under QEMU finds around it. */
#ifndef STARTUP_H
#define STARTUP_H

#include <stdint.h>

/* Prints text that ends in a NUL. */
void print(const char *text);

/* The program; its result is QEMU's exit status. */
int main(void);

#endif
