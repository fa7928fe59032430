# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: measures the collection, and writes docs/performance.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench import page, sections
from lab.client import running_lab

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".cache/bench"
SIZES, LATENCIES, SECTIONS = "1,10,100,1000", "0,80", "graph,site,ways"


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog='make bench ARGUMENTS="..."', description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="numbers of channels, default %(default)s")
    parser.add_argument("--latency", default=LATENCIES, help="milliseconds a request, default %(default)s")
    parser.add_argument("--runs", type=int, default=5, help="of which medians are taken, default %(default)s")
    parser.add_argument("--sections", default=SECTIONS, help="which, default %(default)s")
    parser.add_argument("--without-peers", action="store_true", help="leave the tools of others out")
    parser.add_argument(
        "--page", action="store_true", help="write docs/performance.md, also from a part of the figures"
    )
    return parser.parse_args()


def tell(text: str) -> None:
    """Show what is going on."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def measure(given: argparse.Namespace, kept: dict[str, Any]) -> None:
    """Measure what is asked for into ``kept``, which is saved after each part."""
    wanted = given.sections.split(",")
    latencies = [int(text) for text in given.latency.split(",")]
    with running_lab(HOME / "lab") as lab:
        for latency in latencies if "graph" in wanted else []:
            found = sections.graph(lab, HOME, latency, given.runs, tell)
            if not given.without_peers:
                # Loaded here, because it takes the clients of others.
                from bench import peers

                found |= peers.measure(lab, HOME, latency, given.runs, tell)
            kept.setdefault("graph", {}).setdefault(str(latency), {}).update(found)
            save(kept)
        if "ways" in wanted:
            kept["ways"] = sections.ways(lab, HOME, given.runs, tell)
            save(kept)
        for size in (int(text) for text in given.sizes.split(",")) if "site" in wanted else []:
            for latency in latencies:
                found = sections.site(lab, HOME, size, latency, given.runs, tell)
                kept.setdefault("site", {}).setdefault(str(latency), {})[str(size)] = found
                save(kept)


def save(kept: dict[str, Any]) -> None:
    """Write the figures down, with what they were taken on."""
    kept["machine"] = {
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    (HOME / "figures.json").write_text(json.dumps(kept, indent=1), "utf-8")


def main() -> int:
    """Measure, then write the page if all was measured or it is asked for."""
    given = options()
    HOME.mkdir(parents=True, exist_ok=True)
    figures = HOME / "figures.json"
    # Parts are added to what was measured before.
    whole = (given.sizes, given.latency, given.sections) == (
        SIZES,
        LATENCIES,
        SECTIONS,
    ) and not given.without_peers
    kept = json.loads(figures.read_text("utf-8")) if figures.exists() and not whole else {}
    measure(given, kept)
    print(page.text(kept))
    if whole or given.page:
        page.write(ROOT, kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
