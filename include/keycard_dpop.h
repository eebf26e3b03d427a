/*
 * keycard_dpop.h: DPoP proofs, and caches of their keys and uses.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_DPOP_H
#define KEYCARD_DPOP_H

#include "keycard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- DPoP proofs ------------------------------------------------------------------------------ */

// There is no access token: the request goes to the token endpoint, or to the endpoint for pushed
// authorization requests.
#define KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN 1
// No nonce was provided to the client.
#define KEYCARD_PROOF_NONCE_NOT_PROVIDED (1 << 1)
// There is no transaction token in the request of a workload, or it is never read.
#define KEYCARD_PROOF_WITHOUT_TRANSACTION_TOKEN (1 << 2)

// A DPoP proof (RFC 9449).
#define KEYCARD_PROOF_KIND_DPOP 0
// A workload proof token with the type wpt+jwt. Only keycard_validate_bound_once takes it, with a
// policy for KEYCARD_PROFILE_WORKLOAD_IDENTITY. window is the longest time until exp. method and
// nonces are absent; access_token and transaction_token are each given or waived by a flag.
#define KEYCARD_PROOF_KIND_WORKLOAD 1

// The requirements for a DPoP proof. Start from KEYCARD_PROOF_RULES_INIT and set the members that
// you need. The access token and the nonce must be given, or waived by a flag.
typedef struct keycard_proof_rules {
    // sizeof(keycard_proof_rules).
    size_t struct_size;
    // The algorithms to accept, all asymmetric: KEYCARD_ES256 and others, or-ed.
    uint32_t algorithms;
    // KEYCARD_PROOF_…, or-ed; 0 for none.
    uint32_t flags;
    // The longest time since iat, in seconds.
    uint32_t window;
    // The difference between clocks to tolerate, in seconds, at most 600.
    uint32_t leeway;
    // The method of the request, such as GET. It is case-sensitive.
    struct keycard_bytes method;
    // The absolute URI of the request, as the client saw it. Query and fragment are ignored. The
    // rest is normalised before it is compared (RFC 3986 sections 6.2.2 and 6.2.3). A proof of a
    // workload may also name this service in another way, which is compared exactly.
    struct keycard_bytes uri;
    // The access token of the request, which ath must match.
    struct keycard_bytes access_token;
    // Nonces that were provided to the client. The proof must have one of them.
    const struct keycard_bytes *nonces;
    // The number of nonces.
    size_t nonce_count;
    // The transaction token of the request, which tth of a proof of a workload must match.
    struct keycard_bytes transaction_token;
    // The kind of proof: KEYCARD_PROOF_KIND_DPOP, which is 0, or another KEYCARD_PROOF_KIND_….
    uint32_t kind;
    // 0.
    uint32_t reserved;
} keycard_proof_rules;

KEYCARD_HAS_SIZE(keycard_proof_rules, 112, 68)

// A valid DPoP proof, filled by keycard_dpop_validate. It points to nothing and may be copied.
typedef struct keycard_proof {
    // The SHA-256 thumbprint of the key that signed the proof, as in jkt of an access token.
    uint8_t key32[32];
    // A SHA-256 over key, method, normalised URI and jti: the same for each copy of the proof, and
    // for no other proof.
    uint8_t replay_key32[32];
    // The iat of the proof, in seconds since 1970-01-01T00:00:00Z.
    int64_t issued_at;
    // The last second in which the proof could be accepted again, in seconds since
    // 1970-01-01T00:00:00Z.
    int64_t replayable_until;
    // The signature algorithm: one of KEYCARD_RS256 to KEYCARD_ML_DSA_87.
    uint32_t algorithm;
    // The leeway of the rules, in seconds.
    uint32_t leeway;
    // 0.
    uint64_t reserved[2];
} keycard_proof;

KEYCARD_HAS_SIZE(keycard_proof, 104, 104)

/* Rules that accept no DPoP proof yet, as an initialiser. */
#define KEYCARD_PROOF_RULES_INIT                                                                     \
    {                                                                                                \
        sizeof(keycard_proof_rules), /* struct_size */                                               \
        0, 0, 0, 0,                  /* algorithms, flags, window, leeway */                         \
        KEYCARD_ABSENT,              /* method */                                                    \
        KEYCARD_ABSENT,              /* uri */                                                       \
        KEYCARD_ABSENT,              /* access_token */                                              \
        NULL, 0,                     /* nonces */                                                    \
        KEYCARD_ABSENT,              /* transaction_token */                                         \
        0, 0                         /* kind, reserved */                                            \
    }

