# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The edge to Ansible: a definition becomes a module."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule, env_fallback

from .engine import perform

# What Ansible itself shows of an option marked no_log.
NO_LOG_MASK = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
INVALID_INPUT = {
    "code": "invalid_input",
    "status": None,
    "request_id": None,
    "retryable": False,
    "hint": None,
}


class Module(AnsibleModule):
    """An AnsibleModule whose own complaints about the arguments carry our error shape too."""

    def __init__(self, spec):
        self._spec = spec
        super().__init__(supports_check_mode=True, **spec.arguments(env_fallback))

    def fail_json(self, msg, **kwargs):
        if "error" not in kwargs:
            # Ansible would also show what was given under names that do not exist: a mistyped one may hold a secret.
            shown = self._spec.masked(self.params, NO_LOG_MASK)
            kwargs |= {"error": INVALID_INPUT, "invocation": {"module_args": shown}}
        super().fail_json(msg=msg, **kwargs)


def run(definition):
    """Run a definition as an ordinary Ansible module; never returns."""
    module = Module(definition.spec)
    result, warnings = perform(definition, module.params, module.check_mode)
    for text in warnings:
        module.warn(text)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
