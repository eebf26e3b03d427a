//go:build !keycard_repository

package keycard

// #cgo pkg-config: keycard
import "C"
