# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What a channel's plan says about the channel: the ids that it is known by, and whether all is as it shall be.

The checks are those of Cisco's document, section Verify, as far as an interface can answer them.
"""

from __future__ import annotations

RUN_SITE = "Run site for this channel."
BY_HAND = "Not checked: a person puts the client secret into this asset."
RUN_TENANTS = "Run the tenants playbook for this tenant."
# Step -> (name of its check, how its detail begins), in the order in which a channel goes through them.
CHECKS = {
    "app": ("app", "App registration"),
    "credential": ("credential", "Client secret"),
    "asset": ("asset", "Webex Connect asset"),
    "mailbox": ("smtp_auth", "SMTP AUTH"),
    "forwarding": ("forwarding", "Forwarding"),
}


def summary(channel):
    """The ids and addresses that others need; None for what is not known yet.

    :param channel: step -> object, as ``Channel.read`` returns it.
    """
    asset, app, credential = (channel.get(name) or {} for name in ("asset", "app", "credential"))
    return {
        "address": asset.get("email"),
        **{name: asset.get(name) for name in ("asset_id", "forwarding_address", "callback_url")},
        **{name: app.get(name) for name in ("app_id", "tenant_id")},
        "key_id": credential.get("key_id"),
        "key_expires": credential.get("expires"),
    }


def result(told, rows):
    """What ``webex_email_result`` says of a channel for which nothing was done and nothing is left.

    :param told: as ``summary`` returns it. :param rows: as ``checks`` returns them.
    """
    return {"schema": 1, **told, "actions": [], "actions_required": [], "verified": rows}


def checks(plan, channel):
    """Rows of check, ok, detail, remedy (None where ok); those that are not ok stand at the end.

    ``ok`` is None for a client secret that is handed over by a person, which nobody can check.

    :param plan: step -> {changes, actions, diff}. :param channel: step -> object, and ``verdict``.
    """
    rows = [
        _row(check, _as_wished(step, plan[step], channel), f"{title}: {_actions(plan[step])}", RUN_SITE)
        for step, (check, title) in CHECKS.items()
        if step in plan
    ]
    if "asset" in plan and "credential" not in plan:
        rows.append({"check": "credential", "ok": None, "detail": BY_HAND, "remedy": None})
    if "verdict" in channel:
        rows.append(_outbound(channel["verdict"]))
    return sorted(rows, key=lambda row: row["ok"] is False)


def _row(check, good, detail, remedy):
    return {"check": check, "ok": good, "detail": detail, "remedy": None if good else remedy}


def _actions(step):
    return ", ".join(step["actions"]) or "as wished"


def _as_wished(name, step, channel):
    if name == "mailbox" and channel["mailbox"]["smtp_auth_effective"] != "enabled":
        return False
    if not step["changes"]:
        return True
    if name == "credential":
        # A superseded client secret is in use nowhere: that the next run removes it is no fault of the channel.
        before = step["diff"]["before"]
        return not (before.get("due") or before.get("asset_settings"))
    if name == "forwarding":
        # Until copies.yml has run, a kept copy is as it shall be.
        before, after = step["diff"]["before"], step["diff"]["after"]
        return before["forward_to"] == after["forward_to"] and bool(before["keep_copy"])
    return False


def _outbound(verdict):
    allowed = verdict["verdict"] == "allowed"
    detail = f"Forwarding to the outside is {verdict['verdict']} by {verdict['decided_by']}."
    return _row("outbound_policy", allowed, detail if allowed else f"{detail} {RUN_TENANTS}", RUN_TENANTS)
