# SPDX-License-Identifier: GPL-3.0-or-later
# `make help` lists the targets. Objects go to $(BUILD), nothing else is written.

VERSION := 0.1.0
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
DESTDIR ?=
SAN     ?=
WERROR  ?=
ARCH    ?=
PYTHON  ?= /usr/bin/python3
MPI     ?=
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(SAN),thread)
CC := clang
endif
V       ?=
Q       := $(if $(V),,@)
comma := ,
BUILD   ?= build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))

DEPS_BUILD := gcc make pkgconf libgsl-dev libfftw3-dev libsundials-dev libopenblas-dev liblapacke-dev \
              librandom123-dev libinih-dev libjansson-dev libhdf5-dev zlib1g-dev libzstd-dev gnuplot-nox
ifneq ($(MPI),)
DEPS_BUILD += libopenmpi-dev openmpi-bin
MPI_CFLAGS := -DSGDMFT_MPI $(patsubst -I%,-isystem %,$(shell pkg-config --cflags ompi-c 2>/dev/null))
MPI_LIBS   := $(shell pkg-config --libs ompi-c 2>/dev/null)
endif
DEPS_TEST  := libcriterion-dev clang clang-format libomp-dev python3-h5py python3-pandas python3-xarray \
              python3-matplotlib python3-sympy python3-setuptools python3-wheel python3-pip man-db chromium
DEPS_DEB   := debhelper lintian fakeroot man-db

PKGS     := openblas lapacke hdf5-serial
CPPFLAGS = -Iinclude -I. $(shell pkg-config --cflags $(PKGS) 2>/dev/null) -DSGDMFT_VERSION='"$(VERSION)"'
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion -Wstrict-prototypes
CFLAGS   = -std=gnu11 -g -O3 -fno-math-errno -fno-trapping-math -fopenmp -fPIC -fvisibility=hidden \
           $(WARN) $(if $(WERROR),-Werror) $(if $(ARCH),-march=$(ARCH)) \
           $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer) $(CFLAGS_EXTRA) $(MPI_CFLAGS)
# OpenBLAS before GSL, and never -lgslcblas: the first CBLAS found is the one that runs.
LDLIBS   = -llapacke -lopenblas $(shell pkg-config --libs hdf5-serial 2>/dev/null) -lsundials_cvode \
           -lsundials_kinsol -lfftw3 -lfftw3f -ljansson -linih -lz -lzstd -lgsl -lm $(MPI_LIBS)
CRITERION = $(shell pkg-config --cflags --libs criterion 2>/dev/null)

