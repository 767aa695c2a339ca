# `make run` needs Python 3.11+ and nothing else; `make test` also finds or installs Chromium.
.DEFAULT_GOAL := help
.PHONY: help run password test test-long chaos lint bench screenshots lock clean
SHELL := /bin/sh
BIN := .venv/bin

help: ## What each command does
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## Start the product at http://127.0.0.1:8000 (PORT=…)
	@sh requirements/install.sh local
	@exec $(BIN)/python -m gptimage.run

password: ## Set the operator's password anew, while `make run` runs
	@[ -e "$${LOCAL_DIR:-.local}/run/environment.json" ] || { echo "First start it, in another terminal: make run"; exit 1; }
	@exec $(BIN)/python manage.py changepassword admin@example.com

# The browser's tests have both cores for themselves: their site is seven processes, and what it shows is timed by eye.
test: ## Every test, unit to browser (ARGS=tests/credits for some)
	@sh requirements/install.sh dev
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && \
	if [ -n "$(ARGS)" ]; then exec $(BIN)/python -m pytest -m "not long" $(ARGS); fi && \
	$(BIN)/python -m pytest -n 2 -m "not long" --ignore tests/browser && \
	exec $(BIN)/python -m pytest -m "not long" tests/browser

test-long: ## What takes longer, besides
	@sh requirements/install.sh dev
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && exec $(BIN)/python -m pytest -n 2 -m long $(ARGS)

chaos: ## Everything falls, by a plan: SEED=… RUNS=… (pictures), or SEEDS=20 TABLE=docs/CHAOS.md
	@sh requirements/install.sh dev
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && exec $(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --runs $(or $(RUNS),100) --seeds $(or $(SEEDS),1) \
		$(if $(TABLE),--table $(TABLE)) $(ARGS)

# The settings of a production like any, so that the checks see what they would see there.
lint: export SECRET_KEY := a-key-for-checks-only-that-is-long-enough-and-has-letters-of-many-kinds
lint: export DATABASE_URL := postgres://user:password@database.example/name
lint: export REDIS_URL := redis://broker.example/0
lint: export S3_BUCKET := pictures
lint: export OPENAI_API_KEY := sk-none
lint: export EMAIL_URL := smtp+tls://user:password@mail.example:587
lint: export ALLOWED_HOSTS := studio.example
lint: export BEHIND_TLS := 1
lint: export ADMIN_REQUIRE_MFA := 1
lint: ## Style, types, templates, contracts, deploy checks
	@sh requirements/install.sh dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --profile=django --lint templates
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=tests.without_database $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python static/css/check_contrast.py

bench: ## Measure all, into bench/RESULTS.md (ONLY=ledger for one; SMALL=1 only sees that it works)
	@sh requirements/install.sh dev
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && \
	exec $(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(SMALL),--small)

screenshots: ## Every page, both themes, 390 and 1440 px, into screenshots/
	@sh requirements/install.sh dev
	@CHROMIUM="$$(sh .ci/chromium)" && export CHROMIUM && exec $(BIN)/python -m tests.screenshots $(ARGS)

lock: ## Write the locks anew from pyproject.toml
	@sh requirements/install.sh dev
	@sh requirements/lock.sh

clean: ## Remove what the commands made: environment, data, caches
	rm -rf .local
	@# The database of a closed checkout lies outside it (gptimage/embedded/postgres.py).
	-@[ "$$(id -u)" != 0 ] || $(BIN)/python -c "from gptimage.embedded.postgres import sweep_orphans as sweep; sweep()"
	rm -rf .venv screenshots .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
