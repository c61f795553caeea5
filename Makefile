# SPDX-License-Identifier: MIT
# Postern. GNU make; everything is built below $(BUILD), only ./postern lies beside this file.
# New sources, tests and man pages are found by name: adding one needs no edit here.
#
#   V=1                            show commands
#   DEV=1                          warnings are errors
#   CC=clang BUILD=build/clang     another compiler
#   SANITIZE=address,undefined BUILD=build/asan

BUILD ?= build
PREFIX ?= /usr/local
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
AR ?= ar

FOLDERS := base model importers db tui cli
# What a folder's tests are linked with: its own layer and those below.
BELOW_base := base
BELOW_model := model base
BELOW_importers := importers model base
BELOW_db := db model base
BELOW_tui := tui db model base
BELOW_cli := cli tui db importers model base

# --- packages ------------------------------------------------------------------------------------

DEPS_BUILD := gcc make pkg-config libc6-dev libncurses-dev libsqlite3-dev libpcre2-dev libzstd-dev \
	libjansson-dev libarchive-dev libgmime-3.0-dev libconfuse-dev tmux tzdata
DEPS_CHECK := libcmocka-dev valgrind clang jq python3 sqlite3 bzip2 lz4 xz-utils zstd
DEPS_LIVE := swaks exim4-daemon-heavy

# pkg-config module : Debian package
MODULES := ncursesw:libncurses-dev sqlite3:libsqlite3-dev libpcre2-8:libpcre2-dev \
	libzstd:libzstd-dev jansson:libjansson-dev libarchive:libarchive-dev \
	gmime-3.0:libgmime-3.0-dev libconfuse:libconfuse-dev
MODULE_NAMES := $(foreach m,$(MODULES),$(firstword $(subst :, ,$(m))))

define require_module
$(if $(shell pkg-config --exists $(1) && echo yes),,$(error $(1) is missing: \
	install the Debian package $(2), or run "make deps"))
endef

# Goals that build nothing in this make, so that they work before the packages are there.
NO_BUILD := deps deps-check deps-live demo check check-asan check-valgrind check-live help clean \
	format uninstall
ifneq ($(filter-out $(NO_BUILD),$(or $(MAKECMDGOALS),all)),)
ifeq ($(shell command -v pkg-config),)
$(error pkg-config is missing: install the Debian package pkg-config, or run "make deps")
endif
ifneq ($(shell pkg-config --exists $(MODULE_NAMES) && echo yes),yes)
$(foreach m,$(MODULES),$(call require_module,$(word 1,$(subst :, ,$(m))),$(word 2,$(subst :, ,$(m)))))
endif
# Our own feature macros win over those of ncurses; strangers' headers are not ours to warn about.
PKG_CFLAGS := $(patsubst -I%,-isystem%,$(filter-out -D_XOPEN_SOURCE=% -D_DEFAULT_SOURCE,\
	$(shell pkg-config --cflags $(MODULE_NAMES))))
PKG_LIBS := $(shell pkg-config --libs $(MODULE_NAMES))
endif

# --- flags ---------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2
CFLAGS ?= $(if $(SANITIZE),-O1,-O2) -g
ALL_CPPFLAGS := -I. -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE $(CPPFLAGS)
ALL_CFLAGS := -std=c17 $(WARNINGS) $(if $(DEV),-Werror) $(CFLAGS) -pthread $(PKG_CFLAGS)
ALL_LDFLAGS := -Wl,--as-needed -pthread $(LDFLAGS)
ifneq ($(SANITIZE),)
ALL_CFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
ALL_LDFLAGS += -fsanitize=$(SANITIZE)
endif
LIBS := $(PKG_LIBS) -lm
FLAGS := $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) / $(ALL_LDFLAGS) $(LIBS)

SILENT := $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(V),,@$(if $(SILENT),,printf '  %-5s %s\n' $(1) $(2);) )

# --- what there is -------------------------------------------------------------------------------

