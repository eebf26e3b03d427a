//go:build !cgo

// This file is built without cgo only, and stops the build with its name: keycard is a C library
// and needs cgo.
package set_CGO_ENABLED_to_1_and_install_a_C_compiler_keycard_needs_both
