# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The limits of a sender go with it: once our rule matches, the policy that applied before does not.

Where senders come from policies with different limits, ours gets the strictest of each, because a policy has one
set of limits for all. So the result does not depend on the order in which senders are added.
"""

from __future__ import annotations

from .outbound_verdict import default_policy, matching, policy_of

NUMBERS = ("RecipientLimitExternalPerHour", "RecipientLimitInternalPerHour", "RecipientLimitPerDay")
ACTION = "ActionWhenThresholdReached"
# From the mildest to the strictest (Set-HostedOutboundSpamFilterPolicy page).
ACTIONS = ("Alert", "BlockUserForToday", "BlockUser")
NOTIFY, RECIPIENTS = "NotifyOutboundSpam", "NotifyOutboundSpamRecipients"


def policies_before(sender, policies, rules):
    """The policies that apply, or may apply, to a sender by these rules; the Default policy unless a rule matches."""
    found = []
    for rule, certain in matching((sender,), rules):
        found.append(policy_of(rule, policies))
        if certain:
            break
    else:
        found.append(default_policy(policies))
    return [policy for policy in found if policy]


def strictest(policies):
    """The limits, action and notifications that are at least as strict as those of each policy.

    :returns: wire properties; those that no policy has are left out.
    """
    found = {}
    for name in NUMBERS:
        values = [policy[name] for policy in policies if policy.get(name) is not None]
        if values:
            # 0 is the service's own limit, which every other number is below.
            found[name] = min((value for value in values if value), default=0)
    actions = [policy[ACTION] for policy in policies if policy.get(ACTION) in ACTIONS]
    if actions:
        found[ACTION] = max(actions, key=ACTIONS.index)
    if any(policy.get(NOTIFY) is not None for policy in policies):
        found[NOTIFY] = any(policy.get(NOTIFY) for policy in policies)
    recipients = {address for policy in policies for address in policy.get(RECIPIENTS) or []}
    if recipients:
        found[RECIPIENTS] = sorted(recipients)
    return found


def tightened(own, policies):
    """The properties of a policy that change so that it is as strict as the others; {} where it is already."""
    wanted = strictest([own, *policies])
    return {name: value for name, value in wanted.items() if not _same(value, own.get(name))}


def _same(one, other):
    return sorted(one) == sorted(other or []) if isinstance(one, list) else one == (other or type(one)())
