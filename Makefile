# SPDX-License-Identifier: GPL-3.0-or-later
# make deps demo | deps test | conformance | coverage | check | test-long | bench | bench-instructions | fuzz | install | clean

BUILD ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
PYTHON ?= /usr/bin/python3
JOBS := $(shell nproc)
MAKEFLAGS += -j$(JOBS) --output-sync=target

PACKAGES := gcc libc6-dev make pkg-config perl binutils libglib2.0-dev libgsl-dev libsqlite3-dev libfyaml-dev nettle-dev libgmp-dev \
	gnuplot-nox clang libclang-rt-14-dev valgrind tshark python3 python3-scapy sqlite3 librandom123-dev
LIBRARIES := glib-2.0 gsl sqlite3 libfyaml hogweed nettle gmp

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wno-sign-conversion
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -ffp-contract=off -fno-common $(WARNINGS) -I. -I$(BUILD) $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null) $(CFLAGS)
ALL_LIBS = $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null) -lm

# One line a file; V=1 shows the commands.
Q := $(if $(V),,@)
say = @$(if $(V),true,echo '  $(1) $(2)')

MODEL_SOURCES := $(wildcard models/*.c models/*/*.c)
SIM_SOURCES := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c analysis/*.c))
TEST_SOURCES := $(wildcard tests/unit/test_*.c)
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))

MODELS := $(BUILD)/libmodels.a
SIM := $(BUILD)/libsim.a
ROAM := $(BUILD)/roam
TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(TEST_SOURCES)) $(patsubst tests/fuzz/%.c,$(BUILD)/tests/replay_%,$(FUZZ_SOURCES))
SCRIPTS := $(filter-out tests/long/%,$(wildcard tests/*/*.t))
LONG := $(wildcard tests/long/*.t)
CONFORMANCE := $(BUILD)/tests/conformance-cases

all: $(ROAM)

# With -j above, `make deps demo` would compile before the compiler is there: with `deps` among the goals all else waits for it.
AFTER_DEPS := $(filter deps,$(MAKECMDGOALS))

$(BUILD)/%.o: %.c | $(AFTER_DEPS)
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(MODELS): $(call objects,$(MODEL_SOURCES))
	@rm -f $@
	$(Q)ar rcs $@ $^
$(SIM): $(call objects,$(SIM_SOURCES))
	@rm -f $@
	$(Q)ar rcs $@ $^
$(ROAM): $(BUILD)/sim/cli/main.o $(SIM) $(MODELS)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ -Wl,--start-group $^ -Wl,--end-group $(ALL_LIBS)
$(BUILD)/tests/replay_%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay.o $(SIM) $(MODELS)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ -Wl,--start-group $^ -Wl,--end-group $(ALL_LIBS)
$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(SIM) $(MODELS)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ -Wl,--start-group $^ -Wl,--end-group $(ALL_LIBS)

$(CONFORMANCE): $(call objects,$(wildcard tests/conformance/*.c)) $(SIM) $(MODELS)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ -Wl,--start-group $^ -Wl,--end-group $(ALL_LIBS)

# The database schema is one file of SQL; the program carries it as a string.
$(BUILD)/analysis/schema.inc: analysis/schema.sql
	@mkdir -p $(@D)
	$(Q)sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@
$(BUILD)/sim/record/store.o: $(BUILD)/analysis/schema.inc

# ---- what a user calls -------------------------------------------------------------------------------------------------

deps:
	@tools/install-packages $(PACKAGES)

demo: $(ROAM)
	@mkdir -p out
	$(ROAM) study run scenarios/study/three-schemes.yaml -o out/three-schemes.db
	$(ROAM) study run scenarios/study/handover-latency.yaml -o out/handover-latency.db
	$(ROAM) plot out/three-schemes.db local-phases -o out/three-schemes-phases.svg
	$(ROAM) plot out/three-schemes.db local-loss -o out/three-schemes-loss.svg
	$(ROAM) plot out/three-schemes.db local-signalling -o out/three-schemes-signalling.svg
	$(ROAM) plot out/handover-latency.db latency-bars -o out/latency-bars.svg
	$(ROAM) plot out/handover-latency.db latency-cdf -o out/latency-cdf.svg
	$(ROAM) run scenarios/study/handover-latency.yaml --set protocol.scheme=ebu --pcap out -o out/trace.db --force >/dev/null 2>&1
	@rm -f out/trace.db
	@echo; sqlite3 -readonly -box out/three-schemes.db <analysis/three-schemes.sql
	@echo; $(ROAM) compare out/handover-latency.db
	@echo; echo "Left in out/:"; cd out && ls -1 *.db *.svg *.pcapng

install: $(ROAM)
	install -D -m 755 $(ROAM) $(DESTDIR)$(PREFIX)/bin/roam

# ---- tests: TAP, summed up by prove ----------------------------------------------------------------------------------------

export ROAM BUILD PYTHON CC
export G_SLICE = always-malloc
PROVE = prove -j$(JOBS) --timer --exec '' $(PROVE_FLAGS)

test: $(ROAM) $(TESTS) $(CONFORMANCE)
	$(PROVE) $(TESTS) $(CONFORMANCE) $(SCRIPTS) :: --tap

# The fast part: no second compilers, no valgrind. For the pauses while writing.
test-quick: $(ROAM) $(TESTS) $(CONFORMANCE)
	ROAM_QUICK=1 $(PROVE) $(TESTS) $(CONFORMANCE) $(SCRIPTS) :: --tap

# Passed, failed and not applicable by node and group: the rows of tests/conformance/conformance.csv. ONLY="CN HA-7-1-3" picks, TRACE=1 shows packets.
conformance: $(CONFORMANCE)
	@$(CONFORMANCE) $(if $(TRACE),--trace) $(ONLY)

SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
check: | $(AFTER_DEPS)
	ROAM_SANITIZED=1 $(MAKE) BUILD=build-check CFLAGS="$(SANITIZE)" test

test-long: $(ROAM) $(TESTS)
	$(PROVE) $(LONG) :: --tap

# Lines of models/ that the tests run: unit tests, codec replays and conformance cases alone, and with the whole runs of tests/net. Left out
# are scripts that run no nodes of this build, and explore.t, whose thousands of runs take minutes and reach nothing that others do not.
COVERED_RUNS := $(filter-out $(addprefix tests/net/,bad-input.t deps-first.t explore.t tshark.t valgrind.t),$(wildcard tests/net/*.t))
COVERAGE := BUILD=build-coverage CFLAGS="-O0 -g --coverage" LDFLAGS="-Wl,--wrap=_exit build-coverage/tools/flush_coverage.o"
coverage: | $(AFTER_DEPS)
	$(MAKE) --no-print-directory $(COVERAGE) build-coverage/tools/flush_coverage.o
	$(MAKE) --no-print-directory $(COVERAGE) coverage-table
coverage-table: $(ROAM) $(TESTS) $(CONFORMANCE)
	@tools/coverage $(BUILD) $(TESTS) $(CONFORMANCE) -- $(COVERED_RUNS)

FUZZ_SECONDS ?= 60
fuzz: $(FUZZ_SOURCES) | $(AFTER_DEPS)
	@mkdir -p build-fuzz
	set -e; for f in $(FUZZ_SOURCES); do t=$$(basename $$f .c); \
		clang -std=c11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -I. $$(pkg-config --cflags $(LIBRARIES)) -o build-fuzz/$$t $$f \
			$(MODEL_SOURCES) sim/core/pool.c sim/core/assert.c $(ALL_LIBS); \
		mkdir -p build-fuzz/found-$$t; \
		build-fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -max_len=1500 build-fuzz/found-$$t tests/fuzz/corpus/$$t; done

# ---- speed: measured, never asserted -----------------------------------------------------------------------------------------

bench: $(ROAM)
	$(ROAM) bench

bench-instructions: $(ROAM)
	@tools/bench-instructions $(ROAM)

clean:
	rm -rf build build-* out

.PHONY: all deps demo install conformance coverage coverage-table test test-quick check test-long fuzz bench bench-instructions clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
