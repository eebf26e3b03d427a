package keycard

// #include "shim.h"
// #include <stdlib.h>
import "C"

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// The number of C memory blocks that policies hold. For tests.
var policyBlocks atomic.Int64

// policyMemory is a policy in C memory, with everything that it points to. It does not change, and
// is freed with the last validator that uses it.
type policyMemory struct {
	cMemory
	policy *C.keycard_policy
	scopes []string
	issuer string
}

// cMemory holds blocks of C memory for structures that contain addresses, and the first error in a
// value to store there.
type cMemory struct {
	blocks []unsafe.Pointer
	err    error
}

func newPolicyMemory(p *Policy) (*policyMemory, error) {
	m := &policyMemory{scopes: append([]string(nil), p.Scopes...), issuer: p.Issuer}
	runtime.SetFinalizer(m, func(m *policyMemory) { m.free() })
	m.policy = C.keycard_go_policy()
	if m.policy == nil {
		return nil, rejection(C.KEYCARD_BAD_MEMORY, StageUsage)
	}
	m.keep(unsafe.Pointer(m.policy))
	m.fill(m.policy, p)
	if m.err != nil {
		return nil, m.err
	}
	return m, nil
}

func (m *cMemory) free() {
	for _, block := range m.blocks {
		C.free(block)
	}
	policyBlocks.Add(-int64(len(m.blocks)))
	m.blocks = nil
}

func (m *policyMemory) fill(c *C.keycard_policy, p *Policy) {
	c.profile = C.uint32_t(p.Profile)
	c.algorithms = C.uint32_t(p.Algorithms)
	c.flags = C.uint32_t(p.Flags)
	c.max_token_length = C.uint32_t(p.MaxTokenLength)
	c.max_header_length = C.uint32_t(p.MaxHeaderLength)
	c.max_members = C.uint32_t(p.MaxMembers)
	if p.Flags&(C.KEYCARD_HAS_MAX_TOKEN_AGE|C.KEYCARD_HAS_MAX_AGE) != 0 {
		m.fail(C.KEYCARD_POLICY_CONTRADICTION, "Flags")
	}
	c.leeway = m.seconds(p.Leeway, "Leeway")
	if p.MaxTokenAge != nil {
		c.flags |= C.KEYCARD_HAS_MAX_TOKEN_AGE
		c.max_token_age = m.seconds(*p.MaxTokenAge, "MaxTokenAge")
	}
	if p.MaxAge != nil {
		c.flags |= C.KEYCARD_HAS_MAX_AGE
		c.max_age = m.seconds(*p.MaxAge, "MaxAge")
	}
	if p.MaxLifetime != nil {
		c.max_lifetime = m.seconds(*p.MaxLifetime, "MaxLifetime")
		if *p.MaxLifetime == 0 {
			m.fail(C.KEYCARD_POLICY_EMPTY, "MaxLifetime")
		}
	}
	if p.Issuer != "" {
		c.issuer = m.text(&p.Issuer)
	}
	c.audiences, c.audience_count = m.texts(p.Audiences)
	c.audience_claim = m.text(p.AudienceClaim)
	c.trusted_audiences, c.trusted_audience_count = m.texts(p.TrustedAudiences)
	c.token_type = m.text(p.TokenType)
	c.header_name = m.text(p.HeaderName)
	c.header_value = m.text(p.HeaderValue)
	c.scopes, c.scope_count = m.texts(p.Scopes)
	c.scope_claim = m.text(p.ScopeClaim)
	c.markers, c.marker_count = m.texts(p.Markers)
	c.rules, c.rule_count = m.rules(p.Rules)
	c.nonce = m.text(p.Nonce)
	c.authorized_parties, c.authorized_party_count = m.texts(p.AuthorizedParties)
	c.access_token = m.text(p.AccessToken)
	c.code = m.text(p.Code)
	c.state = m.text(p.State)
	c.subject = m.text(p.Subject)
	c.authentication_contexts, c.authentication_context_count = m.texts(p.AuthenticationContexts)
	c.authentication_methods, c.authentication_method_count = m.texts(p.AuthenticationMethods)
	c.client_claim = m.text(p.ClientClaim)
	c.clients, c.client_count = m.texts(p.Clients)
	if p.UserMark != nil {
		c.user_mark, _ = m.rules([]ClaimRule{*p.UserMark})
	}
	c.original = m.original(p.Original)
	c.dpop_key32 = m.hash(p.DPoPKey)
	c.client_certificate32 = m.hash(p.ClientCertificate)
}

