# Two commands do everything: `make demo` and `make test`. Both need Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
SFMETA_TOOLS ?= $(HOME)/.cache/sfmeta-tools
export SFMETA_TOOLS
FUZZ_SECONDS ?= 900

.PHONY: demo test lint type unit bench bad-days fuzz check-generated tools clients live lock clean help
.DEFAULT_GOAL := help

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): requirements/dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sfmeta needs Python 3.11 or newer; run make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q toolkit  # once, also where Python is told to write no bytecode
	touch $@

demo: $(STAMP) ## generate, package and deploy the shipped integration to the embedded local org
	@$(BIN)/python scripts/demo.py

test: lint type unit ## everything CI runs

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

type: $(STAMP)
	$(BIN)/mypy

unit: $(STAMP)
	$(BIN)/pytest -n 2 --dist loadfile --ignore tests/clients

fuzz: $(STAMP) ## fuzz what foreign bytes can reach with atheris, FUZZ_SECONDS long (nightly; Linux or macOS)
	test -x "$(SFMETA_TOOLS)/fuzz/bin/python" || $(PYTHON) -m venv "$(SFMETA_TOOLS)/fuzz"
	"$(SFMETA_TOOLS)/fuzz/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	"$(SFMETA_TOOLS)/fuzz/bin/pip" install --quiet --disable-pip-version-check -r tools/fuzz/requirements.txt
	PYTHONPATH=. "$(SFMETA_TOOLS)/fuzz/bin/python" scripts/fuzz_validate.py --seconds $(FUZZ_SECONDS) "$(SFMETA_TOOLS)/fuzz-corpus"

check-generated: $(STAMP) ## show the generated project to judges that are not ours (make tools installs them)
	$(BIN)/python scripts/check_generated.py

bench: $(STAMP) ## whole-process times beside the Salesforce CLI, where it is installed
	$(BIN)/python benchmarks/commands.py $(if $(wildcard $(SFMETA_TOOLS)/sf),--sf $(SFMETA_TOOLS)/sf/node_modules/.bin/sf)

bad-days: $(STAMP) ## every fault at every request of a whole release, kill -9 at every request; writes docs/reliability.md (20 minutes)
	rm -rf build/bad-days && mkdir -p build/bad-days
	$(BIN)/python -m compileall -q toolkit  # the processes that are killed are new ones each time
	BAD_DAYS=build/bad-days $(BIN)/pytest -n 3 --dist load tests/release/test_bad_days_matrix.py tests/release/test_bad_days_kill.py \
	  tests/release/test_bad_days_disk.py tests/release/test_job_bad_days.py tests/release/test_two_deploys.py
	$(BIN)/python scripts/bad_days_page.py build/bad-days

PEERS ?= $(notdir $(wildcard tools/*))
tools: ## install the judges and peers outside this repository (needs npm; Java 11+ is yours to add)
	@for peer in $(PEERS); do \
	  test -f tools/$$peer/package.json || continue; \
	  mkdir -p "$(SFMETA_TOOLS)/$$peer" && cp tools/$$peer/package.json "$(SFMETA_TOOLS)/$$peer/" && \
	  (cd "$(SFMETA_TOOLS)/$$peer" && npm install --no-audit --no-fund --loglevel=error) || exit 1; \
	done

clients: PEERS = sf jsforce
clients: $(STAMP) tools ## install the real clients (CumulusCI, too) and try the local org with them
	test -x "$(SFMETA_TOOLS)/cumulusci/bin/cci" || $(PYTHON) -m venv "$(SFMETA_TOOLS)/cumulusci"
	"$(SFMETA_TOOLS)/cumulusci/bin/pip" install --quiet --disable-pip-version-check -r tools/cumulusci/requirements.txt
	$(BIN)/pytest -n 2 --dist loadfile tests/clients

live: $(STAMP) ## hold the local org against a real one, which the environment names (docs/local-org.md)
	$(BIN)/pytest tests/live

lock: ## renew the lock files (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command 'make lock' pyproject.toml -o requirements/runtime.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command 'make lock' pyproject.toml --group dev -o requirements/dev.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
