# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Graph part with the fewest round trips that there can be, in plain http.client: what nothing can be faster than.

It checks nothing, retries nothing and would not survive a lost answer. As a program it takes its options from the
variable FLOOR; otherwise it is an Ansible module.
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
import urllib.parse

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
OPTIONS = ("url", "ca", "tenant", "client_id", "client_secret", "name", "display_name", "redirect", "secret")


class Cloud:
    """One keep-alive connection for sign-in, one for Graph."""

    def __init__(self, given):
        url = urllib.parse.urlsplit(given["url"])
        context = ssl.create_default_context(cafile=given["ca"])
        self.given = given
        self.login, self.graph = (
            http.client.HTTPSConnection(url.hostname, url.port, context=context) for _number in range(2)
        )
        self.headers = {"Content-Type": "application/json"}

    def sign_in(self):
        form = {
            "grant_type": "client_credentials",
            "client_id": self.given["client_id"],
            "client_secret": self.given["client_secret"],
            "scope": "https://graph.microsoft.com/.default",
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"/{self.given['tenant']}/oauth2/v2.0/token"
        self.login.request("POST", path, urllib.parse.urlencode(form), kind)
        token = json.loads(self.login.getresponse().read())["access_token"]
        self.headers["Authorization"] = f"Bearer {token}"

    def send(self, method, path, body, **headers):
        self.graph.request(method, f"/v1.0{path}", json.dumps(body), {**self.headers, **headers})
        answer = self.graph.getresponse()
        return json.loads(answer.read() or "null")

    def batch(self, *parts):
        requests = [{"id": str(number), **part} for number, part in enumerate(parts)]
        answers = self.send("POST", "/$batch", {"requests": requests})["responses"]
        found = {answer["id"]: answer for answer in answers}
        return [found[str(number)] for number in range(len(parts))]


def converge(given):
    """Whether anything had to be made."""
    cloud = Cloud(given)
    cloud.sign_in()
    app_path = f"/applications(uniqueName='{given['name']}')"
    exchange_path = f"/servicePrincipals(appId='{EXCHANGE}')"
    app, exchange, granted = cloud.batch(
        {"method": "GET", "url": app_path},
        {"method": "GET", "url": f"{exchange_path}?$select=id,appRoles"},
        {"method": "GET", "url": f"{exchange_path}/appRoleAssignedTo"},
    )
    role = next(item["id"] for item in exchange["body"]["appRoles"] if item["value"] == "Mail.Send")
    if app["status"] == 200:
        consented = any(
            (item["appRoleId"], item["principalDisplayName"]) == (role, given["display_name"])
            for item in granted["body"]["value"]
        )
        if consented and any(
            item["displayName"] == given["secret"] for item in app["body"]["passwordCredentials"]
        ):
            return False
    access = [{"resourceAppId": EXCHANGE, "resourceAccess": [{"id": role, "type": "Role"}]}]
    wanted = {
        "displayName": given["display_name"],
        "signInAudience": "AzureADMyOrg",
        "web": {
            "redirectUris": [given["redirect"]],
            "implicitGrantSettings": {"enableAccessTokenIssuance": True},
        },
        "requiredResourceAccess": access,
    }
    made = cloud.send("PATCH", app_path, wanted, Prefer="create-if-missing")
    principal = cloud.send(
        "PATCH",
        f"/servicePrincipals(appId='{made['appId']}')",
        {"displayName": given["display_name"]},
        Prefer="create-if-missing",
    )
    grant = {"principalId": principal["id"], "resourceId": exchange["body"]["id"], "appRoleId": role}
    credential = {"passwordCredential": {"displayName": given["secret"]}}
    kind = {"Content-Type": "application/json"}
    cloud.batch(
        {
            "method": "POST",
            "url": f"/servicePrincipals/{exchange['body']['id']}/appRoleAssignedTo",
            "headers": kind,
            "body": grant,
        },
        {
            "method": "POST",
            "url": f"/applications/{made['id']}/addPassword",
            "headers": kind,
            "body": credential,
            "dependsOn": ["0"],
        },
    )
    return True


def main():
    """The module."""
    from ansible.module_utils.basic import AnsibleModule

    spec = {name: {"type": "str", "required": True, "no_log": "secret" in name} for name in OPTIONS}
    module = AnsibleModule(argument_spec=spec)
    module.exit_json(changed=converge(module.params))


if __name__ == "__main__":
    if "FLOOR" in os.environ:
        print(converge(json.loads(os.environ["FLOOR"])))
    else:
        main()
