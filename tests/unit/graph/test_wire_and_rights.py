# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and filters in URLs, what the token shows, and what this run has made."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.ledger import Ledger
from ansible_collections.ccops.webex_email.plugins.module_utils.graph import reads
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.made import Made
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.rights import (
    ASSIGN_ROLES,
    READ_APPS,
    WRITE_APPS,
    Caller,
    denied,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.wire import (
    application_path,
    is_guid,
    literal,
    principal_path,
    where,
)

GUID = "00000002-0000-0ff1-ce00-000000000000"
EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("webex", "'webex'"),
        ("O'Brien", "'O%27%27Brien'"),
        ("a/b?c#d e", "'a%2Fb%3Fc%23d%20e'"),
        ("50%", "'50%25'"),
        ("Müller", "'M%C3%BCller'"),
    ],
)
def test_a_literal_has_its_quotes_doubled_and_is_encoded(text, quoted):
    assert literal(text) == quoted


def test_paths_by_key():
    assert application_path("it's") == "/applications(uniqueName='it%27%27s')"
    assert application_path(app_id=GUID) == f"/applications(appId='{GUID}')"
    assert application_path(object_id="o-1") == "/applications/o-1"
    assert principal_path(GUID) == f"/servicePrincipals(appId='{GUID}')"


def test_a_filter_is_encoded():
    assert where(a="x", b="y z") == "$filter=a%20eq%20'x'%20and%20b%20eq%20'y%20z'"


def test_a_resource_is_read_by_app_id_or_found_by_name():
    assert reads.resource(GUID).path.startswith(f"/servicePrincipals(appId='{GUID}')?$select=id,")
    assert reads.resource("Contoso API").path.endswith("&$filter=displayName%20eq%20'Contoso%20API'")
    assert is_guid(GUID)
    assert not is_guid(None)


def claims(*roles, **extra):
    return Caller({"tid": "t", "roles": list(roles), **extra})


@pytest.mark.parametrize(
    ("caller", "lacks"),
    [
        (claims("Application.ReadWrite.All"), False),
        (claims("Application.ReadWrite.OwnedBy"), False),
        (claims("Application.Read.All"), True),
        (claims(), True),
        (claims(wids=[EXCHANGE_ADMINISTRATOR]), True),
        (claims(wids=[APPLICATION_ADMINISTRATOR]), False),
        (claims(wids=["a role that nobody foresaw"]), False),
        (claims(scp="Application.Read.All"), False),
        (Caller({}), False),
    ],
)
def test_only_a_clear_lack_is_one(caller, lacks):
    assert caller.clearly_lacks(WRITE_APPS) is lacks


def test_a_denial_says_what_may_not_be_done_and_two_remedies():
    fault = denied(ASSIGN_ROLES, hint="Or do it by hand.", status=403)
    assert fault.sentence == (
        "The identity that signed in may not grant application permissions."
        " Give it the Graph application permission Application.ReadWrite.All or AppRoleAssignment.ReadWrite.All"
        " with admin consent. Or do it by hand."
    )
    assert "Application.Read.All" in denied(READ_APPS).hint


def test_what_was_made_removed_and_made_again_is_known(tmp_path):
    made, other_task = Made(Ledger(str(tmp_path))), Made(Ledger(str(tmp_path)))
    assert not made.knows("app")
    for _round in range(3):
        made.note("app", "other")
        assert made.knows("app")
        assert other_task.knows("app")
        other_task.forget("app")
        assert not made.knows("app")
        assert made.knows("other")
    made.forget("never made")
    assert not made.knows("never made")
    made.note("app one", "app two")
    made.forget("app one")
    assert other_task.known("app ") == {"app two"}
