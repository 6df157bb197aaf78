# A target lists itself in `make help` by its ## text.
.DEFAULT_GOAL := help
BIN := .venv/bin
export PYTHON

.PHONY: help up test test-external bench soak setup dev check schema pictures lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

up: setup ## set everything up and run it all; Ctrl-C stops it
	@exec $(BIN)/rota up $(ARGS)

test: setup ## set everything up and run all tests
	@scripts/test $(or $(ARGS),-n 4 --no-loadscope-reorder)

test-external: setup ## run the backend tests on this machine's own PostgreSQL and Redis
	ROTA_TEST_ENGINES=external $(BIN)/pytest $(ARGS)

bench: setup ## measure Rota beside what it competes with; ARGS="lists --rounds 5", "--help"
	@scripts/setup bench
	@cd api && ../$(BIN)/python -m benchmarks $(ARGS)

soak: setup ## long runs of faults, on a busy machine, and of attacks; FAULTS=1000 SEED=1
	@cd api && ../$(BIN)/python -m tests.faults.soak --faults $(or $(FAULTS),1000) --seed $(or $(SEED),1)
	@ROTA_SOAK=1 $(BIN)/pytest -q api/tests/platform/messaging/test_health.py api/tests/faults/test_late_loops.py
	@ROTA_SOAK=1 $(BIN)/pytest -q --timeout 7200 api/tests/security api/tests/http/test_roles.py api/tests/cli/test_users.py \
		api/tests/cli/test_small_disk.py api/tests/cli/test_kept.py

setup: ## only set up: .venv/ and the built web app; quick when nothing changed
	@scripts/setup

dev: setup ## API with reload and Vite's dev server
	@exec scripts/dev

check: setup ## format, lint, types, imports and what they need, schema, and the web app's own checks
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry api/rota
	$(BIN)/deptry api/tests api/benchmarks --ignore DEP002,DEP004
	scripts/check-schema
	npm --prefix web run check

schema: setup ## write schema.graphql from the code
	@$(BIN)/rota schema > schema.graphql

pictures: setup ## take the README's pictures, of the sample on the demo model
	@scripts/pictures

lock: setup ## renew the lock files; ARGS="--upgrade-package redis" goes to pip-compile
	@scripts/lock $(ARGS)
