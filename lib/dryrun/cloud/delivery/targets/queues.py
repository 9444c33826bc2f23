"""SQS queues, standard and FIFO; "Amazon SQS targets", EventBridge User Guide."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud import inside
from dryrun.cloud.delivery.dead_letters import queue_url
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of

_GONE = (
    "The specified queue does not exist or you do not have access to it. (Service: AmazonSQS; "
    "Status Code: 400; Error Code: AWS.SimpleQueueService.NonExistentQueue; Request ID: {}; "
    "Proxy: null)"
)


def carry(delivery: Delivery, report: Report) -> None:
    """Send a message with the payload as its body."""
    region, _, _ = parts_of(delivery.target_arn)
    asked: dict[str, Any] = {
        "QueueUrl": queue_url(delivery.target_arn),
        "MessageBody": delivery.payload,
    }
    group = delivery.options.get("SqsParameters", {}).get("MessageGroupId")
    if group:
        asked["MessageGroupId"] = group
    if attributes := delivery.options.get("MessageAttributes"):
        asked["MessageAttributes"] = attributes
    if deduplication := delivery.options.get("MessageDeduplicationId"):
        asked["MessageDeduplicationId"] = deduplication
    try:
        answer = inside.client("sqs", region).send_message(**asked)
    except ClientError as error:
        if delivery.sender.role_arn:
            raise
        raise _hidden(error) from error
    report({"MessageId": answer["MessageId"]})


def _hidden(error: ClientError) -> ClientError | Failure:
    """Return what SQS says to a stranger, who does not learn whether the queue is there."""
    code = error.response["Error"]["Code"]
    if "AccessDenied" not in code and "NonExistentQueue" not in code:
        return error
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "")
    return Failure("NO_RESOURCE", _GONE.format(request))
