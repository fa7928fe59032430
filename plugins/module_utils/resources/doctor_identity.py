# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The doctor's checks of machine and identity: pure functions from what was read to a case of their check."""

from __future__ import annotations

import os
import re

from ..core.machine import LEAST, older
from ..exchange.rights import (
    ESSENTIAL,
    GLOBAL_ADMINISTRATOR,
    MANAGE_AS_APP,
    TENANT_READS,
    role_of,
    writing_roles,
)
from ..graph.consent_page import MICROSOFT_GRAPH
from ..graph.rights import (
    ASSIGN_GRAPH_ROLES,
    ASSIGN_ROLES,
    CREATE_APPS,
    READ_CONSENT_RULES,
    READ_POLICIES,
    WRITE_APPS,
    WRITE_GRANTS,
)
from .doctor_line import Verdict
from .permissions import DELEGATED, reference

NO_WAY = "unreachable"
# What waiting does not put right: another kind of answer, a Windows host that lets nobody in, a missing program.
STOPPING = ("protocol", "unauthenticated", "library_missing", "policy_blocked")
CLOCK_TOLERANCE_SECONDS = 300
# Rights that let nobody change or read anything that matters.
HARMLESS = re.compile(
    r"(Policy|Organization|Application|Directory)\.Read\..*|User\.Read(Basic)?\.All|Exchange\.ManageAsApp"
)
# Used by verify, where mail is tried.
OPTIONAL_IN_EXCHANGE = frozenset({MANAGE_AS_APP, "SMTP.SendAsApp"})
# The smaller a right, the earlier it stands here; a larger one is given up first.
SMALL_FIRST = (
    "Policy.Read.All",
    "Policy.Read.PermissionGrant",
    "Application.Read.All",
    "Application.ReadWrite.OwnedBy",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
)
SOME_ROLE = "a directory role or role group of Exchange"


def versions(found):
    """Packages that are missing or too old."""
    have = found.machine.versions
    shown = [f"{name} {version or 'not installed'}" for name, version in have.items()]
    needed = {"requests"} | ({"pywinrm"} if found.options["exchange_transport"] == "winrm" else set())
    needed |= {"msal"} if found.method.value != "access_token" else set()
    missing = [name for name in have if not have[name] and name in needed]
    old = [name for name, version in have.items() if version and older(version, LEAST[name])]
    values = {"versions": shown, "missing": missing, "old": old}
    if missing:
        return Verdict("missing", {**values, "upgrade": _wanted(missing)})
    if old:
        return Verdict("too_old", {**values, "upgrade": _wanted([name for name in old if name != "Python"])})
    if not have["ansible-core"]:
        return Verdict("not_seen", {**values, "missing": ["ansible-core"]})
    return Verdict("ok", values)


def _wanted(names):
    return " ".join(f"'{name}>={LEAST[name]}'" for name in names)


def proxies(found):
    """Hosts that cannot be reached, and the proxies on the way."""
    hosts = {url.split("/")[2]: proxy for url, proxy in found.machine.hosts.items()}
    through = [f"{host} {'through ' + proxy if proxy else 'directly'}" for host, proxy in hosts.items()]
    broken = [fault for fault in found.faults if fault.code == NO_WAY]
    if broken:
        named = [host for host in hosts if any(host in fault.message for fault in broken)] or list(hosts)[:1]
        reason = " ".join(dict.fromkeys(fault.sentence for fault in broken))
        return Verdict(
            "broken", {"hosts": named, "server": named[0], "reason": reason, "through": _sentence(through)}
        )
    return Verdict("through", {"through": through}) if any(hosts.values()) else Verdict("direct")


def _sentence(items):
    return f"Asked: {', '.join(items)}."


def tls(found):
    """Whether every host showed a certificate that is trusted."""
    path, setting = found.machine.bundle
    bundle = f"{path} ({setting})" if path else "the authorities that requests brings along"
    refused = [fault for fault in found.faults if fault.code == "tls"]
    if refused or (path and not os.path.exists(path)):
        reason = " ".join(dict.fromkeys(fault.sentence for fault in refused)) or f"There is no {path}."
        hosts = [url.split("/")[2] for url in found.machine.hosts]
        named = next((host for host in hosts if host in reason), hosts[0])
        return Verdict("refused", {"reason": reason, "bundle": bundle, "server": named})
    options = found.options
    if options["exchange_transport"] == "winrm" and not options["winrm_validate_certificate"]:
        return Verdict("winrm_unverified")
    if found.sign_in.fault and found.directory.caller.fault and found.mail.rights.fault:
        return Verdict("not_reached")
    return Verdict("ok", {"bundle": bundle})


def clock(found):
    """How far the clock is off."""
    ahead = (found.sign_in.value or {}).get("ahead")
    if ahead is None:
        return Verdict("not_known")
    values = {"minutes": round(abs(ahead) / 60)}
    if abs(ahead) <= CLOCK_TOLERANCE_SECONDS:
        return Verdict("ok", values)
    values["direction"] = "ahead of" if ahead > 0 else "behind"
    return Verdict("wrong_and_refused" if found.directory.caller.fault else "wrong", values)


def sign_in(found):
    """Whether the identity gets its tokens."""
    fault = found.directory.caller.fault or found.mail.rights.fault
    if fault is None:
        tenant = found.directory.caller.value.tenant_id or (found.sign_in.value or {}).get("tenant_id")
        return Verdict("ok", {"method": found.method.value, "tenant_id": tenant})
    # That there is no such tenant says more than that nobody gets a token there.
    if found.sign_in.fault and found.sign_in.fault.code == "not_found":
        fault = found.sign_in.fault
    values = {"reason": fault.sentence, "authority": found.authority}
    return Verdict("not_reached" if fault.code in (NO_WAY, "timeout", "tls") else "refused", values)


