/*
 * keycard_claims.h: claims that are lists or objects, rules for claims, payloads of any bytes.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_CLAIMS_H
#define KEYCARD_CLAIMS_H

#include "keycard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Rules for claims ------------------------------------------------------------------------- */

// The claim is present.
#define KEYCARD_RULE_PRESENT 1
// The claim is a string equal to the value.
#define KEYCARD_RULE_EQUALS 2
// The claim is an array of strings that contains the value, or a string equal to it.
#define KEYCARD_RULE_CONTAINS 3

// A rule for one claim.
typedef struct keycard_rule {
    // The member names on the path to the claim.
    const struct keycard_bytes *path;
    // The number of names; 1 for a claim at the top level.
    size_t path_length;
    // One of KEYCARD_RULE_….
    uint32_t kind;
    // Must be 0.
    uint32_t reserved;
    // The value; absent for KEYCARD_RULE_PRESENT.
    struct keycard_bytes value;
} keycard_rule;

KEYCARD_HAS_SIZE(keycard_rule, 40, 24)

/* --- Lists and objects ------------------------------------------------------------------------ */

// An object.
#define KEYCARD_KIND_OBJECT 1
// An array.
#define KEYCARD_KIND_ARRAY 2
// A string.
#define KEYCARD_KIND_STRING 3
// A number.
#define KEYCARD_KIND_NUMBER 4
// true or false.
#define KEYCARD_KIND_BOOLEAN 5
// null.
#define KEYCARD_KIND_NULL 6

// A value in the claims of a token. Valid as long as the token.
typedef struct keycard_value {
    // The token that holds the value. It must stay at this address.
    const struct keycard_token *token;
    // The offset of the value in the payload, in bytes.
    size_t offset;
    // One of KEYCARD_KIND_…; 0 after a failure.
    uint32_t kind;
    // 0.
    uint32_t reserved;
} keycard_value;

KEYCARD_HAS_SIZE(keycard_value, 24, 16)

// The rest of a list in the claims of a token. Valid as long as the token. Do not rely on its
// members.
typedef struct keycard_iterator {
    // The token that holds the list. It must stay at this address.
    const struct keycard_token *token;
    // The offset of the rest in the payload, in bytes.
    size_t offset;
    // An upper bound for the end of the rest, in bytes.
    size_t end;
    // The way to read the rest.
    uint32_t kind;
    // 0.
    uint32_t reserved;
} keycard_iterator;

KEYCARD_HAS_SIZE(keycard_iterator, 32, 20)

// A member of an object, or an element of an array.
typedef struct keycard_member {
    // The name of the member, in the scratch; absent for an element.
    struct keycard_bytes name;
    // The value.
    struct keycard_value value;
} keycard_member;

KEYCARD_HAS_SIZE(keycard_member, 40, 24)

// Finds the claim at the end of a path of names, such as "realm_access" and "roles". An empty path
// finds all claims as one object.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_STALE
// In:      token, an accepted token
//          path, the names: path_length texts
//          path_length, the number of names, 0 or more
// Out:     value, the claim; kind 0 on failure
// Lifetime: value is valid as long as token
keycard_status keycard_claim_find(const struct keycard_token *token,
                                  const struct keycard_bytes *path,
                                  size_t path_length,
                                  struct keycard_value *value);

// Reads a value that is a string.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not a string
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     string, any characters including U+0000; absent on failure
// Lifetime: string points into the scratch of the token
keycard_status keycard_value_string(const struct keycard_value *value,
                                    struct keycard_bytes *string);

// Reads a value that is a 64-bit integer.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not an integer, or does not fit 64 bits
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     integer, 0 on failure
keycard_status keycard_value_integer(const struct keycard_value *value, int64_t *integer);

// Reads a value that is a boolean.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not a boolean
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     boolean, false on failure
keycard_status keycard_value_boolean(const struct keycard_value *value, bool *boolean);

// Reads a value that is a NumericDate.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not a number, or does not fit 64-bit seconds
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     seconds, since 1970-01-01T00:00:00Z, rounded down; 0 on failure
keycard_status keycard_value_time(const struct keycard_value *value, int64_t *seconds);

// Begins to read the strings of a claim at the top level that is an array of strings or one
// string, like aud. Read them with keycard_next_string.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_CLAIM_TYPE if it is neither, or an element is not a string
//          KEYCARD_STALE
// In:      token, an accepted token
//          name, of a claim at the top level, such as "aud"
// Out:     strings, before the first string; without any on failure
// Lifetime: strings is valid as long as token
keycard_status keycard_claim_strings(const struct keycard_token *token,
                                     struct keycard_bytes name,
                                     struct keycard_iterator *strings);

// Begins to read the strings of a value that is an array of strings or one string. Read them with
// keycard_next_string.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is neither, or an element is not a string
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     strings, before the first string; without any on failure
// Lifetime: strings is valid as long as the token
keycard_status keycard_value_strings(const struct keycard_value *value,
                                     struct keycard_iterator *strings);

