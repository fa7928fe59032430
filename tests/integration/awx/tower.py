# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWX of a test's own beside the embedded cloud, and ansible-playbook runs that configure it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from awx.client import AwxClient
from awx.fresh import ADMIN
from integration.play import Play, Run
from lab.client import LabClient, started

ROOT = Path(__file__).resolve().parents[3]
CONTOSO_APP = {
    "tenant": "0f47778c-61c2-4b0a-8e94-3f05e737a1dd",
    "client": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01",
    "secret": "CANARY-client-secret-contoso-Q8~a+b/c=d",
}
CONTOSO_CONNECT = {
    "organization_id": "5a1f2d3c-8e4b-4f6a-9c7d-0b1a2c3d4e01",
    "token": "CANARY-connect-token-contoso-Z4~s+t/u=",
}

# What ansible-core says of the modules of awx.awx 24.6.1 from 2.20 on: they are older than what it deprecates.
OLD = (
    r"Importing '\w+' from 'ansible\.module_utils\._text' is deprecated",
    "Deprecation warnings can be disabled",
)


class Tower:
    """A stand-in for AWX, a repository with our playbooks, and a folder for records that lasts.

    :param folder: an empty folder; :param lab: the embedded cloud that jobs work on.
    """

    def __init__(self, folder: Path, lab: LabClient, awx: AwxClient) -> None:
        self.folder = folder
        self.lab = lab
        self.awx = awx
        self.play = Play(folder, lab)
        self.records = folder / "records"
        self.records.mkdir()
        self.project = repository(
            folder / "project", {str(path.relative_to(ROOT)): path.read_text() for path in PLAYBOOKS}
        )

    @property
    def environment(self) -> dict[str, str]:
        """How the modules of awx.awx find and trust the stand-in."""
        return {
            "CONTROLLER_HOST": self.awx.url,
            "CONTROLLER_USERNAME": ADMIN[0],
            "CONTROLLER_PASSWORD": ADMIN[1],
            "SSL_CERT_FILE": self.awx.ca_bundle,
        }

    @property
    def endpoints(self) -> dict[str, Any]:
        """Variables of an inventory whose jobs shall work on the embedded cloud."""
        return {
            **{f"webex_email_{name}_url": self.lab.url for name in ("authority", "graph", "exchange")},
            "webex_email_ca_bundle": self.lab.ca_bundle,
            "webex_email_smtp_host": "localhost",
        }

    @property
    def connect(self) -> dict[str, str]:
        """Inputs of the credential for Webex Connect."""
        return {**CONTOSO_CONNECT, "url": f"{self.lab.url}/connectapi"}

    def configure(
        self, settings: dict[str, Any], *arguments: str, notices: tuple[str, ...] = (), **kwargs: Any
    ) -> Run:
        """Run the playbook awx with these settings."""
        path = self.folder / "settings.yml"
        path.write_text(yaml.safe_dump(settings), "utf-8")
        return self.play.run(
            "awx",
            "-e",
            f"@{path}",
            *arguments,
            environment=self.environment,
            seconds=400,
            notices=(*OLD, *notices),
            **kwargs,
        )

    def record(self, channel: str) -> dict[str, Any]:
        """What the jobs wrote down about a channel."""
        return json.loads((self.records / f"{channel}.json").read_text("utf-8"))["webex_email_record"]


PLAYBOOKS = sorted((ROOT / "playbooks").rglob("*.yml"))


def repository(folder: Path, files: dict[str, str]) -> str:
    """Make a git repository of these files; returns its address."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, files)
    return folder.as_uri()


def commit(folder: Path, files: dict[str, str]) -> None:
    """Change files of a repository as a person does who pushes a commit."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    _git(folder, "add", "--all")
    _git(folder, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "x")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, "HOME": str(folder)})


@contextmanager
def running_tower(folder: Path, lab: LabClient) -> Iterator[Tower]:
    """Start an AWX in a process of its own, stop it at the end."""
    place = folder / "awx"
    place.mkdir()
    # The environment of a job is the image's, so the stand-in gets what a run of ours gets.
    (folder / "image").mkdir()
    image = Play(folder / "image", lab).environment(folder / "unused") | {
        "SSL_CERT_FILE": str(place / "ca.pem")
    }
    image.pop("ANSIBLE_CALLBACKS_ENABLED")
    with started("awx", place, environment=image):
        yield Tower(folder, lab, AwxClient(place))
