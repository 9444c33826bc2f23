"""What Lambda's API answers as AWS was recorded to, of invocations and of what reads for them."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import RUNTIME, TRUST, package
from in_process import client, forget, lab

from dryrun.cloud.awslambda import invocations

HEAD = "arn:aws:lambda:us-east-1:123456789012:function"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:berths"
PARSED = "Could not parse request body into json: Could not parse payload into json: "
PLACE = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1"


@pytest.fixture(scope="module", autouse=True)
def _pier() -> Iterator[None]:
    client("iam").create_role(RoleName="pier", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("lambda").create_function(
        FunctionName="pier",
        Role="arn:aws:iam::123456789012:role/pier",
        Runtime=RUNTIME,
        Handler="app.handler",
        Code={"ZipFile": package("")},
        Publish=True,
    )
    client("sqs").create_queue(QueueName="berths")
    yield
    forget("lambda")
    client("sqs").delete_queue(QueueUrl=client("sqs").get_queue_url(QueueName="berths")["QueueUrl"])
    client("iam").delete_role(RoleName="pier")


def refused(call: Any, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**asked)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"n\x87r", f"Invalid UTF-8 start byte 0x87\n at {PLACE}, column: 3]"),
        (
            b"\x99\xeb",
            "Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, "
            "Number, Array, Object or token 'null', 'true' or 'false')\n "
            f"at {PLACE}, column: 1]",
        ),
    ],
)
def test_payloads_that_are_no_text(payload: bytes, why: str) -> None:
    told = refused(client("lambda").invoke, FunctionName="pier", Payload=payload)
    assert told == ("InvalidRequestContentException", PARSED + why)


def test_functions_that_are_not_there_to_be_invoked() -> None:
    for name, meant in (("none", "none:$LATEST"), ("none:7", "none:7"), ("pier:tide", "pier:tide")):
        told = refused(client("lambda").invoke, FunctionName=name)
        assert told == ("ResourceNotFoundException", f"Function not found: {HEAD}:{meant}")


def test_code_that_is_too_large_or_no_archive() -> None:
    functions, objects = client("lambda"), client("s3")
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(9):
            file.writestr(f"{number}.bin", bytes(30_000_000))
    update = functools.partial(refused, functions.update_function_code, FunctionName="pier")
    kind = "InvalidParameterValueException"
    told = (kind, "Unzipped size must be smaller than 262144000 bytes")
    assert update(ZipFile=large.getvalue()) == told
    objects.create_bucket(Bucket="packages-of-a-pier")
    objects.put_object(Bucket="packages-of-a-pier", Key="code", Body=large.getvalue())
    assert update(S3Bucket="packages-of-a-pier", S3Key="code") == told
    objects.put_object(Bucket="packages-of-a-pier", Key="code", Body=b"none")
    words = "Could not unzip uploaded file. Please check your file, then try to upload again."
    assert update(S3Bucket="packages-of-a-pier", S3Key="code") == (kind, words)
    objects.delete_object(Bucket="packages-of-a-pier", Key="code")
    objects.delete_bucket(Bucket="packages-of-a-pier")


def test_what_is_provided_is_part_of_what_is_reserved() -> None:
    functions = client("lambda")
    provide, reserve = (
        functions.put_provisioned_concurrency_config,
        functions.put_function_concurrency,
    )
    version = {"FunctionName": "pier", "Qualifier": "1"}
    provide(**version, ProvisionedConcurrentExecutions=2)
    assert refused(reserve, FunctionName="pier", ReservedConcurrentExecutions=1) == (
        "InvalidParameterValueException",
        " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned "
        "concurrency [2].",
    )
    with pytest.raises(ClientError) as caught:
        reserve(FunctionName="pier", ReservedConcurrentExecutions=1)
    assert "Type" not in caught.value.response
    reserve(FunctionName="pier", ReservedConcurrentExecutions=3)
    assert refused(provide, **version, ProvisionedConcurrentExecutions=4) == (
        "InvalidParameterValueException",
        "Requested Provisioned Concurrency should not be greater than the "
        "reservedConcurrentExecution for function",
    )
    assert _at_once("pier") == _at_once("pier:1") == 3
    lab().clock.advance(120)
    assert (_at_once("pier"), _at_once("pier:1")) == (1, 3)
    functions.delete_provisioned_concurrency_config(**version)
    assert _at_once("pier") == 3
    functions.delete_function_concurrency(FunctionName="pier")
    assert _at_once("pier") is None


def _at_once(name: str) -> int | None:
    return invocations.task_of("123456789012", "us-east-1", name, b"{}").reserved


@pytest.mark.parametrize("pattern", ["harbour", '"harbour"', '{"body": "x"}', '[{"a": ["b"=1}]'])
def test_filters_that_are_no_patterns(pattern: str) -> None:
    functions = client("lambda")
    wrong = {"FilterCriteria": {"Filters": [{"Pattern": pattern}]}}
    told = ("InvalidParameterValueException", "Invalid filter pattern definition.")
    create = functions.create_event_source_mapping
    assert refused(create, FunctionName="pier", EventSourceArn=QUEUE, **wrong) == told


def test_a_mapping_that_is_not_to_read_yet() -> None:
    functions = client("lambda")
    made = functions.create_event_source_mapping(
        FunctionName="pier", EventSourceArn=QUEUE, Enabled=False
    )
    assert made["State"] == "Disabled"
    changed = functions.update_event_source_mapping(UUID=made["UUID"], Enabled=True)
    assert changed["State"] == "Enabling"
    lab().clock.advance(5)
    assert functions.get_event_source_mapping(UUID=made["UUID"])["State"] == "Enabled"
    functions.delete_event_source_mapping(UUID=made["UUID"])
    lab().clock.advance(5)
