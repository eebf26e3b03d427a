package keycard

// #include "shim.h"
import "C"

import (
	"sync"
	"unsafe"
)

// ReplayCache lets each token or DPoP proof through once. Any number of goroutines may use one. It forgets what has
// expired, and when it is full takes nothing new until then.
type ReplayCache struct {
	mutex sync.Mutex
	words []uint64
	clock func() Time
}

// NewReplayCache makes a cache with room for so many uses at a time, and a quarter more. The clock gives the present:
// it is asked while nobody else is, so that the time of one check is never behind that of an earlier one. What was
// issued before is refused: a cache knows nothing of what was used before it was made.
//
// The error is [ErrTimeKind] or [ErrTimeUnavailable] without a time, [ErrMemoryTooSmall] for no entries,
// [ErrNullPointer] without a clock.
func NewReplayCache(entries int, clock func() Time) (*ReplayCache, error) {
	if clock == nil {
		return nil, absent("clock", StageUsage)
	}
	if entries <= 0 || entries > mostWords {
		return nil, refusal(C.KEYCARD_MEMORY_TOO_SMALL, StageUsage)
	}
	size := C.keycard_replay_size(C.size_t(entries + (entries+3)/4))
	r := &ReplayCache{words: make([]uint64, (int(size)+7)/8), clock: clock}
	status := C.keycard_go_replay_init(r.memory(), C.size_t(8*len(r.words)), clock().c())
	if err := refusal(status, StageReplay); err != nil {
		return nil, err
	}
	return r, nil
}

// CheckToken notes the use of a token by its issuer, kind and jti, if it is the first one: the last check of all.
//
// The error is [ErrReplayed], [ErrReplayFull], [ErrIssuedBeforeStart], [ErrClaimMissing] for a token without jti, iat or
// exp, or another: then nothing was noted, and the token must not be used.
func (r *ReplayCache) CheckToken(token *Token) error {
	if token == nil {
		return absent("token", StageReplay)
	}
	return r.check(func(now C.keycard_time) C.keycard_status {
		return C.keycard_go_replay_token(r.memory(), token.c, now)
	})
}

// CheckProof notes the use of a DPoP proof by its key, method, URI and jti, if it is the first one: the last check of
// all, after that of the access token. The errors are those of [ReplayCache.CheckToken].
func (r *ReplayCache) CheckProof(proof *Proof) error {
	if proof == nil {
		return absent("proof", StageReplay)
	}
	return r.check(func(now C.keycard_time) C.keycard_status {
		return C.keycard_go_replay_proof(r.memory(), &proof.c, now)
	})
}

func (r *ReplayCache) check(note func(now C.keycard_time) C.keycard_status) error {
	if r == nil || r.clock == nil {
		return absent("cache", StageReplay)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return refusal(note(r.clock().c()), StageReplay)
}

func (r *ReplayCache) memory() *C.uint64_t {
	return (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(r.words)))
}
