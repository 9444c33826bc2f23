"""Rules whose events arrive in a queue, and a second account, for the tests of EventBridge."""

from __future__ import annotations

import itertools
import json
from typing import Any

import in_process
from botocore.config import Config
from in_process import client

ACCOUNT = "123456789012"
REGION = "us-east-1"
DEFAULT_BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
_NUMBERS = itertools.count(1)


class Queue:
    """A queue that EventBridge may send to."""

    def __init__(self, name: str = "") -> None:
        """Make the queue."""
        self.name = name or f"listening-{next(_NUMBERS)}"
        self.arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        made = client("sqs").create_queue(QueueName=self.name, Attributes={"Policy": policy})
        self.url = made["QueueUrl"]

    def texts(self) -> list[str]:
        """Take all messages out; return their bodies."""
        sqs, found = client("sqs"), []
        asked = {"QueueUrl": self.url, "MaxNumberOfMessages": 10}
        while batch := sqs.receive_message(**asked).get("Messages"):
            found += [one["Body"] for one in batch]
            for one in batch:
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=one["ReceiptHandle"])
        return found

    def events(self) -> list[dict[str, Any]]:
        """Take all messages out; return the events in them."""
        return [json.loads(text) for text in self.texts()]


def rule(
    pattern: dict[str, Any] | None,
    *,
    name: str = "",
    target: dict[str, Any] | None = None,
    **more: Any,
) -> tuple[str, Queue]:
    """Make a rule with a queue behind it; return the rule's name and the queue."""
    events, queue = client("events"), Queue()
    name = name or f"rule-{next(_NUMBERS)}"
    if pattern is not None:
        more["EventPattern"] = json.dumps(pattern)
    events.put_rule(Name=name, **more)
    on = {"EventBusName": more["EventBusName"]} if "EventBusName" in more else {}
    aimed = {"Id": "queue", "Arn": queue.arn, **(target or {})}
    events.put_targets(Rule=name, Targets=[aimed], **on)
    return name, queue


def entry(source: str, detail: Any = None, **more: Any) -> dict[str, Any]:
    """Return an entry of PutEvents."""
    made = {"Source": source, "DetailType": "Ticket Sold", "Detail": json.dumps(detail or {})}
    return {**made, **more}


def put(source: str, detail: Any = None, **more: Any) -> str:
    """Put one event; return its id."""
    (result,) = client("events").put_events(Entries=[entry(source, detail, **more)])["Entries"]
    return str(result["EventId"])


def other_account(name: str) -> tuple[str, Any]:
    """Make an account of the organization; return its id and its administrator's session."""
    organizations = client("organizations")
    if not _organization(organizations):
        organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
    account = made["CreateAccountStatus"]["AccountId"]
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    return account, client("sts").assume_role(RoleArn=role, RoleSessionName="admin")["Credentials"]


def organization_id() -> str:
    """Return the id of the organization."""
    return str(_organization(client("organizations"))["Id"])


def client_of(keys: Any, service: str, region: str = REGION) -> Any:
    """Return a client of somebody with temporary keys."""
    return in_process.session().client(
        service,
        region_name=region,
        endpoint_url=in_process.ENDPOINT,
        config=Config(retries={"total_max_attempts": 1}),
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def _organization(organizations: Any) -> Any:
    try:
        return organizations.describe_organization()["Organization"]
    except organizations.exceptions.AWSOrganizationsNotInUseException:
        return None
