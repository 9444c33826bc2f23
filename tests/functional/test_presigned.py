"""Presigned addresses, and until when a signature is worth something.

Sources: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", Amazon S3 API
Reference; "Troubleshoot Signature Version 4 signing for AWS API requests", AWS IAM User Guide.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from typing import Any

import botocore.auth
import in_process
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from in_process import Reply
from signing import (
    ADMIN,
    REGION,
    WHO,
    call,
    code,
    message,
)

from dryrun.cloud import clock as clocks
from dryrun.cloud import identity
from dryrun.cloud.signatures import Claim, Fault, FaultKind, LabTimes, Moment, Scheme


@pytest.fixture(scope="module", autouse=True)
def harbour() -> None:
    in_process.client("s3").create_bucket(Bucket="harbour")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that lets the signer's clock show another time, in seconds from now."""

    def set_to(seconds: float) -> None:
        then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: then)

    return set_to


# Presigned addresses


def presigned(expires: int = 900, key: str = "tides", **more: Any) -> str:
    client = in_process.client("s3", signature_version="s3v4")
    parameters = {"Bucket": "harbour", "Key": key, **more}
    return str(client.generate_presigned_url("get_object", parameters, expires))


def fetch(address: str, method: str = "GET", **headers: str) -> Reply:
    return in_process.lab().send(in_process.wsgi(method, address, list(headers.items())))


@pytest.fixture
def tides() -> None:
    in_process.client("s3").put_object(Bucket="harbour", Key="tides", Body=b"high")


@pytest.mark.usefixtures("tides")
def test_a_presigned_address_opens_what_it_names_and_nothing_else() -> None:
    address = presigned()
    assert fetch(address).body == b"high"
    assert code(fetch(address.replace("tides", "tidez"))) == (403, "SignatureDoesNotMatch")
    assert code(fetch(address.replace("Expires=900", "Expires=901"))) == (
        403,
        "SignatureDoesNotMatch",
    )
    assert fetch(address, "DELETE").status == 403
    assert code(fetch(address + "&versionId=x")) == (403, "SignatureDoesNotMatch")
    assert code(fetch(address, **{"x-amz-request-payer": "requester"})) == (403, "AccessDenied")


@pytest.mark.usefixtures("tides")
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("X-Amz-Expires=900", "X-Amz-Expires=604801", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=900", "X-Amz-Expires=-1", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=900", "X-Amz-Expires=soon", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=900", "X-Amz-Nothing=900", "AuthorizationQueryParametersError"),
        ("X-Amz-Date=2", "X-Amz-Date=x", "AuthorizationQueryParametersError"),
        ("aws4_request", "aws5_request", "AuthorizationQueryParametersError"),
    ],
)
def test_a_malformed_presigned_address_is_refused(old: str, new: str, expected: str) -> None:
    assert code(fetch(presigned().replace(old, new))) == (400, expected)


def test_an_address_signed_in_the_old_way_is_refused() -> None:
    parameters = {"Bucket": "harbour", "Key": "tides"}
    address = in_process.client("s3").generate_presigned_url("get_object", parameters)
    assert "AWSAccessKeyId=" in address
    reply = fetch(address)
    assert code(reply) == (400, "InvalidRequest")
    assert message(reply) == (
        "The authorization mechanism you have provided is not supported. Please use "
        "AWS4-HMAC-SHA256."
    )


def test_other_services_take_presigned_addresses_too() -> None:
    request = AWSRequest("GET", f"{in_process.ENDPOINT}/?{WHO.decode()}")
    SigV4QueryAuth(ADMIN, "sts", REGION, expires=60).add_auth(request)
    for _ in ("first", "once more"):
        answer = fetch(request.url)
        assert answer.status == 200
        assert b"<Account>123456789012</Account>" in answer.body
    changed = request.url.replace("Expires=60", "Expires=61")
    assert code(fetch(changed)) == (403, "SignatureDoesNotMatch")


# When it was signed


@pytest.fixture
def moved() -> Iterator[Any]:
    """Return a function that winds the lab clock on; it stays so for later tests."""

    def advance(seconds: float) -> None:
        identity.note_time()
        in_process.lab().clock.advance(seconds)
        identity.note_time()

    return advance


