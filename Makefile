# Two commands do everything: `make lab` opens the course, `make test` tests it.
# Each sets up .venv first, and starts within seconds when nothing changed.

PYTHON ?=
export PYTHON BROWSER_PATH
BIN := .venv/bin
# The notebooks run quickly in tests, whatever machine this is.
# Trainings of the notebooks start from nothing here: an earlier run would be resumed, and prove nothing.
NBVAL := SR_RUN=quick SR_RUNS=$$(mktemp -d) $(BIN)/python -m pytest -p no:cacheprovider -n 2 --dist loadfile --nbval-lax --nbval-cell-timeout=300 --durations=0 -q

.PHONY: lab test check lint coverage test-package test-notebooks table test-export test-jax test-colab test-browser bench site test-site
.PHONY: notebooks publish-links lock setup

lab: setup
	$(BIN)/jupyter lab --config=tools/lab/config.py notebooks/00_start_here.ipynb

test: lint test-package test-notebooks

# What takes seconds: the form of the code and of the notebooks, and what README promises.
check: lint
	$(BIN)/python -m pytest -q tests/test_notebooks.py tests/test_project.py tests/test_settings.py

lint: setup
	$(BIN)/ruff format --check -q
	$(BIN)/ruff check -q
	$(BIN)/codespell

test-package: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile tests --durations=10 -q

# Which lines of the package the tests reach. Counting them makes the checks' tests take half as long again.
coverage: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile tests --cov=sr_helpers --cov-report=term-missing:skip-covered -q

test-notebooks: setup
	$(NBVAL) notebooks
	$(NBVAL) solutions

# Execute the solutions anew, keep their outputs, and cut the learner notebooks from them.
notebooks: setup
	SR_RUN=quick SR_RUNS=$$(mktemp -d) $(BIN)/python tools/notebooks.py

# Measure bicubic and all shipped weights, and write the tables of README and docs/results.md. Needs Set5 and Set14.
table: setup
	$(BIN)/python tools/table.py

# How fast it all is on this machine, against what else could be used. Needs three quiet minutes.
bench: setup
	$(BIN)/python tools/bench.py

# Stamp the repository's address and tag (from pyproject.toml unless given) into badges, links and set-up cells.
publish-links: setup
	$(BIN)/python tools/publish_links.py $(REPOSITORY) $(TAG)

# Lanes with an environment of their own: the optional groups.
test-export:
	@tools/setup.sh .venv-export requirements-export.lock
	.venv-export/bin/python -m pytest -q tests/lanes/export_lane.py

test-jax:
	@tools/setup.sh .venv-jax requirements-jax.lock
	KERAS_BACKEND=jax .venv-jax/bin/python -m pytest -q tests/lanes/jax_lane.py tests/test_training.py tests/test_devices.py

# Colab's exact versions, on its Python 3.13 where one runs (pyenv's counts), else on the newest that does.
COLAB_PYTHON := $(firstword $(foreach python,python3.13 $(wildcard $(HOME)/.pyenv/versions/3.13*/bin/python),$(shell $(python) -c 'print("$(python)")' 2>/dev/null)))
test-colab:
	@PYTHON="$(or $(COLAB_PYTHON),$(PYTHON))" tools/setup.sh .venv-colab requirements-colab.lock
	.venv-colab/bin/python -m pytest -q -s tests/lanes/colab_lane.py

# The course in a real browser (an installed Chromium or Chrome; BROWSER_PATH names another), screenshots in build/browser/.
test-browser: setup
	@tools/setup.sh .venv-browser requirements-browser.lock
	.venv-browser/bin/python -m pytest -q -p no:cacheprovider --confcutdir=tests/lanes tests/lanes/browser_lane.py

# The course as a website, in build/site. Node's npm fetches the engine that runs the network in the browser, once.
site: site/node_modules/.package-lock.json
	@tools/setup.sh .venv-site requirements-site.lock
	.venv-site/bin/python site/build.py

# The site in a real browser: an installed Chromium or Chrome.
test-site: site
	.venv-site/bin/python -m pytest -q -p no:cacheprovider site/tests

site/node_modules/.package-lock.json: site/package-lock.json
	@command -v npm >/dev/null || { echo "make site: npm was not found: install Node.js, which brings it (nodejs.org)" >&2; exit 1; }
	npm ci --prefix site
	@touch $@

# Newest versions that fit pyproject.toml, for Python 3.11 to 3.13, without index addresses. Needs uv.
LOCK := uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) --extra test pyproject.toml -o requirements.lock
	printf 'pytest\nscipy\nsetuptools\nbackports-strenum<1.3\n' | $(LOCK) --extra export pyproject.toml - -o requirements-export.lock
	printf 'pytest\nscipy\nsetuptools\n' | $(LOCK) --extra jax pyproject.toml - -o requirements-jax.lock
	printf 'pytest\npillow\nplaywright\naxe-playwright-python\nsetuptools\n' | $(LOCK) - -o requirements-browser.lock
	printf 'scipy\nsetuptools\nbackports-strenum<1.3\n' | $(LOCK) --extra site pyproject.toml - -o requirements-site.lock

setup:
	@tools/setup.sh
