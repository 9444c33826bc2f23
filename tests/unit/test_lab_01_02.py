"""Lab 01-02: what its checks say of sessions and of its ground, from answers written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dryrun.checks import Account, Broken, Outcome
from dryrun.checks.cli_and_sdk import identities, purser, sessions
from dryrun.checks.cli_and_sdk.identities import Caller
from dryrun.checks.cli_and_sdk.lab02 import LAB
from dryrun.checks.cli_and_sdk.purser import CODE, KEY_ALONE, NO_CODE, PURSER_ARN
from dryrun.checks.ini import write_ini
from dryrun.checks.runner import run
from dryrun.workspace import Workspace

FIRST, SECOND = "ASIAFIRST00000000001", "ASIASECOND0000000002"
LASTING = "AKIAPURSER0000000001"
SECRET, TOKEN = "s" * 40, "t" * 60
SERIAL = "arn:aws:iam::123456789012:mfa/purser-phone"
KNOWN = "the lab's two AWS files"


def account(
    tmp_path: Path, calls: Iterable[dict[str, Any]] = (), clients: Mapping[str, Any] | None = None
) -> Account:
    """Return an account whose journal and whose clients are written by hand."""
    journal = [{"number": at, "status": 200, **call} for at, call in enumerate(calls, start=1)]

    def control(_: str, payload: dict[str, Any]) -> dict[str, Any]:
        fresh = [call for call in journal if call["number"] >= payload["since"]]
        return {"calls": fresh, "next": len(journal) + 1}

    cloud = SimpleNamespace(endpoint="http://localhost:1", instance="x", control=control)
    made = Account(Workspace(tmp_path), cloud, {}, since=1)
    for service, client in (clients or {}).items():
        made._clients[service, "us-east-1"] = client
    return made


def given(
    key_id: str = FIRST,
    at: str = "2026-05-04T08:00:00Z",
    who: str = PURSER_ARN,
    error: str | None = None,
    **parameters: Any,
) -> dict[str, Any]:
    """Return a call of GetSessionToken, by default one for an hour and with a code."""
    return {
        "time": at,
        "service": "sts",
        "operation": "GetSessionToken",
        "parameters": {"SerialNumber": SERIAL, "DurationSeconds": 3600} | parameters,
        "caller": {"arn": who},
        "error": error,
        "result": {} if error else {"Credentials": {"AccessKeyId": key_id}},
    }


def keep(made: Account, profile: str, **values: str) -> None:
    found = {"aws_access_key_id": FIRST, "aws_secret_access_key": SECRET} | values
    write_ini(made.workspace.aws_credentials, {profile: dict(found)})


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Caller]:
    """Say whom keys stand for; one that is not listed is refused."""
    known: dict[str, Caller] = {}

    def caller(_: Account, key_id: str, secret: str, token: str | None = None) -> Caller:
        whole = secret == SECRET and bool(token)
        return known.get(key_id, Caller(code="X")) if whole else Caller(code="InvalidClientTokenId")

    monkeypatch.setattr(identities, "caller", caller)
    monkeypatch.setattr(identities, "keys_of", lambda *_: {LASTING: "Active"})
    return known


def test_every_exercise_has_a_ladder_of_hints_and_a_reason() -> None:
    for exercise in LAB.exercises:
        assert len(exercise.hints) >= 3
        assert exercise.why
        assert not exercise.title.endswith((".", "?"))


def test_values_are_found_in_every_place(tmp_path: Path) -> None:
    made = account(tmp_path)
    made.environ.update(AWS_ACCESS_KEY_ID=FIRST, AWS_SECRET_ACCESS_KEY=SECRET)
    keep(made, "purser-mfa", aws_session_token=TOKEN)
    in_config = {"aws_access_key_id": SECOND, "aws_secret_access_key": "x", "region": "us-east-1"}
    write_ini(made.workspace.aws_config, {"profile other": {**in_config, "aws_session_token": "y"}})
    assert [(place.where, place.key_id, place.token) for place in sessions.places(made)] == [
        ("the environment of this notebook", FIRST, ""),
        ("file .dryrun/aws/config, section [profile other]", SECOND, "y"),
        ("file .dryrun/aws/credentials, profile [purser-mfa]", FIRST, TOKEN),
    ]


def test_a_whole_session_is_found(tmp_path: Path, sts: dict[str, Caller]) -> None:
    sts[FIRST] = Caller(arn=PURSER_ARN)
    made = account(tmp_path, [given()])
    keep(made, "any-name", aws_session_token=TOKEN)
    assert sessions.session_code(made) is None
    assert sessions.session_hour(made) is None
    assert sessions.values_placed(made) is None
    assert sessions.nothing_expired(made) is None


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, f"{FIRST} without a session token: AWS does not know it alone"),
        ({"aws_session_token": TOKEN}, f"{FIRST}, which has expired"),
        (
            {"aws_session_token": TOKEN, "aws_secret_access_key": "short"},
            "a secret of 5 characters, where AWS gives 40",
        ),
        (
            {"aws_session_token": TOKEN, "aws_access_key_id": SECOND},
            f"{SECOND}, which AWS refuses: X",
        ),
        (
            {"aws_session_token": TOKEN, "aws_access_key_id": f'"{FIRST}"'},
            f'"{FIRST}", where the quotation marks are taken as part of the key',
        ),
    ],
)
def test_what_is_wrong_with_the_values_is_told(
    tmp_path: Path, sts: dict[str, Caller], values: dict[str, str], found: str
) -> None:
    sts[FIRST] = Caller(code="ExpiredToken")
    made = account(tmp_path, [given()])
    keep(made, "purser", aws_access_key_id=LASTING)
    keep(made, "purser-mfa", **values)
    evidence = sessions.values_placed(made)
    assert evidence is not None
    assert evidence.found == found
    assert evidence.where == "file .dryrun/aws/credentials, profile [purser-mfa]"


def test_a_long_term_key_is_no_session(tmp_path: Path, sts: dict[str, Caller]) -> None:
    made = account(tmp_path)
    keep(made, "purser", aws_access_key_id=LASTING)
    evidence = sessions.values_placed(made)
    assert evidence is not None
    assert evidence.found == "no key id that begins with ASIA"
    assert KNOWN in evidence.where
    assert run(LAB.exercises[4], made).outcome is Outcome.NOT_ATTEMPTED


def test_a_role_worn_in_the_environment_is_no_session_of_the_pursers(
    tmp_path: Path, sts: dict[str, Caller]
) -> None:
    worn = given(SECOND) | {"operation": "AssumeRole"}
    made = account(tmp_path, [given(), worn])
    made.environ.update(AWS_ACCESS_KEY_ID=SECOND, AWS_SECRET_ACCESS_KEY=SECRET)
    sts[SECOND] = Caller(code="ExpiredToken")
    assert sessions.nothing_expired(made) is None


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([], "no call"),
        ([given(error="AccessDenied")], "no session; the last call was refused: AccessDenied"),
        (
            [given(who="arn:aws:iam::123456789012:user/ferry-admin")],
            "a session of ferry-admin's; was --profile left out?",
        ),
        ([given(SerialNumber=None)], "a session asked for without a code"),
    ],
)
def test_a_session_without_the_pursers_code_is_told(
    tmp_path: Path, sts: dict[str, Caller], calls: list[dict[str, Any]], found: str
) -> None:
    evidence = sessions.session_code(account(tmp_path, calls))
    assert evidence is not None
    assert evidence.found == found


@pytest.mark.parametrize(
    ("seconds", "found"), [(None, "12 hours, which is the default"), (900, "900 seconds")]
)
def test_another_duration_is_told(
    tmp_path: Path, sts: dict[str, Caller], seconds: int | None, found: str
) -> None:
    evidence = sessions.session_hour(account(tmp_path, [given(DurationSeconds=seconds)]))
    assert evidence is not None
    assert evidence.found == found


def test_the_session_in_use_counts_and_not_the_newest(
    tmp_path: Path, sts: dict[str, Caller]
) -> None:
    sts[FIRST] = Caller(arn=PURSER_ARN)
    made = account(tmp_path, [given(), given(SECOND, DurationSeconds=None)])
    keep(made, "purser-mfa", aws_session_token=TOKEN)
    assert sessions.session_hour(made) is None


def test_what_expired_must_go_wherever_it_is(tmp_path: Path, sts: dict[str, Caller]) -> None:
    sts |= {FIRST: Caller(code="ExpiredToken"), SECOND: Caller(arn=PURSER_ARN)}
    made = account(tmp_path, [given(), given(SECOND)])
    keep(made, "purser-mfa", aws_session_token=TOKEN)
    keep(made, "purser-new", aws_session_token=TOKEN, aws_access_key_id=SECOND)
    assert sessions.values_placed(made) is None
    evidence = sessions.nothing_expired(made)
    assert evidence is not None
    assert evidence.where.endswith("profile [purser-mfa]")


@pytest.mark.parametrize(
    ("later", "tried"), [("2026-05-04T08:00:40Z", False), ("2026-05-04T09:00:00Z", True)]
)
def test_the_second_hour_begins_an_hour_after_the_first(
    tmp_path: Path, later: str, tried: bool
) -> None:
    calls = [given(), given(at=later, error="AccessDenied")]
    assert sessions.tried_again(account(tmp_path, calls)) is tried


# The ground of the lab


def test_a_session_written_over_the_key_is_damage(tmp_path: Path, sts: dict[str, Caller]) -> None:
    sts[FIRST] = Caller(arn=PURSER_ARN)
    made = account(tmp_path, [given()])
    keep(made, "purser", aws_session_token=TOKEN)
    assert sessions.values_placed(made) is None
    sts[FIRST] = Caller(code="ExpiredToken")
    with pytest.raises(Broken, match="was the session written over it"):
        sessions.values_placed(made)


def test_a_lost_user_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "keys_of", lambda *_: None)
    with pytest.raises(Broken, match="The user purser, whom this lab made, is gone"):
        purser.need_purser(account(tmp_path))


def test_a_lost_profile_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "keys_of", lambda *_: {LASTING: "Active"})
    with pytest.raises(Broken, match="no longer holds an active key"):
        purser.need_purser(account(tmp_path))


@pytest.mark.parametrize(
    ("context", "value"), [(KEY_ALONE, None), (NO_CODE, "false"), (CODE, "true")]
)
def test_a_long_term_key_says_nothing_of_codes(
    context: Mapping[str, str], value: str | None
) -> None:
    assert context.get("aws:MultiFactorAuthPresent") == value
