# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for AWX refuses what AWX refuses."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from awx import inventory
from awx.api import create_app
from awx.fresh import ADMIN
from awx.injectors import inject
from awx.jobs import Jobs
from awx.runner import Unsafe, unsafe


class Here:
    """A stand-in in this process."""

    def __init__(self, folder):
        self.app = create_app(lambda store: Jobs(store, folder, {}))
        self.store = self.app.state.api.store

    def call(self, method, path, body=None, auth=ADMIN):
        async def once():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://awx", auth=auth) as http:
                return await http.request(method, f"/api/v2/{path}", json=body)

        return asyncio.run(once())

    def post(self, kind, /, **body):
        return self.call("POST", f"{kind}/", body)


@pytest.fixture
def awx(tmp_path):
    return Here(tmp_path)


def organization(awx):
    return awx.call("GET", "organizations/").json()["results"][0]["id"]


def test_nobody_gets_in_without_a_password(awx):
    assert awx.call("GET", "ping/", auth=None).status_code == 200
    assert awx.call("GET", "projects/", auth=None).status_code == 401
    assert awx.call("GET", "projects/", auth=("admin", "wrong")).status_code == 401


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("inventories", {"name": "x"}, "organization"),
        ("inventories", {"name": "x", "organization": 999}, "organization"),
        ("inventories", {"name": "x", "organization": 1, "colour": "red"}, "colour"),
        ("inventories", {"name": "x", "organization": 1, "kind": "round"}, "kind"),
        ("inventories", {"name": "x", "organization": 1, "variables": "- a list"}, "variables"),
        ("job_templates", {"name": "x"}, "project"),
        (
            "schedules",
            {"name": "x", "unified_job_template": 1, "rrule": "RRULE:FREQ=DAILY;INTERVAL=1"},
            "rrule",
        ),
        (
            "credential_types",
            {"name": "x", "kind": "cloud", "injectors": {"env": {"PATH": "x"}}},
            "injectors",
        ),
        (
            "credential_types",
            {"name": "x", "kind": "cloud", "injectors": {"env": {"ANSIBLE_X": "x"}}},
            "injectors",
        ),
        (
            "credential_types",
            {"name": "x", "kind": "cloud", "injectors": {"env": {"A": "{{ b }}"}}},
            "injectors",
        ),
    ],
)
def test_a_wrong_field_is_named(awx, kind, body, field):
    answer = awx.post(kind, **body)
    assert answer.status_code == 400 and field in answer.json(), answer.text


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "INTERVAL=1",
        "FREQ=SECONDLY;INTERVAL=1",
        "FREQ=MONTHLY;INTERVAL=1;BYDAY=2MO",
        "FREQ=DAILY;INTERVAL=1;COUNT=1000",
        "FREQ=DAILY;INTERVAL=1;COUNT=2;UNTIL=20270101T000000Z",
        "FREQ=DAILY;INTERVAL=1 RRULE:FREQ=DAILY;INTERVAL=2",
    ],
)
def test_a_rule_that_no_schedule_may_have(awx, rule):
    body = {"name": "x", "unified_job_template": 1, "rrule": f"DTSTART:20260101T040000Z RRULE:{rule}"}
    answer = awx.post("schedules", **body)
    assert answer.status_code == 400 and "rrule" in answer.json(), answer.text


def test_a_name_is_taken_once_in_an_organization(awx):
    body = {"name": "x", "organization": organization(awx)}
    assert [awx.post("inventories", **body).status_code for _attempt in range(2)] == [201, 400]


def test_secrets_are_shown_as_encrypted_and_kept_when_sent_back(awx):
    kind = awx.call("GET", "credential_types/?name=Microsoft Azure Resource Manager").json()["results"][0][
        "id"
    ]
    inputs = {"subscription": "s", "client": "c", "tenant": "t", "secret": "x"}
    made = awx.post(
        "credentials", name="c", organization=organization(awx), credential_type=kind, inputs=inputs
    ).json()
    assert made["inputs"] == {**inputs, "secret": "$encrypted$"}
    awx.call("PATCH", f"credentials/{made['id']}/", {"inputs": made["inputs"]})
    assert awx.store.get("credentials", made["id"])["inputs"] == inputs


def test_a_repository_takes_a_credential_for_source_control_and_a_template_takes_none(awx, tmp_path):
    given = {"organization": organization(awx), "name": "x"}

    def credential(name, **inputs):
        kind = awx.call("GET", f"credential_types/?name={name}").json()["results"][0]["id"]
        body = {**given, "name": name, "credential_type": kind, "inputs": inputs}
        return awx.post("credentials", **body).json()["id"]

    git = credential("Source Control", username="x", password="y")
    azure = credential("Microsoft Azure Resource Manager", subscription="s")
    project = {"scm_type": "git", "scm_url": (tmp_path / "nothing").as_uri(), "allow_override": True}
    refused = awx.post("projects", **given, **project, credential=azure)
    assert (refused.status_code, refused.json()) == (400, {"credential": ["Credential kind must be 'scm'."]})
    made = awx.post("projects", **given, **project, credential=git).json()["id"]
    template = awx.post("job_templates", name="x", project=made, playbook="x.yml").json()["id"]
    path = f"job_templates/{template}/credentials/"
    assert awx.call("POST", path, {"id": git}).json() == {
        "error": "Cannot assign a Credential of kind `scm`."
    }
    assert awx.call("POST", path, {"id": azure}).status_code == 204


