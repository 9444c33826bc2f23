"""The journal of a cloud process: broken files, full disks, going back, handing in."""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from scripted_lab import TRUST, Account, snapshot, steps

from dryrun.cloud import history, launcher, parcel
from dryrun.exceptions import CloudError, DryRunError
from dryrun.workspace import Workspace


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "Répétition")
    yield workspace
    with contextlib.suppress(CloudError):
        launcher.stop(workspace)


@pytest.fixture
def account(own: Workspace) -> Account:
    return Account(own, launcher.start(own))


def restarted(own: Workspace) -> Account:
    launcher.stop(own)
    return Account(own, launcher.start(own))


def users(account: Account) -> list[str]:
    return sorted(user["UserName"] for user in account("iam").list_users()["Users"])


def create(account: Account, *names: str) -> None:
    for name in names:
        account("iam").create_user(UserName=name)


def journal_file(own: Workspace) -> Path:
    return max(own.journal.glob("*-*.jsonl"))


# Coming back


def test_an_account_outlives_its_cloud(own: Workspace, account: Account) -> None:
    create(account, "purser")
    before = account.running
    after = restarted(own)
    assert users(after) == ["ferry-admin", "purser"]
    assert after.running.instance == before.instance
    assert after.running.port == before.port


def test_wound_time_and_a_paused_clock_come_back(own: Workspace, account: Account) -> None:
    account.running.control("clock", {"action": "mode", "mode": "paused"})
    account.running.control("clock", {"action": "advance", "seconds": 7200})
    before = account.running.control("clock")
    after = restarted(own).running.control("clock")
    assert (after["now"], after["mode"]) == (before["now"], "paused")


def test_a_computer_whose_clock_is_set_back_does_not_turn_lab_time_back(
    own: Workspace, account: Account
) -> None:
    """A lab a day ahead of the computer's clock stands for a clock set back by a day."""
    account.running.control("clock", {"action": "advance", "seconds": 86400})
    create(account, "purser")
    before = account("iam").get_user(UserName="purser")["User"]["CreateDate"]
    after = restarted(own)
    create(after, "stoker")
    assert after("iam").get_user(UserName="purser")["User"]["CreateDate"] == before
    assert after("iam").get_user(UserName="stoker")["User"]["CreateDate"] > before


def whose(account: Account, keys: dict[str, str]) -> str:
    sts = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=account.running.endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken") or keys["Token"],
    )
    return str(sts.get_caller_identity()["Arn"])


def test_a_session_from_before_a_kill_still_works(own: Workspace, account: Account) -> None:
    keys = account("sts").get_session_token()["Credentials"]
    assert whose(restarted(own), keys).endswith("user/ferry-admin")


def test_a_container_keeps_its_credentials(own: Workspace, account: Account) -> None:
    root, task = '"AWS": "arn:aws:iam::123456789012:root"', '"Service": "ecs-tasks.amazonaws.com"'
    trust = TRUST.replace(root, task)
    account("iam").create_role(RoleName="task", AssumeRolePolicyDocument=trust)
    address = f"{account.running.endpoint}/v2/credentials/task"
    with urllib.request.urlopen(address, timeout=30) as answer:
        keys = json.load(answer)
    assert keys["SecretAccessKey"].encode() not in journal_file(own).read_bytes()
    assert keys["Token"].encode() not in journal_file(own).read_bytes()
    assert ":assumed-role/task/" in whose(restarted(own), keys)


def test_calls_and_marks_come_back(own: Workspace, account: Account) -> None:
    create(account, "purser")
    mark = {"lab": "01-02", "exercise": "phone", "what": "done"}
    account.running.control("mark", mark)
    account.running.control("mark", mark)
    before = account.running.control("calls", {"since": 0})
    running = restarted(own).running
    assert running.control("calls", {"since": 0}) == before
    assert running.control("marks")["marks"] == [{"number": 2, **mark}]


def test_a_list_half_read_is_read_on_after_a_kill(own: Workspace, account: Account) -> None:
    create(account, "a", "b", "c", "d")
    first = account("iam").list_users(MaxItems=2)
    again = restarted(own)
    rest = again("iam").list_users(Marker=first["Marker"])
    names = [user["UserName"] for page in (first, rest) for user in page["Users"]]
    assert sorted(names) == ["a", "b", "c", "d", "ferry-admin"]


