# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The doctor's checks of the tenant: pure functions from what was read to a case of their check."""

from __future__ import annotations

from ..graph.consent_page import EXCHANGE_ONLINE
from .consent_policy import ALLOWED, NOT_READABLE, REQUIRED
from .doctor_line import Verdict
from .permissions import DELEGATED, reference

GRAPH_RIGHT = "it needs the Graph permission Policy.Read.All"
CONFIGURATION = "it needs a role group with 'View-Only Configuration'"
HYGIENE = "it needs a role group with 'Transport Hygiene' and 'View-Only Recipients'"
NO_WAY = ("unreachable", "tls")
NO_RECIPIENT = "no_recipient"


def user_consent(found):
    """Whether the mailbox's user may consent, in three values."""
    seen, early = _policies(found, "authorizationPolicy")
    if early:
        return early
    verdict, reason = seen["user_consent"], seen["reason"]
    if reason == NOT_READABLE[1]:
        return _not_readable("authorizationPolicy")
    if verdict == ALLOWED:
        return Verdict("allowed", {"reason": reason})
    granted = _granted(found)
    if granted:
        return Verdict("granted", {"reason": reason, "granted": granted})
    return Verdict("required" if verdict == REQUIRED else "undetermined", {"reason": reason})


def _granted(found):
    """Why nobody has to consent, or None."""
    if found.directory.granted:
        return "an administrator has granted SMTP.Send to the app for the whole tenant"
    options = found.options
    wanted = any(
        item["type"] == DELEGATED
        and item["value"] == "SMTP.Send"
        and reference(item["resource"]) == EXCHANGE_ONLINE
        for item in options.get("permissions") or []
    )
    return "the run grants SMTP.Send for the whole tenant" if wanted and options["admin_consent"] else None


def secret_policy(found):
    """Whether client secrets may live as long as is asked for."""
    seen, early = _policies(found, "defaultAppManagementPolicy")
    if early:
        return early
    policy, options = seen["secret_policy"], found.options
    if policy is None:
        return _not_readable("defaultAppManagementPolicy")
    caps, asked = found.directory.caps, options["valid_days"]
    if caps is not None:
        days = [cap.longest_days for cap in caps if cap.longest is not None]
        forbidden, allowed = any(cap.forbidden for cap in caps), all(cap.allows(asked) for cap in caps)
    else:
        days = [policy["max_lifetime_days"]] if policy["max_lifetime_days"] is not None else []
        forbidden = policy["forbidden"]
        allowed = not forbidden and all(asked <= longest for longest in days)
    values = {
        "valid_days": asked,
        "days": min(days, default=None),
        "min_remaining_days": options["min_remaining_days"],
    }
    return Verdict(_secret_case(policy, forbidden, allowed, values, caps), values)


def _secret_case(policy, forbidden, allowed, values, caps):
    if forbidden:
        return "forbidden"
    if not allowed:
        return "too_short" if values["days"] > values["min_remaining_days"] else "very_short"
    if caps is not None:
        return "exempt"
    return "ok" if not policy["enabled"] or values["days"] is None else "long_enough"


def security_defaults(found):
    """Whether they are on."""
    seen, early = _policies(found, "identitySecurityDefaultsEnforcementPolicy")
    if early:
        return early
    if seen["security_defaults"] is None:
        return _not_readable("identitySecurityDefaultsEnforcementPolicy")
    return Verdict("on" if seen["security_defaults"] else "off")


def _policies(found, name):
    """(what ConsentPolicy read, None), or (None, the Verdict that there is nothing to judge)."""
    directory = found.directory
    if directory.caller.fault:
        return None, Verdict("not_seen")
    fault = directory.policies.fault
    if fault is None:
        return directory.policies.value, None
    return None, _not_readable(name) if fault.code == "denied" else Verdict(
        "no_answer", {"reason": fault.sentence}
    )


def _not_readable(name):
    return Verdict("not_readable", {"right": GRAPH_RIGHT, "policy": name})


def smtp_auth(found):
    """The organization's switch."""
    seen, early = _organization(found, "smtp_auth")
    if early:
        return early
    policy = seen["authentication_policy"]
    words = ""
    if policy and policy["basic_smtp"] is False:
        words = (
            f"The authentication policy {policy['name']} refuses user name and password for SMTP; OAuth does "
            f"not depend "
            "on it."
        )
    return Verdict("off" if seen["smtp_auth"] == "disabled" else "on", {"policy": words})


def customization(found):
    """Whether the organization can have a policy of its own, where it has none yet."""
    seen, early = _organization(found, "customizable")
    if early:
        return early
    if seen["customizable"]:
        return Verdict("ok")
    # A rule whose policy is gone shows no mode.
    ours = (found.mail.outbound.value or {}).get("policy") or {}
    return Verdict("done" if ours.get("mode") else "dehydrated")


def outbound_policies(found):
    """The order in which they decide."""
    seen, early = _organization(found, "outbound_policies", HYGIENE)
    if early:
        return early
    items = [item for item in seen["outbound_policies"] if item["enabled"]]
    shown = [f"{item['name']} ({item['mode']})" for item in items]
    default_open = any(
        item["rule"] is None and item["name"] == "Default" and item["mode"] == "On" for item in items
    )
    return Verdict("open" if default_open else "ok", {"policies": shown})


def remote_domains(found):
    """Those that drop what is forwarded to them."""
    seen, early = _organization(found, "remote_domains")
    if early:
        return early
    closed = [
        f"{item['name']} ({item['domain']})"
        for item in seen["remote_domains"]
        if item["auto_forward"] is False
    ]
    return Verdict("closed", {"closed": closed}) if closed else Verdict("ok")


