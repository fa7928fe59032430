# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the Exchange admin API, in the shapes the service answers with.

Two families exist. A *binding* error (wrong parameter, wrong value) carries its .NET type in
``innererror.internalexception.type``; a *task* error (no such object, name clash) carries it inside the
text, as ``ErrorId|DotNetType|human text``. Shapes: public clients that read the service's error bodies
(evidence C/M).
"""

from __future__ import annotations

from typing import Any

TASKS = "Microsoft.Exchange.Configuration.Tasks."
COMMAND_INVOCATION = "Microsoft.Exchange.AdminApi.CommandInvocation."

OBJECT_NOT_FOUND = TASKS + "ManagementObjectNotFoundException"
OBJECT_AMBIGUOUS = TASKS + "ManagementObjectAmbiguousException"
OBJECT_EXISTS = TASKS + "ManagementObjectAlreadyExistsException"
VALIDATION = "Microsoft.Exchange.Management.Tasks.ValidationException"
WRITE_SCOPE = "System.InvalidOperationException"
PARAMETER_SET = COMMAND_INVOCATION + "AmbiguousParameterSetException"
PARAMETER_VALUE = COMMAND_INVOCATION + "ParameterTransformationException"

# The directory server named in "couldn't be found on '…'"; any name does, clients must not depend on it.
DIRECTORY_SERVER = "LAB01DC001.LAB01A001.PROD.OUTLOOK.COM"


class CmdletError(Exception):
    """A cmdlet that ran into an error: ``kind`` is the .NET type, ``text`` what a person reads.

    ``binding`` is true when the parameters did not bind, so that the cmdlet itself never ran.
    """

    def __init__(self, kind: str, text: str, *, error_id: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.error_id = error_id
        self.binding = kind in (PARAMETER_SET, PARAMETER_VALUE)

    @property
    def pipe_text(self) -> str:
        """``ErrorId|DotNetType|text``; the id may be empty, so the text may start with a pipe."""
        return f"{self.error_id}|{self.kind}|{self.text}"


def not_found(identity: str) -> CmdletError:
    """The error of an identity that names nothing. Text and id: seen live, evidence M."""
    text = f"The operation couldn't be performed because object '{identity}' couldn't be found"
    return CmdletError(OBJECT_NOT_FOUND, f"{text} on '{DIRECTORY_SERVER}'.", error_id="Ex6F9304")


def ambiguous(identity: str) -> CmdletError:
    """The error of a write whose identity names several objects."""
    return CmdletError(
        OBJECT_AMBIGUOUS,
        f"The operation couldn't be performed because '{identity}' matches multiple entries.",
    )


def unknown_parameter(names: list[str]) -> CmdletError:
    """The error of parameters that the cmdlet does not have. Evidence M."""
    return CmdletError(
        PARAMETER_SET,
        "Parameter set cannot be resolved using the specified named parameters. "
        f"Invalid cmdlet parameters specified. {', '.join(names)}",
    )


def missing_parameter(name: str) -> CmdletError:
    """The error of a mandatory parameter left out. Evidence I: same type as an unknown one."""
    return CmdletError(
        PARAMETER_SET,
        "Parameter set cannot be resolved using the specified named parameters. "
        f"Missing mandatory parameter: {name}.",
    )


def bad_value(parameter: str, value: Any, reason: str) -> CmdletError:
    """The error of a value that does not fit its parameter.

    Evidence M for enumerations, I for the other types.
    """
    return CmdletError(
        PARAMETER_VALUE,
        f"Cannot process argument transformation on parameter '{parameter}'. "
        f'Cannot convert value "{value}". Error: "{reason}"',
    )


def status_of(error: CmdletError, not_found_status: int = 404) -> int:
    """HTTP status of a cmdlet error: 400, but for an unknown object ``not_found_status`` (reports differ)."""
    return not_found_status if error.kind == OBJECT_NOT_FOUND else 400


def envelope(error: CmdletError, status: int) -> dict[str, Any]:
    """The JSON body of a cmdlet error."""
    message = "Invalid Operation" if error.binding else "Error executing cmdlet"
    internal = (
        {"message": error.text, "type": error.kind, "stacktrace": ""}
        if error.binding
        else {"message": error.pipe_text, "type": "Exception", "stacktrace": ""}
    )
    body: dict[str, Any] = {
        "code": "NotFound" if status == 404 else "BadRequest",
        "message": message,
        "innererror": {
            "message": message,
            "type": "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
            "stacktrace": "",
            "internalexception": internal,
        },
    }
    if error.kind != PARAMETER_VALUE:
        # A refused value was seen live without `details`, every other error with it.
        body["details"] = [{"code": "Client", "target": "", "message": error.pipe_text}]
    return {"error": body}
