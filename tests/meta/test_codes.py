# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error code is raised, declared and documented, and the check can fail."""

from __future__ import annotations

from meta.codes import DECLARATION, PAGE, declared, documented, raised


def test_codes_are_declared(root):
    assert set(raised(root)) - set(declared(root)) == set()


def test_no_code_is_for_nothing(root):
    assert set(declared(root)) - set(raised(root)) == set()


def test_codes_are_documented(root):
    assert documented(root) == declared(root) == sorted(declared(root))


def test_planted_mistakes_are_found(copy_of):
    root = copy_of("plugins").parent
    page, path = copy_of(PAGE), root / "plugins/module_utils/resources/mailbox.py"
    path.write_text(path.read_text() + '\nFault("no_such_code", "x")\nCause("a", "b", "no_cause")\n')
    assert {"no_such_code", "no_cause"} <= set(raised(root)) - set(declared(root))
    page.write_text(page.read_text().replace("| `tls` |", "| `ssl` |"))
    assert documented(root) != declared(root)
    declaration = root / DECLARATION
    declaration.write_text(declaration.read_text().replace('    "tls":', '    "unused": "",\n    "tls":'))
    assert "unused" in set(declared(root)) - set(raised(root))
