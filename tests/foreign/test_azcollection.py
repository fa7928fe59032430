# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory modules of azure.azcollection and ours work on one directory."""

from __future__ import annotations

from foreign import seen
from foreign.adopting import adopt
from unit.resources.directory import BOTH, EXCHANGE


def test_azcollection_and_our_modules_take_over_and_read_what_the_other_made(azcollection, directory):
    ours = directory.have(**BOTH)["app"]
    outcome = azcollection(
        "azcollection.yml",
        redirect_uri=seen.REDIRECT,
        resource=EXCHANGE,
        role=seen.MAIL_SEND,
        other=ours["app_id"],
    )
    (read,) = outcome["read"]["applications"]
    assert read["app_id"] == ours["app_id"]
    assert read["object_id"] == ours["object_id"]
    assert read["app_display_name"] == ours["display_name"]
    assert read["sign_in_audience"] == ours["sign_in_audience"]
    assert read["web_reply_urls"] == ours["redirect_uris"]

    made = outcome["made"]["app_id"]
    taken = adopt(directory, made, "Made by azcollection")
    assert taken["others"] == [
        "grant admin consent for Office 365 Exchange Online / application / Mail.Send to app Made by azcollection",
    ]
