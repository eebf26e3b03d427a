# The commands of this project. Each installs what it needs: see tools/need.
#
#   make demo     what the library is for, from Rust and from C
#   make test     everything that must hold; FAST=1 for the inner loop
#   make lib      target/lib/libkeycard.a and .so
#   make install  header, libraries, pkg-config file, CMake package and manual pages; PREFIX=, DESTDIR=
#   make uninstall   removes them again; the same PREFIX=, DESTDIR=
#   make help     this list
#   make header   include/ from src/ffi
#   make firmware    runs the library on five cores, under QEMU, and searches the linked images
#   make footprint   what each job costs on each core: target/footprint.json; make footprint-accept takes a growth
#   make faults      skips instructions of a validation that must reject, and counts wrong accepts (JOB=token-rs256, JOB='token-es256 --of 4')
#   make dist        target/dist: an archive for each core, for firmware that is not built with cargo
#   make vectors  tests/vectors/demo from the issuer of the tests
#   make pages    the quotes in docs from the examples
#   make bench    keycard beside its peers (JOB=verify-es256 for one job, BENCH_SECONDS=180 for all)
#   make bench-counts   instructions that keycard takes for each job, under valgrind
#   make bench-services   requests a second of nginx and of a Go service with tokens, the cost of a token in Envoy, and what Go pays for the way into C
#   make counts   instructions, flash and stack of verifying on a Cortex-M4, under QEMU (JOB=verify-rs256 for some)
#   make fuzz     every fuzz target, so many SECONDS each
#   make differential   CASES tokens through keycard and seven other validators, each difference in a class of differential/ledger.md
#   make interop  foreign programs at pinned versions: what each writes, and keycard's verdict; make interop-accept takes a change
#   make timing   what is secret, by the clock, for so many SECONDS (make test looks at it under valgrind)
#   make slopes   instructions for each byte of the worst inputs, pinned in tools/slopes.json
#   make miri     the tests under Miri, on three machines
#   make mutants  changes the library, and looks whether a test notices (FILES=src/pkce.rs for some)
#   make coverage    lines and regions of src that tests reach
#   make api      the public API in Rust is the one of tests/api.lock; tools/api --accept takes a change
#   make reproducible   two builds of the archive in two folders, the same bytes
#   make sbom     target/keycard.cdx.json: what is in the archive

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

.PHONY: demo test test-fast lib install uninstall help header vectors pages format lint test-rust test-features test-docs test-c test-go \
	test-sanitizers test-services test-firmware test-msrv test-fuzz firmware footprint footprint-accept dist bench \
	bench-smoke bench-counts bench-services counts faults fuzz differential test-differential interop interop-accept timing test-timing slopes miri test-miri mutants \
	test-mutants coverage api reproducible sbom clean

demo: lib $(C_BUILD)/demo
	@echo "== from Rust (the first build takes minutes)"
	$(CARGO) run --quiet --example demo
	@echo "== from C"
	$(C_BUILD)/demo $(VECTORS)

# `make test FAST=1` is the inner loop: one configuration, and nothing in C, Go or firmware but the syntax of the header.
ifeq ($(FAST),1)
test: format test-fast
else
test: format lint test-rust test-features test-docs api test-c test-go test-sanitizers test-services test-firmware test-msrv \
	test-fuzz test-differential test-timing slopes test-miri test-mutants bench-smoke
endif
	@echo "everything holds"

test-fast:
	@tools/need component:clippy $(CC)
	$(CARGO) clippy --quiet --all-features -- -D warnings
	$(CARGO) test --quiet --workspace --all-features --lib --bins --tests --no-fail-fast
	$(CC) -std=c99 -fsyntax-only $(WARNINGS) -Iinclude $(USAGE) $(GUARDED)

# --- the library ---------------------------------------------------------------------------------------

lib: $(LIB)/libkeycard.a $(LIB)/libkeycard.so

