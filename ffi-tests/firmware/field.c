/* Compares the assembler for the field of P-256 with the results of a file that it reads by
 * semihosting. tools/device/assembler writes the file. */

#include "startup.h"

#include <string.h>

#define LIMBS 8

typedef uint32_t number[LIMBS];

void field_multiply(uint32_t *left, const uint32_t *right);
void field_square(uint32_t *number);
void field_add(uint32_t *left, const uint32_t *right);
void field_subtract(uint32_t *left, const uint32_t *right);

static const number PRIME = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 0, 1, 0xFFFFFFFF};

/* Two numbers, and the results of the operations on them, reduced modulo the prime. */
struct results {
    number left, right, product, square, sum, difference;
};

static struct results BUFFER expected;

/* True if a number below twice the prime is congruent to the expected one. */
static int agrees(const uint32_t *found, const uint32_t *wanted)
{
    number other;
    uint64_t carry = 0;
    size_t i;

    for (i = 0; i < LIMBS; i++) {
        carry += (uint64_t)wanted[i] + PRIME[i];
        other[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return memcmp(found, wanted, sizeof other) == 0 || (carry == 0 && memcmp(found, other, sizeof other) == 0);
}

static void check(const char *what, const uint32_t *found, const uint32_t *wanted)
{
    if (agrees(found, wanted))
        return;
    print(what);
    print(" is wrong\n");
    leave(1);
}

int main(void)
{
    uint32_t count = 0;
    number result;

    open_input();
    for (; read_input(&expected, sizeof expected); count++) {
        memcpy(result, expected.left, sizeof result);
        field_multiply(result, expected.right);
        check("the product", result, expected.product);
        memcpy(result, expected.left, sizeof result);
        field_square(result);
        check("the square", result, expected.square);
        memcpy(result, expected.left, sizeof result);
        field_add(result, expected.right);
        check("the sum", result, expected.sum);
        memcpy(result, expected.left, sizeof result);
        field_subtract(result, expected.right);
        check("the difference", result, expected.difference);
    }
    print_number(count);
    print("\n");
    return 0;
}
