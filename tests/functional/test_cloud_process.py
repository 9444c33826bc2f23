"""The cloud process: one a workspace, found through files, healed when something died."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import admin
import boto3
import pytest

from dryrun.cloud import launcher
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.launcher import Running
from dryrun.exceptions import CloudError, WorkspaceError
from dryrun.workspace import Workspace


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace whose cloud may be broken."""
    workspace = Workspace(tmp_path / "Répétition générale no 1")
    yield workspace
    with contextlib.suppress(CloudError):
        launcher.stop(workspace)


def client(running: Running, service: str) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id=ADMIN_KEY_ID,
        aws_secret_access_key=admin.secret_of(running),
    )


def answers(running: Running) -> bool:
    return bool(client(running, "sts").get_caller_identity()["Account"] == "123456789012")


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def gone(pid: int) -> bool:
    return wait_until(lambda: not Path(f"/proc/{pid}").exists() or _zombie(pid))


def _zombie(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def wait_until(true: Any, seconds: float = 20.0) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(0.02)
    return False


# One cloud, and where it is


def test_it_is_found_through_its_files(workspace: Workspace, running: Running) -> None:
    assert launcher.find(workspace) == running
    assert running.endpoint == f"http://localhost:{running.port}"
    assert answers(running)


def test_starting_twice_gives_the_same_cloud(workspace: Workspace, running: Running) -> None:
    assert launcher.start(workspace) == running


def test_it_listens_on_loopback_only(running: Running) -> None:
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{running.pid}/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == running.port
    ]
    assert listening == [f"0100007F:{running.port:04X}"]


def test_its_file_is_for_its_owner_alone(workspace: Workspace, running: Running) -> None:
    assert workspace.cloud_file.stat().st_mode & 0o777 == 0o600


def test_control_needs_the_token(running: Running) -> None:
    for token in ("", "wrong", "é"):
        with pytest.raises(CloudError, match="token"):
            replace(running, token=token).control("health")
    request = urllib.request.Request(f"{running.endpoint}/_dryrun/stop", b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=5)
    assert answers(running)


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("nonsense", {}),
        ("clock", {"action": "back"}),
        ("clock", {"action": "advance"}),
        ("clock", {"action": "advance", "seconds": -1}),
        ("clock", {"action": "advance", "seconds": "soon"}),
        ("clock", {"action": "mode", "mode": "slow"}),
        ("clock", {"action": "live", "factor": 0}),
        ("settings", {"speed": 1}),
        ("settings", {"item_latency_ms": "x"}),
        ("settings", {"item_latency_ms": -1}),
        ("settings", {"item_latency_ms": float("nan")}),
        ("calls", {"since": "x"}),
        ("fixture", {}),
        ("fixture", {"name": "nothing"}),
        ("fixture", {"name": "iam_users", "arguments": {"pattern": "x", "count": 10**9}}),
        ("fixture", {"name": "iam_users", "arguments": {"no": "such"}}),
        ("fixture", {"name": "iam_users", "arguments": {"pattern": "{nothing}", "count": 1}}),
        ("fixture", {"name": "s3_objects", "arguments": {"bucket": "none", "pattern": "x",
                                                        "count": 1}}),
    ],
)  # fmt: skip
def test_control_refuses_nonsense_in_a_sentence(
    running: Running, path: str, payload: dict[str, Any]
) -> None:
    with pytest.raises(CloudError) as refusal:
        running.control(path, payload)
    assert str(refusal.value).endswith(".")
    assert "Traceback" not in str(refusal.value)


def test_an_unknown_key_is_refused(running: Running) -> None:
    stranger = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="x",
    )
    with pytest.raises(stranger.exceptions.ClientError, match="InvalidClientTokenId"):
        stranger.get_caller_identity()


# Starting


