# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that the stand-in keeps: their fields, what makes them unique, what can be associated.

Names are those that the modules of awx.awx 24.6.1 send and read; defaults are inferred from them and from AWX's
documentation (assumption: awx-objects).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .fields import Field, flag, mapping, number, ref, text, variable_text

NOTIFIED = {
    f"notification_templates_{event}": "notification_templates" for event in ("started", "success", "error")
}
DESCRIBED = {"name": text(required=True), "description": text()}


@dataclass(frozen=True)
class Kind:
    """One kind: ``type`` is its name in the singular, ``associations`` maps a sub-list to the kind it lists."""

    type: str
    fields: dict[str, Field]
    unique: tuple[str, ...] = ("name",)
    associations: dict[str, str] = field(default_factory=dict)
    shown: dict[str, object] = field(default_factory=dict)  # read-only, with what they are at the start
    launches: str = ""  # the jobs that it starts, where it starts any


def _asked(*names: str) -> dict[str, Field]:
    return {f"ask_{name}_on_launch": flag() for name in names}


_PROMPTS = {
    "scm_branch": text(),
    "job_type": text(choices=("", "run", "check"), default=None),
    "job_tags": text(default=None),
    "skip_tags": text(default=None),
    "limit": text(default=None),
    "diff_mode": Field("bool", None),
    "verbosity": Field("int", None, choices=(None, 0, 1, 2, 3, 4, 5)),
    "extra_data": mapping(),
    "inventory": ref("inventories"),
    "execution_environment": ref("execution_environments"),
    "forks": Field("int", None),
    "job_slice_count": Field("int", None),
    "timeout": Field("int", None),
}

