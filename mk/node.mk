# The addon for Node, an example.

.PHONY: node test-node bench-node

## make node: builds the addon of integrations/node into target/node
node:
	@tools/need cargo
	CARGO_TARGET_DIR=target/node $(CARGO) build --quiet --release --locked --manifest-path integrations/node/Cargo.toml
	cp target/node/release/libkeycard_node.so target/node/keycard.node

# The tests need no fast code.
NODE_PROFILE := CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1

## make test-node: runs the example for Node
test-node:
	@tools/need npm python3 openssl
	$(NODE_PROFILE) $(MAKE) node
	tools/services/test-node
	$(NODE_PROFILE) tools/docs/readme README.md\#Install docs/guide/node.md

## make bench-node: measures the addon, jose and fast-jwt
bench-node: node
	tools/bench/node