# One object that exports only the symbols of the C ABI, so that it does not collide with other Rust
# archives. It has its own panic handler in place of Rust's std, so it links with any C library.
$(LIB)/libkeycard.a: $(SOURCES) tools/archive
	@tools/need cargo $(CC)
	@mkdir -p $(LIB)
	$(CARGO) rustc --release --lib --crate-type staticlib,cdylib --features $(FEATURES) -- \
		--cfg keycard_archive -C link-arg=-Wl,-soname,$(SONAME) -C link-arg=-lc
	tools/archive target/release/libkeycard.a $@

$(LIB)/libkeycard.so: $(LIB)/libkeycard.a
	cp target/release/libkeycard.so $(LIB)/$(SONAME)
	ln -sf $(SONAME) $@

install: lib
	tools/install $(VERSION) $(SOVERSION)

uninstall:
	tools/install $(VERSION) $(SOVERSION) --remove

help:
	@sed -n 's/^#   \(make .*\)/\1/p' Makefile

header:
	KEYCARD_WRITE_HEADER=1 $(CARGO) test --quiet --test contract header::

vectors:
	KEYCARD_WRITE_VECTORS=1 $(CARGO) test --quiet --test contract demo_vectors::

pages:
	KEYCARD_WRITE_PAGES=1 $(CARGO) test --quiet --test contract -- examples:: errors_page::
	tools/charts

# --- what must hold ------------------------------------------------------------------------------------

format:
	@tools/need component:rustfmt
	@if git grep -nE '^(<<<<<<<|>>>>>>>) '; then echo "a conflict of a merge is left" >&2; exit 1; fi
	$(CARGO) fmt --check --all
	$(CARGO) fmt --check --manifest-path benches/Cargo.toml
	$(CARGO) fmt --check --manifest-path differential/Cargo.toml
	$(CARGO) fmt --check --manifest-path fuzz/Cargo.toml
	$(CARGO) fmt --check --manifest-path mutants/Cargo.toml

# The library obeys every lint; tests, examples and programs for hosts may unwrap, index and
# convert.
lint:
	@tools/need component:clippy
	$(CARGO) clippy --quiet --all-features -- -D warnings
	$(CARGO) clippy --quiet --workspace --all-features --all-targets -- -D warnings \
		-A clippy::unwrap_used -A clippy::expect_used -A clippy::indexing_slicing -A clippy::string_slice \
		-A clippy::panic -A clippy::panic_in_result_fn -A clippy::as_conversions -A clippy::arithmetic_side_effects \
		-A clippy::disallowed_methods
	$(CARGO) clippy --quiet --no-default-features --features accelerated --manifest-path benches/Cargo.toml \
		--target-dir target/benches --all-targets -- -D warnings
	for package in differential fuzz mutants; do \
		$(CARGO) clippy --quiet --manifest-path $$package/Cargo.toml --target-dir target/$$package \
			-- -D warnings -A clippy::disallowed_methods || exit 1; \
	done

test-rust:
	$(CARGO) test --quiet --workspace --all-features --no-fail-fast

# Builds the library with each algorithm alone, with none and with all, here and for a core without
# std and allocator.
test-features:
	tools/each-feature

test-docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --no-deps --all-features
	@tools/need python3
	tools/charts --check

test-c: lib $(C_BUILD)/usage-c $(C_BUILD)/usage-cpp $(C_BUILD)/usage-shared $(C_BUILD)/guarded $(C_BUILD)/cases \
		$(C_BUILD)/example-cpp
	$(C_BUILD)/usage-c $(VECTORS)
	$(C_BUILD)/usage-cpp $(VECTORS)
	LD_LIBRARY_PATH=$(LIB) $(C_BUILD)/usage-shared $(VECTORS)
	$(C_BUILD)/example-cpp $(VECTORS)
	$(C_BUILD)/guarded $(VECTORS)
	tools/c-cases $(C_BUILD)/cases
	tools/exported-symbols $(LIB)
	tools/abi
	tools/c-snippets docs/guide/flows.md docs/man/keycard.3
	@tools/need python3 openssl pkg-config cmake
	tools/readme README.md\#Install README.md\#C docs/guide/c-service.md docs/guide/rust.md
	tools/linkers
	tools/header-readers $(LIB)
	$(TOOL_PROFILE) tools/readme README.md\#Install docs/guide/tool.md
	tools/installed