def graph_rights(found):
    """What the token for Graph holds, against what the profile needs."""
    caller = found.directory.caller
    if caller.fault:
        return Verdict("not_seen")
    present = caller.value.permissions
    if "apps" not in found.options["duties"]:
        return Verdict("no_duty", {"present": present})
    if not caller.value.judged_by_permissions:
        return Verdict("not_shown", {"present": present})
    lacking = [right for right in needed_rights(found.options) if caller.value.clearly_lacks(right)]
    useful = [right for right in (READ_POLICIES,) if caller.value.clearly_lacks(right)]
    excess = superfluous(present, (*needed_rights(found.options), READ_POLICIES, READ_CONSENT_RULES))
    missing = list(dict.fromkeys(right.names[0] for right in lacking + useful))
    values = {"present": present, "missing": missing, "excess": excess}
    if missing:
        values |= {"ask": " ".join(missing), "deeds": " or ".join(_passive(right) for right in lacking)}
        return Verdict("missing" if lacking else "useful_missing", values)
    return Verdict("excess" if _weighty(excess) else "ok", values)


def _passive(right):
    return {CREATE_APPS: "made", WRITE_APPS: "changed"}.get(right, "consented to")


def needed_rights(options):
    """The rights in Graph without which the playbooks cannot do what the options say."""
    rights = [CREATE_APPS, WRITE_APPS]
    for permission in (options.get("permissions") or []) if options["admin_consent"] else []:
        if permission["type"] == DELEGATED:
            rights.append(WRITE_GRANTS)
        elif reference(permission["resource"]) == MICROSOFT_GRAPH:
            rights.append(ASSIGN_GRAPH_ROLES)
        else:
            rights.append(ASSIGN_ROLES)
    return list(dict.fromkeys(rights))


def superfluous(present, rights):
    """The permissions without which all of these rights that are there still are, the largest first."""
    kept = sorted(
        present, key=lambda name: SMALL_FIRST.index(name) if name in SMALL_FIRST else len(SMALL_FIRST)
    )
    wanted = [right for right in rights if set(kept) & set(right.names)]
    given_up = []
    for name in reversed(list(kept)):
        rest = [other for other in kept if other != name]
        if all(set(rest) & set(right.names) for right in wanted):
            kept, given_up = rest, [*given_up, name]
    return given_up


def _weighty(names):
    return [name for name in names if not HARMLESS.fullmatch(name)]


def exchange_rights(found):
    """What the token for Exchange holds, and which reads were refused, against what the duties need."""
    mail, duties = found.mail, found.options["duties"]
    if mail.rights.fault:
        return Verdict("not_seen")
    rights = mail.rights.value
    present = [*rights.permissions, *rights.directory_roles]
    values = {"present": present, "missing": [], "excess": []}
    faults = [seen.fault for seen in (mail.organization, mail.outbound) if seen.fault]
    codes = {fault.code for fault in faults}
    if not rights.may_call or (not rights.readable and "unauthenticated" in codes):
        missing = [MANAGE_AS_APP] + ([] if rights.directory_roles else [SOME_ROLE])
        return Verdict("no_permission", {**values, "missing": missing})
    other = next(
        (fault for fault in faults if fault.code not in ("denied", "invalid_input", "conflict")), None
    )
    if other:
        case = "protocol" if other.code in STOPPING else "not_judged"
        return Verdict(case, {**values, "reason": other.sentence})
    if mail.refused == frozenset(TENANT_READS):
        roles = sorted(
            {role_of(name) for name in TENANT_READS} | set(writing_roles(duties)) | {"View-Only Recipients"}
        )
        return Verdict("no_role", {**values, "missing": [SOME_ROLE], "ask_quoted": _quoted(roles)})
    return _by_reads(mail, duties, rights, values)


def _by_reads(mail, duties, rights, values):
    """The verdict on an app that may read some of it."""
    essential = {name for duty in duties for name in ESSENTIAL.get(duty, ())}
    missing = sorted({role_of(name) for name in mail.refused})
    stops = bool(mail.refused & essential)
    if (
        mail.outbound.fault
        and mail.outbound.fault.code == "denied"
        and not mail.refused & set(ESSENTIAL["policy"])
    ):
        missing, stops = [*missing, "View-Only Recipients"], True
    if missing:
        values = {**values, "missing": missing, "ask_quoted": _quoted(missing)}
        return Verdict("missing" if stops else "useful_missing", values)
    excess = [role for role in rights.directory_roles if role == GLOBAL_ADMINISTRATOR]
    excess += [name for name in rights.permissions if name not in OPTIONAL_IN_EXCHANGE]
    if excess:
        return Verdict("excess", {**values, "excess": excess})
    if not rights.everything and writing_roles(duties):
        return Verdict("not_shown", {**values, "missing": writing_roles(duties)})
    return Verdict("ok", values)


def _quoted(names):
    return ",".join(f"'{name}'" for name in names)


CHECKS = {
    "versions": versions,
    "proxies": proxies,
    "tls": tls,
    "clock": clock,
    "sign_in": sign_in,
    "graph_rights": graph_rights,
    "exchange_rights": exchange_rights,
}
