/* What a job works on, and the job. A job says with 0 that it succeeded. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>
#include <stdint.h>

struct input {
    /* An image of keys. */
    const uint64_t *keys;
    size_t key_words;
    /* A token, a message or a code verifier. */
    const uint8_t *text;
    size_t text_length;
    /* A signature or a code challenge. */
    const uint8_t *signature;
    size_t signature_length;
    uint8_t *scratch;
    size_t scratch_length;
};

/* What is done once. */
int32_t load(const struct input *input);

/* What is measured. */
int32_t job(const struct input *input);

#endif
