# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles' variables exist and are documented, and the check can fail."""

from __future__ import annotations

import pytest

from meta.variables import DEFAULTS, PAGE, problems


def test_variables_exist_and_are_documented(root):
    assert problems(root) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "roles/mailbox/meta/argument_specs.yml",
            "webex_email_on_conflict:",
            "webex_email_on_conflicts:",
            "webex_email_on_conflicts does not exist",
        ),
        (
            f"{DEFAULTS}/channel.yml",
            "webex_email_on_conflict:",
            "webex_email_address: x\nwebex_email_on_conflict:",
            "webex_email_address is required and has a default",
        ),
        (
            "roles/mailbox/meta/argument_specs.yml",
            "      webex_email_on_conflict:\n        type: str\n",
            "      webex_email_on_conflict:\n        type: str\n        default: clear\n",
            "webex_email_on_conflict has the default 'fail', not 'clear'",
        ),
        (f"{DEFAULTS}/tenant.yml", "---\n", "---\nwebex_email_new: 1\n", "does not name webex_email_new"),
        ("README.md", "\n", "\n`webex_email_misspelled`\n", "names webex_email_misspelled"),
        (
            "roles/mailbox/tasks/forwarding.yml",
            "webex_email_on_conflict",
            "webex_email_on_conflct",
            "uses webex_email_on_conflct, which nobody defines",
        ),
    ],
)
def test_a_planted_mistake_is_found(copy_of, file, old, new, complaint):
    root = [copy_of(name) for name in ("roles", "playbooks", "docs", "README.md")][0].parent
    path = root / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    assert [problem for problem in problems(root) if complaint in problem]


def test_the_guide_is_what_is_read(root):
    assert (root / PAGE).exists()
