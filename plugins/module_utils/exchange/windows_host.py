# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The road through a Windows host: the only file that knows pywinrm.

One shell for a task, one program in it. pywinrm has no overall time limit (get_command_output asks for ever), and a
host that sends a byte now and then outlasts any limit on a single answer; so each exchange runs in a thread of its own,
which is left behind at the deadline.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import xml.etree.ElementTree
from urllib.parse import urlsplit

from ..core.errors import Fault
from ..core.web import Request, connection_fault
from .program import arguments

PROGRAM = "powershell.exe"
UTF8 = 65001
# A message may have 153,600 bytes, and base64 takes a third more than it carries (pywinrm does not cut input up).
PIECE = 90_000
# How long the host may hold an answer back while there is no output, and how long we wait for it.
OPERATION_SECONDS = 20
READ_SECONDS = 30
# How long cleaning up may take, whatever is left of the deadline; the host forgets an idle shell by itself.
GOODBYE_SECONDS = 5
IDLE_SECONDS = 900

# Codes of WS-Man faults (winerror.h and wsmerror.h of the Windows SDK).
ACCESS_DENIED = (5,)
SHELL_GONE = (2150858843, 2150858844, 995)
TOO_MANY = (2150859173, 2150859174, 2150859175, 2150859176)
# What pywinrm raises where an answer is cut short or is not what it looks for (tried with each of its calls).
GARBLED = (
    xml.etree.ElementTree.ParseError,
    StopIteration,
    AssertionError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
)


