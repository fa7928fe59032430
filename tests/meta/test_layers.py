# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers stay what they are, and the check can fail."""

from __future__ import annotations

import pytest

from meta.layers import thick_modules, violations


def test_imports_follow_the_layers(root):
    assert violations(root / "plugins") == []


def test_modules_hold_no_logic(root):
    assert thick_modules(root / "plugins") == []


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        (
            "module_utils/graph/client.py",
            "from ..exchange.client import open_exchange",
            "exchange.client, which is",
        ),
        (
            "module_utils/connect/client.py",
            "from ..graph import wire",
            "graph.wire, which is not for connect",
        ),
        ("module_utils/exchange/rest.py", "from ..resources.mailbox import facts", "not for exchange"),
        ("module_utils/core/plan.py", "from ..auth.options import AUTH", "not for core"),
        ("module_utils/core/plan.py", "import requests", "requests, which is not for core.plan"),
        (
            "module_utils/core/spec.py",
            "from ansible.module_utils.basic import env_fallback",
            "imports ansible",
        ),
        ("module_utils/auth/cache.py", "import msal", "imports msal"),
        ("module_utils/auth/cache.py", "from ..graph.options import GRAPH", "not for auth"),
        (
            "module_utils/resources/mailbox.py",
            "from ..core.web import Http",
            "core.web, which is not for resources",
        ),
        ("module_utils/resources/mailbox.py", "from ..graph.client import open_graph", "not about graph"),
        (
            "modules/o365_mailbox.py",
            "from ..module_utils.exchange.client import open_exchange",
            "not for modules",
        ),
        ("action/o365_mailbox.py", "from ..module_utils.core.engine import perform", "not for action"),
        ("module_utils/core/redact.py", "from lab.world import example", "imports lab"),
        (
            "module_utils/core/redact.py",
            "def f():\n    from ..graph import wire",
            "graph.wire, which is not for core",
        ),
        ("module_utils/core/redact.py", "import importlib", "could import anything"),
        ("module_utils/core/redact.py", "__import__('requests')", "dynamically"),
        (
            "module_utils/auth/cache.py",
            "from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault",
            "are relative",
        ),
        ("module_utils/core/redact.py", "from ....roles import nothing", "not in a layer"),
    ],
)
def test_a_planted_import_is_found(copy_of, file, line, complaint):
    path = copy_of("plugins") / file
    path.write_text(f"{path.read_text()}\n{line}\n")
    assert [problem for problem in violations(path.parents[file.count("/")]) if complaint in problem]


def test_a_file_without_a_layer_is_found(copy_of):
    plugins = copy_of("plugins")
    (plugins / "module_utils/helpers.py").write_text("")
    assert "is in a folder that no layer owns" in violations(plugins)[0]


def test_logic_in_a_module_is_found(copy_of):
    plugins = copy_of("plugins")
    path = plugins / "modules/o365_mailbox.py"
    path.write_text(path.read_text().replace("    run(MODULE)", "    print()\n    run(MODULE)"))
    assert thick_modules(plugins) == ["o365_mailbox"]
