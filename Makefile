# `make check` before you push, `make test` before a change lands; tests/utils/suite/tables.py says what they run.
# What they make lies below .cache/, or, where the clone lies in an `ansible_collections` folder, partly beside that.
PYTHON ?= python3
SUITE = PYTHONPATH=tests/utils PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m suite
OPTIONS = $(if $(CORE),--core $(CORE)) $(if $(TARGETS),--targets $(TARGETS)) $(if $(LIST),--list)

.PHONY: help check test test-all lint sanity units integration docs matrix mutation bench demo release clean

help:
	@echo 'make check          linters, types and unit tests, on the newest ansible-core that $(PYTHON) can run; CORE=2.19 for another'
	@echo 'make test           what must pass before a change lands: oldest and newest core; as root, on Debian'
	@echo 'make test STEPS="units-2.21 lint"'
	@echo '                    some steps; LIST=1 only names them'
	@echo 'make test STEPS=integration-2.22 TARGETS="image_prune"'
	@echo '                    some integration targets'
	@echo 'make test-all       every core, and every engine'
	@echo 'make lint, sanity, units, integration, docs'
	@echo 'make mutation       change _core in small ways, and see which changes no test notices; hours, goes on where it was'
	@echo 'make mutation FILES="prune report/gate.py" CHILDREN=2 SURVIVORS=1'
	@echo '                    some files; SAMPLE=3 tries three tenths, SCORE=1 only prints what earlier runs have found'
	@echo 'make demo           a table of the images of the engine that you can reach, or of an archive'
	@echo 'make pictures       the pictures of the README and the guides, from a run in headless Chromium'
	@echo 'make release VERSION=1.2.3'
	@echo '                    the steps up to the tag, in a copy; COMMIT=1 NEXT=1.3.0 for real (RELEASING.md)'
	@echo 'make bench          measure against other modules; BENCH="--images 10 100"'
	@echo 'make clean          remove what these commands have made'

test:
	@$(SUITE) $(or $(STEPS),test) $(OPTIONS)

check test-all lint sanity units integration docs:
	@$(SUITE) $@ $(OPTIONS)

matrix:
	@$(SUITE) --matrix

mutation:
	@$(SUITE).mutation $(FILES) $(if $(CHILDREN),--children $(CHILDREN)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(LIST),--list) $(if $(SCORE),--score) \
		$(if $(SURVIVORS),--survivors)

release:
	@$(SUITE).release $(VERSION) $(if $(NEXT),--next $(NEXT)) $(if $(COMMIT),--commit)

bench:
	@LAB_CACHE=$(CURDIR)/.cache/engines PYTHONPATH=tests/utils PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/benchmark/bench.py $(BENCH)

demo:
	@PYTHONPATH=tests/utils PYTHONDONTWRITEBYTECODE=1 $(PYTHON) demo/run.py

pictures:
	@$(SUITE).pictures

clean:
	@$(SUITE) --clean
