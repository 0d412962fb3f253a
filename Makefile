# Needs python3 (3.10 to 3.13) with venv, and make. Everything else is installed into .venv; what only some targets need
# (lint, emulator, mutation, EnergyPlus, MODFLOW) into an environment of its own, when such a target is run first.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/installed
INSTALL := $(PYTHON) tools/install.py
INSTALLER := tools/install.py tools/constraints.txt
WITH_VENV := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
LINT := .venv-lint
EMULATOR := .venv-emulator
MUTATE := .venv-mutate
ENERGYPLUS := .venv-energyplus
REFERENCE := .venv-reference
GATEWAY := .venv-gateway
RELEASE := .venv-release
ESPTOOL := .venv-esptool
DRAWINGS := .venv-drawings
NETWORK := .venv-network
ARGS ?=
export PYTHONPATH := tools:host_tests:firmware

.DEFAULT_GOAL := help
.PHONY: help venv sim season demo gateway lint-gateway test test-gateway test-pairs test-truth prove test-emulator test-long test-search energyplus bench-energyplus reference reference-modflow mutate lint bench bench-comfort bench-fleet bench-history bench-network commission monitor build image esptool frozen wheel release test-release flash diag repl docs docs_check drawings clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z_-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): tools/requirements.txt tools/check_python.py $(INSTALLER)
	@$(PYTHON) tools/check_python.py
	@$(INSTALL) $(VENV) tools/requirements.txt
	@touch $@

venv: $(STAMP) ## create .venv with the pinned dependencies

sim: $(STAMP) ## simulate a winter day on the real firmware; options in ARGS="..."
	@$(PY) -m whtools sim $(ARGS)

season: $(STAMP) ## simulate 150 winter days on one core; options in ARGS="..."
	@$(PY) -m whtools season $(ARGS)

$(GATEWAY)/installed: $(STAMP) tools/requirements-gateway.txt $(INSTALLER)
	@$(INSTALL) $(GATEWAY) tools/requirements-gateway.txt --on $(VENV)
	@touch $@

demo: $(GATEWAY)/installed ## a simulated house and its page in one command; ARGS="--speed 60 --village --http 8090"
	@$(GATEWAY)/bin/python -m whtools gateway --demo $(ARGS)

gateway: $(GATEWAY)/installed ## the page beside real nodes; ARGS="--port /dev/ttyUSB0 --units 100-116"
	@$(GATEWAY)/bin/python -m whtools gateway $(ARGS)

test-gateway: $(GATEWAY)/installed ## page, accounts, history; with a real Chromium where Debian's is installed; ARGS="-m long"
	@$(WITH_VENV) $(GATEWAY)/bin/python -m pytest host_tests/gateway $(ARGS)

test: $(STAMP) ## everything fast, and the coverage of firmware/: 150 s on two cores; options for pytest in ARGS="..."
	@$(PY) -m pytest -p cover $(ARGS)

LONG := -m pytest -m long --timeout 3000 -o python_files="test_*.py scenario_bars.py pairs.py"

test-long: $(STAMP) ## what test leaves out: all in MicroPython, seasons, pairs; half an hour on two cores; ARGS="-n 8"
	@$(PY) $(LONG) $(ARGS)

test-search: $(STAMP) ## the Hypothesis tests with new examples, 200 each; half an hour; WELLHEARTH_EXAMPLES=2000, ARGS="-k plant_world"
	@WELLHEARTH_SEARCH=1 $(PY) $(LONG) -m "" $(ARGS)

test-pairs: $(STAMP) ## all 300 pairs of 25 causes in the real MicroPython; four minutes on two cores
	@$(PY) $(LONG) -m "" -k micropython host_tests/pairs.py $(ARGS)

test-truth: $(STAMP) ## 2000 random faults judged by what the plant suffered, on all cores; ARGS="--resume", "--case 7"
	@$(PY) -m truth $(ARGS)

prove: $(STAMP) ## drive one well section and one unit through every state; ARGS="--planted none --together 2 --limit 600"
	@$(PY) -m prove $(ARGS)

$(EMULATOR)/installed: $(STAMP) tools/requirements-emulator.txt $(INSTALLER)
	@$(INSTALL) $(EMULATOR) tools/requirements-emulator.txt --on $(VENV)
	@touch $@

