# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: launched from a template with its prompts and survey, sliced, cancelled, relaunched; and updates."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

from . import injectors, inventory, runner, surveys
from .fields import Refused, variables
from .store import Item, Store, now

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
        self.projects = folder / "projects"
        # AWX starts no more jobs at once than it has capacity for.
        self.capacity = threading.Semaphore(4)

    def update_project(self, project: Item) -> Item:
        """Check a project out anew; the update has ended when this returns."""
        update = self._started("project_updates", "project_update", project["name"], project=project["id"])
        place = self.projects / str(project["id"])
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        branch = ["--branch", project["scm_branch"]] if project["scm_branch"] else []
        clone = ["git", "clone", "--quiet", "--depth", "1", *branch, "--", project["scm_url"], str(place)]
        done = subprocess.run(clone, check=False, capture_output=True, text=True)
        revision = ""
        if done.returncode == 0:
            head = ["git", "-C", str(place), "rev-parse", "HEAD"]
            revision = subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
        status = "failed" if done.returncode else "successful"
        project.update(status=status, scm_revision=revision)
        return self.finish(update, status, result_stdout=done.stderr, scm_revision=revision)

    def playbooks(self, project: int) -> set[str]:
        """Names of the YAML files of a project that could be playbooks."""
        place = self.projects / str(project)
        files = [path for pattern in ("*.yml", "*.yaml") for path in place.rglob(pattern)]
        return {str(path.relative_to(place)) for path in files}

    def update_source(self, source: Item) -> Item:
        """Synchronise an inventory source; the update has ended when this returns."""
        update = self._started(
            "inventory_updates", "inventory_update", source["name"], inventory_source=source["id"]
        )
        try:
            output, status = (
                inventory.synchronise(self.store, source, self.projects, self.image),
                "successful",
            )
        except subprocess.CalledProcessError as error:
            output, status = error.stderr, "failed"
        source["status"] = status
        return self.finish(update, status, result_stdout=output)

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
        return {name: value for name, value in asked.items() if name in PROMPTS}

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
        return self._started("workflow_jobs", "workflow_job", name, **values)

    def _join(self, workflow: Item) -> None:
        jobs = [
            self.store.get("jobs", self.store.get("workflow_job_nodes", node)["job"])
            for node in workflow["nodes"]
        ]
        for job in jobs:
            job["_ended"].wait()
        failed = any(job["status"] != "successful" for job in jobs)
        self.finish(workflow, "failed" if failed else "successful")

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
                self.finish(job, "canceled")
                return
            job.update(status="running", started=now())
            try:
                order = self._order(job, template, spoken)
                result = runner.run(order, self.folder / f"awx_{job['id']}", job["_cancelled"].is_set)
            except (
                Exception
            ) as error:  # a job that could not even start; the test that waits for it shows why
                self.finish(job, "error", _stdout=f"{type(error).__name__}: {error}")
                return
        self.finish(
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
            self.projects / str(job["project"]),
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

    def _started(self, kind: str, type_: str, name: str, **values: Any) -> Item:
        """A running job of any kind."""
        return self.store.add(
            kind,
            type=type_,
            name=name,
            status="running",
            failed=False,
            started=now(),
            finished=None,
            event_processing_finished=False,
            _ended=threading.Event(),
            _cancelled=threading.Event(),
            **values,
        )

    def could_not_start(self, name: str, reason: str) -> Item:
        """A job that has ended before it began, as AWX shows one that cannot be launched."""
        job = self._started("jobs", "job", name, artifacts={}, job_explanation=reason)
        return self.finish(job, "error", _stdout=reason, _events=[], _hosts={})

    @staticmethod
    def finish(job: Item, status: str, **values: Any) -> Item:
        """Note how a job ended, and tell those who wait for it."""
        job.update(values, status=status, failed=status != "successful", finished=now())
        job["event_processing_finished"] = True
        job["_ended"].set()
        return job
