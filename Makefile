# Every verb makes or refreshes .venv first. Pass options with ARGS: make lab ARGS=--no-browser
PYTHON ?= python3
RUN = $(PYTHON) scripts/bootstrap.py

.PHONY: lab test soak labs check-labs doctor lock clean

lab:            ## install everything, start the lab cloud, open JupyterLab
	@$(RUN) lab $(ARGS)

test:           ## lint, types and every test
	@$(RUN) test $(ARGS)

soak:           ## hours: kill the cloud 200 times; try 100,000 malformed templates
	@$(RUN) soak $(ARGS)

labs:           ## build labs/ and solutions/*.ipynb from solutions/*.md
	@$(RUN) labs $(ARGS)

check-labs:     ## the content gate
	@$(RUN) check-labs $(ARGS)

doctor:         ## what is present, what is missing, how to get it
	@$(RUN) doctor $(ARGS)

lock:           ## compile requirements*.txt from pyproject.toml
	@$(RUN) lock

clean:          ## remove .venv and caches; your progress in .dryrun stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build
