# The tasks, the same here and in CI; `make` lists them. ARGS goes on to the program: make test ARGS="-k gate"
.DEFAULT_GOAL := help
.PHONY: help gate test check lint nightly drill mutate bench pictures format lock clean prepared
BIN := .venv/bin

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' Makefile

gate: ## judge every prompt of this repository by its absolute gates (prepares .venv the first time)
	@.ci/venv gate
	@.ci/data
	@$(BIN)/harness gate --all $(ARGS)

test: prepared ## run the fast tests
	@$(BIN)/pytest -n 2 --dist worksteal -m "not slow" $(ARGS)

check: lint ## all that a change must pass: lint, then the fast tests with the coverage floor
	@$(BIN)/pytest -n 2 --dist worksteal -m "not slow" --cov $(ARGS)

lint: prepared ## linter, formatter, types and the drawing of the house
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

nightly: lint ## check, with the slow tests too
	@$(BIN)/pytest -n 2 --dist worksteal --cov $(ARGS)

drill: ## plant known faults and harmless edits, and see that the gate tells them apart
	@.ci/venv gate
	@.ci/data
	@$(BIN)/harness drill $(ARGS)

mutate: prepared ## plant small faults in the rooms that judge, and count those that their tests find
	@$(BIN)/python -m tests.mutation $(ARGS)

bench: prepared ## measure the speed against its bounds
	@$(BIN)/python -m tests.bench $(ARGS)

pictures: prepared ## make the pictures of docs/pictures anew, from real output (needs chromium)
	@$(BIN)/python -m tests.pictures $(ARGS)

format: prepared ## repair what the linter and the formatter can repair
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

lock: ## write .locks/ anew from pyproject.toml (needs uv; ARGS=--upgrade moves what is pinned)
	@.ci/lock $(ARGS)

clean: ## remove .venv and the caches of tools; answers that were paid for stay in .harness
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* dist mutants
	@find harness tests -type d -name __pycache__ -exec rm -rf {} +

prepared:
	@.ci/venv dev
	@.ci/data
