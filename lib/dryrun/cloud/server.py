"""The cloud process: a keeper that holds the port, and a worker that holds the account.

The keeper loads moto once and forks the worker. A reset, or a worker that was killed, is
answered by a fork of a fresh one on the same port: nothing of the old account stays, not
even its memory, and ids begin at the same seed.
"""

from __future__ import annotations

import argparse
import fcntl
import gc
import json
import os
import secrets
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # takes seconds to import, and is not needed

from moto.moto_api._internal import mock_random  # noqa: E402 - after the line above
from werkzeug.serving import make_server  # noqa: E402

from dryrun.cloud import certificates, inside, registry, warm  # noqa: E402
from dryrun.cloud.application import CloudApplication  # noqa: E402
from dryrun.cloud.awslambda import packages  # noqa: E402
from dryrun.cloud.clock import Clock  # noqa: E402
from dryrun.cloud.control import REBUILD_STATUS, Control  # noqa: E402
from dryrun.cloud.handler import CloudRequestHandler  # noqa: E402
from dryrun.cloud.identity import date_admin, journal_folder, note_time, seed_admin  # noqa: E402
from dryrun.cloud.journal import Journal, UnwritableError  # noqa: E402
from dryrun.cloud.journal import chance as chance_of_all  # noqa: E402
from dryrun.cloud.journal.book import Halt  # noqa: E402
from dryrun.cloud.journal.chance import chance, new_name  # noqa: E402
from dryrun.cloud.launcher import ALREADY_RUNNING, JOURNAL_UNWRITABLE, PORT_TAKEN  # noqa: E402
from dryrun.cloud.recovery import leave_halted, rebuild  # noqa: E402
from dryrun.cloud.services import heads  # noqa: E402
from dryrun.workspace import Workspace  # noqa: E402

SEED = 20260105
HOST = "127.0.0.1"
WATCH_SECONDS = 0.5
SHORTEST_LIFE = 1.0
"""A worker that dies sooner than this, in seconds, is not worth replacing."""
YOUNG = 10_000, 20, 20
"""How much a worker makes before it looks for garbage; a stack is thousands of objects."""


def main(arguments: list[str] | None = None) -> int:
    """Run the cloud of one workspace until it is told to stop."""
    parser = argparse.ArgumentParser(prog="dryrun.cloud.server")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fixed-port", action="store_true")
    parser.add_argument("--compare-all", action="store_true")
    options = parser.parse_args(arguments)
    workspace = Workspace(options.workspace)
    lock = _take_lock(workspace)
    if lock is None:
        return ALREADY_RUNNING
    listener = _listen(options.port, options.fixed_port)
    if listener is None:
        return PORT_TAKEN
    return Keeper(workspace, listener, whole=options.compare_all).run()


