# Two commands set everything up: `make demo` and `make test`. The rest is for those who work on the product.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps

.PHONY: demo install test test-all lint manual lock clean

demo: $(VENV)/.runtime  ## the whole journey on synthetic scans
	@$(BIN)/juanzong demo

install: $(VENV)/.runtime  ## what is needed to use Juanzong, nothing run

test: lint  ## all that CI runs
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

test-all: lint $(VENV)/.all  ## the slow sweeps too
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.dev  ## style, types and the direction of imports
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }

manual: $(VENV)/.dev  ## docs/manual.md from --help
	@$(BIN)/python scripts/make_manual.py

lock:  ## the lock files from pyproject.toml (needs uv on the PATH)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --override requirements/overrides.txt --no-header -q -o requirements/runtime.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --override requirements/overrides.txt --no-header -q -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) juanzong-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml scripts/system-packages.sh
	@sh scripts/system-packages.sh run
	@$(MAKE) --no-print-directory $(BIN)/python
	@echo "Installing the Python packages (locked, about a minute) …"
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@sh scripts/system-packages.sh test
	@echo "Installing what the tests need …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.all: scripts/system-packages.sh
	@sh scripts/system-packages.sh test-all
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Juanzong needs Python 3.11 or newer; $(PYTHON) is older. Install one and run: make PYTHON=python3.11 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
