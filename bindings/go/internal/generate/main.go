// Command generate writes the constants of the headers as Go constants.
//
//	generate HEADER OUTPUT
//
// HEADER is keycard.h; the other headers are beside it.
//
// A constant that belongs to no group below is an error. So a new constant in a header cannot be
// missing from the Go package.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A group is a sequence of constants in a header that becomes one type in Go.
type group struct {
	// The first name of the sequence, without KEYCARD_.
	first string
	// The prefix of the names in the sequence, or empty.
	prefix string
	// Values from this one on do not belong to the group; 0 if all do.
	below uint64
	// The type in Go, empty if the package does not have it, and the prefix of its names in Go.
	kind, named string
	// True if a table from number to name is written, with the words of the header.
	names bool
}

var groups = []group{
	{first: "OK", below: 1000, kind: "Status", named: "Err"},
	{first: "STAGE_USAGE", prefix: "STAGE_", kind: "Stage", named: "Stage"},
	{first: "PROFILE_JWS", prefix: "PROFILE_", kind: "Profile", named: "Profile"},
	{first: "WITHOUT_ISSUER", kind: "Flags"},
	{first: "RULE_PRESENT", prefix: "RULE_", kind: "RuleKind", named: "Rule"},
	{first: "HS256", kind: "Algorithms", names: true},
	{first: "PRECOMPUTE_NONE", prefix: "PRECOMPUTE_", kind: "Precomputation", named: "Precompute"},
	{first: "CHECK_SIGNATURE", prefix: "CHECK_", kind: "Checks", named: "Check", names: true},
	{first: "PROOF_KIND_DPOP", prefix: "PROOF_KIND_", kind: "ProofKind", named: "ProofKind"},
	{first: "PROOF_WITHOUT_ACCESS_TOKEN", prefix: "PROOF_", kind: "ProofFlags", named: "Proof"},
	{first: "KEY_BINDING_REQUIRED", prefix: "KEY_BINDING_", kind: "KeyBindingMode", named: "KeyBinding"},
	{first: "APPLICATION_TRUSTED", prefix: "APPLICATION_", kind: "Application", named: "Application", names: true},
	{first: "FLOW_AUTHORIZATION_CODE", prefix: "FLOW_", kind: "Flow", named: "Flow", names: true},
	{first: "PRACTICE_UNCHANGED", prefix: "PRACTICE_", kind: "Practice", named: "Practice", names: true},
	{first: "FIT_RECOMMENDED", prefix: "FIT_", kind: "Fit", named: "Fit", names: true},
	{first: "RESPONSE_TYPE_CODE", prefix: "RESPONSE_TYPE_", kind: "ResponseType", named: "ResponseType", names: true},
	{first: "ENDPOINT_AUTHORIZATION", prefix: "ENDPOINT_", kind: "Endpoint", named: "Endpoint", names: true},
	{first: "ISSUED_CODE", prefix: "ISSUED_", kind: "Issued", named: "Issued", names: true},
}

// Constants that the package uses by their C names, or that only devices use.
var ignored = regexp.MustCompile(`^(VERSION_(MAJOR|MINOR|PATCH)|TIME_AT|TIME_UNKNOWN|KEYS_ALLOW_(SECRETS|CERTIFICATES|SHORT_COORDINATES)|KIND_[A-Z]+|MAX_FINDINGS|` +
	`IMAGE_STORAGE_IS_AUTHENTICATED|IMAGE_INSECURE_ALLOW_WEAK_KEYS|PKCE_LENGTH|PKCE_ALLOW_PLAIN|PKCE_OPTIONAL|` +
	`HAS_MAX_TOKEN_AGE|HAS_MAX_AGE|SIGNATURE_IS_RIGHT|MAX_TOKEN_LENGTH|MAX_HEADER_LENGTH|MAX_MEMBERS|MAX_DISCLOSURES)$`)

