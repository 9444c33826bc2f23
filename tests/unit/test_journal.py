"""The journal: what is written, hidden, read again, and what a broken disk does to it."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dryrun.cloud.journal import (
    HIDDEN,
    LONGEST_VALUE,
    DamagedError,
    Journal,
    Kind,
    Record,
    UnwritableError,
    presentable,
)
from dryrun.cloud.journal import store as stores
from dryrun.cloud.journal.book import Exchange, Halt
from dryrun.cloud.journal.secrets import hide, restore

DETAILS: dict[str, Any] = {
    "time": "2026-01-05T12:00:00Z",
    "service": "s3",
    "operation": "PutObject",
    "parameters": {},
    "access_key": "AKIADRYRUNFAKE000001",
    "region": "us-east-1",
    "status": 200,
    "error": None,
    "user_agent": "Boto3",
    "seconds": 0.001,
}


def made(folder: Path | None) -> Journal:
    """Return a journal, opened as a worker opens it."""
    journal = Journal(folder)
    journal.open("first", 1000.0)
    for record in journal.records():
        journal.remember(record)
    journal.resume()
    return journal


def add(journal: Journal, body: bytes = b"", answer: bytes = b"", **changes: Any) -> Record:
    exchange = Exchange("POST", "/", (("HTTP_HOST", "x"),), body, 200, (), answer)
    return journal.write(
        Kind.CALL,
        2000.0,
        exchange=exchange,
        changed=True,
        request_id="r",
        details={**DETAILS, **changes},
    )


def segment(folder: Path) -> Path:
    return max(folder.glob("*-*.jsonl"))


# Calls


def test_calls_come_back_in_order_from_a_number_on(tmp_path: Path) -> None:
    journal = made(tmp_path)
    for name in ("ListBuckets", "PutObject", "GetObject"):
        add(journal, operation=name)
    calls, following = journal.since(2)
    assert [(call["number"], call["operation"]) for call in calls] == [
        (2, "PutObject"),
        (3, "GetObject"),
    ]
    assert following == 4
    assert journal.since(following) == ([], 4)
    assert len(journal.since(0)[0]) == len(journal.since(-5)[0]) == 3


def test_only_so_many_calls_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dryrun.cloud.journal.book.REMEMBERED", 3)
    journal = made(None)
    for _ in range(5):
        add(journal)
    calls, following = journal.since(0)
    assert [call["number"] for call in calls] == [3, 4, 5]
    assert following == 6


def test_who_listens_hears_of_every_call_and_harms_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    journal = made(tmp_path)
    heard: list[int] = []
    journal.subscribe(lambda _: 1 / 0)  # type: ignore[arg-type,return-value]
    journal.subscribe(lambda call: heard.append(call.number))
    add(journal)
    assert heard == [1]
    assert "ZeroDivisionError" in capsys.readouterr().err
    again = Journal(tmp_path)
    again.open("other", 0.0)
    again.subscribe(lambda call: heard.append(call.number))
    for record in again.records():
        again.remember(record)
    assert heard == [1, 1]


def test_what_changed_is_told_but_no_failure_and_no_checker(tmp_path: Path) -> None:
    journal = made(tmp_path)
    add(journal, service="iam", operation="CreateUser")
    add(journal, status=403)
    journal.write(Kind.CALL, 2.0, changed=True, details={})
    journal.write(Kind.CONTROL, 2.0, changed=True, details={"verb": "clock", "payload": {}})
    journal.write(Kind.CONTROL, 2.0, changed=True, details={"verb": "fixture", "payload": {}})
    journal.write(Kind.CALL, 2.0, changed=False, details=DETAILS)
    assert [change["what"] for change in journal.changes(0)] == ["iam CreateUser", "the lab clock"]
    assert [change["number"] for change in journal.changes(2)] == [4]


# On disk


def test_a_record_is_on_disk_before_anyone_hears_of_it(tmp_path: Path) -> None:
    journal = made(tmp_path)
    seen: list[int] = []
    journal.subscribe(lambda _: seen.append(len(segment(tmp_path).read_bytes().splitlines())))
    add(journal)
    add(journal)
    assert seen == [2, 3]


def test_an_account_goes_on_where_it_was(tmp_path: Path) -> None:
    first = made(tmp_path)
    add(first, body=b"Action=ListUsers", answer=b"\xff\x00", naïve="é")
    second = made(tmp_path)
    assert (second.instance, second.next) == ("first", 2)
    (record,) = second.records()
    assert second.request_body(record, {}) == b"Action=ListUsers"
    assert second.answer_body(record) == b"\xff\x00"
    assert second.began() == 1000.0
    assert add(second).number == 2


def test_a_reset_begins_another_account_and_forgets_the_old(tmp_path: Path) -> None:
    journal = made(tmp_path)
    add(journal, body=b"Password=hunter2")
    journal.begin("second", 3000.0)
    assert len(list(tmp_path.glob("*.jsonl"))) == 1
    again = made(tmp_path)
    assert (again.instance, again.next, again.began()) == ("second", 1, 3000.0)


def test_long_bodies_are_kept_apart_once_each(tmp_path: Path) -> None:
    journal = made(tmp_path)
    body = os.urandom(stores.INLINE + 1)
    first = add(journal, body=body, answer=body)
    add(journal, body=body)
    assert first.asked is not None
    assert first.asked.body.blob
    assert len([path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]) == 1
    assert segment(tmp_path).stat().st_size < 10_000
    assert made(tmp_path).request_body(first, {}) == body


def test_full_segments_are_compressed_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SEGMENT", 5000)
    journal = made(tmp_path)
    for _ in range(50):
        add(journal, body=b"x" * 500)
    for _ in range(100):
        if not [path for path in tmp_path.glob("*.jsonl") if path != segment(tmp_path)]:
            break
        import time

        time.sleep(0.02)
    assert len(list(tmp_path.glob("*.gz"))) >= 5
    again = made(tmp_path)
    assert [record.number for record in again.records()] == list(range(1, 51))
    assert add(again).number == 51
    assert made(tmp_path).next == 52


# Secrets


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("SecretString", {"SecretId": "x", "SecretString": "hunter2"}),
        ("SecretBinary", {"SecretBinary": b"hunter2"}),
        ("MasterUserPassword", {"MasterUserPassword": "hunter2"}),
        ("Password", {"UserName": "x", "Password": "hunter2"}),
        ("Plaintext", {"Plaintext": b"hunter2"}),
        ("TokenCode", {"TokenCode": "hunter2"}),
        ("nested", {"Users": [{"Name": "x", "password": "hunter2"}]}),
    ],
)
def test_secrets_are_hidden_wherever_they_are(name: str, parameters: dict[str, Any]) -> None:
    text = json.dumps(presentable(parameters))
    assert "hunter2" not in text
    assert HIDDEN in text


@pytest.mark.parametrize(
    "body",
    [
        b'{"SecretId": "x", "SecretString": "hunter2"}',
        b'{"Name": "/a", "Type": "SecureString", "Value": "hunter2 \\" \\u00e9"}',
        b"Action=CreateLoginProfile&Password=hunter2&UserName=x",
        b"Action=CreateDBInstance&MasterUserPassword=hunter2",
        b"<R><AccessKey><SecretAccessKey>hunter2</SecretAccessKey></AccessKey></R>",
        b"<C><SessionToken>hunter2</SessionToken><SecretAccessKey>hunter2</SecretAccessKey></C>",
        b'[{"Plaintext":"hunter2"},{"plaintext":"hunter2"}]',
    ],
)
def test_secrets_are_taken_out_of_bodies_and_put_back(body: bytes) -> None:
    hidden, secrets = hide(body)
    assert b"hunter2" not in hidden
    assert secrets
    assert restore(hidden, secrets) == body


@given(st.binary(max_size=300), st.sampled_from([b"", b'{"Password":"', b"Password=", b"<"]))
def test_whatever_a_body_is_it_comes_back(tail: bytes, head: bytes) -> None:
    body = head + tail + HIDDEN.encode()
    hidden, secrets = hide(body)
    assert restore(hidden, secrets) == body or not secrets


def test_a_body_that_speaks_of_hidden_things_is_hidden_whole() -> None:
    body = f'{{"Note":"{HIDDEN}","Password":"hunter2"}}'.encode()
    hidden, secrets = hide(body)
    assert hidden == HIDDEN.encode()
    assert restore(hidden, secrets) == body


def test_typed_secrets_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    journal = made(tmp_path)
    add(journal, body=b"UserName=x&Password=hunter2", answer=b"<Password>hunter2</Password>")
    assert b"hunter2" not in segment(tmp_path).read_bytes()
    vault = next(tmp_path.glob("*.secrets.jsonl"))
    assert vault.stat().st_mode & 0o777 == 0o600
    again = made(tmp_path)
    (record,) = again.records()
    assert again.request_body(record, again.secrets()[1]) == b"UserName=x&Password=hunter2"


def test_a_secure_parameter_is_hidden_and_a_plain_one_is_not() -> None:
    secure = {"Name": "/a", "Value": "hunter2", "Type": "SecureString"}
    plain = {"Name": "/a", "Value": "hello", "Type": "String"}
    assert presentable(secure)["Value"] == HIDDEN
    assert presentable(plain)["Value"] == "hello"
    assert hide(json.dumps(plain).encode())[1] == []


def test_bulk_is_cut() -> None:
    shown = presentable({"Body": b"x" * 10**6, "Text": "y" * 10**6})
    assert len(shown["Text"]) == LONGEST_VALUE
    assert len(shown["Body"]) < 2 * LONGEST_VALUE


def test_everything_becomes_json() -> None:
    value = {
        "when": datetime(2026, 1, 5, tzinfo=UTC),
        "list": (1, 2.5, None, True, b"\xff"),
        3: object(),
    }
    assert json.loads(json.dumps(presentable(value)))["when"] == "2026-01-05T00:00:00+00:00"


# Bad input


@pytest.mark.parametrize("cut", [1, 2, 20, 100])
def test_a_last_record_cut_short_is_left_out(
    tmp_path: Path, cut: int, capsys: pytest.CaptureFixture
) -> None:
    journal = made(tmp_path)
    add(journal)
    add(journal)
    path = segment(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    again = made(tmp_path)
    assert again.next == 2
    assert capsys.readouterr().out.count("\n") == 1
    assert add(again).number == 2
    assert made(tmp_path).next == 3


@pytest.mark.parametrize("junk", [b"", b"{}", b"null", b"\xff\xff", b'{"number": 7}', b"[1]"])
def test_damage_in_the_middle_is_one_sentence_and_the_last_good_record(
    tmp_path: Path, junk: bytes
) -> None:
    journal = made(tmp_path)
    for _ in range(4):
        add(journal)
    lines = segment(tmp_path).read_bytes().splitlines(keepends=True)
    lines[3] = junk + b"\n"
    segment(tmp_path).write_bytes(b"".join(lines))
    again = Journal(tmp_path)
    again.open("x", 0.0)
    with pytest.raises(DamagedError, match="damaged at record 3") as damage:
        list(again.records())
    assert damage.value.last_good == 2


@pytest.mark.parametrize("how", ["cut", "gone", "other"])
def test_a_half_written_body_is_noticed(tmp_path: Path, how: str) -> None:
    journal = made(tmp_path)
    record = add(journal, body=b"x" * 100_000)
    (blob,) = (path for path in (tmp_path / "blobs").rglob("*") if path.is_file())
    if how == "gone":
        blob.unlink()
    else:
        import zlib

        blob.write_bytes(blob.read_bytes()[:20] if how == "cut" else zlib.compress(b"y"))
    with pytest.raises(DamagedError, match="damaged at record 1"):
        made(tmp_path).request_body(record, {})


def test_a_disk_that_fills_up_records_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = made(tmp_path)
    add(journal)
    before = segment(tmp_path).read_bytes()
    real, left = os.write, [10]

    def full(descriptor: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real(descriptor, data[: left[0]])
        left[0] -= written
        return written

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(UnwritableError, match="No space left on device"):
        add(journal)
    assert segment(tmp_path).read_bytes() == before
    assert journal.next == 2
    assert len(journal.calls()) == 1
    monkeypatch.setattr(os, "write", real)
    assert add(journal).number == 2
    assert made(tmp_path).next == 3


def test_a_folder_that_cannot_be_made_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    with pytest.raises(UnwritableError):
        Journal(tmp_path / "journal").open("x", 0.0)


def test_an_account_without_a_beginning_is_passed_over(tmp_path: Path) -> None:
    add(made(tmp_path))
    (tmp_path / "0007-0001.jsonl").write_bytes(b'{"number":0,"at"')
    assert made(tmp_path).next == 2


# Going back


def test_rewinding_forgets_what_came_after(tmp_path: Path) -> None:
    journal = made(tmp_path)
    for name in "abcd":
        add(journal, operation=name, body=f"Password={name}".encode())
    journal.rewind(2)
    again = made(tmp_path)
    assert [call.operation for call in again.calls()] == ["a", "b"]
    assert (again.instance, again.next) == ("first", 3)
    assert add(again).number == 3
    (first, *_) = again.records()
    assert again.request_body(first, again.secrets()[1]) == b"Password=a"


@pytest.mark.parametrize("number", [-1, 3, 10**9])
def test_there_is_no_going_back_to_what_never_was(tmp_path: Path, number: int) -> None:
    journal = made(tmp_path)
    add(journal)
    add(journal)
    with pytest.raises(ValueError, match=f"no record {number}"):
        journal.rewind(number)


def test_a_halt_is_remembered_until_the_journal_goes_back(tmp_path: Path) -> None:
    journal = made(tmp_path)
    add(journal)
    journal.halt(Halt("Something is wrong.", 0))
    assert Journal(tmp_path).halted() == Halt("Something is wrong.", 0)
    journal.rewind(0)
    assert journal.halted() is None
