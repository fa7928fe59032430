# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which credential is used, and what is refused before anything is sent."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.ccops.webex_email.plugins.doc_fragments import auth, common
from ansible_collections.ccops.webex_email.plugins.module_utils.auth import options as auth_options
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.sign_in import METHODS, SignIn
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.spec import COMMON

TENANT = "0f47778c-61c2-4b0a-8e94-3f05e737a1dd"
CLIENT = "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01"
APPLICATION = {"auth_tenant": TENANT, "auth_client_id": CLIENT}


def refused(make):
    with pytest.raises(Fault) as caught:
        make()
    assert caught.value.code == "invalid_input"
    return caught.value.sentence


def test_environment_names_in_order():
    environment = {name: entry["env"] for name, entry in auth_options.AUTH.options.items() if "env" in entry}
    assert environment == {
        "auth_tenant": ["AZURE_TENANT_ID", "AZURE_TENANT"],
        "auth_client_id": ["AZURE_CLIENT_ID"],
        "auth_client_secret": ["AZURE_CLIENT_SECRET", "AZURE_SECRET"],
        "auth_certificate_path": ["AZURE_CLIENT_CERTIFICATE_PATH"],
        "auth_certificate_password": ["AZURE_CLIENT_CERTIFICATE_PASSWORD"],
        "auth_federated_token_file": ["AZURE_FEDERATED_TOKEN_FILE"],
        "auth_access_token": ["WEBEX_EMAIL_ACCESS_TOKEN"],
        "cloud": ["WEBEX_EMAIL_CLOUD"],
        "authority_url": ["AZURE_AUTHORITY_HOST"],
    }


@pytest.mark.parametrize(("fragment", "spec"), [(auth, auth_options.AUTH), (common, COMMON)])
def test_documentation_agrees_with_the_spec(fragment, spec):
    documented = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    assert list(documented) == list(spec.options)
    for name, entry in spec.options.items():
        for key in ("type", "choices", "default"):
            assert documented[name].get(key) == entry.get(key), (name, key)
        described = " ".join(documented[name]["description"])
        positions = [described.index(f"E({variable})") for variable in entry.get("env", [])]
        assert positions == sorted(positions)


def test_every_method_has_a_signer():
    assert sorted(METHODS) == sorted(auth_options.METHODS)


@pytest.mark.parametrize(
    ("given", "method"),
    [
        (("auth_access_token", "auth_certificate_path", "auth_client_secret"), "access_token"),
        (("auth_certificate_path", "auth_federated_token_file", "auth_client_secret"), "certificate"),
        (("auth_federated_token_file", "auth_client_secret"), "federated_token"),
        (("auth_client_secret",), "client_secret"),
    ],
)
def test_auto_takes_the_safest_that_is_given(options_with, given, method):
    assert auth_options.method_of(options_with(**dict.fromkeys(given, "something"))) == method


def test_an_empty_environment_variable_is_no_credential(options_with):
    options = options_with(auth_access_token="", auth_client_secret="something")
    assert auth_options.method_of(options) == "client_secret"


def test_auto_without_any_credential_says_what_to_give(options_with):
    sentence = refused(lambda: auth_options.method_of(options_with(**APPLICATION)))
    for name in (
        "auth_certificate_path",
        "auth_federated_token_file",
        "auth_client_secret",
        "managed_identity",
    ):
        assert name in sentence


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com"),
        ("https://login.microsoftonline.us/", "https://login.microsoftonline.us"),
        ("login.microsoftonline.us", "https://login.microsoftonline.us"),
        ("localhost:8443/", "https://localhost:8443"),
    ],
)
def test_forms_of_the_authority(options_with, given, origin):
    assert auth_options.authority_of(options_with(authority_url=given)) == origin


@pytest.mark.parametrize("cloud", ["public", "usgov", "usgov_dod", "china"])
def test_the_cloud_decides_where_to_sign_in(options_with, cloud):
    authority = auth_options.authority_of(options_with(cloud=cloud))
    assert authority == auth_options.CLOUDS[cloud].authority


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "https://localhost/common",
        "https://user:pass@localhost",
        "https://localhost?x=1",
        "ftp://localhost",
        "https://",
    ],
)
def test_an_authority_that_is_no_https_origin(options_with, runtime_for, url):
    options = options_with(**APPLICATION, auth_client_secret="something", authority_url=url)
    assert "authority_url" in refused(lambda: SignIn(options, runtime_for(options)))


@pytest.mark.parametrize(
    "tenant", ["common", "organizations", "consumers", "adfs", "a/b.c", "../x.y", "a.b?c"]
)
def test_a_tenant_that_is_none(options_with, runtime_for, tenant):
    options = options_with(auth_tenant=tenant, auth_client_id=CLIENT, auth_client_secret="something")
    assert "auth_tenant" in refused(lambda: SignIn(options, runtime_for(options)))


def test_a_client_id_that_is_a_name(options_with, runtime_for):
    options = options_with(auth_tenant=TENANT, auth_client_id="WebexConnect", auth_client_secret="something")
    assert "auth_client_id" in refused(lambda: SignIn(options, runtime_for(options)))


@pytest.mark.parametrize("method", ["client_secret", "certificate", "federated_token"])
def test_a_named_method_says_what_it_lacks(options_with, runtime_for, method):
    options = options_with(auth_method=method)
    assert "auth_tenant and auth_client_id" in refused(lambda: SignIn(options, runtime_for(options)))


def test_service_fabric_is_refused(options_with, runtime_for, monkeypatch):
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"):
        monkeypatch.setenv(name, "something")
    options = options_with(auth_method="managed_identity")
    assert "Service Fabric" in refused(lambda: SignIn(options, runtime_for(options)))


@pytest.mark.parametrize(
    ("option", "content", "reason"),
    [
        ("auth_certificate_path", None, "No such file"),
        ("auth_federated_token_file", None, "No such file"),
        ("auth_federated_token_file", b"CANARY", "JSON web token"),
        ("auth_federated_token_file", b"\xffCANARY", "not text"),
    ],
)
def test_a_file_that_cannot_be_used(options_with, runtime_for, tmp_path, option, content, reason):
    path = tmp_path / "credential"
    if content is not None:
        path.write_bytes(content)
    options = options_with(**APPLICATION, **{option: str(path)})
    sentence = refused(lambda: SignIn(options, runtime_for(options)))
    assert str(path) in sentence
    assert reason in sentence
    assert "CANARY" not in sentence
