# Everything from nothing but Python 3.11 or newer, make and git. ARGS="…" is handed on.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 3
N ?= 300

.PHONY: help demo test journeys every-point lint format contract quality docs screenshots bench prove wheel clean

help: ## what there is to make
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(VENV)/.run ## one visit on this machine, then the counter in a browser
	$(BIN)/jiedao demo $(ARGS)

test: $(VENV)/.develop ## all tests but those in a browser
	$(BIN)/python -m pytest --ignore=tests/browser -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

journeys: $(VENV)/.develop ## what people do at the screens, in a real browser (needs Chromium and a Chinese font)
	$(BIN)/python -m pytest tests/browser -n 2 --dist loadfile $(ARGS)

lint: style types layers ## style, types and layers

style: $(VENV)/.develop
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.develop
	$(BIN)/mypy

layers: $(VENV)/.develop
	$(BIN)/lint-imports

format: $(VENV)/.develop ## what can be mended by a machine
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

contract: $(VENV)/.develop ## agree to what the contract for plugins has grown by; refuses what would break one
	$(BIN)/python -m jiedao.testing.lock --write

quality: $(VENV)/.develop ## examine every built-in plugin on its bench, and write down the level that it reaches
	$(BIN)/python tests/conformance/write_quality.py $(ARGS)

docs: $(VENV)/.develop ## the handbook, into site/
	$(BIN)/mkdocs build --strict $(ARGS)

screenshots: $(VENV)/.develop ## pictures of every screen, into screenshots/; those of the handbook into docs/pictures/
	JIEDAO_PICTURES=screenshots $(BIN)/python -m pytest tests/browser $(ARGS)
	for picture in docs/pictures/*.png; do \
		if [ -e "screenshots/$${picture##*/}" ]; then cp "screenshots/$${picture##*/}" "$$picture"; fi; \
	done

bench: $(VENV)/.develop ## visits a second beside the floor under them
	$(BIN)/python -m benchmarks $(ARGS)

every-point: $(VENV)/.develop
	$(BIN)/python -m pytest tests/proof/test_crash_every_point.py --every-point -q -n 2 --dist load

prove: every-point ## visits killed at every point, then N on each engine at random, and a count of what was lost or doubled
	$(BIN)/python tests/proof/prove.py --cycles $(N) $(ARGS)

wheel: $(VENV)/.develop ## the distribution, into dist/
	rm -rf build
	$(BIN)/python -m build --wheel --outdir dist $(ARGS)

clean: ## everything that was made
	rm -rf $(VENV) build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed; say where it is with PYTHON=…' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --quiet --upgrade pip

$(VENV)/.run: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --quiet --editable .
	@touch $@

$(VENV)/.develop: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --quiet --editable '.[test]'
	@touch $@ $(VENV)/.run