LIB_SRC  := $(sort $(shell find models solver validation -name '*.c' -not -path 'solver/cli/*' -not -path 'validation/benchmarks/*'))
CLI_SRC  := $(sort $(shell find solver/cli -name '*.c'))
TEST_SRC := $(sort $(shell find tests -name 'test_*.c') $(wildcard tests/*.c))
BENCH_SRC := $(sort $(wildcard validation/benchmarks/*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
CLI_OBJ  := $(CLI_SRC:%.c=$(BUILD)/obj/%.o)
TEST_OBJ := $(sort $(TEST_SRC:%.c=$(BUILD)/obj/%.o))
BENCH_BIN := $(BENCH_SRC:validation/benchmarks/%_cost.c=$(BUILD)/bench-%)
SONAME   := libsgdmft.so.$(firstword $(subst ., ,$(VERSION)))
SHARED   := libsgdmft.so.$(VERSION)
PYTHON_SRC := $(wildcard solver/python/sgdmft/*.py)
WHEEL   = $(BUILD)/wheel
PYTHON_MADE := $(PYTHON_SRC:solver/python/%=$(BUILD)/python/%) $(BUILD)/$(SONAME)
MADE     := $(addprefix $(BUILD)/,sgdmft.1 sgdmft.bash _sgdmft sgdmft.fish public/libsgdmft.a)

.DEFAULT_GOAL := all
.PHONY: all help python wheel-built deps demo test check-style check-sanitizers run-sanitizers test-mpi acceptance acceptance-stale benchmarks figures install install-built deb test-deb clean lib FORCE

all: $(BUILD)/sgdmft lib $(MADE) $(PYTHON_MADE) ## build the program (build/sgdmft), the library and the manual page
lib: $(BUILD)/libsgdmft.a $(BUILD)/$(SHARED)

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 14
	@echo 'variables: PREFIX= LIBDIR= DESTDIR= V=1 SAN=address,undefined|thread CC=gcc|clang WERROR=1 ARCH=native MPI=1'

# Rebuild everything when compiler or flags change.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D); echo '$(CC) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS)' > $@

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D); echo '  CC    $<'
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# The git hash goes into provenance only, so that a commit does not rebuild the rest. Tables that the long checks write do
# not make the tree another.
$(BUILD)/git_hash: FORCE
	@mkdir -p $(@D); if hash=$$(git describe --always --abbrev=12 2>/dev/null); then \
	  git diff --quiet HEAD -- . ':!validation/acceptance/*.md' ':!validation/gallery/*.csv' || hash=$$hash-dirty; fi; \
	echo $${hash:-unknown} > $@.new; cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(filter %/provenance.o,$(LIB_OBJ)): $(BUILD)/git_hash
$(filter %/provenance.o,$(LIB_OBJ)): CPPFLAGS += -DSGDMFT_GIT_HASH='"$(shell cat $(BUILD)/git_hash 2>/dev/null)"'
$(filter %/study_find.o,$(CLI_OBJ)): CPPFLAGS += -DSGDMFT_DATA_DIR='"$(PREFIX)/share/sgdmft"'

$(filter %/page_assets.o,$(CLI_OBJ)): $(wildcard solver/cli/page/page*.html solver/cli/page/page*.css solver/cli/page/page*.js)

# Files that the library carries (.incbin).
$(filter %/formula_texts.o,$(LIB_OBJ)): $(addprefix models/formula/formula_,derive.py support.h) models/base/simd.h \
	$(addprefix include/sgdmft/,status.h random.h models.h)

$(BUILD)/libsgdmft.a: $(LIB_OBJ)
	@echo '  AR    $@'
	$(Q)rm -f $@ && ar rcs $@ $^
# The public interface is what is called sgdmft_ and declared in include/sgdmft: all else stays inside both libraries.
$(BUILD)/public/exports:
	@mkdir -p $(@D); echo '{ global: sgdmft_*; local: *; };' > $@
$(BUILD)/$(SHARED): $(LIB_OBJ) $(BUILD)/public/exports
	@echo '  LINK  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=$(BUILD)/public/exports \
	$(LIB_OBJ) $(LDLIBS) -o $@
# The archive that is installed is one object.
$(BUILD)/public/libsgdmft.a: $(BUILD)/libsgdmft.a
	@mkdir -p $(@D); echo '  AR    $@'
	$(Q)rm -f $@ && ld -r --whole-archive $< -o $(@D)/sgdmft.o && objcopy --localize-hidden $(@D)/sgdmft.o && \
	objcopy --wildcard --keep-global-symbol='sgdmft_*' $(@D)/sgdmft.o && ar rcs $@ $(@D)/sgdmft.o
$(BUILD)/sgdmft: $(CLI_OBJ) $(BUILD)/libsgdmft.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@
$(BUILD)/sgdmft.1: $(BUILD)/sgdmft
	@echo '  MAN   $@'
	$(Q)$< --man > $@.new && mv $@.new $@
$(BUILD)/sgdmft.bash: $(BUILD)/sgdmft
	$(Q)$< --completion bash > $@.new && mv $@.new $@
$(BUILD)/_sgdmft: $(BUILD)/sgdmft
	$(Q)$< --completion zsh > $@.new && mv $@.new $@
$(BUILD)/sgdmft.fish: $(BUILD)/sgdmft
	$(Q)$< --completion fish > $@.new && mv $@.new $@
$(BUILD)/tests: $(TEST_OBJ) $(BUILD)/libsgdmft.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) $(CRITERION) -o $@
$(BUILD)/bench-%: $(BUILD)/obj/validation/benchmarks/%_cost.o $(BUILD)/libsgdmft.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(BUILD)/acceptance-%: $(BUILD)/obj/tests/acceptance/%.o $(BUILD)/libsgdmft.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

# The module finds the library by this name in the folder above its own.
$(BUILD)/$(SONAME): $(BUILD)/$(SHARED)
	$(Q)ln -sf $(SHARED) $@
$(BUILD)/python/%.py: solver/python/%.py
	@mkdir -p $(@D)
	$(Q)cp $< $@
python: lib $(PYTHON_MADE) ## the Python module in build/python, and its wheel, which uses the library that is installed
	@$(MAKE) --no-print-directory wheel-built
wheel-built:
	@rm -rf $(WHEEL) && mkdir -p $(WHEEL)/tree && cp -r solver/python/sgdmft $(WHEEL)/tree/
	@sed 's/@VERSION@/$(VERSION)/' solver/python/pyproject.toml > $(WHEEL)/tree/pyproject.toml
	@cd $(WHEEL)/tree && $(PYTHON) -c 'from setuptools.build_meta import build_wheel; build_wheel("..")' > ../log 2>&1 || \
	{ cat ../log; echo 'the wheel needs python3-setuptools and python3-wheel' >&2; exit 1; }
	@rm -rf $(WHEEL)/tree; ls $(WHEEL)/*.whl

deps: ## install the Debian packages that are missing (as root, or with sudo)
	@missing=$$(for p in $(DEPS); do dpkg-query -W -f='$${Status}\n' $$p 2>/dev/null | grep -q '^install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  run=; [ "$$(id -u)" = 0 ] || run=sudo; \
	  $$run apt-get update && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; \
	fi
deps: DEPS ?= $(DEPS_BUILD)

demo: ## install what is missing, build, and hold the theory against a simulation
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory -j2 all
	$(BUILD)/sgdmft validate validation/runs/logistic_teacher_sgd.ini

test: ## install what is missing, build, and run all tests
	@$(MAKE) --no-print-directory deps DEPS="$(DEPS_BUILD) $(DEPS_TEST)"
	@$(MAKE) --no-print-directory -j2 all $(BUILD)/tests
	@SGDMFT_PROGRAM=$(BUILD)/sgdmft OMP_NUM_THREADS=1 $(BUILD)/tests

test-mpi: ## build with MPI=1 in build/mpi, and hold several ranks against one
	@$(MAKE) --no-print-directory deps MPI=1
	@$(MAKE) --no-print-directory -j2 MPI=1 BUILD=build/mpi build/mpi/sgdmft
	@tests/mpi.sh build/mpi/sgdmft

check-style: ## format, line length, unique names, exported names (.ci/style)
	@$(MAKE) --no-print-directory deps DEPS="$(DEPS_BUILD) $(DEPS_TEST)"
	@$(MAKE) --no-print-directory -j2 lib
	@bash .ci/style $(BUILD)

# Suites without long runs: records, files, formats, algebra of the engines, parts of the simulator, golden commands.
SAN_SUITES := archive|basis|blocks|calibration|checkpoint|compare|config|data|dataset|dataset_csv|dataset_forms|engines|equivalent|fdt|field|files|\
golden|kinds|lanczos|links|losses|margins|memorization|numbers|parameters|paths|random|ranks|resolve|result|\
result_formats|result_size|rules|schedule|settings|simulator_dataset|simulator_parts|spectrum|state|status|suggest|surprise|\
tails|tangent|teachers|verdict
empty :=
check-sanitizers: ## the tests without long runs under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory deps DEPS="$(DEPS_BUILD) $(DEPS_TEST)"
	@$(MAKE) --no-print-directory -j2 SAN=address,undefined run-sanitizers
run-sanitizers: $(BUILD)/sgdmft $(BUILD)/tests
	@SGDMFT_PROGRAM=$(BUILD)/sgdmft OMP_NUM_THREADS=1 ASAN_OPTIONS=detect_leaks=0 $(BUILD)/tests \
	--filter '@($(subst $(empty) ,,$(SAN_SUITES)))/*'

acceptance: all $(BUILD)/acceptance-faults $(BUILD)/acceptance-hierarchical $(BUILD)/acceptance-laws ## the long statistical checks (validation/acceptance.sh); STALE=1: those that are older than their engines; WORDS='...': those with a word in their names
	@bash validation/acceptance.sh $(BUILD) $(if $(STALE),--stale,$(WORDS))
acceptance-stale: ## rows of the acceptance tables that are older than the last change of their engines
	@PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 validation/acceptance/stale.py

figures: all ## recompute the figures and the report (validation/gallery); LaTeX makes the report, if it is there
	@bash validation/gallery/figures.sh $(BUILD)

benchmarks: all $(BENCH_BIN) ## build the benchmarks ($(BUILD)/bench-*)

install: all ## install program, library, manual page, completion and documented runs under $(DESTDIR)$(PREFIX)
	@$(MAKE) --no-print-directory install-built

# What is built already, without looking whether it is up to date.
install-built:
	@LIBS_PRIVATE='$(LDLIBS)' PYTHON='$(PYTHON)' sh .ci/install "$(BUILD)" "$(VERSION)" "$(DESTDIR)" "$(PREFIX)" "$(LIBDIR)"

deb: ## make Debian packages in build/deb
	@$(MAKE) --no-print-directory deps DEPS="$(DEPS_BUILD) $(DEPS_DEB)"
	@bash .ci/deb/make $(VERSION) build/deb

test-deb: deb ## make the packages, check them with lintian, install them in an empty folder and use them there
	@bash .ci/deb/check $(VERSION) build/deb

clean: ## remove what was built
	rm -rf build

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_OBJ:.o=.d)