class Keeper:
    """Hold the port and the lock; keep one worker alive."""

    def __init__(
        self, workspace: Workspace, listener: socket.socket, *, whole: bool = False
    ) -> None:
        self._whole = whole
        self._workspace = workspace
        self._listener = listener
        self._token = secrets.token_urlsafe(24)
        self._generation = 0
        self._folder = journal_folder(workspace)
        self._journal = Journal(self._folder)
        self._worker = 0
        self._news = -1
        self._handler = CloudRequestHandler.for_workspace(workspace)
        self._stopping = False

    def run(self) -> int:
        """Keep a worker until one leaves with status 0, or a signal says stop."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        self._furnish()
        gc.collect()
        gc.freeze()
        try:
            while not self._stopping:
                if self._one_life() == 0:
                    break
        except UnwritableError as error:
            print(f"The journal cannot be written ({error.strerror}).", flush=True)
            return JOURNAL_UNWRITABLE
        else:
            return 0
        finally:
            self._workspace.cloud_file.unlink(missing_ok=True)

    def _furnish(self) -> None:
        """Make the account every worker begins with."""
        registry.install()
        inside.use_endpoint(f"http://localhost:{self._port}")
        warm.load_regions()
        mock_random.seed(SEED)
        with chance.request(0):
            seed_admin()
        heads()

    def _one_life(self) -> int:
        began = time.monotonic()
        self._generation += 1
        self._journal = Journal(self._folder)
        self._journal.open(new_name(), time.time())
        alive, held = os.pipe()
        news, self._news = os.pipe()
        self._worker = os.fork()
        if self._worker == 0:
            os.close(held)
            os.close(news)
            _die_with_keeper(alive)
            self._work()
        os.close(alive)
        os.close(self._news)
        self._announce()
        if self._stopping:  # the signal came before there was a worker to end
            os.kill(self._worker, signal.SIGKILL)
        _, status = os.waitpid(self._worker, 0)
        os.close(held)
        warm.load(news)
        gc.collect()
        gc.freeze()
        code = os.waitstatus_to_exitcode(status)
        failed = code not in (0, REBUILD_STATUS) and not self._stopping
        if failed and time.monotonic() - began < SHORTEST_LIFE:
            raise SystemExit(f"The cloud's worker ended at once with status {code}.")
        return code

    def _work(self) -> NoReturn:
        try:
            self._serve()
        except BaseException:  # the worker must not run the keeper's code
            traceback.print_exc()
        os._exit(1)

    def _serve(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        gc.enable()
        gc.set_threshold(*YOUNG)
        _end_without(self._workspace.cloud_lock)
        journal = self._journal
        date_admin(journal.began())
        clock = Clock(journal.began())
        clock.before_event = lambda event: chance.event(event.when)
        clock.take_over()
        chance_of_all.take_over()
        control = Control(self._token, self._generation, clock, journal, self._news)
        application = CloudApplication(control, clock, journal)
        packages.use_home(self._workspace.state / "functions")
        packages.trust(certificates.ensure(self._workspace).bundle)
        replayed = rebuild(application, journal, clock, whole=self._whole)
        if isinstance(replayed, Halt):
            leave_halted(journal, replayed, REBUILD_STATUS)
        control.replayed, control.halted = replayed, journal.halted()
        clock.moved = note_time
        clock.run()
        server = make_server(
            HOST,
            self._port,
            application,
            threaded=True,
            request_handler=self._handler,
            fd=self._listener.fileno(),
        )
        server.serve_forever()

    @property
    def _port(self) -> int:
        return int(self._listener.getsockname()[1])

    def _announce(self) -> None:
        """Write the file by which clients find the cloud, readable by its owner alone."""
        facts = {
            "endpoint": f"http://localhost:{self._port}",
            "port": self._port,
            "pid": os.getpid(),
            "token": self._token,
            "instance": self._journal.instance,
        }
        target = self._workspace.cloud_file
        draft = target.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(facts, file)
        draft.replace(target)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        if self._worker:
            os.kill(self._worker, signal.SIGKILL)


def _take_lock(workspace: Workspace) -> IO[str] | None:
    """Lock the workspace for this process's life, or return None when another has it."""
    lock = workspace.cloud_lock.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    workspace.cloud_file.unlink(missing_ok=True)
    return lock


def _listen(port: int, fixed: bool) -> socket.socket | None:
    """Listen on loopback; on another free port when `port` is taken and not fixed."""
    for choice in (port,) if fixed else (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, choice))
        except OSError:
            listener.close()
            continue
        listener.listen(128)
        return listener
    return None


def _end_without(lock: Path) -> None:
    """End the cloud when its lock file is deleted or replaced: the workspace was started over."""
    own = lock.stat().st_ino

    def watch() -> None:
        pause = threading.Event()
        while True:
            pause.wait(WATCH_SECONDS)
            try:
                if lock.stat().st_ino == own:
                    continue
            except OSError:
                pass
            os._exit(0)

    threading.Thread(target=watch, name="lock-watch", daemon=True).start()


def _die_with_keeper(alive: int) -> None:
    """End this process when the keeper has gone, however it went."""

    def watch() -> None:
        os.read(alive, 1)
        os._exit(1)

    threading.Thread(target=watch, name="keeper-watch", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
