"""Events that come from outside a lab: a sign-in to the console, and a notice of AWS Health."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import bus

SIGN_IN_REGION = "us-east-1"
_BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36"
)


def root_sign_in(mfa: bool = False, source_ip: str = "203.0.113.7") -> int:
    """Let the account's root user sign in to the console; return how many trails saw it.

    Follows "AWS Management Console sign-in events", CloudTrail User Guide. EventBridge hears of it
    in us-east-1, and only where a trail logs: "AWS service events delivered via AWS CloudTrail".
    """
    from dryrun.cloud.cloudtrail.models import trails  # noqa: PLC0415 - loads CloudTrail

    account = str(DEFAULT_ACCOUNT_ID)
    logging = [
        trail
        for trail in trails(account)
        if trail.status.is_logging
        and (trail.is_multi_region or trail.region_name == SIGN_IN_REGION)
    ]
    if logging:
        bus.put_event(
            account,
            SIGN_IN_REGION,
            "aws.signin",
            "AWS Console Sign In via CloudTrail",
            _sign_in(account, mfa, source_ip),
        )
    return len(logging)


def _sign_in(account: str, mfa: bool, source_ip: str) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "Root",
            "principalId": account,
            "arn": f"arn:aws:iam::{account}:root",
            "accountId": account,
            "accessKeyId": "",
        },
        "eventTime": _moment(),
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": SIGN_IN_REGION,
        "sourceIPAddress": source_ip,
        "userAgent": _BROWSER,
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {
            "LoginTo": "https://console.aws.amazon.com/console/home",
            "MobileVersion": "No",
            "MFAUsed": "Yes" if mfa else "No",
        },
        "eventID": str(mock_random.uuid4()),
        "readOnly": False,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }


def health_event(
    *,
    service: str = "EC2",
    code: str = "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED",
    category: str = "scheduledChange",
    region: str = SIGN_IN_REGION,
    entities: tuple[str, ...] = (),
    text: str = "",
) -> int:
    """Let AWS Health tell of something; return how many entities it is about.

    Follows "AWS Health events Amazon EventBridge schema", AWS Health User Guide.
    """
    account, moment = str(DEFAULT_ACCOUNT_ID), clocks.current().time()
    started = datetime.fromtimestamp(moment, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    event_id = f"{code}_{mock_random.getrandbits(64):016x}"
    arn = f"arn:aws:health:{region}::event/{service}/{code}/{event_id}"
    detail = {
        "eventArn": arn,
        "service": service,
        "eventTypeCode": code,
        "eventTypeCategory": category,
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "communicationId": f"{mock_random.getrandbits(160):040x}",
        "startTime": started,
        "lastUpdatedTime": started,
        "statusCode": "open",
        "eventRegion": region,
        "eventDescription": [
            {"language": "en_US", "latestDescription": text or "A sample of AWS Health."}
        ],
        "affectedEntities": [
            {"entityValue": one, "lastUpdatedTime": started, "status": "PENDING"}
            for one in entities
        ],
        "affectedAccount": account,
        "page": "1",
        "totalPages": "1",
    }
    bus.put_event(account, region, "aws.health", "AWS Health Event", detail, list(entities))
    return len(entities)


def _moment() -> str:
    now = datetime.fromtimestamp(clocks.current().time(), UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")
