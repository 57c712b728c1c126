# Everything runs from a virtual environment in .venv, with pinned and hashed requirements. uv installs them, in a fraction
# of pip's time; where it cannot (an index that only pip is configured for), pip does.
.DEFAULT_GOAL := help
CHROMIUM := $(shell command -v chromium || command -v google-chrome)
.PHONY: help rehearse test style check coverage soundness faults answers mutants yours tools browser render permissions published lint scan bench corpus lock clean

PYTHON ?= python3
# The environment that is rehearsed.
ENV ?= dev
# How many mutations of each package are played (0: all), which sample of them, and for how long at most.
SAMPLE ?= 120
SEED ?=
MINUTES ?= 30
# What is installed is compiled where it is first imported, once.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
CODE := render.py deploy.py cloudformation templates deployment rehearsal tests bench docs/take_screens.py .ci/reports.py
# The least that may be covered of each wing, in percent, by the tests beside its code and those from above.
COVERED := cloudformation:98 templates:98 deployment:93 rehearsal:97
# What is about several stacks at once is played through the command alone.
FROM_ABOVE := tests/test_deploy_services.py tests/test_deploy_jobs_first.py tests/test_deploy_routes.py tests/test_deploy_tasks.py tests/test_deploy_together.py
SDK := tests/second_sdk
CDK := tests/tools/projects/cdk
SCANNERS := .tools/checkov .tools/cfn-guard/package
NODE_MODULES := $(SDK)/node_modules/.package-lock.json $(CDK)/node_modules/.package-lock.json
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
RESOLVE = $(BIN)/uv pip compile --quiet --upgrade --no-strip-extras --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate
INSTALL = @$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $< || $(PIP) -r $<

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/uv: requirements/uv.txt | $(BIN)/python
	@$(PIP) -r $< || echo "uv could not be installed: pip installs the rest" >&2
	@touch $@

.venv/run: requirements/run.txt .venv/uv
	$(INSTALL)
	@touch $@

.venv/dev: requirements/dev.txt .venv/uv
	$(INSTALL)
	@touch $@ .venv/run

# A second SDK for the tests, where npm is; what happens without it, tests/test_second_sdk.py decides.
$(SDK)/node_modules/.package-lock.json: $(SDK)/package-lock.json
	@if ! command -v npm > /dev/null; then echo "npm is missing: the second SDK is not tested" >&2; \
	elif ! npm ci --prefix $(SDK); then echo "npm could not install the second SDK" >&2; fi

# Tools of others, each in an environment of its own: what they need is not what the project needs. Its file names all of it.
.tools/%: requirements/%.txt .venv/uv
	@mkdir -p .tools && $(BIN)/python -m venv --without-pip --clear $@
	@$(BIN)/uv pip install --quiet --python $@/bin/python --no-deps --require-hashes -r $< || \
	  $(BIN)/python -m pip --python $@/bin/python install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

