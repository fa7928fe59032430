# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The road through PowerShell 7 on this machine: a child process that is ended with everything it started.

Nothing secret is on its command line or in its environment; the access token goes over standard input.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess

from ..core.errors import Fault
from .program import arguments

# What a program needs to run and to find its proxy, and nothing of the run's credentials.
NEEDED = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "PSModulePath",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
    *(name for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY") for name in (proxy, proxy.lower())),
)
PIECE = 65536
# How long a program whose input has ended may take to say goodbye to Exchange.
GOODBYE_SECONDS = 5


class Program(subprocess.Popen):
    """PowerShell as a child that is talked to while it runs, which AnsibleModule.run_command cannot do."""

    def __init__(self, command, environment):
        super().__init__(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "POWERSHELL_TELEMETRY_OPTOUT": "1", "NO_COLOR": "1"},
            bufsize=0,
            start_new_session=True,  # a process group of its own, to be ended as a whole
        )


class LocalPwsh:
    """See ``conversation.PowerShellTransport`` for what a road does.

    :param program: name or path of pwsh.
    """

    place = "this machine"

    def __init__(self, program, deadline):
        self._program = program
        self._deadline = deadline
        self._process = None
        self._selector = None

    def start(self):
        """Start the program.

        :raises Fault: ``library_missing`` where there is no pwsh.
        """
        environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
        path = shutil.which(self._program, path=environment.get("PATH", os.defpath))
        try:
            if path is None:
                raise FileNotFoundError
            self._process = Program([path, *arguments()], environment)
        except OSError:
            raise Fault(
                "library_missing",
                "PowerShell 7 (pwsh) cannot be started on this machine.",
                hint="Install it where this task runs, or give its path as pwsh_path; or choose another "
                "exchange_transport.",
            ) from None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._selector = selectors.DefaultSelector()

    def write(self, data):
        """Hand bytes to the program's standard input.

        :raises Fault: ``timeout`` where it does not read them by the deadline.
        """
        stream = self._process.stdin
        view = memoryview(data)
        while view:
            self._wait(stream, selectors.EVENT_WRITE)
            try:
                view = view[stream.write(view[:PIECE]) or 0 :]
            except OSError:
                return  # it has ended; what it said before tells why

    def read(self):
        """The next bytes of its standard output; empty at the end.

        :raises Fault: ``timeout``.
        """
        self._wait(self._process.stdout, selectors.EVENT_READ)
        return os.read(self._process.stdout.fileno(), PIECE)

    def stop(self):
        """End the program: let it go by itself, then kill whatever is left of it and of its children."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(GOODBYE_SECONDS, self._deadline.left()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        self._selector.close()

    def close(self):
        """The program is all there is."""
        self.stop()

    def _wait(self, stream, event):
        self._selector.register(stream, event)
        try:
            ready = self._selector.select(self._deadline.left())
        finally:
            self._selector.unregister(stream)
        if not ready:
            raise Fault(
                "timeout",
                "PowerShell on this machine did not answer in time.",
                hint="Run again, or raise deadline.",
                retryable=True,
            )