test-emulator: $(EMULATOR)/installed ## the firmware on an emulated Pico; WELLHEARTH_RP2_UF2=path of an rp2 UF2
	@$(WITH_VENV) WELLHEARTH_EMULATOR=1 $(EMULATOR)/bin/python -m pytest -s -rs --timeout 3000 host_tests/emulator $(ARGS)

$(ENERGYPLUS)/installed: $(STAMP) tools/requirements-energyplus.txt $(INSTALLER)
	@$(INSTALL) $(VENV) tools/requirements-energyplus.txt --into $(ENERGYPLUS)
	@touch $@

energyplus: $(ENERGYPLUS)/installed ## the plant's sun and room against EnergyPlus; rewrites host_tests/energyplus/results.json
	@$(PY) -m energyplus

bench-energyplus: $(ENERGYPLUS)/installed ## the firmware and a plain hysteresis on a house in EnergyPlus; six minutes on two cores
	@$(PY) -m energyplus.bench $(ARGS)

build: $(STAMP) ## cross-compile for the boards into build/BOARD; ARGS="--board rpi_pico --littlefs"
	@$(PY) -m whtools build $(ARGS)

image: $(STAMP) ## MicroPython and the firmware as one file to flash; ARGS="--board rpi_pico --micropython FILE.uf2 --config house.json"
	@$(PY) -m whtools image $(ARGS)

$(ESPTOOL)/installed: tools/requirements-esptool.txt $(INSTALLER)
	@$(INSTALL) $(ESPTOOL) tools/requirements-esptool.txt --source-ok
	@touch $@

esptool: $(ESPTOOL)/installed ## Espressif's esptool; ARGS="--chip esp32s3 --port PORT write-flash 0x0 build/esp32_s3/wellhearth.bin"
	@$(ESPTOOL)/bin/python -m esptool $(ARGS)

frozen: $(STAMP) ## MicroPython with the firmware frozen in, for boards short of memory; BOARD=rpi_pico ARGS="--source DIR"
	@$(PY) -m whtools frozen --board $(or $(BOARD),rpi_pico) $(ARGS)

wheel: $(RELEASE)/installed ## the tools as a wheel in build/wheel: pip install "build/wheel/NAME.whl[gateway]"
	@$(RELEASE)/bin/python -m hatchling build -t wheel -d build/wheel

release: $(STAMP) ## all boards, bill of materials, checksums, notes in build/release; ARGS="--micropython FILE.uf2", "--draft"
	@$(PY) -m whtools.dev.release $(ARGS)

$(RELEASE)/installed: $(STAMP) tools/requirements-release.txt $(INSTALLER)
	@$(INSTALL) $(RELEASE) tools/requirements-release.txt --on $(VENV)
	@touch $@

test-release: $(RELEASE)/installed ## the tests of release and wheel, with CycloneDX's own schemas
	@$(RELEASE)/bin/python -m pytest host_tests/tools/test_release.py host_tests/tools/test_wheel.py $(ARGS)

flash: $(STAMP) ## put the firmware on a board; ARGS="--board rpi_pico --config house.json"
	@$(PY) -m whtools flash $(ARGS)

diag: $(STAMP) ## look into a running board; ARGS="points room1"
	@$(PY) -m whtools diag $(ARGS)

repl: $(STAMP) ## the board's prompt; the control goes on
	@$(PY) -m whtools repl $(ARGS)

$(MUTATE)/installed: $(STAMP) tools/requirements-mutate.txt $(INSTALLER)
	@$(INSTALL) $(MUTATE) tools/requirements-mutate.txt --on $(VENV) --source-ok
	@touch $@

mutate: $(MUTATE)/installed ## mutation test of control/ with cosmic-ray; ARGS="--share 0.2" for a sample
	@$(WITH_VENV) $(MUTATE)/bin/python -m whtools mutate $(ARGS)

$(LINT)/installed: $(STAMP) tools/requirements-lint.txt tools/requirements-esp32-stubs.txt $(INSTALLER)
	@$(INSTALL) $(LINT) tools/requirements-lint.txt
	@$(INSTALL) $(LINT) tools/requirements-esp32-stubs.txt --into $(LINT)/esp32-stubs
	@touch $@