class WindowsHost:
    """See ``conversation.PowerShellTransport`` for what a road does.

    :param settings: exchange.options.WinrmSettings.
    """

    def __init__(self, settings, deadline):
        self.place = f"the Windows host {urlsplit(settings.url).hostname}"
        self._settings = settings
        self._deadline = deadline
        self._protocol = None
        self._shell = None
        self._command = None
        self._exited = False

    def start(self):
        """Open a shell if there is none yet, and start the program in it."""
        if self._protocol is None:
            self._protocol = self._ask(self._connect)
        if self._shell is None:
            self._shell = self._ask(
                lambda: self._protocol.open_shell(
                    noprofile=True, codepage=UTF8, idle_timeout=f"PT{IDLE_SECONDS}S"
                )
            )
        # The signed scripts of the module do not run under the policy that Windows clients come with.
        line = arguments("-ExecutionPolicy", "RemoteSigned")
        self._exited = False
        self._command = self._ask(
            lambda: self._protocol.run_command(
                self._shell, PROGRAM, line, console_mode_stdin=False, skip_cmd_shell=True
            )
        )

    def write(self, data):
        """Hand bytes to the program's standard input, in pieces that fit into a message."""
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            self._ask(
                lambda piece=piece: self._protocol.send_command_input(self._shell, self._command, piece)
            )

    def read(self):
        """The next bytes of its standard output; empty at the end.

        What stands on its standard error is CLIXML, and for nobody: errors come as data.
        """
        while not self._exited:
            try:
                out, _error, _status, self._exited = self._ask(
                    lambda: self._protocol.get_command_output_raw(self._shell, self._command)
                )
            except NoOutputYet:
                continue
            if out:
                return out
        return b""

    def stop(self):
        """End the program; the shell stays for another one."""
        command, self._command = self._command, None
        if command is None:
            return
        if not self._exited:
            self._politely(lambda: self._protocol.send_command_input(self._shell, command, b"", end=True))
        self._politely(lambda: self._protocol.cleanup_command(self._shell, command))

    def close(self):
        """End program and shell."""
        self.stop()
        shell, self._shell = self._shell, None
        if shell is not None:
            self._politely(lambda: self._protocol.close_shell(shell))
        self._protocol = None

    def _connect(self):
        winrm = library()
        settings = self._settings
        protocol = winrm.Protocol(
            settings.url,
            transport=settings.auth,
            username=settings.username,
            password=settings.password,
            cert_pem=settings.certificate_path,
            cert_key_pem=settings.certificate_key_path,
            ca_trust_path=settings.ca_bundle,
            server_cert_validation="validate" if settings.validate_certificate else "ignore",
            operation_timeout_sec=OPERATION_SECONDS,
            read_timeout_sec=READ_SECONDS,
        )
        # A password does not follow a redirect.
        protocol.transport.build_session().max_redirects = 0
        return protocol

    def _ask(self, exchange):
        """Do one exchange within the deadline.

        :raises NoOutputYet: the host had nothing to say for a while. :raises Fault: everything else.
        """
        try:
            return _within(self._deadline.left(), exchange)
        except TimeoutError:
            self._forget()
            raise Fault(
                "timeout",
                f"{_first_upper(self.place)} did not answer in time.",
                hint="Run again, or raise deadline.",
                retryable=True,
            ) from None
        except Fault:
            raise
        except Exception as error:
            raise self._fault(error) from None

    def _politely(self, exchange):
        """Clean up, if the host is still there to hear it; no error of it matters."""
        if self._protocol is None:
            return
        with contextlib.suppress(Exception):
            _within(GOODBYE_SECONDS, exchange)

    def _forget(self):
        """Leave a connection behind on which nothing comes any more."""
        self._protocol = self._shell = self._command = None

    def _fault(self, error):
        """Say in our words what pywinrm ran into; its texts quote answers and are not passed on."""
        names = {kind.__name__ for kind in type(error).__mro__}
        if "WinRMOperationTimeoutError" in names:
            return NoOutputYet()
        if "InvalidCredentialsError" in names:
            return self._refused()
        if "WSManFaultError" in names:
            return self._wsman_fault(error)
        if "WinRMTransportError" in names:
            return self._http_fault(error.code)
        if "RequestException" in names:
            self._forget()
            return self._network_fault(error)
        if {"KerberosExchangeError", "SpnegoError", "GSSError", "MutualAuthenticationError"} & names:
            return self._refused()
        if "WinRMError" in names:
            return Fault(
                "library_missing",
                f"pywinrm cannot sign in with {self._settings.auth} on this machine.",
                hint=f"Install pywinrm[{self._settings.auth}] where this task runs.",
            )
        if isinstance(error, GARBLED):
            self._forget()
            return Fault(
                "protocol",
                f"{_first_upper(self.place)} gave an answer that is cut short, or none of WinRM.",
                hint="Check winrm_url, and whether a proxy answers in its place.",
            )
        if isinstance(error, OSError):
            return Fault(
                "invalid_input",
                f"The certificate files for {self.place} cannot be read.",
                hint="Check winrm_certificate_path, winrm_certificate_key_path and winrm_ca_bundle.",
            )
        return error

    def _refused(self):
        remedy = {
            "kerberos": "Get a ticket with kinit, and check that the host has one for HTTP in the directory.",
            "certificate": "Check winrm_certificate_path, and that the host maps it to a user.",
        }
        return Fault(
            "unauthenticated",
            f"{_first_upper(self.place)} refused the sign-in ({self._settings.auth}).",
            hint=remedy.get(
                self._settings.auth, "Check winrm_username, winrm_password, and that it allows winrm_auth."
            ),
        )

    def _denied(self, status):
        return Fault(
            "denied",
            f"{_first_upper(self.place)} does not let this user open a shell.",
            hint="Make the user a member of its group Remote Management Users.",
            status=status,
        )

    def _wsman_fault(self, error):
        code = error.wsman_fault_code
        if code in ACCESS_DENIED:
            return self._denied(error.code)
        self._shell = self._command = None
        if code in TOO_MANY:
            return Fault(
                "throttled",
                f"{_first_upper(self.place)} has as many shells open as it allows.",
                hint="Run again with fewer forks, or raise MaxShellsPerUser there.",
                status=error.code,
                retryable=True,
            )
        gone = code in SHELL_GONE
        return Fault(
            "service_error",
            f"{_first_upper(self.place)} {'lost the shell' if gone else 'reported a fault'} (WS-Man {code}).",
            hint="Run again; if it stays so, look into its event log Windows Remote Management.",
            status=error.code,
            retryable=True,
        )

    def _http_fault(self, status):
        if status == 403:
            return self._denied(status)
        busy = status >= 500 or status in (408, 429)
        return Fault(
            "service_error" if busy else "protocol",
            f"{_first_upper(self.place)} answered HTTP {status}.",
            hint="Check winrm_url, and that the WinRM service runs there.",
            status=status,
            retryable=busy,
        )

    def _network_fault(self, error):
        fault = connection_fault(error, Request("POST", self._settings.url))
        if fault.code == "tls":
            fault.hint = (
                "Give the certificate authority of the host as winrm_ca_bundle, and its name as in the certificate in "
                "winrm_url; or renew the certificate."
            )
        return fault


class NoOutputYet(Exception):
    """The host had nothing to say within the time of one operation."""


def library():
    """The package winrm, which takes a while to load and is needed on this road only.

    :raises Fault: ``library_missing``.
    """
    try:
        import winrm
    except ImportError as error:
        raise Fault(
            "library_missing",
            "The Python package pywinrm is not installed where this task runs.",
            hint=f"Install it there, or choose another exchange_transport. ({error})",
        ) from None
    return winrm


def _within(seconds, call):
    """What a call returns or raises, unless it takes longer.

    :raises TimeoutError: the call goes on in its thread, which ends with the process.
    """
    outcome = queue.Queue()

    def work():
        try:
            outcome.put((call(), None))
        except BaseException as error:  # handed over to the caller's thread
            outcome.put((None, error))

    threading.Thread(target=work, daemon=True).start()
    try:
        value, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return value


def _first_upper(text):
    return text[0].upper() + text[1:]
