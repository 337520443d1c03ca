# Two commands do everything: `make lab` opens the course, `make test` tests it.
# Each sets up .venv first, and starts within seconds when nothing changed.

PYTHON ?=
export PYTHON
BIN := .venv/bin
# The notebooks run quickly in tests, whatever machine this is.
# Trainings of the notebooks start from nothing here: an earlier run would be resumed, and prove nothing.
NBVAL := SR_RUN=quick SR_RUNS=$$(mktemp -d) $(BIN)/python -m pytest -p no:cacheprovider --nbval-lax --nbval-cell-timeout=300 --durations=0 -q

.PHONY: lab test test-package test-notebooks notebooks lock setup

lab: setup
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb

test: test-package test-notebooks

test-package: setup
	$(BIN)/python -m pytest tests --cov=sr_helpers --cov-report=term -q

test-notebooks: setup
	$(NBVAL) notebooks
	$(NBVAL) solutions

# Execute the solutions anew, keep their outputs, and cut the learner notebooks from them.
notebooks: setup
	SR_RUN=quick SR_RUNS=$$(mktemp -d) $(BIN)/python tools/notebooks.py

# Newest versions that fit pyproject.toml, for Python 3.11 to 3.13, without index addresses. Needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    --extra test pyproject.toml -o requirements.lock

setup:
	@tools/setup.sh
