"""The operations of SQS that moto answers otherwise than AWS."""

from __future__ import annotations

from typing import Any, cast

from moto.core.responses import ActionResult
from moto.sqs.exceptions import InvalidAttributeValue
from moto.sqs.models import Queue
from moto.sqs.responses import SQSResponse as MotoResponse

from dryrun.cloud.sqs import redrive

_TIMES = ("CreatedTimestamp", "LastModifiedTimestamp")
_RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
"""As "SetQueueAttributes", SQS API Reference, has them."""


_ALLOWING = "redrive_allow_policy"

# moto keeps the policy that says which queues may redrive to a queue, and tells nobody.
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
setattr(Queue, _ALLOWING, None)


class SqsResponse(MotoResponse):
    """Answer the operations of SQS."""

    def create_queue(self) -> ActionResult:
        """Make a queue whose attributes are in range."""
        self._check_attributes()
        return super().create_queue()

    def set_queue_attributes(self) -> ActionResult:
        """Change attributes to values in range; moto forgets a policy that is not given again."""
        self._check_attributes()
        queue = self.sqs_backend.get_queue(self._get_queue_name())
        policy = queue.policy
        answer = super().set_queue_attributes()
        if "Policy" not in (self._get_param("Attributes") or {}):
            queue.policy = policy
        if getattr(queue, _ALLOWING) == "":
            setattr(queue, _ALLOWING, None)
        return answer

    def _check_attributes(self) -> None:
        given = self._get_param("Attributes") or {}
        redrive.check_allowing(given.get("RedriveAllowPolicy"))
        if given.get("RedrivePolicy"):
            self._check_redrive(given["RedrivePolicy"])
        for name, value in given.items():
            least, most = _RANGES.get(name, (None, None))
            if least is None or most is None:
                continue
            if not str(value).isascii() or not str(value).isdigit():
                raise InvalidAttributeValue(name)
            if not least <= int(value) <= most:
                raise InvalidAttributeValue(name)

    def _check_redrive(self, policy: Any) -> None:
        known = {queue.queue_arn: queue for queue in self.sqs_backend.queues.values()}
        redrive.check(policy, known)
        dead = known.get(redrive.target(policy))
        if dead is not None:
            name = self._get_param("QueueName") or self._get_queue_name()
            source = f"{dead.queue_arn.rpartition(':')[0]}:{name}"
            redrive.check_source(policy, source, getattr(dead, _ALLOWING))

    def get_queue_attributes(self) -> ActionResult:
        """Tell times in whole seconds, as "GetQueueAttributes", SQS API Reference, has them."""
        answer = super().get_queue_attributes()
        found = cast(dict[str, Any], answer.result or {}).get("Attributes", {})
        found.update({name: found[name].partition(".")[0] for name in _TIMES if name in found})
        return answer
