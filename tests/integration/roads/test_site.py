# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole chain over each road that needs PowerShell: the same world as over REST, and a second run that is quiet."""

from __future__ import annotations

import os
import re

import pytest

from integration.modules.scenario import Names
from integration.play import writes
from integration.roads.road import PASSWORD, USER, effects
from integration.world import FABRIKAM
from lab import pwsh

ALIAS = re.compile(r"[0-9a-f]{32}(?=@)")


def environment(road, play):
    """The road, chosen by the environment of the run; pwsh by being first on the path."""
    chosen = {"WEBEX_EMAIL_EXCHANGE_TRANSPORT": road}
    if road == "pwsh":
        folder = play.folder / "bin"
        folder.mkdir(exist_ok=True)
        pwsh.install(folder, play.lab.url, play.lab.ca_bundle)
        path = play.environment(folder)["PATH"]
        return {**chosen, "PATH": f"{folder}{os.pathsep}{path}"}
    return {
        **chosen,
        "WEBEX_EMAIL_WINRM_URL": f"{play.lab.url}/wsman",
        "WEBEX_EMAIL_WINRM_USERNAME": USER,
        "WEBEX_EMAIL_WINRM_PASSWORD": PASSWORD,
    }


def exchange_of(world):
    """What Exchange knows of the tenant, without ids that are made in each run."""
    keys = ("mailboxes", "outbound_policies", "outbound_rules", "remote_domains", "transport")
    return Names().plain({key: world["tenants"][FABRIKAM][key] for key in keys})


def changes(world, journal):
    """What was changed there, in order; aliases of assets are made in each run."""
    tenant = world["tenants"][FABRIKAM]
    own = [entry for entry in journal if tenant["id"] in entry["path"] or tenant["domain"] in entry["path"]]
    return [ALIAS.sub("<alias>", str(item)) for item in effects(own) if item[2]]


@pytest.mark.parametrize("road", ["winrm", "pwsh"])
def test_site(first_site, play, road):
    """For one tenant and its channel; the other's hosts would do no more than the same again."""
    play.lab.reset()
    chosen, hosts = environment(road, play), ("--limit", "fabrikam,help")
    first = play.run("site", *hosts, environment=chosen)
    assert exchange_of(play.lab.state()) == exchange_of(first_site.world)
    made = changes(play.lab.state(), play.lab.journal())
    assert made == changes(first_site.world, first_site.journal)
    assert len(made) == 4
    used = {entry["operation"] for entry in play.lab.journal() if entry["service"] == "exchange"}
    assert "exoModuleFile" in used
    assert "invokeCommandBatch" not in used
    assert PASSWORD not in first.output

    play.lab.clear_journal()
    second = play.run("site", *hosts, environment=chosen)
    assert second.changed == {"fabrikam": 0, "help": 0}
    assert writes(play.lab) == []