lint: $(LINT)/installed ## ruff, and pyright over firmware/ and boards/ with the stubs of each chip, tools, harness, plant and tests
	@$(LINT)/bin/ruff check .
	@$(LINT)/bin/pyright --pythonpath $(PY) --typeshedpath "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	@$(LINT)/bin/pyright -p tools/pyright-esp32.json --pythonpath $(PY) --typeshedpath "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	@$(LINT)/bin/pyright -p tools/pyright-host.json --pythonpath $(PY)
	@$(LINT)/bin/pyright -p tools/pyright-tests.json --pythonpath $(PY)
	@test ! -e $(GATEWAY)/installed || $(MAKE) --no-print-directory lint-gateway

lint-gateway: $(LINT)/installed $(GATEWAY)/installed ## pyright over the gateway, which needs the gateway's packages
	@$(LINT)/bin/pyright -p tools/pyright-gateway.json --pythonpath $(GATEWAY)/bin/python
	@$(LINT)/bin/pyright -p tools/pyright-gateway-tests.json --pythonpath $(GATEWAY)/bin/python

commission: $(STAMP) ## commission a simulated house, unattended; ARGS="--planted backwards", "--pdf", "--seed 7"
	@$(PY) -m whtools commission --simulate --out build/commissioning $(ARGS)

monitor: $(STAMP) ## a simulated well and its rooms on this terminal; ARGS="--rooms 4 --speed 60 --lang zh"
	@$(PY) -m whtools monitor --simulate $(ARGS)

bench: $(STAMP) ## measure speed, scan cost and allocation; writes bench.json
	@$(PY) -m whtools bench $(ARGS)

bench-comfort: $(STAMP) ## room control against plain thermostats on 9 plants in 5 weathers; ARGS="--house", "--only light"
	@$(PY) -m comfort $(ARGS)

$(NETWORK)/installed: $(STAMP) tools/requirements-network.txt $(INSTALLER)
	@$(INSTALL) $(VENV) tools/requirements-network.txt --into $(NETWORK)
	@touch $@

bench-network: $(NETWORK)/installed ## networks of central plants against pandapipes; rewrites host_tests/netbench/results.json
	@PYTHONPATH="$(NETWORK):$$PYTHONPATH" $(PY) -W ignore -m netbench
bench-fleet: $(GATEWAY)/installed ## sick houses of simulated fleets named, 20 seeds; ARGS="--seeds 1-3", "--load 300"
	@$(WITH_VENV) $(GATEWAY)/bin/python -m fleet_bench $(ARGS)
bench-history: $(GATEWAY)/installed ## a year of a 16-room village in SQLite and PostgreSQL: size, a day, a season; ARGS="--timescaledb"
	@$(GATEWAY)/bin/python -m history_bench $(ARGS)

reference: $(STAMP) ## check the ground's reference model, study its grid, make its tables, fit the fast wells (an hour)
	@$(PY) -m reference.analytic
	@$(PY) -m reference.study
	@$(PY) -m reference.tables $(ARGS)
	@$(PY) -m reference.fit $(ARGS)

$(REFERENCE)/installed: $(STAMP) tools/requirements-reference.txt $(INSTALLER)
	@$(INSTALL) $(REFERENCE) tools/requirements-reference.txt --on $(VENV)
	@touch $@

reference-modflow: $(REFERENCE)/installed ## the same well in MODFLOW 6; MF6=/path/of/mf6
	@$(WITH_VENV) MF6="$(MF6)" $(REFERENCE)/bin/python -m reference.modflow

$(DRAWINGS)/installed: $(STAMP) tools/requirements-drawings.txt $(INSTALLER)
	@$(INSTALL) $(DRAWINGS) tools/requirements-drawings.txt --on $(VENV)
	@touch $@

drawings: $(DRAWINGS)/installed ## draw the wiring of every board and of the house (SVG); ARGS="rpi_pico" for one board
	@$(DRAWINGS)/bin/python -m whtools.wiring $(ARGS)

docs: $(STAMP) ## write the generated pages: firmware/*.md, boards/*/README.md, tools/modbus.csv (make drawings: the SVG)
	@$(PY) -m whtools.docs.bits
	@$(PY) -m whtools docs

docs_check: $(STAMP) ## say whether the generated pages are up to date
	@$(PY) -m whtools docs --check

clean: ## remove build results and the virtual environments
	rm -rf build $(VENV) $(LINT) $(EMULATOR) $(MUTATE) $(ENERGYPLUS) $(REFERENCE) $(GATEWAY) $(RELEASE) $(NETWORK) $(DRAWINGS) $(ESPTOOL) bench.json .pytest_cache .ruff_cache .hypothesis
