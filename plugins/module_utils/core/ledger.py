# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What this run has made so far, so that "not there" can be told from "not there yet"."""

from __future__ import annotations

import hashlib
import os


class Ledger:
    """Names and ids made by any task of this run.

    Microsoft Graph answers 404 for an object it has just made (learn.microsoft.com, eventual consistency). Such
    an answer is worth waiting for only if this run made the object.

    :param scratch: the run's private folder, shared by its worker processes; None keeps the ledger in this task.
    :param scope: what the names belong to, such as the tenant: two tenants may use the same names.
    """

    def __init__(self, scratch, scope=""):
        digest = hashlib.sha256(scope.encode()).hexdigest()
        self._path = os.path.join(scratch, f"webex_email_made_{digest}") if scratch else None
        self._own = set()

    def note(self, *names):
        """Remember names or ids that now exist."""
        self._own.update(names)
        if self._path:
            with open(self._path, "a", encoding="utf-8", opener=_private) as stream:
                # One short append is atomic, so parallel workers cannot mix their lines.
                stream.write("".join(f"{name}\n" for name in names))

    def names(self):
        """All that this run has made so far."""
        return self._own | self._shared()

    def _shared(self):
        if not self._path or not os.path.exists(self._path):
            return set()
        with open(self._path, encoding="utf-8") as stream:
            return set(stream.read().splitlines())


def _private(path, flags):
    return os.open(path, flags, 0o600)
