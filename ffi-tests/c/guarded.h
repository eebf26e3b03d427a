/* Shared by the parts of the memory test. */
#ifndef GUARDED_H
#define GUARDED_H

#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_dpop.h"
#include "keycard_keys.h"
#include "keycard_oidc.h"
#include "keycard_pkce.h"
#include "keycard_sd_jwt.h"
#include "keycard_validate.h"

#define NOW 1700000060
#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)

/* Short forms for many calls. */
#define BYTES(address, length) ((keycard_bytes){address, length})
#define BUFFER(address, size) ((keycard_buffer){address, size})

/* Prints the place of a failed check. */
void check(int holds, const char *what, const char *file, int line);

/* guarded_places.c */
void every_place(void);

/* guarded_null.c */
void null_everywhere(void);

#endif
