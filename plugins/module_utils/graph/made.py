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
        self._ledger.note(*(self._current(name) for name in names if not self.knows(name)))

    def forget(self, *names):
        """Remember that these are gone."""
        for name in names:
            if self.knows(name):
                self._ledger.note(f"gone {self._current(name)}")

    def knows(self, name):
        """Whether this run made it and has not removed it since."""
        return self._ledger.knows(self._current(name))

    def _current(self, name):
        generation = 0
        while self._ledger.knows(f"gone {generation} {name}"):
            generation += 1
        return f"{generation} {name}"
