"""Whether a pipe's role may read its source, and whether there is a source; in AWS's words.

A pipe that cannot read ends as CREATE_FAILED, with a reason that begins like this. That a role may
not call a target shows when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from dryrun.cloud import inside
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.delivery import Failure, principals
from dryrun.cloud.delivery.dead_letters import queue_url

if TYPE_CHECKING:
    from dryrun.cloud.identity import Caller
    from dryrun.cloud.pipes.models import Pipe

_WORDS = "Input parameter is invalid from the request due to : "
_NEEDED = {
    "sqs": ("SQS", ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")),
    "kinesis": ("Kinesis", ("DescribeStream", "GetRecords", "GetShardIterator")),
    "dynamodb": ("DynamoDB", ("DescribeStream", "GetRecords", "GetShardIterator")),
}
"""The name of a source's service in sentences, and what reading it takes."""


def fault(pipe: Pipe) -> str:
    """Return why a pipe cannot run, "" when it can."""
    try:
        caller = principals.role_caller(pipe.sender)
    except Failure:
        # From memory; the sentence about missing permissions is on record.
        return f"{_WORDS}The provided role cannot be assumed by principal 'pipes.amazonaws.com'"
    service = pipe.source.split(":")[2]
    name, actions = _NEEDED[service]
    for action in actions:
        if not may(caller, f"{service}:{action}", pipe.source).allowed:
            return (
                f"{_WORDS}The provided customer role does not have permissions to call {action} "
                f"on {name}"
            )
    if (dead := pipe.dead_letter_arn) and not may(caller, "sqs:SendMessage", dead).allowed:
        return f"{_WORDS}Error occurred while sending message to SQS queue: {dead}"
    return "" if _is_there(caller, pipe) else f"{_WORDS}The source {pipe.source} does not exist"


def _is_there(caller: Caller, pipe: Pipe) -> bool:
    arn = pipe.source
    service, region = arn.split(":")[2:4]
    try:
        with inside.calling_as(caller):
            if service == "sqs":
                inside.client("sqs", region).get_queue_attributes(QueueUrl=queue_url(arn))
            elif service == "kinesis":
                inside.client("kinesis", region).describe_stream(StreamARN=arn)
            else:
                inside.client("dynamodbstreams", region).describe_stream(StreamArn=arn)
    except (ClientError, BotoCoreError):
        return False
    return True
