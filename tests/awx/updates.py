# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates of projects and of inventory sources, asked for by a person or by a job that is about to run."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

from . import inventory, runs
from .store import Item, Store


class Updates:
    """Brings projects and inventories up to date. Every update has ended when its method returns.

    :param folder: below which projects are checked out; :param image: the environment of the image that they run in.
    """

    def __init__(self, store: Store, folder: Path, image: dict[str, str]) -> None:
        self.store = store
        self.projects = folder / "projects"
        self.image = image
        # A job reads an inventory as a whole, or waits until another one's update has written it.
        self.lock = threading.RLock()

    def project(self, project: Item) -> Item:
        """Fetch a project's branch; the checkout stays where nothing is new, as others may be copying it."""
        update = runs.start(
            self.store, "project_updates", "project_update", project["name"], project=project["id"]
        )
        place = self.projects / str(project["id"])
        fresh = place.with_name(f"{project['id']}-update-{update['id']}")
        place.parent.mkdir(parents=True, exist_ok=True)
        branch = ["--branch", project["scm_branch"]] if project["scm_branch"] else []
        clone = ["git", "clone", "--quiet", "--depth", "1", *branch, "--", project["scm_url"], str(fresh)]
        done = subprocess.run(clone, check=False, capture_output=True, text=True)
        revision = ""
        if done.returncode == 0:
            head = ["git", "-C", str(fresh), "rev-parse", "HEAD"]
            revision = subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
            if revision != project["scm_revision"] or not place.exists():
                shutil.rmtree(place, ignore_errors=True)
                fresh.rename(place)
        shutil.rmtree(fresh, ignore_errors=True)
        status = "failed" if done.returncode else "successful"
        project.update(status=status, scm_revision=revision)
        return runs.finish(update, status, result_stdout=done.stderr, scm_revision=revision)

    def playbooks(self, project: int) -> set[str]:
        """Names of the YAML files of a project that could be playbooks."""
        place = self.projects / str(project)
        files = [path for pattern in ("*.yml", "*.yaml") for path in place.rglob(pattern)]
        return {str(path.relative_to(place)) for path in files}

    def source(self, source: Item) -> Item:
        """Synchronise an inventory source; its project first, where that shall be updated on launch."""
        with self.lock:
            update = runs.start(
                self.store,
                "inventory_updates",
                "inventory_update",
                source["name"],
                inventory_source=source["id"],
            )
            project = source["source_project"] and self.store.get("projects", source["source_project"])
            if (
                project
                and project["scm_update_on_launch"]
                and self.project(project)["status"] != "successful"
            ):
                source["status"] = "failed"
                return runs.finish(
                    update, "failed", job_explanation=f"Previous Task Failed: {project['name']}"
                )
            try:
                output, status = (
                    inventory.synchronise(self.store, source, self.projects, self.image),
                    "successful",
                )
            except subprocess.CalledProcessError as error:
                output, status = error.stderr, "failed"
            source["status"] = status
            return runs.finish(update, status, result_stdout=output)

    def before(self, job: Item) -> str:
        """Update on launch what a job needs; returns why the job cannot run, or nothing.

        Its project and the sources of its own inventory (AWX, awx/main/scheduler/task_manager.py, gen_dep_for_job
        and gen_dep_for_inventory_update). The sources of a constructed inventory's inputs are none of these
        (https://github.com/ansible/awx/issues/14129, open).
        """
        project = self.store.get("projects", job["project"])
        updates = [self.project(project)] if project["scm_update_on_launch"] else []
        updates += [
            self.source(source)
            for source in self.store.find(
                "inventory_sources", inventory=job["inventory"], update_on_launch=True
            )
        ]
        failed = [update["name"] for update in updates if update["status"] != "successful"]
        return f"Previous Task Failed: {', '.join(failed)}" if failed else ""
