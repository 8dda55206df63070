# performer. `make run` plays the demonstration; `make test` checks everything. Each sets up what it needs, once.
# Works with GNU make 3.81 and later. PYTHON=python3.12 chooses another Python; ARGS="..." is passed on.

PYTHON ?= python3
VENV ?= .venv
SHOW ?= night-drive
ARGS ?=
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
DRIVERS = python-rtmidi,supriya-midi

.DEFAULT_GOAL := help
.PHONY: help run check rehearse test lint format bench pictures counterparts clean again

help:
	@echo "make run       play a show: opens its page, needs no hardware (SHOW=$(SHOW))"
	@echo "make check     say what is wrong with a show file"
	@echo "make rehearse  write the show to out/, faster than real time"
	@echo "make test      linters, types, floors and every test  (ARGS=... for pytest)"
	@echo "make lint      the first three of them"
	@echo "make bench     measure beside a C loop in the same run (ARGS=--quick: seconds)"

run: $(VENV)/.app
	$(BIN)/performer run $(SHOW) --demo $(ARGS)

check: $(VENV)/.app
	$(BIN)/performer check $(SHOW) $(ARGS)

rehearse: $(VENV)/.app
	$(BIN)/performer rehearse $(SHOW) --out out/$(notdir $(SHOW)) $(ARGS)

test: $(VENV)/.dev counterparts lint
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

# The pictures of the documentation, made anew from the shipped shows.
pictures: $(VENV)/.app
	$(BIN)/python tools/pictures.py

# Programs that we did not write and test against. As root with apt they are installed; else it says which tests will be skipped.
counterparts:
	@sh tests/house/counterparts.sh

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The environment. A stamp beside it says that a step is done; a Python that was moved or removed is noticed.
$(VENV)/.made: $(if $(shell $(BIN)/python -c 'print(1)' 2>/dev/null),,again)
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "performer needs Python 3.11 or later, and there is no $(PYTHON): \
	sudo apt-get install -y python3 python3-venv (Debian), brew install python (macOS)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "performer needs Python 3.11 or later, and \
	$(PYTHON) is not: say make PYTHON=python3.12 (or whichever you have)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make environments: \
	sudo apt-get install -y python3-venv (Debian), then say make again." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# MIDI drivers are taken as wheels or not at all: nothing here needs a compiler.
$(VENV)/.app: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing performer into $(VENV) ..."
	@$(PIP) install --quiet --constraint constraints.txt --editable .
	@$(PIP) install --quiet --constraint constraints.txt --only-binary $(DRIVERS) --editable '.[midi]' \
	  || echo "No MIDI driver is to be had as a wheel for this Python: MIDI outputs stay silent, all else plays."
	@touch $@

$(VENV)/.dev: $(VENV)/.app
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install --quiet --constraint constraints.txt --upgrade pip
	@$(PIP) install --quiet --constraint constraints.txt --only-binary $(DRIVERS) --group dev
	@touch $@
