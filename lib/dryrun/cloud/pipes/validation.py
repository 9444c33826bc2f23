"""What Pipes refuses at once; what it finds out later is in `access`."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.events import patterns
from dryrun.cloud.pipes.exceptions import Invalid, NotSimulated
from dryrun.cloud.shelves import Thing

_SOURCES = {
    "sqs": "SqsQueueParameters",
    "kinesis": "KinesisStreamParameters",
    "dynamodb": "DynamoDBStreamParameters",
}
_STREAMS = ("kinesis", "dynamodb")
_TARGETS = ("sqs", "sns", "lambda", "states", "events", "kinesis", "firehose", "logs", "ecs")
_UNTOLD = ("BatchJobParameters", "RedshiftDataParameters", "SageMakerPipelineParameters",
           "TimestreamParameters", "CloudWatchLogsParameters")  # fmt: skip
_LARGEST_QUEUE_BATCH = 10


def check(settings: Thing) -> None:
    """Raise Invalid for a pipe that cannot be, NotSimulated for one that Dry Run cannot run."""
    _check_source(settings["Source"], settings.get("SourceParameters") or {})
    _check_filters(settings.get("SourceParameters") or {})
    enrichment = settings.get("Enrichment")
    if enrichment and _service(enrichment) not in ("lambda", "states"):
        raise NotSimulated(
            "Dry Run enriches by Lambda functions and Step Functions; it does not simulate "
            "enrichment by API Gateway and API destinations."
        )
    target = settings["Target"]
    if _service(target) not in _TARGETS:
        raise NotSimulated(f"Dry Run does not simulate pipes to targets like {target}.")
    for name in _UNTOLD:
        if (settings.get("TargetParameters") or {}).get(name):
            raise NotSimulated(f"Dry Run does not simulate the {name} of a pipe.")
    if (settings.get("LogConfiguration") or {}).get("Level", "OFF") != "OFF":
        raise NotSimulated("Dry Run does not simulate the logs of pipes.")
    if _service(target) == "kinesis" and not _of_target(settings, "KinesisStreamParameters"):
        raise Invalid("The PartitionKey must be specified for a Kinesis stream.")
    fifo = _service(target) == "sqs" and target.endswith(".fifo")
    if fifo and not _of_target(settings, "SqsQueueParameters").get("MessageGroupId"):
        raise Invalid("The MessageGroupId must be specified for a FIFO queue.")


def _check_source(arn: str, parameters: Thing) -> None:
    service = _service(arn)
    if service not in _SOURCES:
        raise NotSimulated(f"Dry Run does not simulate pipes from sources like {arn}.")
    given = [name for name in parameters if name.endswith("Parameters")]
    strange = [name for name in given if name != _SOURCES[service]]
    if strange:  # from memory, as are the words of what follows
        raise Invalid(f"{strange[0]} cannot be specified for the source {arn}.")
    settings = parameters.get(_SOURCES[service], {})
    if service in _STREAMS and "StartingPosition" not in settings:
        raise Invalid(f"The StartingPosition must be specified for the source {arn}.")
    if service == "dynamodb" and "/stream/" not in arn:
        raise Invalid(f"The source {arn} is not the ARN of a stream.")
    size = settings.get("BatchSize", 1)
    window = settings.get("MaximumBatchingWindowInSeconds", 0)
    if service == "sqs" and size > _LARGEST_QUEUE_BATCH and not window:
        raise Invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10"
        )


def _check_filters(parameters: Thing) -> None:
    for one in (parameters.get("FilterCriteria") or {}).get("Filters", []):
        try:
            patterns.compile(one.get("Pattern", "{}"))
        except patterns.InvalidPattern as error:
            raise Invalid(f"Invalid filter pattern definition. {error}") from None


def _of_target(settings: Thing, name: str) -> dict[str, Any]:
    found: dict[str, Any] = (settings.get("TargetParameters") or {}).get(name) or {}
    return found


def _service(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") > 1 else ""
