"""Universal targets: almost any call, as `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`.

Follows "Using universal targets in EventBridge Scheduler", EventBridge Scheduler User Guide.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.core.utils import get_service_model

from dryrun.cloud import services
from dryrun.cloud.scheduler.exceptions import Invalid

PREFIX = "arn:aws:scheduler:::aws-sdk:"

_READS = re.compile(
    r"(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|"
    r"batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|"
    r"testConnection|translateDocument|isAuthorized|invokeModel)(?![a-z])"
)
_NAMES = {
    "applicationautoscaling": "application-autoscaling",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "databasemigration": "dms",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "eventbridge": "events",
    "sfn": "stepfunctions",
}
"""Services that the SDK for Java, whose names these are, calls otherwise than botocore does."""


def check(arn: str, text: str | None) -> None:
    """Raise Invalid when there is no such call, or its input lacks what it needs."""
    _, model = find(arn)
    given = _parsed(text)
    needed = model.input_shape.required_members if model.input_shape else []
    missing = sorted(name for name in needed if _capital(name) not in given)
    if missing:
        fields = ", ".join(_capital(name) for name in missing)
        raise Invalid(
            "Invalid RequestJson provided. Reason Request payload is missing the following "
            f"field(s): {fields}."
        )


def find(arn: str) -> tuple[str, Any]:
    """Return botocore's name of a universal target's service, and the operation's model."""
    parts = arn.removeprefix(PREFIX).split(":")
    if len(parts) != 2:
        raise Invalid("Provided Arn is not in correct format.")
    service, action = _service(parts[0]), parts[1]
    if service is None:
        raise Invalid(f"{parts[0]} is not a supported service for a target.")
    if _READS.match(action):
        raise Invalid(f"{action} is not a supported api for the service {parts[0]}.")
    model = get_service_model(service)
    name = _capital(action)
    if not action[:1].islower() or name not in model.operation_names:
        raise Invalid(f"{action} is not a supported api for the service {parts[0]}.")
    return service, model.operation_model(name)


def arguments(model: Any, text: str) -> dict[str, Any]:
    """Return an input's fields, written with capitals, as botocore names them."""
    found = _named(model.input_shape, _parsed(text))
    return found if isinstance(found, dict) else {}


def _named(shape: Any, value: Any) -> Any:
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {_capital(name): name for name in shape.members}
        return {
            names.get(key, key): _named(shape.members.get(names.get(key, key)), item)
            for key, item in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_named(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _named(shape.value, item) for key, item in value.items()}
    return value


def _service(name: str) -> str | None:
    if name in _NAMES:
        return _NAMES[name]
    known = services.heads()
    return next((each for each in sorted(known) if each.replace("-", "") == name), None)


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid("Invalid RequestJson provided. Reason The request payload is not valid JSON.")
    return found


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
