# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Probes of Entra ID and of the machine: reads only, of objects that every tenant has or that cannot exist."""

from __future__ import annotations

import os
import uuid

from ..auth.clouds import CLOUDS
from ..core.errors import Fault
from ..core.lasting import JOB_FOLDER, MOUNTED_AS
from ..graph import reads
from ..graph.consent_page import EXCHANGE_ONLINE
from ..graph.session import Read
from ..graph.wire import application_path, principal_path, select, where
from .consent_policy import PARTS, for_self
from .doctor_identity import CLOCK_TOLERANCE_SECONDS
from .probe_answer import confirmed, not_here, refuted

# What a public listing says; the lab has the same, which a test compares.
APPLICATION_IDS = {
    "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
    "IMAP.AccessAsApp": "5e5addcd-3e8d-4e90-baf5-964efab2b20a",
    "POP.AccessAsApp": "cb842b43-da6e-4506-86fe-bb12199c656d",
}
SMTP_SEND_ID = "76faac2a-0f20-42f1-928a-50de5b9dbe52"
DELEGATED_IDS = {
    "Mail.Send": "5eb43c10-865a-4259-960a-83946678f8dd",
    "SMTP.Send": SMTP_SEND_ID,
    "IMAP.AccessAsUser.All": "195adc35-e27b-454b-a7ed-1ecdffa1c09f",
    "POP.AccessAsUser.All": "fb698133-92fa-453e-a9ed-688e10f2e5ac",
}
RECOMMENDED = "microsoft-user-default-recommended"


def deleted_filter(found):
    """deleted-items-filter: the list of deleted apps takes no filter by uniqueName."""
    query = where(uniqueName=f"webex-email-probe-{uuid.uuid4()}")
    status = _status(found, f"{reads.DELETED}/microsoft.graph.application?{query}")
    if status is None:
        return refuted("The filter by uniqueName is taken.")
    if status == 400:
        return confirmed("The filter by uniqueName is refused.")
    return not_here(f"The list of deleted apps could not be read (HTTP {status}).")


def key_with_slash(found):
    """key-with-slash: a slash in a key is read otherwise than another name that does not exist."""
    name = f"webex-email-probe-{uuid.uuid4()}"
    plain = _status(found, select(application_path(name), "id"))
    slash = _status(found, select(application_path(f"{name}/x"), "id"))
    if plain != 404:
        return not_here(f"An app that does not exist could not be asked for (HTTP {plain}).")
    if slash == 404:
        return refuted("A name with a slash is read like any other.")
    return confirmed(
        f"A name with a slash is answered with HTTP {slash}, another one that does not exist with 404."
    )


def permission_ids(found):
    """exchange-permission-ids: the ids that the listing gives."""
    principal = _exchange(found, "appRoles", "oauth2PermissionScopes")
    if principal is None:
        return not_here("The tenant does not show the permissions of Office 365 Exchange Online.")
    other = []
    for listed, key in ((APPLICATION_IDS, "appRoles"), (DELEGATED_IDS, "oauth2PermissionScopes")):
        there = {entry["value"]: entry["id"] for entry in principal.get(key) or [] if entry.get("value")}
        other += [
            f"{name} is {there.get(name)}" for name, known in listed.items() if there.get(name) != known
        ]
    return refuted(f"Others than listed: {'; '.join(other)}.") if other else confirmed("All are as listed.")


def national_cloud(found):
    """national-cloud-smtp: Exchange Online goes by the name that the scope begins with."""
    if found.options["cloud"] == "public":
        return not_here("This is the public cloud.")
    principal = _exchange(found, "servicePrincipalNames")
    if principal is None:
        return not_here("The tenant does not show Office 365 Exchange Online.")
    audience = CLOUDS[found.options["cloud"]].smtp_scope.rpartition("/")[0]
    names = {name.rstrip("/") for name in principal.get("servicePrincipalNames") or []}
    if audience in names:
        return confirmed(f"{audience} is a name of Office 365 Exchange Online.")
    return refuted(f"{audience} is no name of Office 365 Exchange Online.")


def recommended_consent(found):
    """consent-of-microsoft: Microsoft's own consent policy admits SMTP.Send."""
    policies = found.directory.policies.value
    if policies is None or RECOMMENDED not in for_self(policies["policies"]):
        return not_here(
            "Microsoft's own policy (Let Microsoft manage) is not in force, or could not be read."
        )
    includes, excludes = found.directory.client.read(
        *(reads.consent_rules(RECOMMENDED, part) for part in PARTS)
    )
    if includes is None or excludes is None:
        return not_here("Its rules need the permission Policy.Read.PermissionGrant.")
    if any(_covers(rule) for rule in excludes):
        return refuted("A rule of it excludes SMTP.Send.")
    if any(_covers(rule) for rule in includes):
        return confirmed("A rule of it includes SMTP.Send, and none excludes it.")
    return refuted("No rule of it includes SMTP.Send.")


def _covers(rule):
    """Whether a condition set is about SMTP.Send of Exchange Online, whichever app asks."""
    return (
        rule.get("permissionType") == "delegated"
        and (rule.get("resourceApplication") or "any") in ("any", EXCHANGE_ONLINE)
        and bool({"all", SMTP_SEND_ID} & set(rule.get("permissions") or ["all"]))
    )


def skew(found):
    """clock-skew: beyond five minutes Microsoft refuses."""
    ahead = (found.sign_in.value or {}).get("ahead")
    if ahead is None:
        return not_here("The sign-in service did not tell the time.")
    if abs(ahead) <= CLOCK_TOLERANCE_SECONDS:
        return not_here("The clock is right; only a wrong one would tell.")
    if found.directory.caller.fault or found.method.value != "certificate":
        return not_here(
            "The clock is wrong, but the sign-in failed, or does not depend on it (no certificate)."
        )
    return refuted("The clock is off by more than five minutes, and a certificate was taken all the same.")


def job_folder(_found):
    """awx-job-folder: a job of AWX knows its private folder by a variable, and has it mounted."""
    if not os.environ.get("JOB_ID") and not os.environ.get(JOB_FOLDER):
        return not_here("This is no job of AWX.")
    if not os.environ.get(JOB_FOLDER):
        return refuted(f"The job has no {JOB_FOLDER}.")
    if os.path.isdir(MOUNTED_AS) or os.path.isdir(os.environ[JOB_FOLDER]):
        return confirmed(f"The job has {JOB_FOLDER}, and the folder is there.")
    return refuted(f"The job has {JOB_FOLDER}, but neither that folder nor {MOUNTED_AS} is there.")


def _exchange(found, *names):
    """The service principal of Office 365 Exchange Online with some properties, or None."""
    path = select(principal_path(EXCHANGE_ONLINE), *names)
    return found.directory.client.read(Read(path, none_for=(403, 404)))[0] if found.directory.client else None


def _status(found, path):
    """The status with which Graph refuses to read a path; None for a success.

    :raises Fault: where there was no answer at all.
    """
    if found.directory.client is None:
        raise found.directory.caller.fault
    try:
        found.directory.client.read(Read(path, none_for=()))
    except Fault as fault:
        if fault.status is None:
            raise
        return fault.status
    return None


PROBES = {
    "deleted-items-filter": deleted_filter,
    "key-with-slash": key_with_slash,
    "exchange-permission-ids": permission_ids,
    "national-cloud-smtp": national_cloud,
    "consent-of-microsoft": recommended_consent,
    "clock-skew": skew,
    "awx-job-folder": job_folder,
}
