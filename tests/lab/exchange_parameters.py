# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Binding of JSON parameters to cmdlet parameters, as loosely and as strictly as the service does it.

Names are matched without case (PowerShell), unknown names are refused, enumeration members are matched by
prefix: a wrong value that begins like a right one is silently taken (evidence M), which is why a client has
to check them itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .exchange_errors import bad_value, missing_parameter, unknown_parameter

ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"]+@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z0-9-]+")
GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# Accepted by every cmdlet and without effect here.
COMMON = ("ErrorAction", "WarningAction", "InformationAction", "Verbose", "Debug")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a cmdlet.

    ``convert`` takes (name, value) and returns the bound value or raises CmdletError; ``nullable`` says
    whether JSON null is a value (it clears the property) or refused; ``kind`` is the JSON form, for the
    OpenAPI contract.
    """

    name: str
    convert: Callable[[str, Any], Any]
    kind: str
    nullable: bool = False
    mandatory: bool = False
    members: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


def text(name: str, *, most: int | None = None, nullable: bool = False, mandatory: bool = False) -> Parameter:
    """A string parameter, at most ``most`` characters long."""

    def convert(parameter: str, value: Any) -> str:
        if not isinstance(value, str):
            raise bad_value(parameter, value, "The value is not a string.")
        if most is not None and len(value) > most:
            raise bad_value(parameter, value, f"The length of the value must be at most {most} characters.")
        if mandatory and not value:
            raise bad_value(parameter, value, "The value is empty.")
        return value

    return Parameter(name, convert, "string", nullable, mandatory, most=most)


def identity(*, mandatory: bool = False) -> Parameter:
    """The Identity parameter.

    Reads take null and the empty string too, and then answer with every object.
    """

    def convert(parameter: str, value: Any) -> str:
        if not isinstance(value, str):
            raise bad_value(parameter, value, "The value is not an identity.")
        if mandatory and not value:
            raise bad_value(parameter, value, "The value is empty.")
        return value

    return Parameter("Identity", convert, "string", nullable=not mandatory, mandatory=mandatory)


def flag(name: str, *, nullable: bool = False) -> Parameter:
    """A Boolean or a switch.

    The strings True and False are taken as well (one public client sends them).
    """

    def convert(parameter: str, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise bad_value(parameter, value, "Boolean parameters accept only Boolean values.")

    return Parameter(name, convert, "boolean", nullable)


def number(name: str, least: int, most: int) -> Parameter:
    """An integer between ``least`` and ``most``, both included."""

    def convert(parameter: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_value(parameter, value, "The value is not an integer.")
        if not least <= value <= most:
            raise bad_value(parameter, value, f"The value must be from {least} to {most}.")
        return value

    return Parameter(name, convert, "integer", least=least, most=most)


def choice(name: str, *members: str) -> Parameter:
    """An enumeration; a prefix, in any case, is taken for the first member that begins with it."""

    def convert(parameter: str, value: Any) -> str:
        wanted = value.lower() if isinstance(value, str) else ""
        exact = [member for member in members if member.lower() == wanted]
        prefixed = [member for member in members if wanted and member.lower().startswith(wanted)]
        if not exact and not prefixed:
            reason = "Unable to match the identifier name to a valid enumerator name. Specify one of: "
            raise bad_value(parameter, value, reason + ", ".join(members))
        return (exact or prefixed)[0]

    return Parameter(name, convert, "string", members=members)


def strings(name: str) -> Parameter:
    """An array of strings; one string counts as an array of one. It replaces the whole stored list."""

    def convert(parameter: str, value: Any) -> list[str]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) and item for item in values):
            raise bad_value(parameter, value, "The value is not a list of strings.")
        return list(values)

    return Parameter(name, convert, "array", nullable=True)


def result_size() -> Parameter:
    """ResultSize: a positive number or the word Unlimited."""

    def convert(parameter: str, value: Any) -> int | None:
        if isinstance(value, str) and value.lower() == "unlimited":
            return None
        if isinstance(value, bool) or not str(value).isdigit() or int(value) < 1:
            raise bad_value(parameter, value, "The value must be a positive number or Unlimited.")
        return int(value)

    return Parameter("ResultSize", convert, "size")


def smtp_address(name: str) -> Parameter:
    """An SMTP proxy address, with or without the prefix ``smtp:``; bound as ``smtp:address``. Null clears it.

    Read back as ``smtp:address`` whatever was sent (evidence M). An empty string is refused (evidence I).
    """

    def convert(parameter: str, value: Any) -> str:
        bare = re.sub(r"\A(?i:smtp):", "", value) if isinstance(value, str) else ""
        if not ADDRESS.fullmatch(bare):
            raise bad_value(parameter, value, "The value is not a valid SMTP address.")
        return "smtp:" + bare

    return Parameter(name, convert, "string", nullable=True)


def bind(parameters: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Bind the JSON object ``given``; return the values under the right names of ``parameters``.

    Companion keys such as ``Key@odata.type`` are type notes and not parameters. Raises CmdletError for an
    unknown, a missing or a badly typed parameter.
    """
    by_lower = {name.lower(): parameter for name, parameter in parameters.items()}
    common = {name.lower() for name in COMMON}
    named = {name: value for name, value in given.items() if "@" not in name and name.lower() not in common}
    unknown = [name for name in named if name.lower() not in by_lower]
    if unknown:
        raise unknown_parameter(unknown)
    bound: dict[str, Any] = {}
    for name, value in named.items():
        parameter = by_lower[name.lower()]
        if parameter.name in bound:
            raise unknown_parameter([name])
        bound[parameter.name] = _value(parameter, value)
    for parameter in parameters.values():
        if parameter.mandatory and parameter.name not in bound:
            raise missing_parameter(parameter.name)
    return bound


def _value(parameter: Parameter, value: Any) -> Any:
    if value is None:
        if not parameter.nullable:
            raise bad_value(parameter.name, None, "The value must not be null.")
        return None
    return parameter.convert(parameter.name, value)
