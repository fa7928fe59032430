# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks against the embedded cloud, over real HTTP and TLS, without Ansible around them."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ccops.webex_email.plugins.module_utils.core.engine import perform
from hypothesis import settings

# A busy machine makes a slow example, which is no fault of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


class Task:
    """Runs definitions of modules as an identity of the example world, and tells what the cloud saw."""

    def __init__(self, cloud, scratch):
        self.cloud = cloud
        self.warnings = []
        self._scratch = str(scratch)

    def run(self, definition, check=False, caller="automation", tenant=0, **given):
        """Validate the options as Ansible does and perform the task; the result of the module.

        :param caller, tenant: name of the identity, index of its tenant in the example world.
        """
        options = self.validated(definition, given, caller, tenant)
        result, self.warnings = perform(definition, options, check, self._scratch)
        return result

    def validated(self, definition, given, caller="automation", tenant=0):
        """The options given and those of the connection, as Ansible's validation leaves them."""
        options = {**self._connection(caller, tenant), **given}
        known = {name: value for name, value in options.items() if name in definition.spec.options}
        validation = ArgumentSpecValidator(**definition.spec.arguments(env_fallback)).validate(known)
        assert not validation.error_messages
        return validation.validated_parameters

    def _connection(self, caller, tenant):
        state = self.cloud.state()
        world, connect = state["tenants"][tenant], state["connect"][tenant]
        identity = next(item for item in world["callers"] if item["name"] == caller)
        return {
            "auth_tenant": world["id"],
            "auth_client_id": identity["client_id"],
            "auth_client_secret": identity["secrets"][0]["value"],
            "authority_url": self.cloud.url,
            "graph_url": self.cloud.url,
            "exchange_url": self.cloud.url,
            "smtp_host": "localhost",
            "smtp_port": self.cloud.smtp_port,
            "connect_url": f"{self.cloud.url}/connectapi",
            "connect_token": connect["tokens"][0]["value"],
            "connect_organization_id": connect["organization_id"],
            "ca_bundle": self.cloud.ca_bundle,
            "deadline": 20,
        }

    def requests(self, service):
        """The journal's entries of one service, in order."""
        return [entry for entry in self.cloud.journal() if entry["service"] == service]

    def operations(self, service):
        """Names of the operations (for Exchange, cmdlets) that a service was asked for, in order."""
        return [entry["operation"] for entry in self.requests(service)]

    def writes(self):
        """Names of the operations that could have changed something, in order."""
        return [entry["operation"] for entry in self.cloud.journal() if entry["write"]]


@pytest.fixture
def task(cloud, tmp_path):
    """A ``Task`` on a cloud as it is at the start."""
    return Task(cloud, tmp_path)
