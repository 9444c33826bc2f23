"""Universal targets: any operation; "Using universal targets in EventBridge Scheduler"."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import UnknownServiceError

from dryrun.cloud import inside
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report

_NAMES = {"eventbridge": "events", "sfn": "stepfunctions", "cloudwatchlogs": "logs",
          "elasticloadbalancingv2": "elbv2", "elasticloadbalancing": "elb",
          "costexplorer": "ce", "cognitoidentityprovider": "cognito-idp"}  # fmt: skip
"""Services whose name in universal targets is not boto3's."""


def carry(delivery: Delivery, report: Report) -> None:
    """Call an operation with the payload as its parameters."""
    service, action = delivery.target_arn.split(":")[-2:]
    client = _client(service, delivery.sender.region)
    operation = next(
        (
            name
            for name in client.meta.service_model.operation_names
            if name.lower() == action.lower()
        ),
        None,
    )
    if operation is None:
        raise Failure("INVALID_PARAMETER", f"{service} has no action {action}.")
    try:
        given = json.loads(delivery.payload or "{}")
    except ValueError as error:
        raise Failure("INVALID_JSON", "The input of the target is not valid JSON.") from error
    answer = client._make_api_call(operation, _fitting(given))
    report({"RequestId": answer.get("ResponseMetadata", {}).get("RequestId", "")})


def _client(service: str, region: str) -> Any:
    try:
        return inside.client(_NAMES.get(service.lower(), service.lower()), region)
    except UnknownServiceError as error:
        raise Failure("INVALID_PARAMETER", f"There is no service {service}.") from error


def _fitting(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Failure("INVALID_JSON", "The input of the target is not a JSON object.")
    return given
