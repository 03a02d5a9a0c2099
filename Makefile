# Every target does its own set-up: Python 3.11 to 3.13 is all that a machine must have.

VENV := .venv
BIN := $(VENV)/bin
UV = $(shell uv --version >/dev/null 2>&1 && echo uv || echo $(BIN)/uv)
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
# DEMO=1 puts the demo's sandbox CRM behind `make up`.
UP_OPTIONS := $(if $(DEMO),--demo)

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test up docs lint types clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## virtual environment with the locked packages (redone when the lock changes)

setup-test: $(VENV)/.installed-test

demo: setup ## the whole loop on a sandbox CRM, through Airflow, in about two minutes
	@$(BIN)/handoff demo

test: setup-test ## every test; the slow ones run the whole chain
	@$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile

up: setup ## Airflow with its pages and schedules (DEMO=1: on the demo's sandbox CRM)
	@$(BIN)/handoff up $(UP_OPTIONS)

docs: setup ## the data dictionary, from the YAML beside the dbt models
	@$(BIN)/python -m handoff.data_dictionary

lint: setup-test ## ruff and SQLFluff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

types: setup-test ## mypy, strict
	@$(BIN)/mypy

clean: ## remove the virtual environment and every cache (data/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache include/handoff.egg-info
	rm -rf dbt_project/target dbt_project/logs

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Handoff needs Python 3.11, 3.12 or 3.13: install one, or name it: make setup PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		uv venv --quiet --python "$(PYTHON)" $(VENV) 2>/dev/null; } || { rm -rf $(VENV); \
		echo "Python's venv module is not whole. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages into $(VENV) ..."
	@$(UV) --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv || true
	@$(call install,-r requirements.txt)
	@$(call install,--no-deps -e .)
	@touch $@

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(call install,-r requirements-test.txt)
	@touch $@

# uv takes seconds where pip takes minutes; pip does when uv cannot be had.
define install
if $(UV) --version >/dev/null 2>&1; \
	then $(UV) pip install --quiet --python $(BIN)/python $(1); \
	else $(BIN)/python -m pip install --quiet $(1); fi
endef
