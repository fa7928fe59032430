# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Tries the assumptions that can be tried without writing; the texts are in the role preflight (vars/assumptions)."""

from __future__ import annotations

from .doctor_line import see
from .probe_answer import NOT_HERE, Answer
from .probes_connect import PROBES as OF_CONNECT
from .probes_directory import PROBES as OF_DIRECTORY
from .probes_exchange import PROBES as OF_EXCHANGE

# Name of an assumption or open question -> function from what the doctor found to an Answer.
PROBES = {**OF_CONNECT, **OF_EXCHANGE, **OF_DIRECTORY}


def answers(found):
    """One answer a probe: {assumption, answer, why}; no secret, no id and no address of the tenant is in it."""
    return [_one(name, probe, found) for name, probe in sorted(PROBES.items())]


def _one(name, probe, found):
    seen = see(lambda: probe(found))
    # A fault's sentence may name a host or an address; its code says enough.
    answer = seen.value or Answer(NOT_HERE, f"The question could not be asked ({seen.fault.code}).")
    return {"assumption": name, "answer": answer.answer, "why": answer.why}
