# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a field of an AWX object may hold, and the errors that AWX answers with where it holds something else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import yaml

# Shown by every object, never written; AWX ignores them in a body.
READ_ONLY = frozenset({"id", "type", "url", "related", "summary_fields", "created", "modified", "managed"})


class Refused(Exception):
    """A request that AWX refuses; ``body`` is its JSON answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(json.dumps(body))
        self.status = status
        self.body = body


def invalid(field: str, reason: str) -> Refused:
    """The answer to one wrong field."""
    return Refused(400, {field: [reason]})


@dataclass(frozen=True)
class Field:
    """One field: its kind, what it is if nobody says, and its values.

    ``kind`` is text, int, bool, json (an object as JSON), variables (a string that holds YAML or JSON) or ref (the
    id of an object of the ``target`` kind).
    """

    kind: str = "text"
    default: Any = ""
    required: bool = False
    choices: tuple[Any, ...] = ()
    target: str = ""

    def clean(self, name: str, value: Any) -> Any:
        """The value as AWX stores it. Raises Refused with 400.

        AWX takes null for a text as the empty one, and the empty one for an id as null.
        """
        if self.kind == "text" and value is None and self.default is not None:
            value = ""
        if value is None or (value == "" and self.kind in ("ref", "int")):
            if self.required or (self.default is not None and self.kind in ("bool", "int")):
                raise invalid(name, "This field may not be null.")
            return self.default
        value = getattr(self, f"_{self.kind}")(name, value)
        if value == "" and self.required:
            raise invalid(name, "This field may not be blank.")
        if value != "" and self.choices and value not in self.choices:
            raise invalid(name, f'"{value}" is not a valid choice.')
        return value

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            raise invalid(name, "Not a valid string.")
        return str(value)

    def _int(self, name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise invalid(name, "A valid integer is required.")
        return value

    def _bool(self, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise invalid(name, "Must be a valid boolean.")
        return value

    def _json(self, name: str, value: Any) -> Any:
        if not isinstance(value, (dict, list)):
            raise invalid(name, "Value must be valid JSON.")
        return value

    def _variables(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            return json.dumps(value)
        variables(value, name)
        return value

    def _ref(self, name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise invalid(name, "Incorrect type. Expected pk value.")
        return value


def variables(text: str, name: str = "variables") -> dict[str, Any]:
    """The variables that a text in JSON or YAML holds. Raises Refused with 400 for anything else."""
    try:
        found = yaml.safe_load(text) if text else {}
    except (yaml.YAMLError, AttributeError):
        raise invalid(name, "Cannot parse as JSON or YAML.") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise invalid(name, "Input type is not a dictionary.")
    return found


def text(required: bool = False, choices: tuple[str, ...] = (), default: Any = "") -> Field:
    return Field("text", default, required, choices)


def number(default: int = 0, choices: tuple[int, ...] = ()) -> Field:
    return Field("int", default, choices=choices)


def flag(default: bool = False) -> Field:
    return Field("bool", default)


def ref(target: str, required: bool = False) -> Field:
    return Field("ref", None, required, target=target)


def mapping() -> Field:
    return Field("json", {})


def variable_text() -> Field:
    return Field("variables", "")
