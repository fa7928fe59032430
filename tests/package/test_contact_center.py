# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The larger deployment passes with the collection as it is installed from the artefact."""

from __future__ import annotations

import pytest

from integration import world as at
from integration.play import writes
from integration.world import CONTOSO
from package.contact_center import QUEUES, deployment, entry_points, expected


@pytest.fixture
def center(cloud, installed, tmp_path):
    """A ``Play`` of the deployment."""
    return deployment(tmp_path, cloud, installed)


def book(center, name):
    return str(center.folder / f"{name}.yml")


def test_import_playbook_with_groups_of_ones_own_hands_the_assets_on(center, cloud):
    center.run(book(center, "site"), "--check")
    assert writes(cloud) == []
    first = center.run(book(center, "site"))
    assert first.failed_hosts == []
    assert set(first.recap) == {"contoso", *QUEUES}
    assert entry_points(cloud) == expected(cloud)
    assert len(set(entry_points(cloud).values())) == len(QUEUES)
    assert all(at.signs_in(cloud, queue) for queue in QUEUES)
    second = center.run(book(center, "site"))
    assert sum(second.changed.values()) == 0
    cloud.edit([{"op": "replace", "path": "/contact_center/0/entry_points/0/assetId", "value": "a_0"}])
    third = center.run(book(center, "site"))
    assert sum(third.changed.values()) == 1
    assert entry_points(cloud) == expected(cloud)
    assert "CANARY-contact-center" not in first.output + second.output + third.output


def test_a_queue_whose_mailbox_is_missing_has_no_entry_point(center, cloud):
    center.variables("sales", webex_email_address="nobody@contoso.example")
    run = center.run(book(center, "site"), fails=True)
    assert run.failed_hosts == ["sales"]
    assert list(entry_points(cloud)) == ["Contoso Support"]


def test_import_role_of_one_role_goes_on_without_what_is_missing(center, cloud):
    center.variables("sales", webex_email_address="nobody@contoso.example")
    run = center.run(book(center, "one_role"))
    assert {host: counts["rescued"] for host, counts in run.recap.items()} == {"support": 0, "sales": 1}
    (told,) = [
        task.result["ansible_facts"]["contact_center_waits_for"]
        for task in run.of("sales")
        if "ansible_facts" in task.result
    ]
    assert "nobody@contoso.example" in told
    assert at.mailbox(cloud.state(), "support")["SmtpClientAuthenticationDisabled"] is False
    assert [entry["operation"] for entry in writes(cloud)] == ["Set-CASMailbox"]


def test_import_role_of_one_role_stops_for_anything_else(center, cloud):
    caller = next(
        item for item in cloud.state()["tenants"][CONTOSO]["callers"] if item["name"] == "no-exchange-role"
    )
    center.variables(
        "tenant_contoso",
        webex_email_auth_client_id=caller["client_id"],
        webex_email_auth_client_secret=caller["secrets"][0]["value"],
    )
    run = center.run(book(center, "one_role"), fails=True)
    assert sorted(run.failed_hosts) == sorted(QUEUES)
    assert writes(cloud) == []


def test_module_by_module_with_module_defaults(center, cloud):
    center.variables("sales", webex_email_address="nobody@contoso.example")
    run = center.run(book(center, "modules"))
    told = {
        task.host: task.result["ansible_facts"]["contact_center_mail"]
        for task in run.tasks
        if task.status == "ok" and "contact_center_mail" in task.result.get("ansible_facts", {})
    }
    assert told == {"support": {"sends": False, "forwards_to": None}, "sales": {"problem": "not_found"}}
    assert writes(cloud) == []
