# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the mailboxes come from: a service desk's table with vaulted group variables, or nothing but variables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from integration import world as at
from integration.play import CHANNELS, Play
from integration.world import CONTOSO, FABRIKAM
from lab.inventory import EXAMPLE

DESK = EXAMPLE.parent / "service_desk"
WORD = "a word for the tests"
HOSTS = {channel: address for channel, (_tenant, address) in at.ADDRESSES.items()}


def program(name):
    return str(Path(sys.executable).with_name(name))


@pytest.fixture
def desk(cloud, tmp_path):
    """A ``Play`` on the service desk's example, its secrets in files that ansible-vault has encrypted."""
    play = Play(tmp_path, cloud, example=DESK / "inventory")
    (tmp_path / "mailboxes.csv").write_bytes((DESK / "mailboxes.csv").read_bytes())
    (tmp_path / "word").write_text(WORD)
    secrets = sorted(str(path) for path in play.inventory.rglob("vault.yml"))
    command = [program("ansible-vault"), "encrypt", "--vault-password-file", str(tmp_path / "word"), *secrets]
    subprocess.run(command, env=play.environment(tmp_path / "none"), check=True, capture_output=True)
    assert all("CANARY" not in Path(path).read_text() for path in secrets)
    return play


def inventory(play):
    """What ``ansible-inventory`` says: (status, listing or None, messages)."""
    command = [
        program("ansible-inventory"),
        "-i",
        str(play.inventory / "mailbox_csv.yml"),
        "--list",
        "--export",
    ]
    environment = {
        **play.environment(play.folder / "none"),
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
    }
    command += ["--vault-password-file", str(play.folder / "word")]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.returncode == 0 else None, done.stderr


def test_the_table_becomes_channels(desk):
    run = desk.run("site", "--vault-password-file", str(desk.folder / "word"))
    assert run.failed_hosts == []
    world = desk.lab.state()
    for channel in CHANNELS:
        assert at.signs_in(desk.lab, channel)
        record = desk.inventory / "host_vars" / HOSTS[channel] / "webex_email_record.json"
        assert json.loads(record.read_text("utf-8"))["webex_email_record"]
    assert at.asset(world, "support")["name"] == "Contoso Kundendienst; Köln"
    assert at.asset(world, "help")["name"] == "help@fabrikam.example"
    kept = {channel: at.mailbox(world, channel)["DeliverToMailboxAndForward"] for channel in CHANNELS}
    assert kept == {"support": True, "sales": False, "help": True}
    assert at.rule(world, FABRIKAM)["From"] == [HOSTS["help"]]
    assert set(at.rule(world, CONTOSO)["From"]) == {HOSTS["support"], HOSTS["sales"]}
    again = desk.run("site", "--vault-password-file", str(desk.folder / "word"))
    assert sum(again.changed.values()) == 0


def test_a_table_from_windows_is_read_the_same_and_its_cells_are_data(desk):
    table = desk.folder / "mailboxes.csv"
    _status, plain, _messages = inventory(desk)
    text = (
        table.read_text("utf-8").replace("\n", "\r\n").replace(";;fabrikam", ";{{ 1 + 1 }};fabrikam")
        + ";;;;\r\n"
    )
    table.write_bytes(text.encode("utf-8-sig"))
    status, found, messages = inventory(desk)
    assert (status, messages) == (0, "")
    assert found["tenant_contoso"] == plain["tenant_contoso"]
    help_desk = found["_meta"]["hostvars"][HOSTS["help"]]
    assert "{{ 1 + 1 }}" in str(help_desk["webex_email_asset_name"])
    run = desk.run(
        [
            {
                "hosts": HOSTS["help"],
                "gather_facts": False,
                "tasks": [{"ansible.builtin.debug": {"var": "webex_email_asset_name"}}],
            }
        ],
        *("--vault-password-file", str(desk.folder / "word")),
    )
    assert run.tasks[0].result["webex_email_asset_name"] == "{{ 1 + 1 }}"


def test_a_table_that_cannot_be_used_stops_with_line_and_remedy(desk):
    table = desk.folder / "mailboxes.csv"
    text = table.read_text("utf-8")
    told = []
    for change in (
        text + "4714;sales@contoso.example;Other;contoso;ja\n",
        text.replace("E-Mail-Adresse", "Mail"),
    ):
        table.write_text(change, "utf-8")
        told.append(inventory(desk))
    table.unlink()
    told.append(inventory(desk))
    assert [status != 0 for status, _listing, _messages in told] == [True] * 3
    words = [" ".join(messages.split()) for _status, _listing, messages in told]
    assert "Lines 3 and 5 are both about the mailbox sales@contoso.example" in words[0]
    assert "Line 1: there is no column 'E-Mail-Adresse'" in words[1]
    assert "mailboxes.csv cannot be read: No such file or directory." in words[2]


def survey(cloud, folder, channel):
    """What a survey gives for one mailbox, with the one host that stands for tenant and channel."""
    tenant, address = at.ADDRESSES[channel]
    return {
        "webex_email_tenant_hosts": "localhost",
        "webex_email_channel_hosts": "localhost",
        "webex_email_channel_group": "all",
        "webex_email_tenant": "localhost",
        "webex_email_address": address,
        "webex_email_asset_name": f"Survey {channel}",
        "webex_email_record_path": str(folder / "{{ webex_email_address }}.json"),
        "webex_email_auth_tenant": cloud.state()["tenants"][tenant]["id"],
    }


def test_one_mailbox_by_variables_alone(cloud, tmp_path):
    """No inventory and no group: a survey's flat variables, and credentials from the environment."""
    play = Play(tmp_path, cloud)
    play.inventory = Path("localhost,")
    world = cloud.state()
    tenant, connect = world["tenants"][CONTOSO], world["connect"][CONTOSO]
    environment = {
        "AZURE_CLIENT_ID": tenant["callers"][0]["client_id"],
        "AZURE_SECRET": tenant["callers"][0]["secrets"][0]["value"],
        "AZURE_AUTHORITY_HOST": cloud.url,
        "WEBEX_EMAIL_GRAPH_URL": cloud.url,
        "WEBEX_EMAIL_EXCHANGE_URL": cloud.url,
        "WEBEX_EMAIL_CA_BUNDLE": cloud.ca_bundle,
        "WEBEX_CONNECT_URL": f"{cloud.url}/connectapi",
        "WEBEX_CONNECT_TOKEN": connect["tokens"][0]["value"],
        "WEBEX_CONNECT_ORGANIZATION_ID": connect["organization_id"],
    }
    options = ("--connection", "local")
    for channel in ("support", "sales"):
        run = play.run("site", *options, environment=environment, **survey(cloud, tmp_path, channel))
        assert run.fact("localhost")["address"] == HOSTS[channel]
        assert at.signs_in(cloud, channel)
    world = cloud.state()
    assert at.asset(world, "support")["name"] == "Survey support"
    assert set(at.rule(world, CONTOSO)["From"]) == {HOSTS["support"], HOSTS["sales"]}
    again = play.run("site", *options, environment=environment, **survey(cloud, tmp_path, "support"))
    assert sum(again.changed.values()) == 0
    assert sorted(os.listdir(tmp_path)).count(f"{HOSTS['support']}.json") == 1