PROGRAM := $(if $(filter build,$(BUILD)),postern,$(BUILD)/postern)
MAIN_OBJECT := $(BUILD)/obj/cli/main.o
objects = $(filter-out $(MAIN_OBJECT),$(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard $(1)/*.c))))
libs = $(foreach f,$(BELOW_$(1)),$(BUILD)/lib/lib$(f).a)

# support_FOLDER_*.c may stand in for other folders' functions: for the tests of that folder only.
support = $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard tests/unit/support_$(1).c)))
OWN_SUPPORT := $(foreach f,$(FOLDERS),$(call support,$(f)_*))
SUPPORT_OBJECTS := $(filter-out $(OWN_SUPPORT),$(call support,*))
SUPPORT_LIB := $(BUILD)/lib/libsupport.a
units = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/$(1)_*.c)))
UNITS := $(foreach f,$(FOLDERS),$(call units,$(f)))
CLI_TESTS := $(sort $(wildcard tests/cli/*.sh tests/term/*.sh))
RUN := BUILD=$(BUILD) POSTERN=$(abspath $(PROGRAM)) CC="$(CC)" sh tests/run.sh

.PHONY: all lib units deps deps-check deps-live demo check check-all check-layers check-headers \
	check-asan check-sanitized check-valgrind check-live screenshots bench install uninstall \
	format help clean FORCE $(FOLDERS:%=unit-%)
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

all: $(PROGRAM) ## build ./postern (the default)
lib: $(FOLDERS:%=$(BUILD)/lib/lib%.a) ## build the folders' libraries only
units: $(UNITS) ## build the unit tests only

# --- rules ---------------------------------------------------------------------------------------

# A stamp changes only when its text does; what was built with other flags is then built again.
define stamp
@mkdir -p $(@D)
@printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(1))' >$@
endef

$(BUILD)/flags: FORCE
	$(call stamp,$(FLAGS))

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# One archive per folder, made anew so that nothing of a removed file stays in it.
define folder_rules
$(BUILD)/lib/$(1).list: FORCE
	$$(call stamp,$$(call objects,$(1)))
$(BUILD)/lib/lib$(1).a: $$(call objects,$(1)) $(BUILD)/lib/$(1).list
	$$(call say,AR,$$@)rm -f $$@ && $(AR) rcs $$@ $$(filter %.o,$$^)
$(call units,$(1)): $(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(call support,$(1)_*) \
		$(SUPPORT_LIB) $(call libs,$(1))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)$(CC) $(ALL_LDFLAGS) -o $$@ $$^ -lcmocka $(LIBS)
unit-$(1): $(call units,$(1))
	@$$(RUN) $$(^:%=unit:%)
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_rules,$(f))))

$(BUILD)/lib/support.list: FORCE
	$(call stamp,$(SUPPORT_OBJECTS))
$(SUPPORT_LIB): $(SUPPORT_OBJECTS) $(BUILD)/lib/support.list
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(PROGRAM): $(MAIN_OBJECT) $(call libs,cli)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/obj/tests/unit/*.d)

# --- packages by name ----------------------------------------------------------------------------

deps: ## install what the build needs (Debian)
	@sh tests/install-packages.sh $(DEPS_BUILD)
deps-check: ## install what the tests need as well
	@sh tests/install-packages.sh $(DEPS_BUILD) $(DEPS_CHECK)
deps-live: ## install what check-live needs as well (a mail server)
	@sh tests/install-packages.sh $(DEPS_BUILD) $(DEPS_CHECK) $(DEPS_LIVE)

demo: deps ## build, load sample logs, open the console
	@$(MAKE) --no-print-directory all
	@sh tests/demo.sh ./postern

# --- checks --------------------------------------------------------------------------------------

STATIC_CHECKS := plain:tests/check-layers.sh plain:tests/check-layers-selftest.sh \
	plain:tests/check-headers.sh
export CHECK_FLAGS := $(ALL_CPPFLAGS) -std=c17 $(WARNINGS) $(PKG_CFLAGS)

check: deps-check ## unit tests, static checks, command-line tests; ends with "N passed, N failed"
	@$(MAKE) --no-print-directory check-all
check-all: $(PROGRAM) $(UNITS) lib
	@$(RUN) $(UNITS:%=unit:%) $(STATIC_CHECKS) $(CLI_TESTS:%=tap:%)

check-layers: lib ## who may include and call whom
	@BUILD=$(BUILD) sh tests/check-layers.sh
check-headers: ## every header compiles alone
	@BUILD=$(BUILD) CC="$(CC)" sh tests/check-headers.sh

check-asan: deps-check ## unit and command-line tests under ASan and UBSan
	@$(MAKE) --no-print-directory BUILD=build/asan SANITIZE=address,undefined check-sanitized
check-sanitized: $(PROGRAM) $(UNITS)
	@$(RUN) $(UNITS:%=unit:%) $(CLI_TESTS:%=tap:%)

VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --suppressions=$(CURDIR)/tests/valgrind.supp
# Under valgrind a stopped program does not give its terminal to the shell as it does alone.
VALGRIND_TESTS = $(filter-out tests/term/term-signals.sh,$(CLI_TESTS))
check-valgrind: deps-check ## unit and command-line tests under valgrind
	@$(MAKE) --no-print-directory all units
	@mkdir -p build/valgrind
	@printf '#!/bin/sh\nexec %s %s "$$@"\n' '$(VALGRIND)' '$(CURDIR)/postern' \
		>build/valgrind/postern
	@chmod +x build/valgrind/postern
	@BUILD=build POSTERN=$(CURDIR)/build/valgrind/postern POSTERN_WRAP='$(VALGRIND)' \
		sh tests/run.sh $(UNITS:%=unit:%) $(VALGRIND_TESTS:%=tap:%)

check-live: deps-live ## against real mail servers on loopback
	@$(MAKE) --no-print-directory all
	@sh tests/live.sh ./postern
	@sh tests/live-postfix.sh ./postern

screenshots: $(PROGRAM) ## make screenshots/ anew
	@sh tests/screenshots.sh ./$(PROGRAM)
bench: $(PROGRAM) ## measure import, search and start
	@sh bench/run.sh ./$(PROGRAM)

# --- installing ----------------------------------------------------------------------------------

MAN_PAGES := $(wildcard man/*.[1-8])
man_path = $(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(1)))/$(notdir $(1))

install: $(PROGRAM) ## install below $(DESTDIR)$(PREFIX)
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/postern
	$(foreach m,$(MAN_PAGES),install -D -m 644 $(m) $(call man_path,$(m)) &&) true
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/postern $(foreach m,$(MAN_PAGES),$(call man_path,$(m)))

format: ## clang-format all sources
	clang-format -i $(foreach f,$(FOLDERS) tests/unit,$(wildcard $(f)/*.[ch]))
clean: ## remove everything that was built
	rm -rf build postern
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' Makefile
