# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of module_utils/core/spec.py that every module takes."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  ca_bundle:
    description:
      - Path of a file with the certificate authorities to trust, in PEM format, for all services of the task.
      - It wins over E(REQUESTS_CA_BUNDLE). Without both, the authorities that come with Python's requests are
        trusted.
      - If not set, the environment variable E(WEBEX_EMAIL_CA_BUNDLE) is used.
    type: path
  deadline:
    description:
      - Seconds after which the task stops repeating requests and waiting for changes to spread.
      - If not set, the environment variable E(WEBEX_EMAIL_DEADLINE) is used.
    type: int
    default: 300
  request_timeout:
    description:
      - Seconds to wait for the answer to a single request.
      - If not set, the environment variable E(WEBEX_EMAIL_REQUEST_TIMEOUT) is used.
    type: int
    default: 60
  reuse_seconds:
    description:
      - Seconds for which this task may use what other tasks of the same run have read from the same service with the
        same identity, instead of asking again. V(0) asks again.
      - What a task of the run writes makes void what was read before about the same object. A task that finds
        something to change asks again first, unless its change is right whatever it would find.
      - The playbooks of this collection set it. Leave it V(0) where something else changes the same objects in the
        middle of a run.
      - It has an effect only where the module runs inside of Ansible's own process.
      - If not set, the environment variable E(WEBEX_EMAIL_REUSE_SECONDS) is used.
    type: int
    default: 0
"""
