"""The journal of calls."""

from __future__ import annotations

import errno
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dryrun.cloud.journal import HIDDEN, LONGEST_VALUE, Journal, presentable


def add(journal: Journal, **changes: Any) -> None:
    fields = {
        "time": "2026-01-05T12:00:00Z",
        "service": "s3",
        "operation": "ListBuckets",
        "parameters": {},
        "access_key": "AKIADRYRUNFAKE000001",
        "region": "us-east-1",
        "status": 200,
        "error": None,
        "user_agent": "Boto3",
        "seconds": 0.001,
    }
    journal.append(**{**fields, **changes})


def test_calls_come_back_in_order_from_a_number_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for name in ("ListBuckets", "PutObject", "GetObject"):
        add(journal, operation=name)
    calls, following = journal.since(2)
    assert [(call["number"], call["operation"]) for call in calls] == [
        (2, "PutObject"),
        (3, "GetObject"),
    ]
    assert following == 4
    assert journal.since(following) == ([], 4)
    assert len(journal.since(0)[0]) == 3
    assert len(journal.since(-5)[0]) == 3


def test_calls_are_on_disk_before_anyone_asks(tmp_path: Path) -> None:
    add(Journal(tmp_path / "journal"), parameters={"Bucket": "harbour", "naïve": "é"})
    (line,) = next((tmp_path / "journal").iterdir()).read_text("utf-8").splitlines()
    assert json.loads(line)["parameters"] == {"Bucket": "harbour", "naïve": "é"}


def test_a_folder_that_cannot_be_made_stops_the_writing_only(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    journal = Journal(tmp_path / "journal")
    add(journal)
    assert len(journal.since(0)[0]) == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_a_disk_that_fills_up_stops_the_writing_only(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    journal = Journal(tmp_path)

    class Full:
        def write(self, _: str) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    journal._file = Full()  # type: ignore[assignment]
    add(journal)
    add(journal)
    assert len(journal.since(0)[0]) == 2
    assert capsys.readouterr().out.count("No space left on device") == 1


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("SecretString", {"SecretId": "x", "SecretString": "hunter2"}),
        ("SecretBinary", {"SecretBinary": b"hunter2"}),
        ("MasterUserPassword", {"MasterUserPassword": "hunter2"}),
        ("Password", {"UserName": "x", "Password": "hunter2"}),
        ("Plaintext", {"Plaintext": b"hunter2"}),
        ("nested", {"Users": [{"Name": "x", "password": "hunter2"}]}),
    ],
)
def test_secrets_are_hidden_wherever_they_are(name: str, parameters: dict[str, Any]) -> None:
    text = json.dumps(presentable(parameters))
    assert "hunter2" not in text
    assert HIDDEN in text


def test_a_secure_parameter_is_hidden_and_a_plain_one_is_not() -> None:
    secure = {"Name": "/a", "Value": "hunter2", "Type": "SecureString"}
    plain = {"Name": "/a", "Value": "hello", "Type": "String"}
    assert presentable(secure)["Value"] == HIDDEN
    assert presentable(plain)["Value"] == "hello"


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


def test_only_so_many_calls_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dryrun.cloud.journal.REMEMBERED", 3)
    journal = Journal(None)
    for _ in range(5):
        add(journal)
    calls, following = journal.since(0)
    assert [call["number"] for call in calls] == [3, 4, 5]
    assert following == 6
