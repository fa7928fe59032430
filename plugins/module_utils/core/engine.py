# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The engine: options -> read -> plan -> steps, with one boundary that lets no secret and no traceback out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import Fault, unexpected
from .redact import Redactor
from .retry import Deadline
from .reuse import Reuse
from .spec import Spec
from .web import Http


@dataclass(frozen=True)
class Definition:
    """A module: what it takes, what it does, and the name under which it returns the object.

    :param build: called with (options, Runtime); returns a resource, which has ``read()``, ``plan(actual)``
        and for data modules only ``read()``.
    :param returns: the name under which the object is returned; a tuple where the object is a dict of several,
        which then carries no mark of being predicted.
    :param writes: False for an ``_info`` module, which only reads.
    """

    spec: Spec
    build: Callable
    returns: str | tuple
    writes: bool = True

    def named(self, value):
        """The returned object under its name, or those of the names that it has something for."""
        if isinstance(self.returns, tuple):
            return {name: value[name] for name in self.returns if name in value}
        return {self.returns: value}


@dataclass
class Runtime:
    """What the parts of one task share.

    :param scratch: a private folder that lives as long as the playbook run, or None.
    :param reuse: which answers to reads may be used again.
    """

    options: dict
    redactor: Redactor
    deadline: Deadline
    scratch: str | None = None
    warnings: list = field(default_factory=list)
    reuse: Reuse = field(default_factory=Reuse)
    _closing: list = field(default_factory=list)

    def http(self):
        """A new keep-alive session with this task's certificates and timeout; closed with the task."""
        return self.keep(Http(self.options.get("ca_bundle"), self.options["request_timeout"], self.deadline))

    def keep(self, thing):
        """The thing, whose ``close`` is called when the task ends, however it ends."""
        self._closing.append(thing)
        return thing

    def warn(self, text):
        """Tell the user something that does not stop the work."""
        if text not in self.warnings:
            self.warnings.append(text)

    def close(self):
        """Close all sessions, and whatever else is to be closed."""
        for thing in self._closing:
            thing.close()


def perform(definition, options, check_mode, scratch=None):
    """Run one task from validated options to its result.

    :param options: dict, as Ansible's argument spec validation left it.
    :returns: (result, warnings); ``result["failed"]`` is True where it failed. Nothing in either holds a
        secret, except a value wrapped in ``Disclosed`` on success.
    """
    redactor = Redactor()
    runtime = None
    progress = {}
    try:
        for secret in definition.spec.secrets(options):
            redactor.register(secret)
        reuse = Reuse(scratch, options.get("reuse_seconds") or 0)
        runtime = Runtime(options, redactor, Deadline(options["deadline"]), scratch, reuse=reuse)
        task = definition.build(options, runtime)
        if definition.writes:
            result = _converge(task, definition, check_mode, runtime, progress)
        else:
            result = {"changed": False, **definition.named(task.read())}
    except Fault as fault:
        result = _failure(fault, progress)
    except Exception as error:  # the boundary: whatever it is, only its class name leaves
        result = _failure(unexpected(error), progress)
    finally:
        if runtime:
            runtime.close()
    # The names at the top are our own: a secret that happens to equal one must not rename "failed".
    shown = {name: redactor.structure(value) for name, value in result.items()}
    return shown, [redactor.text(text) for text in (runtime.warnings if runtime else [])]


def _converge(task, definition, check_mode, runtime, progress):
    plan = task.plan(task.read())
    if plan.changed and not check_mode and not plan.blind and runtime.reuse.used:
        # What another task has read may say that there is nothing to do. Who writes looks for himself.
        runtime.reuse.ask_anew()
        plan = task.plan(task.read())
    for text in plan.warnings:
        runtime.warn(text)
    final = plan.predicted() if check_mode or not plan.changed else _carry_out(plan, progress)
    return {"changed": plan.changed, "diff": plan.diff, "actions": plan.actions, **definition.named(final)}


def _carry_out(plan, progress):
    if plan.missing:
        names = ", ".join(plan.missing)
        raise Fault(
            "not_known_yet",
            f"No value for {names}: the step that makes it has not been run.",
            hint="Run the whole chain, or give the value.",
        )
    current, news = plan.actual, None
    progress["left"] = plan.actions
    for step in plan.steps:
        found = step.run(current)
        if found is not None:
            current = news = found
        progress.setdefault("done", []).append(progress["left"].pop(0))
    return plan.foreseen if news is None else news


def _failure(fault, progress):
    """A failed result that says what was done before the failure and what was not."""
    done = progress.get("done", [])
    result = {
        "failed": True,
        "changed": bool(done),
        "msg": fault.sentence,
        "error": fault.as_dict(),
        "actions": done,
    }
    if progress.get("left"):
        result["actions_left"] = progress["left"]
        result["msg"] += f" Not done yet: {'; '.join(progress['left'])}. Run again to go on."
    return result
