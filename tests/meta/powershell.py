# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the PowerShell program may be made of, read with PowerShell's grammar: nothing in it runs what it is given."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

# Cmdlets of the language and of the module, beside those of Exchange, which are only ever run through the list.
COMMANDS = {
    "ConvertFrom-Json",
    "ConvertTo-Json",
    "Import-Module",
    "Connect-ExchangeOnline",
    "Disconnect-ExchangeOnline",
}
TYPES = {
    "[Collections.IEnumerable]",
    "[Console]",
    "[array]",
    "[char]",
    "[datetime]",
    "[int]",
    "[ordered]",
    "[regex]",
    "[string[]]",
    "[string]",
}
METHODS = {
    "Flush",
    "GetType",
    "ReadLine",
    "Replace",
    "StartsWith",
    "Substring",
    "ToString",
    "ToUniversalTime",
    "WriteLine",
}
CALL = "& $name @parameters"
GUARD = "if ($allowed -cnotcontains $name) { throw"
PARSER = Parser(Language(tree_sitter_powershell.language()))


def nodes(text: str) -> Iterator[Node]:
    """Every node of the syntax tree."""
    pending = [PARSER.parse(text.encode()).root_node]
    while pending:
        node = pending.pop()
        yield node
        pending += node.children


def allowed(text: str) -> list[str]:
    """The names in ``$allowed``, in order."""
    for node in nodes(text):
        if node.type == "assignment_expression" and _text(node).startswith("$allowed ="):
            found = [child for child in nodes(_text(node)) if child.type == "string_literal"]
            return sorted(_text(child).strip("'") for child in found)
    return []


def problems(text: str) -> list[str]:
    """Everything that the program must not have, in words."""
    found, everything = [], list(nodes(text))
    if everything[0].has_error:
        found.append("it does not parse")
    own = {_text(node) for node in everything if node.type == "function_name"}
    calls = 0
    for node in everything:
        shown = _text(node)[:60]
        if node.type == "command" and node.children[0].type == "command_invokation_operator":
            calls += 1
            found += [] if _guarded(node) else [f"runs something that is not on the list: {shown}"]
        elif node.type == "command" and _text(node.children[0]) not in COMMANDS | own:
            found.append(f"runs {shown}")
        elif node.type.startswith("expandable"):
            found.append(f"a text that is put together: {shown}")
        elif node.type == "type_literal" and _text(node) not in TYPES:
            found.append(f"uses the type {shown}")
        elif node.type == "invokation_expression" and _method(node) not in METHODS:
            found.append(f"calls {shown}")
        elif node.type in ("redirection", "redirections"):
            found.append(f"writes to a file: {shown}")
    return found if calls == 1 else [*found, f"runs a cmdlet by name in {calls} places"]


def _guarded(call: Node) -> bool:
    """Whether a call by name is the one that the list was asked for before, in the same function."""
    function = call
    while function.parent is not None and function.type != "function_statement":
        function = function.parent
    before = _text(function)[: call.start_byte - function.start_byte]
    sets = [node for node in nodes(_text(function)) if node.type == "assignment_expression"]
    names = [node for node in sets if _text(node).split("=")[0].strip() == "$name"]
    return _text(call) == CALL and GUARD in before and len(names) == 1


def _method(call: Node) -> str:
    names = [child for child in call.children if child.type == "member_name"]
    return _text(names[-1]) if names else ""


def _text(node: Node) -> str:
    return (node.text or b"").decode()