// Makes rules that accept no DPoP proof yet, like KEYCARD_PROOF_RULES_INIT.
//
// Returns: the statuses of keycard_policy_init
// In:      size, sizeof(keycard_proof_rules)
// Out:     rules, zeros except for struct_size
KEYCARD_MUST_USE
keycard_status keycard_proof_rules_init(struct keycard_proof_rules *rules,
                                        size_t size);

// Decides if a DPoP proof is valid (RFC 9449 section 4.3). The proof is the value of the one DPoP
// header of a request.
//
// Then give key32 of the proof to the policy for the access token, as dpop_key32: a bound token is
// rejected without it. As the last check, pass the proof to keycard_replay_cache_check_proof. A
// proof that goes neither there nor to a store of the caller can be used again.
//
// Returns: KEYCARD_OK if the proof is valid
//          KEYCARD_TIME_UNAVAILABLE if the time is not known
//          KEYCARD_UNSUPPORTED_POLICY if DPoP is not built in
//          another status that says why not: the rules are wrong at KEYCARD_STAGE_USAGE, the proof
//            at KEYCARD_STAGE_PROOF
// In:      rules, the requirements for the proof
//          time, the current time
//          jwt, the proof without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
// Out:     scratch, overwritten: a token in it becomes stale; free for the access token after the
//            call; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough
//          proof, the valid proof; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: proof points to nothing
KEYCARD_MUST_USE
keycard_status keycard_dpop_validate(const struct keycard_proof_rules *rules,
                                     struct keycard_time time,
                                     struct keycard_bytes jwt,
                                     struct keycard_buffer scratch,
                                     struct keycard_proof *proof,
                                     struct keycard_detail *detail);

/* --- Prepared keys for DPoP proofs ------------------------------------------------------------ */

// A cache of prepared proof keys, in the memory that the caller gave to
// keycard_proof_key_cache_init.
typedef struct keycard_proof_key_cache keycard_proof_key_cache;

/* The size of a cache of prepared proof keys in words of 8 bytes, as a constant for arrays of
 * uint64_t. See keycard_proof_key_cache_size. */
#define KEYCARD_PROOF_KEY_WORDS(entries, precompute)                                                 \
    (4 + ((size_t)(entries) < 16 ? 66 + (size_t)(entries) * KEYCARD_PROOF_KEY_ENTRY(precompute)      \
                                 : ((size_t)(entries) + 15) / 16 *                                   \
                                       (66 + 16 * KEYCARD_PROOF_KEY_ENTRY(precompute))))
#define KEYCARD_PROOF_KEY_ENTRY(precompute) (5 + (size_t)(precompute) / 8)

// Computes the size of a cache of prepared proof keys. KEYCARD_PROOF_KEY_WORDS computes the same
// in words of 8 bytes, as a constant.
//
// Returns: the size in bytes: for each entry precompute and 40 bytes, and about 520 bytes for each
//            16 entries; 16 or more entries are rounded up to a multiple of 16
//          0 if precompute is not one of KEYCARD_PRECOMPUTE_…, or DPoP is not built in
// In:      entries, the number of keys to keep prepared
//          precompute, one of KEYCARD_PRECOMPUTE_…
size_t keycard_proof_key_cache_size(size_t entries, uint32_t precompute);

// Makes an empty cache of prepared proof keys in memory of the caller.
//
// The cache makes the verdict on a proof of a known key cheaper, and never changes it: the
// precomputed values of a key are used only for the same key. It keeps keys of every
// kind. New keys never drop a prepared key whose client comes again.
//
// Returns: KEYCARD_OK
//          KEYCARD_MEMORY_TOO_SMALL
//          KEYCARD_POLICY_EMPTY if precompute is KEYCARD_PRECOMPUTE_NONE
//          KEYCARD_POLICY_VALUE if precompute is another value
//          KEYCARD_UNSUPPORTED_POLICY if DPoP is not built in
// In:      memory, for the cache, aligned to 8 bytes
//          size, of memory in bytes; only whole words of 8 bytes are used
//          precompute, for each key: KEYCARD_PRECOMPUTE_2KB suits most servers
//          seed, a random number that clients do not know: they cannot choose keys that use the
//            same entries
// Out:     cache, the cache; NULL on failure
// Lifetime: the cache is valid as long as the memory; there is nothing to free
KEYCARD_MUST_USE
keycard_status keycard_proof_key_cache_init(uint64_t *memory,
                                            size_t size,
                                            uint32_t precompute,
                                            uint64_t seed,
                                            struct keycard_proof_key_cache **cache);

