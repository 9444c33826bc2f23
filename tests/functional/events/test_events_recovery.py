"""A bus after its cloud was ended and begun again: the same rules, archives and messages."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from outside import ACCOUNT, Account

from dryrun.cloud import launcher
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:heard"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "bus")
    yield workspace
    with contextlib.suppress(CloudError):
        launcher.stop(workspace)


def play(account: Account) -> None:
    """Set rules, an archive, events and a replay going."""
    events, sqs = account.client("events"), account.client("sqs")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.create_queue(QueueName="heard", Attributes={"Policy": policy})
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    events.put_rule(Name="sold", EventPattern='{"source": ["ferry"]}')
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    for rule in ("sold", "hourly"):
        events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": QUEUE}])
    for number in range(5):
        detail = json.dumps({"n": number})
        events.put_events(Entries=[{"Source": "ferry", "DetailType": "Sold", "Detail": detail}])
    account.running.control("clock", {"action": "advance", "seconds": 3 * 3600})
    now = datetime.now(UTC)
    events.start_replay(
        ReplayName="again",
        EventSourceArn=f"arn:aws:events:us-east-1:{ACCOUNT}:archive/all",
        Destination={"Arn": BUS},
        EventStartTime=now - timedelta(hours=1),
        EventEndTime=now + timedelta(hours=1),
    )


def state(account: Account) -> dict[str, Any]:
    """Return what can be read of it."""
    events, sqs = account.client("events"), account.client("sqs")
    url = sqs.get_queue_url(QueueName="heard")["QueueUrl"]
    asked = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]}
    told = {
        "rules": events.list_rules()["Rules"],
        "archive": events.describe_archive(ArchiveName="all"),
        "replay": events.describe_replay(ReplayName="again"),
        "queue": sqs.get_queue_attributes(**asked)["Attributes"],
    }
    for answer in told.values():
        if isinstance(answer, dict):
            answer.pop("ResponseMetadata", None)
    return told


def test_a_bus_comes_back_as_it_was(own: Workspace) -> None:
    account = Account(launcher.start(own), own)
    play(account)
    before = state(account)
    assert before["archive"]["EventCount"] == 5
    assert before["replay"]["State"] == "COMPLETED"
    assert int(before["queue"]["ApproximateNumberOfMessages"]) == 5 + 3 + 5
    launcher.stop(own)
    running = launcher.start(own)
    assert running.control("health")["replayed"]["different"] == []
    assert state(Account(running, own)) == before
