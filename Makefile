# Each target is a few ordinary commands; the README shows them for a machine without make.
PYTHON ?= python3
BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE  # or each of the many processes would compile every file again
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: book test quick pdf slides handouts assignments lab notebooks

book: .venv/installed
	$(BIN)/jupyter-book build . -n -W --keep-going  # a link that leads nowhere stops the build
	@echo "Open _build/html/index.html in a browser."

test: book
	$(BIN)/pytest

quick: .venv/installed  # while code is written: no browser, no notebook, no built site
	$(BIN)/ruff check .
	$(BIN)/pytest -m quick -n 2 --durations=5 tests

pdf: book
	$(BIN)/python tools/pdf.py
	@echo "The book on paper: _build/html/book.pdf"

slides: book
	$(BIN)/python tools/slides.py
	@echo "A deck for each chapter: _build/slides/index.html"

handouts: book  # SOLUTIONS=1 prints the teacher's copies
	$(BIN)/python tools/handouts.py
	@echo "A hand-out for each chapter: _build/handouts"

assignments: book
	$(BIN)/python tools/assignments.py

lab: .venv/installed
	$(BIN)/jupyter trust book/*.ipynb  # or the saved pictures stay hidden until a cell is run
	$(BIN)/jupyter lab book

notebooks: .venv/installed
	$(BIN)/python tools/execute.py

.venv/installed: requirements.txt $(wildcard requirements/*.txt) pyproject.toml package-lock.json
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip setuptools
	$(BIN)/pip install --quiet -r requirements.txt
	$(BIN)/npm ci --silent --no-audit --no-fund
	@touch $@
