# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same tasks in the worker and as ordinary modules: equal results, equal secrecy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SUPPORT = "support@contoso.example"
SECRET = "CANARY-client-secret-contoso-Q8~a+b/c=d"
TASKS = [
    {"o365_mailbox_info": {"identity": SUPPORT}},
    {"o365_mailbox": {"identity": SUPPORT, "smtp_auth": "enabled"}, "check_mode": True},
    {"o365_mailbox": {"identity": SUPPORT, "smtp_auth": "enabled"}},
    {"o365_mailbox": {"identity": "nobody@contoso.example", "smtp_auth": "enabled"}},
    {"o365_mailbox": {"identity": SUPPORT, "smtp_auth": "on", "auth_client_secret": "x"}},
    {"o365_mailbox": {"identity": SUPPORT, "auth_client_secrets": "misspelt"}},
    {"o365_mailbox": {"identity": "{{ pin }}"}},
]


def play(cloud, folder):
    """A play that does the tasks, going on after failures, and writes down what they returned."""
    tasks = []
    for number, task in enumerate(TASKS):
        named = {
            name if name == "check_mode" else f"ccops.webex_email.{name}": body for name, body in task.items()
        }
        tasks.append({**named, "register": f"result_{number}", "ignore_errors": True})
    results = ", ".join(f"result_{number}" for number in range(len(TASKS)))
    content = "{{ [" + results + "] | to_json }}"
    tasks.append(
        {"ansible.builtin.copy": {"content": content, "dest": str(folder / "results.json"), "mode": "0600"}}
    )
    tenant = cloud.state()["tenants"][0]
    environment = {
        "AZURE_TENANT_ID": tenant["id"],
        "AZURE_CLIENT_ID": tenant["callers"][0]["client_id"],
        "AZURE_AUTHORITY_HOST": cloud.url,
        "WEBEX_EMAIL_EXCHANGE_URL": cloud.url,
        "WEBEX_EMAIL_CA_BUNDLE": cloud.ca_bundle,
    }
    return [
        {
            "hosts": "all",
            "connection": "local",
            "gather_facts": False,
            # Not the secret: with -vvv Ansible itself prints the environment of an ordinary module.
            "environment": environment,
            "module_defaults": {"group/ccops.webex_email.exchange": {"auth_client_secret": SECRET}},
            "vars": {"pin": SECRET},
            "tasks": tasks,
        }
    ]


def results_of(cloud, folder, in_process):
    """(what the tasks returned, all that was printed)."""
    (folder / "ansible.cfg").touch()
    (folder / "play.yml").write_text(yaml.safe_dump(play(cloud, folder)))
    collections = next(path for path in sys.path if (Path(path) / "ansible_collections/ccops").exists())
    variables = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    program = str(Path(sys.executable).parent / "ansible-playbook")
    extra = {"webex_email_in_process": in_process, "ansible_python_interpreter": sys.executable}
    command = [program, "-i", "channel,", "-vvv", "-D", str(folder / "play.yml"), "-e", json.dumps(extra)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "results.json").read_text()), done.stdout + done.stderr


@pytest.fixture
def both(cloud, tmp_path):
    found = []
    for in_process in (True, False):
        folder = tmp_path / str(in_process)
        folder.mkdir()
        cloud.reset()
        found.append(results_of(cloud, folder, in_process))
    return found


def test_both_ways_give_the_same_and_keep_the_secret(both):
    (here, printed_here), (module, printed_by_module) = both
    for result in (*here, *module):
        result.pop("exception", None)
    assert here == module
    assert "CANARY" not in printed_here
    assert "CANARY" not in printed_by_module

    read, planned, done, unknown, malformed, misspelt, quoting = here
    assert read["mailbox"]["smtp_auth"] == "inherit"
    assert planned["mailbox"] == {**done["mailbox"], "predicted": True}
    assert done["changed"]
    assert unknown["error"]["code"] == quoting["error"]["code"] == "not_found"
    for refused in (malformed, misspelt):
        assert refused["failed"]
        assert refused["error"]["code"] == "invalid_input"
    assert "must be one of" in malformed["msg"]
    assert "auth_client_secrets" in misspelt["msg"]
