"""What a bucket tells of its objects goes through the dispatcher, in the place of moto's way.

Follows "Amazon S3 Event Notifications" and "Using EventBridge", Amazon S3 User Guide.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.s3 import models, notifications, responses
from moto.s3.exceptions import InvalidNotificationDestination, S3ClientError
from moto.s3.models import FakeBucket, S3Backend

from dryrun.cloud import calling, delivery, replacing
from dryrun.cloud.authorization import state
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.delivery import Delivery, Sender, principals
from dryrun.cloud.s3 import shapes
from dryrun.cloud.s3.shapes import Change

SERVICE = "s3.amazonaws.com"
_ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}
_ONLY_BY = {
    "s3:ObjectTagging:Put": "PutObjectTagging",
    "s3:ObjectTagging:Delete": "DeleteObjectTagging",
    "s3:ObjectAcl:Put": "PutObjectAcl",
}
"""Events that one operation sends alone; moto's other operations set tags and ACLs as well."""


class UnableToValidate(S3ClientError):
    """A destination is not there, or does not let S3 send."""

    code = 400

    def __init__(self) -> None:
        super().__init__(
            "InvalidArgument", "Unable to validate the following destination configurations"
        )


def tell(change: Change) -> None:
    """Send what happened to an object to whoever wants to hear of it."""
    wanted = change.bucket.notification_configuration
    if wanted is None:
        return
    for one in (*wanted.cloud_function, *wanted.queue, *wanted.topic):
        if one.matches(change.event, change.key):
            _send(change.bucket, one.arn, shapes.record(change, one.id))
    if wanted.event_bridge is not None:
        _to_event_bus(change)


def _to_event_bus(change: Change) -> None:
    from dryrun.cloud.events import bus  # noqa: PLC0415 - loads EventBridge

    owner, region = change.bucket.account_id, change.bucket.region_name
    if bus.listens(owner, region):
        kind = shapes.detail_type(change.event)
        bus.put_event(owner, region, "aws.s3", kind, shapes.detail(change), [change.bucket.arn])


def _send(bucket: FakeBucket, target: str, told: dict[str, Any]) -> None:
    options = {"Subject": "Amazon S3 Notification"} if target.split(":")[2] == "sns" else {}
    delivery.send(Delivery(_sender(bucket), target, json.dumps(told), options=options))


def _sender(bucket: FakeBucket) -> Sender:
    return Sender(SERVICE, bucket.arn, bucket.account_id, bucket.region_name)


def send_event(account_id: str, event_name: str, bucket: Any, key: Any) -> None:  # noqa: ARG001
    """Tell of what moto says happened, except for what it says too often."""
    event = str(getattr(event_name, "value", event_name))
    if event.startswith("s3:ObjectRemoved"):
        return  # `delete_object` knows better
    if event in _ONLY_BY and _operation() != _ONLY_BY[event]:
        return
    etag = (key.etag or "").replace('"', "")
    tell(Change(event, bucket, key.name, key.size, etag, str(key.version_id or "")))


def _operation() -> str:
    try:
        return calling.current_call().name
    except LookupError:
        return ""


_delete = S3Backend.delete_object


def delete_object(
    self: S3Backend,
    bucket_name: str,
    key_name: str,
    version_id: str | None = None,
    bypass: bool = False,
) -> tuple[bool, dict[str, Any]]:
    """Delete an object, and tell whether it is gone, or only has a marker."""
    bucket = self.get_bucket(bucket_name)
    before = [str(one.version_id) for one in bucket.keys.getlist(key_name, [])]
    answer: tuple[bool, dict[str, Any]] = _delete(self, bucket_name, key_name, version_id, bypass)
    gone, told = answer
    if not gone:
        return answer
    if bucket.is_versioned and version_id is None:
        marker = str(told.get("version-id", ""))
        tell(Change("s3:ObjectRemoved:DeleteMarkerCreated", bucket, key_name, version=marker))
    elif before and (version_id is None or str(version_id) in before):
        version = str(version_id or "")
        tell(Change("s3:ObjectRemoved:Delete", bucket, key_name, version=version))
    return answer


def set_notification_configuration(self: FakeBucket, notification_config: Any) -> None:
    """Set what a bucket tells whom, once every destination lets it."""
    former = self.notification_configuration
    if not notification_config:
        self.notification_configuration = None
        return
    made = models.NotificationConfiguration(
        topic=notification_config.get("TopicConfiguration"),
        queue=notification_config.get("QueueConfiguration"),
        cloud_function=notification_config.get("CloudFunctionConfiguration"),
        event_bridge=notification_config.get("EventBridgeConfiguration"),
    )
    listed = [one.arn for one in (*made.topic, *made.queue, *made.cloud_function)]
    if any(arn.split(":")[3] != self.region_name for arn in listed):
        raise InvalidNotificationDestination
    if not _skips_validation() and not all(_takes(self, arn) for arn in listed):
        raise UnableToValidate
    self.notification_configuration = made
    known = set() if former is None else {one.arn for one in (*former.topic, *former.queue)}
    for arn in dict.fromkeys(one.arn for one in (*made.topic, *made.queue)):
        if arn not in known:
            _send(self, arn, shapes.test_event(self.name))


def _skips_validation() -> bool:
    try:
        headers = calling.current_call().request.headers
    except LookupError:
        return False
    return str(headers.get("x-amz-skip-destination-validation")).lower() == "true"


def _takes(bucket: FakeBucket, arn: str) -> bool:
    """Tell whether a destination is there and lets the bucket send."""
    service = arn.split(":")[2]
    caller = principals.service_caller(_sender(bucket), principals.account_of(arn))
    return _is_there(arn) and may(caller, _ACTIONS[service], arn).allowed


def _is_there(arn: str) -> bool:
    _, _, service, region, account, resource = arn.split(":", 5)
    if service == "lambda":
        name = resource.split(":")[1]
        functions = state.backend("awslambda", account, region).list_functions()
        return any(one.function_name == name for one in functions)
    backend = state.backend(service, account, region)
    return arn in backend.topics if service == "sns" else resource in backend.queues


def get_bucket_notification(self: Any) -> Any:
    """Return what a bucket tells whom, EventBridge included."""
    found = self.backend.get_bucket_notification_configuration(self.bucket_name)
    if not found:
        return self.serialized(EmptyResult())
    self.data["Action"] = "GetBucketNotificationConfiguration"
    told: dict[str, Any] = {
        "TopicConfigurations": [_shown(one, "TopicArn") for one in found.topic],
        "QueueConfigurations": [_shown(one, "QueueArn") for one in found.queue],
        "LambdaFunctionConfigurations": [
            _shown(one, "LambdaFunctionArn") for one in found.cloud_function
        ],
    }
    if found.event_bridge is not None:
        told["EventBridgeConfiguration"] = {}
    return self.serialized(ActionResult(told))


def _shown(one: Any, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"Id": one.id, name: one.arn, "Events": one.events}
    if one.filters:
        made["Filter"] = {"Key": {"FilterRules": one.filters["S3Key"]["FilterRule"]}}
    return made


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (notifications, "send_event", send_event),
        (S3Backend, "delete_object", delete_object),
        (FakeBucket, "set_notification_configuration", set_notification_configuration),
        (responses.S3Response, "get_bucket_notification", get_bucket_notification),
    )
