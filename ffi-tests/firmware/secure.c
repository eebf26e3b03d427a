/* The secure world of a Cortex-M33 with TrustZone: it has the keys and the policy, and validates
 * tokens for the other world. That world enters by one veneer. The pointers that it passes are
 * checked, so that it can neither read nor change secure memory through this function.
 *
 * Left out here, and needed in a product: seals on the secure stacks, priorities of interrupts
 * (AIRCR.PRIS), the peripherals of each world, and a handler of secure faults. */

#include "keycard.h"
#include "keycard_keys.h"
#include "secure.h"
#include "startup.h"
#include "trustzone.h"

#include <arm_cmse.h>
#include <string.h>

#define TOKEN_SIZE 1024

static const keycard_keys *keys;
static char BUFFER copy[TOKEN_SIZE];
static uint8_t BUFFER scratch[KEYCARD_SCRATCH_SIZE(TOKEN_SIZE)];
/* An interrupt of the other world may call again while a call is in progress. */
static volatile int is_busy;

static void judge(size_t length, struct verdict *verdict)
{
    keycard_token token;
    keycard_bytes subject;

    verdict->status = keycard_validate_access_token(
        keys, KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default"), KEYCARD_BYTES("api://default"),
        KEYCARD_ES256, keycard_time_at(1700000060), (keycard_bytes){copy, length}, KEYCARD_BUFFER(scratch), &token,
        NULL);
    if (verdict->status == KEYCARD_OK)
        verdict->status = keycard_claim_string(&token, KEYCARD_BYTES("sub"), &subject);
    if (verdict->status == KEYCARD_OK && subject.length > sizeof verdict->subject)
        verdict->status = KEYCARD_BUFFER_TOO_SMALL;
    if (verdict->status != KEYCARD_OK)
        return;
    memcpy(verdict->subject, subject.data, subject.length);
    verdict->subject_length = (uint32_t)subject.length;
}

/* From here on lie the registers of the core. Under QEMU they pass the check of a range, but each
 * world has its own at the same address: secure code would write to its own. */
#define CORE_REGISTERS 0xE0000000u

/* The memory if the other world may access all of it, otherwise NULL. */
static void *of_caller(const void *memory, size_t length, int access)
{
    if ((uintptr_t)memory >= CORE_REGISTERS)
        return NULL;
    return cmse_check_address_range((void *)memory, length, CMSE_NONSECURE | access);
}

__attribute__((cmse_nonsecure_entry)) int32_t secure_validate(const char *jwt, size_t length, struct verdict *verdict)
{
    struct verdict own = {KEYCARD_BAD_MEMORY, 0, {0}};
    struct verdict *given = of_caller(verdict, sizeof *verdict, CMSE_MPU_READWRITE);
    const char *text;

    if (length > sizeof copy)
        return KEYCARD_TOKEN_TOO_LONG;
    text = of_caller(jwt, length, CMSE_MPU_READ);
    if (text == NULL || given == NULL || is_busy)
        return KEYCARD_BAD_MEMORY;
    is_busy = 1;
    /* The other world can change its memory at any time, so the copy is validated. */
    memcpy(copy, text, length);
    judge(length, &own);
    memset(copy, 0, sizeof copy);
    memset(scratch, 0, sizeof scratch);
    is_busy = 0;
    memcpy(given, &own, sizeof own);
    return own.status;
}

/* The memory of the other world, and where the veneers are: addresses in secure.ld and
 * nonsecure.ld. */
#define MEGABYTE 0x100000u
#define OTHER_VECTORS 0x00100000u
#define OTHER_CODE 0x00300000u
#define OTHER_RAM 0x28200000u
extern const char veneers_start, veneers_end;

#define REGISTER(address) (*(volatile uint32_t *)(address))
/* The controllers of the memory protection of QEMU's mps2-an505. */
#define CODE_CONTROLLER 0x58007000u
#define RAM_CONTROLLER 0x58009000u
#define BLOCK_CONFIGURATION 0x14u
#define BLOCK_INDEX 0x18u
#define BLOCK_TABLE 0x1Cu
/* Allows veneers in the secure code of the IoT kit. */
#define VENEERS_ALLOWED 0x50080014u
#define SAU_CONTROL 0xE000EDD0u
#define SAU_NUMBER 0xE000EDD8u
#define SAU_BASE 0xE000EDDCu
#define SAU_LIMIT 0xE000EDE0u
#define OTHER_VECTOR_TABLE 0xE002ED08u

/* Gives the other world a part of a memory, from an offset in it. */
static void give(uintptr_t controller, uint32_t offset, uint32_t length)
{
    /* A word of the table has a bit for each of 32 blocks. */
    const uint32_t of_word = 32u << (REGISTER(controller + BLOCK_CONFIGURATION) + 5);
    uint32_t word;

    for (word = offset / of_word; word < (offset + length) / of_word; word++) {
        REGISTER(controller + BLOCK_INDEX) = word;
        REGISTER(controller + BLOCK_TABLE) = 0xFFFFFFFFu;
    }
}

static void attribute(uint32_t number, uint32_t base, uint32_t end, uint32_t has_veneers)
{
    REGISTER(SAU_NUMBER) = number;
    REGISTER(SAU_BASE) = base;
    REGISTER(SAU_LIMIT) = ((end - 1) & ~31u) | has_veneers << 1 | 1u;
}

typedef void __attribute__((cmse_nonsecure_call)) other_world(void);

int main(void)
{
    const uint32_t *vectors = (const uint32_t *)OTHER_VECTORS;
    keycard_image_rules own_flash = KEYCARD_IMAGE_RULES_INIT;
    other_world *reset;

    own_flash.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    if (keycard_keys_from_image((keycard_bytes){KEYS, sizeof KEYS}, &own_flash, &keys, NULL) != KEYCARD_OK)
        return 1;
    give(CODE_CONTROLLER, OTHER_VECTORS, MEGABYTE);
    give(CODE_CONTROLLER, OTHER_CODE, MEGABYTE);
    give(RAM_CONTROLLER, 0, 2 * MEGABYTE);
    attribute(0, OTHER_VECTORS, OTHER_VECTORS + MEGABYTE, 0);
    attribute(1, OTHER_CODE, OTHER_CODE + MEGABYTE, 0);
    attribute(2, OTHER_RAM, OTHER_RAM + 2 * MEGABYTE, 0);
    attribute(3, (uint32_t)&veneers_start, (uint32_t)&veneers_end, 1);
    REGISTER(VENEERS_ALLOWED) = 1;
    REGISTER(SAU_CONTROL) = 1;
    REGISTER(OTHER_VECTOR_TABLE) = OTHER_VECTORS;
    __asm__ volatile("dsb\nisb" ::: "memory");
    __asm__ volatile("msr msp_ns, %0" ::"r"(vectors[0]));
    reset = (other_world *)cmse_nsfptr_create((uintptr_t)vectors[1]);
    reset();
    return 1;
}
