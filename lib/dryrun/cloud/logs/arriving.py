"""What becomes of log events when they arrive: data of metrics, and what subscriptions pass on.

Follows "Creating metrics from log events using filters" and "Real-time processing of log data with
subscriptions", CloudWatch Logs User Guide. moto makes no metrics, and passes on everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.logs import models
from moto.logs.models import LogStream, logs_backends

from dryrun.cloud import replacing
from dryrun.cloud.logs import filter_patterns
from dryrun.cloud.logs.comparing import Test

_put = LogStream.put_log_events
_send = LogStream._send_log_events

Event = dict[str, Any]


class EventMessageFilter:
    """Tells which messages a pattern finds."""

    def __init__(self, pattern: str | None) -> None:
        self.matches: Test = filter_patterns.compile(pattern or "")


def put_log_events(self: LogStream, log_events: list[Event]) -> str:
    """Take in events, pass them on, and count what metric filters find."""
    token = str(_put(self, log_events))
    filters = logs_backends[self.account_id][self.region].filters.metric_filters
    for one in filters:
        if one["logGroupName"] == self.log_group.name:
            _count(self, one, log_events)
    return token


def send_log_events(
    self: LogStream, service: str, destination_arn: str, filter_name: str, log_events: list[Event]
) -> None:
    """Pass on the events that a subscription's pattern finds."""
    pattern = self.log_group.subscription_filters[filter_name].filter_pattern
    matches = filter_patterns.compile(pattern or "")
    found = [event for event in log_events if matches(event["message"])]
    if found:
        _send(self, service, destination_arn, filter_name, found)


def _count(stream: LogStream, one: Event, events: list[Event]) -> None:
    matches = filter_patterns.compile(one["filterPattern"] or "")
    for transformation in one["metricTransformations"]:
        for value, at, dimensions in _data(transformation, matches, events):
            _record(stream, transformation, value, at, dimensions)


def _data(
    transformation: Event, matches: Test, events: list[Event]
) -> Iterator[tuple[float, float, dict[str, str]]]:
    """Return value, moment and dimensions of what is to be reported.

    The default value is reported where events arrive and none of them is found.
    """
    found = [event for event in events if matches(event["message"])]
    default = transformation.get("defaultValue")
    if events and not found and default is not None:
        yield float(default), events[-1]["timestamp"] / 1000, {}
    for event in found:
        message, at = event["message"], event["timestamp"] / 1000
        value = _value(transformation["metricValue"], message)
        dimensions = {
            name: filter_patterns.value_of(message, selector)
            for name, selector in (transformation.get("dimensions") or {}).items()
        }
        if value is not None and None not in dimensions.values():
            yield value, at, {name: str(one) for name, one in dimensions.items()}


def _value(written: str, message: str) -> float | None:
    found = filter_patterns.value_of(message, written) if written.startswith("$") else written
    try:
        return float(found)
    except (TypeError, ValueError):
        return None


def _record(
    stream: LogStream, transformation: Event, value: float, at: float, dimensions: dict[str, str]
) -> None:
    from dryrun.cloud.cloudwatch import metrics  # noqa: PLC0415 - loads CloudWatch

    name, namespace = transformation["metricName"], transformation["metricNamespace"]
    unit = transformation.get("unit") or "None"
    where = stream.account_id, stream.region
    metrics.record(*where, namespace, name, dimensions, value, unit, at)


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (models, "EventMessageFilter", EventMessageFilter),
        (LogStream, "put_log_events", put_log_events),
        (LogStream, "_send_log_events", send_log_events),
    )
