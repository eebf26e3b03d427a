package keycard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// Claims unmarshals all claims into the value that v points to, with [encoding/json]. Numbers in a
// value of type any are [json.Number].
//
// encoding/json matches names case-insensitively, so it would store a claim "Role" in the field
// "role". Claim names are case-sensitive (RFC 7519 section 4): a token with such a member is
// rejected with an error that wraps [ErrClaimMismatch]. Name each field by its tag.
func (t *Token) Claims(v any) error {
	text, err := t.JSON()
	if err != nil {
		return err
	}
	members := membersOf(reflect.TypeOf(v))
	if err := members.check(text); err != nil {
		return err
	}
	if members.hasInterface {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		err = decoder.Decode(v)
	} else {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return fmt.Errorf("keycard: claims: %w", err)
	}
	return nil
}

// members describes a type.
type members struct {
	// names has the names of all members, at any depth.
	names map[string]bool
	// fields has the same names, for a comparison without case.
	fields [][]byte
	// hasInterface is true if a member, at any depth, has an interface type.
	hasInterface bool
}

// membersOfTypes has the members of each type that was asked for.
var membersOfTypes sync.Map

func membersOf(t reflect.Type) *members {
	if t == nil {
		return &members{}
	}
	if known, ok := membersOfTypes.Load(t); ok {
		return known.(*members)
	}
	m := &members{names: make(map[string]bool)}
	m.collect(t, make(map[reflect.Type]bool))
	for name := range m.names {
		m.fields = append(m.fields, []byte(name))
	}
	membersOfTypes.Store(t, m)
	return m
}

func (m *members) collect(t reflect.Type, seen map[reflect.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		m.hasInterface = true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		m.collect(t.Elem(), seen)
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			field := t.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" {
				name = field.Name
			}
			m.names[name] = true
			m.collect(field.Type, seen)
		}
	}
}

// check rejects a member whose name differs from that of a field only in case. It compares all
// members with all fields, at any depth: it may reject a valid token, but accepts no such member.
//
// The JSON has no white space, so a string followed directly by a colon is a member name.
func (m *members) check(text []byte) error {
	if len(m.names) == 0 {
		return nil
	}
	for {
		begin := bytes.IndexByte(text, '"')
		if begin < 0 {
			return nil
		}
		text = text[begin:]
		end, escaped := endOfString(text)
		if end < len(text) && text[end] == ':' {
			name := text[1 : end-1]
			if escaped {
				var unescaped string
				if err := json.Unmarshal(text[:end], &unescaped); err != nil {
					return fmt.Errorf("keycard: claims: %w", err)
				}
				name = []byte(unescaped)
			}
			if err := m.checkName(name); err != nil {
				return err
			}
		}
		text = text[end:]
	}
}

// endOfString returns the index after the string at the beginning of text, and whether the string
// has escapes.
func endOfString(text []byte) (end int, escaped bool) {
	end = 1
	for end < len(text) {
		quote := bytes.IndexByte(text[end:], '"')
		if quote < 0 {
			break
		}
		escape := bytes.IndexByte(text[end:end+quote], '\\')
		if escape < 0 {
			return end + quote + 1, escaped
		}
		escaped = true
		end += escape + 2
	}
	return len(text), escaped
}

func (m *members) checkName(name []byte) error {
	if m.names[string(name)] {
		return nil
	}
	for _, field := range m.fields {
		if bytes.EqualFold(field, name) {
			return fmt.Errorf("keycard: claims: %q would be stored as %q: %w", name, field, ErrClaimMismatch)
		}
	}
	return nil
}
