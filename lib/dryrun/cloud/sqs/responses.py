"""The operations of SQS that moto answers otherwise than AWS."""

from __future__ import annotations

from typing import Any, cast

from moto.core.responses import ActionResult
from moto.sqs.responses import SQSResponse as MotoResponse

_TIMES = ("CreatedTimestamp", "LastModifiedTimestamp")


class SqsResponse(MotoResponse):
    """Answer the operations of SQS."""

    def get_queue_attributes(self) -> ActionResult:
        """Tell times in whole seconds, as "GetQueueAttributes", SQS API Reference, has them."""
        answer = super().get_queue_attributes()
        found = cast(dict[str, Any], answer.result or {}).get("Attributes", {})
        found.update({name: found[name].partition(".")[0] for name in _TIMES if name in found})
        return answer
