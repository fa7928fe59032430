# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# The first Python >= 3.11 that really starts (a version manager's shim may be on the PATH without a version behind it).
PROBE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	$$p -c '$(PROBE)' >/dev/null 2>&1 && { command -v $$p; break; }; done)
TOOL = $(or $(PYTHON),$(error Python 3.11 or newer with its venv module is needed)) tests/tools

.DEFAULT_GOAL := help
.PHONY: help demo lab test lint unit integration foreign fuzz sanity matrix bench package versions docs dist release clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## run the whole chain twice on the embedded cloud and show what it did
	@$(TOOL)/demo.py

lab: ## leave the embedded cloud running, with an inventory to play with
	@$(TOOL)/lab.py

test: ## every gate below; ends with "N passed, N failed"
	@$(TOOL)/suite.py

lint: ## ruff, yamllint, ansible-lint, antsibull-docs, antsibull-changelog, reuse
	@$(TOOL)/suite.py lint

unit: ## unit tests, and the rules that the tree itself keeps
	@$(TOOL)/suite.py unit

integration: ## playbooks and modules against the embedded cloud
	@$(TOOL)/suite.py integration

foreign: ## clients that others wrote (azure-cli, CLI for Microsoft 365, ...) against the embedded cloud
	@$(TOOL)/suite.py foreign

fuzz: ## a long campaign of unusual requests and answers
	@$(TOOL)/fuzz.py

sanity: ## ansible-test sanity and units, without containers
	@$(TOOL)/suite.py sanity

matrix: ## break every request of the chains in every way (a quarter of an hour; ARGUMENTS="--help" tells how to try a part)
	@$(TOOL)/matrix.py $(ARGUMENTS)

bench: ## measure everything, and write docs/performance.md (hours; ARGUMENTS="--sizes 1,10" for a part)
	@$(TOOL)/bench.py $(ARGUMENTS)

package: ## the artefact: what is in it, site and a larger deployment run from it, Galaxy's importer, signatures
	@$(TOOL)/suite.py package

versions: ## sanity, units and integration on every supported ansible-core and Python, as a table (hours)
	@$(TOOL)/versions.py $(ROWS)

docs: ## the site of all plugins and roles, into .cache/site, and the pages in docs/ that are made of data
	@$(TOOL)/docs.py

dist: ## artefact, bill of materials and checksums of the last commit, into .cache/dist; signed with SIGNING_KEY
	@$(TOOL)/dist.py

release: ## VERSION=x.y.z: changelog, version, commit, tag, dist
	@$(TOOL)/release.py $(VERSION)

clean: ## remove everything that the targets above made
	@rm -rf .cache .ansible .hypothesis .pytest_cache .ruff_cache tests/output
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
