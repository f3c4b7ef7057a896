# Two commands on a fresh machine: `make demo` and `make test`. Each does all the set-up that it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

ARGS ?=
WORKERS ?= 2
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help setup system browser hledger python texts run demo migrate test check audit soak clean

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: system python texts  ## everything that the product needs

# Programs and libraries of the system. `need` installs Debian packages, or says which ones are missing.
define need
	need() {
	    if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as="sudo -n"; else as=none; fi
	    if [ "$$as" = none ] || ! command -v apt-get >/dev/null; then
	        echo "Missing on this machine. As root: apt-get install -y --no-install-recommends $$*" >&2; exit 1
	    fi
	    $$as apt-get update -qq
	    DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends "$$@" >/dev/null
	}
	have_library() { PATH="$$PATH:/sbin:/usr/sbin" ldconfig -p | grep -F "$$1" >/dev/null; }
	find_python() {
	    for name in python3 python3.13 python3.12 python3.11; do
	        if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
	            command -v "$$name"; return
	        fi
	    done
	}
endef

system:
	@$(need)
	missing=()
	have_library libpangoft2-1.0.so.0 || missing+=(libpangoft2-1.0-0)
	have_library libharfbuzz-subset.so.0 || missing+=(libharfbuzz-subset0)
	[ -n "$$(find -L /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2>/dev/null || true)" ] \
	    || missing+=(fonts-dejavu-core)
	if [ -z "$$(find_python)" ]; then
	    missing+=(python3 python3-venv)
	elif ! "$$(find_python)" -c 'import ensurepip, venv' 2>/dev/null; then
	    missing+=(python3-venv)
	fi
	if [ "$${#missing[@]}" -gt 0 ]; then need "$${missing[@]}"; fi

# The browser, and the library that its driver is linked with.
browser:
	@$(need)
	missing=()
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	    || command -v google-chrome >/dev/null || missing+=(chromium)
	have_library libatomic.so.1 || missing+=(libatomic1)
	if [ "$${#missing[@]}" -gt 0 ]; then need "$${missing[@]}"; fi

# A second opinion on the books; without it the tests that ask for one are left out, and say so.
hledger:
	@$(need)
	command -v hledger >/dev/null || (need hledger) || echo "hledger is not to be had here" >&2

# The virtual environment is renewed when the lock file changes, and made anew when it is broken.
python: system
	@$(need)
	wanted=$$(sha256sum requirements.lock | cut -c1-64)
	if [ "$$(cat .venv/installed 2>/dev/null || true)" != "$$wanted" ] || ! $(BIN)/python -c 'import django' 2>/dev/null; then
	    $(BIN)/python -c '' 2>/dev/null || "$$(find_python)" -m venv --clear .venv
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	    echo "$$wanted" > .venv/installed
	fi

texts: python
	@$(BIN)/python manage.py compile_texts >/dev/null

run: setup  ## the product, empty or as it was left: make run ARGS="--port 8000"
	@exec $(BIN)/python manage.py run $(ARGS)

demo: setup  ## the product with the demonstration data
	@exec $(BIN)/python manage.py demo $(ARGS)

migrate: setup  ## bring the schema up to this code, while people work: make migrate ARGS=--plan
	@exec $(BIN)/python manage.py migrate --database owner --no-input $(ARGS)

test: setup browser hledger  ## all tests: make test ARGS="tests/ledger"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not soak" $(ARGS)

soak: setup browser  ## the long storms, not part of `make test`
	@$(BIN)/python -m pytest -q -m soak $(ARGS)

check: setup  ## style, types, layers, migrations, texts, deployment settings
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py compile_texts --check
	SMART_PRODUCTION=1 SMART_HOSTS=smart.example \
	    SMART_SECRET_KEY="$$(head -c 48 /dev/urandom | base64 -w0)" \
	    SMART_FIELD_KEY="$$(head -c 32 /dev/urandom | base64 -w0)" \
	    $(BIN)/python manage.py check --deploy --fail-level WARNING
	if [ -f docs/openapi.yaml ]; then
	    mkdir -p var
	    $(BIN)/python manage.py spectacular --lang en --validate --fail-on-warn --file var/openapi.yaml
	    diff -u docs/openapi.yaml var/openapi.yaml
	fi

audit: setup  ## what the product is made of (var/sbom.json), and what is known against it
	@mkdir -p var
	$(BIN)/cyclonedx-py environment .venv --pyproject pyproject.toml --validate --output-file var/sbom.json
	status=0
	timeout 180 $(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip --progress-spinner off \
	    --format json --output var/audit.json 2>var/audit.log || status=$$?
	# 1 is a known flaw; a registry that tells nothing must not be taken for a clean bill.
	if [ "$$status" -eq 1 ] && [ -s var/audit.json ]; then cat var/audit.json; exit 1; fi
	$(BIN)/python -c 'import json; rows = json.load(open("var/audit.json"))["dependencies"]; \
	    known = [row for row in rows if "skip_reason" not in row]; \
	    print(f"{len(rows)} libraries: {len(known)} audited without a known flaw, \
	{len(rows) - len(known)} of which this registry tells nothing")' 2>/dev/null \
	    || echo "No audit: the registry does not answer (see var/audit.log)"

clean:  ## remove what was built; the data in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis var/pytest_cache var/static
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.mo' -delete
