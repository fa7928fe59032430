# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries one case: a run that meets the fault, then runs without one until nothing is left to do, then judges.

Each run is a process of its own, forked from a server that has everything imported, so that it can be killed.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from integration.matrix import chain as chains
from integration.matrix import start as starts
from integration.matrix.cases import Case, cases_of
from integration.matrix.compare import differences, end_state
from lab.client import LabClient

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["integration.matrix.chain", "integration.matrix.trial"])
SECONDS = 120  # of one run; one that takes longer hangs
# A quiet run reads a thing about four times, so thirty reads that are late take eight runs.
MOST_RUNS = 12
# Only of an asset whose making was never answered can nobody but a person say whether it is there.
CREATE_ASSET = "createEmailAsset"


@dataclass
class Outcome:
    """How one run ended: what it changed, and its failed result; ``killed`` where it had no time to tell."""

    changed: list[str] = field(default_factory=list)
    failure: dict[str, Any] | None = None
    killed: bool = False

    @property
    def quiet(self) -> bool:
        """Nothing was left to do."""
        return not self.changed and not self.failure and not self.killed


@dataclass
class Verdict:
    """What came of a case: why it is lost (empty: it passed), runs that it took, whether a person was asked."""

    case: Case
    lost: list[str]
    runs: int = 0
    asked: bool = False