// Begins to read the scopes that a token grants: from scope_claim of the policy, otherwise from
// scope or scp. The claim is a string of words separated by spaces (RFC 6749 section 3.3), or an
// array with one scope in each element. Read them with keycard_next_string. A token without the
// claim has no scopes.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if the claim has another type, or an array element contains white
//            space
//          KEYCARD_SCOPE_AMBIGUOUS if the token has both claims, and the policy does not name one
//          KEYCARD_STALE
// In:      token, an accepted token
// Out:     scopes, before the first scope; without any on failure
// Lifetime: scopes is valid as long as token
keycard_status keycard_token_scopes(const struct keycard_token *token,
                                    struct keycard_iterator *scopes);

// Tells if a token grants a scope. Compares whole scopes, case-sensitively. Unlike a status, true
// means yes.
//
// Returns: true if the token grants the scope
//          false if it does not, or if keycard_token_scopes would fail
// In:      token, an accepted token
//          scope, one scope
bool keycard_token_has_scope(const struct keycard_token *token, struct keycard_bytes scope);

// Begins to read the elements of an array or the members of an object. Read them with
// keycard_next_member.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if the value is neither
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     members, before the first one; without any on failure
// Lifetime: members is valid as long as the token
keycard_status keycard_value_members(const struct keycard_value *value,
                                     struct keycard_iterator *members);

// Reads the next string of keycard_claim_strings, keycard_value_strings or keycard_token_scopes.
// The whole list takes one pass.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING after the last string
//          KEYCARD_CLAIM_TYPE for an iterator of members
//          KEYCARD_STALE
// Out:     strings, the iterator: read, then moved behind the string
//          string, the next string; absent on failure
// Lifetime: string points into the scratch of the token
keycard_status keycard_next_string(struct keycard_iterator *strings, struct keycard_bytes *string);

// Reads the next element or member of keycard_value_members. The whole value takes one pass.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING after the last one
//          KEYCARD_CLAIM_TYPE for an iterator of strings
//          KEYCARD_STALE
// Out:     members, the iterator: read, then moved behind the member
//          member, the next one; kind 0 on failure
// Lifetime: member is valid as long as the token
keycard_status keycard_next_member(struct keycard_iterator *members, struct keycard_member *member);

/* --- Status of a token ------------------------------------------------------------------------ */

// Reads where the status of a token stands: the claim status.status_list of
// draft-ietf-oauth-status-list.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token has no status, or one by other mechanisms only
//          KEYCARD_CLAIM_TYPE if the claim is malformed, or lacks uri or idx
//          KEYCARD_STALE
// In:      token, an accepted token
// Out:     uri, of the status list token, not empty; absent on failure
//          index, in the list, from 0; UINT64_MAX on failure
// Lifetime: uri points into the scratch of the token
keycard_status keycard_token_status_reference(const struct keycard_token *token,
                                              struct keycard_bytes *uri,
                                              uint64_t *index);

// Accepts a token whose status in a list is 0, VALID. The order of the calls: validate the token,
// read keycard_token_status_reference, validate the status list token of that URI as
// KEYCARD_PROFILE_STATUS_LIST, and inflate its list with a limit on the size.
//
// Returns: KEYCARD_OK if the status is VALID
//          KEYCARD_STATUS_INVALID if it is 1: the token was revoked
//          KEYCARD_STATUS_SUSPENDED if it is 2
//          KEYCARD_STATUS_OTHER if it is another one; the application decides by value
//          KEYCARD_STATUS_OUT_OF_RANGE if the index is behind the end of the list
//          KEYCARD_STATUS_LIST_MISMATCH if the token names another list
//          KEYCARD_WRONG_TOKEN_KIND if list was not accepted as a status list token
//          the statuses of keycard_token_status_reference
// In:      token, an accepted token
//          list, the accepted status list token, in a scratch of its own
//          inflated, the list: the claim status_list.lst after base64url and zlib; may be empty
// Out:     value, the status from 0 to 255, also for a rejected one; UINT32_MAX on other failures
KEYCARD_MUST_USE
keycard_status keycard_status_list_check(const struct keycard_token *token,
                                         const struct keycard_token *list,
                                         struct keycard_bytes inflated,
                                         uint32_t *value);

/* --- Whole payloads --------------------------------------------------------------------------- */

// Gives the payload of a token that was validated as KEYCARD_PROFILE_JWS.
//
// Returns: KEYCARD_OK
//          KEYCARD_PAYLOAD_NOT_OPAQUE if the token was validated with claims
//          KEYCARD_STALE
// In:      token, an accepted token
// Out:     payload, any bytes; absent on failure
// Lifetime: payload points into the scratch of the token
keycard_status keycard_token_payload(const struct keycard_token *token,
                                     struct keycard_bytes *payload);

// Writes all claims as compact JSON, without spaces and unnecessary escapes.
//
// Returns: KEYCARD_OK
//          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to output
//          KEYCARD_STALE
// In:      token, an accepted token
// Out:     output, the JSON text without a NUL
//          length, of the text in bytes; 0 on failure except KEYCARD_BUFFER_TOO_SMALL
keycard_status keycard_claims_json(const struct keycard_token *token,
                                   struct keycard_buffer output,
                                   size_t *length);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_CLAIMS_H */
