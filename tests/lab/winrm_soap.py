# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Man messages as a Windows host reads and writes them (MS-WSMV; what pywinrm 0.5 sends was captured)."""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
RESOURCE = f"{SHELL}/cmd"
ACTIONS = {
    f"{TRANSFER}/Create": "Create",
    f"{TRANSFER}/Delete": "Delete",
    **{f"{SHELL}/{name}": name for name in ("Command", "Send", "Receive", "Signal")},
}
NAMES = {"s": ENVELOPE, "a": ADDRESSING, "w": WSMAN, "rsp": SHELL}
# Codes of faults: no output within the operation's time, no such shell, not a message for this resource.
TIMED_OUT, NO_SHELL, UNFIT = 2150858793, 2150858843, 2150858752


class Malformed(Exception):
    """Not a message that a Windows host would take."""


@dataclass(frozen=True)
class Message:
    """A request: ``options`` by name, ``data`` of standard input, ``seconds`` that it may be held back."""

    action: str
    message_id: str
    shell: str | None
    command: str | None
    seconds: float
    options: dict[str, str] = field(default_factory=dict)
    line: str = ""
    data: bytes = b""
    end: bool = False


def read(body: bytes) -> Message:
    """A request's message. Raises Malformed."""
    try:
        root = ElementTree.fromstring(body)
        header, content = root.find("s:Header", NAMES), root.find("s:Body", NAMES)
        if header is None or content is None:
            raise Malformed
        action = ACTIONS[_text(header, "a:Action")]
        if _text(header, "w:ResourceURI") != RESOURCE:
            raise Malformed
        seconds = re.fullmatch(r"PT(\d+)S", _text(header, "w:OperationTimeout"))
        selector = header.find("w:SelectorSet/w:Selector[@Name='ShellId']", NAMES)
        stream = content.find("rsp:Send/rsp:Stream", NAMES)
        named = next((node.get("CommandId") for node in content.iter() if node.get("CommandId")), None)
        return Message(
            action,
            _text(header, "a:MessageID"),
            None if selector is None else selector.text,
            named,
            float(seconds[1]) if seconds else 60,
            {
                node.get("Name", ""): node.text or ""
                for node in header.iterfind("w:OptionSet/w:Option", NAMES)
            },
            " ".join(node.text or "" for node in content.iterfind("rsp:CommandLine/*", NAMES)),
            base64.b64decode(stream.text or "") if stream is not None else b"",
            stream is not None and stream.get("End") == "true",
        )
    except (ElementTree.ParseError, KeyError, ValueError):
        raise Malformed from None


def _text(node: ElementTree.Element, path: str) -> str:
    found = node.find(path, NAMES)
    if found is None or not found.text:
        raise Malformed
    return found.text


def answer(request: Message, body: str) -> bytes:
    """The answer to a request."""
    action = (
        f"{TRANSFER}/{request.action}"
        if request.action in ("Create", "Delete")
        else f"{SHELL}/{request.action}"
    )
    return _envelope(f"{action}Response", body, request.message_id)


def created(shell: str) -> str:
    """The body that tells a new shell's id."""
    return (
        f'<x:ResourceCreated xmlns:x="{TRANSFER}"><a:Address>https://localhost/wsman</a:Address>'
        f"<a:ReferenceParameters><w:ResourceURI>{RESOURCE}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>'
    )


def started(command: str) -> str:
    """The body that tells a new command's id."""
    return f"<rsp:CommandResponse><rsp:CommandId>{command}</rsp:CommandId></rsp:CommandResponse>"


def output(command: str, data: bytes, status: int | None) -> str:
    """The body with output; ``status`` is the exit status of a program that is done."""
    text = base64.b64encode(data).decode()
    stream = f'<rsp:Stream Name="stdout" CommandId="{command}">{text}</rsp:Stream>' if data else ""
    state = f'State="{SHELL}/CommandState/{"Running" if status is None else "Done"}"'
    code = "" if status is None else f"<rsp:ExitCode>{status}</rsp:ExitCode>"
    state = f'<rsp:CommandState CommandId="{command}" {state}>{code}</rsp:CommandState>'
    return f"<rsp:ReceiveResponse>{stream}{state}</rsp:ReceiveResponse>"


def fault(code: int, reason: str = "The WS-Management service cannot process the request.") -> bytes:
    """A SOAP fault with the code of a WS-Man fault."""
    body = (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en-US">{escape(reason)}</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{FAULT}" Code="{code}" Machine="lab"><f:Message>{escape(reason)}</f:Message>'
        "</f:WSManFault></s:Detail></s:Fault>"
    )
    return _envelope(f"{WSMAN}/fault", body, f"uuid:{uuid.uuid4()}")


def _envelope(action: str, body: str, relates_to: str) -> bytes:
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{ENVELOPE}" xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}"'
        f' xmlns:rsp="{SHELL}">'
        f"<s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()
