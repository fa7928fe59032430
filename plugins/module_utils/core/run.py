# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The edge to Ansible: a definition becomes a module."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule, env_fallback

from .engine import perform


class Module(AnsibleModule):
    """An AnsibleModule whose own complaints about the arguments carry our error shape too."""

    def fail_json(self, msg, **kwargs):
        kwargs.setdefault("error", INVALID_INPUT)
        super().fail_json(msg=msg, **kwargs)


INVALID_INPUT = {
    "code": "invalid_input",
    "status": None,
    "request_id": None,
    "retryable": False,
    "hint": None,
}


def run(definition):
    """Run a definition as an ordinary Ansible module; never returns."""
    module = Module(supports_check_mode=True, **definition.spec.arguments(env_fallback))
    result, warnings = perform(definition, module.params, module.check_mode)
    for text in warnings:
        module.warn(text)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
