"""What a bucket tells of its objects, in the shapes of S3.

Follows "Event message structure" and "EventBridge event message structure", Amazon S3 User Guide.
"""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from moto.moto_api._internal import mock_random

from dryrun.cloud import calling

_HOST_ID_BYTES = 57
_NO_VERSION = ("", "null", "None")


@dataclass(frozen=True)
class Change:
    """Something that happened to an object; `size` and `etag` are those of what is there."""

    event: str
    """As notifications name it: "s3:ObjectCreated:Put"."""
    bucket: Any
    key: str
    size: int | None = None
    etag: str = ""
    version: str = ""


_DETAIL_TYPES = (
    ("s3:ObjectCreated:", "Object Created"),
    ("s3:ObjectRemoved:", "Object Deleted"),
    ("s3:LifecycleExpiration:", "Object Deleted"),
    ("s3:ObjectRestore:Post", "Object Restore Initiated"),
    ("s3:ObjectRestore:Completed", "Object Restore Completed"),
    ("s3:ObjectRestore:Delete", "Object Restore Expired"),
    ("s3:LifecycleTransition", "Object Storage Class Changed"),
    ("s3:IntelligentTiering", "Object Access Tier Changed"),
    ("s3:ObjectAcl:Put", "Object ACL Updated"),
    ("s3:ObjectTagging:Put", "Object Tags Added"),
    ("s3:ObjectTagging:Delete", "Object Tags Deleted"),
)
_REASONS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "s3:ObjectRemoved:Delete": "DeleteObject",
    "s3:ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
    "s3:LifecycleExpiration:Delete": "Lifecycle Expiration",
    "s3:LifecycleExpiration:DeleteMarkerCreated": "Lifecycle Expiration",
}
_DELETIONS = {
    "Delete": "Permanently Deleted",
    "DeleteMarkerCreated": "Delete Marker Created",
}


def record(change: Change, configuration: str) -> dict[str, Any]:
    """Return what queues, topics and functions get."""
    bucket = change.bucket
    told: dict[str, Any] = {"key": quote_plus(change.key, safe="/")}
    if change.size is not None:
        told |= {"size": change.size, "eTag": change.etag}
    if change.version not in _NO_VERSION:
        told["versionId"] = change.version
    told["sequencer"] = _sequencer()
    made = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": _moment(),
        "eventName": change.event.removeprefix("s3:"),
        "userIdentity": {"principalId": _principal()},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": request_id(), "x-amz-id-2": host_id()},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": _owner(bucket.account_id)},
                "arn": bucket.arn,
            },
            "object": told,
        },
    }
    return {"Records": [made]}


def test_event(bucket: str) -> dict[str, Any]:
    """Return what a queue or a topic gets when it is made a destination."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": _moment(),
        "Bucket": bucket,
        "RequestId": request_id(),
        "HostId": host_id(),
    }


def detail_type(event: str) -> str:
    """Return what EventBridge calls an event."""
    return next(told for prefix, told in _DETAIL_TYPES if event.startswith(prefix))


def detail(change: Change) -> dict[str, Any]:
    """Return the detail of the event that EventBridge gets."""
    told: dict[str, Any] = {"key": change.key}
    if change.event.startswith("s3:ObjectCreated") and change.size is not None:
        told["size"] = change.size
    if change.etag:
        told["etag"] = change.etag
    if change.version not in _NO_VERSION:
        told["version-id"] = change.version
    told["sequencer"] = _sequencer()
    made = {
        "version": "0",
        "bucket": {"name": change.bucket.name},
        "object": told,
        "request-id": request_id(),
        "requester": change.bucket.account_id,
        "source-ip-address": "127.0.0.1",
    }
    if change.event in _REASONS:
        made["reason"] = _REASONS[change.event]
    if detail_type(change.event) == "Object Deleted":
        made["deletion-type"] = _DELETIONS[change.event.rpartition(":")[2]]
    return made


def request_id() -> str:
    """Return an id of a request, as S3 has them."""
    return f"{mock_random.getrandbits(64):016X}"


def host_id() -> str:
    """Return the second id of a request."""
    bits = mock_random.getrandbits(8 * _HOST_ID_BYTES)
    return base64.b64encode(bits.to_bytes(_HOST_ID_BYTES, "big")).decode()


def _principal() -> str:
    try:
        return f"AWS:{calling.current_caller().user_id}"
    except LookupError:
        return "AWS:ANONYMOUS"


def _owner(account: str) -> str:
    digest = hashlib.sha256(account.encode()).digest()
    return f"A{base64.b32encode(digest)[:13].decode()}"


def _sequencer() -> str:
    """Return what orders the events of a key: they grow with time."""
    return f"{int(time.time() * 1_000_000_000):018X}"


def _moment() -> str:
    moment = datetime.fromtimestamp(time.time(), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
