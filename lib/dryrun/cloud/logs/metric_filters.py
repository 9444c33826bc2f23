"""Metric filters, each the only one of its name in its log group.

Follows "PutMetricFilter" and its kin, CloudWatch Logs API Reference.
"""

from __future__ import annotations

import json
import time
from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse as MotoResponse

_KEPT = ("filterName", "filterPattern", "metricTransformations", "logGroupName")
_OPTIONAL = ("fieldSelectionCriteria", "emitSystemFieldDimensions")


class MetricFilters(MotoResponse):
    """Answer the calls about metric filters."""

    def put_metric_filter(self) -> str:
        """Create a filter, or put it in the place of the one of its name."""
        group, name = self._get_param("logGroupName"), self._get_param("filterName")
        if group not in self.logs_backend.groups:
            raise ResourceNotFoundException
        made = {name: self._get_param(name) for name in _KEPT}
        made["metricTransformations"] = [_told(one) for one in made["metricTransformations"]]
        made["applyOnTransformedLogs"] = bool(self._get_param("applyOnTransformedLogs"))
        made["creationTime"] = int(time.time() * 1000)
        made.update({name: value for name in _OPTIONAL if (value := self._get_param(name))})
        self._remove(group, name)
        self._filters.append(made)
        return ""

    def describe_metric_filters(self) -> str:
        """Return filters: of one log group or all, by the beginning of their names or a metric."""
        told: dict[str, Any] = json.loads(super().describe_metric_filters())
        told["metricFilters"].sort(key=lambda one: (one["filterName"], one["logGroupName"]))
        return json.dumps(told)

    def delete_metric_filter(self) -> str:
        """Delete a filter."""
        group, name = self._get_param("logGroupName"), self._get_param("filterName")
        if group not in self.logs_backend.groups:
            raise ResourceNotFoundException
        if not self._remove(group, name):
            raise ResourceNotFoundException("The specified metric filter does not exist.")
        return ""

    def delete_log_group(self) -> str:
        """Delete a log group and the filters on it."""
        answer: str = super().delete_log_group()
        group = self._get_param("logGroupName")
        self._filters[:] = [one for one in self._filters if one["logGroupName"] != group]
        return answer

    def filters_on(self, group: str) -> int:
        """Return how many filters a log group has."""
        return sum(one["logGroupName"] == group for one in self._filters)

    @property
    def _filters(self) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = self.logs_backend.filters.metric_filters
        return kept

    def _remove(self, group: str, name: str) -> bool:
        named = {"logGroupName": group, "filterName": name}
        found = [one for one in self._filters if named.items() <= one.items()]
        for one in found:
            self._filters.remove(one)
        return bool(found)


def _told(transformation: dict[str, Any]) -> dict[str, Any]:
    if transformation.get("defaultValue") is None:
        return transformation
    return {**transformation, "defaultValue": float(transformation["defaultValue"])}
