# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stores of a client secret: one contract, three places, against the embedded cloud."""

from __future__ import annotations

import importlib
import json
import stat
import sys

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.ccops.webex_email.plugins.modules import webex_connect_email_credential_info

from unit.resources.channel_of_secret import APP, DESCRIPTION, Channel

# Ansible's own process has it, as it has ansible-vault.
importlib.import_module("ansible.parsing.dataloader")

FOREIGN = {"somebody": "else's"}


class FileStore:
    """An ansible-vault file."""

    def __init__(self, channel, folder):
        self.path, self.password = folder / "secret.vault", folder / "password"
        self.password.write_text("CANARY-vault-password\n", "utf-8")
        self.vault = VaultLib([("default", VaultSecret(b"CANARY-vault-password"))])
        self.option = {
            "kind": "vault_file",
            "name": "webex_email_client_secret",
            "path": str(self.path),
            "vault_password_file": str(self.password),
        }

    def put_foreign(self):
        self.path.write_bytes(self.vault.encrypt(yaml.safe_dump(FOREIGN)))

    def content(self):
        found = yaml.safe_load(self.vault.decrypt(self.path.read_bytes()))
        return found.pop(self.option["name"], {}), found

    def lose(self):
        self.path.unlink()

    def break_down(self):
        self.path.write_text("plain: text\n", "utf-8")

    def repair(self):
        self.path.unlink()


class HashiCorpStore:
    """A path of HashiCorp Vault."""

    path = "webex_email/support"

    def __init__(self, channel, folder):
        self.cloud = channel.task.cloud
        self.option = {
            "kind": "hashicorp_vault",
            "name": self.path,
            "address": self.cloud.url,
            "token": self.cloud.state()["vault"]["tokens"][0]["value"],
        }

    def put_foreign(self):
        self._set([{"created": "2026-01-01T00:00:00Z", "data": FOREIGN}])

    def _set(self, versions):
        self.cloud.edit([{"op": "add", "path": "/vault/data/webex_email~1support", "value": versions}])

    def content(self):
        data = dict(self.cloud.state()["vault"]["data"][self.path][-1]["data"])
        ours = {
            name: data.pop(name) for name in ("client_secret", "key_id", "expires", "app_id") if name in data
        }
        return ours, data

    def lose(self):
        versions = self.cloud.state()["vault"]["data"][self.path]
        self._set([*versions[:-1], {**versions[-1], "deleted": "2026-01-02T00:00:00Z"}])

    def break_down(self):
        self.cloud.faults(
            [{"match": {"operation": "vault_createOrUpdateSecret"}, "do": "status", "status": 403}]
        )

    def repair(self):
        self.cloud.faults([])


class AzureStore:
    """A secret of Azure Key Vault, which has nothing of others in it."""

    def __init__(self, channel, folder):
        self.cloud = channel.task.cloud
        self.option = {"kind": "azure_key_vault", "name": "webex-support", "vault_url": self.cloud.url}

    def put_foreign(self):
        self.cloud.edit([{"op": "add", "path": "/tenants/0/key_vault/secrets/-", "value": self._other()}])

    @staticmethod
    def _other():
        return {"name": "another", "version": "1", "value": FOREIGN["somebody"]}

    def content(self):
        found = {item["name"]: item for item in self.cloud.state()["tenants"][0]["key_vault"]["secrets"]}
        assert found["another"] == self._other()
        ours = found["webex-support"]
        assert ours["contentType"] and ours["attributes"]["exp"] > 1_800_000_000
        return {"client_secret": ours["value"], **ours["tags"]}, FOREIGN

    def lose(self):
        self.cloud.edit([{"op": "remove", "path": "/tenants/0/key_vault/secrets/1"}])

    def break_down(self):
        self.cloud.faults([{"match": {"operation": "keyVault_setSecret"}, "do": "status", "status": 403}])

    def repair(self):
        self.cloud.faults([])


@pytest.fixture(params=[FileStore, HashiCorpStore, AzureStore])
def store(request, channel, tmp_path):
    return request.param(channel, tmp_path)


@pytest.fixture
def channel(task, tmp_path):
    there = Channel(task, tmp_path / "support/webex_email_record.json")
    yield there
    assert task.cloud.violations() == []


def test_what_the_store_keeps_is_what_the_asset_got_and_signs_in(channel, store):
    store.put_foreign()
    planned = channel.hand_over(check=True, store=store.option)
    assert len(planned["actions"]) == 3 and "keep client secret" in planned["actions"][1]
    done = channel.hand_over(store=store.option)
    ours, others = store.content()
    assert others == FOREIGN
    assert ours["client_secret"] == channel.asset["lab_secrets"]["clientSecret"] and channel.asset_signs_in()
    assert ours["key_id"] == done["credential"]["key_id"] == channel.key_ids[0]
    assert ours["app_id"] == channel.app["appId"] and ours["expires"] == done["credential"]["expires"]
    assert ours["client_secret"][:-3] not in json.dumps([planned, done])
    assert not channel.hand_over(store=store.option)["changed"]

    channel.hand_over(store=store.option, rotate=True)
    ours, others = store.content()
    assert others == FOREIGN and ours["client_secret"] == channel.asset["lab_secrets"]["clientSecret"]


