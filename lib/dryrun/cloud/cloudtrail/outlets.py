"""Where a trail tells of its deliveries, and where its events go beside the bucket.

Follows "Configuring Amazon SNS notifications for CloudTrail" and "Sending events to CloudWatch
Logs", AWS CloudTrail User Guide. What the role of a trail may do in CloudWatch Logs is not asked,
only that it is there and trusts CloudTrail.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from moto.cloudtrail.exceptions import InsufficientSnsTopicPolicyException
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.sns.models import sns_backends

from dryrun.cloud.cloudtrail import permissions
from dryrun.cloud.cloudtrail.events import Event
from dryrun.cloud.cloudtrail.exceptions import (
    InvalidCloudWatchLogsLogGroupArnException,
    InvalidCloudWatchLogsRoleArnException,
)

if TYPE_CHECKING:
    from dryrun.cloud.cloudtrail.models import Trail


def check(trail: Trail) -> None:
    """Raise CloudTrail's error unless the topic and the log group can take what is sent."""
    if trail.topic_arn and not _may_publish(trail, trail.topic_arn):
        raise InsufficientSnsTopicPolicyException(
            "SNS Topic does not exist or the topic policy is incorrect!"
        )
    if trail.cw_log_group_arn:
        _check_group(trail)


def notify(trail: Trail, keys: Iterable[str]) -> bool:
    """Tell the topic of every log file; returns whether it could be told."""
    arn = trail.topic_arn
    if not arn or not _may_publish(trail, arn):
        return False
    for key in keys:
        message = {"s3Bucket": trail.bucket_name, "s3ObjectKey": [key]}
        _topic(arn).publish(json.dumps(message, separators=(",", ":")))
    return True


def put(trail: Trail, events: list[Event]) -> bool:
    """Write events into the log group; returns whether it is there."""
    if not trail.cw_log_group_arn:
        return False
    name, backend = _group(trail)
    if name not in backend.groups:
        return False
    stream = f"{trail.account_id}_CloudTrail_{trail.region_name}"
    if stream not in backend.groups[name].streams:
        backend.create_log_stream(name, stream)
    rows = [
        {
            "timestamp": int(event.seconds * 1000),
            "message": json.dumps(event.record, separators=(",", ":")),
        }
        for event in sorted(events, key=lambda event: event.seconds)
    ]
    backend.put_log_events(name, stream, rows)
    return True


def _topic(arn: str) -> Any:
    _, _, _, region, account, _ = arn.split(":", 5)
    return sns_backends[account][region].topics[arn]


def _may_publish(trail: Trail, arn: str) -> bool:
    try:
        topic = _topic(arn)
    except KeyError:
        return False
    owner = arn.split(":")[4]
    return permissions.permits(
        topic.policy, trail.account_id, trail.arn, [("sns:Publish", arn)], owner
    )


def _group(trail: Trail) -> tuple[str, Any]:
    parts = trail.cw_log_group_arn.split(":")
    return parts[6], logs_backends[parts[4]][parts[3]]


def _check_group(trail: Trail) -> None:
    arn = trail.cw_log_group_arn
    if not arn.endswith(":*") or len(arn.split(":")) != 8:
        raise InvalidCloudWatchLogsLogGroupArnException(
            "CloudTrail cannot validate the specified log group ARN."
        )
    name, backend = _group(trail)
    if name not in backend.groups:
        raise InvalidCloudWatchLogsLogGroupArnException(
            "CloudTrail cannot validate the specified log group ARN."
        )
    roles = iam_backends[trail.account_id][trail.partition].get_roles()
    role = next((one for one in roles if one.arn == trail.cw_role_arn), None)
    if role is None or permissions.SERVICE not in str(role.assume_role_policy_document):
        raise InvalidCloudWatchLogsRoleArnException(
            "Access denied. Check the trust relationships for your role."
        )
