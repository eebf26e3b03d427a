package keycard

// #include "shim.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// ImageRules authenticate an image: by its digest, or by authenticated storage. One of the two is
// required.
type ImageRules struct {
	// The SHA-256 of the image, or nil.
	Digest *[32]byte
	// True if only the maker of the image can write to the storage from which it was read.
	StorageIsAuthenticated bool
	// Images sealed with a smaller version are rejected.
	MinVersion uint64
	// Also accept keys that are weaker than RFC 7518 allows.
	InsecureAllowWeakKeys bool
}

// Image returns the set as a key table image. A device reads it in place in flash; [OpenImage]
// opens it here. The caller chooses the version: a later image needs a larger one. The set does not
// change.
//
// An image is for machines with the byte order of this one. The error is [ErrReadOnly] for a set
// that came from an image.
func (k *KeySet) Image(version uint64) ([]byte, error) {
	if k == nil || len(k.words) == 0 {
		return nil, absent("keys", StageUsage)
	}
	sealed := KeySet{words: append([]uint64(nil), k.words...)}
	var size C.size_t
	status := C.keycard_go_keys_seal(sealed.memory(), C.uint64_t(version), &size)
	if err := rejection(status, StageKeySet); err != nil {
		return nil, err
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&sealed.words[0])), 8*len(sealed.words))
	return append([]byte(nil), bytes[:size]...), nil
}

// OpenImage checks an image that `keycard keys build` or [KeySet.Image] made, and returns its key
// set. The image is copied.
//
// The error is an [*Error]: [ErrImageForeign], [ErrImageTruncated], [ErrImageCorrupt],
// [ErrImageUnexpected] for another digest, [ErrImageOutdated], [ErrPolicyIncomplete] for rules that
// do not authenticate it, or the error of a key.
func OpenImage(image []byte, rules ImageRules) (*KeySet, error) {
	if len(image)%8 != 0 {
		return nil, rejection(C.KEYCARD_IMAGE_TRUNCATED, StageKeySet)
	}
	// The slice is never empty, so that the table has an address.
	set := &KeySet{words: make([]uint64, max(len(image)/8, 1))}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&set.words[0])), len(image)), image)
	var flags C.uint32_t
	if rules.StorageIsAuthenticated {
		flags |= C.KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED
	}
	if rules.InsecureAllowWeakKeys {
		flags |= C.KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS
	}
	var detail C.keycard_detail
	C.keycard_go_keys_from_image(set.memory(), C.size_t(len(image)), flags, C.uint64_t(rules.MinVersion),
		hashOf(rules.Digest), &detail)
	runtime.KeepAlive(rules.Digest)
	if err := rejectionBy(&detail); err != nil {
		return nil, err
	}
	set.report.Added = set.Len()
	return set, nil
}

// hashOf returns the address of a hash, or nil.
func hashOf(hash *[32]byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(hash)) }
