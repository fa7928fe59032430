# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: launched from a template with its prompts and survey, sliced, cancelled, relaunched; and updates."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from . import injectors, inventory, runner, runs, surveys
from .fields import Refused, variables
from .store import Item, Store, now
from .updates import Updates

# What a launch may say, and the switch of the template that allows it.
PROMPTS = {
    "limit": "ask_limit_on_launch",
    "job_tags": "ask_tags_on_launch",
    "skip_tags": "ask_skip_tags_on_launch",
    "job_type": "ask_job_type_on_launch",
    "diff_mode": "ask_diff_mode_on_launch",
    "verbosity": "ask_verbosity_on_launch",
    "forks": "ask_forks_on_launch",
    "inventory": "ask_inventory_on_launch",
    "job_slice_count": "ask_job_slice_count_on_launch",
    "credentials": "ask_credential_on_launch",
}
RUNNING = ("new", "pending", "waiting", "running")


class Jobs:
    """Starts what the objects of a store can start.

    :param folder: where projects are checked out and jobs have their private folders.
    :param image: the environment that an execution environment's image brings: PATH, collections and the like.
    """

    def __init__(self, store: Store, folder: Path, image: dict[str, str]) -> None:
        self.store = store
        self.folder = folder
        self.image = image
        self.updates = Updates(store, folder, image)
        # AWX starts no more jobs at once than it has capacity for.
        self.capacity = threading.Semaphore(4)

    def launch(
        self, template: Item, asked: Item, extra: Item | None = None, eager: Item | None = None
    ) -> Item:
        """Launch a job template: a job, or a workflow job of slices. Raises Refused.

        :param asked: what the person who launches says; :param extra: variables of the workflow around it, which
            no prompt has to allow; :param eager: slice number and count of a slice.
        """
        missing = [name for name in ("inventory", "project") if not template[name] and not asked.get(name)]
        if missing:
            raise Refused(400, {name: ["This field is required to launch."] for name in missing})
        prompts = self._prompts(template, asked)
        spoken = self._variables(template, asked.get("extra_vars", {}), extra or {})
        values = {name: prompts.get(name, template[name]) for name in PROMPTS if name in template}
        slices = min(
            values["job_slice_count"], len(list(self.store.find("hosts", inventory=values["inventory"])))
        )
        if slices > 1 and not eager:
            return self._slices(template, asked, extra or {}, slices)
        return self._job(template, values, spoken, prompts.get("credentials"), eager or {})

    def _prompts(self, template: Item, asked: Item) -> Item:
        unknown = sorted(set(asked) - set(PROMPTS) - {"extra_vars", "passwords_needed_to_start"})
        if unknown:
            raise Refused(400, {name: ["Unknown field."] for name in unknown})
        # AWX lists them in the answer as ignored; awx.awx refuses to send them.
        refused = [name for name in asked if name in PROMPTS and not template[PROMPTS[name]]]
        if refused:
            raise Refused(400, {name: ["Field is not configured to prompt on launch."] for name in refused})
        if "credentials" in asked:
            self._demand_replaced(template, asked["credentials"])
        return {name: value for name, value in asked.items() if name in PROMPTS}

    def _demand_replaced(self, template: Item, asked: list[int]) -> None:
        """What is asked for stands instead of the template's credentials, of which each must be there or replaced.

        By another one of its type (docs/feature/prompting.md and JobLaunchSerializer of AWX).
        """
        kinds = [self.store.get("credentials", number)["credential_type"] for number in asked]
        if len(set(kinds)) < len(kinds):
            raise Refused(400, {"credentials": ["Cannot assign multiple credentials of one type."]})
        for number in self.store.linked("job_templates", template["id"], "credentials"):
            credential = self.store.get("credentials", number)
            if credential["credential_type"] not in kinds:
                sentence = "Removing {0} credential at launch time without replacement is not supported."
                raise Refused(400, {"credentials": [sentence.format(credential["name"])]})

    def _variables(self, template: Item, given: Item, extra: Item) -> Item:
        if isinstance(given, str):
            given = variables(given, "extra_vars")
        survey = template.get("survey") if template["survey_enabled"] else None
        known = {question["variable"] for question in survey["spec"]} if survey else set()
        foreign = sorted(set(given) - known)
        if foreign and not template["ask_variables_on_launch"]:
            raise Refused(400, {"extra_vars": [f"Variables {', '.join(foreign)} are not allowed on launch."]})
        answered = surveys.answers(survey, {**extra, **given}) if survey else {}
        return {**answered, **extra, **given}

    def _slices(self, template: Item, asked: Item, extra: Item, count: int) -> Item:
        """A workflow job with one job for each slice, all started at once."""
        workflow = self.start_workflow(template["name"], job_template=template["id"], is_sliced_job=True)
        for number in range(1, count + 1):
            eager = {"job_slice_number": number, "job_slice_count": count, "workflow_job": workflow["id"]}
            job = self.launch(template, asked, extra, eager)
            node = self.store.add(
                "workflow_job_nodes", type="workflow_job_node", workflow_job=workflow["id"], job=job["id"]
            )
            workflow["nodes"].append(node["id"])
        threading.Thread(target=self._join, args=(workflow,), daemon=True).start()
        return workflow

    def start_workflow(self, name: str, **values: Any) -> Item:
        """A running workflow job without nodes."""
        values = {"extra_vars": "{}", "is_sliced_job": False, "nodes": [], **values}
        return runs.start(self.store, "workflow_jobs", "workflow_job", name, **values)

    def _join(self, workflow: Item) -> None:
        jobs = [
            self.store.get("jobs", self.store.get("workflow_job_nodes", node)["job"])
            for node in workflow["nodes"]
        ]
        for job in jobs:
            job["_ended"].wait()
        failed = any(job["status"] != "successful" for job in jobs)
        runs.finish(workflow, "failed" if failed else "successful")

    def _job(
        self, template: Item, values: Item, spoken: Item, credentials: list[int] | None, eager: Item
    ) -> Item:
        whole = {"job_slice_number": 0, "workflow_job": None}
        # A job that is no slice has a count of one, whatever its template says.
        values = {**values, "job_slice_count": 1}
        outside = ("credentials",)
        job = self.store.add(
            "jobs",
            type="job",
            name=template["name"],
            job_template=template["id"],
            project=template["project"],
            playbook=template["playbook"],
            status="pending",
            failed=False,
            started=None,
            finished=None,
            event_processing_finished=False,
            extra_vars=json.dumps({**variables(template["extra_vars"]), **spoken}),
            artifacts={},
            **{name: value for name, value in {**whole, **values, **eager}.items() if name not in outside},
        )
        job["credentials"] = credentials or list(
            self.store.linked("job_templates", template["id"], "credentials")
        )
        job.update(_ended=threading.Event(), _cancelled=threading.Event(), _events=[], _stdout="", _hosts={})
        threading.Thread(target=self._perform, args=(job, template, spoken), daemon=True).start()
        return job

    def _perform(self, job: Item, template: Item, spoken: Item) -> None:
        with self.capacity:
            if job["_cancelled"].is_set():
                runs.finish(job, "canceled")
                return
            job.update(status="running", started=now())
            try:
                with self.updates.lock:
                    problem = self.updates.before(job)
                    if problem:
                        runs.finish(job, "failed", job_explanation=problem, _stdout=problem)
                        return
                    order = self._order(job, template, spoken)
                result = runner.run(order, self.folder / f"awx_{job['id']}", job["_cancelled"].is_set)
            except (
                Exception
            ) as error:  # a job that could not even start; the test that waits for it shows why
                runs.finish(job, "error", _stdout=f"{type(error).__name__}: {error}")
                return
        runs.finish(
            job,
            result.status,
            artifacts=result.artifacts,
            _events=result.events,
            _stdout=result.stdout,
            _hosts=result.hosts,
        )

    def _order(self, job: Item, template: Item, spoken: Item) -> runner.Order:
        about = {"job_id": job["id"], "job_launch_type": "manual", "job_template_id": template["id"]}
        about |= {"job_template_name": template["name"], "inventory_id": job["inventory"]}
        about = {f"{prefix}_{name}": value for prefix in ("awx", "tower") for name, value in about.items()}
        if template["become_enabled"]:
            raise ValueError("privilege escalation is nothing for these jobs")
        arguments = ["-u", "root", f"--forks={job['forks'] or 5}"]
        for value, option in (
            (job["limit"], "-l"),
            (job["job_tags"], "-t"),
            (job["skip_tags"], "--skip-tags"),
        ):
            arguments += [option, value] if value else []
        arguments += ["--check"] if job["job_type"] == "check" else []
        arguments += ["--diff"] if job["diff_mode"] else []
        arguments += [f"-{'v' * job['verbosity']}"] if job["verbosity"] else []
        own = {"INVENTORY_ID": str(job["inventory"])}
        own["PROJECT_REVISION"] = self.store.get("projects", job["project"])["scm_revision"]
        return runner.Order(
            job["id"],
            job["playbook"],
            inventory.script(
                self.store, job["inventory"], max(job["job_slice_number"], 1), max(job["job_slice_count"], 1)
            ),
            self.updates.projects / str(job["project"]),
            {**self.image, **own},
            arguments,
            variables(template["extra_vars"]),
            {**spoken, **about},
            lambda folder: self._inject(job["credentials"], folder),
        )

    def _inject(self, credentials: list[int], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
        env: dict[str, str] = {}
        extra: dict[str, str] = {}
        for number in credentials:
            credential = self.store.get("credentials", number)
            kind = self.store.get("credential_types", credential["credential_type"])
            more_env, more_extra = injectors.inject(kind, credential["inputs"], folder)
            env |= more_env
            extra |= more_extra
        return env, extra

    def cancel(self, job: Item) -> None:
        """Ask a job to end. Raises Refused with 405 for one that has ended."""
        if job["status"] not in RUNNING:
            raise Refused(405, {"detail": 'Method "POST" not allowed.'})
        job["_cancelled"].set()

    def relaunch(self, job: Item, asked: Item) -> Item:
        """Start a job again as it was, a slice as that slice; on all hosts, or with ``hosts: failed`` on those."""
        hosts = asked.get("hosts", "all")
        if set(asked) - {"hosts"} or hosts not in ("all", "failed"):
            raise Refused(400, {"hosts": ["Relaunch on all or failed hosts."]})
        values = {name: job[name] for name in PROMPTS if name in job and name != "credentials"}
        if hosts == "failed":
            failed = [name for name, counts in job["_hosts"].items() if counts["failures"] or counts["dark"]]
            if not failed:
                raise Refused(400, {"hosts": ["Cannot relaunch because previous job had 0 failed hosts."]})
            values["limit"] = ",".join(failed)
        template = self.store.get("job_templates", job["job_template"])
        spoken = {
            name: value
            for name, value in json.loads(job["extra_vars"]).items()
            if variables(template["extra_vars"]).get(name) != value
        }
        eager = {
            name: job[name] for name in ("job_slice_number", "job_slice_count") if job["job_slice_number"]
        }
        return self._job(template, values, spoken, job["credentials"], eager)

    def could_not_start(self, name: str, reason: str) -> Item:
        """A job that has ended before it began, as AWX shows one that cannot be launched."""
        job = runs.start(self.store, "jobs", "job", name, artifacts={}, job_explanation=reason)
        return runs.finish(job, "error", _stdout=reason, _events=[], _hosts={})
