# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example inventory of the documentation, with the lab's URLs and credentials beside it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

EXAMPLE = Path(__file__).parents[2] / "docs/examples/inventory"


def write(
    folder: Path,
    url: str,
    ca_bundle: str,
    world: dict[str, Any],
    smtp_port: int | None = None,
    *,
    example: Path = EXAMPLE,
    group: str = "webex_email",
) -> Path:
    """Make an inventory below ``folder`` that drives the lab at ``url``; returns its path.

    ``smtp_port`` is that of the lab's submission server, for what tries mail. Credentials are those of each tenant's
    first caller and of each organization's first token. ``group`` is the one of the example's groups that holds every
    host.
    """
    inventory = folder / "inventory"
    shutil.copytree(example, inventory, dirs_exist_ok=True)
    (inventory / "group_vars" / group).mkdir(parents=True, exist_ok=True)
    _dump(inventory / "group_vars" / group / "lab.yml", _endpoints(url, ca_bundle, smtp_port))
    for settings in sorted(inventory.glob("group_vars/tenant_*/main.yml")):
        _dump(
            settings.with_name("vault.yml"), _credentials(yaml.safe_load(settings.read_text("utf-8")), world)
        )
    return inventory


def _endpoints(url: str, ca_bundle: str, smtp_port: int | None) -> dict[str, Any]:
    names = ("authority", "graph", "exchange")
    # Where verify tries the mail; assets are told the real server, as by a person.
    mail = {"webex_email_verify_smtp_host": "localhost", "webex_email_verify_smtp_port": smtp_port}
    return {
        **{f"webex_email_{name}_url": url for name in names},
        "webex_email_connect_url": f"{url}/connectapi",
        "webex_email_ca_bundle": ca_bundle,
        **(mail if smtp_port else {}),
    }


def _credentials(settings: dict[str, Any], world: dict[str, Any]) -> dict[str, str]:
    tenant = next(item for item in world["tenants"] if item["id"] == settings["webex_email_auth_tenant"])
    connect = next(
        item
        for item in world["connect"]
        if item["organization_id"] == settings["webex_email_connect_organization_id"]
    )
    return {
        "webex_email_auth_client_secret": tenant["callers"][0]["secrets"][0]["value"],
        "webex_email_connect_token": connect["tokens"][0]["value"],
    }


def _dump(path: Path, values: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(values), "utf-8")
