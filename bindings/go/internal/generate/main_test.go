package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const header = "../../../../include/keycard.h"

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skip("this is not the repository of the header")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readAll(t *testing.T) string {
	t.Helper()
	read(t, header)
	text, err := readHeaders(header)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheCommittedConstantsAreThoseOfTheHeader(t *testing.T) {
	source, err := Generate(readAll(t))
	if err != nil {
		t.Fatal(err)
	}
	if string(source) != read(t, "../../generated.go") {
		t.Error("generated.go is not what the header makes: run `go generate` and look at the difference")
	}
}

func TestEveryStatusOfTheHeaderHasAnError(t *testing.T) {
	committed := read(t, "../../generated.go")
	list := committed[strings.Index(committed, "var statuses"):]
	list = list[:strings.Index(list, "\n}")]
	// Finds the statuses without the generator: every constant in the last section of its header is
	// one.
	_, statuses, _ := strings.Cut(read(t, filepath.Join(filepath.Dir(header), "keycard_status.h")), "#define KEYCARD_OK 0")
	wanted := strings.Count(statuses, "\n#define KEYCARD_")
	if got := strings.Count(list, "\tErr"); got != wanted || wanted < 80 {
		t.Errorf("%d errors for %d statuses", got, wanted)
	}
}

func TestANumberOfAnUnknownGroupIsAnError(t *testing.T) {
	known := readAll(t)
	for _, added := range []string{
		"#define KEYCARD_UNHEARD_OF 1\n",
		"#define KEYCARD_UNHEARD_OF (1 << 3)\n",
		"#define KEYCARD_UNHEARD_OF 4000\n",
	} {
		if _, err := Generate(known + added); err == nil || !strings.Contains(err.Error(), "KEYCARD_UNHEARD_OF") {
			t.Errorf("%s: %v", added, err)
		}
	}
	if _, err := Generate("#define KEYCARD_OK 0\n"); err == nil {
		t.Error("a header without most groups is taken")
	}
}
