# make run    sets everything up and starts the assistant
# make test   installs what the tests need and runs them
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: run test test-long test-soak check catalogues licences audit bench format clean

run: $(VENV)/.installed
	@$(BIN)/python ingest.py --if-changed
	@$(BIN)/python -m bot run

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt -e '.[ocr]'
	@$(BIN)/python -m compileall -q bot knowledge
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/pip install --quiet -c constraints.txt -e '.[ocr,test]'
	@touch $@

# Processes side by side, a file of tests at a time: two for two cores, more where tests wait and hardly compute.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --dist loadfile

# In two halves: what computes, and what waits for things to happen, which would come late beside it.
test: $(VENV)/.installed-test
	$(PYTEST) -n 2 -m "not long and not alone"
	$(PYTEST) -n 4 -m "alone and not long"

test-long: $(VENV)/.installed-test
	$(PYTEST) -n 2 -m "long and not soak"

# More of what the long tests show: the whole of sweeps of which those take a sample.
test-soak: $(VENV)/.installed-test
	$(PYTEST) -n 2 -m soak

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/catalogues.py check
	$(BIN)/python .ci/licences.py check

# The assistant's own words: Hong Kong's catalogues from the Simplified ones, and catalogues from YAML files.
catalogues: $(VENV)/.installed-test
	$(BIN)/python .ci/catalogues.py write

licences: $(VENV)/.installed-test
	$(BIN)/python .ci/licences.py write

# Asks pypi.org for known vulnerabilities of the pinned versions: needs the network, and says so where there is none.
audit: $(VENV)/.installed-test
	@$(BIN)/python .ci/audit.py

format: $(VENV)/.installed-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) data
