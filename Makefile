# Two commands: `make demo` does the main job from nothing, `make test` passes all tests. `make help` lists the rest.
.DEFAULT_GOAL := help
PY := .venv/bin/python
PEOPLE ?= 40
SEED ?= 7
RUNG ?= 1
RUNGS ?= 1,2,3
COUNTIES ?= 0

.PHONY: help demo test lint docs check proof bench airflow airflow-stop test-airflow lock clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 18

demo:            ## from nothing to a report card: practice jail and court, a real Chromium, three days
	@./scripts/setup.sh demo
	@$(PY) scripts/demo.py --people $(if $(filter file default undefined,$(origin PEOPLE)),250,$(PEOPLE)) --seed $(SEED)

test:            ## lint, types, import rules, all tests
	@./scripts/setup.sh test
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q

lint:            ## ruff, mypy --strict, import-linter
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet . || { echo "run: .venv/bin/ruff format ."; exit 1; }
	@$(PY) -m mypy
	@.venv/bin/lint-imports

docs:            ## the documentation as a site, in build/site (warnings are errors)
	@./scripts/setup.sh test
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --quiet

check:           ## under a minute: lint and types, then the tests nearest to the files you changed
	@$(PY) -m ruff check . && $(PY) -m mypy
	@$(PY) scripts/nearest_tests.py

airflow:         ## Airflow on this machine with the practice portals; RUNG=2 on PostgreSQL, RUNG=3 Celery on S3; COUNTIES=6 side by side
	@./scripts/setup.sh $(if $(filter 1,$(RUNG)),test,airflow)
	@$(PY) scripts/airflow_local.py start --counties $(COUNTIES) --rung $(RUNG) --people $(PEOPLE) --seed $(SEED)

airflow-stop:    ## ends all of it
	@$(PY) scripts/airflow_local.py stop

test-airflow:    ## the three rungs under proof (RUNGS=1,2,3); kills and pool changes from PEOPLE=40 on
	@./scripts/setup.sh $(if $(filter 1,$(RUNGS)),test,airflow)
	@$(PY) proof/airflow_proof.py --rungs $(RUNGS) --people $(PEOPLE) --seed $(SEED)

proof:           ## the long proofs in full; writes proof/results; ONLY=crawl runs one of them
	@./scripts/setup.sh test
	@for proof in crawl operators kill stop mutation matrix "matrix --fetch=http" soak "soak --fetch=auto" measures; do \
	  set -- $$proof; case "$(ONLY)" in ""|"$$1") ;; *) continue ;; esac; \
	  script=proof/$${1}_proof.py; shift; $(PY) $$script "$$@" || exit 1; done
	@PYTHONPATH=. $(PY) proof/harness_page.py

bench:           ## costs as ratios in one run
	@./scripts/setup.sh test
	@for bench in benchmarks/*.py; do $(PY) $$bench || exit 1; done

lock:            ## makes the lock files anew (needs uv)
	@./scripts/lock.sh

clean:           ## removes the virtual environment and caches; never data/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist
