"""Outcomes: whatever a check raises, a learner gets evidence or a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ProfileNotFound

from dryrun.checks import Account, Broken, Criterion, Evidence, Exercise, Outcome
from dryrun.checks.ini import read_ini, write_ini
from dryrun.checks.runner import run
from dryrun.cloud import keys
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace

CLOUD = SimpleNamespace(endpoint="http://localhost:1", instance="x", control=lambda *_: {})


def account(tmp_path: Path) -> Account:
    return Account(Workspace(tmp_path), CLOUD, {})


def exercise(*checks: Callable, attempted: Callable = lambda _: True) -> Exercise:
    criteria = [Criterion(f"c{n}", f"`thing` {n} holds", c) for n, c in enumerate(checks)]
    return Exercise(
        id="x", number="1", title="X", criteria=tuple(criteria), hints=("a", "b", "c"),
        attempted=attempted, solve=lambda _: None,
    )  # fmt: skip


def met(_: Account) -> None:
    return None


def unmet(_: Account) -> Evidence:
    return Evidence("3", "4", "here")


def raising(error: Exception) -> Callable:
    def check(_: Account) -> None:
        raise error

    return check


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetUser")


@pytest.mark.parametrize(
    ("checks", "attempted", "outcome", "unmet_ids"),
    [
        ([met, met], True, Outcome.DONE, ()),
        ([met, met], False, Outcome.DONE, ()),
        ([met, unmet], True, Outcome.NOT_YET, ("c1",)),
        ([met, unmet], False, Outcome.NOT_ATTEMPTED, ("c1",)),
        ([unmet, raising(Broken("gone"))], True, Outcome.BROKEN, ("c0", "c1")),
        ([met, raising(Broken("gone"))], False, Outcome.BROKEN, ("c1",)),
    ],
)
def test_outcomes(checks, attempted, outcome, unmet_ids, tmp_path) -> None:
    result = run(exercise(*checks, attempted=lambda _: attempted), account(tmp_path))
    assert (result.outcome, result.unmet) == (outcome, unmet_ids)


def test_a_refusal_of_aws_is_evidence(tmp_path: Path) -> None:
    result = run(exercise(raising(refused("NoSuchEntity", "No purser."))), account(tmp_path))
    assert result.outcome is Outcome.NOT_YET
    assert result.criteria[0].evidence == Evidence(
        "thing 0 holds", "NoSuchEntity: No purser.", "the answer to GetUser"
    )


def test_what_dry_run_does_not_simulate_is_the_labs_fault(tmp_path: Path) -> None:
    result = run(exercise(raising(refused("NotSimulated", "AWS would."))), account(tmp_path))
    assert result.outcome is Outcome.BROKEN
    assert "AWS would." in (result.damage or "")


def test_a_dead_administrator_key_is_damage(tmp_path: Path, monkeypatch) -> None:
    one = account(tmp_path)
    sts = SimpleNamespace(get_caller_identity=lambda: raising(refused("InvalidClientTokenId"))(one))
    monkeypatch.setattr(one, "client", lambda _service: sts)
    result = run(exercise(raising(refused("InvalidClientTokenId"))), one)
    assert result.outcome is Outcome.BROKEN
    assert "ferry-admin" in (result.damage or "")
    sts.get_caller_identity = lambda: {}
    assert run(exercise(raising(refused("InvalidClientTokenId"))), one).outcome is Outcome.NOT_YET


def test_the_learners_own_settings_are_evidence(tmp_path: Path) -> None:
    result = run(exercise(raising(ProfileNotFound(profile="purser"))), account(tmp_path))
    assert result.criteria[0].evidence is not None
    assert "(purser)" in result.criteria[0].evidence.found


def test_an_unreadable_file_is_evidence(tmp_path: Path) -> None:
    bad = tmp_path / "config"
    bad.write_text("region = us-east-1\n")
    result = run(exercise(lambda a: read_ini(bad) and None), account(tmp_path))
    assert result.criteria[0].evidence is not None
    assert result.criteria[0].evidence.where == "config"


def test_a_cloud_that_does_not_answer_is_said_once(tmp_path: Path) -> None:
    gone = EndpointConnectionError(endpoint_url="http://localhost:1/")
    with pytest.raises(CloudError, match=r"lab\.start"):
        run(exercise(raising(gone)), account(tmp_path))
    elsewhere = EndpointConnectionError(endpoint_url="http://example.invalid/")
    assert run(exercise(raising(elsewhere)), account(tmp_path)).outcome is Outcome.NOT_YET


def test_a_mistake_in_a_check_is_never_a_traceback(tmp_path: Path) -> None:
    result = run(exercise(raising(KeyError("Users"))), account(tmp_path))
    assert result.outcome is Outcome.BROKEN
    assert "KeyError" in (result.damage or "")
    assert "c0" in (result.damage or "")


def test_attempted_may_ask_for_what_does_not_exist(tmp_path: Path) -> None:
    asked = exercise(unmet, attempted=raising(refused("NoSuchEntity")))
    assert run(asked, account(tmp_path)).outcome is Outcome.NOT_ATTEMPTED


def with_keys(whose: Account) -> Account:
    """Return an account whose workspace has had a cloud."""
    whose.workspace.prepare()
    keys.ensure(whose.workspace.keys)
    return whose


def test_clients_ignore_the_learners_environment(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://example.invalid")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    client = with_keys(account(tmp_path)).client("iam")
    assert client.meta.endpoint_url == "http://localhost:1"
    assert not client.meta.config.use_fips_endpoint
    assert client.meta.config.retries["total_max_attempts"] == 1


def test_clients_are_built_once(tmp_path: Path) -> None:
    one = with_keys(account(tmp_path))
    assert one.client("sts") is one.client("sts")
    assert one.client("sts") is not one.client("sts", "eu-central-1")


def test_calls_are_the_learners_since_the_start(tmp_path: Path) -> None:
    journal = [
        {"number": 5, "service": "iam", "operation": "CreateUser", "user_agent": "aws-cli"},
        {"number": 6, "service": "iam", "operation": "GetUser", "user_agent": "x dryrun-check"},
        {"number": 7, "service": "s3", "operation": "ListBuckets", "user_agent": "Boto3"},
    ]

    def control(_path: str, payload: dict) -> dict:
        return {"calls": [c for c in journal if c["number"] >= payload["since"]], "next": 8}

    cloud = SimpleNamespace(endpoint="http://localhost:1", instance="x", control=control)
    one = Account(Workspace(tmp_path), cloud, {}, since=5)
    assert [call.number for call in one.calls()] == [5, 7]
    assert [call.number for call in one.calls("s3")] == [7]
    assert [call.number for call in one.calls("iam", "CreateUser")] == [5], "and not twice"


def test_session_as_learner_sees_the_kernels_environment(tmp_path: Path) -> None:
    environ = {"AWS_ACCESS_KEY_ID": "AKIAPURSER", "AWS_SECRET_ACCESS_KEY": "x", "HOME": "/none"}
    session = Account(Workspace(tmp_path), CLOUD, environ).session_as_learner()
    assert session.get_credentials().access_key == "AKIAPURSER"


def test_ini_files_merge_and_lose_what_is_none(tmp_path: Path) -> None:
    path = tmp_path / "aws" / "config"
    write_ini(path, {"default": {"region": "us-east-1"}, "profile a": {"region": "x", "y": "1"}})
    write_ini(path, {"profile a": {"y": None}, "profile b": {"z": "%2"}})
    assert read_ini(path) == {
        "default": {"region": "us-east-1"}, "profile a": {"region": "x"}, "profile b": {"z": "%2"},
    }  # fmt: skip
    write_ini(path, {"profile a": None})
    assert "profile a" not in read_ini(path)
    assert read_ini(tmp_path / "none") == {}
    path.write_text("[default]\ns3 =\n    max_concurrent_requests = 2\n    x = 1\n")
    write_ini(path, {"default": {"region": "eu-central-1"}})
    assert read_ini(path)["default"]["s3"] == "\nmax_concurrent_requests = 2\nx = 1"
