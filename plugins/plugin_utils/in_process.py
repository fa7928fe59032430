# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of this collection inside the worker process instead of in a Python of its own.

Starting a module costs 0.40 s of CPU, the same work in the worker 0.05 s (measured, docs/decisions). The module's
own definition, validation and engine are used, so that both ways give the same result.
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Mapping

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..module_utils.core.engine import perform
from ..module_utils.core.errors import Fault
from ..module_utils.core.redact import Redactor
from ..module_utils.core.run import INVALID_INPUT, NO_LOG_MASK

# Set to false to run everything as ordinary modules, for instance to compare.
SWITCH = "webex_email_in_process"


class InProcess(ActionBase):
    """The action plugin of every module of this collection."""

    _supports_async = True
    definition = None

    def run(self, tmp=None, task_vars=None):
        """Result of the task, as Ansible expects it of an action plugin."""
        result = super().run(tmp, task_vars)
        if not self._can_run_here(task_vars or {}):
            wrap_async = self._task.async_val and not self._connection.has_native_async
            result.update(self._execute_module(task_vars=task_vars, wrap_async=wrap_async))
            return result
        result.update(self._run_here())
        if not _invocation_is_wanted(task_vars):
            result.pop("invocation")
        return result

    def _can_run_here(self, task_vars):
        if self._task.async_val or self._play_context.become or self._connection.transport != "local":
            return False
        return boolean(self._templar.template(task_vars.get(SWITCH, True)))

    def _run_here(self):
        # The controller's objects are none of this short process's garbage, and to look at them is to copy them.
        gc.freeze()
        environment = {}
        self._compute_environment_string(environment)
        # The worker is a process of its own for each task, so this touches no other task.
        os.environ.update({name: str(value) for name, value in environment.items()})
        validation = ArgumentSpecValidator(**self.definition.spec.arguments(env_fallback)).validate(
            _plain(self._task.args)
        )
        options = validation.validated_parameters
        if validation.errors.errors:
            return self._refusal(validation, options)
        result, warnings = perform(
            self.definition, options, self._task.check_mode, constants.DEFAULT_LOCAL_TMP
        )
        result["invocation"] = self._invocation(options)
        if warnings:
            result["warnings"] = warnings
        return result

    def _refusal(self, validation, options):
        message = validation.errors.msg
        if isinstance(validation.errors[0], UnsupportedError):
            message = f"Unsupported parameters for ({self._task.action}) module: {message}"
        return {
            "failed": True,
            "changed": False,
            "msg": self._redactor(options).text(message),
            "error": INVALID_INPUT,
            "invocation": self._invocation(options),
        }

    def _invocation(self, options):
        # A secret may also stand inside another option, where it is masked as Ansible does for a module.
        shown = self.definition.spec.masked(options, NO_LOG_MASK)
        return {"module_args": self._redactor(options).structure(shown)}

    def _redactor(self, options):
        redactor = Redactor()
        for secret in self.definition.spec.secrets(options):
            # One too short to be masked is refused once everything else fits.
            with contextlib.suppress(Fault):
                redactor.register(secret)
        return redactor


def _invocation_is_wanted(task_vars):
    """Whether results tell the arguments of their tasks: by a setting from ansible-core 2.21 on, always before."""
    try:
        return constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars)
    except AnsibleError:  # there is no such setting
        return True


def _plain(value):
    """The value without what Ansible remembers about where each text came from, which takes long to copy."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def in_process(definition):
    """The action plugin class for one module's definition."""
    return type("ActionModule", (InProcess,), {"definition": definition})
