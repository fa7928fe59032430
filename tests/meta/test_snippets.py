# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader may copy works, and the check can fail. The modules' examples are also run, see tests/integration."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from meta.members import modules
from meta.snippets import Snippet, dead_references, snippets, syntax_errors


@pytest.fixture
def collections():
    """The folder with ``ansible_collections`` in it."""
    return next(
        Path(item) for item in sys.path if (Path(item) / "ansible_collections/ccops/webex_email").is_dir()
    )


def test_examples_have_no_syntax_error(root, tmp_path, collections):
    found = snippets(root)
    assert sum(snippet.playbook is not None for snippet in found) > len(modules(root))
    assert syntax_errors(found, tmp_path, collections) == ""


def test_names_lead_somewhere(root):
    assert list(dead_references(root)) == []


def test_a_planted_mistake_is_found(tmp_path, collections):
    task = {"name": "x", "ccops.webex_email.o365_mailbx": {"identity": "x"}}
    assert "o365_mailbx" in syntax_errors([Snippet("planted", [task])], tmp_path, collections)


def test_a_dead_name_is_found(copy_of):
    root = [copy_of(name) for name in ("roles", "playbooks", "docs", "plugins", "README.md")][-1].parent
    (root / "README.md").write_text("Run ccops.webex_email.sight.")
    assert list(dead_references(root)) == ["README.md names ccops.webex_email.sight, which does not exist"]
