/* The function of the secure world that the other world may call. */
#ifndef SECURE_H
#define SECURE_H

#include <stddef.h>
#include <stdint.h>

#define SUBJECT_SIZE 64

/* The outcome of a validation. The claim is copied, because it lies in secure memory. */
struct verdict {
    int32_t status;
    uint32_t subject_length;
    char subject[SUBJECT_SIZE];
};

/* Decides if an access token is accepted. Returns the status, or KEYCARD_BAD_MEMORY without
 * writing anything if the token or the verdict is not in memory of the caller. */
int32_t secure_validate(const char *jwt, size_t length, struct verdict *verdict);

#endif
