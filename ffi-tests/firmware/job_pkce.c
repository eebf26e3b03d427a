/* Checks a code verifier against an S256 code challenge through the header. */

#include "keycard.h"
#include "keycard_pkce.h"
#include "measure.h"

int32_t load(const struct input *input)
{
    (void)input;
    return 0;
}

int32_t job(const struct input *input)
{
    keycard_bytes challenge, verifier;

    challenge.data = (const char *)input->signature;
    challenge.length = input->signature_length;
    verifier.data = (const char *)input->text;
    verifier.length = input->text_length;
    return keycard_pkce_verify(challenge, KEYCARD_BYTES("S256"), verifier, 0);
}
