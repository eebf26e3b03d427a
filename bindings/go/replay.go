package keycard

// #include "shim.h"
import "C"

import (
	"sync"
	"time"
	"unsafe"
)

// ReplayCache lets each token or DPoP proof through once. Any number of goroutines may use one. It
// forgets expired entries, and when it is full it takes nothing new until then.
type ReplayCache struct {
	mutex sync.Mutex
	words []uint64
	clock func() Time
	// The steps of the system's clock; nil for a clock of the caller's.
	steps *clockSteps
}

// ReplayLimits says for which checks a [ReplayCache] is made, and how large it is.
type ReplayLimits struct {
	// The uses at a time; the cache has room for a quarter more.
	Uses int
	// The longest window of the proofs' rules, 0 for tokens only, and the longest leeway of rules and
	// policies: whole seconds. A check with longer ones is rejected.
	Window, Leeway time.Duration
	// The sixteenths of the cache that one key may fill with its proofs, 1 to 16. With 16, one
	// client can fill all of it; with 4, at least five keys are needed.
	Share int
}

// NewReplayCache makes an empty cache. What was issued before, or may have been as far as clocks
// agree, is rejected with [ErrIssuedBeforeStart]: the cache does not know what was used before.
//
// A nil clock is the system's, whose steps are watched: after one by more than the leeway, the
// cache starts again at the new time. A clock of the caller's is asked while no other goroutine
// uses the cache, so that the time of one check is never behind that of an earlier one; its steps
// are the caller's to tell, by [ReplayCache.Restart].
//
// The error is [ErrTimeKind] or [ErrTimeUnavailable] without a time, [ErrMemoryTooSmall] for no
// uses, [ErrReplayShare], or [ErrPolicyValue] for what are not whole seconds.
func NewReplayCache(limits ReplayLimits, clock func() Time) (*ReplayCache, error) {
	var m cMemory
	defer m.free()
	window, leeway := m.seconds(limits.Window, "Window"), m.seconds(limits.Leeway, "Leeway")
	if m.err != nil {
		return nil, m.err
	}
	if limits.Uses <= 0 || limits.Uses > mostWords {
		return nil, rejection(C.KEYCARD_MEMORY_TOO_SMALL, StageUsage)
	}
	if limits.Share < 1 || limits.Share > 16 {
		return nil, rejection(C.KEYCARD_REPLAY_SHARE, StageUsage)
	}
	size := C.keycard_replay_cache_size(C.size_t(limits.Uses + (limits.Uses+3)/4))
	r := &ReplayCache{words: make([]uint64, (int(size)+7)/8), clock: clock}
	if clock == nil {
		r.steps = newClockSteps(limits.Leeway, readClock())
		r.clock = r.steps.now
	}
	now := r.clock().c()
	status := C.keycard_go_replay_init(r.memory(), C.size_t(8*len(r.words)), window, leeway,
		C.uint32_t(limits.Share), now)
	if status == C.KEYCARD_OK && r.steps != nil {
		// The steps are watched: the cache need not take a long gap between two calls for one.
		status = C.keycard_go_replay_restart(r.memory(), 0, 0, now)
	}
	if err := rejection(status, StageReplay); err != nil {
		return nil, err
	}
	return r, nil
}

// Restart starts the cache again at the present, and raises its longest window and leeway to at
// least these. All that was issued before is rejected from then on; what was noted stays noted. Call
// it before checks with a longer window, and after a step of a clock of the caller's.
//
// The error is [ErrReplayTimeBehind], [ErrTimeUnavailable], or [ErrPolicyValue] for what are not
// whole seconds; the cache is then as it was.
func (r *ReplayCache) Restart(window, leeway time.Duration) error {
	var m cMemory
	defer m.free()
	seconds, clocks := m.seconds(window, "Window"), m.seconds(leeway, "Leeway")
	if m.err != nil {
		return m.err
	}
	return r.check(func(now C.keycard_time) C.keycard_status {
		return C.keycard_go_replay_restart(r.memory(), seconds, clocks, now)
	})
}

// CheckToken notes the use of a token by its issuer, kind and jti, if it is the first one: the last
// check of all.
//
// The error is [ErrReplayed], [ErrReplayFull], [ErrIssuedBeforeStart], [ErrIssuedInFuture],
// [ErrClaimMissing] for a token without jti, iat or exp, [ErrReplayLimits] for a policy with a
// longer leeway than that of the cache, or another: then nothing was noted, and the token must not
// be used.
func (r *ReplayCache) CheckToken(token *Token) error {
	if token == nil {
		return absent("token", StageReplay)
	}
	return r.check(func(now C.keycard_time) C.keycard_status {
		return C.keycard_go_replay_token(r.memory(), token.c, now)
	})
}

// CheckProof notes the use of a DPoP proof by its key, method, URI and jti, if it is the first one:
// the last check of all, after that of the access token. The errors are those of
// [ReplayCache.CheckToken], [ErrReplayKeyFull] if the key of the proof has used its share of the
// cache, and [ErrReplayLimits] also for a longer window.
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
	now := r.clock().c()
	if r.steps != nil && r.steps.stepped {
		if err := rejection(C.keycard_go_replay_restart(r.memory(), 0, 0, now), StageReplay); err != nil {
			return err
		}
		r.steps.stepped = false
	}
	status := note(now)
	if status == C.KEYCARD_REPLAY_LIMITS || status == C.KEYCARD_NOT_A_REPLAY_CACHE {
		return rejection(status, StageUsage)
	}
	return rejection(status, StageReplay)
}

// readClock is how the system's clocks are read, which tests replace.
var readClock = systemClock

// clockSteps is the system's clock, beside the monotonic one that tells its steps.
type clockSteps struct {
	// The clock of the system, and the time since some moment by one that is never set.
	read    func() (wall time.Time, passed time.Duration)
	wall    time.Time
	passed  time.Duration
	most    time.Duration
	stepped bool
}

func newClockSteps(leeway time.Duration, read func() (time.Time, time.Duration)) *clockSteps {
	c := &clockSteps{read: read, most: max(leeway, time.Second)}
	c.wall, c.passed = read()
	return c
}

// systemClock reads both clocks of the system: Round takes the monotonic reading away, Sub takes
// those of both times.
func systemClock() func() (time.Time, time.Duration) {
	start := time.Now()
	return func() (time.Time, time.Duration) {
		now := time.Now()
		return now.Round(0), now.Sub(start)
	}
}

// now is the present. Afterwards stepped says whether the clock has gone forward by more than the
// time that passed.
func (c *clockSteps) now() Time {
	wall, passed := c.read()
	shown, since := wall.Sub(c.wall), passed-c.passed
	// A clock that is slewed gains half a thousandth at most.
	if shown-since > c.most+since/1000 {
		c.stepped = true
	}
	c.wall, c.passed = wall, passed
	return At(wall)
}

func (r *ReplayCache) memory() *C.uint64_t {
	return (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(r.words)))
}