KINDS: dict[str, Kind] = {
    "organizations": Kind(
        "organization",
        {**DESCRIBED, "max_hosts": number(), "default_environment": ref("execution_environments")},
        associations={**NOTIFIED, "notification_templates_approvals": "notification_templates"},
    ),
    "instance_groups": Kind(
        "instance_group",
        {
            "name": text(required=True),
            "is_container_group": flag(),
            "pod_spec_override": text(),
            "credential": ref("credentials"),
        },
    ),
    "credential_types": Kind(
        "credential_type",
        {
            **DESCRIBED,
            "kind": text(required=True, choices=("net", "cloud")),
            "inputs": mapping(),
            "injectors": mapping(),
        },
        unique=("name", "kind"),
        shown={"managed": False, "namespace": None},
    ),
    "credentials": Kind(
        "credential",
        {
            **DESCRIBED,
            "organization": ref("organizations"),
            "credential_type": ref("credential_types", required=True),
            "inputs": mapping(),
        },
        unique=("organization", "name", "credential_type"),
    ),
    "execution_environments": Kind(
        "execution_environment",
        {
            **DESCRIBED,
            "image": text(required=True),
            "organization": ref("organizations"),
            "credential": ref("credentials"),
            "pull": text(choices=("", "always", "missing", "never")),
        },
    ),
    "notification_templates": Kind(
        "notification_template",
        {
            **DESCRIBED,
            "organization": ref("organizations", required=True),
            "notification_type": text(
                required=True, choices=("email", "grafana", "mattermost", "pagerduty", "slack", "webhook")
            ),
            "notification_configuration": mapping(),
            "messages": Field("json", None),
        },
        unique=("organization", "name"),
    ),
    "projects": Kind(
        "project",
        {
            **DESCRIBED,
            "organization": ref("organizations"),
            "scm_type": text(choices=("", "git", "archive")),
            "scm_url": text(),
            "scm_branch": text(),
            "scm_refspec": text(),
            "scm_clean": flag(),
            "scm_delete_on_update": flag(),
            "scm_update_on_launch": flag(),
            "scm_update_cache_timeout": number(),
            "allow_override": flag(),
            "timeout": number(),
            "local_path": text(),
            "credential": ref("credentials"),
            "signature_validation_credential": ref("credentials"),
            "default_environment": ref("execution_environments"),
        },
        unique=("organization", "name"),
        associations=NOTIFIED,
        shown={"scm_revision": "", "status": "never updated"},
    ),
    "inventories": Kind(
        "inventory",
        {
            **DESCRIBED,
            "organization": ref("organizations", required=True),
            "kind": Field("text", "", choices=("", "constructed")),
            "host_filter": text(default=None),
            "variables": variable_text(),
            "prevent_instance_group_fallback": flag(),
        },
        unique=("organization", "name"),
        associations={"input_inventories": "inventories", "instance_groups": "instance_groups"},
    ),
    "hosts": Kind(
        "host",
        {
            **DESCRIBED,
            "inventory": ref("inventories", required=True),
            "enabled": flag(True),
            "variables": variable_text(),
        },
        unique=("inventory", "name"),
    ),
    "groups": Kind(
        "group",
        {**DESCRIBED, "inventory": ref("inventories", required=True), "variables": variable_text()},
        unique=("inventory", "name"),
        associations={"hosts": "hosts", "children": "groups"},
    ),
    "inventory_sources": Kind(
        "inventory_source",
        {
            **DESCRIBED,
            "inventory": ref("inventories", required=True),
            "source": text(choices=("scm", "constructed")),
            "source_path": text(),
            "source_project": ref("projects"),
            "source_vars": variable_text(),
            "scm_branch": text(),
            "credential": ref("credentials"),
            "execution_environment": ref("execution_environments"),
            "overwrite": flag(),
            "overwrite_vars": flag(),
            "update_on_launch": flag(),
            "update_cache_timeout": number(),
            "limit": text(),
            "timeout": number(),
            "verbosity": number(1, (0, 1, 2)),
            "enabled_var": text(),
            "enabled_value": text(),
            "host_filter": text(),
        },
        unique=("inventory", "name"),
        associations=NOTIFIED,
        shown={"status": "never updated"},
        launches="inventory_updates",
    ),
    "job_templates": Kind(
        "job_template",
        {
            **DESCRIBED,
            "organization": ref("organizations"),
            "job_type": text(choices=("run", "check"), default="run"),
            "inventory": ref("inventories"),
            "project": ref("projects"),
            "playbook": text(),
            "scm_branch": text(),
            "forks": number(),
            "limit": text(),
            "verbosity": number(0, (0, 1, 2, 3, 4, 5)),
            "extra_vars": variable_text(),
            "job_tags": text(),
            "skip_tags": text(),
            "timeout": number(),
            "use_fact_cache": flag(),
            "execution_environment": ref("execution_environments"),
            "survey_enabled": flag(),
            "become_enabled": flag(),
            "diff_mode": flag(),
            "allow_simultaneous": flag(),
            "job_slice_count": number(1),
            "prevent_instance_group_fallback": flag(),
            **_asked("scm_branch", "diff_mode", "variables", "limit", "tags", "skip_tags", "job_type"),
            **_asked("verbosity", "inventory", "credential", "execution_environment", "labels", "forks"),
            **_asked("job_slice_count", "timeout", "instance_groups"),
        },
        unique=("organization", "name"),
        associations={
            **NOTIFIED,
            "credentials": "credentials",
            "instance_groups": "instance_groups",
        },
        launches="jobs",
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        {
            **DESCRIBED,
            "organization": ref("organizations"),
            "inventory": ref("inventories"),
            "limit": text(default=None),
            "scm_branch": text(default=None),
            "extra_vars": variable_text(),
            "survey_enabled": flag(),
            "allow_simultaneous": flag(),
            **_asked("variables", "inventory", "limit", "scm_branch", "labels", "skip_tags", "tags"),
        },
        unique=("organization", "name"),
        associations={**NOTIFIED, "notification_templates_approvals": "notification_templates"},
        launches="workflow_jobs",
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {
            **_PROMPTS,
            "identifier": text(required=True),
            "workflow_job_template": ref("workflow_job_templates", required=True),
            "unified_job_template": ref("unified_job_templates"),
            "all_parents_must_converge": flag(),
        },
        unique=("workflow_job_template", "identifier"),
        associations={
            **{f"{when}_nodes": "workflow_job_template_nodes" for when in ("success", "failure", "always")},
            "credentials": "credentials",
        },
    ),
    "workflow_approval_templates": Kind(
        "workflow_approval_template", {**DESCRIBED, "timeout": number()}, unique=()
    ),
    "schedules": Kind(
        "schedule",
        {
            **_PROMPTS,
            **DESCRIBED,
            "rrule": text(required=True),
            "enabled": flag(True),
            "unified_job_template": ref("unified_job_templates", required=True),
        },
        unique=("unified_job_template", "name"),
        associations={"credentials": "credentials", "instance_groups": "instance_groups"},
    ),
}

# Everything that can be launched is found by one id, whatever its kind.
UNIFIED = (
    "projects",
    "inventory_sources",
    "job_templates",
    "workflow_job_templates",
    "workflow_approval_templates",
)
# Kinds whose objects one run of ours may not make: they are there, or come from a call of their own.
NOT_POSTED = frozenset({"workflow_approval_templates"})
