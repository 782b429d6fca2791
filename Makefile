# The front door. `make` lists what can be done.
.DEFAULT_GOAL := help
.PHONY: help demo test oracles bench install format lint approve setup build clean

BUILD := build/release
ISOJOULE := $(BUILD)/bin/isojoule
PREFIX := /usr/local

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "make %-9s %s\n", $$1, $$2}'

demo: build ## Install what is missing, build, and go the whole way: doctor, calibrate, measure, normalize
	@tools/demo $(BUILD)/bin

test: build ## Install what is missing, build, and run all tests
	@echo "== running the tests"
	@ctest --preset release -j 2

oracles: setup ## Install what some tests compare with and are skipped without: scikit-learn, Chromium, ...
	@tools/setup oracles

bench: build ## Overhead of measuring and speed, as ratios
	@bench/run $(BUILD)/bin

install: build ## Install programs, libraries and headers into PREFIX (/usr/local)
	@cmake --install $(BUILD) --prefix "$(PREFIX)" > $(BUILD).log || { cat $(BUILD).log; exit 1; }
	@echo "== installed in $(PREFIX)"

build: setup
	@echo "== building (in $(BUILD))"
	@cmake --preset release > $(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	@cmake --build --preset release

setup:
	@mkdir -p build
	@tools/setup

format: ## Format our C++ with clang-format 19
	@git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 -i

lint: ## Look over our C++ with clang-tidy 19: LINT="isojoule/stats cli" for a part
	@tools/lint $(LINT)

approve: build ## Write the help texts in docs/cli anew
	@ISOJOULE=$(ISOJOULE) /usr/bin/python3 -B tests/cli/help_test.py --approve

clean: ## Remove what was built
	rm -rf build
