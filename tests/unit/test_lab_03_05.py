"""Lab 03-05: what its checks say of detections and of what was changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dryrun.checks.cloudformation_changes import landing, stacks
from dryrun.checks.cloudformation_changes.lab05 import LAB

ACCOUNT: Any = None
EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def test_every_exercise_has_a_ladder_of_hints_and_a_reason() -> None:
    for exercise in LAB.exercises:
        assert len(exercise.hints) >= 3
        assert exercise.why
        assert not exercise.title.endswith((".", "?"))


@pytest.mark.parametrize(
    ("status", "checked", "updated", "found"),
    [
        ("IN_SYNC", LATE, EARLY, None),
        ("IN_SYNC", LATE, None, None),
        ("IN_SYNC", EARLY, LATE, "the last one was before it"),
        ("DRIFTED", LATE, EARLY, "DRIFTED"),
    ],
)
def test_the_last_detection_comes_after_the_last_update(
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    checked: datetime,
    updated: datetime | None,
    found: str | None,
) -> None:
    told: dict[str, Any] = {
        "CreationTime": EARLY,
        "DriftInformation": {"StackDriftStatus": status, "LastCheckTimestamp": checked},
    }
    if updated is not None:
        told["LastUpdatedTime"] = updated
    monkeypatch.setattr(stacks, "stack", lambda *_: told)
    evidence = landing.all_in_sync(ACCOUNT)
    assert (evidence.found if evidence else None) == found


def test_a_resource_nobody_looked_at_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"Arrivals": {"StackResourceDriftStatus": "IN_SYNC"}}
    monkeypatch.setattr(landing, "_recorded", lambda _: known)
    evidence = landing.both_in_sync(ACCOUNT)
    assert evidence is not None
    assert evidence.found == "NOT_CHECKED, when it was last detected"
    assert evidence.where == "stack ferry-landing, resource Gate"


def rule(port: int, *sources: str) -> dict[str, Any]:
    return {"FromPort": port, "IpRanges": [{"CidrIp": source} for source in sources]}


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([rule(443, "10.20.0.0/16")], None),
        ([rule(443, "10.20.0.0/16"), rule(22, "0.0.0.0/0")], "port 22 from 0.0.0.0/0"),
        ([rule(443, "10.20.0.0/16", "0.0.0.0/0")], "port 443 from 0.0.0.0/0"),
        ([], "no rule at all"),
    ],
)
def test_the_gate_opens_for_the_office_only(
    monkeypatch: pytest.MonkeyPatch, rules: list[dict[str, Any]], found: str | None
) -> None:
    monkeypatch.setattr(landing, "_gate", lambda _: {"IpPermissions": rules})
    evidence = landing.gate_shut(ACCOUNT)
    if found is None:
        assert evidence is None
    else:
        assert evidence is not None
        assert found in evidence.found


def test_the_change_must_have_been_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "_recorded", lambda _: {})
    evidence = landing.own_seen(ACCOUNT)
    assert evidence is not None
    assert evidence.found == "no difference found yet"
