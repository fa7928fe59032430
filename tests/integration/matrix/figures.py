# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of the matrix, in figures: for each chain and each kind of fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from integration.matrix.cases import KINDS
from integration.matrix.chain import CHAINS
from integration.matrix.trial import Verdict


def table(verdicts: Iterable[Verdict]) -> str:
    """A Markdown table: kinds down, chains across, ``passed/cases`` in each cell; below it the sums."""
    cells: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    everything = list(verdicts)
    for verdict in everything:
        cells[verdict.case.kind, verdict.case.chain].append(verdict)
    lines = [f"| fault | {' | '.join(CHAINS)} |", f"| --- |{' --- |' * len(CHAINS)}"]
    for kind in KINDS:
        if any((kind, chain) in cells for chain in CHAINS):
            lines.append(f"| {kind} | {' | '.join(_ratio(cells[kind, chain]) for chain in CHAINS)} |")
    sums = [_ratio([v for v in everything if v.case.chain == chain]) for chain in CHAINS]
    lines.append(f"| all | {' | '.join(sums)} |")
    lost = sum(bool(verdict.lost) for verdict in everything)
    asked = sum(verdict.asked for verdict in everything)
    tally = f"{len(everything)} cases: {len(everything) - lost} passed, {lost} lost; {asked} asked a person."
    return "\n".join([*lines, "", tally])


def _ratio(verdicts: list[Verdict]) -> str:
    return f"{sum(not verdict.lost for verdict in verdicts)}/{len(verdicts)}" if verdicts else "-"
