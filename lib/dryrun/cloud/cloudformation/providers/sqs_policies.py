"""AWS::SQS: the policies of queues."""

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
)


class QueuePolicy(Provider):
    """One policy put on several queues; its physical id is a name of CloudFormation's own."""

    type = "AWS::SQS::QueuePolicy"
    handled = frozenset({"PolicyDocument", "Queues"})
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Put the policy on every queue."""
        for queue in properties["Queues"]:
            _put(at, queue, properties["PolicyDocument"])
        return at.name(80)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy from the queues it was put on."""
        policies = {queue: _policy(at, queue) for queue in at.known.get("Queues", ())}
        having = [queue for queue, policy in policies.items() if policy is not None]
        if not having:
            raise GoneError(self.type, physical_id)
        wanted = at.known.get("PolicyDocument")
        differing = [policies[queue] for queue in having if policies[queue] != wanted]
        document = differing[0] if differing else wanted
        return {"Id": physical_id, "Queues": having, "PolicyDocument": document}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new policy, and take it from the queues that are no longer named."""
        for queue in old["Queues"]:
            if queue not in new["Queues"]:
                _remove(at, queue)
        for queue in new["Queues"]:
            _put(at, queue, new["PolicyDocument"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the policy from every queue."""
        for queue in at.known.get("Queues", ()):
            _remove(at, queue)


class QueueInlinePolicy(Provider):
    """The policy of one queue; its physical id is the queue's URL."""

    type = "AWS::SQS::QueueInlinePolicy"
    handled = frozenset({"PolicyDocument", "Queue"})
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Put a policy where there is none."""
        queue = str(properties["Queue"])
        if _policy(at, queue) is not None:
            raise TakenError(self.type, queue)
        _put(at, queue, properties["PolicyDocument"])
        return queue

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        found = _policy(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        return {"Queue": physical_id, "PolicyDocument": found}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new policy in the old one's place."""
        _put(at, physical_id, new["PolicyDocument"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the policy away."""
        _remove(at, physical_id)


def _put(at: Context, queue: str, document: Any) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    at.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": text})


def _remove(at: Context, queue: str) -> None:
    """Take a queue's policy away; a queue that is gone has none."""
    try:
        at.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
    except ClientError as error:
        if "NonExistentQueue" not in str(error) and "QueueDoesNotExist" not in str(error):
            raise


def _policy(at: Context, queue: str) -> Any:
    try:
        found = at.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])
    except ClientError:
        return None
    text = found.get("Attributes", {}).get("Policy")
    return json.loads(text) if text else None
