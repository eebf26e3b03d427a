/* Strict reading of JSON, and memory for what was read. */

#include "keycard_envoy.h"

#include <stdlib.h>
#include <string.h>

/* Debian's libjansson.a refers to stdin by an address that a shared object cannot have. This module
 * does not read files with jansson, so a hidden symbol of the same name lets the linker use the
 * archive. */
FILE *stdin __attribute__((visibility("hidden")));

struct ke_block {
    ke_block *next;
    max_align_t content[];
};

static const struct {
    const char *name;
    uint32_t algorithm;
} algorithms[] = {
    {"RS256", KEYCARD_RS256},         {"RS384", KEYCARD_RS384},         {"RS512", KEYCARD_RS512},
    {"PS256", KEYCARD_PS256},         {"PS384", KEYCARD_PS384},         {"PS512", KEYCARD_PS512},
    {"ES256", KEYCARD_ES256},         {"ES384", KEYCARD_ES384},         {"ES512", KEYCARD_ES512},
    {"ES256K", KEYCARD_ES256K},       {"EdDSA", KEYCARD_EDDSA},         {"Ed25519", KEYCARD_ED25519},
    {"ML-DSA-44", KEYCARD_ML_DSA_44}, {"ML-DSA-65", KEYCARD_ML_DSA_65}, {"ML-DSA-87", KEYCARD_ML_DSA_87},
};

#define ALGORITHM_COUNT (sizeof algorithms / sizeof *algorithms)

void *ke_allocate(ke_memory *memory, size_t size)
{
    ke_block *block = calloc(1, sizeof *block + size);

    if (block == NULL)
        abort();
    block->next = memory->first;
    memory->first = block;
    return block->content;
}

void ke_release(ke_memory *memory)
{
    while (memory->first != NULL) {
        ke_block *next = memory->first->next;

        free(memory->first);
        memory->first = next;
    }
    json_decref(memory->root);
    memory->root = NULL;
}

json_t *ke_parse(ke_memory *memory, envoy_bytes text)
{
    json_error_t error;

    memory->root = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(memory->root))
        return memory->root;
    if (memory->root == NULL)
        ke_log(ENVOY_ERROR, "the configuration is not JSON: line %d: %s", error.line, error.text);
    else
        ke_log(ENVOY_ERROR, "the configuration is not an object");
    return NULL;
}

static bool fault(const char *name, const char *what)
{
    ke_log(ENVOY_ERROR, "%s: %s", name, what);
    return false;
}

/* A text with 1 to 65535 bytes, none of them a control character. */
static bool to_text(const json_t *value, keycard_bytes *text)
{
    const char *characters = json_string_value(value);
    size_t i;

    text->data = characters;
    text->length = json_string_length(value);
    if (characters == NULL || text->length == 0 || text->length > 65535)
        return false;
    for (i = 0; i < text->length; i++)
        if ((unsigned char)characters[i] < ' ' || characters[i] == 0x7f)
            return false;
    return true;
}

bool ke_read_text(json_t *object, const char *name, keycard_bytes *text)
{
    const json_t *value = json_object_get(object, name);

    return value == NULL || to_text(value, text) || fault(name, "is not a text, or it is empty or has control characters");
}

bool ke_read_texts(ke_memory *memory, json_t *object, const char *name, ke_texts *texts)
{
    const json_t *value = json_object_get(object, name);
    const size_t count = json_array_size(value);
    keycard_bytes *read;
    size_t i;

    if (value == NULL)
        return true;
    if (count == 0 || count > 256)
        return fault(name, "is not a list of 1 to 256 texts");
    read = ke_allocate(memory, count * sizeof *read);
    for (i = 0; i < count; i++)
        if (!to_text(json_array_get(value, i), &read[i]))
            return fault(name, "has an element that is not a text, or that is empty or has control characters");
    texts->texts = read;
    texts->count = count;
    return true;
}

bool ke_read_path(ke_memory *memory, json_t *object, const char *name, ke_texts *path)
{
    keycard_bytes *text;

    if (!json_is_string(json_object_get(object, name)))
        return ke_read_texts(memory, object, name, path);
    text = ke_allocate(memory, sizeof *text);
    path->texts = text;
    path->count = 1;
    return ke_read_text(object, name, text);
}

bool ke_read_number(json_t *object, const char *name, uint32_t least, uint32_t most, uint32_t *number)
{
    const json_t *value = json_object_get(object, name);
    double read;

    if (value == NULL)
        return true;
    /* Envoy writes a number of a Struct as 60 or as 6e1. */
    read = json_number_value(value);
    if (!json_is_number(value) || read < least || read > most || read != (double)(uint32_t)read) {
        ke_log(ENVOY_ERROR, "%s: is not a whole number from %u to %u", name, (unsigned)least, (unsigned)most);
        return false;
    }
    *number = (uint32_t)read;
    return true;
}

bool ke_read_flag(json_t *object, const char *name, bool *flag)
{
    const json_t *value = json_object_get(object, name);

    if (value != NULL && !json_is_boolean(value))
        return fault(name, "is neither true nor false");
    if (value != NULL)
        *flag = json_is_true(value);
    return true;
}

bool ke_read_algorithms(json_t *object, const char *name, uint32_t *found)
{
    const json_t *value = json_object_get(object, name);
    size_t i, known;

    if (value == NULL)
        return true;
    *found = 0;
    for (i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));

        for (known = 0; known < ALGORITHM_COUNT && (text == NULL || strcmp(algorithms[known].name, text) != 0); known++)
            ;
        if (known == ALGORITHM_COUNT)
            return fault(name, "has an unknown or a symmetric algorithm");
        *found |= algorithms[known].algorithm;
    }
    return *found != 0 || fault(name, "is not a list of algorithms");
}

void ke_write_algorithms(uint32_t chosen, char *text, size_t size)
{
    size_t i, length = 0;

    text[0] = '\0';
    for (i = 0; i < ALGORITHM_COUNT; i++)
        if ((chosen & algorithms[i].algorithm) != 0 && length + strlen(algorithms[i].name) + 2 < size) {
            if (length > 0)
                text[length++] = ' ';
            strcpy(text + length, algorithms[i].name);
            length += strlen(algorithms[i].name);
        }
}

bool ke_only(json_t *object, const char *where, const char *const *names)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object))
        return fault(where, "is not an object");
    json_object_foreach(object, name, value) {
        const char *const *known = names;

        while (*known != NULL && strcmp(*known, name) != 0)
            known++;
        if (*known == NULL) {
            ke_log(ENVOY_ERROR, "%s: unknown member \"%.64s\"", where, name);
            return false;
        }
    }
    return true;
}
