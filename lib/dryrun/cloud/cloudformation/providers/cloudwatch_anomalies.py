"""AWS::CloudWatch::AnomalyDetector."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import to_api
from dryrun.cloud.cloudformation.providers.found import without

_WATCHED = (
    "Dimensions",
    "MetricMathAnomalyDetector",
    "MetricName",
    "Namespace",
    "SingleMetricAnomalyDetector",
    "Stat",
)


class AnomalyDetector(Provider):
    """A detector; its physical id is its id."""

    type = "AWS::CloudWatch::AnomalyDetector"
    handled = frozenset({"Configuration", "MetricCharacteristics", *_WATCHED})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the detector."""
        watch = at.client("cloudwatch")
        shape = watch.meta.service_model.operation_model("PutAnomalyDetector").input_shape
        sent = to_api(shape, _named(properties))
        return str(watch.put_anomaly_detector(**sent)["AnomalyDetectorId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the detector."""
        found = self._found(at, physical_id)
        shown = {name: value for name, value in found.items() if name in at.known}
        shown |= pick(at.known, "Configuration", "Dimensions", "SingleMetricAnomalyDetector")
        return without({**shown, "Id": physical_id})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Configure the detector anew."""
        self.create(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the detector."""
        self._found(at, physical_id)
        at.client("cloudwatch").delete_anomaly_detector(AnomalyDetectorId=physical_id)

    def _found(self, at: Context, physical_id: str) -> dict[str, Any]:
        found = at.client("cloudwatch").describe_anomaly_detectors(AnomalyDetectorIds=[physical_id])
        if not found["AnomalyDetectors"]:
            raise GoneError(self.type, physical_id)
        detector: dict[str, Any] = found["AnomalyDetectors"][0]
        return detector


def _named(properties: Properties) -> Properties:
    """Return the properties as the API calls them."""
    sent = dict(properties)
    config = dict(sent.get("Configuration") or {})
    if "MetricTimeZone" in config:
        config["MetricTimezone"] = config.pop("MetricTimeZone")
    return {**sent, "Configuration": config} if config else sent