def mail_flow_rules(found):
    """Those that stop mail."""
    seen, early = _organization(found, "mail_flow_rules")
    if early:
        return early
    rules = [item["name"] for item in seen["mail_flow_rules"]]
    return Verdict("some", {"rules": rules}) if rules else Verdict("ok")


def _organization(found, name, right=CONFIGURATION):
    """(what Organization read, None), or (None, the Verdict that there is nothing to judge)."""
    if found.mail.rights.fault:
        return None, Verdict("not_seen")
    fault = found.mail.organization.fault
    if fault and fault.code != "denied":
        return None, Verdict("no_answer", {"reason": fault.sentence})
    if fault or found.mail.organization.value[name] is None:
        return None, Verdict("not_readable", {"right": right})
    return found.mail.organization.value, None


def forwarding(found):
    """What decides about each mailbox."""
    verdicts, early = _verdicts(found)
    if early:
        return early
    known = [item for item in verdicts if item["verdict"] != NO_RECIPIENT]
    if not known:
        return Verdict("nobody")
    values = {"count": len(known), "senders": ",".join(item["sender"] for item in known)}
    stopped = [item for item in known if item["verdict"] != "allowed"]
    if not stopped:
        return Verdict("allowed", values)
    values["deciders"] = _deciders(stopped)
    # Default has no rule: what it decides, the playbook tenants decides otherwise.
    if all(item["object"]["name"] == "Default" and item["object"]["type"] == "policy" for item in stopped):
        off = any(item["verdict"] == "blocked" for item in stopped)
        return Verdict("blocked_by_default" if off else "by_our_run", values)
    return Verdict("decided_otherwise", values)


def _deciders(items):
    """One sentence for each object that decides."""
    by_decider = {}
    for item in items:
        by_decider.setdefault(item["decided_by"], []).append(item)
    return " ".join(
        f"Forwarding of {', '.join(item['sender'] for item in group)} is {group[0]['verdict']}, decided by {decider}. "
        f"{group[0]['remedy']}"
        for decider, group in by_decider.items()
    )


def mailboxes(found):
    """Addresses without a mailbox."""
    verdicts, early = _verdicts(found)
    fault = found.mail.outbound.fault
    if fault and fault.code == "invalid_input":
        return Verdict("malformed", {"reason": fault.sentence})
    if early:
        return early
    unknown = [item["sender"] for item in verdicts if item["verdict"] == NO_RECIPIENT]
    if unknown:
        return Verdict("unknown", {"unknown": unknown, "first": unknown[0]})
    return Verdict("ok", {"count": len(verdicts)})


def _verdicts(found):
    if found.mail.rights.fault:
        return None, Verdict("not_seen")
    fault = found.mail.outbound.fault
    if fault and fault.code == "denied":
        return None, Verdict("not_readable", {"right": HYGIENE})
    if fault:
        return None, Verdict("no_answer", {"reason": fault.sentence})
    return found.mail.outbound.value["verdicts"], None


def connect_region(found):
    """Whether the asset API answers where the options say that it is."""
    assets, options = found.assets, found.options
    if options["connect_mode"] == "manual":
        return Verdict("manual")
    if assets.missing:
        return Verdict("not_given", {"missing": list(assets.missing)})
    if assets.knock.fault:
        return Verdict("malformed", {"reason": assets.knock.fault.sentence})
    fault, values = assets.knock.value, {"url": assets.url, "region": _region(options)}
    if fault is not None and fault.code in (*NO_WAY, "timeout", "service_error", "throttled"):
        case = "no_answer" if fault.code in NO_WAY else "not_now"
        return Verdict(case, {**values, "reason": fault.sentence})
    return Verdict("ok", values)


def _region(options):
    return "a URL of your own" if options.get("connect_url") else f"region {options['connect_region']}"


def connect_token(found):
    """Whether the token is taken."""
    return _connect(found, "unauthenticated", "refused")


def connect_organization(found):
    """Whether the token's user may manage the organization's assets."""
    return _connect(found, "denied", "denied")


def _connect(found, code, case):
    region = connect_region(found).case
    if region != "ok":
        return Verdict("manual" if region == "manual" else "not_tried")
    fault = found.assets.knock.value
    if fault is None or fault.code not in ("unauthenticated", "denied"):
        return Verdict("ok")
    if fault.code == code:
        return Verdict(case)
    # A token that is refused is never asked for its rights; one whose rights are asked for was taken.
    return Verdict("not_tried" if fault.code == "unauthenticated" else "ok")


def channels(found):
    """Whether two channels share a mailbox."""
    addresses = _repeated(address.lower() for address in found.options["senders"])
    if addresses:
        return Verdict("same_mailbox", {"addresses": addresses})
    return Verdict("ok", {"count": len(found.options["senders"])})


def descriptions(found):
    """Whether two channels share the description of their client secrets."""
    repeated = _repeated(found.options["display_names"])
    return Verdict("same_description", {"descriptions": repeated}) if repeated else Verdict("ok")


def _repeated(items):
    items = list(items)
    return sorted({item for item in items if items.count(item) > 1})


CHECKS = {
    "user_consent": user_consent,
    "secret_policy": secret_policy,
    "security_defaults": security_defaults,
    "smtp_auth": smtp_auth,
    "customization": customization,
    "outbound_policies": outbound_policies,
    "forwarding": forwarding,
    "mailboxes": mailboxes,
    "remote_domains": remote_domains,
    "mail_flow_rules": mail_flow_rules,
    "connect_region": connect_region,
    "connect_token": connect_token,
    "connect_organization": connect_organization,
    "channels": channels,
    "descriptions": descriptions,
}
