package keycard

// #include "shim.h"
import "C"

import (
	"crypto/rand"
	"encoding/binary"
	"hash/maphash"
	"strings"
	"sync"
	"unsafe"
)

// ProofKeyCache keeps the keys of DPoP clients prepared: proofs of a client that comes again are
// verified faster, with the same verdict. Any number of goroutines may use it. A zero value, or
// nil, prepares nothing.
type ProofKeyCache struct {
	// Proofs with the same header, and thus the same key, use the same part.
	parts []proofKeys
	seed  maphash.Seed
}

// proofKeys is a part of a cache, with its own lock.
type proofKeys struct {
	mutex sync.Mutex
	words []uint64
}

// The maximum number of parts of a cache.
const maxProofKeyParts = 16

// NewProofKeyCache makes a cache for this number of keys, rounded up. Each key takes a little more
// memory than precompute; [Precompute2KB] suits most services. See ProofKeyCache in Rust for the
// keys that are kept and dropped.
//
// The error is [ErrMemoryTooSmall] if keys is not positive, [ErrPolicyEmpty] for [PrecomputeNone],
// and [ErrPolicyValue] for another precompute.
func NewProofKeyCache(keys int, precompute Precomputation) (*ProofKeyCache, error) {
	if keys <= 0 || keys > mostWords {
		return nil, rejection(C.KEYCARD_MEMORY_TOO_SMALL, StageUsage)
	}
	count := min(max(keys/16, 1), maxProofKeyParts)
	c := &ProofKeyCache{parts: make([]proofKeys, count), seed: maphash.MakeSeed()}
	size := C.keycard_proof_key_cache_size(C.size_t((keys+count-1)/count), C.uint32_t(precompute))
	for i := range c.parts {
		var seed [8]byte
		if _, err := rand.Read(seed[:]); err != nil {
			return nil, err
		}
		part := &c.parts[i]
		// At least one word, which has an address.
		part.words = make([]uint64, int(size)/8+1)
		status := C.keycard_go_proof_keys_init(part.memory(), size, C.uint32_t(precompute),
			C.uint64_t(binary.LittleEndian.Uint64(seed[:])))
		if err := rejection(status, StageUsage); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// ValidateProof does the same as the function [ValidateProof], with the prepared keys. Afterwards
// call [ProofKeyCache.Admit] if the access token was accepted.
func (c *ProofKeyCache) ValidateProof(proof string, rules ProofRules, at Time) (*Proof, error) {
	return validateProof(proof, rules, at, c.partOf(proof))
}

// Admit notes that the request with this proof was accepted. The next valid proof of the same key
// prepares the key. Keys of clients without a valid token thus stay out of the cache.
func (c *ProofKeyCache) Admit(proof *Proof) {
	if proof == nil || proof.keys == nil {
		return
	}
	proof.keys.mutex.Lock()
	defer proof.keys.mutex.Unlock()
	C.keycard_go_proof_keys_admit(proof.keys.memory(), &proof.c)
}

// partOf returns the part for the header of a proof; nil without a cache.
func (c *ProofKeyCache) partOf(proof string) *proofKeys {
	if c == nil || len(c.parts) == 0 {
		return nil
	}
	header, _, _ := strings.Cut(proof, ".")
	return &c.parts[maphash.String(c.seed, header)%uint64(len(c.parts))]
}

// memory returns the address of the part; nil without a part.
func (k *proofKeys) memory() *C.uint64_t {
	if k == nil {
		return nil
	}
	return (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(k.words)))
}
