# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""As an ordinary module too, which is packed and runs in a Python of its own, every road is there."""

from __future__ import annotations

from integration.modules.expect import check
from integration.modules.scenario import Step, run
from integration.roads.road import PASSWORD, options


def test_both_roads_from_a_packed_module(play):
    mailbox = {"identity": "support@contoso.example"}
    steps = [
        Step(
            road,
            "o365_mailbox",
            {**mailbox, "smtp_auth": word, **options(road, play.lab, play.folder)},
            changed=True,
            result={"mailbox": {"smtp_auth": word}},
        )
        for road, word in (("winrm", "enabled"), ("pwsh", "disabled"))
    ]
    (over_winrm, over_pwsh) = outcomes = run(play, steps, in_process=False, arguments=("-vvv",))
    assert check(outcomes) == []
    assert PASSWORD not in over_winrm.run.output
    assert [entry["service"] for entry in over_pwsh.journal].count("winrm") == 0