def test_lists_come_in_pages(awx):
    for number in range(3):
        awx.post("organizations", name=f"o{number}")
    page = awx.call("GET", "organizations/?page_size=2").json()
    assert (page["count"], len(page["results"])) == (4, 2)
    rest = awx.call("GET", page["next"].removeprefix("/api/v2/")).json()
    assert (len(rest["results"]), rest["next"]) == (2, None)
    assert awx.call("GET", "organizations/?colour=red").status_code == 400


def test_a_slice_has_every_other_host_by_name_and_no_variables_of_the_rest(awx):
    made = awx.post("inventories", name="x", organization=organization(awx)).json()["id"]
    for name in ("d", "a", "c", "b", "e"):
        awx.post("hosts", name=name, inventory=made, variables=json.dumps({"own": name}))
    slices = [inventory.script(awx.store, made, number, 2) for number in (1, 2)]
    assert [sorted(data["_meta"]["hostvars"]) for data in slices] == [["a", "c", "e"], ["b", "d"]]
    assert [data["all"]["hosts"] for data in slices] == [["a", "c", "e"], ["b", "d"]]


def test_a_source_takes_back_what_it_has_brought_and_nothing_else(awx):
    made = awx.post("inventories", name="x", organization=organization(awx)).json()["id"]
    flags = dict.fromkeys(("overwrite", "overwrite_vars"), True)
    source = awx.store.create("inventory_sources", {"name": "x", "inventory": made, "source": "scm", **flags})

    def bring(**groups):
        names = {host for hosts in groups.values() for host in hosts}
        hostvars = {name: {"brought": name} for name in names}
        data = {name: {"hosts": hosts} for name, hosts in groups.items()}
        inventory.take_over(awx.store, source, {"all": {}, "_meta": {"hostvars": hostvars}, **data})

    bring(stays=["a", "b"], goes=["a", "c"])
    awx.post("hosts", name="mine", inventory=made)
    hosts = {item["name"]: item for item in awx.store.find("hosts", inventory=made)}
    (stays,) = awx.store.find("groups", inventory=made, name="stays")
    awx.call("POST", f"groups/{stays['id']}/hosts/", {"id": hosts["mine"]["id"]})
    hosts["a"]["variables"] = json.dumps({"brought": "x", "by hand": 1})
    bring(stays=["a"], comes=["b"])
    data = inventory.script(awx.store, made)
    assert data["_meta"]["hostvars"].keys() == {"a", "b", "mine"}
    assert {name: data[name]["hosts"] for name in ("stays", "comes")} == {
        "stays": ["a", "mine"],
        "comes": ["b"],
    }
    assert "goes" not in data
    assert json.loads(hosts["a"]["variables"]) == {"brought": "a"}


def test_a_job_whose_repository_cannot_be_fetched_does_not_begin(awx, tmp_path):
    given = {"organization": organization(awx), "name": "x"}
    flags = dict.fromkeys(("allow_override", "scm_update_on_launch"), True)
    url = (tmp_path / "nothing").as_uri()
    project = awx.post("projects", **given, **flags, scm_type="git", scm_url=url).json()["id"]
    made = awx.post("inventories", **given).json()["id"]
    awx.post("hosts", name="h", inventory=made)
    template = awx.post("job_templates", name="x", project=project, inventory=made, playbook="x.yml").json()
    job = awx.store.get("jobs", awx.call("POST", f"job_templates/{template['id']}/launch/").json()["id"])
    assert job["_ended"].wait(30)
    assert (job["status"], job["job_explanation"]) == ("failed", "Previous Task Failed: x")
    assert job["_events"] == []


def test_what_a_credential_leaves_empty_is_injected_as_nothing(tmp_path):
    kind = {
        "namespace": None,
        "inputs": {"fields": [{"id": "token"}, {"id": "url"}]},
        "injectors": {
            "env": {"TOKEN": "{{ token }}", "URL": "{{ url }}"},
            "file": {"template": "{{ token }}"},
        },
    }
    env, extra = inject(kind, {"token": "t"}, tmp_path)
    assert (env, extra) == ({"TOKEN": "t", "URL": ""}, {})
    assert [path.read_text() for path in tmp_path.iterdir()] == ["t"]


def test_every_string_of_a_launch_is_marked_unsafe():
    marked = unsafe({"a": ["{{ b }}", 1]})
    assert isinstance(marked["a"][0], Unsafe) and marked == {"a": ["{{ b }}", 1]}