# cfn-guard comes as a binary for each system, with the rules of Control Tower, in what the CDK's validator packs.
.tools/cfn-guard/package: .tools/cfn-guard
	@tar -xzf $</lib/python*/site-packages/cdklabs/cdk_validator_cfnguard/_jsii/*.jsii.tgz -C $<
	@touch $@

$(CDK)/node_modules/.package-lock.json: $(CDK)/package-lock.json
	@if ! command -v npm > /dev/null; then echo "npm is missing: CDK is not played" >&2; \
	elif ! npm ci --prefix $(CDK); then echo "npm could not install CDK" >&2; fi

rehearse: .venv/run ## render, and deploy an environment to the local CloudFormation (ENV=NAME: another)
	$(BIN)/python render.py
	$(BIN)/python deploy.py --env $(ENV) --rehearse --yes

test: .venv/dev ## run the tests, without the slow ones that check plays too
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

style: .venv/dev ## lint, format and types of the code, as at a commit
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy --num-workers 2

check: style $(SCANNERS) $(SDK)/node_modules/.package-lock.json ## style, all tests, random systems, rendered/ fresh, cfn-lint, scanners
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/handoff
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/handoff  # each file is a story
	$(BIN)/python -m tests.soundness --seeds 20-79 --read-back 20-39 --jobs 2  # those before them are among the tests
	$(BIN)/python render.py --check
	$(BIN)/cfn-lint
	$(BIN)/python -m tests.scanners

coverage: .venv/dev ## measure what the tests beside the code, and those of several stacks, play of it; it fails below the least of a wing
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" --cov --cov-report= $(foreach wing,$(COVERED),tests/$(firstword $(subst :, ,$(wing))))
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-append --cov-report= $(FROM_ABOVE)
	@for wing in $(COVERED); do \
	  $(BIN)/coverage report --include "$${wing%:*}/*" --fail-under "$${wing#*:}" || exit; \
	done

soundness: .venv/dev ## play 500 random systems: does the review of each tell all that happens
	$(BIN)/python -m tests.soundness --seeds 0-399 --read-back 0-99 --jobs 2

faults: .venv/dev ## play every fault at every request of a deployment; the check takes those that are one to it in turn
	FAULTS=every $(BIN)/python -m pytest -n 2 --dist worksteal tests/test_deploy_faults.py

answers: .venv/dev ## play every answer that is not AWS's, at every call of every command
	$(BIN)/python -m tests.answers --jobs 2

mutants: .venv/dev ## change the code a little, one place at a time: does a test fail for it (ONLY="PACKAGE ..." SAMPLE=N SEED=TEXT MINUTES=N)
	$(BIN)/python -m tests.mutants --jobs 2 --sample $(SAMPLE) --seed "$(SEED)" --minutes $(MINUTES) $(if $(ONLY),--only $(ONLY))

yours: .venv/dev ## play docs/make-it-yours.md in an empty directory: a project, its tests, a layer, a parameter, an environment
	$(BIN)/python -m tests.yours

tools: .venv/dev .tools/sam .tools/sceptre $(NODE_MODULES) ## drive CDK, SAM, sceptre, the AWS CLI and an SDK of Node, and write the tables of docs/tools.md
	$(BIN)/python -m tests.tools --write

render: .venv/run ## write rendered/ and draw the pictures of docs/ from templates/ and params/
	$(BIN)/python render.py --diagram

permissions: .venv/dev ## read again what the handlers of the resource types may need
	$(BIN)/python -m templates.rendering.registry_schemas

published: .venv/dev ## read again, through npm, what AWS publishes of Ref and attributes of resource types
	$(BIN)/python -m rehearsal.resources.made_up.published

lint: .venv/dev ## run cfn-lint over rendered/, and over every environment with its values put in
	$(BIN)/cfn-lint
	$(BIN)/python -m tests.scanners cfn-lint cloudformation-validate

scan: .venv/dev $(SCANNERS) ## the same with checkov and cfn-guard, and write the table of docs/scanners.md
	$(BIN)/python -m tests.scanners --write

bench: .venv/dev ## measure speed and memory, as ratios taken side by side
	$(BIN)/python -m bench

corpus: .venv/dev ## play public templates that their own tests deploy on AWS (downloads 110 packages with npm)
	$(BIN)/python -m bench corpus --download .corpus

browser: ## install Debian's chromium where there is none, for the tests of the HTML report
	$(if $(CHROMIUM),,apt-get update -qq && apt-get install -qqy --no-install-recommends chromium)

lock: .venv/uv ## resolve pyproject.toml into requirements/*.txt again, the other tools, and what npm installs where npm is
	$(RESOLVE) pyproject.toml --extra rehearsal -o requirements/run.txt
	$(RESOLVE) pyproject.toml --extra rehearsal --extra dev -o requirements/dev.txt
	echo uv | $(RESOLVE) - -o requirements/uv.txt
	echo aws-sam-cli | $(RESOLVE) - -o requirements/sam.txt
	echo sceptre | $(RESOLVE) - -o requirements/sceptre.txt
	echo checkov | $(RESOLVE) - -o requirements/checkov.txt
	echo cdklabs-cdk-validator-cfnguard | $(RESOLVE) --no-deps - -o requirements/cfn-guard.txt  # of the CDK it needs nothing
	@if command -v npm > /dev/null; then for folder in $(SDK) $(CDK); do npm update --package-lock-only --prefix $$folder; done; fi

clean: ## forget the virtual environments, what npm installed and the local CloudFormation
	rm -rf .venv .tools .rehearsal .mutants $(SDK)/node_modules $(CDK)/node_modules
