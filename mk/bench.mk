# Measurements: time, instructions, requests.

.PHONY: bench bench-counts bench-services counts

## make bench: measures keycard and its peers; JOB=verify-es256 for one job, BENCH_SECONDS=180 for all
# The first time, the peers take some minutes to build. VERIFIED=1 measures keycard with the feature
# `verified-arithmetic`.
bench:
	@tools/need cargo $(CC) pkg-config library:libssl
	KEYCARD_VERIFIED=1 $(CARGO) run --quiet --release --manifest-path benches/Cargo.toml --target-dir target/benches \
		$(if $(VERIFIED),--features verified-arithmetic) --bin bench -- --out target/bench.json $(JOB)

## make bench-counts: counts the instructions of each job under valgrind
bench-counts:
	tools/bench/counts $(JOB)

## make bench-services: measures requests a second of nginx and of a Go service, a token in Envoy, and the calls from Go to C
# The cost of a token in a web server in C and in Go, in Envoy beside its own filter, and the cost of
# a call from Go to C.
bench-services: $(C_BUILD)/ngx_http_keycard_module.so $(C_BUILD)/libkeycard_envoy.so
	tools/bench/services $(C_BUILD)/ngx_http_keycard_module.so
	tools/bench/envoy $(C_BUILD)/libkeycard_envoy.so
	cd bindings/go && ../../tools/go test -tags keycard_repository -run '^$$' -bench 'Validate|Crossing|Batch' -benchtime 0.3s .

## make counts: measures instructions, flash and stack on a Cortex-M4; JOB=verify-rs256 for some
counts:
	tools/device/counts $(JOB)
