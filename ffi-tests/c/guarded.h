/* What the parts of the test of memory share. */
#ifndef GUARDED_H
#define GUARDED_H

#include "keycard.h"

#define NOW 1700000060
#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)

/* Says where a check failed; decides nothing else. */
void check(int holds, const char *what, const char *file, int line);

/* guarded_places.c */
void every_place(void);

/* guarded_null.c */
void null_everywhere(void);

#endif
