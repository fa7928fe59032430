# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file keeps the rules, and the check can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from meta.files import BSD_LINE, COPYRIGHT, GPL_LINE, LICENCE, listed, problems

GPL, BSD = (LICENCE + name for name in ("GPL-3.0-or-later", "BSD-2-Clause"))
PLUGIN = f"{COPYRIGHT}\n{GPL_LINE}\n{GPL}\n"
UTILITY = f"{COPYRIGHT}\n{BSD_LINE}\n{BSD}\n"


def test_every_file_keeps_the_rules(root):
    assert problems(root, listed(root)) == []


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("plugins/modules/a.py", UTILITY, "header for GPL"),
        ("plugins/module_utils/a.py", PLUGIN, "header for BSD"),
        ("plugins/modules/a.py", f"{COPYRIGHT}\n{GPL}\n", "header for GPL"),
        ("roles/a.yml", "---\n", "header for GPL"),
        ("docs/a.md", "x\n" * 400, "has 400 lines"),
        ("docs/a.md", "T" + "ODO: later", "line 1 is a loose end"),
        ("docs/a.md", "see /" + "home/me/notes", "home/me"),
        ("docs/a.md", "see /tm" + "p/plan", "names a place"),
        ("docs/a.md", "C:" + "\\Users\\me", "names a place"),
    ],
)
def test_a_broken_rule_is_found(tmp_path, name, text, complaint):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    found = problems(tmp_path, [Path(name)])
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plugins/modules/a.py", f"#!/usr/bin/python\n{PLUGIN}"),
        ("plugins/module_utils/a.py", UTILITY),
        ("tests/a.py", f"{COPYRIGHT}\n{GPL}\n"),
        ("docs/a.md", "https://host.example/home/page ~/.cache tasks/work.yml\n" * 399),
    ],
)
def test_what_is_right_is_not_found(tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert problems(tmp_path, [Path(name)]) == []
