# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel with app and asset in the embedded cloud, as the tests of its client secret look at it and change it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import requests
from ansible_collections.ccops.webex_email.plugins.modules import (
    azure_app_registration,
    webex_connect_email_asset,
    webex_connect_email_credential,
)

APP = "webex-connect-email"
DESCRIPTION = "wxconnect support@contoso.example"
EMAIL = "support@contoso.example"


def ago(minutes):
    """A wire instant so many minutes in the past."""
    return (datetime.now(timezone.utc) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Channel:
    def __init__(self, task, record):
        self.task, self.record = task, record
        self.path = {"record_path": str(record)}
        task.run(
            azure_app_registration.MODULE,
            unique_name=APP,
            display_name="WebexConnect",
            permissions=[
                {"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Send"}
            ],
            admin_consent=True,
        )
        made = task.run(webex_connect_email_asset.MODULE, name="Support", email=EMAIL, **self.path)
        self.asset_id = made["asset"]["asset_id"]

    def hand_over(self, check=False, **options):
        usual = {"unique_name": APP, "display_name": DESCRIPTION, **self.path}
        return self.task.run(webex_connect_email_credential.MODULE, check, **{**usual, **options})

    @property
    def memory(self):
        return json.loads(self.record.read_text())["webex_email_record"]

    def remember(self, **values):
        self.record.write_text(json.dumps({"webex_email_record": {**self.memory, **values}}))

    @property
    def app(self):
        return next(
            app
            for app in self.task.cloud.state()["tenants"][0]["applications"]
            if app.get("uniqueName") == APP
        )

    @property
    def key_ids(self):
        return [item["keyId"] for item in self.app["passwordCredentials"]]

    def put_credential(self, description, started="2026-01-01T00:00:00Z"):
        """Put a credential of that description on the app by hand; its key id."""
        credential = {
            "keyId": "00000000-1111-4222-8333-444444444444",
            "displayName": description,
            "startDateTime": started,
            "endDateTime": "2030-01-01T00:00:00Z",
            "hint": "abc",
        }
        self.task.cloud.edit([{"op": "add", "path": f"{self._path()}/-", "value": credential}])
        return credential["keyId"]

    def age(self, key_id, instant, name="startDateTime"):
        """Let a credential have been made, or have ended, at that instant."""
        path = f"{self._path()}/{self.key_ids.index(key_id)}/{name}"
        self.task.cloud.edit([{"op": "replace", "path": path, "value": instant}])

    def _path(self):
        applications = self.task.cloud.state()["tenants"][0]["applications"]
        index = next(i for i, app in enumerate(applications) if app.get("uniqueName") == APP)
        return f"/tenants/0/applications/{index}/passwordCredentials"

    @property
    def asset(self):
        return self.task.cloud.state()["connect"][0]["assets"][0]

    def asset_signs_in(self):
        """Whether the credential in the asset gets a token, at the URL that the asset holds."""
        asset = self.asset
        tenant = asset["accessTokenUrl"].split("/")[3]
        answer = requests.post(
            f"{self.task.cloud.url}/{tenant}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": asset["clientId"],
                "client_secret": asset["lab_secrets"]["clientSecret"],
                "scope": "https://outlook.office365.com/.default",
            },
            verify=self.task.cloud.ca_bundle,
            timeout=10,
        )
        return answer.status_code == 200
