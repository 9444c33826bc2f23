"""Which operation of which service a request asks for."""

from __future__ import annotations

from typing import Any

import in_process
import pytest
import shapes
from moto.core.request import Request

from dryrun.cloud.routing import ApiCall, identify, read_signature

SCOPE = "AWS4-HMAC-SHA256 Credential=AKIADRYRUNFAKE000001/20260105/{}/{}/aws4_request, Signature=0"


def signed(service: str, region: str = "eu-west-1") -> tuple[str, str]:
    return "Authorization", SCOPE.format(region, service)


def identified(
    method: str, path: str, *headers: tuple[str, str], body: bytes = b""
) -> ApiCall | None:
    url = f"{in_process.ENDPOINT}{path}"
    return identify(Request(in_process.wsgi(method, url, list(headers), body)))


def names(call: ApiCall | None) -> tuple[str, str]:
    assert call is not None
    return call.service, call.name


JSON = ("Content-Type", "application/x-amz-json-1.1")
FORM = ("Content-Type", "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("expected", "method", "path", "headers", "body"),
    [
        (("s3", "ListBuckets"), "GET", "/", [signed("s3")], b""),
        (("s3", "ListObjectsV2"), "GET", "/harbour?list-type=2", [signed("s3")], b""),
        (("s3", "GetObject"), "GET", "/harbour/a/b/c.txt", [signed("s3")], b""),
        (("s3", "PutObject"), "PUT", "/harbour/v20180820", [signed("s3")], b"x"),
        (
            ("s3control", "GetAccessPoint"),
            "GET",
            "/v20180820/accesspoint/pier",
            [signed("s3"), ("x-amz-account-id", shapes.ACCOUNT)],
            b"",
        ),
        (
            ("sts", "GetCallerIdentity"),
            "POST",
            "/",
            [signed("sts"), FORM],
            b"Action=GetCallerIdentity&Version=2011-06-15",
        ),
        (
            ("elb", "DescribeLoadBalancers"),
            "POST",
            "/",
            [signed("elasticloadbalancing"), FORM],
            b"Action=DescribeLoadBalancers&Version=2012-06-01",
        ),
        (
            ("elbv2", "DescribeLoadBalancers"),
            "POST",
            "/",
            [signed("elasticloadbalancing"), FORM],
            b"Action=DescribeLoadBalancers&Version=2015-12-01",
        ),
        (
            ("dynamodbstreams", "ListStreams"),
            "POST",
            "/",
            [signed("dynamodb"), JSON, ("X-Amz-Target", "DynamoDBStreams_20120810.ListStreams")],
            b"{}",
        ),
        (
            ("events", "ListRules"),
            "POST",
            "/",
            [signed("eventbridge"), JSON, ("X-Amz-Target", "AWSEvents.ListRules")],
            b"{}",
        ),
        (("lexv2-models", "TagResource"), "POST", "/tags/arn", [signed("lex")], b"{}"),
        (("sesv2", "GetAccount"), "GET", "/v2/email/account", [signed("ses")], b""),
        (
            ("lambda", "GetFunction"),
            "GET",
            "/2015-03-31/functions/ferry",
            [signed("lambda")],
            b"",
        ),
    ],
)
def test_a_signed_request_is_told_apart(
    expected: tuple[str, str],
    method: str,
    path: str,
    headers: list[tuple[str, str]],
    body: bytes,
) -> None:
    assert names(identified(method, path, *headers, body=body)) == expected


def test_parameters_are_what_boto3_was_given() -> None:
    lab = in_process.lab()
    client = in_process.client("ssm")
    client.put_parameter(Name="/ferry/summer", Value="été & ä", Type="String", Overwrite=True)
    assert lab.journal.last["operation"] == "PutParameter"
    assert lab.journal.last["parameters"] == {
        "Name": "/ferry/summer",
        "Value": "été & ä",
        "Type": "String",
        "Overwrite": True,
    }


def test_a_service_nobody_knows_is_no_call() -> None:
    assert identified("GET", "/", signed("no-such-service")) is None


