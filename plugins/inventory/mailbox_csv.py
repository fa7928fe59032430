# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: mailbox_csv
short_description: Make one host for each mailbox in a CSV file
version_added: 1.0.0
description:
  - Reads a table of mailboxes, for example the export of a service desk or of a spreadsheet, and makes each row a host
    of the group C(webex_email_channels).
  - Understood without a setting are a byte order mark, UTF-8, UTF-16 and Windows-1252, semicolon, comma and tabulator,
    any line ends, quoted cells, blanks around cells, a first line C(sep=;), empty rows, and rows that repeat another.
  - What could mean two things is an error, and all errors of a file are told at once, each with its line.
  - Cells are data, never templates. An empty cell leaves its variable to group variables and defaults.
  - The configuration file's name has to end in C(mailbox_csv.yml) or C(mailbox_csv.yaml).
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ansible.builtin.constructed
options:
  plugin:
    description: Marks the file as a source for this plugin.
    type: str
    required: true
    choices: [ccops.webex_email.mailbox_csv]
  file:
    description:
      - Path of the CSV file, relative to the configuration file.
      - Keep it outside the inventory's folder, where Ansible would take it for an inventory of its own.
    type: str
    required: true
  columns:
    description:
      - Variable of the host and heading of its column. Variables that are not named here are never set by the table.
      - C(webex_email_address) has to be among them.
      - Headings are compared without regard to case and to blanks around and between their words.
    type: dict
    required: true
  host:
    description:
      - Heading of the column with the host's name. Without it the host is called like the mailbox, in lower case.
      - The host's name is the name of the folder in which the channel's record is kept. Choose it for good.
    type: str
  encoding:
    description: Encoding of the file, like C(utf-8) or C(cp1252), where V(auto) does not find it.
    type: str
    default: auto
  delimiter:
    description: Character between cells, where V(auto) does not find it.
    type: str
    default: auto
notes:
  - In O(compose), O(groups) and O(keyed_groups) all cells of a row are in C(cells), by heading in lower case. That
    includes columns that O(columns) does not name.
  - The group gets C(ansible_connection=local), which group variables may override.
"""

EXAMPLES = r"""
# inventory/mailbox_csv.yml, for mailboxes.csv beside the folder inventory:
#
#   Ticket;E-Mail-Adresse;Anzeigename;Mandant;Kopie behalten
#   4711;service@contoso.example;"Contoso Service, Köln";contoso;ja
#   4712;orders@contoso.example;Contoso Bestellungen;contoso;nein
plugin: ccops.webex_email.mailbox_csv
file: ../mailboxes.csv
strict: true
columns:
  webex_email_address: E-Mail-Adresse
  webex_email_asset_name: Anzeigename
  webex_email_tenant: Mandant
compose:
  webex_email_keep_copy: cells['kopie behalten'] | default('ja') | lower == 'ja'
keyed_groups:
  - key: webex_email_tenant
    prefix: tenant
"""

import os

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ..plugin_utils.mailbox_table import TableError, column, read

ADDRESS = "webex_email_address"
GROUP = "webex_email_channels"


class InventoryModule(BaseInventoryPlugin, Constructable):
    """One host for each row of a table of mailboxes."""

    NAME = "ccops.webex_email.mailbox_csv"

    def verify_file(self, path):
        """Whether the file is named like a configuration of this plugin."""
        return super().verify_file(path) and path.endswith(("mailbox_csv.yml", "mailbox_csv.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        """Add the table's hosts. Raises AnsibleParserError with every problem of the table."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        columns = self.get_option("columns")
        if ADDRESS not in columns:
            raise AnsibleParserError(f"{path}: columns has to name the column of {ADDRESS}.")
        rows = self._rows(os.path.join(os.path.dirname(path), self.get_option("file")), columns)
        self.inventory.add_group(GROUP)
        self.inventory.set_variable(GROUP, "ansible_connection", "local")
        for row in rows:
            self._add(row, columns)

    def _rows(self, path, columns):
        options = {name: self.get_option(name) for name in ("host", "encoding", "delimiter")}
        try:
            with open(path, "rb") as file:
                return read(file.read(), columns[ADDRESS], **options)
        except OSError as error:
            raise AnsibleParserError(f"{path} cannot be read: {error.strerror}.") from None
        except TableError as error:
            raise AnsibleParserError(f"{path}: {error}") from None

    def _add(self, row, columns):
        self.inventory.add_host(row.host, group=GROUP)
        # Whoever writes the table must not be able to write templates: the cells are marked as data.
        cells = {heading: wrap_var(value) for heading, value in row.cells.items()}
        values = {
            name: cells[column(heading)] for name, heading in columns.items() if column(heading) in cells
        }
        for name, value in values.items():
            self.inventory.set_variable(row.host, name, value)
        strict, known = self.get_option("strict"), values | {"cells": cells}
        try:
            self._set_composite_vars(self.get_option("compose"), known, row.host, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), known, row.host, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, row.host, strict=strict)
        except AnsibleError as error:
            raise AnsibleParserError(f"{self.get_option('file')}, line {row.line}: {error}") from None
