# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The list of senders of a rule, changed so that two runs at once lose none of each other's.

Exchange knows only "replace the whole list", without a version to compare (Set-HostedOutboundSpamFilterRule page).
Runs of one user on one machine wait for each other. Between machines, a run reads the list again directly before it
writes, and again after as long as another run's read and write may take; what is missing then is added once more.
What can still be lost then is known (assumption: lost-sender).
"""

from __future__ import annotations

import time

from ..core.errors import Fault
from ..core.exclusive import one_on_this_machine
from ..core.fields import same_text
from ..core.retry import Policy
from .outbound_reading import with_addresses

# How often a read that does not show the change is taken for one that is late, before the change is made again.
LATE_READS = 3
# How many times as long as one read and write another run's may take, and the most seconds to wait for it.
LONGER = 3
LONGEST_WAIT = 20.0
PATIENCE = Policy(first_wait=0.2, longest_wait=5.0)


class SenderList:
    """Changes the senders of the rule of one name.

    :param client: exchange.client.Exchange; :param scope: what tells the rule from all others, its name last.
    :param primary: see outbound_reading.with_addresses.
    """

    def __init__(self, client, deadline, scope, primary):
        self._client = client
        self._deadline = deadline
        self._scope = scope
        self._name = scope[-1]
        self._primary = primary

    def current(self):
        """The rule as it stands now, with addresses; None where there is none."""
        rules = self._client.outbound_rules_now()
        found = next((rule for rule in rules if same_text(rule["Name"], self._name)), None)
        return found and with_addresses(found, self._primary)

    def pause(self, attempt):
        """Wait before another look; False where there is no time left for it."""
        return self._deadline.pause(PATIENCE.wait(attempt))

    def change(self, update, emptied=None):
        """Make the list what ``update`` makes of it, whatever it is by now.

        :param update: called with the addresses; returns those wanted. Called on its own result it changes nothing.
        :param emptied: called where none would be left, instead of writing an empty list (assumption: empty-rule).
        :raises Fault: ``conflict`` where the rule has gone; ``uncertain`` where the change does not stay.
        """
        while True:
            started = time.monotonic()
            wanted = self._write(update, emptied)
            took = time.monotonic() - started
            if not wanted or self._stays(update, min(LONGER * took, LONGEST_WAIT)):
                return

    def _write(self, update, emptied):
        """Read and write under the lock of this machine; the list written, or None where there was nothing to do."""
        busy = f"Another run on this machine is still changing the outbound rule {self._name}."
        with one_on_this_machine(self._scope, self._deadline, busy):
            rule = self.current()
            if rule is None:
                return self._gone(emptied)
            wanted = sorted(update(rule["From"]))
            if not wanted and emptied:
                emptied()
                return None
            if wanted == sorted(rule["From"]):
                return None
            self._client.set_outbound_rule(self._name, {"From": wanted})
            return wanted

    def _stays(self, update, wait):
        """Whether the change still shows after ``wait`` seconds; several looks, because reads may be late."""
        for attempt in range(LATE_READS):
            if not self._deadline.pause(wait if attempt == 0 else PATIENCE.wait(attempt)):
                raise Fault(
                    "uncertain",
                    f"The senders were written to the outbound rule {self._name}, and do not show there.",
                    hint="Another run may have replaced them. Run again.",
                    retryable=True,
                )
            rule = self.current()
            if rule and sorted(update(rule["From"])) == sorted(rule["From"]):
                return True
        return False

    def _gone(self, emptied):
        """None where the rule was to go anyway."""
        if emptied:
            return
        raise Fault(
            "conflict",
            f"The outbound rule {self._name} was removed while this run was about to change it.",
            hint="Run again: it will be made again.",
            retryable=True,
        )