# Broken


def test_a_record_cut_short_was_never_answered(own: Workspace, account: Account) -> None:
    create(account, "purser", "stoker")
    launcher.stop(own)
    path = journal_file(own)
    path.write_bytes(path.read_bytes()[:-10])
    assert users(Account(own, launcher.start(own))) == ["ferry-admin", "purser"]


def test_a_replay_that_diverges_stops_and_offers_the_last_good_point(
    own: Workspace, account: Account
) -> None:
    create(account, "purser", "stoker", "deckhand")
    launcher.stop(own)
    path = journal_file(own)
    path.write_bytes(path.read_bytes().replace(b"UserName=stoker", b"UserName=purser"))
    halted = Account(own, launcher.start(own))
    sentence = halted.running.control("health")["halted"]["sentence"]
    assert "beyond record 1: iam CreateUser, number 2, is answered differently" in sentence
    with pytest.raises(ClientError, match="DryRunHalted"):
        users(halted)
    status = dryrun(own, "cloud", "status")
    assert (status.returncode, sentence in status.stdout) == (1, True)
    with pytest.raises(CloudError, match="cannot be replayed"):
        halted.running.control("clock", {"action": "advance", "seconds": 1})
    history.go_back(halted.running)
    assert users(halted) == ["ferry-admin", "purser"]
    create(halted, "mate")
    assert users(restarted(own)) == ["ferry-admin", "mate", "purser"]


def test_a_halted_cloud_can_begin_again(own: Workspace, account: Account) -> None:
    create(account, "purser", "stoker")
    launcher.stop(own)
    lines = journal_file(own).read_bytes().splitlines(keepends=True)
    journal_file(own).write_bytes(b"".join([lines[0], b"nonsense\n", *lines[2:]]))
    halted = Account(own, launcher.start(own))
    assert "damaged at record 1" in halted.running.control("health")["halted"]["sentence"]
    halted.running.reset()
    assert users(Account(own, launcher.start(own))) == ["ferry-admin"]


def test_nothing_is_answered_that_was_not_recorded(own: Workspace, account: Account) -> None:
    """Files that may not grow stand for a disk that is full."""
    for process in (account.running.pid, account.running.control("health")["pid"]):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (20_000, 20_000))
    answered = ["ferry-admin"]
    with pytest.raises(ClientError, match="could not write its journal") as refusal:  # noqa: PT012
        for number in range(100):
            create(account, f"user-{number:03}")
            answered.append(f"user-{number:03}")
    assert refusal.value.response["Error"]["Code"] == "DryRunJournalUnwritable"
    assert len(answered) > 3
    launcher.stop(own)
    assert users(Account(own, launcher.start(own))) == answered


def test_a_journal_that_cannot_be_written_is_one_sentence(own: Workspace) -> None:
    own.prepare()
    own.journal.rmdir()
    own.journal.write_text("a file where the folder should be")
    with pytest.raises(DryRunError) as refusal:
        launcher.start(own)
    assert str(refusal.value).count(".") >= 1
    assert "Traceback" not in str(refusal.value)


# Going back


def test_undoing_takes_back_one_change_at_a_time(own: Workspace, account: Account) -> None:
    create(account, "purser", "stoker")
    users(account)
    for left in (["ferry-admin", "purser"], ["ferry-admin"]):
        found = history.changes(account.running)
        history.go_back(account.running, found[-1].number - 1)
        assert users(account) == left
    assert history.changes(account.running) == []
    create(account, "purser")
    assert users(restarted(own)) == ["ferry-admin", "purser"]


def test_what_is_made_again_after_going_back_has_the_same_ids(account: Account) -> None:
    first = account("iam").create_user(UserName="purser")["User"]["UserId"]
    history.go_back(account.running, 0)
    assert account("iam").create_user(UserName="purser")["User"]["UserId"] == first


