"""What cannot be delivered, put into a dead-letter queue.

Follows "Using dead-letter queues to process undelivered events in EventBridge", EventBridge User
Guide, and "Configuring a dead-letter queue for EventBridge Scheduler".
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dryrun.cloud import inside
from dryrun.cloud.delivery import principals
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.identity import Caller

_BY_ROLE = ("scheduler.amazonaws.com", "pipes.amazonaws.com")
"""Services that write dead letters with their role, not as a principal of the queue's policy."""
_TELLS_NOTHING = "sns.amazonaws.com"
"""SNS puts messages into dead-letter queues as they are."""
_LONGEST_MESSAGE = 1024


def put(delivery: Delivery, failure: Failure, retries: int, exhausted: str) -> bool:
    """Put a delivery into its dead-letter queue; returns whether the queue took it.

    `exhausted` is which limit of the retry policy ended it, "" for an error not worth a retry.
    """
    if not delivery.dead_letter_arn:
        return False
    told = attributes(delivery, failure, retries, exhausted)
    try:
        with inside.calling_as(_caller(delivery)):
            queue(delivery.dead_letter_arn).send_message(
                QueueUrl=queue_url(delivery.dead_letter_arn),
                MessageBody=delivery.dead_letter_body or delivery.payload,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in told.items()
                    if value
                }
                or delivery.options.get("MessageAttributes", {}),
            )
    except (ClientError, BotoCoreError, Failure):
        return False  # AWS drops it, and tells a metric alone
    return True


def attributes(
    delivery: Delivery, failure: Failure, retries: int, exhausted: str
) -> dict[str, str]:
    """Return the attributes of a dead letter, by name."""
    if delivery.sender.principal == _TELLS_NOTHING:
        return {}
    code, message = named(delivery, failure)
    made = {
        **delivery.dead_letter_attributes,
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message[:_LONGEST_MESSAGE],
    }
    # An error not worth a retry has no retries to tell of (from memory of such messages).
    if exhausted or delivery.sender.principal in _BY_ROLE:
        made["RETRY_ATTEMPTS"] = str(retries)
    if exhausted:
        made["EXHAUSTED_RETRY_CONDITION"] = exhausted
    return dict(sorted(made.items()))


def named(delivery: Delivery, failure: Failure) -> tuple[str, str]:
    """Return code and message of a failure as the sender tells them.

    Scheduler has the service's own, as "AWS.SimpleQueueService.NonExistentQueue".
    """
    if delivery.sender.principal in _BY_ROLE:
        return failure.plain
    return failure.code, failure.message


def queue(arn: str) -> Any:
    """Return the client of a queue's region."""
    return inside.client("sqs", arn.split(":")[3])


def queue_url(arn: str) -> str:
    """Return the address of a queue."""
    _, _, _, _, account, name = arn.split(":", 5)
    return f"{inside.endpoint()}/{account}/{name}"


def _caller(delivery: Delivery) -> Caller:
    sender = delivery.sender
    if sender.principal in _BY_ROLE and sender.role_arn:
        return principals.role_caller(sender)
    account = principals.account_of(delivery.dead_letter_arn) or sender.account
    return principals.service_caller(sender, account)
