# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/preflight.md shows the doctor's own tables, and what the doctor takes for too old is what is required."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.ccops.webex_email.plugins.module_utils.core.machine import LEAST
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor import TABLE

from meta.doctor_page import BEGIN, END, PAGE, replaced, rewrite, tables

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_make_docs_would_write():
    text = (ROOT / PAGE).read_text("utf-8")
    assert text == replaced(text), "run make docs"


def test_every_line_and_every_case_is_on_the_page():
    text = tables()
    for name, check in TABLE.items():
        assert f"Line `{name}`." in text
        assert all(f"| `{case}` |" in text for case in check.cases)


def test_a_page_that_is_behind_is_renewed(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / PAGE).write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    rewrite(tmp_path)
    assert (tmp_path / PAGE).read_text("utf-8") == f"before\n{BEGIN}\n\n{tables()}\n\n{END}\nafter\n"
    with pytest.raises(ValueError, match="no place"):
        replaced("a page without marks")


def test_the_oldest_versions_are_those_that_are_required():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    required = dict(
        re.fullmatch(r"([a-z]+)>=([\d.]+),.*", line).groups() for line in lines if line[:1] != "#"
    )
    ansible = yaml.safe_load((ROOT / "meta/runtime.yml").read_text("utf-8"))["requires_ansible"]
    python = re.search(r'target-version = "py3(\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))[1]
    core = re.fullmatch(r">=(\d+\.\d+)\.0", ansible)[1]
    assert {**required, "ansible-core": core, "Python": f"3.{python}"} == LEAST
