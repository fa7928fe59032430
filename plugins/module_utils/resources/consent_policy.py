# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What a tenant's policies mean for the mailbox user's consent and for client secrets: step 2g of Cisco's document."""

from __future__ import annotations

from ..core.spec import Spec
from ..graph import reads
from ..graph.client import open_graph
from .secret_lifetime import lifetime_cap

SPEC = Spec()
FOR_SELF = "managepermissiongrantsforself."
LEGACY = "microsoft-user-default-legacy"
LOW = "microsoft-user-default-low"
# Five named mail clients, of which Webex is none (Microsoft, "Manage app consent policies").
NAMED_CLIENTS = "microsoft-user-default-allow-consent-apps"
PARTS = ("includes", "excludes")
CLIENTS = ("clientApplicationIds", "clientApplicationTenantIds", "clientApplicationPublisherIds")
ALLOWED, REQUIRED, UNDETERMINED = "allowed", "admin_consent_required", "undetermined"
NOT_READABLE = (
    UNDETERMINED,
    "The policy cannot be read: the identity needs the Graph permission Policy.Read.All.",
)


def build(options, runtime):
    """The resource for a task."""
    return ConsentPolicy(open_graph(options, runtime))


class ConsentPolicy:
    """Reads and judges; never changes what is the whole tenant's."""

    def __init__(self, client):
        self._client = client

    def read(self):
        """user_consent, policies, reason, security_defaults (bool or None), secret_policy (dict or None).

        None stands for what the identity may not read, or this cloud does not have.
        """
        authorization, secrets, defaults = self._client.read(
            reads.policy("authorizationPolicy"),
            reads.policy("defaultAppManagementPolicy"),
            reads.policy("identitySecurityDefaultsEnforcementPolicy"),
        )
        assigned = assigned_policies(authorization)
        verdict, reason = user_consent(assigned, self._rules(assigned or []))
        return {
            "user_consent": verdict,
            "policies": assigned or [],
            "reason": reason,
            "security_defaults": defaults.get("isEnabled") if defaults else None,
            "secret_policy": secret_policy(secrets),
        }

    def _rules(self, assigned):
        """Policy id -> (includes, excludes) of the policies that only their rules can judge; None for unreadable."""
        ids = [name for name in for_self(assigned) if name not in (LEGACY, LOW, NAMED_CLIENTS)]
        if LEGACY in for_self(assigned) or not ids:
            return {}
        answers = iter(
            self._client.read(*(reads.consent_rules(name, part) for name in ids for part in PARTS))
        )
        return {name: (next(answers), next(answers)) for name in ids}


def assigned_policies(authorization):
    """``permissionGrantPoliciesAssigned`` of a wire authorizationPolicy; None where that could not be read."""
    if authorization is None:
        return None
    return list(
        (authorization.get("defaultUserRolePermissions") or {}).get("permissionGrantPoliciesAssigned") or []
    )


def for_self(assigned):
    """Ids of the policies under which users consent for themselves; the prefix comes in either case."""
    return [name[len(FOR_SELF) :] for name in assigned if name.lower().startswith(FOR_SELF)]


def user_consent(assigned, rules):
    """Whether users may consent to Webex Connect's sign-in, and why, in one sentence.

    Source: learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies.

    :param assigned: as ``assigned_policies``. :param rules: policy id -> (includes, excludes), None for unreadable.
    :returns: (verdict, reason).
    """
    if assigned is None:
        return NOT_READABLE
    ids = for_self(assigned)
    if LEGACY in ids:
        return ALLOWED, "Users may consent to every permission that does not itself need an administrator."
    deciding = [name for name in ids if name != NAMED_CLIENTS]
    if not deciding:
        return REQUIRED, "Users may not consent to apps; an administrator has to."
    if any(_admits_all(*rules.get(name, (None, None))) for name in deciding):
        return ALLOWED, "A consent policy of the tenant admits every app and permission."
    if deciding == [LOW]:
        return UNDETERMINED, "Users may consent to permissions that the tenant classified as low impact only."
    return (
        UNDETERMINED,
        f"It depends on the rules of the consent policy {', '.join(deciding)}, which Microsoft may change.",
    )


def _admits_all(includes, excludes):
    """Whether the condition sets of a policy let any app have any delegated permission."""
    return bool(includes) and excludes == [] and any(_unconditional(rule) for rule in includes)


def _unconditional(rule):
    return (
        rule.get("permissionType") == "delegated"
        and (rule.get("permissionClassification") or "all") == "all"
        and (rule.get("resourceApplication") or "any") == "any"
        and not rule.get("clientApplicationsFromVerifiedPublisherOnly")
        and all((rule.get(name) or ["all"]) == ["all"] for name in ("permissions", *CLIENTS))
    )


def secret_policy(policy):
    """enabled, forbidden, max_lifetime_days (None for any) of a wire app management policy; None for no policy."""
    if policy is None:
        return None
    cap = lifetime_cap(policy)
    return {
        "enabled": bool(policy.get("isEnabled")),
        "forbidden": cap.forbidden,
        "max_lifetime_days": cap.longest_days,
    }
