# The tests of the project: make test runs all of them, in three lanes.

.PHONY: test test-fast ready format lint test-rust test-features test-docs api test-c \
	test-sanitizers test-services test-go test-firmware test-msrv test-fuzz test-differential \
	test-timing slopes test-miri test-mutants bench-smoke

## make test: everything that must hold; FAST=1 for the inner loop
# `make test FAST=1` is the inner loop: one configuration, and nothing in C, Go or firmware but the syntax of the header.
ifeq ($(FAST),1)
test: format test-fast
	@echo "everything holds"
else
# Three lanes run side by side. The targets of the first lane share target/debug. The second lane
# begins with targets that the others wait for. The services in the third lane are idle most of the
# time.
test: format
	@tools/need python3
	@MAKE="$(MAKE)" tools/lanes test-rust lint test-features test-mutants test-docs api test-differential test-msrv \
		-- ready lib test-c test-sanitizers test-timing slopes test-firmware test-fuzz test-miri bench-smoke \
		-- @lib test-services test-go test-python
	@echo "everything holds"
endif

test-fast:
	@tools/need component:clippy $(CC)
	$(CARGO) clippy --quiet --all-features -- -D warnings
	$(CARGO) test --quiet --workspace --all-features --lib --bins --tests --no-fail-fast
	$(CC) -std=c99 -fsyntax-only $(WARNINGS) -Iinclude $(USAGE) $(GUARDED)

# Installs what the targets of `make test` need, at once: two lanes that install at the same time
# would collide. The two programs from crates.io run briefly, so they are not optimised.
ready:
	@tools/need cargo python3 $(CC) $(CXX) clang valgrind make cmake pkg-config openssl curl pgrep wrk \
		musl-gcc tcc luajit swig bindgen nm objcopy \
		mosquitto mosquitto_pub header:mosquitto_plugin.h header:mosquitto.h nginx source:nginx header:pcre2.h header:jansson.h header:psa/crypto.h \
		arm-none-eabi-gcc riscv64-unknown-elf-gcc qemu-system-arm qemu-system-riscv32 module:unicorn module:yaml module:ensurepip \
		component:clippy nightly target:thumbv6m-none-eabi target:thumbv7em-none-eabihf \
		target:riscv32imac-unknown-none-elf
	@tools/need go envoy
	@rustup component list --toolchain nightly --installed | grep -q '^miri' || \
		rustup component add --toolchain nightly miri rust-src
	@CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
		tools/need cargo-fuzz cargo-mutants

format:
	@tools/need component:rustfmt
	@if git grep -nE '^(<<<<<<<|>>>>>>>) '; then echo "a conflict of a merge is left" >&2; exit 1; fi
	$(CARGO) fmt --check --all
	$(CARGO) fmt --check --manifest-path benches/Cargo.toml
	$(CARGO) fmt --check --manifest-path bindings/python/Cargo.toml
	$(CARGO) fmt --check --manifest-path differential/Cargo.toml
	$(CARGO) fmt --check --manifest-path fuzz/Cargo.toml
	$(CARGO) fmt --check --manifest-path mutants/Cargo.toml
	$(CARGO) fmt --check --manifest-path integrations/node/Cargo.toml

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

# Builds each set of features for a core without std, and tests some of the sets here.
test-features:
	tools/checks/each-feature --slice

test-docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --no-deps --all-features
	@tools/need python3
	tools/docs/charts --check

## make api: compares the public API in Rust with tests/api.lock
# A change of the public API fails.
api:
	tools/contract/api

