/* The environment of stream.c on the host. */

#include "startup.h"

#include <stdio.h>
#include <stdlib.h>

void print(const char *text)
{
    fputs(text, stdout);
}

void print_number(uint32_t number)
{
    printf("%lu", (unsigned long)number);
}

void open_input(void)
{
}

int read_input(void *bytes, size_t length)
{
    return fread(bytes, 1, length, stdin) == length;
}

void leave(int status)
{
    exit(status);
}