# Installs the tool like its page, but without the optimisations that take minutes.
TOOL_PROFILE := CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0

# The memory accesses of C, and those of the library to the memory of C.
test-sanitizers: lib
	tools/sanitizers
	tools/instrumented

# The library in foreign services: a broker and a web server, with real clients.
test-services: $(C_BUILD)/keycard_mosquitto.so $(C_BUILD)/keycard_mosquitto_sanitized.so \
		$(C_BUILD)/ngx_http_keycard_module.so $(C_BUILD)/nginx-newest \
		$(C_BUILD)/libkeycard_envoy.so $(C_BUILD)/envoy-asan $(C_BUILD)/envoy-tsan
	tools/test-mosquitto $(C_BUILD)/keycard_mosquitto.so
	tools/test-mosquitto $(C_BUILD)/keycard_mosquitto_sanitized.so --sanitized
	tools/test-nginx $(C_BUILD)/ngx_http_keycard_module.so $(C_BUILD)/nginx-newest
	tools/test-envoy $(C_BUILD)/libkeycard_envoy.so $(C_BUILD)/envoy-asan $(C_BUILD)/envoy-tsan
	tools/readme README.md\#Install docs/guide/mqtt.md
	tools/readme README.md\#Install README.md\#Proxies

# The Go package, over the C ABI.
test-go: lib
	@tools/need go pkg-config $(CC) python3 openssl
	tools/test-go
	tools/readme README.md\#Install docs/guide/go.md

# A slice of `make firmware`, `make footprint` and `make faults`: two cores, two levels, three jobs,
# an instruction of 16.
test-firmware:
	@tools/need python3
	tools/firmware cortex-m4f riscv32imac
	tools/proofs cortex-m4f s z
	tools/footprint cortex-m4f size pkce token-es256 token-rs256
	tools/faults token-rs256 payload expiry --of 16 --most 1

test-msrv:
	tools/msrv

# --- what it costs -------------------------------------------------------------------------------------

# The first time, the peers take some minutes to build.
bench:
	@tools/need cargo $(CC) pkg-config library:libssl
	$(CARGO) run --quiet --release --manifest-path benches/Cargo.toml --target-dir target/benches --bin bench -- \
		--out target/bench.json $(JOB)

# Checks that every contender accepts valid inputs and rejects invalid ones, and that the report
# parses. It measures no times, and leaves out the peers that take minutes to build.
bench-smoke:
	@tools/need cargo
	$(CARGO) run --quiet --no-default-features --features accelerated --manifest-path benches/Cargo.toml \
		--target-dir target/benches \
		--bin bench -- --smoke --out target/bench-smoke.json $(JOB)

bench-counts:
	tools/bench-counts $(JOB)

# The cost of a token in a web server in C and in Go, in Envoy beside its own filter, and the cost of
# a call from Go to C.
bench-services: $(C_BUILD)/ngx_http_keycard_module.so $(C_BUILD)/libkeycard_envoy.so
	tools/bench-services $(C_BUILD)/ngx_http_keycard_module.so
	tools/bench-envoy $(C_BUILD)/libkeycard_envoy.so
	cd bindings/go && ../../tools/go test -tags keycard_repository -run '^$$' -bench 'Validate|Crossing|Batch' -benchtime 0.3s .

counts:
	tools/counts $(JOB)

# A slice of every fuzz target; `make fuzz SECONDS=3600` is a campaign.
SECONDS ?= 20
fuzz:
	tools/fuzz $(SECONDS)

test-fuzz:
	tools/fuzz 3

