# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials: which types AWX takes, and how a job gets what a credential holds.

How injectors are rendered was read in AWX's source (awx/main/models/credential/__init__.py, inject_credential), as was
what the type for Azure injects (injectors.py beside it). The fields of a credential type's schema, the names of
variables that it may not set and what the type for AWX itself injects are inferred from AWX's documentation
(assumption: awx-injection).
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .fields import Refused, invalid

ENCRYPTED = "$encrypted$"
BLOCKED = frozenset(
    {
        *("VIRTUAL_ENV", "PATH", "PYTHONPATH", "JOB_ID", "INVENTORY_ID", "INVENTORY_SOURCE_ID"),
        *("INVENTORY_UPDATE_ID", "AD_HOC_COMMAND_ID", "REST_API_URL", "REST_API_TOKEN", "MAX_EVENT_RES"),
        *("CALLBACK_QUEUE", "CALLBACK_CONNECTION", "CACHE", "JOB_CALLBACK_DEBUG", "INVENTORY_HOSTVARS"),
        *("AWX_HOST", "PROJECT_REVISION", "SUPERVISOR_CONFIG_PATH"),
    }
)
_INPUT = {
    "id",
    "label",
    "help_text",
    "type",
    "format",
    "secret",
    "multiline",
    "default",
    "choices",
    "ask_at_runtime",
}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FILE = re.compile(r"template(\.[A-Za-z_][A-Za-z0-9_]*)?")

# The built-in types that a run of ours can use, by namespace: fields, those that are secret, those that are needed.
BUILT_IN = {
    "azure_rm": (
        "Microsoft Azure Resource Manager",
        ("subscription", "username", "password", "client", "secret", "tenant", "cloud_environment"),
        ("password", "secret"),
        ("subscription",),
    ),
    "controller": (
        "Red Hat Ansible Automation Platform",
        ("host", "username", "password", "oauth_token", "verify_ssl"),
        ("password", "oauth_token"),
        ("host",),
    ),
    "scm": (
        "Source Control",
        ("username", "password", "ssh_key_data", "ssh_key_unlock"),
        ("password", "ssh_key_data", "ssh_key_unlock"),
        (),
    ),
}


def check_type(inputs: dict[str, Any], injectors: dict[str, Any]) -> None:
    """Raises Refused with 400 for what AWX does not take as a credential type."""
    if set(inputs) - {"fields", "required", "dependencies", "metadata"}:
        raise invalid("inputs", "Additional properties are not allowed.")
    fields = inputs.get("fields", [])
    for entry in fields:
        if set(entry) - _INPUT or not {"id", "label"} <= set(entry):
            raise invalid("inputs", f"{sorted(entry)} is not a field.")
        if not _VARIABLE.fullmatch(entry["id"]) or entry["id"] == "tower":
            raise invalid("inputs", f"{entry['id']} is an invalid variable name.")
        if entry.get("secret") and entry.get("type") == "boolean":
            raise invalid("inputs", f"secret is not allowed for type boolean ({entry['id']}).")
    names = [entry["id"] for entry in fields]
    if len(names) != len(set(names)) or set(inputs.get("required", [])) - set(names):
        raise invalid("inputs", "Field ids must be unique, and those required must be there.")
    _check_injectors(names, injectors)


def _check_injectors(names: list[str], injectors: dict[str, Any]) -> None:
    if set(injectors) - {"env", "file", "extra_vars"}:
        raise invalid("injectors", "Additional properties are not allowed.")
    for name in injectors.get("env", {}):
        if not _VARIABLE.fullmatch(name) or name.startswith("ANSIBLE_") or name in BLOCKED:
            raise invalid(
                "injectors", f"Environment variable {name} is not allowed to be used in credentials."
            )
    files = list(injectors.get("file", {}))
    if [name for name in files if not _FILE.fullmatch(name)] or ("template" in files and len(files) > 1):
        raise invalid("injectors", "Must use multi-file syntax when injecting multiple files.")
    namespace = dict.fromkeys(names, "EXAMPLE") | {"tower": SimpleNamespace(filename=_filenames(files))}
    for kind, templates in injectors.items():
        for name, template in templates.items():
            try:
                ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template).render(
                    namespace
                )
            except TemplateError as error:
                raise invalid(
                    "injectors", f"{name} of {kind} uses an undefined field ({error.message})."
                ) from None


