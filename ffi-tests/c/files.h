/* Reads a small file completely, for the C programs of this folder. */
#ifndef FILES_H
#define FILES_H

#include <stdio.h>
#include <stdlib.h>

/* Reads folder/name into buffer and returns its length; ends the program if it does not fit. */
static size_t read_file(const char *folder, const char *name, char *buffer, size_t size)
{
    char path[1024];
    FILE *file;
    size_t length;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    length = fread(buffer, 1, size, file);
    fclose(file);
    if (length == size) {
        fprintf(stderr, "%s: longer than %zu bytes\n", path, size);
        exit(2);
    }
    return length;
}

#endif
