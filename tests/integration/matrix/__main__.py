# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole matrix, on as many embedded clouds as wished: ``python -m integration.matrix --help``."""

from __future__ import annotations

import argparse
import os
import queue
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from integration.matrix.cases import Case
from integration.matrix.chain import CHAINS
from integration.matrix.figures import table
from integration.matrix.trial import Bench, Verdict
from lab.client import running_lab


def main() -> int:
    """Try the cases that were asked for; the exit status says whether one was lost."""
    wanted = _arguments()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        made = []
        for number in range(wanted.jobs):
            place = Path(folder) / str(number)
            place.mkdir()
            made.append(Bench(stack.enter_context(running_lab(place / "lab")), place / "run"))
        first, benches = made[0], queue.SimpleQueue()
        cases = [case for chain in wanted.chains for case in first.cases(chain) if wanted.only in str(case)]
        for bench in made:
            bench.learn(first)
            benches.put(bench)
        index, parts = map(int, wanted.part.split("/"))
        cases = cases[index - 1 :: parts]

        def try_out(case: Case) -> Verdict:
            bench = benches.get()
            try:
                return bench.try_out(case)
            finally:
                benches.put(bench)

        with ThreadPoolExecutor(wanted.jobs) as pool:
            verdicts = [_told(verdict, wanted.verbose) for verdict in pool.map(try_out, cases)]
    print(table(verdicts))
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if any(verdict.lost for verdict in verdicts) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make matrix", description="Interrupt every request in every way.")
    parser.add_argument("--chains", nargs="+", choices=CHAINS, default=CHAINS)
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--part", default="1/1", help="a part of the cases, such as 2/5")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--verbose", action="store_true", help="name the cases that passed, too")
    return parser.parse_args()


def _told(verdict: Verdict, verbose: bool) -> Verdict:
    if verdict.lost:
        print(f"LOST {verdict.case}", *verdict.lost[:8], sep="\n    ", flush=True)
    elif verbose:
        print(f"ok   {verdict.case} ({verdict.runs} runs)", flush=True)
    return verdict


if __name__ == "__main__":
    sys.exit(main())
