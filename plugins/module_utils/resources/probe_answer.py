# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What a probe says."""

from __future__ import annotations

from dataclasses import dataclass

CONFIRMED, REFUTED, NOT_HERE = "confirmed", "refuted", "not testable here"


@dataclass(frozen=True)
class Answer:
    """``answer`` is one of the three; ``why`` is one sentence that anybody may read."""

    answer: str
    why: str


def confirmed(why):
    """An Answer."""
    return Answer(CONFIRMED, why)


def refuted(why):
    """An Answer."""
    return Answer(REFUTED, why)


def not_here(why):
    """An Answer."""
    return Answer(NOT_HERE, why)


def unless_faulty(seen, service):
    """None where something was read; an Answer that nothing can be said where it was not."""
    if seen.fault:
        return not_here(f"{service} could not be read ({seen.fault.code}).")
    return (
        None if seen.value is not None else not_here(f"{service} was not read, because the sign-in failed.")
    )
