"""Which module carries what to which kind of target; each is loaded when it is first needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery

Report = Callable[[dict[str, Any] | Failure], None]
"""Told once how an attempt ended: what the target answered, or why it failed."""

Carrier = Callable[[Delivery, Report], None]
"""Makes one attempt, in the name of whoever delivers; it may raise Failure or ClientError too."""

_MODULES = {
    "ecs": "tasks",
    "events": "buses",
    "firehose": "firehose",
    "kinesis": "streams",
    "lambda": "functions",
    "logs": "logs",
    "scheduler": "calls",
    "sns": "topics",
    "sqs": "queues",
    "ssm": "commands",
    "states": "machines",
}
"""By the service of the target's ARN."""


def carrier(target_arn: str) -> Carrier:
    """Return what delivers to a target; raise Failure for a kind that is not simulated."""
    parts = target_arn.split(":", 5)
    module = _MODULES.get(parts[2]) if len(parts) == 6 else None
    if target_arn.startswith(("http://", "https://")):
        module = "webhooks"
    if module == "buses" and parts[5].startswith("api-destination/"):
        module = "destinations"
    if module is None:
        raise Failure("SDK_CLIENT_ERROR", f"Dry Run does not simulate targets like {target_arn}.")
    found = importlib.import_module(f"dryrun.cloud.delivery.targets.{module}")
    carry: Carrier = found.carry
    return carry


def parts_of(target_arn: str) -> tuple[str, str, str]:
    """Return region, account and resource of an ARN."""
    _, _, _, region, account, resource = target_arn.split(":", 5)
    return region, account, resource
