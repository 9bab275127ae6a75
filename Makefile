# Everything a person types. `.venv` is made from requirements.lock on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked

.DEFAULT_GOAL := help
.PHONY: help run demo pictures test check devices format lock lab lab-causes lab-join bench clean operations dashboards draw servers soak simulate fuzz

help:
	@echo "make demo    a simulated city of 102 sites, alive on this machine; SPEED=60: an hour of its day a minute"
	@echo "make run     this machine's links, through a real broker, on http://127.0.0.1:8470"
	@echo "make test    all checks and all tests (as root on Debian it installs the servers they need)"
	@echo "make check   ruff, mypy --strict, import-linter"
	@echo "make lab     outages in a city of namespaces, timed, beside Prometheus (root, 12 minutes)"
	@echo "make lab-causes  cuts with known causes in a town of namespaces, and the causes that pantau names (root, 25 minutes)"
	@echo "make lab-join    a blank Debian box joins by one command, timed (root, debootstrap, a mirror; 8 minutes)"
	@echo "make simulate SEED=7  tells one history of faults, in virtual time"
	@echo "make soak    histories and kill -9 of everything, as many as asked: make soak SEEDS=10000 KILLS=1000 (root)"
	@echo "make fuzz    damaged messages against the decoders, for as long as asked: make fuzz SECONDS=3600"
	@echo "make bench   the figures of docs/performance.md, measured here"
	@echo "make operations  docs/operations.md anew, with the notices as the code makes them"
	@echo "make devices  docs/devices.md anew, as the profiles in wire/profiles say"
	@echo "make dashboards  dashboards/json anew, as the code in dashboards/ builds it"
	@echo "make pictures  the pictures of the README, from the demo (needs chromium; 3 minutes)"
	@echo "make draw    pictures of the dashboards, by Grafana's own components (needs npm; 8 minutes)"
	@echo "make format  ruff format and fix;  make lock  refresh requirements.lock;  make clean  remove .venv and var"

$(LOCKED): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

run: $(LOCKED)
	$(BIN)/pantau-collector run --all-in-one

demo: SPEED ?= 1
demo: $(LOCKED)
	$(BIN)/pantau-collector demo --speed $(SPEED)

pictures: $(LOCKED)
	$(BIN)/python -m tests.demo.pictures

check: $(LOCKED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

servers:
	@sh tests/servers/install.sh

test: check servers
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder --durations=10

simulate: SEED ?= 1
simulate: $(LOCKED)
	$(BIN)/python -m tests.simulation $(SEED)

soak: SEEDS ?= 1000
soak: KILLS ?= 100
soak: $(LOCKED) servers
	$(BIN)/python -m tests.simulation 101 --soak $(SEEDS)
	$(BIN)/python -m tests.soak.histories --histories $(SEEDS)
	$(BIN)/python -m tests.soak.causes
	$(BIN)/python -m tests.soak.kills --kills $(KILLS)
	$(BIN)/python -m tests.soak.lines
	$(BIN)/python -m tests.soak.notices --kills $(KILLS)

fuzz: SECONDS ?= 60
fuzz: $(LOCKED)
	$(BIN)/python -m tests.wire --seconds $(SECONDS)

bench: $(LOCKED)
	$(BIN)/python -m tests.bench

lab: $(LOCKED) servers
	$(BIN)/python -m tests.lab

lab-causes: $(LOCKED) servers
	$(BIN)/python -m tests.lab.causes

lab-join: $(LOCKED) servers
	$(BIN)/python -m tests.lab.joining

draw: PICTURES ?= var/dashboards
draw: $(LOCKED) servers
	cd dashboards/draw && npm ci --no-fund --no-audit
	$(BIN)/python -m tests.dashboards.draw $(PICTURES)

operations: $(LOCKED)
	$(BIN)/python -m tests.collector.notices.afternoon

devices: $(LOCKED)
	$(BIN)/python -m wire.profiles > docs/devices.md

dashboards: $(LOCKED)
	$(BIN)/python -m dashboards

format: $(LOCKED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --no-header \
		--upgrade pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) var
