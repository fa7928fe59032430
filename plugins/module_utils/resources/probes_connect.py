# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Probes of Webex Connect. They need an asset that is there already, whose names are compared and never its values."""

from __future__ import annotations

from ..core.errors import Fault
from ..graph.wire import is_guid
from .probe_answer import confirmed, not_here, refuted

# Without these the collection cannot work with an asset; the others it may leave out where they are not set.
ESSENTIAL = ("asset_id", "name", "email", "forwarding_address", "callback_url")
# Whether answers show the secret is an assumption by itself; the login id is set for few mailboxes.
MAY_BE_ABSENT = ("oauth_client_secret", "oauth_login_id")


def wire(found):
    """connect-wire: the names that matter most are in the answer about an asset."""
    shape, early = _shape(found)
    if early:
        return early
    absent = [name for name in shape["absent"] if name in ESSENTIAL]
    if absent:
        return refuted(
            f"The answer has nothing for {_listed(absent)}; unknown names in it: {_listed(shape['other'])}."
        )
    return confirmed(
        f"The names that matter are in the answer; unknown names in it: {_listed(shape['other'])}."
    )


def answers_whole(found):
    """connect-answers-whole: every property that can be set is in the answer about an asset."""
    shape, early = _shape(found)
    if early:
        return early
    absent = [name for name in shape["absent"] if name not in (*ESSENTIAL, *MAY_BE_ABSENT)]
    return (
        refuted(f"The answer has nothing for {_listed(absent)}.")
        if absent
        else confirmed("Nothing is left out.")
    )


def success_code(found):
    """connect-success-code: which literal comes with an asset."""
    shape, early = _shape(found)
    if early:
        return early
    if shape["code"] is None:
        return refuted("An asset came without any code.")
    return confirmed(f"An asset came with the code {str(shape['code'])[:20]!r}.")


def organization_form(found):
    """connect-organization-form: an organization id in the form of a UUID is taken."""
    fault = found.assets.knock.value
    if found.assets.client is None:
        return not_here("Webex Connect is not used, or not all that it needs is given.")
    if fault is not None and fault.code not in ("not_found", "protocol", "conflict"):
        return not_here(f"Webex Connect did not let us look ({fault.code}).")
    if is_guid(found.options["connect_organization_id"]):
        return confirmed("The id was given as a UUID, and taken.")
    return refuted("The id was given in another form than a UUID, and taken.")


def _shape(found):
    """(Connect.shape of the asset that the options name, None), or (None, an Answer)."""
    if found.assets.client is None:
        return None, not_here("Webex Connect is not used, or not all that it needs is given.")
    if not found.options.get("asset_id"):
        return None, not_here("There is no asset yet; run it again after the first site, or give asset_id.")
    try:
        return found.assets.client.shape(found.options["asset_id"]), None
    except Fault as fault:
        if fault.code == "protocol":
            return None, refuted(
                "The answer to reading an asset that is there holds none under the names assumed."
            )
        return None, not_here(f"The asset could not be read ({fault.code}).")


def _listed(names):
    return ", ".join(names) or "none"


PROBES = {
    "connect-wire": wire,
    "connect-answers-whole": answers_whole,
    "connect-success-code": success_code,
    "connect-organization-form": organization_form,
}