func (m *cMemory) original(o *OriginalIDToken) *C.keycard_original_id_token {
	if o == nil {
		return nil
	}
	c := (*C.keycard_original_id_token)(m.allocate(1, unsafe.Sizeof(C.keycard_original_id_token{})))
	c.issuer = m.text(&o.Issuer)
	c.subject = m.text(&o.Subject)
	c.audiences, c.audience_count = m.texts(o.Audiences)
	c.authorized_party = m.text(o.AuthorizedParty)
	c.nonce = m.text(o.Nonce)
	// The zero time means that the caller did not set the field.
	if o.IssuedAt.IsZero() || (o.AuthTime != nil && o.AuthTime.IsZero()) {
		m.fail(C.KEYCARD_POLICY_INCOMPLETE, "Original")
	}
	c.issued_at = C.int64_t(o.IssuedAt.Unix())
	if o.AuthTime != nil {
		c.has_auth_time = 1
		c.auth_time = C.int64_t(o.AuthTime.Unix())
	}
	return c
}

// seconds rejects fractions of a second: a rounded value would not be the limit that the caller
// set.
func (m *cMemory) seconds(d time.Duration, field string) C.uint32_t {
	seconds := d / time.Second
	if d < 0 || d%time.Second != 0 || seconds > math.MaxUint32 {
		m.fail(C.KEYCARD_POLICY_VALUE, field)
		return 0
	}
	return C.uint32_t(seconds)
}

// text copies a string. The result is absent for nil, and has an address even for an empty string.
func (m *cMemory) text(text *string) C.keycard_bytes {
	if text == nil {
		return C.keycard_bytes{}
	}
	data := m.allocate(len(*text), 1)
	copy(unsafe.Slice((*byte)(data), len(*text)), *text)
	return C.keycard_bytes{data: data, length: C.size_t(len(*text))}
}

// texts copies a list. The result is absent for nil, and has an address even for an empty list.
func (m *cMemory) texts(texts []string) (*C.keycard_bytes, C.size_t) {
	if texts == nil {
		return nil, 0
	}
	list := (*C.keycard_bytes)(m.allocate(len(texts), unsafe.Sizeof(C.keycard_bytes{})))
	slots := unsafe.Slice(list, len(texts))
	for i := range texts {
		slots[i] = m.text(&texts[i])
	}
	return list, C.size_t(len(texts))
}

// rules copies a list of rules. The result is absent for nil, and has an address even for an empty
// list.
func (m *cMemory) rules(rules []ClaimRule) (*C.keycard_rule, C.size_t) {
	if rules == nil {
		return nil, 0
	}
	list := (*C.keycard_rule)(m.allocate(len(rules), unsafe.Sizeof(C.keycard_rule{})))
	slots := unsafe.Slice(list, len(rules))
	for i := range rules {
		slots[i].path, slots[i].path_length = m.texts(rules[i].Path)
		slots[i].kind = C.uint32_t(rules[i].Kind)
		slots[i].value = m.text(rules[i].Value)
	}
	return list, C.size_t(len(rules))
}

// hash copies 32 bytes, or returns NULL.
func (m *cMemory) hash(hash *[32]byte) *C.uint8_t {
	if hash == nil {
		return nil
	}
	block := m.allocate(len(hash), 1)
	copy(unsafe.Slice((*byte)(block), len(hash)), hash[:])
	return (*C.uint8_t)(block)
}

// allocate returns count times size bytes of zeros, at least one byte, so that the address is never
// nil.
func (m *cMemory) allocate(count int, size uintptr) unsafe.Pointer {
	// cgo guarantees that malloc never returns nil. Other C functions may.
	bytes := uintptr(count)*size + 1
	block := C.malloc(C.size_t(bytes))
	clear(unsafe.Slice((*byte)(block), bytes))
	m.keep(block)
	return block
}

func (m *cMemory) keep(block unsafe.Pointer) {
	m.blocks = append(m.blocks, block)
	policyBlocks.Add(1)
}

// fail records the first error that is found before C gets the policy.
func (m *cMemory) fail(status C.keycard_status, field string) {
	if m.err == nil {
		m.err = rejectionAbout(status, StageUsage, field)
	}
}
