/* Verifies the signatures of a file that it reads by semihosting, and prints each verdict, 1 for a
 * valid one. tools/device/assembler writes the file. */

#include "measure.h"
#include "startup.h"

static uint64_t BUFFER keys[512];
static uint8_t BUFFER message[1 << 16];
static uint8_t BUFFER signature[1 << 12];

int main(void)
{
    struct input input = {keys, 0, message, 0, signature, 0, NULL, 0};
    /* Words of the image, and bytes of the message and of the signature. */
    uint32_t lengths[3];

    open_input();
    while (read_input(lengths, sizeof lengths)) {
        if (8 * (uint64_t)lengths[0] > sizeof keys || lengths[1] > sizeof message || lengths[2] > sizeof signature)
            return 1;
        if (!read_input(keys, 8 * lengths[0]) || !read_input(message, lengths[1]) || !read_input(signature, lengths[2]))
            return 1;
        input.key_words = lengths[0];
        input.text_length = lengths[1];
        input.signature_length = lengths[2];
        print(job(&input) == 0 ? "1" : "0");
    }
    return 0;
}
