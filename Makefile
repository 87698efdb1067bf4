# Everything a developer does, one line each. `make demo` and `make test` set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.PHONY: demo test check format types unit browser bench bench-judge bench-times model serve lock clean

demo: $(STAMP)  ## read the bundled archive, show the board and explain one production
	@$(BIN)/callboard demo

serve: $(STAMP)  ## the board of the demo in a browser
	@$(BIN)/callboard demo --quiet && $(BIN)/callboard serve --ledger "$$($(BIN)/callboard demo --where)"

test: browser check bench-floors  ## every check; what CI runs

check: format types unit

format: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

unit: $(DEV)
	$(BIN)/pytest

browser: $(DEV)  ## Chromium for the browser tests: installed where root may, else said to be left out
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "browser tests left out: no chromium; as root: apt-get install chromium"

bench: $(DEV)  ## scores of reading on dev and train
	$(BIN)/python bench/run.py

bench-floors: $(DEV)  ## fails when a score falls below bench/floors.json
	$(BIN)/python bench/run.py --floors

bench-judge: $(DEV)  ## backtests of the judge
	$(BIN)/python bench/judge/run.py

model: $(DEV)  ## train the reader from the corpus in the repository
	$(BIN)/python bench/train_reader.py

# The lock files pin every package with its hash; `make lock` makes them again.
lock: $(DEV)
	$(BIN)/pip-compile -q --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe -o requirements/run.txt pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --extra dev -c requirements/run.txt -o requirements/dev.txt pyproject.toml

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "callboard needs Python 3.11 or newer; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(DEV): requirements/dev.txt $(STAMP)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@


clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
