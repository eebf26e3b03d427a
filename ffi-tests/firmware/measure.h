/* The input of a job, and the job. A job returns 0 if it succeeded. */
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

/* Runs once, before the measurement. */
int32_t load(const struct input *input);

/* The measured function. */
int32_t job(const struct input *input);

#endif
