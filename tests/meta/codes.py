# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error codes: those raised, those declared, those documented."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

DECLARATION = "plugins/module_utils/core/errors.py"
PAGE = "docs/errors.md"
ROW = re.compile(r"^\| `([a-z_]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
# Names of what is called with a code as its first text, or as the keyword code.
MAKERS = {"Fault", "Cause"}


def declared(root: Path) -> list[str]:
    """The codes in the order of ``CODES``."""
    for node in ast.parse((root / DECLARATION).read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CODES":
            return list(ast.literal_eval(node.value))
    raise AssertionError(f"no CODES in {DECLARATION}")


def documented(root: Path) -> list[str]:
    """The codes in the order of the table in docs/errors.md; every row has a meaning and a remedy."""
    text = (root / PAGE).read_text("utf-8")
    _head, _line, table = text.partition("| code | meaning | do |")
    return [match[1] for match in ROW.finditer(table) if match[2].strip() and match[3].strip()]


def raised(root: Path) -> dict[str, str]:
    """Code -> a file that makes an error with it."""
    found: dict[str, str] = {}
    for path in sorted((root / "plugins").rglob("*.py")):
        for code in _codes(ast.parse(path.read_text("utf-8"))):
            found.setdefault(code, path.relative_to(root).as_posix())
    return found


def _codes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Dict):
            yield from _of_dict(node)
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "code":
            yield from _text(node.value)


def _of_call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    # A Fault's subclass hands its code on to Fault itself.
    if name == "Fault" or (name == "super().__init__" and len(node.args) == 2):
        yield from _text(node.args[0] if node.args else None)
    if name == "Cause":
        yield from _text(node.args[2] if len(node.args) > 2 else None)
    if name in MAKERS:
        for keyword in node.keywords:
            if keyword.arg == "code":
                yield from _text(keyword.value)


def _of_dict(node: ast.Dict) -> Iterator[str]:
    """An error that is written down as it is returned."""
    keys = [ast.literal_eval(key) if isinstance(key, ast.Constant) else None for key in node.keys]
    if "code" in keys and "retryable" in keys:
        yield from _text(node.values[keys.index("code")])


def _text(node: ast.AST | None) -> Iterator[str]:
    """The texts that an expression may be; none for a variable."""
    if isinstance(node, ast.IfExp):
        yield from _text(node.body)
        yield from _text(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