# The same tokens, keys and policies through other validators: two crates, and five in Go, Python
# and JavaScript.
DIFFERENTIAL := $(CARGO) run --quiet --manifest-path differential/Cargo.toml --target-dir target/differential --
CASES ?= 200000
SEED ?= 1
differential:
	@tools/need cargo npm go python3
	tools/differential-oracles
	$(DIFFERENTIAL) $(CASES) $(SEED) --programs target/differential-oracles

# The crates alone: the five others take a minute to install.
test-differential:
	$(DIFFERENTIAL) 20000

# Not in `make test`, because it fetches programs. Their output is in tests/vectors/interop, which
# test-rust, test-c and test-go replay.
interop interop-accept: lib $(C_BUILD)/cases
	@tools/need cargo npm gcc go
	$(CARGO) build --quiet -p keycard-cli
	python3 interop/run.py target/debug/keycard $(if $(filter interop-accept,$@),--accept)

timing:
	tools/timing measure $(SECONDS)

test-timing:
	tools/timing

slopes: lib
	tools/slopes

miri:
	tools/miri

test-miri:
	tools/miri --slice

mutants:
	tools/mutants $(FILES)

test-mutants:
	tools/mutants --slice

coverage:
	tools/coverage

# A change of the public API fails.
api:
	tools/api

reproducible:
	tools/reproducible

# The linked packages, in a standard format.
sbom:
	@tools/need cargo cargo-cyclonedx
	cargo cyclonedx --quiet --format json --all-features --spec-version 1.5 --override-filename keycard.cdx
	mv keycard.cdx.json target/keycard.cdx.json

# --- programs ------------------------------------------------------------------------------------------

