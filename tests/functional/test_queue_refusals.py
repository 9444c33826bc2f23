"""What SQS does not take, and how it says so; "SendMessage" and its kin, SQS API Reference."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from in_process import client

SENT = {"MessageGroupId": "crate", "MessageDeduplicationId": "first"}


@pytest.fixture
def sqs():
    return client("sqs", parameter_validation=False)


@pytest.fixture
def queue(sqs):
    url = sqs.create_queue(QueueName="ramp")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def fifo(sqs):
    url = sqs.create_queue(QueueName="ramp.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def said(call, *args, code="InvalidParameterValue", **kwargs):
    with pytest.raises(ClientError) as refused:
        call(*args, **kwargs)
    assert refused.value.response["Error"]["Code"] == code
    return refused.value.response["Error"]["Message"]


@pytest.mark.parametrize("name", ["ra mp", "r" * 81, "ramp.fifo"])
def test_names(sqs, name):
    assert said(sqs.create_queue, QueueName=name) == (
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    )


def test_names_in_order(sqs):
    text = said(sqs.create_queue, QueueName="ramp", Attributes={"FifoQueue": "true"})
    assert text.startswith("The name of a FIFO queue can only include alphanumeric characters")


@pytest.mark.parametrize("name", ["Colour", "QueueArn", "FifoQueue", "ContentBasedDeduplication"])
def test_attributes_that_cannot_be_set(sqs, queue, name):
    given = {"Attributes": {name: "false"}, "code": "InvalidAttributeName"}
    assert said(sqs.create_queue, QueueName="odd", **given) == f"Unknown Attribute {name}."
    assert said(sqs.set_queue_attributes, QueueUrl=queue, **given) == f"Unknown Attribute {name}."


def test_the_same_queue_otherwise(sqs, queue):
    for given in ({}, {"DelaySeconds": "0"}, {"SqsManagedSseEnabled": "true"}):
        assert sqs.create_queue(QueueName="ramp", Attributes=given)["QueueUrl"] == queue
    other = {"VisibilityTimeout": "30", "DelaySeconds": "3"}
    assert said(
        sqs.create_queue, QueueName="ramp", Attributes=other, code="QueueAlreadyExists"
    ) == (
        "A queue already exists with the same name and a different value for attribute DelaySeconds"
    )


@pytest.mark.parametrize(
    ("asked", "code", "fault"),
    [
        ({"MessageBody": ""}, "MissingParameter", "must contain the parameter MessageBody."),
        ({"MessageBody": "a\x0bb"}, "InvalidMessageContents", "Invalid characters found."),
        (
            {"MessageBody": "é" * 524_289},
            "InvalidParameterValue",
            "Message must be shorter than 1048576 bytes.",
        ),
        (
            {"MessageBody": "a", "DelaySeconds": -1},
            "InvalidParameterValue",
            "Value -1 for parameter DelaySeconds is invalid. "
            "Reason: DelaySeconds must be >= 0 and <= 900.",
        ),
        (
            {"MessageBody": "a", "MessageDeduplicationId": "first"},
            "InvalidParameterValue",
            "Value first for parameter MessageDeduplicationId is invalid.",
        ),
        (
            {"MessageBody": "a", "MessageGroupId": "two words"},
            "InvalidParameterValue",
            "MessageGroupId can only include alphanumeric and punctuation characters.",
        ),
    ],
)
def test_messages(sqs, queue, asked, code, fault):
    assert fault in said(sqs.send_message, QueueUrl=queue, **asked, code=code)
    told = (
        sqs.send_message_batch(
            QueueUrl=queue, Entries=[{"Id": "no", **asked}, {"Id": "yes", "MessageBody": "a"}]
        )
        if len(asked["MessageBody"]) < 9
        else {}
    )
    for failed in told.get("Failed", []):
        assert (failed["Id"], failed["Code"], failed["SenderFault"]) == ("no", code, True)
        assert fault in failed["Message"]
        assert [one["Id"] for one in told["Successful"]] == ["yes"]


@pytest.mark.parametrize(
    ("attribute", "fault"),
    [
        ({"DataType": "String", "StringValue": ""}, "must contain a non-empty value of type"),
        ({"DataType": "Number", "StringValue": "many"}, "Can't cast the value"),
        ({"DataType": "Binary", "StringValue": "01"}, "must use field 'Binary'"),
    ],
)
def test_message_attributes(sqs, queue, attribute, fault):
    asked = {"QueueUrl": queue, "MessageBody": "a", "MessageAttributes": {"weight": attribute}}
    assert fault in said(sqs.send_message, **asked)
    asked["MessageAttributes"]["weight"] = {"DataType": "Number", "StringValue": "-1.5e3"}
    assert sqs.send_message(**asked)["MD5OfMessageAttributes"]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"MaxNumberOfMessages": 0}, "Must be between 1 and 10, if provided."),
        ({"MaxNumberOfMessages": 11}, "Must be between 1 and 10, if provided."),
        ({"WaitTimeSeconds": 21}, "Must be >= 0 and <= 20, if provided."),
        ({"VisibilityTimeout": 43_201}, "Must be between 0 and 43200, if provided."),
    ],
)
def test_receiving(sqs, queue, asked, fault):
    ((name, value),) = asked.items()
    assert said(sqs.receive_message, QueueUrl=queue, **asked) == (
        f"Value {value} for parameter {name} is invalid. Reason: {fault}"
    )


def test_receipt_handles(sqs, queue):
    fault = 'The input receipt handle "ticket" is not a valid receipt handle.'
    wrong = {"QueueUrl": queue, "ReceiptHandle": "ticket", "code": "ReceiptHandleIsInvalid"}
    assert said(sqs.delete_message, **wrong) == fault
    assert said(sqs.change_message_visibility, **wrong, VisibilityTimeout=1) == fault
    entry = {"Id": "one", "ReceiptHandle": "ticket"}
    for call, more in (
        (sqs.delete_message_batch, {}),
        (sqs.change_message_visibility_batch, {"VisibilityTimeout": 1}),
    ):
        (failed,) = call(QueueUrl=queue, Entries=[{**entry, **more}])["Failed"]
        assert (failed["Code"], failed["Message"]) == ("ReceiptHandleIsInvalid", fault)
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    (one,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    known = {"QueueUrl": queue, "ReceiptHandle": one["ReceiptHandle"]}
    assert "Must be between" in said(
        sqs.change_message_visibility, **known, VisibilityTimeout=43_201
    )
    for _ in range(2):
        sqs.delete_message(**known)
    assert said(sqs.change_message_visibility, **known, VisibilityTimeout=1) == (
        f"Value {one['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: Message "
        "does not exist or is not available for visibility timeout change."
    )


@pytest.mark.parametrize("kind", ["SendMessage", "DeleteMessage", "ChangeMessageVisibility"])
def test_batches(sqs, queue, kind):
    ticket = {"ReceiptHandle": "ticket"}
    call, whole = {
        "SendMessage": (sqs.send_message_batch, {"MessageBody": "a"}),
        "DeleteMessage": (sqs.delete_message_batch, ticket),
        "ChangeMessageVisibility": (
            sqs.change_message_visibility_batch,
            {**ticket, "VisibilityTimeout": 1},
        ),
    }[kind]
    for ids, code, fault in (
        ([], "EmptyBatchRequest", f"one {kind}BatchRequestEntry in the request."),
        (map(str, range(11)), "TooManyEntriesInBatchRequest", "You have sent 11."),
        (["1", "1"], "BatchEntryIdsNotDistinct", "Id 1 repeated."),
        (["1 2"], "InvalidBatchEntryId", "A batch entry id can only contain"),
    ):
        asked = {"QueueUrl": queue, "Entries": [{"Id": one, **whole} for one in ids]}
        assert fault in said(call, **asked, code=f"AWS.SimpleQueueService.{code}")
    told = call(QueueUrl=queue, Entries=[{"Id": one, **whole} for one in ("1", "2")])
    assert len(told["Successful"] + told["Failed"]) == 2


def test_a_batch_that_is_too_long(sqs, queue):
    entries = [{"Id": one, "MessageBody": "a" * 524_289} for one in ("1", "2")]
    code = "AWS.SimpleQueueService.BatchRequestTooLong"
    assert said(sqs.send_message_batch, QueueUrl=queue, Entries=entries, code=code) == (
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes."
    )


def test_numbers_grow(sqs, fifo):
    asked = {"QueueUrl": fifo, "Attributes": {"ContentBasedDeduplication": "true"}}
    first = sqs.send_message(QueueUrl=fifo, MessageBody="a", **SENT)["SequenceNumber"]
    sqs.set_queue_attributes(**asked)
    one = {"QueueUrl": fifo, "MessageBody": "b", "MessageGroupId": "crate"}
    second = sqs.send_message(**one)["SequenceNumber"]
    assert len(first) == len(second) == 20
    assert first < second


def test_a_batch_in_order_fails_by_entry(sqs, fifo):
    entries = [
        {"Id": "1", "MessageBody": "a"},
        {"Id": "2", "MessageBody": "a", "MessageGroupId": "crate"},
        {"Id": "3", "MessageBody": "a", **SENT},
    ]
    told = sqs.send_message_batch(QueueUrl=fifo, Entries=entries)
    assert [one["Id"] for one in told["Successful"]] == ["3"]
    assert [(one["Id"], one["Code"]) for one in told["Failed"]] == [
        ("1", "MissingParameter"),
        ("2", "InvalidParameterValue"),
    ]
