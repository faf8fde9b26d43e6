# Needs Python 3.11 or newer and nothing else. Everything is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin

.DELETE_ON_ERROR:
.PHONY: install demo test check bench soak lock clean

install: .venv/installed

.venv/installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sfsync needs Python 3.11 or newer; try: make PYTHON=python3.12 install")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install
	@$(BIN)/sfsync demo

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/pytest

bench: install
	$(BIN)/python -m tests.bench

# KILLS_TO=folder gets what became of each kill as JSON lines.
soak: install
	$(BIN)/pytest -m soak -n 4 --dist load $(if $(KILLS_TO),--kills-to $(KILLS_TO)) tests/reliability

# The ranges of pyproject.toml, solved and pinned with hashes for every platform.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv
