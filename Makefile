# Everything is set up inside .venv; nothing else on this computer is touched.
# GNU make 4.3 and a POSIX shell are enough. PYTHON=… chooses another Python than the first that fits.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check audit bench docs pictures pins clean

PYTHON ?=
lang ?=
data ?=
port ?=
args ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --require-virtualenv
PINS := requirements/build.txt requirements/newer.txt requirements/base.txt
DEV_PINS := requirements/build.txt requirements/newer.txt requirements/dev.txt

help:
	@echo 'make demo    職員室をためす / try the staff room          (make demo lang=en)'
	@echo 'make test    すべてのテスト / every test                  (make test args="-k badges")'
	@echo 'make check   書式・型・層・依存 / format, types, layers, dependencies'
	@echo 'make bench   速さを測る / measure (JSON lines)'
	@echo 'make clean   .venv とキャッシュを消す / remove .venv and caches (data stays)'

demo: .venv/ready
	@$(BIN)/sukima demo $(if $(lang),--lang '$(lang)') $(if $(data),--data '$(data)') $(if $(port),--port '$(port)') $(args)

# Each worker begins with its part and takes from the others' when it is done: no file waits for its own worker.
test: .venv/ready-dev
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(args)

check: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory audit

# Known weaknesses are looked up over the network. Without it this says so and goes on; with it a finding fails.
audit: .venv/ready-dev
	@report=$$(mktemp); said=$$(mktemp); trap 'rm -f "$$report" "$$said"' EXIT; \
	echo 'pip-audit: requirements/base.txt'; \
	if $(BIN)/pip-audit --requirement requirements/base.txt --require-hashes --disable-pip --progress-spinner off \
	    --format json --output "$$report" >"$$said" 2>&1; then cat "$$said"; \
	elif [ -s "$$report" ]; then cat "$$said" "$$report"; exit 1; \
	elif ! grep -Eq 'Connection|Proxy|Timeout|Resolution' "$$said"; then cat "$$said"; exit 1; \
	else echo '脆弱性の確認は、ネットワークに届かなかったため飛ばしました。 / pip-audit was skipped: the network did not answer.'; fi

bench: .venv/ready-dev
	@for file in benchmarks/[!_]*.py; do echo "$$file" >&2; $(BIN)/python "$$file" || exit 1; done

# What the documents take from the product: the picture of the README, the list of complaints.
docs: .venv/ready
	@$(BIN)/python docs/images/draw_badges.py
	@$(BIN)/python docs/complaints.py

# The pictures of the READMEs, taken in a real browser; needs Chromium, and fonts for Japanese.
pictures: .venv/ready-dev
	@SUKIMA_PICTURES=1 SUKIMA_REQUIRE_BROWSER=1 $(BIN)/python -m pytest tests/browser/test_browser_pictures.py

# For maintainers, after a change of the dependencies in pyproject.toml; needs pip-tools. What newer Pythons need besides
# (discord.py: audioop-lts, from 3.13 on) is pinned in requirements/newer.txt by hand, with pip-tools of such a Python.
pins:
	@command -v pip-compile >/dev/null || { echo 'pip-compile is missing: install pip-tools first.' >&2; exit 1; }
	@set -e; compile() { \
	    CUSTOM_COMPILE_COMMAND='make pins' pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options "$$@" pyproject.toml; }; \
	compile --only-build-deps --build-deps-for editable --output-file requirements/build.txt; \
	compile --output-file requirements/base.txt; \
	compile --constraint requirements/base.txt --extra dev --extra postgresql --output-file requirements/dev.txt

clean:
	rm -rf .venv build dist sukima.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# ---------------------------------------------------------------- setting up

define NO_PYTHON
Python 3.11 以上が見つかりません。入れてから、もう一度実行してください（Debian・Ubuntu: sudo apt install python3、macOS: python.org または Homebrew）。
No Python 3.11 or newer was found: install one (Debian, Ubuntu: sudo apt install python3; macOS: python.org or Homebrew) and run this again.
endef

define NO_VENV
python3-venv がありません。「sudo apt install python3-venv」を実行してから、もう一度実行してください。
python3-venv is missing: run "sudo apt install python3-venv", then run this again.
endef

define NO_INSTALL
部品を入れられませんでした。ネットワークを確かめて、もう一度実行してください（途中から続きます）。
The parts could not be installed: check the network and run this again (it goes on from where it stopped).
endef

export NO_PYTHON NO_VENV NO_INSTALL

.venv/bin/python:
	@set -e; found=; without_venv=; \
	for candidate in $(if $(PYTHON),'$(PYTHON)',python3 python3.14 python3.13 python3.12 python3.11); do \
	    "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	    if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then found=$$candidate; break; fi; \
	    without_venv=$$candidate; \
	done; \
	if [ -z "$$found" ]; then \
	    if [ -n "$$without_venv" ]; then printf '%s\n' "$$NO_VENV" >&2; else printf '%s\n' "$$NO_PYTHON" >&2; fi; exit 1; \
	fi; \
	echo "1/3 仮想環境をつくっています / Making .venv ($$($$found --version))"; \
	"$$found" -m venv --clear .venv

.venv/ready: .venv/bin/python $(PINS) pyproject.toml
	@echo '2/3 部品を入れています。はじめは数分かかることがあります / Installing the parts; a few minutes the first time'
	@$(PIP) --require-hashes $(addprefix --requirement ,$(PINS)) || { printf '%s\n' "$$NO_INSTALL" >&2; exit 1; }
	@echo '3/3 sukima を入れています / Installing sukima'
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: .venv/bin/python $(DEV_PINS) pyproject.toml
	@echo '2/3 開発用の部品を入れています / Installing the parts for development'
	@$(PIP) --require-hashes $(addprefix --requirement ,$(DEV_PINS)) || { printf '%s\n' "$$NO_INSTALL" >&2; exit 1; }
	@echo '3/3 sukima を入れています / Installing sukima'
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch .venv/ready $@
