# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK for Python with azure-identity, and our modules, work on one directory."""

from __future__ import annotations

from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_secret import MODULE as SECRET

from foreign import seen
from foreign.adopting import adopt
from unit.resources.directory import BOTH, CISCO


def test_an_app_made_by_the_sdk_is_adopted_by_us_without_asking_for_anything_more(sdk, directory):
    made = sdk("make", "Made by SDK", seen.REDIRECT)
    taken = adopt(directory, made["app_id"], "Made by SDK")
    assert taken["others"] == []
    assert taken["app"]["service_principal_id"] == made["service_principal_id"]


def test_an_app_made_by_us_is_shown_by_the_sdk_with_the_same_fields(sdk, directory):
    ours = directory.have(**BOTH)["app"]
    secret = directory.task.run(SECRET, app_id=ours["app_id"], display_name="by us")["secret"]
    app = sdk("read", ours["app_id"])
    assert {name: app[name] for name in seen.of_graph_names()} == seen.of_ours(ours)
    assert app["service_principal_id"] == ours["service_principal_id"]
    assert sorted(app["declared"]) == sorted([seen.MAIL_SEND, seen.SMTP_SEND])
    assert (app["roles"], app["scopes"]) == ([seen.MAIL_SEND], ["SMTP.Send"])
    assert app["secrets"] == [[secret["key_id"], "by us"]]


def test_a_token_of_azure_identity_serves_our_modules(identity, directory):
    token = identity("token")["token"]
    made = directory.task.run(
        MODULE, **CISCO, auth_method="access_token", auth_access_token=token, auth_client_secret=None
    )
    assert made["changed"], made


def test_azure_identity_is_given_a_token_by_app_service_as_the_lab_plays_it(identity, cloud):
    world = cloud.state()["tenants"][0]
    managed = next(item for item in world["callers"] if item["name"] == "managed")
    answer = identity(
        "token",
        "managed",
        AZURE_CLIENT_ID=managed["client_id"],
        IDENTITY_ENDPOINT=f"{cloud.url}/msi/token",
        IDENTITY_HEADER=managed["identity_header"],
    )
    assert answer["token"]
    assert cloud.journal()[-1]["operation"] == "signin_appServiceIdentity"
