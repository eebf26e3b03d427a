/* The keys of a token case, as tools/device/cases.py writes them: a number for the form, and one or
 * two strings. */

#ifndef KEY_OF_RECORD_H
#define KEY_OF_RECORD_H

#include "keycard.h"
#include "keycard_keys.h"

/* Adds the keys. A key outside of a set is bound to the algorithms of the policy. */
static keycard_status add_key_of_record(keycard_keys *keys, keycard_key_rules *rules, uint32_t algorithms,
                                        uint32_t form, keycard_bytes key, keycard_bytes second, keycard_detail *detail)
{
    keycard_key_report report;
    keycard_status status;

    if (form != 0)
        rules->algorithms = algorithms;
    switch (form) {
    case 0:
        status = keycard_keys_add_jwks_by(keys, rules, key, &report);
        *detail = report.detail;
        return status;
    case 1:
        return keycard_keys_add_jwk(keys, rules, key, detail);
    case 2:
        status = keycard_keys_add_pem(keys, rules, key, &report);
        *detail = report.detail;
        return status;
    case 3:
        return keycard_keys_add_der(keys, rules, key, detail);
    case 4:
        return keycard_keys_add_secret(keys, rules, key, detail);
    case 5:
        return keycard_keys_add_point(keys, rules, algorithms, key, second, detail);
    case 6:
        return keycard_keys_add_rsa(keys, rules, key, second, detail);
    default:
        return keycard_keys_add_encoded(keys, rules, algorithms, key, detail);
    }
}

#endif
