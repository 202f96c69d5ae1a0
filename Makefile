# One command each to run, check and test. Everything is installed under .venv; nothing outside is touched,
# except that `make test`, as root on Debian, installs a browser where there is none.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary
LOCK := $(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --no-annotate \
	--custom-compile-command "make lock"

# Where the app listens. Without PORT it takes 8501 or the next free one; without HOST only this computer
# can open it. HOST is the name or address by which the others reach this computer. With CERT and KEY, two PEM
# files, it speaks https, which phones ask for before they give a page the camera, the position or a cache.
SERVE := $(BIN)/streamlit run app.py $(if $(PORT),--server.port $(PORT)) \
	$(if $(HOST),--server.address $(HOST) --server.allowedHosts $(HOST)) \
	$(if $(CERT),--server.sslCertFile $(CERT) --server.sslKeyFile $(KEY))

.PHONY: help run demo test lint bench data lock browser clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: .venv/run.stamp ## Install what is missing, then start the map and say where it is
	@$(SERVE)

demo: .venv/run.stamp ## The same on the invented workspace, data/demo
	@OUTREACH_DATA=data/demo $(SERVE)

# In the order of the folders: the files of the browser, few and long, come first and the short ones fill up.
test: .venv/dev.stamp browser ## Install what is missing, a browser included, then run every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/dev.stamp ## Check style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

bench: .venv/dev.stamp browser ## Measure against the usual ways; prints a table, writes JSON
	@$(BIN)/python -m benchmarks

data: .venv/run.stamp ## Build data/ from its sources, and the invented data/demo
	@$(BIN)/python -m tools.build_data $(if $(SOURCES),--sources $(SOURCES))
	@$(BIN)/python -m tools.build_demo

lock: .venv/dev.stamp ## Pin the newest versions that fit the ranges
	@$(LOCK) --output-file requirements.lock requirements.txt
	@$(LOCK) --output-file requirements-dev.lock --constraint requirements.lock requirements-dev.txt

clean: ## Remove the environment and caches; data and records stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

browser: .venv/dev.stamp
	@for b in $$CHROMIUM chromium chromium-browser google-chrome; do \
		command -v $$b >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium fonts-noto-core; \
	else \
		$(BIN)/playwright install chromium; \
	fi

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or say PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
		echo "Could not make .venv. On Debian or Ubuntu: apt install python3-venv; then again."; exit 1; }

.venv/run.stamp: requirements.lock .venv/bin/python
	@echo "Installing what the map needs; only the first time takes long …"
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what the tests need …"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@
