# Proofs that take minutes to hours. make test runs a part of each: tools/README.md lists the parts.

.PHONY: envoy features sanitizers fuzz differential interop interop-accept timing miri mutants coverage \
	reproducible

## make features: builds, lints and tests the library with each set of features
# Builds the library with each algorithm alone, with none and with all, here and for a core without
# std and allocator.
features:
	tools/checks/each-feature

## make sanitizers: runs the C tests under sanitizers, and again under valgrind
sanitizers: lib
	tools/checks/sanitizers
	tools/checks/instrumented

## make envoy: sends REQUESTS requests to Envoy with the module, and compares its memory before and after
REQUESTS ?= 1000000
envoy: $(C_BUILD)/libkeycard_envoy.so
	tools/services/test-envoy $(C_BUILD)/libkeycard_envoy.so --requests $(REQUESTS)

## make fuzz: runs each fuzz target for SECONDS
# A slice of every fuzz target; `make fuzz SECONDS=3600` is a campaign.
SECONDS ?= 20
fuzz:
	tools/fuzz/run $(SECONDS)

## make differential: validates CASES tokens with keycard and seven other validators, and classifies each difference
# The same tokens, keys and policies through other validators: two crates, and five in Go, Python
# and JavaScript.
DIFFERENTIAL := $(CARGO) run --quiet --manifest-path differential/Cargo.toml --target-dir target/differential --
CASES ?= 200000
SEED ?= 1
differential:
	@tools/need cargo npm go python3
	tools/vectors/differential-oracles
	$(DIFFERENTIAL) $(CASES) $(SEED) --programs target/differential-oracles

## make interop: compares keycard's verdicts on the output of foreign programs with a ledger;
#interop-accept updates it Not in `make test`, because it fetches programs. Their output is in
#tests/vectors/interop, which test-rust, test-c and test-go replay.
interop interop-accept: lib $(C_BUILD)/cases
	@tools/need cargo npm gcc go
	$(CARGO) build --quiet -p keycard-cli
	python3 interop/run.py target/debug/keycard $(if $(filter interop-accept,$@),--accept)

## make timing: compares times for early and late differences in secrets, for SECONDS
timing: lib
	tools/checks/timing measure $(SECONDS)

## make miri: runs the tests under Miri, on three machines
miri:
	tools/checks/miri

## make mutants: changes the library, one place at a time, and checks that a test notices; FILES=src/pkce.rs for some
mutants:
	tools/checks/mutants $(FILES)

## make coverage: measures the lines and regions of src that tests reach
coverage:
	tools/checks/coverage

## make reproducible: builds the archive twice in two folders, and compares the bytes
reproducible:
	tools/build/reproducible
