"""What tests of deliveries have in common: sending, and targets that let themselves be reached."""

from __future__ import annotations

import json
from typing import Any

from in_process import client, lab

from dryrun.cloud import delivery, outside
from dryrun.cloud.delivery import Delivery, Outcome, Sender

ACCOUNT = "123456789012"
REGION = "us-east-1"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/orders"
EVENTS = "events.amazonaws.com"
SENDER = Sender(EVENTS, RULE, ACCOUNT, REGION)


def send(target: str, payload: str = '{"id": "1"}', **how: Any) -> list[Outcome]:
    """Deliver in the cloud's order; return the outcomes that are known when all is done."""
    known: list[Outcome] = []
    how.setdefault("sender", SENDER)
    how.setdefault("dead_letter_attributes", {"RULE_ARN": RULE, "TARGET_ARN": target})
    with lab().clock.hold():
        delivery.send(Delivery(target_arn=target, payload=payload, done=known.append, **how))
    outside.current().wait(lab().clock.order)
    return known


def policy(action: str, resource: str, principal: str = EVENTS, source: str = RULE) -> str:
    """Return a resource policy that lets a service act on behalf of one source."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def queue(name: str, *, open_to: str | None = RULE, **attributes: str) -> tuple[str, str]:
    """Make a queue; return its address and its ARN. `open_to` may send through EventBridge."""
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    if open_to:
        attributes["Policy"] = policy("sqs:SendMessage", arn, source=open_to)
    made = client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return made["QueueUrl"], arn


def messages(url: str) -> list[dict[str, Any]]:
    """Take all messages out of a queue."""
    sqs, found = client("sqs"), []
    asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "AttributeNames": ["All"]}
    while batch := sqs.receive_message(QueueUrl=url, **asked).get("Messages"):
        found += batch
        for one in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


def attributes(message: dict[str, Any]) -> dict[str, str]:
    """Return the attributes of a message as plain text."""
    return {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}


def role(name: str, service: str, action: str, resource: str = "*") -> str:
    """Make a role that a service may have; return its ARN."""
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
    iam.put_role_policy(
        RoleName=name,
        PolicyName="allowed",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    return str(made["Role"]["Arn"])


def hear(topic: str, url: str) -> None:
    """Subscribe a queue to a topic, and let the topic send."""
    sqs = client("sqs")
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    text = policy("sqs:SendMessage", arn, "sns.amazonaws.com", topic)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
