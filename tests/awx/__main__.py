# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the stand-in: ``python -m awx --dir DIR [--port N]``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from lab.serving import serve

from .api import create_app
from .jobs import Jobs

# What an execution environment's image brings: where programs, collections and temporary files are.
IMAGE = (
    "PATH",
    "LC_ALL",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "ANSIBLE_COLLECTIONS_PATH",
    "ANSIBLE_LOCAL_TEMP",
    "ANSIBLE_REMOTE_TMP",
    "WEBEX_EMAIL_DEADLINE",
)


def main() -> None:
    """Parse the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="awx", description=__doc__)
    parser.add_argument(
        "--dir", type=Path, required=True, help="where ca.pem, awx.json, projects and jobs are"
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    arguments = parser.parse_args()
    image = {name: os.environ[name] for name in IMAGE if name in os.environ}
    folder = arguments.dir.resolve()
    serve(create_app(lambda store: Jobs(store, folder, image)), folder, arguments.port, "awx")


if __name__ == "__main__":
    main()
