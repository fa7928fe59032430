# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflow jobs: nodes that start when those before them have ended, approvals, and what nodes hand on.

From the source of AWX 24.6 (assumption: awx-artefacts).
"""

from __future__ import annotations

import json
import threading
from typing import Any

from . import runs, surveys
from .fields import Refused, variables
from .jobs import RUNNING, Jobs
from .store import Item, now

LINKS = ("success", "failure", "always")


class Workflows:
    """Launches the workflow job templates of a store."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.store = jobs.store

    def launch(self, template: Item, asked: Item) -> Item:
        """Start a workflow job. Raises Refused for answers that its survey does not take."""
        if set(asked) - {"extra_vars"}:
            raise Refused(400, {name: ["Not allowed on launch."] for name in set(asked) - {"extra_vars"}})
        given = asked.get("extra_vars", {})
        given = variables(given, "extra_vars") if isinstance(given, str) else given
        if template["survey_enabled"]:
            known = {question["variable"] for question in template["survey"]["spec"]}
            foreign = sorted(set(given) - known)
            if foreign and not template["ask_variables_on_launch"]:
                raise Refused(
                    400, {"extra_vars": [f"Variables {', '.join(foreign)} are not allowed on launch."]}
                )
            given = {**given, **surveys.answers(template["survey"], given)}
        elif given and not template["ask_variables_on_launch"]:
            raise Refused(400, {"extra_vars": ["Variables are not allowed on launch."]})
        workflow = self.jobs.start_workflow(template["name"], workflow_job_template=template["id"])
        workflow["extra_vars"] = json.dumps({**variables(template["extra_vars"]), **given})
        self._copy_nodes(template, workflow)
        threading.Thread(target=self._perform, args=(workflow,), daemon=True).start()
        return workflow

    def _copy_nodes(self, template: Item, workflow: Item) -> None:
        originals = list(self.store.find("workflow_job_template_nodes", workflow_job_template=template["id"]))
        copies = {}
        for node in originals:
            copies[node["id"]] = self.store.add(
                "workflow_job_nodes",
                type="workflow_job_node",
                workflow_job=workflow["id"],
                job=None,
                do_not_run=False,
                **{
                    name: node[name]
                    for name in ("identifier", "unified_job_template", "all_parents_must_converge")
                },
                _children=[],
                _artifacts={},
            )
        for node in originals:
            for when in LINKS:
                for child in self.store.linked("workflow_job_template_nodes", node["id"], f"{when}_nodes"):
                    copies[node["id"]]["_children"].append((when, copies[child]["id"]))
        workflow["nodes"] = [node["id"] for node in copies.values()]

    def _perform(self, workflow: Item) -> None:
        """Run nodes until nothing can be run any more. A node waits until all nodes before it are decided."""
        nodes = [self.store.get("workflow_job_nodes", number) for number in workflow["nodes"]]
        threads: dict[int, threading.Thread] = {}
        failed_for_good = False
        todo = list(nodes)
        while todo and not workflow["_cancelled"].is_set():
            ready = [
                node for node in todo if all(self._decided(parent) for parent in self._parents(node, nodes))
            ]
            for node in ready:
                todo.remove(node)
                if self._wanted(node, nodes):
                    threads[node["id"]] = threading.Thread(
                        target=self._run, args=(workflow, node, nodes), daemon=True
                    )
                    threads[node["id"]].start()
                else:
                    node["do_not_run"] = True
            for thread in list(threads.values()):
                thread.join(0.05)
        for thread in threads.values():
            thread.join()
        for node in nodes:
            handled = any(when in ("failure", "always") for when, _child in node["_children"])
            failed_for_good |= bool(node["job"]) and self._job(node)["status"] != "successful" and not handled
        status = (
            "canceled" if workflow["_cancelled"].is_set() else "failed" if failed_for_good else "successful"
        )
        runs.finish(workflow, status)

    def _job(self, node: Item) -> Item:
        return self.store.get(self.store.kind_of(node["job"]), node["job"])

    def _decided(self, node: Item) -> bool:
        return node["do_not_run"] or bool(node["job"] and self._job(node)["_ended"].is_set())

    @staticmethod
    def _parents(node: Item, nodes: list[Item]) -> list[Item]:
        return [other for other in nodes if node["id"] in [child for _when, child in other["_children"]]]

    def _wanted(self, node: Item, nodes: list[Item]) -> bool:
        parents = self._parents(node, nodes)
        led = [self._leads(parent, node) for parent in parents]
        return not parents or (all(led) if node["all_parents_must_converge"] else any(led))

    def _leads(self, parent: Item, node: Item) -> bool:
        if parent["do_not_run"]:
            return False
        outcome = "success" if self._job(parent)["status"] == "successful" else "failure"
        return any(child == node["id"] and when in ("always", outcome) for when, child in parent["_children"])

    def _run(self, workflow: Item, node: Item, nodes: list[Item]) -> None:
        handed: dict[str, Any] = {}
        for parent in self._parents(node, nodes):
            if parent["job"]:
                handed |= {**parent["_artifacts"], **self._job(parent).get("artifacts", {})}
        node["_artifacts"] = handed
        kind = self.store.kind_of(node["unified_job_template"])
        template = self.store.get(kind, node["unified_job_template"])
        try:
            job = self._start(kind, template, workflow, handed)
        except Refused as refusal:
            job = self.jobs.could_not_start(template["name"], str(refusal))
        node["job"] = job["id"]
        while not job["_ended"].wait(0.05):
            if workflow["_cancelled"].is_set() and job["status"] in RUNNING:
                job["_cancelled"].set()

    def _start(self, kind: str, template: Item, workflow: Item, handed: Item) -> Item:
        if kind == "workflow_approval_templates":
            return self.store.add(
                "workflow_approvals",
                type="workflow_approval",
                name=template["name"],
                description=template["description"],
                status="pending",
                failed=False,
                started=now(),
                finished=None,
                _ended=threading.Event(),
                _cancelled=threading.Event(),
            )
        if kind == "projects":
            return self.jobs.updates.project(template)
        if kind == "inventory_sources":
            return self.jobs.updates.source(template)
        # What the workflow was asked wins over what nodes hand on (AWX, WorkflowJobNode.get_job_kwargs).
        extra = {**handed, **variables(workflow["extra_vars"])}
        return self.jobs.launch(template, {}, extra)

    def decide(self, approval: Item, approved: bool) -> None:
        """Approve or deny. Raises Refused with 400 for what has been decided."""
        if approval["status"] != "pending":
            raise Refused(400, {"detail": "This workflow step has already been approved or denied."})
        runs.finish(approval, "successful" if approved else "failed")
