"""What a stack's events put on the default bus.

Follows "CloudFormation events detail reference", CloudFormation User Guide.
"""

from __future__ import annotations

import json
from typing import Any

from in_process import client
from stacks import ACCOUNT, create, queue, stack, template


def received(url: str) -> list[dict[str, Any]]:
    sqs, found = client("sqs"), []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in got:
            found.append(json.loads(one["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


def test_stack_and_resource_events_reach_a_rule() -> None:
    events = client("events")
    url = client("sqs").create_queue(QueueName="stack-events")["QueueUrl"]
    pattern = {"source": ["aws.cloudformation"], "detail": {"stack-id": [{"prefix": "arn:"}]}}
    events.put_rule(Name="stacks", EventPattern=json.dumps(pattern))
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:stack-events"
    events.put_targets(Rule="stacks", Targets=[{"Id": "queue", "Arn": arn}])
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
            }
        ],
    }
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    create("bus-stack", template(Q=queue()), ClientRequestToken="token-9")
    events.remove_targets(Rule="stacks", Ids=["queue"])
    events.delete_rule(Name="stacks")
    told = received(url)
    kinds = [(one["detail-type"], one["detail"]["status-details"]["status"]) for one in told]
    assert kinds == [
        ("CloudFormation Stack Status Change", "CREATE_IN_PROGRESS"),
        ("CloudFormation Resource Status Change", "CREATE_IN_PROGRESS"),
        ("CloudFormation Resource Status Change", "CREATE_IN_PROGRESS"),
        ("CloudFormation Resource Status Change", "CREATE_COMPLETE"),
        ("CloudFormation Stack Status Change", "CREATE_COMPLETE"),
    ]
    assert {one["source"] for one in told} == {"aws.cloudformation"}
    assert {one["region"] for one in told} == {"us-east-1"}
    detail = told[3]["detail"]
    assert detail["stack-id"] == stack("bus-stack")["StackId"]
    assert detail["logical-resource-id"] == "Q"
    assert detail["resource-type"] == "AWS::SQS::Queue"
    assert detail["client-request-token"] == "token-9"