def test_two_processes_starting_at_once_make_one_cloud(own: Workspace) -> None:
    code = (
        "import sys; from pathlib import Path; from dryrun.cloud import launcher;"
        "from dryrun.workspace import Workspace;"
        "print(launcher.start(Workspace(Path(sys.argv[1]))).instance)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(own.root)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    instances = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert len(instances) == 1
    assert instances != {""}
    assert all(process.returncode == 0 for process in processes)
    # None that lost the race may take its turn once the winner has gone.
    assert launcher.stop(own)
    time.sleep(3)
    assert launcher.find(own) is None


def test_threads_starting_at_once_make_one_cloud(own: Workspace) -> None:
    with ThreadPoolExecutor(4) as pool:
        clouds = set(pool.map(lambda _: launcher.start(own), range(4)))
    assert len(clouds) == 1


def test_a_second_server_in_a_workspace_gives_way(workspace: Workspace, running: Running) -> None:
    command = [sys.executable, "-m", "dryrun.cloud", "--workspace", str(workspace.root)]
    assert subprocess.run(command, timeout=60).returncode == launcher.ALREADY_RUNNING
    assert launcher.find(workspace) == running


def test_the_port_is_used_again(own: Workspace) -> None:
    first = launcher.start(own)
    assert launcher.stop(own)
    assert launcher.find(own) is None
    second = launcher.start(own)
    assert second.port == first.port
    assert second.instance == first.instance, "the account is the same"


def test_a_remembered_port_that_is_taken_is_given_up(own: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        own.prepare()
        taken = other.getsockname()[1]
        (own.state / "port").write_text(f"{taken}\n")
        running = launcher.start(own)
        assert running.port != taken
        assert answers(running)


def test_a_port_asked_for_that_is_taken_is_an_error(own: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(CloudError, match=f"Port {taken} is taken"):
            launcher.start(own, port=taken)
    assert launcher.find(own) is None


@pytest.mark.parametrize("port", [-1, 0x10000, 10**9])
def test_a_port_that_cannot_be_is_an_error(own: Workspace, port: int) -> None:
    with pytest.raises(CloudError, match=f"Port {port} does not exist"):
        launcher.start(own, port=port)


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b"\xff\xfe", b'{"port": "x"}'])
def test_stale_files_are_healed(own: Workspace, junk: bytes) -> None:
    own.prepare()
    for path in (own.cloud_file, own.cloud_lock, own.state / "port"):
        path.write_bytes(junk)
    assert launcher.find(own) is None
    assert launcher.stop(own) is False
    assert answers(launcher.start(own))


def test_a_file_that_tells_of_a_dead_cloud_is_healed(own: Workspace) -> None:
    own.prepare()
    facts = {"endpoint": "http://localhost:1", "port": 1, "pid": 1, "token": "x", "instance": "x-1"}
    own.cloud_file.write_text(json.dumps(facts))
    own.cloud_lock.touch()
    assert launcher.find(own) is None
    assert launcher.stop(own) is False, "process 1 is not ours to stop"
    assert answers(launcher.start(own))


def test_a_disk_that_refuses_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".dryrun").write_text("a file where the folder should be")
    with pytest.raises(WorkspaceError) as refusal:
        launcher.start(Workspace(tmp_path))
    assert "free some space or make the folder writable" in str(refusal.value)


# Dying


def test_a_killed_keeper_takes_its_worker_along_and_is_replaced(own: Workspace) -> None:
    first = launcher.start(own)
    (worker,) = children(first.pid)
    os.kill(first.pid, signal.SIGKILL)
    assert gone(first.pid)
    assert gone(worker)
    second = launcher.start(own)
    assert second.pid != first.pid
    assert second.port == first.port
    assert answers(second)


def test_a_killed_worker_is_replaced_by_the_keeper(own: Workspace) -> None:
    first = launcher.start(own)
    time.sleep(1.2)  # a worker that dies at once is not replaced
    client(first, "iam").create_user(UserName="kept")
    (worker,) = children(first.pid)
    os.kill(worker, signal.SIGKILL)

    def replaced() -> bool:
        with contextlib.suppress(CloudError):
            return bool(first.control("health")["worker"] == 2)
        return False

    assert wait_until(replaced)
    assert launcher.start(own) == first
    names = [user["UserName"] for user in client(first, "iam").list_users()["Users"]]
    assert names == ["ferry-admin", "kept"]


