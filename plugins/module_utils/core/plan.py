# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What will be done, as data: the same plan serves check mode, diff, the list of actions, and the work itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One request that changes something.

    :param action: what it does, in words ("add permission Mail.Send to app WebexConnect").
    :param run: called with the object as far as it is known. Returns the object where the service told something
        that the plan could not know (an id, an expiry), else None: it is then as the plan foresaw.
    """

    action: str
    run: Callable


@dataclass(frozen=True)
class Plan:
    """The way from what is to what shall be.

    :param before: the managed properties now, or {} for a thing that does not exist.
    :param after: the same once all steps are done; None for values that only the service can make.
    :param steps: in order; empty when nothing has to be done.
    :param actual: the object as read, handed to the first step.
    :param outcome: the object as it will be, as far as it can be foreseen; ``after`` where None.
    :param missing: names of inputs that an earlier task has yet to make; refused outside check mode.
    :param blind: whether its steps are right whatever has become of the object since it was read: they set a value
        that does not depend on the one before, or refuse by themselves to make a thing twice.
    """

    before: dict
    after: dict
    steps: tuple = ()
    actual: dict | None = None
    outcome: dict | None = None
    missing: tuple = ()
    warnings: tuple = field(default=())
    blind: bool = False

    @property
    def changed(self):
        """Whether there is anything to do."""
        return bool(self.steps)

    @property
    def actions(self):
        """What will be done, in words and in order."""
        return [step.action for step in self.steps]

    @property
    def diff(self):
        """Before and after as Ansible shows them; equal where nothing has to be done."""
        return {"before": self.before, "after": self.after if self.changed else self.before}

    @property
    def foreseen(self):
        """The object once all steps are done, if none of them brings news; ``actual`` where nothing has to be done."""
        if not self.changed:
            return self.actual
        return self.after if self.outcome is None else self.outcome

    def predicted(self):
        """The same, marked, for a run that does not carry the plan out."""
        return {**self.foreseen, "predicted": True} if self.changed and self.foreseen else self.foreseen
