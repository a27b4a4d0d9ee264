# Two commands for a fresh clone: `make demo` and `make test`. Everything that they make lies below .cache/.
PYTHON ?= python3
SUITE = PYTHONPATH=tests/utils PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m suite

.PHONY: help test lint sanity units integration docs bench demo clean

help:
	@echo 'make demo           a table of the images of the engine that you can reach, or of an archive'
	@echo 'make test           everything; STEPS="units-2.21 lint" for some of it,'
	@echo '                    STEPS=integration-2.21 TARGETS="image_prune" for some integration targets'
	@echo 'make lint, units, sanity, integration, docs'
	@echo 'make bench          measure against other modules; BENCH="--images 10 100"'
	@echo 'make clean          remove .cache/'

test:
	@$(SUITE) $(STEPS) $(if $(TARGETS),--targets $(TARGETS))

lint sanity units integration docs:
	@$(SUITE) $@

bench:
	@LAB_CACHE=$(CURDIR)/.cache/engines PYTHONPATH=tests/utils PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/benchmark/bench.py $(BENCH)

demo:
	@PYTHONPATH=tests/utils PYTHONDONTWRITEBYTECODE=1 $(PYTHON) demo/run.py

clean:
	rm -rf .cache
