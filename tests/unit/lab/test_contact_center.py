# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry points of Webex Contact Center in the lab: admission, what a body has to hold, lists, and versions."""

from __future__ import annotations

import pytest

from unit.lab.cloud import Cloud

BODY = {
    "name": "Contoso Support",
    "entryPointType": "INBOUND",
    "channelType": "EMAIL",
    "active": True,
    "serviceLevelThreshold": 3600,
    "maximumActiveContacts": 20,
    "imiOrgType": "IMI",
    "assetId": "a_123456789012345678",
}
OTHER_ORGANIZATION = "5a1f2d3c-8e4b-4f6a-9c7d-0b1a2c3d4e02"


class Service:
    """A client of a fresh lab with the first token of its organization."""

    def __init__(self):
        self.cloud = Cloud()
        self.organization = self.cloud.lab.world["contact_center"][0]

    def send(self, method, path="/entry-point", body=None, token=0, organization=None, **query):
        value = self.organization["tokens"][token]["value"] if token is not None else "wrong"
        return self.cloud.request(
            method,
            f"/organization/{organization or self.organization['organization_id']}{path}",
            headers={"Authorization": f"Bearer {value}"},
            params=query,
            **({"json": body} if body else {}),
        )

    def made(self, **changes):
        answer = self.send("POST", body=BODY | changes)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
def service():
    return Service()


def test_create_list_retrieve_and_update(service):
    made = service.made()
    listed = service.send("GET", "/v2/entry-point", search="support", page=0, pageSize=10).json()
    assert (listed["data"], listed["meta"]["totalRecords"]) == ([made], 1)
    path = f"/entry-point/{made['id']}"
    assert service.send("GET", path).json() == made
    changed = service.send("PUT", path, {**made, "assetId": "a_2"}).json()
    assert changed == {**made, "assetId": "a_2", "version": 1}
    assert service.cloud.lab.violations == []
    entries = service.cloud.lab.journal.render([])
    assert [(entry["operation"], entry["write"], entry["applied"]) for entry in entries] == [
        ("createEntryPoint", True, True),
        ("listEntryPoints", False, False),
        ("getEntryPoint", False, False),
        ("updateEntryPoint", True, True),
    ]


def test_a_list_has_pages(service):
    names = [service.made(name=f"Desk {number}")["name"] for number in range(3)]
    pages = [service.send("GET", "/v2/entry-point", page=page, pageSize=2).json() for page in (0, 1)]
    assert [item["name"] for page in pages for item in page["data"]] == names
    assert pages[0]["meta"]["totalPages"] == 2


@pytest.mark.parametrize(
    ("token", "organization", "status"), [(None, None, 401), (1, None, 403), (0, OTHER_ORGANIZATION, 403)]
)
def test_who_may_not_write_is_refused(service, token, organization, status):
    answer = service.send("POST", body=BODY, token=token, organization=organization)
    assert answer.status_code == status
    assert service.organization["entry_points"] == []


def test_a_reader_may_look(service):
    assert service.send("GET", "/v2/entry-point", token=1).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Köln"},
        {"channelType": "email"},
        {"surplus": 1},
        {"id": "1"},
        {"active": "yes"},
        {"name": None},
    ],
)
def test_a_body_that_the_schema_does_not_allow_is_refused(service, changes):
    assert service.send("POST", body=BODY | changes).status_code == 400
    assert service.organization["entry_points"] == []


@pytest.mark.parametrize("missing", sorted(BODY))
def test_a_body_without_a_needed_property_is_refused(service, missing):
    body = {name: value for name, value in BODY.items() if name != missing}
    assert service.send("POST", body=body).status_code == 400


def test_a_name_is_unique_and_a_stale_version_is_refused(service):
    first, second = service.made(), service.made(name="Contoso Sales")
    assert service.send("POST", body=BODY).status_code == 409
    path = f"/entry-point/{second['id']}"
    assert service.send("PUT", path, {**second, "name": first["name"]}).status_code == 409
    assert service.send("PUT", path, {**second, "version": 7}).status_code == 409
    assert service.send("PUT", path, {**second, "id": first["id"]}).status_code == 400
    assert service.send("GET", "/entry-point/none").status_code == 404