@pytest.mark.parametrize("number", [-1, 10**6, "x"])
def test_going_back_to_nowhere_is_one_sentence(account: Account, number: int) -> None:
    with pytest.raises(CloudError, match="nonsense"):
        history.go_back(account.running, number)


def test_the_commands_undo_and_rewind(own: Workspace, account: Account) -> None:
    create(account, "purser", "stoker")
    assert "Undone: iam CreateUser" in dryrun(own, "cloud", "undo").stdout
    assert users(account) == ["ferry-admin", "purser"]
    assert "after record 0" in dryrun(own, "cloud", "rewind", "0").stdout
    refused = dryrun(own, "cloud", "undo")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "nothing to undo" in refused.stderr


# Handing in


def dryrun(own: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dryrun.cli", *words],
        cwd=own.root,
        env={**__import__("os").environ, "DRYRUN_WORKSPACE": str(own.root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_an_exported_account_is_the_same_elsewhere(
    own: Workspace, account: Account, tmp_path: Path
) -> None:
    for number, step in enumerate(steps()):
        with contextlib.suppress(ClientError):
            step(account)
        if number % 10 == 0:  # reading in between changes nothing
            snapshot(account)
    expected = snapshot(account)
    exported = dryrun(own, "export", str(tmp_path / "work.dryrun.tar.gz"))
    assert exported.returncode == 0, exported.stderr
    with tarfile.open(tmp_path / "work.dryrun.tar.gz") as archive:
        texts = [archive.extractfile(member).read() for member in archive]  # type: ignore[union-attr]
    assert not [text for text in texts if b"hunter2" in text or b"s3cr3t" in text]
    other = Workspace(tmp_path / "elsewhere")
    words = (str(tmp_path / "work.dryrun.tar.gz"), "--into", str(other.root), "--keep")
    try:
        replayed = dryrun(own, "replay", *words)
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
        assert "came out the same" in replayed.stdout
        there = Account(other, launcher.start(other))
        now = snapshot(there)
        typed = {"values"}  # what was left out
        assert {k: v for k, v in now.items() if k not in typed} == {
            k: v for k, v in expected.items() if k not in typed
        }
    finally:
        launcher.stop(other)


def test_a_replay_elsewhere_says_what_came_out_differently(
    own: Workspace, account: Account, tmp_path: Path
) -> None:
    create(account, "purser")
    users(account)
    launcher.stop(own)
    path = journal_file(own)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"<UserName>purser", b"<UserName>someone")
    path.write_bytes(b"".join(lines))
    file = tmp_path / "work.dryrun.tar.gz"
    parcel.pack(own, file)
    replayed = dryrun(own, "replay", str(file), "--into", str(tmp_path / "elsewhere"))
    assert replayed.returncode == 1
    assert "1 of 2 answers came out differently: records 2." in replayed.stdout


def test_there_must_be_something_to_export(own: Workspace, tmp_path: Path) -> None:
    own.prepare()
    refused = dryrun(own, "export", str(tmp_path / "x"))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x1f\x8b\x08"])
def test_a_file_that_is_no_export_is_one_sentence(
    own: Workspace, tmp_path: Path, content: bytes
) -> None:
    own.prepare()
    (tmp_path / "x").write_bytes(content)
    refused = dryrun(own, "replay", str(tmp_path / "x"), "--into", str(tmp_path / "new"))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "was not made by" in refused.stderr


@pytest.mark.parametrize("name", ["../evil", "journal/../../evil", "/evil", "keys.json"])
def test_an_export_cannot_write_elsewhere(tmp_path: Path, name: str) -> None:
    import io

    with tarfile.open(tmp_path / "x", "w:gz") as archive:
        for member in ("manifest.json", name):
            info = tarfile.TarInfo(member)
            info.size = 2
            archive.addfile(info, io.BytesIO(json.dumps({}).encode()))
    with pytest.raises(DryRunError, match="does not belong"):
        parcel.unpack(tmp_path / "x", Workspace(tmp_path / "new"))
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path / "new").exists()


def test_a_workspace_in_use_is_not_replayed_into(own: Workspace, tmp_path: Path) -> None:
    own.prepare()
    with pytest.raises(DryRunError, match="already is a workspace"):
        parcel.unpack(tmp_path / "x", own)
