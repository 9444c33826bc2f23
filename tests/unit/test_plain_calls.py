"""Calls with nothing but words in them are written as botocore writes them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from dryrun.cloud.plain_calls import PlainCalls

SERVICES = ("cloudwatch", "events", "iam", "kms", "logs", "sns", "sqs", "ssm", "sts")
TEXT = 'ü "quoted" =+%&/ \\ ' + "x" * 1100


@pytest.fixture(scope="module", params=SERVICES)
def client(request: pytest.FixtureRequest) -> Any:
    return boto3.client(
        request.param, region_name="us-east-1", config=Config(signature_version=UNSIGNED)
    )


def plain_calls(client: Any) -> list[tuple[Any, PlainCalls]]:
    found = []
    model = client.meta.service_model
    for name in model.operation_names:
        operation = model.operation_model(name)
        try:
            found.append((operation, PlainCalls(client, operation)))
        except ValueError:
            continue
    return found


def told(request: dict[str, Any]) -> dict[str, Any]:
    body = request["body"]
    read = body if isinstance(body, dict) else json.loads(body)
    return {**request, "body": read, "headers": dict(request["headers"])}


def test_they_are_written_as_botocore_writes_them(client: Any) -> None:
    calls = plain_calls(client)
    assert len(calls) >= 2
    for operation, plain in calls:
        every = list(operation.input_shape.members)
        needed = list(operation.input_shape.required_members)
        for names in (every, needed):
            given = {name: f"{name} {TEXT}" for name in names}
            assert plain.take(given), operation.name
            theirs = client._serializer.serialize_to_request(given, operation)
            assert told(plain.request(given)) == told(theirs), operation.name


def test_what_botocore_refuses_is_not_taken(client: Any) -> None:
    for operation, plain in plain_calls(client):
        good = dict.fromkeys(operation.input_shape.members, TEXT)
        assert not plain.take({**good, "NoSuchMember": "x"})
        for name, shape in operation.input_shape.members.items():
            assert not plain.take({**good, name: 1})
            assert not plain.take({**good, name: None})
            if shape.metadata.get("min"):
                assert not plain.take({**good, name: ""})
        for name in operation.input_shape.required_members:
            assert not plain.take({k: v for k, v in good.items() if k != name})


def test_operations_with_more_than_words_are_none() -> None:
    client = boto3.client("sqs", region_name="us-east-1")
    model = client.meta.service_model
    with pytest.raises(ValueError, match="ReceiveMessage"):
        PlainCalls(client, model.operation_model("ReceiveMessage"))
    with pytest.raises(ValueError, match="SendMessageBatch"):
        PlainCalls(client, model.operation_model("SendMessageBatch"))
