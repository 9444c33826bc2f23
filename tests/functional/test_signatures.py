"""Signatures: made with the right secret, of this request, now; or refused as AWS refuses them.

Sources: "Troubleshoot Signature Version 4 signing for AWS API requests" (AWS IAM User Guide);
"Authenticating Requests (AWS Signature Version 4)" and "Error responses" (Amazon S3 API
Reference); "Error codes for the Amazon EC2 API"; "Common Errors" (AWS STS, DynamoDB, Lambda).
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from typing import Any

import in_process
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from in_process import KEYS
from moto.core.request import Request
from signing import (
    ADMIN,
    LIST_TABLES,
    OTHER_SECRET,
    REGION,
    WHO,
    call,
    code,
    message,
    send,
    upload,
    who,
)

from dryrun.cloud import identity
from dryrun.cloud.routing import identify


@pytest.fixture(scope="module", autouse=True)
def harbour() -> None:
    in_process.client("s3").create_bucket(Bucket="harbour")


# Another secret

GENERIC = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)
OF_S3 = (
    "The request signature we calculated does not match the signature you provided. Check your key "
    "and signing method."
)


@pytest.mark.parametrize(
    ("service", "expected", "words", "status"),
    [
        ("sts", "SignatureDoesNotMatch", GENERIC, 403),
        ("iam", "SignatureDoesNotMatch", GENERIC, 403),
        ("cloudformation", "SignatureDoesNotMatch", GENERIC, 403),
        ("sqs", "SignatureDoesNotMatch", GENERIC, 403),
        ("cloudwatch", "SignatureDoesNotMatch", GENERIC, 403),
        ("route53", "SignatureDoesNotMatch", GENERIC, 403),
        ("sdb", "SignatureDoesNotMatch", GENERIC, 403),
        ("s3", "SignatureDoesNotMatch", OF_S3, 403),
        (
            "ec2",
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
            401,
        ),
        ("ssm", "InvalidSignatureException", GENERIC, 400),
        ("dynamodb", "InvalidSignatureException", GENERIC, 400),
        ("lambda", "InvalidSignatureException", GENERIC, 403),
    ],
)
def test_another_secret_is_refused_in_each_services_words(
    service: str, expected: str, words: str, status: int
) -> None:
    call(service, ADMIN)
    with pytest.raises(ClientError) as refusal:
        call(service, OTHER_SECRET)
    error, metadata = refusal.value.response["Error"], refusal.value.response["ResponseMetadata"]
    assert (error["Code"], error["Message"]) == (expected, words)
    assert metadata["HTTPStatusCode"] == status


def test_a_key_that_was_made_signs_and_nothing_that_follows_from_the_seed_does() -> None:
    iam = in_process.client("iam")
    iam.create_user(UserName="signaller")
    key = iam.create_access_key(UserName="signaller")["AccessKey"]
    made = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    assert len(made.secret_key) == 40
    assert call("sts", made)["Arn"].endswith(":user/signaller")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        call("sts", Credentials(made.access_key, KEYS.salted(made.secret_key)))


def test_salted_secrets_differ_from_workspace_to_workspace_and_not_from_day_to_day() -> None:
    secret, other = "s" * 40, replace(KEYS, salt="another")
    assert KEYS.salted(secret) == replace(KEYS).salted(secret)
    assert KEYS.salted(secret) != other.salted(secret)
    for length in (1, 40, 64, 65, 360):
        assert len(KEYS.salted("t" * length)) == length


# Another request


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"body": WHO + b"&X=1"}, "SignatureDoesNotMatch"),
        ({"X-Amz-Date": "20200101T000000Z"}, "SignatureDoesNotMatch"),
        ({"Host": "elsewhere:80"}, "SignatureDoesNotMatch"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "SignatureDoesNotMatch"),
        ({"User-Agent": "any"}, None),
    ],
)
def test_what_is_signed_cannot_be_changed(changed: dict[str, Any], expected: str | None) -> None:
    reply = send(who(), SigV4Auth(ADMIN, "sts", REGION), **changed)
    if expected is None:
        assert reply.status == 200
    else:
        assert code(reply) == (403, expected)


@pytest.mark.parametrize(
    "path",
    [
        "/harbour/a%20key//with%2Fodd/../dots?list-type=2&prefix=a%2Fb",
        "/harbour?prefix=b&delimiter=/&list-type=2&encoding-type=url",
        "/harbour/%C3%BC%2B~*'()?acl",
        "/harbour?uploads",
    ],
)
def test_paths_and_queries_are_taken_as_they_were_sent(path: str) -> None:
    request = AWSRequest("GET", f"{in_process.ENDPOINT}{path}")
    reply = send(request, S3SigV4Auth(ADMIN, "s3", REGION))
    assert reply.status in (200, 404), reply.body


@pytest.mark.parametrize("service", ["lambda", "apigateway"])
def test_paths_of_other_services_are_escaped_twice(service: str) -> None:
    path = "/2015-03-31/functions/a%3Ab/code?Qualifier=2&Marker=x%2Fy"
    path = path if service == "lambda" else "/tags/arn%3Aaws%3Aapigateway%3A%3A%2Frestapis%2Fx"
    request = AWSRequest("GET", f"{in_process.ENDPOINT}{path}")
    reply = send(request, SigV4Auth(ADMIN, service, REGION))
    assert b"ignature" not in reply.body


def test_repeated_headers_and_spaces_are_folded() -> None:
    request = upload(**{"x-amz-meta-tide": "  high   water ", "Content-Type": "text/plain;  a=b"})
    assert send(request, S3SigV4Auth(ADMIN, "s3", REGION)).status == 200


def test_headers_s3_acts_on_must_be_signed() -> None:
    reply = send(upload(), S3SigV4Auth(ADMIN, "s3", REGION), **{"x-amz-acl": "public-read"})
    assert code(reply) == (403, "AccessDenied")
    assert message(reply) == "There were headers present in the request which were not signed"


# What cannot be read

SIGNED = "Credential={}/20260105/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ("AWS4-HMAC-SHA256", (400, "IncompleteSignature")),
        ("AWS4-HMAC-SHA256 Credential=a/b/c", (400, "IncompleteSignature")),
        (f"AWS4-HMAC-SHA256 {SIGNED.format('x', 'sts')}", (400, "IncompleteSignature")),
        ("AWS AKIADRYRUNFAKE000001:abc", (400, "InvalidRequest")),
        ("", (403, "MissingAuthenticationToken")),
        ("Basic eDp5", (403, "MissingAuthenticationToken")),
    ],
)
def test_an_unreadable_signature_is_refused(authorization: str, expected: tuple[int, str]) -> None:
    assert code(send(who(), Authorization=authorization)) == expected


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ("AWS4-HMAC-SHA256 Credential=a", "AuthorizationHeaderMalformed"),
        (
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
            "AuthorizationHeaderMalformed",
        ),
        ("AWS AKIADRYRUNFAKE000001:abc", "InvalidRequest"),
    ],
)
def test_an_unreadable_signature_is_refused_by_s3(authorization: str, expected: str) -> None:
    request = AWSRequest("GET", f"{in_process.ENDPOINT}/harbour?list-type=2")
    call = identify(
        Request(in_process.wsgi("GET", request.url, [("Authorization", SIGNED.format("x", "s3"))]))
    )
    assert call is not None
    call.request.environ["HTTP_AUTHORIZATION"] = authorization
    refusal = identity.authenticate(call, b"")
    assert isinstance(refusal, identity.Refusal)
    assert (refusal.code, refusal.status) == (expected, 400)


def test_asymmetric_signatures_are_honestly_refused() -> None:
    scope = f"{ADMIN.access_key}/20260105/dynamodb/aws4_request"
    header = f"AWS4-ECDSA-P256-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"
    request = AWSRequest("POST", f"{in_process.ENDPOINT}/", headers=LIST_TABLES, data=b"{}")
    reply = send(request, **{"Authorization": header, "Content-Type": "application/x-amz-json-1.0"})
    assert reply.status == 501
    assert b"does not simulate asymmetric signatures" in reply.body


def test_the_date_of_the_key_is_the_date_of_the_request() -> None:
    request = who()
    SigV4Auth(ADMIN, "sts", REGION).add_auth(request)
    today = request.headers["X-Amz-Date"][:8]
    header = request.headers["Authorization"].replace(f"/{today}/", "/20200101/")
    reply = send(request, Authorization=header)
    assert code(reply) == (403, "SignatureDoesNotMatch")
    assert message(reply).startswith("Date in Credential scope does not match YYYYMMDD")


def test_the_host_must_be_signed() -> None:
    signer = SigV4Auth(ADMIN, "sts", REGION)
    signed = signer.headers_to_sign

    def without_host(request: AWSRequest) -> Any:
        headers = signed(request)
        del headers["host"]
        return headers

    signer.headers_to_sign = without_host
    assert code(send(who(), signer)) == (403, "SignatureDoesNotMatch")


# Bodies


def test_a_body_of_another_hash_is_refused() -> None:
    reply = send(upload(), S3SigV4Auth(ADMIN, "s3", REGION), body=b"low at three")
    assert code(reply) == (400, "XAmzContentSHA256Mismatch")


@pytest.mark.parametrize("said", ["", "nonsense", "STREAMING-NONSENSE"])
def test_s3_wants_to_know_the_hash_of_a_body(said: str) -> None:
    signer = SigV4Auth(ADMIN, "s3", REGION)
    headers = {"X-Amz-Content-SHA256": said} if said else {}
    reply = send(upload(**headers), signer)
    assert code(reply) == (400, "InvalidArgument" if said else "InvalidRequest")


def test_an_unsigned_body_is_taken() -> None:
    request = upload(b"anything", **{"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    assert send(request, SigV4Auth(ADMIN, "s3", REGION), body=b"something else").status == 200


# Tokens


def test_a_long_term_key_has_no_token() -> None:
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        call("sts", Credentials(ADMIN.access_key, ADMIN.secret_key, "token"))
    with pytest.raises(ClientError, match="InvalidToken"):
        call("s3", Credentials(ADMIN.access_key, ADMIN.secret_key, "token"))


def test_a_session_signs_with_its_own_secret_and_token() -> None:
    given = in_process.client("sts").get_session_token()["Credentials"]
    key, secret, token = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    for service in ("sts", "s3", "ec2", "dynamodb"):
        call(service, Credentials(key, secret, token))
        with pytest.raises(ClientError):
            call(service, Credentials(key, ADMIN.secret_key, token))
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        call("s3", Credentials(key, secret))
    with pytest.raises(ClientError, match="InvalidToken"):
        call("s3", Credentials(key, secret, "x" + token[1:]))


# What it costs


def test_a_signature_is_checked_in_a_third_of_a_millisecond() -> None:
    call("sts", ADMIN)
    request = who()
    SigV4Auth(ADMIN, "sts", REGION).add_auth(request)
    found = identify(Request(in_process.environ(request.prepare())))
    assert found is not None
    seconds = []
    for _ in range(500):
        began = time.process_time()
        assert not isinstance(identity.authenticate(found, WHO), identity.Refusal)
        seconds.append(time.process_time() - began)
    assert statistics.median(seconds) < 0.001, statistics.median(seconds)