USAGE := $(addprefix ffi-tests/c/usage,.c _keys.c _claims.c _policy.c _trust.c _flow.c _dpop.c)
GUARDED := $(addprefix ffi-tests/c/,guarded.c guarded_null.c guarded_places.c guard.c)
C_INPUTS := ffi-tests/c/files.h ffi-tests/c/guard.h ffi-tests/c/guarded.h ffi-tests/c/key_of_record.h \
	ffi-tests/c/usage.h include/*.h

$(C_BUILD)/demo: $(LIB)/libkeycard.a ffi-tests/c/demo.c $(C_INPUTS)
	@tools/need $(CC)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude ffi-tests/c/demo.c $(LIB)/libkeycard.a -o $@

$(C_BUILD)/usage-c: $(LIB)/libkeycard.a $(USAGE) $(C_INPUTS)
	@tools/need $(CC)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude $(USAGE) $(LIB)/libkeycard.a -o $@

$(C_BUILD)/usage-cpp: $(LIB)/libkeycard.a $(USAGE) $(C_INPUTS)
	@tools/need $(CXX)
	@mkdir -p $(C_BUILD)
	$(CXX) -std=c++17 -O2 $(WARNINGS) -Iinclude -x c++ $(USAGE) -x none $(LIB)/libkeycard.a -o $@

$(C_BUILD)/usage-shared: $(LIB)/libkeycard.so $(USAGE) $(C_INPUTS)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude $(USAGE) -L$(LIB) -lkeycard -o $@

$(C_BUILD)/example-cpp: $(LIB)/libkeycard.a ffi-tests/cpp/example.cpp include/*.h
	@tools/need $(CXX)
	@mkdir -p $(C_BUILD)
	$(CXX) -std=c++17 -O2 $(WARNINGS) -Iinclude ffi-tests/cpp/example.cpp $(LIB)/libkeycard.a -o $@

$(C_BUILD)/guarded: $(LIB)/libkeycard.a $(GUARDED) $(C_INPUTS)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude $(GUARDED) $(LIB)/libkeycard.a -o $@

$(C_BUILD)/cases: $(LIB)/libkeycard.a ffi-tests/c/cases.c ffi-tests/c/guard.c $(C_INPUTS)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude ffi-tests/c/cases.c ffi-tests/c/guard.c $(LIB)/libkeycard.a -o $@

MOSQUITTO := $(wildcard integrations/mosquitto/*.c)
MOSQUITTO_FLAGS := -std=c99 -D_POSIX_C_SOURCE=200809L -shared -fPIC $(WARNINGS) -Iinclude

$(C_BUILD)/keycard_mosquitto.so: $(LIB)/libkeycard.a $(MOSQUITTO) integrations/mosquitto/keycard_mosquitto.h include/*.h
	@tools/need $(CC) mosquitto mosquitto_pub header:mosquitto_plugin.h header:mosquitto.h
	@mkdir -p $(C_BUILD)
	$(CC) $(MOSQUITTO_FLAGS) -O2 $(MOSQUITTO) $(LIB)/libkeycard.a -o $@

# The broker itself is not instrumented: it preloads the runtime of the sanitizers.
$(C_BUILD)/keycard_mosquitto_sanitized.so: $(C_BUILD)/keycard_mosquitto.so
	$(CC) $(MOSQUITTO_FLAGS) -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined \
		$(MOSQUITTO) $(LIB)/libkeycard.a -o $@

$(C_BUILD)/ngx_http_keycard_module.so: $(LIB)/libkeycard.a $(wildcard integrations/nginx/*) include/*.h
	@mkdir -p $(C_BUILD)
	tools/nginx-module $@

# The newest nginx, with the module and the sanitizers in it.
$(C_BUILD)/nginx-newest: $(LIB)/libkeycard.a $(wildcard integrations/nginx/*) include/*.h tools/nginx-module
	@mkdir -p $(C_BUILD)
	tools/nginx-module --newest $@

ENVOY := $(wildcard integrations/envoy/*.c)
ENVOY_FLAGS := -std=c11 -D_GNU_SOURCE -shared -fPIC -fvisibility=hidden -pthread $(WARNINGS) -Iinclude -Wl,--exclude-libs,ALL
ENVOY_LIBRARIES := $(LIB)/libkeycard.a -l:libjansson.a

$(C_BUILD)/libkeycard_envoy.so: $(LIB)/libkeycard.a $(ENVOY) $(wildcard integrations/envoy/*.h) include/*.h
	@tools/need $(CC) header:jansson.h
	@mkdir -p $(C_BUILD)
	$(CC) $(ENVOY_FLAGS) -O2 $(ENVOY) $(ENVOY_LIBRARIES) -o $@

# The module in a stand-in for Envoy, whose own allocator hides the heap from sanitizers.
ENVOY_HOST := ffi-tests/envoy/host.c $(ENVOY) $(wildcard integrations/envoy/*.h) include/keycard.h
ENVOY_HOST_FLAGS := -std=c11 -D_GNU_SOURCE -pthread $(WARNINGS) -Iinclude -Iintegrations/envoy -O1 -g -fno-omit-frame-pointer

$(C_BUILD)/envoy-asan: $(LIB)/libkeycard.a $(ENVOY_HOST)
	@tools/need $(CC) header:jansson.h
	@mkdir -p $(C_BUILD)
	$(CC) $(ENVOY_HOST_FLAGS) -fsanitize=address,undefined -fno-sanitize-recover=undefined \
		$(filter %.c,$(ENVOY_HOST)) $(ENVOY_LIBRARIES) -o $@

$(C_BUILD)/envoy-tsan: $(LIB)/libkeycard.a $(ENVOY_HOST)
	@tools/need $(CC) header:jansson.h
	@mkdir -p $(C_BUILD)
	$(CC) $(ENVOY_HOST_FLAGS) -fsanitize=thread $(filter %.c,$(ENVOY_HOST)) $(ENVOY_LIBRARIES) -o $@

# --- firmware ------------------------------------------------------------------------------------------

firmware:
	@tools/need python3
	tools/firmware
	tools/same-verdicts
	tools/proofs

footprint:
	@tools/need python3
	tools/footprint

footprint-accept:
	@tools/need python3
	tools/footprint --accept

faults:
	@tools/need python3
	tools/faults $(JOB)

dist:
	@tools/need python3
	tools/dist

clean:
	$(CARGO) clean