def test_an_operation_nobody_knows_keeps_what_the_client_called_it() -> None:
    call = identified(
        "POST",
        "/",
        signed("sts"),
        FORM,
        body=b"Action=BoardFerry&Version=2011-06-15",
    )
    assert call is not None
    assert call.operation is None
    assert names(call) == ("sts", "BoardFerry")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15", "AssumeRoleWithWebIdentity"),
        (b"Action=GetCallerIdentity&Version=2011-06-15", "GetCallerIdentity"),
    ],
)
def test_an_unsigned_query_is_known_by_its_version(body: bytes, expected: str) -> None:
    call = identified("POST", "/", FORM, body=body)
    assert names(call) == ("sts", expected)
    assert call is not None
    assert call.signature.access_key == ""


def test_an_unsigned_request_without_a_service_is_no_call() -> None:
    assert identified("GET", "/") is None
    assert identified("POST", "/", ("X-Amz-Target", "x"), body=b"{}") is None


@pytest.mark.parametrize(
    ("headers", "arguments", "expected"),
    [
        ({}, {}, ("", "us-east-1", "", None)),
        (
            {"Authorization": SCOPE.format("eu-west-1", "SQS"), "X-Amz-Security-Token": "t"},
            {},
            ("AKIADRYRUNFAKE000001", "eu-west-1", "sqs", "t"),
        ),
        (
            {},
            {"X-Amz-Credential": "AKIAX/20260105/eu-west-2/s3/aws4_request"},
            ("AKIAX", "eu-west-2", "s3", None),
        ),
        ({}, {"AWSAccessKeyId": "AKIAX"}, ("AKIAX", "us-east-1", "s3", None)),
        (
            {},
            {"AWSAccessKeyId": "AKIAX", "Action": "ListDomains"},
            ("AKIAX", "us-east-1", "", None),
        ),
        (
            {"Authorization": "AWS AKIADRYRUNFAKE000001:sig"},
            {},
            ("AKIADRYRUNFAKE000001", "us-east-1", "", None),
        ),
        ({"Authorization": "Basic eDp5"}, {}, ("", "us-east-1", "", None)),
    ],
)
def test_a_signature_is_read(
    headers: dict[str, str], arguments: dict[str, str], expected: tuple[Any, ...]
) -> None:
    signature = read_signature(headers, arguments)
    assert (
        signature.access_key,
        signature.region,
        signature.signing_name,
        signature.token,
    ) == expected


def test_a_presigned_address_works_and_carries_its_key() -> None:
    client = in_process.client("s3")
    client.create_bucket(Bucket="presigned")
    client.put_object(Bucket="presigned", Key="tide table", Body=b"high")
    # Without the version boto3 signs addresses in the old way, which S3 takes for old buckets only.
    address = in_process.client("s3", signature_version="s3v4").generate_presigned_url(
        "get_object", Params={"Bucket": "presigned", "Key": "tide table"}
    )
    reply = in_process.lab().send(in_process.wsgi("GET", address, []))
    assert (reply.status, reply.body) == (200, b"high")


def test_cbor_is_understood() -> None:
    in_process.client("cloudwatch").list_metrics()
    assert in_process.lab().journal.last["operation"] == "ListMetrics"


def test_what_is_wrong_once_is_not_wrong_for_all() -> None:
    path = "/2015-03-31/functions/"
    for headers, operation in (((FORM,), None), ((), "ListFunctions"), ((), "ListFunctions")):
        call = identified("GET", path, signed("lambda"), *headers)
        assert call is not None
        assert (call.operation and call.operation.name) == operation
    first = identified("GET", "/2015-03-31/functions/a/policy", signed("lambda"))
    again = identified("GET", "/2015-03-31/functions/a/policy", signed("lambda"))
    assert first is not None
    assert again is not None
    assert first.uri_params == again.uri_params == {"FunctionName": "a"}
    first.uri_params.clear()
    assert again.uri_params
