"""One lab at work in one kernel: its account, its progress, and how to build it again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3

from dryrun import environment
from dryrun.checks.account import Account, Cloud
from dryrun.checks.exceptions import NotStartedError
from dryrun.checks.model import Exercise, Lab
from dryrun.checks.progress import Entry, Progress
from dryrun.checks.registry import get_lab
from dryrun.cloud import history, launcher
from dryrun.cloud.history import Change
from dryrun.exceptions import CloudError, DryRunError, LabError, WorkspaceError
from dryrun.notebook import messages
from dryrun.notebook.display import ipython
from dryrun.notebook.gaps import allow_comments_above_magics
from dryrun.notebook.scripts import tell_failed_scripts_in_a_sentence
from dryrun.notebook.state import (
    Prepared,
    forget_prepared,
    one_builder,
    read_prepared,
    write_prepared,
)
from dryrun.notebook.strict import is_strict
from dryrun.workspace import Workspace

RESET_LIMIT = 40.0
"""Seconds the cloud may take to come back with a fresh account.

The first time the keeper loads what the worker had loaded, CloudFormation with all its services
among it; on a busy machine that takes long.
"""

_NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"
_NOTEBOOK = re.compile(r"(?:^|/)(?:(?P<track>\d\d)-[^/]*/)?(?P<lab>\d\d)-[^/]*\.ipynb$")


@dataclass
class Session:
    """Hold one started lab; `environ` is the environment as it was at the start."""

    workspace: Workspace
    running: Cloud
    lab: Lab
    account: Account
    progress: Progress
    environ: Mapping[str, str]
    remembered: bool = True

    def key(self, slug: str) -> str:
        """Return the stable key of an exercise or question in the progress file."""
        return f"{self.lab.id}/{slug}"

    def aliases(self, exercise: Exercise) -> list[str]:
        """Return the keys the exercise had before."""
        return [self.key(alias) for alias in exercise.aliases]

    def entry(self, exercise: Exercise) -> Entry:
        """Return the progress of `exercise`."""
        return self.progress.get(self.key(exercise.id), self.aliases(exercise))

    def update(self, exercise: Exercise, change: Callable[[Entry], Entry]) -> Entry:
        """Change the progress of `exercise`; a disk that refuses is told by `notices`."""
        return self.progress.update(self.key(exercise.id), change, self.aliases(exercise))

    def next_exercise(self) -> Exercise | None:
        """Return the first exercise that is not done."""
        return next((e for e in self.lab.exercises if not self.entry(e).done), None)

    def notices(self) -> list[str]:
        """Return the sentences about progress that a learner must know now."""
        told = [messages.PROGRESS_NEW] if self.progress.lost() else []
        trouble, self.progress.trouble = self.progress.trouble, None
        return [*told, trouble] if trouble else told

    def rebuild(self, upto: Exercise | None = None) -> list[Exercise]:
        """Make the account fresh, prepare the lab and solve the exercises before `upto`.

        Returns the exercises that were solved. The kernel's environment becomes what it
        was at the start, plus what the solvers set.
        """
        with one_builder(self.workspace):
            return self._rebuild(upto)

    def begin(self, *, fresh: bool) -> None:
        """Prepare the lab; `fresh` says that the account is as new. Holds no lock."""
        if fresh:
            self._prepare()
        else:
            self._rebuild(None)

    def _rebuild(self, upto: Exercise | None) -> list[Exercise]:
        _restore(self.environ)
        forget_prepared(self.workspace)
        self.move(_reset(self.workspace, self.running, self.lab), since=0)
        self._prepare()
        solved: list[Exercise] = []
        solver = self.account.as_solver()
        for exercise in self.lab.exercises:
            if upto is None or exercise.id == upto.id:
                break
            _attempt(exercise.solve, solver, messages.SOLVE_FAILED, number=exercise.number)
            solved.append(exercise)
            self.mark(exercise)
        return solved

    def mark(self, exercise: Exercise) -> None:
        """Note in the journal that an exercise is done, for `rewind`; the first time counts."""
        with contextlib.suppress(CloudError):
            mark = {"lab": self.lab.id, "exercise": exercise.id, "what": "done"}
            self.running.control("mark", mark)

    def undo(self) -> Change:
        """Take back the last change since the lab was prepared, and return it."""
        with one_builder(self.workspace):
            found = history.changes(self.running, self.account.since)
            if not found:
                raise LabError(messages.NOTHING_TO_UNDO)
            self._go_back(found[-1].number - 1)
        return found[-1]

    def rewind(self, exercise: Exercise) -> Exercise | None:
        """Go back to where the exercises before this one were done.

        Returns the last of them that was done, or None when the account is as the lab began.
        """
        with one_builder(self.workspace):
            number, last = self.account.since - 1, None
            earlier = self.lab.exercises[: self.lab.exercises.index(exercise)]
            for mark in self.running.control("marks")["marks"]:
                done = next((e for e in earlier if e.id == mark["exercise"]), None)
                if done is not None and mark["lab"] == self.lab.id and mark["number"] > number:
                    number, last = int(mark["number"]), done
            self._go_back(number)
        return last

    def keep(self) -> Callable[[], None]:
        """Return a function that brings back the account and the AWS files as they are now.

        It does so as long as the account is not made fresh meanwhile.
        """
        number = int(self.running.control("calls", {"since": sys.maxsize})["next"]) - 1
        environ, kept = dict(os.environ), _aws_files(self.workspace)

        def bring_back() -> None:
            with one_builder(self.workspace):
                _restore(environ)
                _forget_aws_files(self.workspace)
                for path, data in kept.items():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
                self._go_back(number)

        return bring_back

    def _go_back(self, number: int) -> None:
        history.go_back(self.running, number)
        self.move(self.running, self.account.since)

    def _prepare(self) -> None:
        _attempt(self.lab.prepare, self.account, messages.PREPARE_FAILED, lab=self.lab.id)
        since = int(self.running.control("calls", {"since": 0})["next"])
        self.move(self.running, since)
        prepared = Prepared(self.lab.id, self.running.instance, since)
        self.remembered = write_prepared(self.workspace, prepared)

    def follow(self, running: Cloud) -> None:
        """Go on with the same account in another process, when the cloud was started again."""
        if running != self.running:
            self.move(running, self.account.since)

    def move(self, running: Cloud, since: int) -> None:
        """Go on with another run of the cloud."""
        self.running = running
        self.account.move(running, since)


@dataclass(frozen=True)
class Started:
    """Hold a session and how it came about; `notice` is a sentence for the learner."""

    session: Session
    fresh: bool
    lost: bool
    notice: str


def start(lab_id: str, active: Session | None) -> Started:
    """Start the cloud where needed and prepare the lab unless it is prepared already.

    `active` is the session of this kernel, if any. Raises DryRunError.
    """
    workspace = Workspace.find()
    lab = get_lab(lab_id)
    workspace.prepare()
    with one_builder(workspace):
        return _start(workspace, lab, active)


def _start(workspace: Workspace, lab: Lab, active: Session | None) -> Started:
    running = launcher.start(workspace)
    if halted := running.control("health").get("halted"):
        raise CloudError(str(halted["sentence"]))
    before = read_prepared(workspace)
    kept = _holds(before, lab.id, running) and not is_strict()
    if kept and _same(active, lab, running):
        # The learner's own variables may be part of the work: leave them alone.
        assert active is not None
        active.follow(running)
        return Started(active, fresh=False, lost=False, notice=messages.LAB_RESUMED)
    session = _open(workspace, running, lab, before.since if kept and before else 0)
    if kept:
        return Started(session, fresh=False, lost=False, notice=messages.LAB_RESUMED)
    untouched = before is None and not running.control("calls", {"since": 0})["calls"]
    session.begin(fresh=untouched)
    if before is None or is_strict():
        return Started(session, fresh=True, lost=False, notice=messages.LAB_FRESH)
    if before.lab != lab.id:
        notice = messages.LAB_FRESH_OTHER.format(other=before.lab)
        return Started(session, fresh=True, lost=True, notice=notice)
    return Started(session, fresh=True, lost=True, notice=messages.LAB_FRESH_LOST)


def current(active: Session | None) -> Session:
    """Return the session to work with, attached again after a kernel restart.

    Raises NotStartedError, CloudError or LabError with the remedy when there is none.
    """
    if active is None:
        return _attach()
    lab = active.lab.id
    if not active.workspace.state.exists():
        raise NotStartedError(messages.STATE_DELETED.format(lab=lab))
    running = launcher.find(active.workspace)
    if running is None:
        raise CloudError(messages.CLOUD_GONE.format(lab=lab))
    prepared = read_prepared(active.workspace)
    if active.remembered and prepared is not None and prepared.lab != lab:
        raise LabError(messages.OTHER_LAB.format(other=prepared.lab, lab=lab))
    if running.instance != active.running.instance:
        if prepared is None or prepared.instance != running.instance:
            raise CloudError(messages.CLOUD_REPLACED.format(lab=lab))
        # Another notebook rebuilt the account of this lab meanwhile.
        active.move(running, prepared.since)
    active.follow(running)
    return active


def lab_of_notebook(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the lab id that the name of the running notebook says, if it says one."""
    match = _NOTEBOOK.search(environ.get(_NOTEBOOK_VARIABLE, ""))
    if match is None:
        return None
    return f"{match['track']}-{match['lab']}" if match["track"] else match["lab"]


