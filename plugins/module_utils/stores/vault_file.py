# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A file that ansible-vault can read: one variable in it is ours, the others are left alone.

The encryption is Ansible's own (ansible.parsing.vault), which is there on a controller and in an execution environment.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import tempfile

from ..core.errors import Fault
from .store import Entry

KIND = "vault_file"
NAME = "The ansible-vault file"
DEFAULT_ID = "default"


def open_backend(given, _options, _runtime):
    """The backend for the options of a store.

    :raises Fault: ``library_missing``, or ``invalid_input`` where the password cannot be read.
    """
    label = given.get("vault_id") or DEFAULT_ID
    return VaultFile(given["path"], given["name"], Vault(given["vault_password_file"], label))


class Vault:
    """Ansible's encryption with the password in a file, or printed by a program, as ansible-vault takes it.

    It is used only where it is loaded already, which is in Ansible's own process. A module that Ansible starts as a
    program brings a part of Ansible with it, and fails when the whole is mixed in (tried with ansible-core 2.21).

    :raises Fault: ``library_missing``, or ``invalid_input`` where the password cannot be read.
    """

    def __init__(self, password_file, label):
        vault, dataloader = (sys.modules.get(f"ansible.parsing.{name}") for name in ("vault", "dataloader"))
        if vault is None or dataloader is None:
            raise Fault(
                "library_missing",
                "An ansible-vault file can be written in Ansible's own process only.",
                hint="Use a local connection without become and async, and leave webex_email_in_process on.",
            )
        try:
            secret = vault.get_file_vault_secret(
                filename=os.path.expanduser(password_file), vault_id=label, loader=dataloader.DataLoader()
            )
            secret.load()
        except Exception:  # AnsibleError of several kinds, whose texts may quote what the program printed
            raise Fault(
                "invalid_input",
                f"The vault password file {password_file} cannot be read.",
                hint="Give vault_password_file, or ANSIBLE_VAULT_PASSWORD_FILE in the environment.",
            ) from None
        self.is_encrypted = vault.is_encrypted
        self._vault = vault.VaultLib([(label, secret)])
        self._label = None if label == DEFAULT_ID else label

    def encrypt(self, variables):
        """A dictionary as the content of a vaulted YAML file."""
        return self._vault.encrypt(_yaml().safe_dump(variables, sort_keys=False), vault_id=self._label)

    def decrypt(self, content):
        """What a vaulted YAML file holds; ValueError where it cannot be decrypted or is no YAML."""
        try:
            return _yaml().safe_load(self._vault.decrypt(content))
        except Exception:  # AnsibleVaultError and YAMLError, whose texts may quote what was decrypted
            raise ValueError("cannot be decrypted to YAML") from None


def _yaml():
    """The YAML library, which Ansible needs too."""
    import yaml

    return yaml


class VaultFile:
    """One variable of a vaulted YAML file.

    :param vault: Vault.
    """

    def __init__(self, path, name, vault):
        self._path = path
        self._name = name
        self._vault = vault

    def read(self):
        """The Entry, or None.

        :raises Fault: ``conflict`` for a file that is not ours to write: plain, or with another password.
        """
        kept = self._load().get(self._name)
        return Entry.of(kept) if isinstance(kept, dict) else None

    def write(self, entry):
        """Replace our variable in the file, which nobody else can read at any moment."""
        with self._locked():
            self._replace(self._vault.encrypt({**self._load(), self._name: entry.as_fields()}))

    def _load(self):
        try:
            with open(self._path, "rb") as stream:
                content = stream.read()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise Fault("invalid_input", f"{self._path} cannot be read: {error.strerror}.") from None
        if not self._vault.is_encrypted(content):
            raise Fault(
                "conflict",
                f"{self._path} is not encrypted.",
                hint="Encrypt it with ansible-vault, or move it.",
            )
        try:
            found = self._vault.decrypt(content)
        except ValueError:
            raise Fault(
                "conflict",
                f"{self._path} cannot be decrypted to YAML with this password.",
                hint="Give the password it was encrypted with. It may hold no tags of Ansible's.",
            ) from None
        if not isinstance(found or {}, dict):
            raise Fault("conflict", f"{self._path} holds no variables.", hint="Give another path.")
        return found or {}

    def _replace(self, content):
        folder = os.path.dirname(os.path.abspath(self._path))
        try:
            # mkstemp makes the file for its owner alone.
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".webex_email_secret")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                os.replace(temporary, self._path)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            raise Fault("invalid_input", f"{self._path} cannot be written: {error.strerror}.") from None

    @contextlib.contextmanager
    def _locked(self):
        """Channels may share a file: each merges into what the others wrote."""
        folder = os.path.dirname(os.path.abspath(self._path))
        try:
            os.makedirs(folder, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise Fault("invalid_input", f"{self._path} cannot be written: {error.strerror}.") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
