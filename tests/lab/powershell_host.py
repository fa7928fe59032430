# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab knows about machines with PowerShell: the program they may be given, and how they misbehave."""

from __future__ import annotations

import ast
import base64
import functools
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).resolve().parents[2] / "plugins/module_utils/exchange/program.py"
FLAGS = ["-NoLogo", "-NoProfile", "-NonInteractive", "-InputFormat", "None"]
POLICY = ["-ExecutionPolicy", "RemoteSigned"]
# Of a machine with PowerShell; a test may change each.
SETTINGS: dict[str, Any] = {
    "powershell_module": "installed",  # installed, missing, or old: too old for an access token
    # {at: cmdlet or connect, do: die, half, garble or hang, phase: before or after, times: 1}
    "powershell_fault": None,
    "winrm_piece_bytes": None,  # most bytes of output in one answer of the Windows host
    "winrm_waits": 0,  # answers without output before each answer with output
}


class NotTheProgram(Exception):
    """PowerShell was started with something else than the program that is shipped."""


@functools.cache
def program() -> str:
    """The text of the program that the collection ships, read without running any of it."""
    for node in ast.parse(SHIPPED.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PROGRAM":
            return ast.literal_eval(node.value.func.value).strip()  # type: ignore[attr-defined]
    raise LookupError("no program is shipped")


def check_arguments(arguments: list[str], *more: str) -> None:
    """Raise NotTheProgram unless PowerShell was given the flags, and the program's text byte by byte."""
    encoded = base64.b64encode(program().encode("utf-16-le")).decode()
    if arguments != [*FLAGS, *more, "-EncodedCommand", encoded]:
        raise NotTheProgram


def misbehaviour(settings: dict[str, Any], at: str, phase: str) -> str | None:
    """What is to go wrong now, counted down; None for nothing."""
    fault = settings["powershell_fault"]
    if not fault or fault["at"] != at or fault.get("phase", "after") != phase or fault.get("times", 1) < 1:
        return None
    fault["times"] = fault.get("times", 1) - 1
    return str(fault["do"])
