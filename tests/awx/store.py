# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the stand-in: made, found, changed, associated and removed as AWX does it."""

from __future__ import annotations

import copy
import itertools
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from .fields import READ_ONLY, Refused, invalid
from .kinds import KINDS, UNIFIED

Item = dict[str, Any]
BASE = "/api/v2"
# Filters of a list that are no field.
PAGING = ("page", "page_size", "order_by")


def now() -> str:
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


class Store:
    """Everything that a fresh AWX holds, and what was made since. Ids are unique over all kinds, which AWX's are not.

    Jobs change their objects from other threads: ``lock`` guards what is more than one assignment.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._ids = itertools.count(1)
        self.items: dict[str, dict[int, Item]] = {name: {} for name in KINDS}
        self.links: dict[tuple[str, int, str], list[int]] = {}

    def add(self, kind: str, /, **values: Any) -> Item:
        """Keep an object without asking whether it may be."""
        with self.lock:
            number = next(self._ids)
            base = f"{BASE}/{kind}/{number}/"
            item = {"id": number, "url": base, "created": now(), "modified": now(), **values}
            self.items.setdefault(kind, {})[number] = item
            return item

    def create(self, kind: str, body: Item) -> Item:
        """Make an object of what a client posts. Raises Refused."""
        entry = KINDS[kind]
        values = {name: copy.deepcopy(field.default) for name, field in entry.fields.items()}
        missing = [name for name, field in entry.fields.items() if field.required and name not in body]
        if missing:
            raise Refused(400, {name: ["This field is required."] for name in missing})
        values |= self._clean(kind, body)
        self._demand_unique(kind, values, None)
        return self.add(kind, type=entry.type, **entry.shown, **values)

    def change(self, kind: str, item: Item, body: Item) -> None:
        """Take over what a client patches. Raises Refused."""
        cleaned = self._clean(kind, body)
        self._demand_unique(kind, {**item, **cleaned}, item["id"])
        item.update(cleaned, modified=now())

    def _clean(self, kind: str, body: Item) -> Item:
        fields = KINDS[kind].fields
        # AWX ignores what it does not know. Here it is a mistake of ours that would go unnoticed there.
        unknown = sorted(set(body) - set(fields) - READ_ONLY)
        if unknown:
            raise Refused(400, {name: ["Unknown field."] for name in unknown})
        cleaned = {name: fields[name].clean(name, value) for name, value in body.items() if name in fields}
        for name, value in cleaned.items():
            if (
                fields[name].kind == "ref"
                and value is not None
                and not self.exists(fields[name].target, value)
            ):
                raise invalid(name, f'Invalid pk "{value}" - object does not exist.')
        return cleaned

    def _demand_unique(self, kind: str, values: Item, own: int | None) -> None:
        unique = KINDS[kind].unique
        if not unique:
            return
        for other in self.items[kind].values():
            if other["id"] != own and all(other.get(name) == values.get(name) for name in unique):
                listed = ", ".join(name.replace("_", " ").capitalize() for name in unique)
                raise Refused(400, {"__all__": [f"{KINDS[kind].type} with this {listed} already exists."]})

    def exists(self, kind: str, number: int) -> bool:
        if kind == "unified_job_templates":
            return any(number in self.items[name] for name in UNIFIED)
        return number in self.items.get(kind, {})

    def get(self, kind: str, number: int) -> Item:
        """One object. Raises Refused with 404."""
        if kind == "unified_job_templates":
            kind = next((name for name in UNIFIED if number in self.items[name]), kind)
        try:
            return self.items[kind][number]
        except KeyError:
            raise Refused(404, {"detail": "Not found."}) from None

    def kind_of(self, number: int) -> str:
        """The kind of an object by its id."""
        return next(kind for kind, items in self.items.items() if number in items)

    def find(self, kind: str, **values: Any) -> Iterator[Item]:
        """The objects with these values, by id."""
        for item in list(self.items.get(kind, {}).values()):
            if all(item.get(name) == value for name, value in values.items()):
                yield item

    def all(self, kind: str) -> list[Item]:
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        return [item for name in kinds for item in self.items.get(name, {}).values()]

    def select(self, kind: str, query: Iterable[tuple[str, str]]) -> list[Item]:
        """The objects that a client asks for. Raises Refused for a filter that is none.

        ``or__NAME`` joins alternatives, and NAME__NAME asks the object that NAME refers to, as in AWX.
        """
        chosen, either = self.all(kind), []
        for name, value in query:
            if name in PAGING:
                continue
            if name.startswith("or__"):
                either.append((name.removeprefix("or__"), value))
            else:
                chosen = [item for item in chosen if self._matches(kind, item, name, value)]
        if either:
            chosen = [
                item
                for item in chosen
                if any(self._matches(kind, item, name, value) for name, value in either)
            ]
        return sorted(chosen, key=lambda item: item["id"])

    def _matches(self, kind: str, item: Item, name: str, value: str) -> bool:
        head, _separator, rest = name.partition("__")
        known = set(item) | ({"type", "organization"} if kind == "unified_job_templates" else set())
        if head not in known:
            raise Refused(400, {"detail": f"{item.get('type', kind)} has no field named '{head}'"})
        if rest:
            target = item[head]
            return bool(target) and self._matches(kind, self.get(self.kind_of(target), target), rest, value)
        return str(item.get(head)) == value

    def linked(self, kind: str, number: int, association: str) -> list[int]:
        """Ids of the objects associated with one."""
        return self.links.setdefault((kind, number, association), [])

    def delete(self, kind: str, number: int) -> None:
        """Remove an object, what belongs to it, and every association with it."""
        with self.lock:
            self.items[kind].pop(number)
            for ids in self.links.values():
                if number in ids:
                    ids.remove(number)
            for name, entry in KINDS.items():
                owners = [
                    field
                    for field in entry.unique
                    if field in entry.fields and entry.fields[field].target == kind
                ]
                for item in list(self.items[name].values()):
                    if any(item[field] == number for field in owners) and name != "credentials":
                        self.delete(name, item["id"])
                    else:
                        self._forget(item, name, kind, number)

    def _forget(self, item: Item, name: str, kind: str, number: int) -> None:
        for field, spec in KINDS[name].fields.items():
            fits = spec.target == kind or (spec.target == "unified_job_templates" and kind in UNIFIED)
            if fits and item.get(field) == number:
                item[field] = None
