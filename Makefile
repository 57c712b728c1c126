# Everything runs in a virtual environment in .venv, with pinned and hashed requirements. uv installs them because it is
# much faster than pip; if uv fails (for example, an index that only pip is configured for), pip installs them.
.DEFAULT_GOAL := help
CHROMIUM := $(shell command -v chromium || command -v google-chrome)
.PHONY: help rehearse test style check coverage soundness faults answers mutants yours tools browser render permissions published lint scan bench corpus lock clean

PYTHON ?= python3
# The environment for make rehearse.
ENV ?= dev
# make mutants: the number of mutations for each package (0: all), the seed of the sample, and the time limit.
SAMPLE ?= 120
SEED ?=
MINUTES ?= 30
# Installed packages are compiled once, on first import.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
CODE := render.py deploy.py cloudformation templates deployment rehearsal tests bench docs/take_screens.py .ci/reports.py
# The minimum coverage of each top-level package, in percent, by its own tests and the multi-stack tests.
COVERED := cloudformation:98 templates:98 deployment:93 rehearsal:97
# Tests of several stacks run through the command only.
FROM_ABOVE := tests/test_deploy_services.py tests/test_deploy_jobs_first.py tests/test_deploy_routes.py tests/test_deploy_tasks.py tests/test_deploy_together.py
SDK := tests/second_sdk
CDK := tests/tools/projects/cdk
SCANNERS := .tools/checkov .tools/cfn-guard/package
NODE_MODULES := $(SDK)/node_modules/.package-lock.json $(CDK)/node_modules/.package-lock.json
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
RESOLVE = $(BIN)/uv pip compile --quiet --upgrade --no-strip-extras --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate
INSTALL = @$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $< || $(PIP) -r $<

# make test tries properties on a quarter of their examples (tests/examples.py).
check coverage mutants: export HYPOTHESIS_PROFILE ?= steady

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/uv: requirements/uv.txt | $(BIN)/python
	@$(PIP) -r $< || echo "uv cannot be installed; the requirements are installed with pip" >&2
	@touch $@

.venv/run: requirements/run.txt .venv/uv
	$(INSTALL)
	@touch $@

.venv/dev: requirements/dev.txt .venv/uv
	$(INSTALL)
	@touch $@ .venv/run

# A second SDK for the tests, if npm is installed; without it, tests/test_second_sdk.py decides what happens.
$(SDK)/node_modules/.package-lock.json: $(SDK)/package-lock.json
	@if ! command -v npm > /dev/null; then echo "npm is not installed; the second SDK is not tested" >&2; \
	elif ! npm ci --prefix $(SDK); then echo "npm cannot install the second SDK; it is not tested" >&2; fi

# Third-party tools, each in its own environment because their dependencies conflict. Its file lists all of them.
.tools/%: requirements/%.txt .venv/uv
	@mkdir -p .tools && $(BIN)/python -m venv --without-pip --clear $@
	@$(BIN)/uv pip install --quiet --python $@/bin/python --no-deps --require-hashes -r $< || \
	  $(BIN)/python -m pip --python $@/bin/python install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