def test_stopping_leaves_nothing_behind(own: Workspace) -> None:
    running = launcher.start(own)
    (worker,) = children(running.pid)
    assert launcher.stop(own)
    assert gone(running.pid)
    assert gone(worker)
    assert not own.cloud_file.exists()
    assert launcher.find(own) is None
    assert launcher.stop(own) is False
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), 5)


def test_stopping_by_control(own: Workspace) -> None:
    running = launcher.start(own)
    running.control("stop")
    assert gone(running.pid)
    assert launcher.find(own) is None


def test_deleting_the_state_ends_the_cloud(own: Workspace) -> None:
    import shutil

    running = launcher.start(own)
    shutil.rmtree(own.state)
    assert gone(running.pid)
    assert answers(launcher.start(own))


def test_a_cloud_that_does_not_answer_is_one_sentence(running: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(CloudError, match="does not answer"):
        replace(running, port=port).control("health")


# Beginning again


def identifiers(running: Running) -> list[str]:
    """Return ids of many kinds, made by the same calls in the same order."""
    vpc = client(running, "ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    iam = client(running, "iam")
    user = iam.create_user(UserName="deckhand")["User"]["UserId"]
    key = iam.create_access_key(UserName="deckhand")["AccessKey"]
    kms = client(running, "kms").create_key()["KeyMetadata"]["KeyId"]
    token = client(running, "sts").get_session_token()["Credentials"]
    stack = client(running, "stepfunctions").list_state_machines()["stateMachines"]
    return [
        vpc, user, key["AccessKeyId"], kms, token["AccessKeyId"], *map(str, stack),
        key["SecretAccessKey"], token["SecretAccessKey"], token["SessionToken"],
    ]  # fmt: skip


def test_a_reset_begins_again_with_the_same_ids(own: Workspace, tmp_path: Path) -> None:
    running = launcher.start(own)
    first = identifiers(running)
    instance = running.reset()
    assert instance != running.instance
    found = launcher.find(own)
    assert found is not None
    assert (found.instance, found.port) == (instance, running.port)
    # What one may ask without changing anything must not change the ids either.
    running.control("clock")
    client(running, "iam").list_users()
    assert identifiers(running) == first
    users = [user["UserName"] for user in client(running, "iam").list_users()["Users"]]
    assert sorted(users) == ["deckhand", "ferry-admin"]
    other = Workspace(tmp_path / "another")
    try:
        others = identifiers(launcher.start(other))
        assert others[:-3] == first[:-3]
        # The secrets are the workspace's own.
        assert not set(others[-3:]) & set(first[-3:])
    finally:
        launcher.stop(other)


def test_motos_own_reset_is_ours(own: Workspace) -> None:
    running = launcher.start(own)
    client(running, "iam").create_user(UserName="lost")
    address, token = f"{running.endpoint}/moto-api/reset", {"X-Dryrun-Token": running.token}
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(address, b"", method="POST"), timeout=5)
    urllib.request.urlopen(
        urllib.request.Request(address, b"", token, method="POST"), timeout=5
    ).close()

    def fresh() -> bool:
        found = launcher.find(own)
        return found is not None and found.instance != running.instance

    assert wait_until(fresh)
    assert wait_until(lambda: len(client(running, "iam").list_users()["Users"]) == 1)


def test_resets_are_fast_and_do_not_pile_up_memory(own: Workspace) -> None:
    running = launcher.start(own)
    sizes, seconds = [], []
    for _ in range(20):
        arguments = {"pattern": "user-{number:05}", "count": 500}
        running.control("fixture", {"name": "iam_users", "arguments": arguments})
        began = time.monotonic()
        running.reset()
        seconds.append(time.monotonic() - began)
        sizes.append(memory(running.pid))
    assert sorted(seconds)[10] < 5.0
    # The second reset still takes over the code the first account loaded.
    assert sizes[-1] - sizes[4] < 3_000_000, sizes


def memory(pid: int) -> int:
    """Return the proportional memory of a process and its children, in bytes."""
    total = 0
    for process in (pid, *children(pid)):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total
