//go:build keycard_repository

package keycard

// #cgo CFLAGS: -I${SRCDIR}/../../include
// #cgo LDFLAGS: ${SRCDIR}/../../target/lib/libkeycard.a
import "C"
