# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Where the digital asset API of each Webex Connect region is.

Source: developer.webex.com, Webex Connect API endpoints and regions. Cisco warns not to derive these names from
another Connect host; Japan shares Sydney's.
"""

from __future__ import annotations

BASE_URLS = {
    region: f"https://assetmanagement.{host}.webexconnect.io/connectapi"
    for region, host in (
        ("eu", "eu"),
        ("us", "us"),
        ("uk", "uk"),
        ("ca", "ca"),
        ("au", "au"),
        ("sg", "sg"),
        ("in", "in"),
        ("jp", "au"),
    )
}
