/* A firmware without a clock that takes key images over the air. A root key in its own flash
 * verifies them, two slots hold them, and a counter that only grows prevents an old image from
 * coming back. Accepted tokens raise the lower bound of the time. Exits with 0 only if every image
 * and token had the right verdict. tools/device/update writes update.h: the images ROOT, OLD and
 * NEW, their signatures, tokens of the new key, and a signature of the root key over a token. */

#include "keycard.h"
#include "keycard_keys.h"
#include "startup.h"
#include "update.h"

#include <string.h>

#define SLOT_BYTES 1024

/* Each takes the place of a part of flash that can be erased by itself. */
struct slot {
    uint64_t image[SLOT_BYTES / 8];
    size_t size;
    uint8_t signature[64];
};

static struct slot BUFFER slots[2];
/* Takes the place of a monotonic counter, or of a word in storage that an attacker cannot write. */
static uint64_t counter = 1;
/* A time that has certainly passed: first that of the build. Keep it as the counter is kept. */
static int64_t floor_of_time = BUILD_TIME;
static const keycard_keys *root, *keys;
static struct slot *active;
static uint8_t BUFFER scratch[KEYCARD_SCRATCH_SIZE(sizeof TOKEN)];
static int failures;

/* The size in a slot is a part of its content, so it is not trusted either. */
static keycard_status open_slot(const struct slot *slot, uint64_t min_version, const keycard_keys **found)
{
    const keycard_bytes image = {slot->image, slot->size};
    const keycard_bytes signature = {slot->signature, sizeof slot->signature};

    *found = NULL;
    if (slot->size > sizeof slot->image)
        return KEYCARD_IMAGE_TRUNCATED;
    return keycard_keys_from_signed_image(root, KEYCARD_ES256, image, signature, min_version, found, NULL);
}

/* Takes a slot into use if no newer one is in use. The counter follows last, so that a loss of
 * power before this point leaves a slot in use that the counter still allows. */
static keycard_status use_slot(struct slot *slot)
{
    const keycard_keys *found;
    uint64_t version;
    keycard_status status = open_slot(slot, counter, &found);

    if (status == KEYCARD_OK)
        status = keycard_keys_version(found, &version);
    if (status != KEYCARD_OK)
        return status;
    if (active != NULL && version <= counter)
        return KEYCARD_IMAGE_OUTDATED;
    keys = found;
    active = slot;
    counter = version;
    return KEYCARD_OK;
}

/* After a reset: the newest of the slots that are signed and not older than the counter. */
static int boot(void)
{
    keys = NULL;
    active = NULL;
    use_slot(&slots[0]);
    use_slot(&slots[1]);
    return active != NULL;
}

/* Writes an image into the slot that is not in use. It is read from there, because the transfer and
 * the flash may have faults, too. */
static keycard_status install(const void *image, size_t size, const uint8_t *signature)
{
    struct slot *spare = active == &slots[0] ? &slots[1] : &slots[0];

    if (size > sizeof spare->image)
        return KEYCARD_BUFFER_TOO_SMALL;
    memcpy(spare->image, image, size);
    spare->size = size;
    memcpy(spare->signature, signature, sizeof spare->signature);
    return use_slot(spare);
}

static keycard_status verdict(const char *jwt)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token token;
    keycard_status status;
    int64_t issued;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_ES256;
    policy.flags = KEYCARD_WITHOUT_CLOCK;
    policy.issuer = KEYCARD_BYTES("https://id.example/oauth2/default");
    policy.audience = KEYCARD_BYTES("api://default");
    status = keycard_validate(keys, &policy, keycard_time_unknown(floor_of_time), keycard_string(jwt),
                              KEYCARD_BUFFER(scratch), &token, NULL);
    /* The issuer signed this time, and the device trusts its clock. */
    if (status == KEYCARD_OK && keycard_claim_time(&token, KEYCARD_BYTES("iat"), &issued) == KEYCARD_OK &&
        issued > floor_of_time)
        floor_of_time = issued;
    return status;
}

static void says(const char *what, int holds)
{
    print(holds ? "ok      " : "FAILED  ");
    print(what);
    print("\n");
    failures += !holds;
}

int main(void)
{
    keycard_image_rules own_flash = KEYCARD_IMAGE_RULES_INIT;
    uint8_t altered[sizeof NEW_SIGNATURE];
    uint64_t other[sizeof NEW / 8];
    const keycard_bytes in_flash = {ROOT, sizeof ROOT};

    own_flash.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    says("root key", keycard_keys_from_image(in_flash, &own_flash, &root, NULL) == KEYCARD_OK);
    says("empty slots", !boot() && verdict(TOKEN) == KEYCARD_NULL_POINTER);
    says("first image", install(OLD, sizeof OLD, OLD_SIGNATURE) == KEYCARD_OK && counter == 7);
    says("token of a key to come", verdict(TOKEN) == KEYCARD_KEY_NOT_FOUND);

    memcpy(altered, NEW_SIGNATURE, sizeof altered);
    altered[5] ^= 1;
    says("wrong signature", install(NEW, sizeof NEW, altered) == KEYCARD_SIGNATURE_INVALID);
    memcpy(other, NEW, sizeof other);
    other[sizeof NEW / 8 - 1] ^= 1;
    says("altered image", install(other, sizeof other, NEW_SIGNATURE) == KEYCARD_SIGNATURE_INVALID);
    says("image of another signer", install(NEW, sizeof NEW, FORGED_SIGNATURE) == KEYCARD_SIGNATURE_INVALID);
    says("image cut short", install(NEW, sizeof NEW - 8, NEW_SIGNATURE) == KEYCARD_SIGNATURE_INVALID);
    says("half a word", install(NEW, sizeof NEW - 4, NEW_SIGNATURE) == KEYCARD_IMAGE_TRUNCATED);
    says("signed, but no image", install(TOKEN, sizeof TOKEN - 1, TOKEN_SIGNATURE) == KEYCARD_IMAGE_FOREIGN);
    slots[1].size = SIZE_MAX;
    says("the old keys are still there", boot() && active == &slots[0] && counter == 7);

    says("next image", install(NEW, sizeof NEW, NEW_SIGNATURE) == KEYCARD_OK && counter == 8);
    says("token of the new key", verdict(EARLIER_TOKEN) == KEYCARD_OK && floor_of_time == EARLIER);
    says("later token", verdict(TOKEN) == KEYCARD_OK && floor_of_time == NOW);
    says("token that has expired by then", verdict(EARLIER_TOKEN) == KEYCARD_EXPIRED && floor_of_time == NOW);
    says("rejected token", verdict(FORGED_TOKEN) == KEYCARD_SIGNATURE_INVALID && floor_of_time == NOW);
    says("reset", boot() && active == &slots[1] && verdict(TOKEN) == KEYCARD_OK);
    counter = 7;
    says("power lost before the counter", boot() && active == &slots[1] && counter == 8);
    says("same image again", install(NEW, sizeof NEW, NEW_SIGNATURE) == KEYCARD_IMAGE_OUTDATED);
    says("old image again", install(OLD, sizeof OLD, OLD_SIGNATURE) == KEYCARD_IMAGE_OUTDATED);
    says("reset with an old image in a slot", boot() && active == &slots[1] && counter == 8);
    memset(&slots[1], 0, sizeof slots[1]);
    says("only an old image", !boot() && counter == 8 && verdict(TOKEN) == KEYCARD_NULL_POINTER);
    counter = UINT64_MAX;
    says("last version", install(NEW, sizeof NEW, NEW_SIGNATURE) == KEYCARD_IMAGE_OUTDATED);
    return failures != 0;
}
