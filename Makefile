# The commands of this project. Each does its own set-up: see tools/need.
#
#   make demo     what the library is for, from Rust and from C
#   make test     everything that must hold
#   make lib      target/lib/libkeycard.a and .so
#   make header   include/keycard.h from src/ffi
#   make vectors  tests/vectors/demo from the issuer of the tests

CARGO ?= cargo
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif

FEATURES := std,ffi
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
SONAME := libkeycard.so.$(firstword $(subst ., ,$(VERSION)))
LIB := target/lib
C_BUILD := target/c
VECTORS := tests/vectors/demo
WARNINGS := -Wall -Wextra -Wpedantic -Werror

SOURCES := $(shell find src -name '*.rs') Cargo.toml Cargo.lock

.PHONY: demo test lib header vectors format lint test-rust test-features test-c test-targets test-image \
	test-msrv test-docs clean

demo: lib $(C_BUILD)/demo
	@echo "== from Rust"
	$(CARGO) run --quiet --example demo
	@echo "== from C"
	$(C_BUILD)/demo $(VECTORS)

test: format lint test-rust test-features test-docs test-c test-targets test-image test-msrv
	@echo "everything holds"

# --- the library ---------------------------------------------------------------------------------------

lib: $(LIB)/libkeycard.a $(LIB)/libkeycard.so

# One object with our symbols and no others, so that the archive meets no other Rust archive's.
$(LIB)/libkeycard.a: $(SOURCES) tools/archive
	@tools/need cargo $(CC)
	@mkdir -p $(LIB)
	$(CARGO) rustc --release --lib --crate-type staticlib,cdylib --features $(FEATURES) -- \
		-C link-arg=-Wl,-soname,$(SONAME)
	tools/archive target/release/libkeycard.a $@

$(LIB)/libkeycard.so: $(LIB)/libkeycard.a
	cp target/release/libkeycard.so $(LIB)/$(SONAME)
	ln -sf $(SONAME) $@

header:
	KEYCARD_WRITE_HEADER=1 $(CARGO) test --quiet --test header

vectors:
	KEYCARD_WRITE_VECTORS=1 $(CARGO) test --quiet --test demo_vectors

# --- what must hold ------------------------------------------------------------------------------------

format:
	@tools/need component:rustfmt
	$(CARGO) fmt --check

# The library keeps every lint; tests and examples may unwrap, index and convert.
lint:
	@tools/need component:clippy
	$(CARGO) clippy --quiet --all-features -- -D warnings
	$(CARGO) clippy --quiet --all-features --tests --examples -- -D warnings \
		-A clippy::unwrap_used -A clippy::expect_used -A clippy::indexing_slicing -A clippy::string_slice \
		-A clippy::panic -A clippy::panic_in_result_fn -A clippy::as_conversions -A clippy::arithmetic_side_effects \
		-A clippy::disallowed_methods

test-rust:
	$(CARGO) test --quiet --features serde

# Each algorithm alone, and none, is a library of its own.
test-features:
	tools/each-feature

test-docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --no-deps --features serde

test-c: lib $(C_BUILD)/usage-c $(C_BUILD)/usage-cpp $(C_BUILD)/usage-shared
	$(C_BUILD)/usage-c $(VECTORS)
	$(C_BUILD)/usage-cpp $(VECTORS)
	LD_LIBRARY_PATH=$(LIB) $(C_BUILD)/usage-shared $(VECTORS)
	tools/exported-symbols $(LIB)
	tools/readme

# Nothing of the core asks for std or an allocator: these targets have neither.
test-targets:
	tools/bare-metal

# What must not be in a linked image.
test-image:
	tools/image

test-msrv:
	tools/msrv

# --- programs ------------------------------------------------------------------------------------------

$(C_BUILD)/demo $(C_BUILD)/usage-c: $(C_BUILD)/%: $(LIB)/libkeycard.a ffi-tests/c/*.c ffi-tests/c/files.h include/keycard.h
	@tools/need $(CC)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude ffi-tests/c/$(firstword $(subst -, ,$*)).c $(LIB)/libkeycard.a -o $@

$(C_BUILD)/usage-cpp: $(LIB)/libkeycard.a ffi-tests/c/usage.c ffi-tests/c/files.h include/keycard.h
	@tools/need $(CXX)
	@mkdir -p $(C_BUILD)
	$(CXX) -std=c++17 -O2 $(WARNINGS) -Iinclude -x c++ ffi-tests/c/usage.c -x none $(LIB)/libkeycard.a -o $@

$(C_BUILD)/usage-shared: $(LIB)/libkeycard.so ffi-tests/c/usage.c ffi-tests/c/files.h include/keycard.h
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude ffi-tests/c/usage.c -L$(LIB) -lkeycard -o $@

clean:
	$(CARGO) clean
