/* Buffers between guard pages: an access to a byte outside of a buffer ends the program. Sanitizers
 * see the memory accesses of C; guard pages also reveal those of the library. */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>

/* The position of a buffer between its two guard pages: directly after the first, or directly
 * before the last. */
enum guard_side { GUARD_BEFORE, GUARD_BEHIND };

/* Returns a buffer of exactly `length` bytes; ends the program if out of memory. */
void *guarded(size_t length, enum guard_side side);

/* Copies `length` bytes to a new buffer. */
void *guarded_copy(const void *bytes, size_t length, enum guard_side side);

/* Frees all buffers since the last call. */
void guarded_free_all(void);

#endif
