/*
 * keycard_bytes.h: bytes to read and memory to write; included by keycard.h.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_BYTES_H
#define KEYCARD_BYTES_H

#include <stddef.h>
#include "keycard_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Bytes and buffers ------------------------------------------------------------------------ */

// Bytes to read: a text, a token, a key. A text needs no NUL. NULL with length 0 is absent; NULL
// with another length is KEYCARD_NULL_POINTER.
typedef struct keycard_bytes {
    // The first byte, or NULL.
    const void *data;
    // The length in bytes.
    size_t length;
} keycard_bytes;

KEYCARD_HAS_SIZE(keycard_bytes, 16, 8)

// Memory to write: a scratch, or the place of a text.
typedef struct keycard_buffer {
    // The first byte, or NULL if the size is 0.
    void *data;
    // The size in bytes.
    size_t size;
} keycard_buffer;

KEYCARD_HAS_SIZE(keycard_buffer, 16, 8)

/* The keycard_bytes of a string literal, as an expression. */
#ifdef __cplusplus
#define KEYCARD_BYTES(literal) (keycard_bytes{"" literal, sizeof(literal) - 1})
#else
#define KEYCARD_BYTES(literal) ((keycard_bytes){"" literal, sizeof(literal) - 1})
#endif

/* The keycard_bytes of a string literal, as a constant initialiser:
 * static const keycard_bytes scopes[] = {KEYCARD_BYTES_INIT("read")}; */
#define KEYCARD_BYTES_INIT(literal) {"" literal, sizeof(literal) - 1}

/* Absent bytes, as an initialiser. */
#define KEYCARD_ABSENT {NULL, 0}

/* Absent bytes, as an expression. */
#ifdef __cplusplus
#define KEYCARD_NOTHING (keycard_bytes{NULL, 0})
#else
#define KEYCARD_NOTHING ((keycard_bytes){NULL, 0})
#endif

/* The keycard_buffer of an array, as an expression. GCC, Clang and C++ reject a pointer, whose
 * memory has another size: for that write (keycard_buffer){pointer, size}. */
#ifdef __cplusplus
extern "C++" {
template <typename T, size_t N> char (&keycard_size_of_array(T (&array)[N]))[N * sizeof(T)];
}
#define KEYCARD_BUFFER(array) (keycard_buffer{(array), sizeof(keycard_size_of_array(array))})
#elif defined(__GNUC__) || defined(__clang__)
#define KEYCARD_BUFFER(array)                                                                        \
    ((keycard_buffer){(array), sizeof(array) + 0 * sizeof(char[1 - 2 * KEYCARD_IS_POINTER(array)])})
#define KEYCARD_IS_POINTER(array)                                                                    \
    __builtin_types_compatible_p(__typeof__(array), __typeof__(&(array)[0]))
#else
#define KEYCARD_BUFFER(array) ((keycard_buffer){(array), sizeof(array)})
#endif

/* Prints a text: printf("sub " KEYCARD_FORMAT "\n", KEYCARD_ARGUMENTS(text)). */
#define KEYCARD_FORMAT "%.*s"
#define KEYCARD_ARGUMENTS(text)                                                                      \
    (int)(text).length, (text).data == NULL ? "" : (const char *)(text).data

// Makes bytes of a string that ends in a NUL, without the NUL. For a literal use KEYCARD_BYTES.
//
// Returns: the bytes; for NULL, bytes that each call rejects as KEYCARD_NULL_POINTER, so that a
//            setting that is missing never removes a check
// In:      string, ends in a NUL; may be NULL
// Lifetime: the bytes are valid as long as string
struct keycard_bytes keycard_string(const char *string);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_BYTES_H */
