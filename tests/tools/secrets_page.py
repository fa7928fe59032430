# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the diagram and the tables of docs/secrets.md anew; with tests/ and the collections on the path."""

from __future__ import annotations

from pathlib import Path

from meta.secrets_page import rewrite

if __name__ == "__main__":
    rewrite(Path(__file__).resolve().parents[2])
