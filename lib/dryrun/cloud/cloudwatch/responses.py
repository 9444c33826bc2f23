"""The operations of CloudWatch that are ours: alarms, metric data, anomaly detectors."""

from __future__ import annotations

from moto.cloudwatch.responses import CloudWatchResponse as MotoResponse

from dryrun.cloud.cloudwatch.alarm_operations import Alarms
from dryrun.cloud.cloudwatch.anomalies import AnomalyDetectors
from dryrun.cloud.cloudwatch.metric_operations import Metrics


class CloudWatchResponse(Alarms, Metrics, AnomalyDetectors, MotoResponse):
    """Answer CloudWatch's operations."""