// Like keycard_dpop_validate, with prepared keys. Then call keycard_proof_key_cache_admit if the
// access token was accepted.
//
// Returns: the statuses of keycard_dpop_validate
//          KEYCARD_NOT_A_PROOF_KEY_CACHE
// In:      cache, that no other thread uses during the call
//          rules, the requirements for the proof
//          time, the current time
//          jwt, the proof without surrounding space
// Out:     scratch, overwritten: a token in it becomes stale; free for the access token after the
//            call; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough
//          proof, the valid proof; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: proof points to nothing
KEYCARD_MUST_USE
keycard_status keycard_proof_key_cache_validate(struct keycard_proof_key_cache *cache,
                                                const struct keycard_proof_rules *rules,
                                                struct keycard_time time,
                                                struct keycard_bytes jwt,
                                                struct keycard_buffer scratch,
                                                struct keycard_proof *proof,
                                                struct keycard_detail *detail);

// Notes that the request with this proof was accepted. The next valid proof of the same key
// prepares the key; those after it are cheap. Call it after the access token was accepted: then
// only clients with a token can fill the cache.
//
// Returns: KEYCARD_OK
//          KEYCARD_STALE if the proof was never filled
//          KEYCARD_NOT_A_PROOF_KEY_CACHE
// In:      cache, that no other thread uses during the call
//          proof, a valid proof
KEYCARD_MUST_USE
keycard_status keycard_proof_key_cache_admit(struct keycard_proof_key_cache *cache,
                                             const struct keycard_proof *proof);

/* --- Replay caches ---------------------------------------------------------------------------- */

// A replay cache, in the memory that the caller gave to keycard_replay_cache_init.
typedef struct keycard_replay_cache keycard_replay_cache;

/* The size of a replay cache in words of 8 bytes, as a constant for arrays of uint64_t. See
 * keycard_replay_cache_size. */
#define KEYCARD_REPLAY_WORDS(entries)                                                                \
    (6 + 3 * ((size_t)(entries) < 16 ? (size_t)(entries) : ((size_t)(entries) + 15) / 16 * 16))

// Computes the size of a replay cache. KEYCARD_REPLAY_WORDS computes the same in words of 8 bytes,
// as a constant.
//
// Returns: the size in bytes
// In:      entries, the number of entries: a quarter more than there are uses at one time
size_t keycard_replay_cache_size(size_t entries);

// Makes an empty replay cache in memory of the caller.
//
// The cache cannot know what was used before its start. It rejects everything that was issued
// before its start, and for the leeway after it. It remembers each proof for window plus leeway,
// and rejects checks that need longer ones. Start it when the clock is right: if the clock is
// behind and is set later, a proof from before the start could be used again. See
// keycard_replay_cache_restart.
//
// Returns: KEYCARD_OK
//          KEYCARD_MEMORY_TOO_SMALL
//          KEYCARD_REPLAY_SHARE if share is not 1 to 16
//          KEYCARD_TIME_UNAVAILABLE if the time is not known
// In:      memory, for the cache, aligned to 8 bytes
//          size, of memory in bytes; only whole words of 8 bytes are used
//          window, the longest window of the proof rules, in seconds; 0 for a cache of tokens only
//          leeway, the longest leeway of the rules and policies, in seconds
//          share, the sixteenths of the cache that the proofs of one key may fill, 1 to 16; with
//            16, one client can fill the whole cache
//          time, the current time, or an earlier time since which nothing was accepted
// Out:     replay, the cache; NULL on failure
// Lifetime: the cache is valid as long as the memory; there is nothing to free
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_init(uint64_t *memory,
                                         size_t size,
                                         uint32_t window,
                                         uint32_t leeway,
                                         uint32_t share,
                                         struct keycard_time time,
                                         struct keycard_replay_cache **replay);

