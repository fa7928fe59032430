# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the role awx that cannot come true are told before AWX is asked for anything: none is there."""

from __future__ import annotations

import pytest

from integration.play import Play

GIT = {"webex_email_awx_inventory_url": "https://git.example/inventory.git"}
TENANTS = {"webex_email_awx_tenants": [{"name": "contoso"}]}
WRONG = {
    "tenants in git": (
        {**GIT, **TENANTS},
        "webex_email_awx_tenants makes an inventory that is kept in AWX, webex_email_awx_inventory_url fetches one from"
        " git. Leave one of the two out.",
    ),
    "step add without AWX": (
        {"webex_email_awx_steps": ["add", "preflight", "channels"]},
        "The step add of webex_email_awx_steps needs a credential for AWX itself.",
    ),
    "name of a tenant": (
        {"webex_email_awx_tenants": [{"name": "Contoso GmbH"}]},
        'The tenant "Contoso GmbH" of webex_email_awx_tenants is named by other characters than letters,',
    ),
    "inputs without a type": (
        {"webex_email_awx_credentials": [{"name": "Contoso", "inputs": {"client_secret": "CANARY-1"}}]},
        'The credential "Contoso" of webex_email_awx_credentials has inputs and no type. Give it one.',
    ),
    "unknown template of a credential": (
        {"webex_email_awx_credentials": [{"name": "Contoso", "templates": ["chanels"]}]},
        'The credential "Contoso" of webex_email_awx_credentials is for the template chanels, which is not there. There'
        " are preflight, tenants, channels, verify, rotate, report, retire, add.",
    ),
    "two credentials of a type": (
        {
            "webex_email_awx_credentials": [
                {"name": name, "type": "secret"} for name in ("one", "two", "three")
            ]
        },
        "Several of webex_email_awx_credentials are of the type secret, of which AWX gives a job one. Say by their",
    ),
    "unknown job template": (
        {"webex_email_awx_job_templates": {"chanels": {"job_slice_count": 8, "name": "x"}}},
        "webex_email_awx_job_templates has chanels, which the collection does not make; there are preflight, tenants,"
        " channels, verify, rotate, report, retire, add. For one of your own, add description and playbook.",
    ),
    "unknown credential type": (
        {"webex_email_awx_credential_types": {"conect": {"name": "Webex Connect"}}},
        "webex_email_awx_credential_types has conect, which the collection does not make; there are secret,",
    ),
    "step of a template that is not made": (
        {"webex_email_awx_job_templates": {"tenants": {"enabled": False}}},
        "The step tenants of webex_email_awx_steps needs the template tenants, which is not enabled.",
    ),
    "schedule of a template that is not made": (
        {
            "webex_email_awx_job_templates": {"report": {"enabled": False}},
            "webex_email_awx_steps": ["preflight", "channels"],
        },
        "The schedule expiry of webex_email_awx_schedules needs the template report, which is not there",
    ),
    "schedule without a template": (
        {"webex_email_awx_schedules": {"mine": {"name": "mine", "rule": "RRULE:FREQ=DAILY"}}},
        "webex_email_awx_schedules has mine, which the collection does not make; there are drift, expiry. For one of"
        " your own, add template.",
    ),
}


@pytest.fixture(scope="module")
def play(lab, tmp_path_factory):
    """Runs the playbook without an AWX to talk to."""
    return Play(tmp_path_factory.mktemp("settings"), lab)


@pytest.mark.parametrize(("settings", "sentence"), WRONG.values(), ids=WRONG)
def test_what_cannot_come_true_is_told_first(play, settings, sentence):
    run = play.run("awx", fails=True, **settings)
    told = run.failure("localhost")["msg"]
    assert sentence in told
    assert told.endswith(" Nothing has been changed.")
    assert "{" not in told and "CANARY" not in told
    assert not [task for task in run.tasks if task.action.startswith("awx.awx.")]


def test_everything_that_is_wrong_is_told_at_once(play):
    both = WRONG["name of a tenant"], WRONG["unknown job template"]
    settings = {name: value for wrong, _sentence in both for name, value in wrong.items()}
    told = play.run("awx", fails=True, **settings).failure("localhost")["msg"]
    assert [sentence for _wrong, sentence in both if sentence not in told] == []


def test_a_template_of_ones_own_and_parts_that_are_disabled_are_no_fault(play):
    """The first thing that AWX is asked for fails then, as there is none."""
    settings = {
        "webex_email_awx_job_templates": {
            "mine": {"name": "Mine", "description": "Mine", "playbook": "mine"},
            "report": {"enabled": False},
        },
        "webex_email_awx_schedules": {"expiry": {"enabled": False}},
        "webex_email_awx_steps": ["preflight", "approve", "tenants", "channels"],
        "webex_email_awx_credentials": [{"name": "Contoso", "templates": ["mine"]}],
    }
    nowhere = {"CONTROLLER_HOST": "https://localhost:1", "CONTROLLER_OAUTH_TOKEN": "x"}
    run = play.run("awx", fails=True, environment=nowhere, notices=[".*"], **settings)
    failed = next(task for task in run.tasks if task.status == "failed")
    assert failed.action == "awx.awx.credential_type", failed.result
