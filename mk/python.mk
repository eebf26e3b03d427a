# The Python package.

.PHONY: wheel test-python test-python-peers bench-python

## make wheel: builds the wheel of the Python package into target/wheels
wheel:
	@tools/need cargo python3 module:ensurepip
	tools/build/wheel

# The tests need no fast code, so their wheel is built in less time.
WHEEL_PROFILE := CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1

## make test-python: tests the Python package, installed without a compiler
test-python: lib
	@tools/need cargo python3 module:ensurepip openssl curl
	$(WHEEL_PROFILE) tools/build/wheel
	tools/services/test-python
	$(WHEEL_PROFILE) tools/docs/readme README.md\#Install README.md\#Python docs/guide/python.md

## make test-python-peers: runs the tests of PyJWT and joserfc, with the verdict of the Python package on each token
# Not in `make test`, because it fetches the sources of both. It needs `make test-python`.
test-python-peers:
	tools/services/test-python-peers

## make bench-python: measures the Python package, PyJWT and joserfc
bench-python: wheel
	tools/bench/python
