# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What this run knows to exist in the directory, although Graph may not show it yet."""

from __future__ import annotations


class Made:
    """Keys and ids that this run made and has not removed again.

    The ledger only grows. So that an object may be made, removed and made again, every removal starts a new
    generation of its name.

    :param ledger: core.ledger.Ledger.
    """

    def __init__(self, ledger):
        self._ledger = ledger

    def note(self, *names):
        """Remember that these exist."""
        noted = self._ledger.names()
        self._ledger.note(*(_current(name, noted) for name in names if _current(name, noted) not in noted))

    def forget(self, *names):
        """Remember that these are gone."""
        noted = self._ledger.names()
        gone = [f"gone {_current(name, noted)}" for name in names if _current(name, noted) in noted]
        if gone:
            self._ledger.note(*gone)

    def knows(self, name):
        """Whether this run made it and has not removed it since."""
        noted = self._ledger.names()
        return _current(name, noted) in noted

    def known(self, prefix):
        """The names with that beginning that this run made and has not removed since."""
        noted = self._ledger.names()
        names = {line.partition(" ")[2] for line in noted if not line.startswith("gone ")}
        return {name for name in names if name.startswith(prefix) and _current(name, noted) in noted}


def _current(name, noted):
    generation = 0
    while f"gone {generation} {name}" in noted:
        generation += 1
    return f"{generation} {name}"
