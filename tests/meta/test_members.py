# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module is complete, and the check can fail."""

from __future__ import annotations

import pytest

from meta.members import SCENARIOS, problems


def test_every_module_is_complete(root):
    assert problems(root) == []


@pytest.fixture
def tree(copy_of):
    """A copy of what the check looks at; answers its root."""
    return [copy_of(name) for name in ("plugins", SCENARIOS, "meta/runtime.yml")][0].parent


def edit(tree, file, old, new):
    """Replace some text of a file in the copy; an empty ``old`` appends."""
    path = tree / file
    text = path.read_text() if path.exists() else ""
    assert old in text
    path.write_text(text.replace(old, new) if old else text + new)


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("plugins/action/o365_mailbox.py", "", "print()\n", "is not the one line"),
        ("plugins/action/other.py", "", "print()\n", "plugins/action/other.py belongs to no module"),
        (f"{SCENARIOS}/other.yml", "", "---\n", "other.yml belongs to no module"),
        ("plugins/modules/o365_mailbox.py", "module: o365_mailbox", "module: mailbox", "under another name"),
        (
            "plugins/modules/o365_mailbox.py",
            'EXAMPLES = r"""',
            'EXAMPLE = r"""',
            "o365_mailbox has no EXAMPLES",
        ),
        (
            "plugins/modules/o365_mailbox.py",
            ".exchange.options",
            ".graph.options",
            "takes the options of graph",
        ),
        (
            "plugins/modules/o365_mailbox.py",
            "attributes.writer",
            "attributes.reader",
            "not documented as a writer",
        ),
        ("plugins/modules/o365_mailbox_info.py", ", writes=False", "", "o365_mailbox_info writes"),
        (
            "plugins/modules/o365_mailbox.py",
            "attributes.exchange",
            "attributes.graph",
            "document its action groups",
        ),
        ("meta/runtime.yml", "    - o365_mailbox\n", "", "is in the action groups"),
        (
            "meta/runtime.yml",
            "    - o365_mailbox\n",
            "    - o365_mailbox\n    - other\n",
            "exchange lists other",
        ),
        ("meta/runtime.yml", "          - connect", "", "is not all the others"),
    ],
)
def test_a_planted_mistake_is_found(tree, file, old, new, complaint):
    edit(tree, file, old, new)
    assert [problem for problem in problems(tree) if complaint in problem]


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("plugins/action/o365_mailbox.py", "o365_mailbox has no file in plugins/action"),
        (f"{SCENARIOS}/o365_mailbox.yml", f"o365_mailbox has no file in {SCENARIOS}"),
        ("plugins/modules/o365_mailbox_info.py", "o365_mailbox has no _info twin"),
    ],
)
def test_a_missing_file_is_found(tree, file, complaint):
    (tree / file).unlink()
    assert complaint in problems(tree)
