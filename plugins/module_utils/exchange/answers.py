# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What came of one cmdlet, whichever road it took."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.errors import Fault, Uncertain
from .cmdlets import CMDLETS, repeatable

# Exchange's warning to a Set- that found nothing to do (public clients match on it).
NO_CHANGE = "no settings of"
NO_CHANGE_END = "have been modified"
# Its warning to a Get- that left something out.
MORE_RESULTS = "more results available"


@dataclass
class Answer:
    """The records and warnings of a cmdlet, or why there are none.

    :param records: dictionaries, without the type notes of the wire.
    :param warnings: Exchange's own texts, for us to recognise and never to be shown.
    :param fault: a Fault, or None for a success.
    :param repeated: whether it took more than one try, the first of which may have done the work.
    """

    records: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    fault: Fault | None = None
    repeated: bool = False

    def value(self):
        """The records.

        :raises Fault: what stands in their place.
        """
        if self.fault is not None:
            raise self.fault
        return self.records

    @property
    def unchanged(self):
        """Whether Exchange says that a Set- found everything as it should be: a second witness beside our own read.

        After a lost answer that is no news: our own first try may have set it.
        """
        return not self.repeated and any(
            NO_CHANGE in text and NO_CHANGE_END in text for text in self.warnings
        )


def refusal(cmdlet, parameters):
    """An Answer for a cmdlet that must not be sent, else None.

    :raises ValueError: a cmdlet or parameter that is not in the table, a defect of ours.
    """
    if cmdlet not in CMDLETS:
        raise ValueError(f"{cmdlet} is not on the list of cmdlets")
    try:
        CMDLETS[cmdlet].check(cmdlet, parameters)
    except Fault as fault:
        return Answer(fault=fault)
    return None


def answered(cmdlet, records, warnings):
    """The Answer to a cmdlet that ran.

    A list that Exchange cut short is no answer: what is missing would look as if it did not exist.
    """
    if any(MORE_RESULTS in text for text in warnings):
        return Answer(
            fault=Fault(
                "protocol",
                f"Exchange Online left something out of the answer to {cmdlet}.",
                hint="Name one object, or report this with the number of objects in the tenant.",
            )
        )
    return Answer([plain(record) for record in records], list(warnings))


def plain(record):
    """A record without the type notes of the wire."""
    return {
        key: value for key, value in record.items() if "@odata.type" not in key and "@data.type" not in key
    }


def unclear(fault, cmdlet):
    """The Fault as it is, or Uncertain where a cmdlet that must not run twice may have been carried out."""
    if repeatable(cmdlet):
        return fault
    return Uncertain(fault.message, status=fault.status, request_id=fault.request_id)
