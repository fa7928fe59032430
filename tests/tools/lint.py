# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The static gates: format, style, Ansible's rules, documentation, changelog, licences."""

from __future__ import annotations

from pathlib import Path

from env import Environment
from gate import Gate


def gates(environment: Environment, tree: Path) -> list[Gate]:
    """Return the static gates; those that read the copy in ``tree`` need the collection at its
    full name, or files that no test makes while they look.
    """
    tool = environment.tool
    docs = [
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs=self",
        "--skip-rstcheck",
        ".",
    ]
    rules = ["--profile=production", "--offline", "--strict", "--nocolor"]
    site = str(Path(__file__).with_name("docs.py"))
    return [
        Gate("ruff-check", [tool("ruff"), "check", "."]),
        Gate("ruff-format", [tool("ruff"), "format", "--check", "."]),
        Gate("yamllint", [tool("yamllint"), "--strict", "."]),
        Gate("reuse", [tool("reuse"), "lint", "--lines"], cwd=tree),
        Gate("changelog", [tool("antsibull-changelog"), "lint"]),
        Gate("antsibull-docs", [tool("antsibull-docs"), *docs], cwd=tree),
        Gate("ansible-lint", [tool("ansible-lint"), *rules], cwd=tree),
        Gate("docs-site", [tool("python"), site, "--site-only"]),
    ]
