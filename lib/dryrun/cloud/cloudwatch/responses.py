"""The operations of CloudWatch that are ours: alarms, metric data, anomaly detectors."""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse as MotoResponse

from dryrun.cloud.cloudwatch.alarm_operations import Alarms
from dryrun.cloud.cloudwatch.anomalies import AnomalyDetectors
from dryrun.cloud.cloudwatch.exceptions import NotSimulatedError
from dryrun.cloud.cloudwatch.metric_operations import Metrics
from dryrun.cloud.errors import NOT_SIMULATED_STATUS


class CloudWatchResponse(Alarms, Metrics, AnomalyDetectors, MotoResponse):
    """Answer CloudWatch's operations."""

    def call_action(self) -> Any:
        """Answer a call; what is not simulated has a status of its own."""
        status, headers, body = super().call_action()
        if status == 400 and NotSimulatedError.code in str(body):
            status = NOT_SIMULATED_STATUS
            headers["status"] = str(status)
        return status, headers, body
