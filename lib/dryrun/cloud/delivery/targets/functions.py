"""Lambda functions, invoked asynchronously; "AWS Lambda targets", EventBridge User Guide."""

from __future__ import annotations

from botocore.exceptions import ClientError

from dryrun.cloud import inside
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of


def carry(delivery: Delivery, report: Report) -> None:
    """Hand the payload to Lambda, which answers at once and runs the function later."""
    region, account, name = parts_of(delivery.target_arn)
    try:
        answer = inside.client("lambda", region).invoke(
            FunctionName=delivery.target_arn,
            InvocationType="Event",
            Payload=delivery.payload.encode(),
        )
    except ClientError as error:
        if _is_there(account, region, name):
            raise
        raise Failure("NO_RESOURCE", f"Function not found: {delivery.target_arn}") from error
    report({"StatusCode": answer["StatusCode"]})


def _is_there(account: str, region: str, name: str) -> bool:
    from moto.awslambda.models import lambda_backends  # noqa: PLC0415 - loaded when first needed

    base = name.split(":")[1]
    return any(
        one.function_name == base for one in lambda_backends[account][region].list_functions()
    )
