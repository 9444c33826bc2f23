"""Asynchronous invocations: retries, destinations, dead letters; and recovery."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from functions import Account

from dryrun.cloud.launcher import Running

SOURCE = """
import boto3, json, os

def handler(event, context):
    table = boto3.client("dynamodb")
    table.put_item(TableName="log", Item={"id": {"S": event["id"]}})
    if event.get("fails"):
        raise RuntimeError("the tide is out")
    return {"done": event["id"]}
"""
QUEUES = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
TABLES = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    made = Account(running)
    sqs, client = made.client("sqs"), made.client("lambda")
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("good", "bad", "dead")]
    assert all(urls)
    made.client("dynamodb").create_table(
        TableName="log",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    made.function(
        "ferry", SOURCE, made.role("function", QUEUES, TABLES),
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
    )  # fmt: skip
    client.put_function_event_invoke_config(
        FunctionName="ferry",
        DestinationConfig={
            "OnSuccess": {"Destination": "arn:aws:sqs:us-east-1:123456789012:good"},
            "OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:bad"},
        },
    )
    return made


def messages(account: Account, name: str) -> list[dict[str, Any]]:
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    got = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages", [])
    for each in got:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return list(got)


def test_success_goes_to_its_destination(account: Account) -> None:
    answer, told = account.invoke("ferry", {"id": "1"}, InvocationType="Event")
    assert answer["StatusCode"] == 202
    assert told is None
    (message,) = messages(account, "good")
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["requestPayload"] == {"id": "1"}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"done": "1"}
    assert not messages(account, "bad")


def test_failure_is_tried_three_times_then_told(account: Account) -> None:
    began = account.client("cloudwatch").get_metric_statistics  # loads the service
    assert began
    account.invoke("ferry", {"id": "2", "fails": True}, InvocationType="Event")
    (message,) = messages(account, "bad")
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "the tide is out"
    (dead,) = messages(account, "dead")
    assert json.loads(dead["Body"]) == {"id": "2", "fails": True}
    assert dead["MessageAttributes"]["ErrorMessage"]["StringValue"] == "the tide is out"
    starts = [line for line in account.log("ferry") if line.startswith("START")]
    request_id = record["requestContext"]["requestId"]
    assert sum(request_id in line for line in starts) == 3


@pytest.mark.parametrize(
    ("settings", "reserved", "condition", "tries"),
    [
        ({"MaximumEventAgeInSeconds": 60}, None, "EventAgeExceeded", 1),
        ({"MaximumRetryAttempts": 0}, 0, "ZeroReservedConcurrency", 0),
    ],
)
def test_an_event_that_is_not_tried_again(
    account: Account, settings: dict[str, int], reserved: int | None, condition: str, tries: int
) -> None:
    client = account.client("lambda")
    client.update_function_event_invoke_config(FunctionName="ferry", **settings)
    if reserved is not None:
        client.put_function_concurrency(FunctionName="ferry", ReservedConcurrentExecutions=reserved)
    try:
        account.invoke("ferry", {"id": "6", "fails": True}, InvocationType="Event")
        (message,) = messages(account, "bad")
    finally:
        client.delete_function_concurrency(FunctionName="ferry")
        client.update_function_event_invoke_config(
            FunctionName="ferry", MaximumEventAgeInSeconds=21600, MaximumRetryAttempts=2
        )
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == condition
    assert record["requestContext"]["approximateInvokeCount"] == tries
    assert ("responsePayload" in record) == (tries > 0)
    messages(account, "dead")


def test_a_killed_cloud_has_it_all_again(account: Account) -> None:
    account.invoke("ferry", {"id": "3"}, InvocationType="Event")
    account.invoke("ferry", {"id": "4"})
    account.client("iam").create_group(GroupName="crew")  # its id is drawn after the invocations
    before = (account.log("ferry"), account.client("dynamodb").scan(TableName="log")["Items"])
    os.kill(_worker(account), signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            after = (
                account.log("ferry"),
                account.client("dynamodb").scan(TableName="log")["Items"],
            )
            break
        except Exception:
            time.sleep(0.2)
    assert after == before
    assert account.client("iam").get_group(GroupName="crew")["Group"]["GroupId"]
    _, told = account.invoke("ferry", {"id": "5"})
    assert told == {"done": "5"}


def _worker(account: Account) -> int:
    children = f"/proc/{account.running.pid}/task/{account.running.pid}/children"
    with Path(children).open() as file:
        return int(file.read().split()[0])
