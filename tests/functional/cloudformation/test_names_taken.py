"""What services take for the same thing again is another resource's to CloudFormation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from in_process import client
from stacks import create, reason, stack, template, update

PATTERN = {"source": ["pier"]}
WIDGETS = json.dumps({"widgets": []})


def _queue() -> None:
    client("sqs").create_queue(QueueName="pier")


def _rule() -> None:
    client("events").put_rule(Name="pier", EventPattern=json.dumps(PATTERN))


def _dashboard() -> None:
    client("cloudwatch").put_dashboard(DashboardName="pier", DashboardBody=WIDGETS)


def _cluster() -> None:
    client("ecs").create_cluster(clusterName="pier")


@pytest.mark.parametrize(
    ("type_name", "properties", "by_hand"),
    [
        ("AWS::SQS::Queue", {"QueueName": "pier"}, _queue),
        ("AWS::Events::Rule", {"Name": "pier", "EventPattern": PATTERN}, _rule),
        ("AWS::CloudWatch::Dashboard", {"DashboardName": "pier", "DashboardBody": WIDGETS},
         _dashboard),
        ("AWS::ECS::Cluster", {"ClusterName": "pier"}, _cluster),
    ],
)  # fmt: skip
def test_a_name_is_taken_once(
    type_name: str, properties: dict[str, Any], by_hand: Callable[[], None]
) -> None:
    by_hand()
    first, second = (f"{word}{type_name.replace('::', '-')}" for word in ("taken-", "again-"))
    one = {"Type": type_name, "Properties": properties}
    assert create(first, template(A=one))["StackStatus"] == "ROLLBACK_COMPLETE"
    told = f"Resource of type '{type_name}' with identifier 'pier' already exists."
    assert told in reason(first, "A")
    # What was there before is still there: the same name fails once more.
    other = {"Type": "AWS::SNS::Topic"}
    create(second, template(B=other))
    update(second, template(B=other, A=one))
    assert stack(second)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert told in reason(second, "A")
