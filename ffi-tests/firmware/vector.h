/* A token, and the key that it is signed with, as a JSON document and as an image. */
#ifndef VECTOR_H
#define VECTOR_H

#include <stddef.h>
#include <stdint.h>

struct vector {
    const char *name;
    uint32_t algorithm;
    const char *token;
    size_t token_length;
    const char *keys;
    size_t keys_length;
    const uint64_t *image;
    size_t image_size;
};

#endif
