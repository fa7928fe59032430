# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares two end states field by field, whatever ids, secrets and instants the services made up."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

from lab.journal import secrets_of

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MADE_UP = rf"{ID}|\ba_\d{{18}}\b|\b[0-9a-f]{{32}}(?=@)|(?<=\")[\w-]{{43}}(?=\")"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def end_state(world: dict[str, Any], record: str | None, start: dict[str, Any]) -> dict[str, Any]:
    """World and record with everything that the services made up since ``start`` replaced by names.

    Equal ids get equal names, so that references are compared too; instants become days from today. Lists are
    sorted: their order is that in which things were made, which a run that begins anew may change.
    """
    secrets = secrets_of(world)
    quoted = "|".join(re.escape(json.dumps(secret)[1:-1]) for secret in sorted(secrets))
    made_up = re.compile(f"{quoted}|{MADE_UP}" if quoted else MADE_UP)
    text = json.dumps(start)
    known = {*made_up.findall(text), *INSTANT.findall(text)}
    hints = {secret[:3] for secret in secrets - secrets_of(start)}
    state = _without_hints({"world": world, "record": json.loads(record) if record else None}, hints)

    def blank(value: Any) -> str:
        return _replace(json.dumps(value), made_up, known, {})

    ordered = _sorted(state, blank)
    names: dict[str, str] = {}
    for part in ("world", "record"):
        _name(ordered[part], made_up, known, names, f"/{part}")
    return json.loads(_replace(json.dumps(ordered), made_up, known, names))


def _without_hints(value: Any, hints: set[str]) -> Any:
    """The value with the hints of new secrets, which are their first characters, made equal."""
    if isinstance(value, dict):
        return {
            key: "<hint>" if key == "hint" and item in hints else _without_hints(item, hints)
            for key, item in value.items()
        }
    return [_without_hints(item, hints) for item in value] if isinstance(value, list) else value


def _sorted(value: Any, blank: Any) -> Any:
    if isinstance(value, dict):
        items = [(key, _sorted(item, blank)) for key, item in value.items()]
        return dict(sorted(items, key=lambda item: blank([item[0], item[1]])))
    if isinstance(value, list):
        return sorted((_sorted(item, blank) for item in value), key=blank)
    return value


def _name(value: Any, made_up: re.Pattern[str], known: set[str], names: dict[str, str], where: str) -> None:
    """Give what is not in ``known`` the name of the place where it stands first."""
    if isinstance(value, dict):
        for index, (key, item) in enumerate(value.items()):
            _name(key, made_up, known, names, f"{where}/key {index}")
            _name(item, made_up, known, names, f"{where}/{index if key in names else key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _name(item, made_up, known, names, f"{where}/{index}")
    elif isinstance(value, str):
        for found in made_up.findall(json.dumps(value)):
            if found not in known:
                names.setdefault(found, f"<made at {where}>")


def _replace(text: str, made_up: re.Pattern[str], known: set[str], names: dict[str, str]) -> str:
    """The text with names for what is not in ``known``, all alike where it has no name."""

    def name(match: re.Match[str]) -> str:
        return match[0] if match[0] in known else names.get(match[0], "<made>")

    def days(match: re.Match[str]) -> str:
        moment = datetime.fromisoformat(match[0].replace("Z", "+00:00"))
        distance = round((moment - datetime.now(timezone.utc)).total_seconds() / 86400)
        # What is of today may be of the start and of the run in the same second.
        return match[0] if match[0] in known and distance else f"<in {distance} days>"

    return INSTANT.sub(days, made_up.sub(name, text))


def differences(wanted: Any, found: Any, where: str = "") -> list[str]:
    """Every field in which two end states differ, as ``path: wanted ... found ...``."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            line
            for key in sorted({*wanted, *found})
            for line in differences(wanted.get(key, "nothing"), found.get(key, "nothing"), f"{where}/{key}")
        ]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [
            line
            for index, pair in enumerate(zip(wanted, found, strict=True))
            for line in differences(*pair, f"{where}/{index}")
        ]
    return [] if wanted == found else [f"{where}: wanted {_short(wanted)}, found {_short(found)}"]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 600 else f"{text[:600]}..."