def _filenames(files: list[str]) -> Any:
    if files == ["template"]:
        return "EXAMPLE"
    return SimpleNamespace(**{name.partition(".")[2]: "EXAMPLE" for name in files})


def check_credential(credential_type: dict[str, Any], inputs: dict[str, Any]) -> None:
    """Raises Refused with 400 for inputs that the type does not have, or lacks."""
    known = {entry["id"] for entry in credential_type["inputs"].get("fields", [])}
    unknown = sorted(set(inputs) - known)
    if unknown:
        raise invalid(
            "inputs", f"Additional properties are not allowed ({', '.join(unknown)} was unexpected)."
        )
    missing = [name for name in credential_type["inputs"].get("required", []) if not inputs.get(name)]
    if missing:
        raise Refused(
            400, {"inputs": {name: [f"required for {credential_type['name']}"] for name in missing}}
        )


def secret_inputs(credential_type: dict[str, Any]) -> set[str]:
    return {entry["id"] for entry in credential_type["inputs"].get("fields", []) if entry.get("secret")}


def inject(
    credential_type: dict[str, Any], inputs: dict[str, Any], folder: Path
) -> tuple[dict[str, str], dict[str, str]]:
    """(environment, extra variables) of a job for one credential; files are written below ``folder``.

    An input that was left empty renders as nothing: its variable is set, and empty.
    """
    if credential_type["namespace"]:
        return _BUILT_IN[credential_type["namespace"]](inputs), {}
    injectors = credential_type["injectors"]
    namespace: dict[str, Any] = {name: value for name, value in inputs.items() if value not in ("", None)}
    for entry in credential_type["inputs"].get("fields", []):
        if entry.get("type") == "boolean":
            namespace.setdefault(entry["id"], False)
    jinja = ImmutableSandboxedEnvironment()
    tower = SimpleNamespace()
    for label, template in injectors.get("file", {}).items():
        handle, path = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(jinja.from_string(template).render(**namespace))
        if label == "template":
            tower.filename = path
        else:
            tower.filename = getattr(tower, "filename", SimpleNamespace())
            setattr(tower.filename, label.partition(".")[2], path)
    namespace["tower"] = tower

    def render(kind: str) -> dict[str, str]:
        return {
            name: jinja.from_string(text).render(**namespace)
            for name, text in injectors.get(kind, {}).items()
        }

    return render("env"), render("extra_vars")


def _azure(inputs: dict[str, Any]) -> dict[str, str]:
    env = {"AZURE_SUBSCRIPTION_ID": inputs.get("subscription", "")}
    if inputs.get("client") and inputs.get("tenant"):
        env |= {"AZURE_CLIENT_ID": inputs["client"], "AZURE_TENANT": inputs["tenant"]}
        env["AZURE_SECRET"] = inputs.get("secret", "")
    else:
        env |= {"AZURE_AD_USER": inputs.get("username", ""), "AZURE_PASSWORD": inputs.get("password", "")}
    if inputs.get("cloud_environment"):
        env["AZURE_CLOUD_ENVIRONMENT"] = inputs["cloud_environment"]
    return env


def _controller(inputs: dict[str, Any]) -> dict[str, str]:
    names = {"HOST": "host", "USERNAME": "username", "PASSWORD": "password", "OAUTH_TOKEN": "oauth_token"}
    verify = str(inputs.get("verify_ssl", False))
    values = {name: inputs.get(source, "") for name, source in names.items()} | {"VERIFY_SSL": verify}
    return {f"{prefix}_{name}": value for prefix in ("TOWER", "CONTROLLER") for name, value in values.items()}


_BUILT_IN = {"azure_rm": _azure, "controller": _controller}
