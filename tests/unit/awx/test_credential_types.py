# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential types of role awx, rendered as AWX renders them: which variables a job gets for which inputs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.options import AUTH
from ansible_collections.ccops.webex_email.plugins.module_utils.connect.options import CONNECT
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.options import EXCHANGE

from awx.injectors import check_credential, check_type, inject

FILE = Path(__file__).parents[3] / "roles/awx/vars/main/credential_types.yml"


class Loader(yaml.SafeLoader):
    """Takes what Ansible must not take for a template as text."""


Loader.add_constructor("!unsafe", Loader.construct_yaml_str)
TYPES = yaml.load(FILE.read_text("utf-8"), Loader)["webex_email_awx_standard_credential_types"]
APP = {"tenant": "t", "client_id": "c"}


def injected(name, inputs, folder):
    """The variables of a job; those that name a file with what is in it."""
    kind = {"name": name, "namespace": None, **{part: TYPES[name][part] for part in ("inputs", "injectors")}}
    check_type(kind["inputs"], kind["injectors"])
    check_credential(kind, inputs)
    env, extra = inject(kind, inputs, folder)
    assert extra == {}
    return {
        key: Path(value).read_text() if Path(value).parent == folder else value for key, value in env.items()
    }


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_variable_is_one_that_the_modules_read(name):
    read = {
        variable
        for spec in (AUTH, CONNECT, EXCHANGE)
        for option in spec.options.values()
        for variable in option.get("env", [])
    }
    assert set(TYPES[name]["injectors"]["env"]) <= read


@pytest.mark.parametrize(
    ("inputs", "token"),
    [
        ({"token": "given"}, "given"),
        ({"token_file": "/run/token"}, "/run/token"),
        ({"token_file": "/run/token", "token": "given"}, "/run/token"),
    ],
)
def test_a_federated_token_comes_by_hand_or_from_a_file_of_the_image(tmp_path, inputs, token):
    env = injected("federated_token", {**APP, **inputs}, tmp_path)
    assert env == {
        "AZURE_TENANT_ID": "t",
        "AZURE_CLIENT_ID": "c",
        "AZURE_FEDERATED_TOKEN_FILE": token,
    }


def test_a_certificate_comes_as_a_file(tmp_path):
    env = injected("certificate", {**APP, "certificate": "PEM"}, tmp_path)
    assert env["AZURE_CLIENT_CERTIFICATE_PATH"] == "PEM"
    assert env["AZURE_CLIENT_CERTIFICATE_PASSWORD"] == ""


@pytest.mark.parametrize(
    ("inputs", "files"),
    [
        ({"username": "u", "password": "p"}, ("", "", "")),
        ({"certificate": "C", "certificate_key": "K"}, ("C", "K", "")),
        ({"username": "u", "password": "p", "ca_bundle": "A"}, ("", "", "A")),
    ],
)
def test_a_windows_host_gets_the_files_that_were_given(tmp_path, inputs, files):
    env = injected("winrm", {"url": "https://host:5986/wsman", "auth": "ntlm", **inputs}, tmp_path)
    names = ("CERTIFICATE_PATH", "CERTIFICATE_KEY_PATH", "CA_BUNDLE")
    assert tuple(env[f"WEBEX_EMAIL_WINRM_{name}"] for name in names) == files
    assert env["WEBEX_EMAIL_EXCHANGE_TRANSPORT"] == "winrm"
    assert env["WEBEX_EMAIL_WINRM_USERNAME"] == inputs.get("username", "")
