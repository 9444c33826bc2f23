"""What EventBridge hears of parameters.

Follows "Setting up notifications or triggering actions based on Parameter Store events", Systems
Manager User Guide.
"""

from __future__ import annotations

from typing import Any

from dryrun.cloud.events import bus


def tell(backend: Any, parameter: Any, operation: str, **more: str) -> None:
    """Tell that a parameter was created, updated, deleted, or that a version got a label."""
    detail = {"operation": operation, "name": parameter.name, "type": parameter.parameter_type}
    if parameter.description:
        detail["description"] = parameter.description
    account, region = backend.account_id, backend.region_name
    bus.put_event(
        account,
        region,
        "aws.ssm",
        "Parameter Store Change",
        {**detail, **more},
        [f"arn:aws:ssm:{region}:{account}:parameter/{parameter.name.lstrip('/')}"],
    )
