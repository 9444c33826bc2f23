"""A cloud that is killed comes back as it was after the last answered request.

`make soak` kills it 200 times; `DRYRUN_KILLS` sets the number.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from scripted_lab import Account, snapshot, steps

from dryrun.authoring import source
from dryrun.cloud import history, launcher
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DRYRUN_KILLS", "6"))
LONGEST_LIFE = 1.5
"""Seconds until a kill, at most."""
LONGEST_CHANGE = 0.02
"""Seconds from the beginning of a change until a kill that is to hit it, at most."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "Répétition")
    yield workspace
    with contextlib.suppress(CloudError):
        launcher.stop(workspace)


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


class Player:
    """Play the script step by step, and know how the account was after each answered step."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.script = steps()
        self.next = 0
        self.changing = threading.Event()
        self.before = snapshot(account)
        self.number = self._number()

    def play(self, until: threading.Event) -> None:
        """Play on until killed, or until the script is done."""
        while self.next < len(self.script) and not until.is_set():
            try:
                self._perform(self.script[self.next])
                after, number = snapshot(self.account), self._number()
            except (BotoCoreError, CloudError, OSError, ResponseParserError):
                return  # an answer may have been cut off after its first line
            self.next, self.before, self.number = self.next + 1, after, number

    def _perform(self, step: Callable[[Account], Any]) -> None:
        self.changing.set()
        try:
            with contextlib.suppress(ClientError):  # a refused step is a step as well
                step(self.account)
        finally:
            self.changing.clear()

    def _number(self) -> int:
        return last_record(self.account)


def last_record(account: Account) -> int:
    return int(account.running.control("calls", {"since": 1 << 60})["next"]) - 1


def wait(player: Player, chance: random.Random) -> None:
    """Wait for the moment of a kill: any, or one while a change is made, which are rarer."""
    time.sleep(chance.random() * LONGEST_LIFE)
    if chance.random() < 0.5:
        player.changing.wait(LONGEST_LIFE)
        time.sleep(chance.random() * LONGEST_CHANGE)


def kill(pid: int, chance: random.Random) -> None:
    """Kill the keeper, the worker, or both, as chance has it."""
    workers = children(pid)
    both = chance.random() < 0.5
    for victim in workers if chance.random() < 0.5 or both else []:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    if both or not workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def differences(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in {*a, *b} if a.get(name) != b.get(name)]
    return {name: (a.get(name), b.get(name)) for name in names}


@pytest.mark.slow
def test_killed_at_any_moment_it_comes_back_as_it_was(own: Workspace) -> None:
    chance = random.Random(20260105)
    running = launcher.start(own)
    player = Player(Account(own, running))
    for number in range(KILLS):
        if player.next == len(player.script):
            running.reset()
            running = launcher.start(own)
            player = Player(Account(own, running))
        done = threading.Event()
        thread = threading.Thread(target=player.play, args=(done,))
        thread.start()
        wait(player, chance)
        kill(running.pid, chance)
        done.set()
        thread.join(60)
        assert not thread.is_alive()
        running = _back(own)
        player.account = Account(own, running)
        _compare(player, number)


def _back(workspace: Workspace) -> launcher.Running:
    """Return the cloud once it answers again: started anew, or brought back by its keeper."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        with contextlib.suppress(CloudError):
            running = launcher.start(workspace)
            assert running.control("health")["halted"] is None
            return running
        time.sleep(0.05)
    raise AssertionError("the cloud did not come back")


def _compare(player: Player, kill_number: int) -> None:
    """Compare the account with what it was after the last step that was answered.

    A step may have been recorded when the kill cut off its answer: then it is there as a whole,
    and taking it back gives the account from before.
    """
    if last_record(player.account) > player.number:
        history.go_back(player.account.running, player.number)
    assert last_record(player.account) == player.number
    now = snapshot(player.account)
    place = f"kill {kill_number}, before step {player.next}"
    different = differences(player.before, now)
    assert not different, f"{place}: {different}"
    player.number = last_record(player.account)


def test_what_is_compared_is_all_that_the_labs_read(own: Workspace) -> None:
    account = Account(own, launcher.start(own))
    for step in steps():
        with contextlib.suppress(ClientError):
            step(account)
    since = last_record(account) + 1
    snapshot(account)
    calls = account.running.control("calls", {"since": since})["calls"]
    compared = {f"{call['service']}:{call['operation']}" for call in calls}
    labs = Workspace(ROOT)
    sources = [source.load_source(path, ROOT) for path in source.find_finished(labs)]
    used = {name for one in sources for name in one.capabilities}
    read = {name for name in used if re.match(r"\w+:(Describe|List|Lookup|GetParameters)", name)}
    assert len(read) > 15
    missing = read - compared
    assert not missing, f"the labs read these too: add them to scripted_lab.snapshot: {missing}"


def test_five_hundred_requests_are_replayed_in_time(own: Workspace) -> None:
    running = launcher.start(own)
    account = Account(own, running)
    for number in range(100):
        name = f"/ferry/{number}"
        account("ssm").put_parameter(Name=name, Value="x", Type="String")
        account("iam").create_user(UserName=f"user-{number}")
        account("s3").create_bucket(Bucket=f"ferry-{number}")
        account("s3").put_object(Bucket=f"ferry-{number}", Key="a", Body=b"x" * 1000)
        account("iam").create_access_key(UserName=f"user-{number}")
    launcher.stop(own)
    running = launcher.start(own)
    assert running.control("health")["replayed"]["repeated"] == 500
    # The goal is 3 seconds. Of the processor's time, and twice as much, since what else a computer
    # is busy with takes its share of both.
    assert processor_seconds(children(running.pid)[0]) <= 6


def processor_seconds(pid: int) -> float:
    """Return the time a process has had; a worker begins with the replay."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
