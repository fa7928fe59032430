# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument specs and what the documentation says about them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

NAMESPACE = "ccops.webex_email"
SECRET = {
    "auth_access_token",
    "auth_certificate_password",
    "auth_client_secret",
    "connect_token",
    "oauth_client_secret",
    "secret_id",
    "token",
    "smtp_access_token",
    "winrm_password",
}
# Names that Ansible takes for secrets by themselves (ansible.module_utils.common.parameters.PASS_VARS and others).
SUSPICIOUS = re.compile(r"secret|token|passw|credential_|(^|_)key(_|$)")
# Variables that a text may name although they fill no option.
OTHER_VARIABLES = {"REQUESTS_CA_BUNDLE"}


def documented(names: list[str], collections: Path) -> dict[str, dict[str, Any]]:
    """Module -> its documentation with all fragments, as ansible-doc shows it."""
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--type", "module", "--json"]
    command += [f"{NAMESPACE}.{name}" for name in names]
    variables = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    return {name.rpartition(".")[2]: entry["doc"] for name, entry in json.loads(done.stdout).items()}


def specified(name: str) -> dict[str, dict[str, Any]]:
    """The options of a module's definition."""
    return import_module(f"ansible_collections.{NAMESPACE}.plugins.modules.{name}").MODULE.spec.options


def problems(options: dict[str, Any], doc: dict[str, Any], path: str = "") -> Iterator[str]:
    """Where options of a spec and their documentation say different things, in words."""
    for name in sorted(options.keys() | doc.keys()):
        where = f"{path}{name}"
        if name not in doc:
            yield f"{where} is not documented"
        elif name not in options:
            yield f"{where} is documented and does not exist"
        else:
            yield from _differences(where, options[name], doc[name])


def _differences(where: str, entry: dict[str, Any], doc: dict[str, Any]) -> Iterator[str]:
    for key, absent in (
        ("type", "str"),
        ("default", None),
        ("choices", None),
        ("elements", None),
        ("required", False),
    ):
        if entry.get(key, absent) != doc.get(key, absent):
            yield f"{where}: {key} is {entry.get(key)!r} and documented as {doc.get(key)!r}"
    yield from _environment(where, set(entry.get("env", ())), doc)
    yield from problems(entry.get("options", {}), doc.get("suboptions") or {}, f"{where}.")


def _environment(where: str, variables: set[str], doc: dict[str, Any]) -> Iterator[str]:
    text = doc["description"]
    named = set(re.findall(r"E\((\w+)\)", " ".join([text] if isinstance(text, str) else text)))
    for name in sorted(variables - named):
        yield f"{where}: the variable {name} is not documented"
    for name in sorted(named - variables - OTHER_VARIABLES):
        # AZURE_AUTHORITY_HOST and the like may be named twice in one text.
        yield f"{where}: the variable {name} is documented and not read"


def unprotected(options: dict[str, Any], path: str = "") -> Iterator[str]:
    """Secrets that are not marked, marks on what is none, and names that Ansible would guess about."""
    for name, entry in options.items():
        if bool(entry.get("no_log")) != (name in SECRET):
            yield f"{path}{name}: no_log is {entry.get('no_log')}"
        elif SUSPICIOUS.search(name) and "no_log" not in entry:
            yield f"{path}{name}: no_log is left to Ansible's guess"
        yield from unprotected(entry.get("options", {}), f"{path}{name}.")
