# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded cloud left running: ``python -m lab.playground FOLDER``."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

from .client import running_lab
from .inventory import write

INVITATION = """
The embedded cloud runs at {url}. In another terminal:

  export PATH={path}:$PATH ANSIBLE_COLLECTIONS_PATH={collections}
  ansible-playbook -i {inventory} ccops.webex_email.site --check --diff
  ansible-playbook -i {inventory} ccops.webex_email.site

  curl --cacert {ca_bundle} {url}/_lab/state      everything that the cloud holds
  curl --cacert {ca_bundle} {url}/_lab/journal    every request that it answered
  curl --cacert {ca_bundle} {url}/_lab/mail       every inbox; a mail comes in from outside with
    -d '{{"from": "you@outside.example", "to": "support@contoso.example", "subject": "Hello"}}'

Stop it with Ctrl-C.
"""


def main(folder: Path) -> None:
    """Start the lab, print how to use it, and wait for the end."""
    with running_lab(folder) as lab, contextlib.suppress(KeyboardInterrupt):
        inventory = write(folder, lab.url, lab.ca_bundle, lab.state(), lab.smtp_port)
        print(
            INVITATION.format(
                url=lab.url,
                ca_bundle=lab.ca_bundle,
                inventory=inventory,
                path=Path(sys.executable).parent,
                collections=os.environ["ANSIBLE_COLLECTIONS_PATH"],
            ),
            flush=True,
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
