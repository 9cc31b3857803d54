# One door for developers: every target sets up what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
VENV := .venv
BIN := $(VENV)/bin
MONITOR := .monitor
TRACKED := from email_assistant.settings import load_settings; print(load_settings().data_dir / "burr")
# The first Python that fits; set PYTHON to choose another.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(FITS)' 2>/dev/null && { echo $$p; break; }; done)
define NEEDS_PYTHON
$(if $(PYTHON),$(PYTHON) will not do,No Python that will do was found): Email Assistant needs 3.11, 3.12 or 3.13. Chainlit allows no newer one yet.
Get one, for instance with:
  uv python install 3.13        and then: make run PYTHON="$$(uv python find 3.13)"
  apt install python3-venv      on Debian 12 or 13 and Ubuntu 24.04
  brew install python@3.13      on macOS, and then: make run PYTHON=python3.13
endef
export NEEDS_PYTHON
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	pyproject.toml --all-extras
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# Node is a package of the development environment, so that nothing needs to be installed for it.
NODE := PATH="$(abspath $(BIN)):$$PATH"
UV := VIRTUAL_ENV=$(VENV) $(BIN)/uv --quiet pip

.DEFAULT_GOAL := help
.PHONY: help install run monitor test coverage check types lint page floors weaknesses audit bench eval soak lock outdated wheel lowest messages diagram pictures clean

help: ## Show this
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

install: $(VENV)/.dev ## Make .venv with the locked dependencies, those for development included

run: $(VENV)/.run ## Serve the chat at http://127.0.0.1:8000
	@$(BIN)/email-assistant serve

monitor: $(MONITOR)/.done ## Show in Burr's page, at http://127.0.0.1:7241, what EMAIL_ASSISTANT_TELEMETRY=burr tracks
	@burr_path="$$($(BIN)/python -c '$(TRACKED)')" BURR_BACKEND_IMPL=burr.tracking.server.backend.LocalBackend \
		$(MONITOR)/bin/python -m uvicorn burr.tracking.server.run:app --host 127.0.0.1 --port $(or $(PORT),7241)

test: $(VENV)/.dev ## Run every test; some need Chromium, some HAProxy
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

coverage: $(VENV)/.dev ## Count the branches below the doors that the unit and contract tests take; too few fail
	$(BIN)/python -m coverage run -m pytest tests/unit tests/contract $(ARGS)
	$(BIN)/python -m coverage report

check: $(VENV)/.dev node_modules/.package-lock.json ## Lint, check types, the floors and for known weaknesses
	@$(MAKE) --no-print-directory --jobs 2 types lint page floors weaknesses audit

types: # the longest first
	$(BIN)/mypy

lint:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

page:
	$(NODE) node_modules/.bin/biome ci --error-on-warnings

floors:
	$(BIN)/lint-imports

weaknesses:
	$(BIN)/bandit --quiet --recursive --severity-level medium email_assistant

audit:
	$(BIN)/pip-audit --requirement requirements.txt --no-deps --disable-pip --progress-spinner off

bench: $(VENV)/.dev ## Print what is measured, as ratios in one run
	$(BIN)/python -m bench

eval: $(VENV)/.run ## Measure what is written, by the rules, by a script without mistakes, and by your model if one is set
	@$(BIN)/email-assistant eval --writer rules --writer scripted \
		$(if $(or $(OPENAI_API_KEY),$(OPENAI_BASE_URL)),--writer model) $(ARGS)

soak: $(VENV)/.dev ## Kill, cancel and race real servers for some minutes (ARGS="--minutes 10"), and count what was lost
	$(BIN)/python -m tests.soak $(ARGS)

wheel: $(VENV)/.dev ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build --target wheel --directory dist

lowest: $(VENV)/.dev ## Install the lowest versions that pyproject.toml allows, and use the program with them
	@$(BIN)/python -m tests.installation.lowest

messages: $(VENV)/.dev ## Bring the catalogues of translated sentences up to date
	@$(BIN)/python -m docs.messages

diagram: $(VENV)/.dev ## Draw the state machine into docs/ anew
	$(BIN)/python -m docs.state_machine

pictures: $(VENV)/.dev ## Draw the pictures of the page into docs/pictures/ anew; needs Chromium
	$(BIN)/python -m docs.draw_pictures

lock: $(VENV)/.dev ## Resolve the dependencies anew, each to its newest version, into the two requirements files
	$(COMPILE) --upgrade --group build -o requirements.txt
	$(COMPILE) --upgrade --group build --group dev -c requirements.txt -o requirements-dev.txt

outdated: $(VENV)/.dev ## List the dependencies that have a newer version than the one that is locked
	@$(BIN)/uv pip list --outdated --python $(BIN)/python

clean: ## Remove .venv and what the tools left
	rm -rf $(VENV) $(MONITOR) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .schemathesis .coverage node_modules

$(VENV)/bin/python:
	@"$(or $(PYTHON),false)" -c '$(FITS)' 2>/dev/null || { echo "$$NEEDS_PYTHON"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) ..."
	@"$(PYTHON)" -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

# uv installs in seconds what takes pip more than a minute; it is itself installed as it is locked.
$(VENV)/bin/uv: | $(VENV)/bin/python
	@sed -n '/^uv==/,/[^\]$$/p' requirements.txt >$(VENV)/uv.txt
	@$(PIP) install --require-hashes --no-deps -r $(VENV)/uv.txt

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/uv
	@echo "Installing the locked dependencies; this takes a minute once ..."
	@$(UV) install --compile-bytecode --require-hashes --requirement requirements.txt
	@$(UV) install --compile-bytecode --no-deps --no-build-isolation --editable .
	@touch $@

# In an environment of its own: Burr's page needs packages that nothing else does.
$(MONITOR)/.done: requirements.txt | $(VENV)/.run
	@echo "Installing Burr's page into $(MONITOR) ..."
	@$(BIN)/uv --quiet venv --clear --python $(BIN)/python $(MONITOR)
	@VIRTUAL_ENV=$(MONITOR) $(BIN)/uv --quiet pip install \
		"$$(sed -nE 's/^apache-burr(==[0-9.]+).*/apache-burr[tracking]\1/p' requirements.txt)"
	@touch $@

# The packages for development and those to run, at once.
$(VENV)/.dev: requirements-dev.txt requirements.txt pyproject.toml | $(VENV)/bin/uv
	@echo "Installing the locked dependencies, those for development included; this takes a minute once ..."
	@$(UV) install --compile-bytecode --require-hashes --requirement requirements-dev.txt
	@$(UV) install --compile-bytecode --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.run $@

# What lints the page's scripts, as it is locked.
node_modules/.package-lock.json: package.json package-lock.json | $(VENV)/.dev
	@$(NODE) npm ci --silent --no-audit --no-fund
	@touch $@
