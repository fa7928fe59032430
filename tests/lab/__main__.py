# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the lab: ``python -m lab --dir DIR [--port N] [--world FILE]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from .server import serve


def main() -> None:
    """Parse the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where ca.pem and lab.json are written")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--world", type=Path, help="YAML file with the world to start with")
    arguments = parser.parse_args()
    serve(arguments.dir, arguments.port, arguments.world)


if __name__ == "__main__":
    main()
