package keycard

// #include "shim.h"
import "C"

import (
	"sync"
	"time"
	"unsafe"
)

// ReplayCache accepts each token or DPoP proof once. Any number of goroutines may use it. Expired
// entries are evicted. A full cache rejects new entries until one expires.
type ReplayCache struct {
	mutex sync.Mutex
	words []uint64
	clock func() Time
	// Detects steps of the system clock; nil for a clock of the caller.
	steps *clockSteps
}

// ReplayLimits holds the limits of the checks of a [ReplayCache], and its size.
type ReplayLimits struct {
	// The number of entries; the cache has a quarter more.
	Uses int
	// The maximum window of the proof rules (0 for tokens only), and the maximum leeway of rules
	// and policies, in whole seconds. A check with a longer window or leeway is rejected.
	Window, Leeway time.Duration
	// The part of the cache that the proofs of one key may fill, in sixteenths, 1 to 16. With 16, one
	// client can fill the whole cache. With 4, at least five keys are needed to fill it.
	Share int
}

// NewReplayCache makes an empty cache. Tokens and proofs that may have been issued before that are
// rejected with [ErrIssuedBeforeStart], because the cache does not know whether they were used.
//
// If clock is nil, the system clock is used. The cache then detects steps of that clock, and
// restarts at the new time after a step longer than the leeway. A clock of the caller is read under
// the lock of the cache, so that the times of the checks are in order. The caller reports steps of
// that clock with [ReplayCache.Restart].
//
// The error is [ErrTimeKind] or [ErrTimeUnavailable] without a time, [ErrMemoryTooSmall] if Uses is
// 0, [ErrReplayShare], or [ErrPolicyValue] if a duration is not in whole seconds.
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
		// Steps of the clock are detected here, so a long gap between two calls must not count as a
		// step.
		status = C.keycard_go_replay_restart(r.memory(), 0, 0, now)
	}
	if err := rejection(status, StageReplay); err != nil {
		return nil, err
	}
	return r, nil
}

// Restart restarts the cache now, and raises its maximum window and leeway to at least these. From
// then on, everything that was issued before is rejected. Recorded entries stay. Call Restart
// before checks with a longer window, and after a step of a clock of the caller.
//
// The error is [ErrReplayTimeBehind], [ErrTimeUnavailable], or [ErrPolicyValue] if a duration is
// not in whole seconds; the cache is then unchanged.
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

// CheckToken records the first use of a token, identified by its issuer, kind and jti. Call it
// after all other checks.
//
// The error is [ErrReplayed], [ErrReplayFull], [ErrIssuedBeforeStart], [ErrIssuedInFuture],
// [ErrClaimMissing] for a token without jti, iat or exp, [ErrReplayLimits] for a policy with a
// longer leeway than that of the cache, or another status. After an error nothing is recorded, and
// the token must not be used.
func (r *ReplayCache) CheckToken(token *Token) error {
	if token == nil {
		return absent("token", StageReplay)
	}
	return r.check(func(now C.keycard_time) C.keycard_status {
		return C.keycard_go_replay_token(r.memory(), token.c, now)
	})
}

// CheckProof records the first use of a DPoP proof, identified by its key, method, URI and jti.
// Call it after all other checks, including that of the access token. The errors are the same as
// for [ReplayCache.CheckToken]. In addition, [ErrReplayKeyFull] means that the key of the proof has
// used its share of the cache. [ErrReplayLimits] is also returned for a longer window.
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

// readClock reads the system clocks. Tests replace it.
var readClock = systemClock

// clockSteps reads the system clock, and the monotonic clock, by which it detects steps.
type clockSteps struct {
	// Returns the system time, and the time since a fixed moment by the monotonic clock.
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

// systemClock reads both system clocks: Round removes the monotonic reading, Sub uses it.
func systemClock() func() (time.Time, time.Duration) {
	start := time.Now()
	return func() (time.Time, time.Duration) {
		now := time.Now()
		return now.Round(0), now.Sub(start)
	}
}

// now returns the system time. It sets stepped if the clock advanced by more than the time that
// passed.
func (c *clockSteps) now() Time {
	wall, passed := c.read()
	shown, since := wall.Sub(c.wall), passed-c.passed
	// A clock that is being slewed gains at most 0.05 %.
	if shown-since > c.most+since/1000 {
		c.stepped = true
	}
	c.wall, c.passed = wall, passed
	return At(wall)
}

func (r *ReplayCache) memory() *C.uint64_t {
	return (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(r.words)))
}
