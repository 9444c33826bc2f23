"""Requests that are too long to be read."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError
from in_process import client


def test_a_request_longer_than_a_megabyte_is_refused_before_it_is_read() -> None:
    cloudformation = client("cloudformation", retries={"max_attempts": 0})
    body = json.dumps({"Description": "/" * 400_000, "Resources": {}})
    began = time.process_time()
    with pytest.raises(ClientError) as refused:
        cloudformation.create_stack(StackName="long", TemplateBody=body)
    assert time.process_time() - began < 5
    told = refused.value.response
    assert told["Error"]["Code"] == "RequestEntityTooLargeException"
    assert told["Error"]["Message"] == "The request entity is too large."
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_one_that_is_only_too_long_for_a_template_is_told_the_limit() -> None:
    body = json.dumps({"Description": "x" * 52_000, "Resources": {}})
    with pytest.raises(ClientError, match="Member must have length less than or equal to 51200"):
        client("cloudformation").create_stack(StackName="long", TemplateBody=body)