@pytest.mark.parametrize("seconds", [-890, 0, 890])
def test_a_clock_may_be_off_by_a_quarter_of_an_hour(at: Any, seconds: float) -> None:
    at(seconds)
    assert call("sts", ADMIN)["Account"] == "123456789012"


def lab_is_ahead() -> float:
    return clocks.current().time() - time.time()


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("sts", "SignatureDoesNotMatch"),
        ("s3", "RequestTimeTooSkewed"),
        ("ec2", "RequestExpired"),
        ("dynamodb", "InvalidSignatureException"),
        ("lambda", "InvalidSignatureException"),
    ],
)
@pytest.mark.parametrize("seconds", [-910, 910])
def test_more_than_a_quarter_of_an_hour_is_refused(
    at: Any, service: str, expected: str, seconds: float
) -> None:
    at(seconds + (lab_is_ahead() if seconds > 0 else 0))
    with pytest.raises(ClientError) as refusal:
        call(service, ADMIN)
    error = refusal.value.response["Error"]
    assert error["Code"] == expected
    if expected.endswith("Match") or expected.startswith("InvalidSig"):
        early = "Signature not yet current: " if seconds > 0 else "Signature expired: "
        assert error["Message"].startswith(early)
        assert "15 min.)" in error["Message"]


@pytest.mark.usefixtures("tides")
def test_an_address_is_worth_nothing_once_its_time_is_over(moved: Any) -> None:
    address = presigned(900)
    assert fetch(address).status == 200
    moved(600)
    assert fetch(address).status == 200
    moved(301)
    reply = fetch(address)
    assert code(reply) == (403, "AccessDenied")
    assert message(reply) == "Request has expired"


@pytest.mark.usefixtures("tides")
def test_an_address_nobody_used_is_over_too(moved: Any) -> None:
    address = presigned(900)
    time.sleep(1.1)
    moved(901)
    assert message(fetch(address)) == "Request has expired"


@pytest.mark.usefixtures("tides")
def test_an_address_signed_after_the_clock_was_moved_is_young(moved: Any) -> None:
    for expires in (60, 61, 62):  # the same address twice in a second is one address
        moved(7200)
        assert fetch(presigned(expires)).status == 200
    assert call("sts", ADMIN)["Account"] == "123456789012"


def test_clients_that_go_by_the_labs_clock_are_understood(at: Any, moved: Any) -> None:
    moved(7200)
    for seconds in (0, lab_is_ahead() / 2, lab_is_ahead()):
        at(seconds)
        call("sts", ADMIN)


def claim(signed: float, expires: float = 900) -> Claim:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(signed))
    return Claim(Scheme.PRESIGNED, "k", stamp[:8], REGION, "s3", ("host",), "0", stamp, expires)


@pytest.mark.parametrize(
    ("signed", "now", "fault"),
    [
        # Noted: real and lab time are one until 2000, then the lab is wound on by an hour; at 4000
        # it is paused, and at 5000 goes on.
        (1500, Moment(1600, 1600), None),
        (1500, Moment(2001, 5601), FaultKind.EXPIRED),
        (1998, Moment(2001, 5601), FaultKind.EXPIRED),
        (1999, Moment(2001, 5601), None),
        (2001, Moment(2900, 6500), None),
        (2001, Moment(2902, 6502), FaultKind.EXPIRED),
        (4000, Moment(5000, 7600), None),
        (4500, Moment(5800, 8400), None),
        (4500, Moment(5901, 8501), FaultKind.EXPIRED),
        (8000, Moment(5800, 8400), None),
        (7000, Moment(5800, 8400), FaultKind.EXPIRED),
        (10000, Moment(5800, 8400), FaultKind.EARLY),
    ],
)
def test_lab_time_counts_since_an_address_was_signed(
    signed: float, now: Moment, fault: FaultKind | None
) -> None:
    noted = [(1000, 1000), (1200, 1200), (2000, 2000), (2000, 5600), (4000, 7600), (5000, 7600)]
    times = LabTimes()
    for moment in [*(Moment(real, lab) for real, lab in noted if real <= now.real), now]:
        times.note(moment)
    assert times.find_fault(claim(signed), now) == (None if fault is None else Fault(fault))


def test_noting_the_time_of_every_request_takes_no_memory() -> None:
    times = LabTimes()
    for second in range(100_000):
        times.note(Moment(second, second))
    assert len(times._moments) <= 2
