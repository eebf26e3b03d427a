/* The memory functions of Arm's run-time ABI (RTABI 4.3.4), for a C library that lacks them. newlib
 * and picolibc have them; the minimal C library of Zephyr does not. */

#include <stddef.h>
#include <string.h>

void __aeabi_memcpy(void *to, const void *from, size_t length)
{
    memcpy(to, from, length);
}

void __aeabi_memmove(void *to, const void *from, size_t length)
{
    memmove(to, from, length);
}

void __aeabi_memset(void *to, size_t length, int octet)
{
    memset(to, octet, length);
}

void __aeabi_memclr(void *to, size_t length)
{
    memset(to, 0, length);
}

/* The same for memory that is aligned to 4 or 8 bytes. */
#define ALIGNED(name, ...)                                        \
    void name##4(__VA_ARGS__) __attribute__((alias(#name))); \
    void name##8(__VA_ARGS__) __attribute__((alias(#name)))

ALIGNED(__aeabi_memcpy, void *to, const void *from, size_t length);
ALIGNED(__aeabi_memmove, void *to, const void *from, size_t length);
ALIGNED(__aeabi_memset, void *to, size_t length, int octet);
ALIGNED(__aeabi_memclr, void *to, size_t length);