def _attach() -> Session:
    """Go on with the lab the account holds, when it is plain that this notebook means it."""
    try:
        workspace = Workspace.find()
    except DryRunError as error:
        raise NotStartedError(messages.NOT_STARTED) from error
    prepared = read_prepared(workspace)
    running = launcher.find(workspace) if prepared else None
    named = lab_of_notebook()
    if (
        prepared is None
        or running is None
        or running.instance != prepared.instance
        or named not in (None, prepared.lab)
        or is_strict()
    ):
        raise NotStartedError(messages.NOT_STARTED)
    return _open(workspace, running, get_lab(prepared.lab), prepared.since)


def _open(workspace: Workspace, running: Cloud, lab: Lab, since: int) -> Session:
    environment.apply(environment.lab_environment(workspace, running.endpoint))
    if ipython() is not None:
        environment.prepare_process(workspace)
        allow_comments_above_magics(ipython())
        tell_failed_scripts_in_a_sentence()
    account = Account(workspace, running, since=since)
    account.warm(lab.services)
    progress = Progress(None if is_strict() else workspace.progress)
    return Session(workspace, running, lab, account, progress, dict(os.environ))


def _holds(prepared: Prepared | None, lab_id: str, running: Cloud) -> bool:
    return prepared is not None and prepared.lab == lab_id and prepared.instance == running.instance


