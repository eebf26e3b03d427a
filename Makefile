# The commands of this project are in mk/*.mk; `make help` lists them. Each installs what it needs:
# see tools/need.

.PHONY: default help clean
default: demo

CARGO ?= cargo
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif

# A build from scratch writes no debug information and no incremental data, which take time and
# gigabytes.
export CARGO_INCREMENTAL ?= 0
export CARGO_PROFILE_DEV_DEBUG ?= 0
export CARGO_PROFILE_TEST_DEBUG ?= 0

FEATURES := ffi,accelerated
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
SOVERSION := $(firstword $(subst ., ,$(VERSION)))
SONAME := libkeycard.so.$(SOVERSION)
LIB := target/lib
export PREFIX DESTDIR INCLUDEDIR LIBDIR MANDIR
C_BUILD := target/c
VECTORS := tests/vectors/demo
WARNINGS := -Wall -Wextra -Wpedantic -Werror

SOURCES := $(shell find src -name '*.rs') Cargo.toml Cargo.lock

include $(sort $(wildcard mk/*.mk))

## make help: lists the commands
help:
	@sed -n 's/^## \(make [^:]*\): /\1\t/p' $(MAKEFILE_LIST) | expand -t 22

## make clean: removes what was built
clean:
	$(CARGO) clean
