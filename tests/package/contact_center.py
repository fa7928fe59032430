# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The larger deployment of docs/examples/contact_center, ready to run against the lab."""

from __future__ import annotations

import shutil
from pathlib import Path

from integration import world as at
from integration.play import Play
from lab.inventory import EXAMPLE

CENTER = EXAMPLE.parent / "contact_center"
QUEUES = ("support", "sales")


def deployment(folder: Path, lab, collections: Path) -> Play:
    """A ``Play`` on a copy of the example, with the collection from ``collections`` and the lab's addresses."""
    play = Play(folder, lab, collections=collections, example=CENTER / "inventory", group="contact_center")
    for path in CENTER.iterdir():
        copy = shutil.copytree if path.is_dir() else shutil.copy2
        if path.name != "inventory":
            copy(path, folder / path.name)
    (organization,) = lab.state()["contact_center"]
    play.variables(
        "tenant_contoso",
        contact_center_url=lab.url,
        contact_center_token=organization["tokens"][0]["value"],
    )
    return play


def entry_points(lab) -> dict[str, str]:
    """Name of an entry point -> id of its asset."""
    (organization,) = lab.state()["contact_center"]
    return {item["name"]: item["assetId"] for item in organization["entry_points"]}


def expected(lab) -> dict[str, str]:
    """The same as it shall be."""
    world = lab.state()
    return {f"Contoso {queue.title()}": at.asset(world, queue)["appId"] for queue in QUEUES}