# The package of the CDK's validator contains a cfn-guard binary for each system, with the Control Tower rules.
.tools/cfn-guard/package: .tools/cfn-guard
	@tar -xzf $</lib/python*/site-packages/cdklabs/cdk_validator_cfnguard/_jsii/*.jsii.tgz -C $<
	@touch $@

$(CDK)/node_modules/.package-lock.json: $(CDK)/package-lock.json
	@if ! command -v npm > /dev/null; then echo "npm is not installed; CDK is not tested" >&2; \
	elif ! npm ci --prefix $(CDK); then echo "npm cannot install CDK; it is not tested" >&2; fi

rehearse: .venv/run ## render the templates and deploy an environment to the local CloudFormation (ENV=NAME, default: dev)
	$(BIN)/python render.py
	$(BIN)/python deploy.py --env $(ENV) --rehearse --yes

test: .venv/dev ## run the tests, except the slow ones (make check runs them all)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

style: .venv/dev ## check lint, format and types of the code, as the commit hooks do
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy --num-workers 2

check: style $(SCANNERS) $(SDK)/node_modules/.package-lock.json ## run everything that CI runs: style, all tests, random systems, rendered/ up to date, cfn-lint, scanners
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/handoff
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/handoff  # the tests of a file depend on each other
	$(BIN)/python -m tests.soundness --seeds 20-79 --read-back 20-39 --jobs 2  # the tests run the seeds below 20
	$(BIN)/python render.py --check
	$(BIN)/cfn-lint
	$(BIN)/python -m tests.scanners

coverage: .venv/dev ## measure code coverage; fail if a top-level package is below its minimum
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" --cov --cov-report= $(foreach wing,$(COVERED),tests/$(firstword $(subst :, ,$(wing))))
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-append --cov-report= $(FROM_ABOVE)
	@for wing in $(COVERED); do \
	  $(BIN)/coverage report --include "$${wing%:*}/*" --fail-under "$${wing#*:}" || exit; \
	done

soundness: .venv/dev ## deploy 500 random systems and verify that each review shows every change that happens
	$(BIN)/python -m tests.soundness --seeds 0-399 --read-back 0-99 --jobs 2

faults: .venv/dev ## test every fault at every request of a deployment (make check tests a selection)
	FAULTS=every $(BIN)/python -m pytest -n 2 --dist worksteal tests/test_deploy_faults.py

answers: .venv/dev ## test every kind of answer that does not come from AWS, at every call of every command
	$(BIN)/python -m tests.answers --jobs 2

mutants: .venv/dev ## run mutation tests: does a test fail for each small change of the code (ONLY="PACKAGE ..." SAMPLE=N SEED=TEXT MINUTES=N)
	$(BIN)/python -m tests.mutants --jobs 2 --sample $(SAMPLE) --seed "$(SEED)" --minutes $(MINUTES) $(if $(ONLY),--only $(ONLY))

yours: .venv/dev ## follow docs/make-it-yours.md in an empty directory: a project, its tests, a layer, a parameter, an environment
	$(BIN)/python -m tests.yours

tools: .venv/dev .tools/sam .tools/sceptre $(NODE_MODULES) ## run CDK, SAM, sceptre, the AWS CLI and a Node.js SDK against the rehearsal, and write the tables of docs/tools.md
	$(BIN)/python -m tests.tools --write

render: .venv/run ## write rendered/ and draw the diagrams of docs/ from templates/ and params/
	$(BIN)/python render.py --diagram

permissions: .venv/dev ## update the table of IAM permissions that the handlers of the resource types need
	$(BIN)/python -m templates.rendering.registry_schemas

published: .venv/dev ## update, through npm, the documentation that AWS publishes on Ref and attributes of resource types
	$(BIN)/python -m rehearsal.resources.made_up.published

lint: .venv/dev ## run cfn-lint on rendered/, and on every environment with its parameter values
	$(BIN)/cfn-lint
	$(BIN)/python -m tests.scanners cfn-lint cloudformation-validate

scan: .venv/dev $(SCANNERS) ## run checkov and cfn-guard in the same way, and write the table of docs/scanners.md
	$(BIN)/python -m tests.scanners --write

bench: .venv/dev ## measure speed and memory, as ratios between measurements taken side by side
	$(BIN)/python -m bench

corpus: .venv/dev ## deploy public templates whose own tests deploy them on AWS (downloads 169 packages with npm)
	$(BIN)/python -m bench corpus --download .corpus

browser: ## install Debian's chromium if there is none, for the tests of the HTML report
	$(if $(CHROMIUM),,apt-get update -qq && apt-get install -qqy --no-install-recommends chromium)

lock: .venv/uv ## update requirements/*.txt from pyproject.toml, the third-party tools and, if npm is installed, its lock files
	$(RESOLVE) pyproject.toml --extra rehearsal -o requirements/run.txt
	$(RESOLVE) pyproject.toml --extra rehearsal --extra dev -o requirements/dev.txt
	echo uv | $(RESOLVE) - -o requirements/uv.txt
	echo aws-sam-cli | $(RESOLVE) - -o requirements/sam.txt
	echo sceptre | $(RESOLVE) - -o requirements/sceptre.txt
	echo checkov | $(RESOLVE) - -o requirements/checkov.txt
	echo cdklabs-cdk-validator-cfnguard | $(RESOLVE) --no-deps - -o requirements/cfn-guard.txt  # it needs nothing of the CDK
	@if command -v npm > /dev/null; then for folder in $(SDK) $(CDK); do npm update --package-lock-only --prefix $$folder; done; fi

clean: ## remove the virtual environments, the npm packages and the state of the local CloudFormation
	rm -rf .venv .tools .rehearsal .mutants $(SDK)/node_modules $(CDK)/node_modules
