/* The world without secrets of a Cortex-M33 with TrustZone: it validates tokens by a call into the
 * secure world, and tries to reach secure memory through it. Exits with 0 only if every call had
 * the right status. */

#include "keycard_status.h"
#include "secure.h"
#include "startup.h"
#include "trustzone.h"

#include <string.h>

#define SECURE_CODE 0x10000000u
#define SECURE_RAM 0x38000000u
#define END_OF_OWN_RAM 0x28400000u

static int failures;
static char token[sizeof TOKEN];

static void says(const char *what, int holds)
{
    print(holds ? "ok      " : "FAILED  ");
    print(what);
    print("\n");
    failures += !holds;
}

static int accepts(void)
{
    struct verdict verdict;

    memset(&verdict, 0xA5, sizeof verdict);
    return secure_validate(token, sizeof token, &verdict) == KEYCARD_OK && verdict.status == KEYCARD_OK &&
           verdict.subject_length == sizeof SUBJECT - 1 && memcmp(verdict.subject, SUBJECT, sizeof SUBJECT - 1) == 0;
}

/* The status of a call, which must not accept and must not write to a verdict of ours. */
static int32_t rejected(uintptr_t jwt, size_t length)
{
    struct verdict verdict, before;
    int32_t status;

    memset(&verdict, 0xA5, sizeof verdict);
    before = verdict;
    status = secure_validate((const char *)jwt, length, &verdict);
    return memcmp(&verdict, &before, sizeof verdict) == 0 ? status : KEYCARD_OK;
}

static int32_t written_to(uintptr_t verdict)
{
    return secure_validate(token, sizeof token, (struct verdict *)verdict);
}

int main(void)
{
    struct verdict verdict;
    char *last = token + sizeof token - 5;

    memcpy(token, TOKEN, sizeof token);
    says("token", accepts());
    *last = *last == 'A' ? 'B' : 'A';
    says("wrong signature", secure_validate(token, sizeof token, &verdict) == KEYCARD_SIGNATURE_INVALID);
    says("no subject of a rejected token", verdict.subject_length == 0 && verdict.subject[0] == 0);
    memcpy(token, TOKEN, sizeof token);

    says("token in secure code", rejected(SECURE_CODE, 64) == KEYCARD_BAD_MEMORY);
    says("token in secure memory", rejected(SECURE_RAM, 64) == KEYCARD_BAD_MEMORY);
    says("token beyond the own memory", rejected(END_OF_OWN_RAM - 32, 64) == KEYCARD_BAD_MEMORY);
    says("token around the end of memory", rejected(0xFFFFFFF0u, 64) == KEYCARD_BAD_MEMORY);
    says("no token", rejected(0, 64) == KEYCARD_BAD_MEMORY);
    says("token in the registers of the core", rejected(0xE000ED00u, 64) == KEYCARD_BAD_MEMORY);
    says("token up to the registers of the core", rejected(0xE0000000u - 32, 64) == KEYCARD_BAD_MEMORY);
    says("length of all memory", rejected((uintptr_t)token, SIZE_MAX) == KEYCARD_TOKEN_TOO_LONG);
    says("verdict in secure code", written_to(SECURE_CODE) == KEYCARD_BAD_MEMORY);
    says("verdict in secure memory", written_to(SECURE_RAM) == KEYCARD_BAD_MEMORY);
    says("verdict beyond the own memory", written_to(END_OF_OWN_RAM - 8) == KEYCARD_BAD_MEMORY);
    says("verdict in the registers of the core", written_to(0xE000ED00u) == KEYCARD_BAD_MEMORY);
    says("token afterwards", accepts());
    return failures != 0;
}
