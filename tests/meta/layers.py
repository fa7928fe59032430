# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may know whom: the imports of everything below ``plugins/``, read without running any of it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

# Area -> what it may import of ours. An area is a folder; "folder.file" is that file alone.
ALLOWED = {
    "doc_fragments": (),
    "action": ("modules", "plugin_utils.in_process"),
    "inventory": ("plugin_utils.mailbox_table",),
    "lookup": (),
    "plugin_utils": ("core.addresses", "core.engine", "core.errors", "core.redact", "core.run"),
    "modules": (
        "resources",
        "core.engine",
        "core.run",
        "core.spec",
        "auth.options",
        "graph.options",
        "exchange.options",
        "connect.options",
        "smtp.options",
    ),
    # The one place where services meet; it plans, so it sends nothing by itself.
    "resources": (
        "resources",
        "graph",
        "exchange.client",
        "exchange.rights",
        "connect.client",
        "connect.regions",
        "stores.opening",
        "stores.options",
        "stores.store",
        "smtp",
        "auth.clouds",
        "auth.discovery",
        "auth.options",
        "auth.prove",
        "core.addresses",
        "core.errors",
        "core.exclusive",
        "core.fields",
        "core.lasting",
        "core.machine",
        "core.plan",
        "core.record",
        "core.redact",
        "core.retry",
        "core.spec",
    ),
    "graph": ("graph", "auth", "core"),
    "exchange": ("exchange", "auth", "core"),
    "connect": ("connect", "auth", "core"),
    # Where users keep a secret besides the asset; a store knows neither what is kept nor the services it is for.
    "stores": ("stores", "auth", "core"),
    "smtp": ("smtp", "auth", "core"),
    "auth": ("auth", "core"),
    "core": ("core",),
}

# Which service a resource is about. Those that join services are the plan of a whole channel, the hand-over of a secret
# from Entra ID to Webex Connect, and the doctor, who reads everything of a tenant.
SERVICES = {
    "app_": {"graph"},
    "consent_policy": {"graph"},
    "permissions": {"graph"},
    "secret_lifetime": set(),
    "handover_": set(),
    "permitted": set(),
    "mailbox": {"exchange"},
    "mail_flow": set(),
    "organization": {"exchange"},
    "forwarding": {"exchange"},
    "outbound_": {"exchange"},
    "email_asset": {"connect"},
    "smtp_": {"smtp"},
    "message_trace": {"exchange"},
    "mail_trouble": set(),
    "credential": {"graph", "connect"},
    "channel": {"graph", "exchange", "connect"},
    "doctor_reading": {"graph", "exchange", "connect"},
    # They judge by what the services' rights and names mean; they ask nothing.
    "doctor_identity": {"graph", "exchange"},
    "doctor_tenant": {"graph"},
    "doctor": {"smtp"},
    "probes_connect": {"graph", "connect"},
    "probes_exchange": {"exchange", "smtp"},
    "probes_directory": {"graph"},
    "probe": set(),
}

# The only files that know a package from outside.
EDGES = {
    "core.run": {"ansible"},
    "core.web": {"requests"},
    "auth.library": {"msal"},
    "exchange.windows_host": {"winrm"},
    "auth.certificate": {"cryptography"},
    "stores.vault_file": {"yaml"},
    "plugin_utils.in_process": {"ansible"},
    "inventory.mailbox_csv": {"ansible"},
    "lookup.record_path": {"ansible"},
    "lookup.tenant_channels": {"ansible"},
    "lookup.unsettled_hosts": {"ansible"},
    "lookup.variables": {"ansible"},
}
# What would import something behind the back of this test, but for that which only tells versions.
DYNAMIC = {"importlib", "imp", "pkgutil", "runpy"}
VERSIONS = ("core.machine", "importlib.metadata")
# The layers that have a folder of their own in module_utils; "module_utils" itself is not a layer.
UTILS = ("core", "auth", "graph", "exchange", "connect", "smtp", "stores", "resources")


def violations(plugins: Path) -> list[str]:
    """Every import below ``plugins`` that the tables above do not allow, in words."""
    found = []
    for path in sorted(plugins.rglob("*.py")):
        found += [f"{path.relative_to(plugins)}: {problem}" for problem in _of_file(plugins, path)]
    return found


def _of_file(plugins: Path, path: Path) -> Iterator[str]:
    importer = _name(path.relative_to(plugins).with_suffix("").parts)
    if importer is None:
        yield "is in a folder that no layer owns"
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _outside(importer, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from _outside(importer, node.module or "")
        elif isinstance(node, ast.ImportFrom):
            for target in _targets(plugins, path, node):
                yield from _inside(importer, target)
        elif isinstance(node, ast.Name) and node.id == "__import__":
            yield "imports something dynamically"


def _outside(importer: str, module: str) -> Iterator[str]:
    package = module.split(".")[0]
    if package == "ansible_collections":
        yield f"imports {module}; inside the collection imports are relative"
    elif package in DYNAMIC and (importer, module) != VERSIONS:
        yield f"imports {package}, with which it could import anything"
    elif package not in sys.stdlib_module_names and package not in EDGES.get(importer, ()):
        yield f"imports {package}, which is not for {importer}"


def _inside(importer: str, target: str | None) -> Iterator[str]:
    if target is None:
        yield "imports something that is not in a layer"
        return
    area = importer.split(".")[0]
    if not any(target == allowed or target.startswith(allowed + ".") for allowed in ALLOWED[area]):
        yield f"imports {target}, which is not for {area}"
    service = target.split(".")[0]
    if area == "resources" and service in ("graph", "exchange", "connect", "smtp"):
        name = importer.split(".")[1]
        owner = next((prefix for prefix in SERVICES if name.startswith(prefix)), None)
        if owner is None:
            yield "belongs to no service; write it down in SERVICES"
        elif service not in SERVICES[owner]:
            yield f"imports {target}, and is not about {service}"


def _targets(plugins: Path, path: Path, node: ast.ImportFrom) -> list[str | None]:
    """Layer names ("core.errors") of what a relative import brings in."""
    folder = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
    if not folder.is_relative_to(plugins):
        return [None]
    if not folder.is_dir():
        return [_name(folder.relative_to(plugins).parts)]
    return [_name((folder / alias.name).relative_to(plugins).parts) for alias in node.names]


def _name(parts: tuple[str, ...]) -> str | None:
    """ "core.errors" for ("module_utils", "core", "errors"); None outside of every layer."""
    if parts and parts[0] == "module_utils":
        parts = parts[1:]
        return ".".join(parts) if parts and parts[0] in UTILS else None
    return ".".join(parts) if parts and parts[0] in ALLOWED and parts[0] not in UTILS else None


def thick_modules(plugins: Path) -> list[str]:
    """Modules that hold more than documentation, imports, one definition and one call."""
    return [path.stem for path in sorted((plugins / "modules").glob("*.py")) if not _is_thin(path)]


def _is_thin(path: Path) -> bool:
    rest = []
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and not _is_sum(node.value):
            rest.append(ast.unparse(node.targets[0]))
        elif not isinstance(node, (ast.Assign, ast.ImportFrom)):
            rest.append(ast.unparse(node))
    return rest == [
        "DOCUMENTATION",
        "EXAMPLES",
        "RETURN",
        "MODULE",
        "def main():\n    run(MODULE)",
        "if __name__ == '__main__':\n    main()",
    ]


def _is_sum(value: ast.AST) -> bool:
    """Whether a value is nothing but names added up, as specs are."""
    return isinstance(value, ast.Name) or (
        isinstance(value, ast.BinOp) and _is_sum(value.left) and _is_sum(value.right)
    )
