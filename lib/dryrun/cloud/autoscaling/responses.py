"""The operations of Auto Scaling whose answer moto leaves incomplete."""

from __future__ import annotations

from moto.autoscaling.responses import AutoScalingResponse as MotoResponse
from moto.core.responses import ActionResult


class AutoScalingResponse(MotoResponse):
    """Answer Auto Scaling's operations."""

    def put_scaling_policy(self) -> ActionResult:
        """Create or change a policy; the answer has its ARN, by which alarms call it."""
        found = super().put_scaling_policy().result
        return ActionResult({"PolicyARN": found["PolicyArn"], "Alarms": []})
