# Builds and installs the library, and writes the files that are generated from its sources.

.PHONY: lib install uninstall header vectors pages sbom

## make lib: target/lib/libkeycard.a and libkeycard.so
lib: $(LIB)/libkeycard.a $(LIB)/libkeycard.so

# One object that exports only the symbols of the C ABI, so that it does not collide with other Rust
# archives. It has its own panic handler in place of Rust's std, so it links with any C library. The
# output of the compiler has the source line of each instruction, for tools/checks/timing. It is
# removed from the libraries.
$(LIB)/libkeycard.a: $(SOURCES) tools/build/archive
	@tools/need cargo $(CC)
	@mkdir -p $(LIB)
	KEYCARD_VERIFIED=1 CARGO_PROFILE_RELEASE_DEBUG=line-tables-only CARGO_PROFILE_RELEASE_STRIP=debuginfo \
		$(CARGO) rustc --release --lib --crate-type staticlib,cdylib --features $(FEATURES) -- \
		--cfg keycard_archive -C link-arg=-Wl,-soname,$(SONAME) -C link-arg=-lc
	@mkdir -p $(LIB)/compiled
	cp target/release/libkeycard.a $(LIB)/compiled/libkeycard.a
	tools/build/archive target/release/libkeycard.a $@

$(LIB)/libkeycard.so: $(LIB)/libkeycard.a
	cp target/release/libkeycard.so $(LIB)/$(SONAME)
	ln -sf $(SONAME) $@

## make install: installs header, libraries, pkg-config file, CMake package and manual pages; PREFIX=, DESTDIR=
install: lib
	tools/build/install $(VERSION) $(SOVERSION)

## make uninstall: removes what make install installed; the same PREFIX=, DESTDIR=
uninstall:
	tools/build/install $(VERSION) $(SOVERSION) --remove

## make header: writes include/ from src/ffi
header:
	KEYCARD_WRITE_HEADER=1 $(CARGO) test --quiet --test contract header::

## make vectors: writes tests/vectors/demo with the issuer of the tests
vectors:
	KEYCARD_WRITE_VECTORS=1 $(CARGO) test --quiet --test contract demo_vectors::

## make pages: writes the quotes in docs from the examples, and the pictures
pages:
	KEYCARD_WRITE_PAGES=1 $(CARGO) test --quiet --test contract -- examples:: errors_page::
	tools/docs/charts

## make sbom: writes target/keycard.cdx.json, the list of linked packages
# The linked packages, in a standard format.
sbom:
	@tools/need cargo cargo-cyclonedx
	cargo cyclonedx --quiet --format json --all-features --spec-version 1.5 --override-filename keycard.cdx
	mv keycard.cdx.json target/keycard.cdx.json
