# The commands of this project. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV ?= .venv
PORT ?= 8050
REAL ?= ../shared/data
BIN := $(VENV)/bin
REAL_PLACE := tests/real/places/barking_and_dagenham
COMPILE := pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
  --annotation-style=line

.PHONY: help run test check real lock bundle reference screenshots clean

help: ## Show these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS=$$'\t' read -r name text; do \
	  printf '  make %-12s %s\n' "$$name" "$$text"; done

run: $(VENV)/run.stamp ## Build the sample place if it is not built, and serve it (PORT=8050)
	@$(BIN)/placedata build || { [ -e .placedata/CURRENT ] && echo "The snapshot built before is served."; }
	@exec $(BIN)/placedata serve --port $(PORT)

test: $(VENV)/test.stamp ## Run every test (finds or installs a browser first)
	@.ci/tools
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/test.stamp ## Style, types, floors, size budget and licences
	@echo "ruff check" && $(BIN)/ruff check --quiet --output-format concise .
	@echo "ruff format" && { out=$$($(BIN)/ruff format --check --output-format concise . 2>&1) || \
	  { echo "$$out"; echo "mend: $(BIN)/ruff format ."; exit 1; }; }
	@echo "mypy" && $(BIN)/mypy --no-error-summary
	@echo "import contracts" && { out=$$($(BIN)/lint-imports 2>&1) || { echo "$$out"; exit 1; }; }
	@echo "size budget, repository and licences" && \
	  $(BIN)/python -m pytest --quiet --no-header tests/test_architecture.py tests/test_repository.py

real: $(VENV)/run.stamp ## Build and serve Barking and Dagenham from published files (REAL=../shared/data)
	@[ -d "$(REAL)" ] || { echo "REAL=$(REAL) is no folder; give the one with barking_and_dagenham/ in it" >&2; exit 1; }
	@$(BIN)/placedata build --place $(REAL_PLACE) --data-root real="$(REAL)"
	@exec $(BIN)/placedata serve --place $(REAL_PLACE) --data-root real="$(REAL)" --port $(PORT)

lock: ## Remake requirements/*.txt from pyproject.toml (needs Python 3.11 and the package index)
	@[ -x $(VENV)-lock/bin/pip-compile ] || { $$(PYTHON=$${PYTHON:-python3.11} .ci/find-python) -m venv $(VENV)-lock && \
	  $(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check 'pip-tools==7.6.2'; }
	@echo "requirements/run.txt …" && $(VENV)-lock/bin/$(COMPILE) $(UPGRADE) \
	  --output-file requirements/run.txt pyproject.toml requirements/extra.in
	@echo "requirements/container.txt …" && $(VENV)-lock/bin/$(COMPILE) $(UPGRADE) --constraint requirements/run.txt \
	  --extra container --output-file requirements/container.txt pyproject.toml requirements/extra.in
	@echo "requirements/test.txt …" && $(VENV)-lock/bin/$(COMPILE) $(UPGRADE) --constraint requirements/run.txt \
	  --extra test --extra dev --output-file requirements/test.txt pyproject.toml requirements/extra.in

bundle: ## Rebuild the map bundle from dashboard/map/web (needs Node.js and npm)
	@cd dashboard/map/web && npm ci --silent --no-audit --no-fund && npm run --silent build

reference: $(VENV)/test.stamp ## Remake the reference pages and schemas from the program
	@$(BIN)/python -m placedata.cli.pages docs

screenshots: $(VENV)/test.stamp ## Take pictures of every page of the sample place
	@.ci/tools
	@$(BIN)/placedata build --quiet
	@$(BIN)/python tests/browser/screenshots.py

clean: ## Remove the environment, caches and built places
	@rm -rf $(VENV) $(VENV)-lock .placedata $(REAL_PLACE)/.placedata .mypy_cache .pytest_cache .ruff_cache \
	  .import_linter_cache .hypothesis build dist dashboard/map/web/node_modules
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Each stamp is newer than the lock and the project file it was filled from. The test lock holds the
# run lock whole, so filling for tests fills for running too.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@.ci/install $(VENV) requirements/run.txt
	@touch $@

$(VENV)/test.stamp: requirements/test.txt pyproject.toml
	@.ci/install $(VENV) requirements/test.txt
	@touch $@ $(VENV)/run.stamp
