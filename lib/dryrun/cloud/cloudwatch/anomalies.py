"""Anomaly detectors: which metrics have a model of what is usual.

Follows "PutAnomalyDetector" and its kin, CloudWatch API Reference. No model is trained here, so
every detector waits for data, as one of AWS does in its first days.
"""

from __future__ import annotations

import json
from typing import Any

from moto.cloudwatch.exceptions import ValidationError
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from dryrun.cloud.shelves import Asking, Thing, shelf

_SINGLE = ("Namespace", "MetricName", "Dimensions", "Stat")


class DetectorNotFound(ServiceException):
    """There is no such detector."""

    code = "ResourceNotFoundException"
    message = "Anomaly detector not found"


class AnomalyDetectors(Asking):
    """Answer the operations on anomaly detectors."""

    cloudwatch_backend: Any

    def put_anomaly_detector(self) -> ActionResult:
        """Create a detector, or configure the one that this metric has."""
        asked = self.asked()
        metric = _metric(asked)
        kept = self._detectors()
        name = json.dumps(metric, sort_keys=True)
        known = kept.get(name, {})
        kept[name] = {
            "AnomalyDetectorId": known.get("AnomalyDetectorId") or str(mock_random.uuid4()),
            **metric,
            **{
                key: asked[key]
                for key in ("Configuration", "MetricCharacteristics")
                if key in asked
            },
            "StateValue": "TRAINED_INSUFFICIENT_DATA",
        }
        return ActionResult({"AnomalyDetectorId": kept[name]["AnomalyDetectorId"]})

    def describe_anomaly_detectors(self) -> ActionResult:
        """Return detectors, of all metrics or of those that are asked for."""
        asked = self.asked()
        types = asked.get("AnomalyDetectorTypes") or ["SINGLE_METRIC"]
        ids = asked.get("AnomalyDetectorIds")
        found = []
        for one in self._detectors().values():
            single = one.get("SingleMetricAnomalyDetector", {})
            kind = "SINGLE_METRIC" if single else "METRIC_MATH"
            wanted = [name for name in ("Namespace", "MetricName") if name in asked]
            same = all(single.get(name) == asked[name] for name in wanted)
            dimensions = asked.get("Dimensions") or []
            has = all(each in single.get("Dimensions", []) for each in dimensions)
            by_id = ids is not None and one["AnomalyDetectorId"] in ids
            if by_id or (ids is None and kind in types and same and has):
                configured = {"ExcludedTimeRanges": [], **one.get("Configuration", {})}
                found.append({**one, **single, "Configuration": configured})
        return ActionResult({"AnomalyDetectors": found})

    def delete_anomaly_detector(self) -> ActionResult:
        """Delete the detector of a metric."""
        asked = self.asked()
        kept = self._detectors()
        if "AnomalyDetectorId" in asked:
            names = [
                name
                for name, one in kept.items()
                if one["AnomalyDetectorId"] == asked["AnomalyDetectorId"]
            ]
        else:
            names = [json.dumps(_metric(asked), sort_keys=True)]
        if not names or names[0] not in kept:
            raise DetectorNotFound
        del kept[names[0]]
        return EmptyResult()

    def _detectors(self) -> dict[str, Thing]:
        return shelf(self.cloudwatch_backend, "anomaly_detectors")


def _metric(asked: Thing) -> Thing:
    """Return what is watched, in the one form that both ways of asking have."""
    if "MetricMathAnomalyDetector" in asked:
        return {"MetricMathAnomalyDetector": asked["MetricMathAnomalyDetector"]}
    given = asked.get("SingleMetricAnomalyDetector") or asked
    single = {name: given[name] for name in _SINGLE if given.get(name)}
    missing = [name for name in ("Namespace", "MetricName", "Stat") if name not in single]
    if missing:
        raise ValidationError(f"The parameter {missing[0]} is required.")
    single["Dimensions"] = sorted(single.get("Dimensions", []), key=lambda one: str(one["Name"]))
    return {"SingleMetricAnomalyDetector": single}
