# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Argument specs that can be added up, without knowing Ansible."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spec:
    """Options and the constraints between them.

    ``options`` maps a name to what Ansible calls an argument spec entry, with one addition: ``env`` lists the
    environment variables that fill the option when the task does not.
    """

    options: dict = field(default_factory=dict)
    required_if: tuple = ()
    required_one_of: tuple = ()
    required_together: tuple = ()
    mutually_exclusive: tuple = ()

    def __add__(self, other):
        return Spec(
            {**self.options, **other.options},
            self.required_if + other.required_if,
            self.required_one_of + other.required_one_of,
            self.required_together + other.required_together,
            self.mutually_exclusive + other.mutually_exclusive,
        )

    def as_suboptions(self, **entry):
        """This spec as one option of type dict."""
        return {"type": "dict", "options": self.options, **self._constraints(), **entry}

    def arguments(self, env_fallback):
        """Keyword arguments for AnsibleModule or ArgumentSpecValidator.

        :param env_fallback: Ansible's function of that name, handed in so that this file need not import it.
        """
        return {"argument_spec": _with_fallback(self.options, env_fallback), **self._constraints()}

    def secrets(self, parameters):
        """Every value of an option marked ``no_log``, at any depth."""
        return list(_secret_values(self.options, parameters))

    def masked(self, parameters, mask):
        """The parameters with every option marked ``no_log`` replaced by ``mask``; without those that do not exist."""
        return _masked(self.options, parameters, mask)

    def _constraints(self):
        names = ("required_if", "required_one_of", "required_together", "mutually_exclusive")
        return {name: [list(rule) for rule in getattr(self, name)] for name in names if getattr(self, name)}


def _with_fallback(options, env_fallback):
    converted = {}
    for name, entry in options.items():
        entry = dict(entry)
        if "env" in entry:
            entry["fallback"] = (_not_empty(env_fallback), list(entry.pop("env")))
        if "options" in entry:
            entry["options"] = _with_fallback(entry["options"], env_fallback)
        converted[name] = entry
    return converted


def _not_empty(env_fallback):
    """The fall-back without variables that are set to nothing, as AWX sets those of inputs left empty."""

    def fallback(*names):
        return env_fallback(*(name for name in names if os.environ.get(name)))

    return fallback


def _children(entry, value):
    """The dictionaries below an option with suboptions."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)] if "options" in entry else []


def _secret_values(options, parameters):
    for name, entry in options.items():
        value = parameters.get(name)
        if value is None:
            continue
        if entry.get("no_log"):
            yield str(value)
        for child in _children(entry, value):
            yield from _secret_values(entry["options"], child)


def _masked(options, parameters, mask):
    shown = {name: value for name, value in parameters.items() if name in options}
    for name, entry in options.items():
        value = shown.get(name)
        if value is None:
            continue
        if entry.get("no_log"):
            shown[name] = mask
        elif isinstance(value, list) and "options" in entry:
            shown[name] = [
                _masked(entry["options"], item, mask) if isinstance(item, dict) else item for item in value
            ]
        elif isinstance(value, dict) and "options" in entry:
            shown[name] = _masked(entry["options"], value, mask)
    return shown


# What every module of the collection takes.
COMMON = Spec(
    {
        "ca_bundle": {"type": "path", "env": ["WEBEX_EMAIL_CA_BUNDLE"]},
        "deadline": {"type": "int", "default": 300, "env": ["WEBEX_EMAIL_DEADLINE"]},
        "request_timeout": {"type": "int", "default": 60, "env": ["WEBEX_EMAIL_REQUEST_TIMEOUT"]},
        "reuse_seconds": {"type": "int", "default": 0, "env": ["WEBEX_EMAIL_REUSE_SECONDS"]},
    }
)