def test_a_store_that_was_chosen_later_or_has_lost_the_secret_gets_a_new_one(channel, store):
    store.put_foreign()
    first = channel.hand_over()["credential"]["key_id"]
    view = channel.task.run(
        webex_connect_email_credential_info.MODULE,
        unique_name=APP,
        display_name=DESCRIPTION,
        store=store.option,
        **channel.path,
    )["credential"]
    assert view["state"] == "unstored" and view["due"] == ["the store does not hold it"]
    second = channel.hand_over(store=store.option)["credential"]["key_id"]
    assert second != first and channel.asset_signs_in()
    store.lose()
    assert channel.hand_over(store=store.option)["changed"] and channel.asset_signs_in()
    assert store.content()[0]["key_id"] == channel.memory["key_id"]


def test_a_store_that_fails_leaves_asset_and_app_as_they_were_and_the_next_run_finishes(channel, store):
    first = channel.hand_over()["credential"]["key_id"]
    asset = channel.asset
    store.break_down()
    failed = channel.hand_over(store=store.option)
    assert failed["error"]["code"] in ("denied", "conflict") and "secret" not in failed.get("actions", [])
    assert channel.key_ids == [first] and channel.asset == asset and channel.asset_signs_in()
    assert "keys_pending" not in channel.memory and "secrets_announced" not in channel.memory
    store.repair()
    assert channel.hand_over(store=store.option)["changed"] and channel.asset_signs_in()


def test_the_vaulted_file_is_for_its_owner_alone_and_readable_with_ansible_vault(channel, tmp_path):
    store = FileStore(channel, tmp_path)
    channel.hand_over(store=store.option)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert store.path.read_bytes().startswith(b"$ANSIBLE_VAULT;1.1;AES256")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_vaulted_file_with_another_password_is_not_overwritten(channel, tmp_path):
    store = FileStore(channel, tmp_path)
    store.put_foreign()
    before = store.path.read_bytes()
    store.password.write_text("another password\n", "utf-8")
    failed = channel.hand_over(store=store.option)
    assert (
        failed["error"]["code"] == "conflict" and store.path.read_bytes() == before and channel.key_ids == []
    )


def test_a_missing_vault_password_is_told_before_anything_is_sent(channel, tmp_path):
    store = FileStore(channel, tmp_path)
    store.password.unlink()
    channel.task.cloud.clear_journal()
    failed = channel.hand_over(store=store.option)
    assert failed["error"]["code"] == "invalid_input" and channel.task.cloud.journal() == []


def test_a_vaulted_file_outside_of_ansibles_own_process(channel, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "ansible.parsing.vault")
    channel.task.cloud.clear_journal()
    failed = channel.hand_over(store=FileStore(channel, tmp_path).option)
    assert failed["error"]["code"] == "library_missing" and channel.task.cloud.journal() == []


def test_an_approle_of_hashicorp_vault(channel, tmp_path):
    store = HashiCorpStore(channel, tmp_path)
    role = channel.task.cloud.state()["vault"]["roles"][0]
    option = {name: value for name, value in store.option.items() if name != "token"} | role
    assert channel.hand_over(store=option)["changed"]
    assert store.content()[0]["client_secret"] == channel.asset["lab_secrets"]["clientSecret"]
    refused = channel.hand_over(store={**option, "secret_id": "used up"}, rotate=True)
    assert refused["error"]["code"] == "sign_in_failed"


@pytest.mark.parametrize("do", ["reset", "status"])
def test_a_lost_answer_of_the_store_is_made_up_for(channel, tmp_path, do, monkeypatch):
    store = HashiCorpStore(channel, tmp_path)
    fault = {"match": {"operation": "vault_createOrUpdateSecret", "nth": 1}, "do": do, "phase": "after"}
    channel.task.cloud.faults([fault])
    assert channel.hand_over(store=store.option)["changed"]
    assert len(channel.task.cloud.state()["vault"]["data"][store.path]) == 1


def test_a_secret_of_somebody_else_in_the_key_vault_is_not_overwritten(channel, tmp_path):
    store = AzureStore(channel, tmp_path)
    foreign = {**store._other(), "name": "webex-support"}
    channel.task.cloud.edit([{"op": "add", "path": "/tenants/0/key_vault/secrets/-", "value": foreign}])
    failed = channel.hand_over(store=store.option)
    assert failed["error"]["code"] == "conflict" and "not ours" in failed["msg"] and channel.key_ids == []


def test_a_deleted_secret_that_holds_the_name_in_the_key_vault(channel, tmp_path):
    store = AzureStore(channel, tmp_path)
    channel.task.cloud.edit(
        [{"op": "add", "path": "/tenants/0/key_vault/deleted/-", "value": "webex-support"}]
    )
    failed = channel.hand_over(store=store.option)
    assert "deleted secret of that name" in failed["msg"] and channel.key_ids == []


def test_a_malformed_name_for_the_key_vault_is_told_before_anything_is_sent(channel, tmp_path):
    channel.task.cloud.clear_journal()
    failed = channel.hand_over(store={**AzureStore(channel, tmp_path).option, "name": "a@b"})
    assert failed["error"]["code"] == "invalid_input" and channel.task.cloud.journal() == []
