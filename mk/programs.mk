# The programs in C and C++, and the modules of services, that link the library.

.PHONY: demo

## make demo: validates tokens from Rust and from C, and explains each verdict
demo: lib $(C_BUILD)/demo
	@echo "== from C"
	$(C_BUILD)/demo $(VECTORS)
	@echo "== from Rust"
	$(CARGO) run --quiet --package keycard-demo

USAGE := $(sort $(wildcard ffi-tests/c/usage*.c))
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

# Builds the test of keycard.hpp three times: as C++17 with sanitizers, as C++23 without exceptions,
# and with every warning of clang. The warnings about older standards and padding are off.
EVERY_WARNING := -Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic -Wno-padded

$(C_BUILD)/hpp-17 $(C_BUILD)/hpp-23 $(C_BUILD)/hpp-clang: $(LIB)/libkeycard.a ffi-tests/cpp/usage.cpp include/*.h include/*.hpp
	@tools/need $(CXX) clang
	@mkdir -p $(C_BUILD)
	$(HPP_COMPILER) -O1 $(WARNINGS) -Iinclude ffi-tests/cpp/usage.cpp $(LIB)/libkeycard.a -o $@
$(C_BUILD)/hpp-17: HPP_COMPILER = $(CXX) -std=c++17 -fsanitize=address,undefined -fno-sanitize-recover=all
$(C_BUILD)/hpp-23: HPP_COMPILER = $(CXX) -std=c++23 -fno-exceptions -fno-rtti
$(C_BUILD)/hpp-clang: HPP_COMPILER = clang++ -std=c++17 $(EVERY_WARNING)

$(C_BUILD)/guarded: $(LIB)/libkeycard.a $(GUARDED) $(C_INPUTS)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude $(GUARDED) $(LIB)/libkeycard.a -o $@

$(C_BUILD)/cases: $(LIB)/libkeycard.a ffi-tests/c/cases.c ffi-tests/c/guard.c $(C_INPUTS)
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude ffi-tests/c/cases.c ffi-tests/c/guard.c $(LIB)/libkeycard.a -o $@

$(C_BUILD)/psa: $(LIB)/libkeycard.a ffi-tests/c/psa.c ffi-tests/c/files.h include/*.h
	@tools/need header:psa/crypto.h
	@mkdir -p $(C_BUILD)
	$(CC) -std=c99 -O2 $(WARNINGS) -Iinclude ffi-tests/c/psa.c $(LIB)/libkeycard.a -lmbedcrypto -o $@

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
	tools/services/nginx-module $@

# The newest nginx, with the module and the sanitizers in it.
$(C_BUILD)/nginx-newest: $(LIB)/libkeycard.a $(wildcard integrations/nginx/*) include/*.h tools/services/nginx-module
	@mkdir -p $(C_BUILD)
	tools/services/nginx-module --newest $@

ENVOY := $(wildcard integrations/envoy/*.c)
ENVOY_FLAGS := -std=c11 -D_GNU_SOURCE -shared -fPIC -fvisibility=hidden -pthread $(WARNINGS) -Iinclude -Wl,--exclude-libs,ALL
ENVOY_LIBRARIES := $(LIB)/libkeycard.a -l:libjansson.a

$(C_BUILD)/libkeycard_envoy.so: $(LIB)/libkeycard.a $(ENVOY) $(wildcard integrations/envoy/*.h) include/*.h
	@tools/need $(CC) header:jansson.h
	@mkdir -p $(C_BUILD)
	$(CC) $(ENVOY_FLAGS) -O2 $(ENVOY) $(ENVOY_LIBRARIES) -o $@

# The module in a stand-in for Envoy, because Envoy's allocator hides the heap from sanitizers.
ENVOY_HOST := ffi-tests/envoy/host.c $(ENVOY) $(wildcard integrations/envoy/*.h include/*.h)
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
