"""AWS::SQS."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    TakenError,
    tag_changes,
    tag_list,
    tag_map,
)

_NUMBERS = (
    "DelaySeconds",
    "KmsDataKeyReusePeriodSeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
)
_FLAGS = ("ContentBasedDeduplication", "FifoQueue", "SqsManagedSseEnabled")
_WORDS = ("DeduplicationScope", "FifoThroughputLimit", "KmsMasterKeyId")
_DOCUMENTS = ("RedriveAllowPolicy", "RedrivePolicy")
_ATTRIBUTES = (*_NUMBERS, *_FLAGS, *_WORDS, *_DOCUMENTS)
_DEFAULTS = {
    "DelaySeconds": "0",
    "KmsDataKeyReusePeriodSeconds": "300",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
"""What CloudFormation puts an attribute back to: a size that new queues no longer have, too."""


class Queue(Provider):
    """A queue; its physical id is its URL."""

    type = "AWS::SQS::Queue"
    handled = frozenset({"QueueName", "Tags", *_ATTRIBUTES})
    name_property = "QueueName"
    seconds = Seconds(create=70, update=70, delete=65)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a queue."""
        fifo = properties.get("FifoQueue")
        name = properties.get("QueueName") or at.name(75 if fifo else 80)
        if fifo and not name.endswith(".fifo"):
            name += ".fifo"
        # CreateQueue of the same queue again is no error, but such a resource is one.
        if "QueueName" in properties and _exists(at, name):
            raise TakenError(self.type, name)
        attributes = _attributes(properties)
        made = at.client("sqs").create_queue(
            QueueName=name, Attributes=attributes, tags=tag_map(properties.get("Tags"))
        )
        return str(made["QueueUrl"])

    def told(self, at: Context, physical_id: str) -> Properties:
        """Return what the URL tells."""
        name = physical_id.rpartition("/")[2]
        return {"Arn": at.arn("sqs", name), "QueueName": name, "QueueUrl": physical_id}

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a queue."""
        sqs = at.client("sqs")
        try:
            found = sqs.get_queue_attributes(QueueUrl=physical_id, AttributeNames=["All"])
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        attributes = found["Attributes"]
        return {
            "Arn": attributes["QueueArn"],
            "QueueName": physical_id.rpartition("/")[2],
            "QueueUrl": physical_id,
            "Tags": tag_list(sqs.list_queue_tags(QueueUrl=physical_id).get("Tags")),
            **{name: _typed(name, attributes[name]) for name in _ATTRIBUTES if name in attributes},
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; what is no longer named goes back to AWS's default."""
        sqs = at.client("sqs")
        before, after = _attributes(old), _attributes(new)
        wanted = {name: value for name, value in after.items() if before.get(name) != value}
        gone = [name for name in before if name not in after]
        wanted.update({name: _DEFAULTS.get(name, "") for name in gone})
        if wanted:
            sqs.set_queue_attributes(QueueUrl=physical_id, Attributes=wanted)
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            sqs.tag_queue(QueueUrl=physical_id, Tags=tags)
        if untagged:
            sqs.untag_queue(QueueUrl=physical_id, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a queue."""
        at.client("sqs").delete_queue(QueueUrl=physical_id)


def _exists(at: Context, name: str) -> bool:
    try:
        at.client("sqs").get_queue_url(QueueName=name)
    except ClientError:
        return False
    return True


def _attributes(properties: Properties) -> dict[str, str]:
    """Return what is set; SQS has no queue that is said not to be FIFO."""
    found = {name: _text(properties[name]) for name in _ATTRIBUTES if name in properties}
    return {name: value for name, value in found.items() if (name, value) != ("FifoQueue", "false")}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _typed(name: str, value: str) -> Any:
    if name in _NUMBERS:
        return int(value)
    if name in _FLAGS:
        return value == "true"
    return json.loads(value) if name in _DOCUMENTS else value
