"""One way for everything that a service sends to a target: rules, schedules, pipes, alarms."""

from __future__ import annotations

from dryrun.cloud.delivery.dispatcher import send
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery, Outcome, Sender

__all__ = ["Delivery", "Failure", "Outcome", "Sender", "send"]
