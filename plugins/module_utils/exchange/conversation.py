# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Exchange cmdlets through PowerShell: the conversation with the one program, wherever that runs.

The program is started once for a task, connects once, and then runs whatever the task asks for, because each
connection to Exchange Online takes seconds (Connect-ExchangeOnline page).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..core.errors import Fault
from ..core.retry import Policy, persist
from .answers import Answer, answered, refusal, unclear
from .cmdlets import repeatable
from .powershell_errors import failed_cmdlet, failed_connection
from .program import MARK

# More than any list of ours holds; a host that goes on talking must not fill the memory.
MOST_BYTES = 64 * 1024 * 1024
CONNECTION = 0


@dataclass(frozen=True)
class Organization:
    """What Connect-ExchangeOnline needs to know beside the token: the tenant, and its cloud's name in PowerShell."""

    tenant: str
    environment: str


class PowerShellTransport:
    """``invoke(cmdlet, parameters)`` and ``run(commands)`` through PowerShell.

    :param road: where the program runs: ``place`` in words, ``start()``, ``write(bytes)``, ``read()`` -> bytes, empty
        at the end, ``stop()``; each raises Fault, none outlasts the task's deadline.
    :param token: as for core.service.Service.
    """

    def __init__(self, road, token, deadline, organization):
        self._road = road
        self._token = token
        self._organization = organization
        self._connected = False
        self._renewed = False
        self._last_id = CONNECTION
        self._buffer = b""
        self.deadline, self.policy = deadline, Policy()

    def invoke(self, cmdlet, parameters):
        """The records of one cmdlet.

        :raises Uncertain: a New- cmdlet may have been carried out. :raises Fault: see ``run``.
        """
        return self.run([(cmdlet, parameters)])[0].value()

    def run(self, commands):
        """Run cmdlets one after the other in one session.

        :param commands: (cmdlet, parameters) pairs.
        :returns: an Answer for each, in order; what went wrong stands in it.
        """
        answers = [refusal(*command) for command in commands]

        tries = 0

        def attempt():
            nonlocal tries
            tries += 1
            try:
                self._attempt(commands, answers)
            except Passing:
                raise
            except Fault:
                self._end()
                raise

        try:
            persist(attempt, self.policy, self.deadline)
        except Fault as fault:
            answers = [Answer(fault=fault) if answer is None else answer for answer in answers]
        for answer in answers:
            answer.repeated = tries > 1
        return answers

    def close(self):
        """End the program; what is left of it is nobody's concern any more."""
        self._end()
        self._road.close()

    def _attempt(self, commands, answers):
        left = [number for number, answer in enumerate(answers) if answer is None]
        if not left:
            return
        if not self._connected:
            self._connect(commands[left[0]][0])
        places = {}
        for number in left:
            self._last_id += 1
            places[self._last_id] = number
        listed = [_command(place, *commands[number]) for place, number in places.items()]
        try:
            self._say({"commands": listed})
            while places:
                self._take(places, commands, answers)
        except Fault as fault:
            # What was on its way may have been carried out, answered or not.
            for number in places.values():
                if not repeatable(commands[number][0]):
                    answers[number] = Answer(fault=unclear(fault, commands[number][0]))
            raise
        self._again(commands, answers, left)

    def _take(self, places, commands, answers):
        """Put the next answer where it belongs."""
        answer = self._next()
        number = places.pop(answer.get("id"), None)
        if number is None:
            raise self._broken()
        cmdlet = commands[number][0]
        if "error" in answer:
            answers[number] = Answer(fault=failed_cmdlet(answer["error"], cmdlet))
        elif isinstance(answer.get("records"), list) and isinstance(answer.get("warnings"), list):
            answers[number] = answered(cmdlet, answer["records"], answer["warnings"])
        else:
            answers[number] = Answer(fault=unclear(self._broken(), cmdlet))

    @staticmethod
    def _again(commands, answers, numbers):
        """Ask again for what failed in passing: raise its fault, and forget its answer."""
        passing = None
        for number in numbers:
            fault = answers[number].fault
            if fault is None or not fault.retryable:
                continue
            cmdlet = commands[number][0]
            if fault.code == "throttled" or repeatable(cmdlet):
                answers[number], passing = None, fault
            else:
                answers[number] = Answer(fault=unclear(fault, cmdlet))
        if passing is not None:
            raise Passing(passing)

    def _connect(self, cmdlet):
        """Start the program and let it connect, before it hears of any cmdlet.

        :param cmdlet: what is to be run first, for an app that may run nothing.
        """
        connection = {
            "token": _text(self._token.get()),
            "organization": _text(self._organization.tenant),
            "environment": _text(self._organization.environment),
        }
        self._buffer = b""
        self._road.start()
        self._say({"connection": connection})
        answer = self._next()
        if answer.get("id") != CONNECTION:
            raise self._broken()
        if "error" in answer:
            raise self._refused(failed_connection(answer["error"], cmdlet, self._road.place))
        self._connected = True

    def _refused(self, fault):
        if fault.code == "unauthenticated" and not self._renewed:
            self._renewed = True
            # Another try with another token, unless nobody here can make one.
            fault.retryable = self._token.renew() is not None
        return fault

    def _say(self, document):
        self._road.write(json.dumps(document).encode("ascii") + b"\n")

    def _next(self):
        """The program's next answer.

        :raises Fault: ``protocol`` for one that is cut short or garbled, ``service_error`` for none at all.
        """
        while True:
            line, found, rest = self._buffer.partition(b"\n")
            if found:
                self._buffer = rest
                if line.startswith(MARK.encode("ascii")):
                    return self._decoded(line[len(MARK) :])
                continue  # something that a module had to say
            if len(self._buffer) > MOST_BYTES:
                raise self._broken()
            piece = self._road.read()
            if not piece:
                raise self._broken() if self._buffer.startswith(MARK.encode("ascii")) else self._ended()
            self._buffer += piece

    def _decoded(self, line):
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self._broken()
        return answer

    def _broken(self):
        return Fault(
            "protocol",
            f"The answer of PowerShell on {self._road.place} is cut short or garbled.",
            hint="Run again; if it stays so, look into the event log there.",
        )

    def _ended(self):
        # Before it was ever connected there is no reason to believe that it will do better next time.
        return Fault(
            "service_error",
            f"PowerShell on {self._road.place} ended before it answered.",
            hint="Run again; if it stays so, start PowerShell there by hand and connect with Connect-ExchangeOnline.",
            retryable=self._connected,
        )

    def _end(self):
        self._connected = False
        self._road.stop()


class Passing(Fault):
    """A fault of one cmdlet in a session that is in order: ask again without another connection."""

    def __init__(self, fault):
        super().__init__(
            fault.code,
            fault.message,
            hint=fault.hint,
            request_id=fault.request_id,
            retryable=True,
            retry_after=fault.retry_after,
        )


def _command(place, cmdlet, parameters):
    return {
        "id": place,
        "cmdlet": _text(cmdlet),
        "parameters": {name: _wired(value) for name, value in parameters.items()},
    }


def _wired(value):
    """A value as the program expects it: texts with a sign in front, so that none is taken for a date."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_text(item) for item in value]
    return value


def _text(value):
    return f"={value}"
