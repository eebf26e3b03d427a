#define _DEFAULT_SOURCE

#include "guard.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_BUFFERS 256

static struct {
    void *mapping;
    size_t size;
} buffers[MAX_BUFFERS];

static size_t buffer_count;

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

void *guarded(size_t length, enum guard_side side)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t inside = (length / page + 1) * page;
    uint8_t *mapping;

    if (buffer_count == MAX_BUFFERS)
        fail("too many guarded buffers");
    mapping = (uint8_t *)mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        fail("mmap");
    if (mprotect(mapping + page, inside, PROT_READ | PROT_WRITE) != 0)
        fail("mprotect");
    buffers[buffer_count].mapping = mapping;
    buffers[buffer_count].size = inside + 2 * page;
    buffer_count++;
    return side == GUARD_BEFORE ? mapping + page : mapping + page + inside - length;
}

void *guarded_copy(const void *bytes, size_t length, enum guard_side side)
{
    void *buffer = guarded(length, side);

    if (length > 0)
        memcpy(buffer, bytes, length);
    return buffer;
}

void guarded_free_all(void)
{
    while (buffer_count > 0) {
        buffer_count--;
        if (munmap(buffers[buffer_count].mapping, buffers[buffer_count].size) != 0)
            fail("munmap");
    }
}
