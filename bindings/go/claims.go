package keycard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
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
	fields := make(fieldNames)
	fields.collect(reflect.TypeOf(v), make(map[reflect.Type]bool))
	if err := fields.check(text); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("keycard: claims: %w", err)
	}
	return nil
}

// fieldNames returns the names of all members of a type, at any depth.
type fieldNames map[string]bool

func (f fieldNames) collect(t reflect.Type, seen map[reflect.Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		f.collect(t.Elem(), seen)
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			field := t.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" {
				name = field.Name
			}
			f[name] = true
			f.collect(field.Type, seen)
		}
	}
}

// check rejects a member whose name differs from that of a field only in case. It compares all
// members with all fields, at any depth: it may reject a valid token, but accepts no such member.
//
// The JSON has no white space, so a string followed directly by a colon is a member name.
func (f fieldNames) check(text []byte) error {
	if len(f) == 0 {
		return nil
	}
	for {
		begin := bytes.IndexByte(text, '"')
		if begin < 0 {
			return nil
		}
		text = text[begin:]
		end := 1
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(text))
		if end < len(text) && text[end] == ':' {
			var name string
			if err := json.Unmarshal(text[:end], &name); err != nil {
				return fmt.Errorf("keycard: claims: %w", err)
			}
			if err := f.checkName(name); err != nil {
				return err
			}
		}
		text = text[end:]
	}
}

func (f fieldNames) checkName(name string) error {
	if f[name] {
		return nil
	}
	for field := range f {
		if strings.EqualFold(field, name) {
			return fmt.Errorf("keycard: claims: %q would be stored as %q: %w", name, field, ErrClaimMismatch)
		}
	}
	return nil
}
