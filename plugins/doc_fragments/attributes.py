# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task with one of our modules can do: attributes shared by all, and one variant a kind of module."""

from __future__ import annotations


class ModuleDocFragment:
    # Every module; a kind below adds how far check mode and diff mode go.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: In check mode nothing is changed, and what would be done is returned.
    support: full
  platform:
    description: Where a task can run.
    support: full
    platforms: all
"""

    # For a module that changes something.
    WRITER = r"""
options: {}
attributes:
  diff_mode:
    description: In diff mode the managed properties before and after are shown, without secrets.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    # For a module that only reads.
    READER = r"""
options: {}
attributes:
  diff_mode:
    description: In diff mode the managed properties before and after are shown, without secrets.
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    GRAPH = r"""
options: {}
attributes:
  action_group:
    description: The group for C(module_defaults) that the module belongs to.
    support: full
    membership:
      - ccops.webex_email.graph
      - ccops.webex_email.all
"""

    EXCHANGE = r"""
options: {}
attributes:
  action_group:
    description: The group for C(module_defaults) that the module belongs to.
    support: full
    membership:
      - ccops.webex_email.exchange
      - ccops.webex_email.all
"""

    CONNECT = r"""
options: {}
attributes:
  action_group:
    description: The group for C(module_defaults) that the module belongs to.
    support: full
    membership:
      - ccops.webex_email.connect
      - ccops.webex_email.all
"""

    SMTP = r"""
options: {}
attributes:
  action_group:
    description: The group for C(module_defaults) that the module belongs to.
    support: full
    membership:
      - ccops.webex_email.smtp
      - ccops.webex_email.all
"""

    # For a module that brings something from Entra ID to Webex Connect.
    GRAPH_AND_CONNECT = r"""
options: {}
attributes:
  action_group:
    description: The group for C(module_defaults) that the module belongs to.
    support: full
    membership:
      - ccops.webex_email.graph
      - ccops.webex_email.connect
      - ccops.webex_email.all
"""

    # For a module that works with all three services.
    EVERY_SERVICE = r"""
options: {}
attributes:
  action_group:
    description: The group for C(module_defaults) that the module belongs to.
    support: full
    membership:
      - ccops.webex_email.graph
      - ccops.webex_email.exchange
      - ccops.webex_email.connect
      - ccops.webex_email.every_service
      - ccops.webex_email.all
"""