class Bench:
    """One embedded cloud and one folder, on which cases are tried one after the other."""

    def __init__(self, lab: LabClient, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.record = folder / "webex_email_record.json"
        self._starts: dict[str, starts.Start] = {}
        self._ends: dict[str, dict[str, Any]] = {}
        self.journals: dict[str, list[dict[str, Any]]] = {}

    def learn(self, other: Bench) -> None:
        """Take over what another bench knows about undisturbed runs."""
        self._starts, self._ends, self.journals = other._starts, other._ends, other.journals

    def start(self, chain: str) -> starts.Start:
        """Where a chain starts; what is there already was made by the create chain itself."""
        if chain not in self._starts:
            self._starts[chain] = self._make_start(chain)
        return self._starts[chain]

    def _make_start(self, chain: str) -> starts.Start:
        if chain == "create":
            return starts.before_create()
        self.clean("create")
        made = starts.Start(self.lab.state(), self.record.read_text("utf-8"))
        return starts.LATER[chain](made)

    def clean(self, chain: str) -> dict[str, Any]:
        """The end state of an undisturbed run; its journal is kept."""
        start = self.start(chain)
        self._begin(start, contract=True)
        outcome = self._run(chain)
        assert not outcome.failure and outcome.changed, outcome
        self.journals[chain] = self.lab.journal()
        self._until_quiet(chain, Verdict(Case(chain, "clean", None), []))
        assert not self.lab.violations() and not self._lapses(chain)
        self._ends[chain] = self._end(start)
        return self._ends[chain]

    def cases(self, chain: str) -> list[Case]:
        """Every case of a chain."""
        if chain not in self.journals:
            self.clean(chain)
        return cases_of(chain, self.journals[chain])

    def try_out(self, case: Case) -> Verdict:
        """Try one case."""
        if case.chain not in self._ends:
            self.clean(case.chain)
        start, verdict = self.start(case.chain), Verdict(case, [])
        self._begin(start)
        self.lab.settings(**case.settings)
        first = self._run(case.chain, case.rules, case.timeout)
        verdict.runs += 1
        self._check_fault(case, first, verdict)
        self.lab.faults([])
        self.lab.settings(**dict.fromkeys(case.settings, 0))
        self._until_quiet(case.chain, verdict)
        lost = verdict.lost
        lost += differences(self._ends[case.chain], self._end(start))
        lost += [f"dead credential: {lapse}" for lapse in self._lapses(case.chain)]
        return verdict

    def _begin(self, start: starts.Start, contract: bool = False) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.lab.reset(start.world)
        # Whether each exchange keeps the contract was seen in the undisturbed run; here it would cost most of the time.
        self.lab.settings(connect_delete=True, contract_checks=contract)
        if start.record is not None:
            self.record.write_text(start.record, "utf-8")

    def _end(self, start: starts.Start) -> dict[str, Any]:
        record = self.record.read_text("utf-8") if self.record.exists() else None
        return end_state(self.lab.state(), record, start.world)

    def _lapses(self, chain: str) -> list[dict[str, Any]]:
        """Dead credentials in assets; once nothing is forwarded any more, retiring may kill one."""
        return [lapse for lapse in self.lab.lapses() if not chain.startswith("retire") or lapse["forwarding"]]

    def _check_fault(self, case: Case, first: Outcome, verdict: Verdict) -> None:
        if case.target and not self.lab.fired()["matrix"]:
            verdict.lost.append("the fault was never met")
        if first.killed != case.kind.startswith("killed"):
            verdict.lost.append(f"killed: {first.killed}")
        deadline = time.monotonic() + 30
        while self.lab.unanswered() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _until_quiet(self, chain: str, verdict: Verdict) -> None:
        """Run without faults until nothing is left to do."""
        given: dict[str, Any] = {}
        while verdict.runs < MOST_RUNS:
            outcome = self._run(chain, **given)
            verdict.runs += 1
            if outcome.quiet:
                return
            if outcome.failure and not self._goes_on(outcome.failure, verdict, given):
                verdict.lost.append(f"failed without a fault: {outcome.failure['msg']}")
                return
        verdict.lost.append(f"not done after {MOST_RUNS} runs")

    def _goes_on(self, failure: dict[str, Any], verdict: Verdict, given: dict[str, Any]) -> bool:
        """Whether another run may help: what is made is not visible yet, or a person was asked and has answered."""
        unanswered = any(e["operation"] == CREATE_ASSET and e["fault"] for e in self.lab.journal())
        if "Assets > Apps" in failure["msg"] and unanswered and not verdict.asked:
            verdict.asked = True
            self._answer_as_a_person(given)
            return True
        return verdict.case.kind.startswith("lag") and failure["error"]["retryable"]

    def _answer_as_a_person(self, given: dict[str, Any]) -> None:
        """Look into the portal, as the message says: give the asset's id, or take the mark out of the record."""
        known = {asset["appId"] for asset in self.start("create").world["connect"][0]["assets"]}
        new = [a["appId"] for a in self.lab.state()["connect"][0]["assets"] if a["appId"] not in known]
        if new:
            (given["asset_id"],) = new
        else:
            record = json.loads(self.record.read_text("utf-8"))
            del record["webex_email_record"]["asset_pending"]
            self.record.write_text(json.dumps(record), "utf-8")

    def _run(
        self,
        chain: str,
        rules: list[dict[str, Any]] | None = None,
        timeout: int | None = None,
        **given: Any,
    ) -> Outcome:
        options = chains.connection(self.lab.url, self.lab.ca_bundle, self.start(chain).world)
        if timeout:
            options["request_timeout"] = timeout
        told = self.folder / "outcome.json"
        told.unlink(missing_ok=True)
        process = FORK.Process(target=_one_run, args=(chain, options, self.folder, rules, given))
        process.start()
        process.join(SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
            return Outcome(failure={"msg": f"hung for {SECONDS} s", "error": {"retryable": False}})
        if process.exitcode < 0:
            return Outcome(killed=True)
        return Outcome(**json.loads(told.read_text("utf-8")))


def _one_run(
    chain: str,
    options: dict[str, Any],
    folder: Path,
    rules: list[dict[str, Any]] | None,
    given: dict[str, Any],
) -> None:
    """In the forked process: put the faults in force, run the chain, tell how it ended."""
    os.environ |= {"NO_PROXY": "localhost,127.0.0.1", "no_proxy": "localhost,127.0.0.1"}
    if rules:
        cloud = LabClient(options["graph_url"], options["ca_bundle"])
        cloud.faults([{**rule, "pid": os.getpid()} for rule in rules])
    chains.skip_waiting()
    run = chains.Run(options, folder, **given)
    failure = None
    try:
        run.go(chain)
    except chains.Stopped as stopped:
        failure = {name: stopped.args[0].get(name) for name in ("msg", "error")}
    (folder / "outcome.json").write_text(json.dumps({"changed": run.changed, "failure": failure}), "utf-8")
