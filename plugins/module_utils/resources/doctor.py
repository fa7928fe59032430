# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The doctor: everything about a tenant that decides whether the playbooks will work there, as one table.

It reads the services side by side, once each, and judges by pure functions: what is found is told apart from what it
means (tables of cases), so that the page docs/preflight.md can be written from the same words.
"""

from __future__ import annotations

from ..core.spec import Spec
from ..smtp.options import SMTP
from . import doctor_identity, doctor_tenant
from .doctor_identity_cases import IDENTITY, MACHINE
from .doctor_line import line, worst
from .doctor_reading import read_all
from .doctor_tenant_cases import CONNECT, DIRECTORY, INVENTORY, ORGANIZATION
from .outbound_policy import INFO_SPEC
from .permissions import PERMISSION
from .probes import answers

# In the order of the table.
TABLE = {**MACHINE, **IDENTITY, **DIRECTORY, **ORGANIZATION, **CONNECT, **INVENTORY}
JUDGES = {**doctor_identity.CHECKS, **doctor_tenant.CHECKS}
DUTIES = ("apps", "mailboxes", "policy")
# A doctor who takes longer is not asked; what has not answered by then is told as that. PowerShell needs long to start.
LONGEST_SECONDS = {"rest": 45, "winrm": 120, "pwsh": 120}
SPEC = INFO_SPEC + Spec(
    {
        "duties": {"type": "list", "elements": "str", "choices": list(DUTIES), "default": list(DUTIES)},
        "permissions": {"type": "list", "elements": "dict", "options": PERMISSION},
        "admin_consent": {"type": "bool", "default": True},
        "unique_name": {"type": "str"},
        "app_id": {"type": "str"},
        "valid_days": {"type": "int", "default": 730},
        "min_remaining_days": {"type": "int", "default": 30},
        "display_names": {"type": "list", "elements": "str", "default": []},
        "connect_mode": {"type": "str", "choices": ["api", "manual"], "default": "api"},
        "ask_connect": {"type": "bool", "default": True},
        "host": {"type": "str", "default": "<host>"},
        "probe": {"type": "bool", "default": False},
        "asset_id": {"type": "str"},
        "smtp_host": SMTP.options["smtp_host"],
        "smtp_port": SMTP.options["smtp_port"],
    }
)


def build(options, runtime):
    """The doctor for a task."""
    longest = LONGEST_SECONDS[options["exchange_transport"]]
    runtime.deadline = runtime.deadline.sooner(max(0, runtime.deadline.left() - longest))
    return Doctor(options, runtime)


class Doctor:
    """Looks, and says what it means. What goes wrong on the way is a line of the table."""

    def __init__(self, options, runtime):
        self._options = options
        self._runtime = runtime

    def read(self):
        """tenant_id, status, lines, policy, verdicts, answers; see the module's documentation."""
        found = read_all(self._options, self._runtime)
        lines = judge(found)
        outbound = found.mail.outbound.value or {}
        return {
            "tenant_id": (found.sign_in.value or {}).get("tenant_id"),
            "status": worst(lines),
            "lines": lines,
            "policy": outbound.get("policy"),
            "verdicts": outbound.get("verdicts", []),
            "answers": answers(found) if self._options["probe"] else [],
        }


def judge(found):
    """The lines of the table.

    :param found: doctor_reading.Found.
    """
    caller = found.directory.caller.value
    client_id = found.options.get("auth_client_id") or (caller and caller.app_id) or "<client id>"
    common = {"client_id": client_id, "host": found.options["host"]}
    left_out = {} if found.options["ask_connect"] else CONNECT
    return [
        line(name, check, JUDGES[name](found), common)
        for name, check in TABLE.items()
        if name not in left_out
    ]
