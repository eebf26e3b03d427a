package keycard

// #include "shim.h"
import "C"

import (
	"runtime"
	"strings"
	"time"
	"unsafe"
)

// KeyBindingMode says if a presentation must have a Key Binding JWT.
type KeyBindingMode uint32

// KeyBinding holds the rules of the verifier for the key binding of an SD-JWT. The presentation has
// no influence on them. With [KeyBindingForbidden], all other fields are absent.
type KeyBinding struct {
	Mode KeyBindingMode
	// The accepted algorithms of the Key Binding JWT, all asymmetric.
	Algorithms Algorithms
	// The maximum time since its iat, in whole seconds.
	Window time.Duration
	// The maximum clock difference: whole seconds, at most 10 minutes.
	Leeway time.Duration
	// The required aud of the Key Binding JWT: the name of this verifier.
	Audience *string
	// The nonces that the holder got for this presentation; one of them is required. A nonce is
	// good once: the caller forgets it afterwards.
	Nonces []string
}

// ValidateSDJWT validates the presentation of an SD-JWT (RFC 9901). The policy has the profile
// [ProfileSDJWT]. The claims of the token are the processed payload: each disclosed claim is in its
// place, and all digests are removed. A holder can leave a disclosure out, so the absence of a
// claim says nothing.
//
// The error is an [*Error]: at [StageDisclosure] a disclosure is at fault, at [StageProof] the Key
// Binding JWT; otherwise see [Validator.Validate]. A validator of several issuers, one without
// scopes, and one with a [SignatureVerifier] return [ErrUnsupportedPolicy].
func (v *Validator) ValidateSDJWT(presentation string, binding KeyBinding, at Time) (*Token, error) {
	keys := v.Keys()
	if keys == nil {
		return nil, absent("validator", StageUsage)
	}
	if v.issuers != nil || v.verify != nil || v.withoutScopes {
		return nil, rejection(C.KEYCARD_UNSUPPORTED_POLICY, StageUsage)
	}
	if v.policy == nil {
		return nil, absent("validator", StageUsage)
	}
	var m cMemory
	defer m.free()
	c := (*C.keycard_key_binding)(m.allocate(1, unsafe.Sizeof(C.keycard_key_binding{})))
	c.struct_size = C.size_t(unsafe.Sizeof(*c))
	c.mode = C.uint32_t(binding.Mode)
	c.algorithms = C.uint32_t(binding.Algorithms)
	c.window = m.seconds(binding.Window, "Window")
	c.leeway = m.seconds(binding.Leeway, "Leeway")
	c.audience = m.text(binding.Audience)
	c.nonces, c.nonce_count = m.texts(binding.Nonces)
	if m.err != nil {
		return nil, m.err
	}
	disclosures := strings.Count(presentation, "~")
	scratch := make([]byte, C.keycard_sd_jwt_scratch_size(C.size_t(len(presentation)), C.size_t(disclosures)))
	// The token that C fills points into the scratch: it is pinned while C may write it.
	var pinner runtime.Pinner
	pinner.Pin(&scratch[0])
	defer pinner.Unpin()
	attempt := new(struct {
		token  Token
		detail C.keycard_detail
	})
	// The returned status decides, because the detail may be unwritten.
	attempt.detail.status = C.keycard_go_sd_jwt_validate(keys.memory(), v.policy.policy, c, at.c(), textOf(presentation),
		(*C.uint8_t)(&scratch[0]), C.size_t(len(scratch)), &attempt.token.c, &attempt.detail)
	runtime.KeepAlive(v.policy)
	if err := rejectionBy(&attempt.detail); err != nil {
		return nil, err
	}
	attempt.token.scratch = scratch
	return &attempt.token, nil
}