// Restarts a replay cache and raises its longest window and leeway. Everything that was issued
// before is rejected from then on, as after keycard_replay_cache_init. Recorded uses stay. Call it
// before checks with a longer window, and after the clock was set; a monotonic clock shows that.
//
// Returns: KEYCARD_OK
//          KEYCARD_REPLAY_TIME_BEHIND if the time is earlier than in a previous call
//          KEYCARD_TIME_UNAVAILABLE if the time is not known
//          KEYCARD_NOT_A_REPLAY_CACHE
// In:      replay, a cache that no other thread uses during the call
//          window, the longest window from now on, in seconds; a value below the current one keeps
//            that
//          leeway, the longest leeway from now on, in seconds; a value below the current one keeps
//            that
//          time, the current time, read while no other thread uses the cache
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_restart(struct keycard_replay_cache *replay,
                                            uint32_t window,
                                            uint32_t leeway,
                                            struct keycard_time time);

// Records the use of a token by issuer, kind and jti, if it is the first use. Make this the last
// check. On failure nothing is recorded.
//
// Returns: KEYCARD_OK if it is the first use
//          KEYCARD_REPLAYED if the token was used before
//          KEYCARD_REPLAY_FULL
//          KEYCARD_REPLAY_TIME_BEHIND if the time is earlier than in a previous call
//          KEYCARD_ISSUED_BEFORE_START or KEYCARD_ISSUED_IN_FUTURE for iat
//          KEYCARD_EXPIRED or KEYCARD_TIME_UNAVAILABLE
//          KEYCARD_CLAIM_MISSING without jti, without exp if the policy has no max_token_age, or
//            without iat if it has no max_lifetime
//          KEYCARD_REPLAY_LIMITS if the leeway of the policy is longer than that of the cache
//          KEYCARD_STALE
//          KEYCARD_NOT_A_REPLAY_CACHE
// In:      replay, a cache that no other thread uses during the call
//          token, an accepted token
//          time, the current time, read while no other thread uses the cache
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_check_token(struct keycard_replay_cache *replay,
                                                const struct keycard_token *token,
                                                struct keycard_time time);

// Records the use of a DPoP proof by key, method, URI and jti, if it is the first use. Make this
// the last check, after those of the access token. On failure nothing is recorded.
//
// Returns: the statuses of keycard_replay_cache_check_token
//          KEYCARD_REPLAY_KEY_FULL if the key has used its share of the cache
//          KEYCARD_REPLAY_LIMITS also if the window of the rules is longer than that of the cache
// In:      replay, a cache that no other thread uses during the call
//          proof, a valid proof
//          time, the current time, read while no other thread uses the cache
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_check_proof(struct keycard_replay_cache *replay,
                                                const struct keycard_proof *proof,
                                                struct keycard_time time);

/* --- Tokens with their proofs ----------------------------------------------------------------- */

// Decides if a token is accepted together with the proof that came with it, and records the use of
// the proof, which is a DPoP proof unless the rules have another kind. Prefer it to
// keycard_dpop_validate, keycard_validate and keycard_replay_cache_check_proof one after the
// other, unless several machines share one store of uses: no check can be forgotten. A rejected
// pair uses nothing up.
//
// Returns: KEYCARD_OK if both are accepted and it is the first use of the proof
//          the statuses of keycard_dpop_validate, at KEYCARD_STAGE_PROOF
//          the statuses of keycard_validate
//          the statuses of keycard_replay_cache_check_proof, at KEYCARD_STAGE_REPLAY
//          KEYCARD_NOT_A_PROOF_KEY_CACHE
// In:      keys, the trusted keys
//          policy, the requirements for the token, without dpop_key32
//          rules, the requirements for the proof; for DPoP without access_token
//          replay, a cache that no other thread uses during the call
//          prepared, a cache of prepared keys that no other thread uses during the call, or NULL
//          time, the current time, read while no other thread uses replay
//          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
//          proof_jwt, the proof: the value of the one header for it in the request, such as DPoP
// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE of the longer text is always enough;
//            other kinds than DPoP need the sum for both texts; need not be initialised, and is
//            wiped on failure
//          token, the accepted token; empty on failure
//          proof, the accepted proof, whose use is recorded; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes; proof points to nothing
KEYCARD_MUST_USE
keycard_status keycard_validate_bound_once(const struct keycard_keys *keys,
                                           const struct keycard_policy *policy,
                                           const struct keycard_proof_rules *rules,
                                           struct keycard_replay_cache *replay,
                                           struct keycard_proof_key_cache *prepared,
                                           struct keycard_time time,
                                           struct keycard_bytes jwt,
                                           struct keycard_bytes proof_jwt,
                                           struct keycard_buffer scratch,
                                           struct keycard_token *token,
                                           struct keycard_proof *proof,
                                           struct keycard_detail *detail);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_DPOP_H */
