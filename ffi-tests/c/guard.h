/* Buffers between pages that cannot be touched: whoever reads or writes a byte beside one ends the
 * program. Sanitizers see what C does with memory; this also sees what the library does. */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>

/* Where a buffer lies between its two guard pages: right behind the first, or right before the
 * last. */
enum guard_side { GUARD_BEFORE, GUARD_BEHIND };

/* A buffer of exactly that many bytes; ends the program if there is no memory. */
void *guarded(size_t length, enum guard_side side);

/* A copy of that many bytes, in a buffer of its own. */
void *guarded_copy(const void *bytes, size_t length, enum guard_side side);

/* Frees all buffers since the last call. */
void guarded_free_all(void);

#endif
