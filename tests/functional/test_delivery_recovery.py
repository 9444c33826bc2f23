"""No event is lost, and none comes twice without need, however often the cloud is killed."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import delivering
import in_process
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from delivering import ACCOUNT, REGION, policy
from moto.moto_api._internal import mock_random
from scripted_lab import Account
from test_recovery import children
from webserver import Server, running

from dryrun.cloud import launcher
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace

KILLS = int(os.environ.get("DRYRUN_KILLS", "3"))
LONGEST_LIFE = 0.8
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/orders"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "lab")
    yield workspace
    with contextlib.suppress(CloudError):
        launcher.stop(workspace)


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as made:
        yield made


def queue(ask: Any, name: str) -> tuple[str, str]:
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    text = policy("sqs:SendMessage", arn, source=RULE)
    made = ask("sqs").create_queue(QueueName=name, Attributes={"Policy": text})
    return made["QueueUrl"], arn


def build(ask: Any, url: str) -> dict[str, str]:
    """Make a rule with a queue, a target that is gone, and a server; return the queues."""
    events, iam = ask("events"), ask("iam")
    good, good_arn = queue(ask, "good")
    dead, dead_arn = queue(ask, "dead")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    may = {"Effect": "Allow", "Action": "events:InvokeApiDestination", "Resource": "*"}
    role = iam.create_role(
        RoleName="caller",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="caller",
        PolicyName="may",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
    )
    connection = events.create_connection(
        Name="c",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "x", "ApiKeyValue": "y"}},
    )["ConnectionArn"]
    hook = events.create_api_destination(
        Name="hook", ConnectionArn=connection, InvocationEndpoint=url, HttpMethod="POST"
    )["ApiDestinationArn"]
    events.put_rule(Name="orders", EventPattern='{"source": ["ferry"]}')
    events.put_targets(
        Rule="orders",
        Targets=[
            {"Id": "good", "Arn": good_arn},
            {"Id": "gone", "Arn": f"{good_arn}-gone", "DeadLetterConfig": {"Arn": dead_arn}},
            {"Id": "hook", "Arn": hook, "RoleArn": role},
        ],
    )
    return {"good": good, "dead": dead}


def put(ask: Any, number: int) -> str:
    """Put one event; return its id."""
    entry = {"Source": "ferry", "DetailType": "Order", "Detail": json.dumps({"n": number})}
    return str(ask("events").put_events(Entries=[entry])["Entries"][0]["EventId"])


class Customer:
    """Puts events one after the other; knows which were taken, and which perhaps."""

    def __init__(self) -> None:
        self.next = 0
        self.taken: list[str] = []

    def buy(self, account: Account, until: threading.Event) -> None:
        while not until.is_set():
            self.next += 1
            try:
                self.taken.append(put(account, self.next))
            except (BotoCoreError, ClientError, CloudError, OSError, ResponseParserError):
                return


def kill(pid: int, chance: random.Random) -> None:
    """Kill the worker, or the keeper with it."""
    victims = [*children(pid), *([pid] if chance.random() < 0.4 else [])]
    for victim in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


def back(workspace: Workspace) -> launcher.Running:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        with contextlib.suppress(CloudError):
            found = launcher.start(workspace)
            assert found.control("health")["halted"] is None
            return found
        time.sleep(0.05)
    raise AssertionError("the cloud did not come back")


def ids(ask: Any, url: str) -> Counter[str]:
    sqs, found = ask("sqs"), Counter[str]()
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in got:
            found[json.loads(one["Body"])["id"]] += 1
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


@pytest.mark.slow
def test_no_event_is_lost_when_the_cloud_is_killed(own: Workspace, server: Server) -> None:
    chance, customer = random.Random(20260105), Customer()
    account = Account(own, launcher.start(own))
    urls = build(account, server.url)
    for _ in range(KILLS):
        done = threading.Event()
        thread = threading.Thread(target=customer.buy, args=(account, done))
        thread.start()
        time.sleep(chance.random() * LONGEST_LIFE)
        kill(account.running.pid, chance)
        done.set()
        thread.join(60)
        assert not thread.is_alive()
        account = Account(own, back(own))
    last = put(account, 0)
    taken = {*customer.taken, last}
    good, dead = ids(account, urls["good"]), ids(account, urls["dead"])
    called = Counter(json.loads(one["body"])["id"] for one in server.asked)
    assert all(taken <= set(arrived) for arrived in (good, dead, called))
    # A call that was cut off may be made again; what the account itself holds may not.
    assert max(good.values()) == max(dead.values()) == 1
    assert max(called.values()) <= 1 + KILLS
    # Each kill may leave one event that was taken and never answered.
    assert len(good) <= len(taken) + KILLS * 4


def story(url: str) -> list[Any]:
    """Do the same from the beginning; return what arrived where."""
    in_process.forget_everything()
    mock_random.seed(5)
    urls = build(in_process.client, url)
    for number in range(10):
        put(in_process.client, number)
    return [
        [(one["MessageId"], json.loads(one["Body"])["id"]) for one in delivering.messages(found)]
        for found in urls.values()
    ]


def test_the_same_seed_gives_the_same_order(server: Server) -> None:
    story(server.url)  # what is loaded for the first time draws as well
    server.asked.clear()
    first = story(server.url)
    asked = [json.loads(one["body"])["id"] for one in server.asked]
    server.asked.clear()
    assert story(server.url) == first
    assert [json.loads(one["body"])["id"] for one in server.asked] == asked
    assert [len(found) for found in first] == [10, 10]


def trail(ask: Any) -> None:
    """Make a trail that logs, with a bucket that lets it write."""
    ask("s3").create_bucket(Bucket="trail")
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": ["arn:aws:s3:::trail", "arn:aws:s3:::trail/*"],
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    ask("s3").put_bucket_policy(Bucket="trail", Policy=document)
    ask("cloudtrail").create_trail(Name="all", S3BucketName="trail")
    ask("cloudtrail").start_logging(Name="all")


@pytest.mark.slow
def test_calls_that_a_trail_logs_are_told_as_before(own: Workspace) -> None:
    account = Account(own, launcher.start(own))
    url, arn = queue(account, "calls")
    account("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    trail(account)
    pattern = {"detail-type": ["AWS API Call via CloudTrail"], "source": ["aws.ssm"]}
    # Calls that only read are told as well, though a replay does not repeat them.
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    events = account("events")
    events.put_rule(Name="orders", EventPattern=json.dumps(pattern), State=state)
    events.put_targets(Rule="orders", Targets=[{"Id": "q", "Arn": arn}])
    for number in range(3):
        account("ssm").put_parameter(Name=f"/fare/{number}", Value="1", Type="String")
        account("ssm").describe_parameters()

    def told() -> list[tuple[str, str, str]]:
        asked = {"MaxNumberOfMessages": 10, "AttributeNames": ["SentTimestamp"]}
        found = account("sqs").receive_message(QueueUrl=url, **asked)["Messages"]
        return [(one["MessageId"], one["Body"], str(one["Attributes"])) for one in found]

    before = told()
    assert len(before) == 6
    for victim in children(account.running.pid):
        os.kill(victim, signal.SIGKILL)
    account = Account(own, back(own))
    assert told() == before
