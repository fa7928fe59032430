# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m lab.coverage_report FOLDER``: how much of each contract the tests exercised; fails for less than all."""

from __future__ import annotations

import sys
from pathlib import Path

from .contract import document, services
from .coverage import collected, declared

KINDS = {"operation": "operations", "status": "statuses", "property": "properties"}
MARK = "::: contract coverage"


def main(folder: Path) -> int:
    """Print one line for each contract and one for each point that nobody exercised; answers the exit status."""
    exercised = collected(folder)
    missing = []
    for service in services():
        points = declared(service, document(service))
        missing += sorted(points - exercised)
        told = ", ".join(_told(kind, points, exercised) for kind in KINDS)
        print(f"{MARK}  {service:<16}{told}")
    for point in missing:
        print(f"{MARK}  not exercised: {point}")
    return 1 if missing else 0


def _told(kind: str, points: set[str], exercised: set[str]) -> str:
    some = {point for point in points if point.split(" ")[1] == kind}
    return f"{len(some & exercised)} of {len(some)} {KINDS[kind]}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
