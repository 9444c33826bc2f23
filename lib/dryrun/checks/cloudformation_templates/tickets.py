"""What lab 02-01 works on: Ferry's orders, its timetable and its office."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_templates import stacks
from dryrun.checks.exceptions import Broken

TICKETS = "ferry-tickets"
TIMETABLE = "ferry-timetable"
OFFICE = "ferry-office"
HARBOUR = "ferry-harbour"
STACKS = (TICKETS, TIMETABLE, OFFICE, HARBOUR)
BUCKET = "ferry-templates"
NEWS = "ferry-stack-news"
READER = "ferry-office-news"
ROUTES = "/ferry/timetable"
ORDERS = ("ticket 4711, North Island", "ticket 4712, Castle", "ticket 4713, Fjord")

_FILES = ("harbour.yaml", "timetable.yaml", "circle.broken.yaml", "office.broken.yaml")
_DEPARTS = re.compile(r"\bDeparts\b\"?\s*:")

FIRST = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: Orders for boat tickets

Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 120
      MessageRetentionPeriod: 604800
"""
SECOND = f"""\
{FIRST.replace("120", "300")}
  Printed:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Enabled
"""


def prepare(account: Account) -> None:
    """Lay out the templates; make a bucket for them, and a topic that the office reads."""
    templates.lay_out(account, stacks.TRACK, *_FILES)
    templates.remove("tickets.yaml", "office.yaml")
    account.client("s3").create_bucket(Bucket=BUCKET)
    sns, sqs = account.client("sns"), account.client("sqs")
    topic = sns.create_topic(Name=NEWS)["TopicArn"]
    queue = sqs.create_queue(QueueName=READER)["QueueUrl"]
    arn = topic.replace(":sns:", ":sqs:").replace(NEWS, READER)
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)


def topic_arn(account: Account) -> str:
    """Return the topic the lab prepared; raises Broken when it is gone."""
    for topic in account.client("sns").list_topics()["Topics"]:
        if topic["TopicArn"].endswith(f":{NEWS}"):
            return str(topic["TopicArn"])
    raise Broken(f"The topic {NEWS}, which the lab made, is gone; lab.reset() makes it again.")


def attributes(account: Account, url: str) -> dict[str, Any]:
    """Return the attributes of a queue."""
    answer = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return dict(answer["Attributes"])


def sailings(text: object) -> int:
    """Count the sailings of a timetable's template."""
    return len(_DEPARTS.findall(text if isinstance(text, str) else json.dumps(text)))


def all_sailings(account: Account) -> int:
    """Count the sailings of the timetable as Ferry wrote it."""
    folder = account.workspace.root / templates.FOLDER / stacks.TRACK
    return sailings((folder / "timetable.yaml").read_text(encoding="utf-8"))


# Solvers: the state a right answer leaves.


def solve_first(account: Account) -> None:
    """Create the stack, and send the orders that arrive before the next step."""
    templates.write("tickets.yaml", FIRST)
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName=TICKETS, TemplateBody=FIRST)
    queue = stacks.made(account, TICKETS)["Orders"].physical
    for order in ORDERS:
        account.client("sqs").send_message(QueueUrl=queue, MessageBody=order)


def solve_second(account: Account) -> None:
    """Update the stack by a bucket and a longer time-out."""
    templates.write("tickets.yaml", SECOND)
    account.client("cloudformation").update_stack(StackName=TICKETS, TemplateBody=SECOND)


def solve_settings(account: Account) -> None:
    """Give the stack its tag and its topic."""
    account.client("cloudformation").update_stack(
        StackName=TICKETS,
        UsePreviousTemplate=True,
        Tags=[{"Key": "cost-center", "Value": "tickets"}],
        NotificationARNs=[topic_arn(account)],
    )


def solve_timetable(account: Account) -> None:
    """Create the stack whose template lies in S3."""
    body = Path("timetable.yaml").read_bytes()
    account.client("s3").put_object(Bucket=BUCKET, Key="timetable.yaml", Body=body)
    account.client("cloudformation").create_stack(
        StackName=TIMETABLE,
        TemplateURL=f"https://{BUCKET}.s3.us-east-1.amazonaws.com/timetable.yaml",
    )


def solve_take_down(account: Account) -> None:
    """Delete the timetable."""
    account.client("cloudformation").delete_stack(StackName=TIMETABLE)


def solve_office(account: Account) -> None:
    """Repair the office's template and create its stack."""
    text = Path("office.broken.yaml").read_text(encoding="utf-8")
    for wrong, right in (
        ("Owner:", "Metadata:\n  Owner:"),
        ("LostRefund.Arn", "LostRefunds.Arn"),
        ("SNS::Topics", "SNS::Topic"),
        ("VisibilityTimeOut", "VisibilityTimeout"),
    ):
        text = text.replace(wrong, right)
    templates.write("office.yaml", text)
    account.client("cloudformation").create_stack(StackName=OFFICE, TemplateBody=text)