def _same(active: Session | None, lab: Lab, running: Cloud) -> bool:
    return (
        active is not None
        and active.lab.id == lab.id
        and active.running.instance == running.instance
        and active.running.endpoint == running.endpoint
    )


def _reset(workspace: Workspace, running: Cloud, lab: Lab) -> Cloud:
    """Make the account and the AWS files fresh; return the run of the cloud that has them."""
    _forget_aws_files(workspace)
    running.control("reset")
    limit = time.monotonic() + RESET_LIMIT
    while time.monotonic() < limit:
        # The old run answers a moment longer; nothing may be built in it.
        fresh = launcher.find(workspace)
        if fresh is not None and fresh.instance != running.instance:
            return launcher.start(workspace)
        time.sleep(0.005)
    raise CloudError(messages.RESET_STUCK.format(lab=lab.id))


def _aws_files(workspace: Workspace) -> dict[Path, bytes]:
    """Return the AWS files, and what the CLI has cached, with their contents."""
    caches = (workspace.home / ".aws").rglob("*")
    files = (workspace.aws_config, workspace.aws_credentials, *caches)
    return {path: path.read_bytes() for path in files if path.is_file()}


def _forget_aws_files(workspace: Workspace) -> None:
    """Remove the AWS files, which the launcher writes anew, and what the CLI has cached."""
    try:
        workspace.aws_config.unlink(missing_ok=True)
        workspace.aws_credentials.unlink(missing_ok=True)
        shutil.rmtree(workspace.home / ".aws", ignore_errors=True)
    except OSError as error:
        raise WorkspaceError(
            messages.FILES_STUCK.format(
                folder=workspace.aws_config.parent, reason=error.strerror or error
            )
        ) from error
    # boto3's default session remembers keys and profile from before.
    boto3.DEFAULT_SESSION = None


def _restore(environ: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name not in environ]:
        del os.environ[name]
    for name, value in environ.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _attempt(
    build: Callable[[Account], None], account: Account, sentence: str, **names: str
) -> None:
    """Run the lab's own code; anything it raises becomes one sentence."""
    try:
        build(account)
    except DryRunError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise LabError(sentence.format(reason=reason, **names)) from error
