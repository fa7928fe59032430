# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A place where the user keeps the value of a client secret, besides the asset. None is needed.

Every store has the same contract: write, read back, compare, and only then go on. What is kept is an ``Entry``, so
that it can be told which secret it is. A backend has ``read()`` -> Entry or None, and ``write(Entry)``; each leaves
alone what others keep in the same place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.errors import Fault


@dataclass(frozen=True)
class Entry:
    """A client secret as a store keeps it.

    :param value: the secret itself. :param key_id, expires, app_id: which one it is, as Entra ID says.
    """

    value: str = field(repr=False)
    key_id: str
    expires: str
    app_id: str

    @classmethod
    def of(cls, fields):
        """From what a backend reads; None where a part is missing, so that it cannot be told which one it is."""
        found = [fields.get(name) for name in FIELDS]
        return cls(*found) if all(isinstance(part, str) and part for part in found) else None

    def as_fields(self):
        """Names and values as a backend writes them."""
        return {name: getattr(self, "value" if name == VALUE else name) for name in FIELDS}


VALUE = "client_secret"
FIELDS = (VALUE, "key_id", "expires", "app_id")


class Store:
    """One backend, with the contract around it.

    :param name: the store in a sentence. :param protect: called with each secret that is read.
    """

    def __init__(self, name, backend, protect):
        self.name = name
        self._backend = backend
        self._protect = protect

    def key_id(self):
        """Which secret is kept; "" where none of ours is.

        :raises Fault: the store cannot be read.
        """
        entry = self._read()
        return entry.key_id if entry else ""

    def keep(self, entry):
        """Write an entry, read it back, compare.

        :raises Fault: ``conflict`` where the store does not return what was written; others as the backend.
        """
        self._backend.write(entry)
        if self._read() != entry:
            raise Fault(
                "conflict",
                f"{self.name} does not return the client secret that was written to it.",
                hint="Look for somebody else who writes to the same place. The asset holds what it held.",
            )

    def _read(self):
        entry = self._backend.read()
        if entry:
            self._protect(entry.value)
        return entry
