"""Health checks of CloudWatch alarms, of which moto drops the alarm.

Follows "HealthCheckConfig", Amazon Route 53 API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.route53.models import HealthCheck
from moto.route53.responses import Route53 as MotoResponse

from dryrun.cloud.shelves import NotSimulated

ALARMED = "CLOUDWATCH_METRIC"
_OF_ALARMS = ("AlarmIdentifier", "InsufficientDataHealthStatus")
_OF_ENDPOINTS = ("Port", "RequestInterval", "FailureThreshold", "MeasureLatency", "ResourcePath")


class InvalidInput(ServiceException):
    """The input is not valid."""

    code = "InvalidInput"


class AlarmCheck(HealthCheck):
    """A health check that is as healthy as an alarm is quiet."""

    alarm: dict[str, Any]

    @property
    def health_check_config(self) -> dict[str, Any]:
        """The configuration with the alarm, and without what only endpoints have."""
        config = super().health_check_config
        return {key: config[key] for key in config if key not in _OF_ENDPOINTS} | self.alarm


class Route53Response(MotoResponse):
    """Answer the operations of Route 53."""

    def create_health_check(self) -> ActionResult:
        """Create a health check, with the alarm it may heed."""
        config = self._get_param("HealthCheckConfig")
        alarmed = config["Type"] == ALARMED
        if alarmed and not config.get("AlarmIdentifier"):
            raise InvalidInput("AlarmIdentifier is required for health checks of alarms.")
        answer = super().create_health_check()
        if alarmed:
            check = _check(answer)
            check.__class__ = AlarmCheck
            check.alarm = {key: config[key] for key in _OF_ALARMS if config.get(key)}
            check.alarm.setdefault("InsufficientDataHealthStatus", "LastKnownStatus")
        return answer

    def update_health_check(self) -> ActionResult:
        """Change a health check, and its alarm."""
        answer = super().update_health_check()
        check = _check(answer)
        if isinstance(check, AlarmCheck):
            for key in _OF_ALARMS:
                if self._get_param(key):
                    check.alarm[key] = self._get_param(key)
        return answer

    def get_health_check_status(self) -> ActionResult:
        """Tell how endpoints fare; AWS tells nothing of checks that have none."""
        check = self.backend.get_health_check(self._get_param("HealthCheckId"))
        if isinstance(check, AlarmCheck):
            raise NotSimulated(
                "Dry Run does not simulate the status of health checks of alarms; "
                "real AWS refuses to tell it, too, in words that Dry Run does not know."
            )
        return super().get_health_check_status()


def _check(answer: ActionResult) -> Any:
    result: Any = answer.result
    return result["HealthCheck"]
