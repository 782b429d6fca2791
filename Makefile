# The front door. `make` lists what can be done.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check-all bench install format lint approve clean setup setup-test configure build build-tests

BUILD := build/release
ISOJOULE := $(BUILD)/bin/isojoule
PREFIX := /usr/local
ISOJOULE_WERROR := OFF
JOBS := $(shell nproc)

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "make %-9s %s\n", $$1, $$2}'

demo: build ## Install what is missing, build the programs, and go the whole way: doctor, calibrate, measure, normalize
	@tools/demo $(BUILD)/bin

test: build-tests ## Install what is missing, build, and run the tests of tier 1, as CI does
	@echo "== running the tests of tier 1"
	@ctest --preset release -j $(JOBS)

check-all: build-tests ## Run all tests, label by label, going on where it stopped: LABEL="slow fuzz" for some
	@tools/check-all $(BUILD) $(LABEL)

bench: build-tests ## Overhead of measuring and speed, as ratios
	@cmake --build --preset release --target isojoule_benches
	@bench/run $(BUILD)/bin keep

install: build ## Install programs, libraries and headers into PREFIX (/usr/local)
	@cmake --install $(BUILD) --prefix "$(PREFIX)" > $(BUILD).log || { cat $(BUILD).log; exit 1; }
	@echo "== installed in $(PREFIX)"

build: setup configure
	@cmake --build --preset release

build-tests: setup-test configure
	@cmake --build --preset release --target all isojoule_tests

configure:
	@echo "== building (in $(BUILD))"
	@cmake --preset release -DISOJOULE_WERROR=$(ISOJOULE_WERROR) > $(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }

setup:
	@mkdir -p build
	@tools/setup

setup-test:
	@mkdir -p build
	@tools/setup test

format: ## Format our C++ with clang-format 19
	@git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 -i

lint: ## Look over our C++ with clang-tidy 19: LINT="isojoule/stats cli" for a part
	@tools/lint $(LINT)

approve: build ## Write the help texts in docs/cli anew
	@ISOJOULE=$(ISOJOULE) /usr/bin/python3 -B tests/cli/help_test.py --approve

clean: ## Remove what was built
	rm -rf build