type number struct {
	name, comment string
	value         uint64
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate HEADER OUTPUT")
		os.Exit(2)
	}
	headers, err := readHeaders(os.Args[1])
	if err == nil {
		var source []byte
		if source, err = Generate(headers); err == nil {
			err = os.WriteFile(os.Args[2], source, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// readHeaders returns the text of keycard.h and of the headers beside it.
func readHeaders(path string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(filepath.Dir(path), "keycard*.h"))
	var text strings.Builder
	for _, path := range paths {
		var header []byte
		if header, err = os.ReadFile(path); err != nil {
			break
		}
		text.Write(header)
	}
	return text.String(), err
}

// Generate makes the Go source of headers.
func Generate(header string) ([]byte, error) {
	members := make([][]number, len(groups))
	current := -1
	for _, n := range numbers(header) {
		if ignored.MatchString(n.name) {
			continue
		}
		for i, g := range groups {
			if n.name == g.first {
				current = i
			}
		}
		if current < 0 || !strings.HasPrefix(n.name, groups[current].prefix) ||
			(groups[current].below > 0 && n.value >= groups[current].below) ||
			(len(members[current]) > 0 && n.value <= members[current][len(members[current])-1].value) {
			return nil, fmt.Errorf("KEYCARD_%s belongs to no group: add it to internal/generate", n.name)
		}
		members[current] = append(members[current], n)
	}
	var out bytes.Buffer
	out.WriteString("// Code generated from the headers of keycard by internal/generate. DO NOT EDIT.\n\npackage keycard\n")
	for i, g := range groups {
		if len(members[i]) == 0 {
			return nil, fmt.Errorf("no header has KEYCARD_%s", g.first)
		}
		write(&out, g, members[i])
	}
	return format.Source(out.Bytes())
}

func write(out *bytes.Buffer, g group, members []number) {
	if g.kind == "" {
		return
	}
	out.WriteString("\nconst (\n")
	for _, n := range members {
		if n.name == "OK" {
			continue
		}
		fmt.Fprintf(out, "// %s\n%s %s = %d\n", n.comment, goName(g, n), g.kind, n.value)
	}
	out.WriteString(")\n")
	if g.kind == "Status" {
		out.WriteString("\nvar statuses = [...]Status{\n")
		for _, n := range members {
			if n.name != "OK" {
				out.WriteString(goName(g, n) + ",\n")
			}
		}
		out.WriteString("}\n")
	}
	if g.names {
		fmt.Fprintf(out, "\nvar names%s = []numberName[%s]{\n", g.kind, g.kind)
		for _, n := range members {
			fmt.Fprintf(out, "{%s, %q},\n", goName(g, n), spoken(g, n))
		}
		out.WriteString("}\n")
	}
}

var define = regexp.MustCompile(`^#define KEYCARD_([A-Z0-9_]+) (?:([0-9]+)|\(1 << ([0-9]+)\))$`)

// numbers lists the numeric constants of a header with the comments above them.
func numbers(header string) []number {
	var found []number
	var comment []string
	for _, line := range strings.Split(header, "\n") {
		if text, ok := strings.CutPrefix(line, "// "); ok {
			comment = append(comment, text)
			continue
		}
		if match := define.FindStringSubmatch(line); match != nil {
			n := number{name: match[1], comment: strings.Join(comment, " ")}
			if match[2] != "" {
				n.value, _ = strconv.ParseUint(match[2], 10, 63)
			} else {
				shift, _ := strconv.ParseUint(match[3], 10, 6)
				n.value = 1 << shift
			}
			found = append(found, n)
		}
		comment = nil
	}
	return found
}

// Words with a special spelling.
var words = map[string]string{
	"ID": "ID", "JSON": "JSON", "PKCE": "PKCE", "JWS": "JWS", "JWT": "JWT", "SVID": "SVID", "JAG": "JAG", "SD": "SD", "RFC9068": "RFC9068", "DER": "DER",
	"PEM": "PEM", "PSS": "PSS", "EDDSA": "EdDSA", "DPOP": "DPoP", "HTTP": "HTTP", "URI": "URI",
	"1KB": "1KB", "2KB": "2KB", "4KB": "4KB", "8KB": "8KB", "16KB": "16KB", "64KB": "64KB",
}

func goName(g group, n number) string {
	name := strings.TrimPrefix(n.name, g.prefix)
	if g.kind == "Algorithms" {
		return algorithmName(n.name, "_")
	}
	out := g.named
	for _, word := range strings.Split(name, "_") {
		if special, ok := words[word]; ok {
			out += special
		} else {
			out += word[:1] + strings.ToLower(word[1:])
		}
	}
	return out
}

// algorithmName returns the JOSE name of an algorithm, with the separator of Go or of JOSE.
func algorithmName(name, separator string) string {
	switch name {
	case "EDDSA":
		return "EdDSA"
	case "ED25519":
		return "Ed25519"
	}
	return strings.ReplaceAll(name, "_", separator)
}

// spoken returns the readable name of a constant: the JOSE name of an algorithm, the name of a
// response type in requests (its comment in the header), and words for all others.
func spoken(g group, n number) string {
	switch g.kind {
	case "Algorithms":
		return algorithmName(n.name, "-")
	case "ResponseType":
		return n.comment
	}
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(n.name, g.prefix)), "_", " ")
}