test-c: lib $(C_BUILD)/usage-c $(C_BUILD)/usage-cpp $(C_BUILD)/usage-shared $(C_BUILD)/guarded $(C_BUILD)/cases \
		$(C_BUILD)/example-cpp $(C_BUILD)/hpp-17 $(C_BUILD)/hpp-23 $(C_BUILD)/hpp-clang $(C_BUILD)/psa
	$(C_BUILD)/usage-c $(VECTORS)
	$(C_BUILD)/usage-cpp $(VECTORS)
	LD_LIBRARY_PATH=$(LIB) $(C_BUILD)/usage-shared $(VECTORS)
	$(C_BUILD)/example-cpp $(VECTORS)
	$(C_BUILD)/hpp-17 $(VECTORS)
	$(C_BUILD)/hpp-23 $(VECTORS)
	$(C_BUILD)/hpp-clang $(VECTORS)
	$(C_BUILD)/guarded $(VECTORS)
	$(C_BUILD)/psa $(VECTORS)
	tools/contract/c-cases $(C_BUILD)/cases
	tools/contract/exported-symbols $(LIB)
	tools/contract/abi
	tools/docs/c-snippets docs/guide/flows.md docs/man/keycard.3
	@tools/need python3 openssl pkg-config cmake
	tools/docs/readme README.md\#Install README.md\#C docs/guide/c-service.md docs/guide/rust.md
	tools/build/linkers
	tools/contract/header-readers $(LIB)
	$(TOOL_PROFILE) tools/docs/readme README.md\#Install docs/guide/tool.md
	tools/build/installed

# Installs the tool as docs/guide/tool.md does, but without the optimisations that take minutes.
TOOL_PROFILE := CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0

# Checks the memory accesses of the C programs, and the accesses of the library to their memory.
test-sanitizers: lib
	tools/checks/sanitizers --slice
	tools/checks/instrumented

# Tests the modules in mosquitto, nginx and Envoy, with real clients.
test-services: $(C_BUILD)/keycard_mosquitto.so $(C_BUILD)/keycard_mosquitto_sanitized.so \
		$(C_BUILD)/ngx_http_keycard_module.so $(C_BUILD)/nginx-newest \
		$(C_BUILD)/libkeycard_envoy.so $(C_BUILD)/envoy-asan $(C_BUILD)/envoy-tsan
	tools/services/test-mosquitto $(C_BUILD)/keycard_mosquitto.so
	tools/services/test-mosquitto $(C_BUILD)/keycard_mosquitto_sanitized.so --sanitized
	tools/services/test-nginx $(C_BUILD)/ngx_http_keycard_module.so $(C_BUILD)/nginx-newest
	tools/services/test-envoy $(C_BUILD)/libkeycard_envoy.so $(C_BUILD)/envoy-asan $(C_BUILD)/envoy-tsan
	@tools/need curl
	tools/docs/readme README.md\#Install docs/guide/mqtt.md docs/guide/nginx.md
	tools/docs/readme README.md\#Install README.md\#Proxies

# Tests the Go package, which uses the C ABI.
test-go: lib
	@tools/need go pkg-config $(CC) python3 openssl
	tools/services/test-go
	tools/docs/readme README.md\#Install docs/guide/go.md

# Parts of `make firmware` (two cores), `make footprint` (four jobs on one core) and `make faults`
# (every 16th instruction).
test-firmware:
	@tools/need python3
	tools/build/manifests
	tools/device/firmware cortex-m4f riscv32imac
	tools/device/update cortex-m4f
	tools/device/trustzone
	tools/device/proofs cortex-m4f s
	tools/device/footprint cortex-m4f size pkce token-es256 token-rs256 token-es256-access
	tools/device/faults token-rs256 payload expiry --of 16 --most 1

test-msrv:
	tools/checks/msrv

# Each target for a second, with less optimisation: building them takes longer than running them.
test-fuzz:
	CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 tools/fuzz/run 1

# Compares with the two crates only: the five other validators take a minute to install.
test-differential:
	$(DIFFERENTIAL) 20000

test-timing: lib
	tools/checks/timing

## make slopes: compares the instructions for each byte of the worst inputs with pinned numbers
slopes: lib
	tools/checks/slopes

test-miri:
	tools/checks/miri --slice

test-mutants:
	tools/checks/mutants --slice

# Checks that every contender accepts valid inputs and rejects invalid ones, and that the report
# parses. It measures no times, and leaves out the peers that take minutes to build.
bench-smoke:
	@tools/need cargo
	$(CARGO) run --quiet --no-default-features --features accelerated --manifest-path benches/Cargo.toml \
		--target-dir target/benches \
		--bin bench -- --smoke --out target/bench-smoke.json $(JOB)
