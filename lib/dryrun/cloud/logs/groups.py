"""Log groups, streams and events, where moto answers otherwise than CloudWatch Logs.

Follows "DescribeLogGroups", "PutLogEvents" and their kin, CloudWatch Logs API Reference.
"""

from __future__ import annotations

import json
import time
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.logs.exceptions import (
    InvalidParameterException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)

from dryrun.cloud.logs.exceptions import NotSimulatedError
from dryrun.cloud.logs.metric_filters import MetricFilters

STANDARD = "STANDARD"
_NO_STREAM = "The specified log stream does not exist."
_NEWEST_SECONDS = 2 * 3600


class LogGroups(MetricFilters):
    """Answer the calls about groups, streams and events."""

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        """Return a parameter; a log group may be named by its ARN as well."""
        if param_name == "logGroupIdentifier":
            return if_none
        found = super()._get_param(param_name)
        if param_name == "logGroupName" and found is None:
            found = _name_of(super()._get_param("logGroupIdentifier"))
        return if_none if found is None else found

    def create_log_group(self) -> str:
        """Create a log group, which stays in the class it is created in."""
        if self._get_param("deletionProtectionEnabled"):
            raise NotSimulatedError("deletion protection of log groups")
        answer: str = super().create_log_group()
        self.logs_backend.groups[self._get_param("logGroupName")].__dict__["log_class"] = (
            self._get_param("logGroupClass") or STANDARD
        )
        return answer

    def describe_log_groups(self) -> str:
        """Return log groups; those found by a part of their names are told more briefly."""
        part = self._get_param("logGroupNamePattern")
        if part and self._get_param("logGroupNamePrefix"):
            raise InvalidParameterException(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
            )
        told: dict[str, Any] = json.loads(super().describe_log_groups())
        told["logGroups"] = [
            one for one in told["logGroups"] if (part or "") in one["logGroupName"]
        ]
        for one in told["logGroups"]:
            one["logGroupClass"] = self._class_of(one["logGroupName"])
            one["metricFilterCount"] = self.filters_on(one["logGroupName"])
            one["deletionProtectionEnabled"] = False
            if part:
                del one["storedBytes"], one["deletionProtectionEnabled"]
        return json.dumps(told)

    def list_log_groups(self) -> str:
        """List log groups in short, by parts of their names or (behind ^) how they begin."""
        pattern, wanted = self._get_param("logGroupNamePattern"), self._get_param("logGroupClass")
        rows = [
            {"logGroupName": name, "logGroupArn": group.arn, "logGroupClass": self._class_of(name)}
            for name, group in sorted(self.logs_backend.groups.items())
            if _fits(name, pattern) and wanted in (None, self._class_of(name))
        ]
        return json.dumps({"logGroups": rows})

    def create_log_stream(self) -> str:
        """Create a stream in a log group."""
        try:
            return str(super().create_log_stream())
        except ResourceAlreadyExistsException as error:
            raise _renamed(error, "The specified log stream already exists") from None

    def delete_log_stream(self) -> str:
        """Delete a stream with its events."""
        self._check_stream()
        return str(super().delete_log_stream())

    def get_log_events(self) -> str:
        """Return the events of one stream."""
        self._check_stream()
        return str(super().get_log_events())

    def filter_log_events(self) -> str:
        """Return events of streams; which were searched is no longer told."""
        told: dict[str, Any] = json.loads(super().filter_log_events())
        return json.dumps({**told, "searchedLogStreams": []})

    def put_log_events(self) -> str:
        """Write events, and tell which were too old or are of the future."""
        told: dict[str, Any] = json.loads(super().put_log_events())
        rejected = told.get("rejectedLogEventsInfo", {})
        if "tooOldLogEventEndIndex" in rejected:
            rejected["tooOldLogEventEndIndex"] += 1  # the first that was not too old
        if "tooNewLogEventStartIndex" in rejected:
            newest = (time.time() + _NEWEST_SECONDS) * 1000
            times = [event["timestamp"] for event in self._get_param("logEvents")]
            first = next((at for at, one in enumerate(times) if one > newest), len(times) - 1)
            rejected["tooNewLogEventStartIndex"] = first
        return json.dumps(told)

    def _check_stream(self) -> None:
        group = self.logs_backend.groups.get(self._get_param("logGroupName"))
        if group is None:
            raise ResourceNotFoundException
        if self._get_param("logStreamName") not in group.streams:
            raise ResourceNotFoundException(_NO_STREAM)

    def _class_of(self, name: str) -> str:
        return str(self.logs_backend.groups[name].__dict__.get("log_class", STANDARD))


def _name_of(identifier: str | None) -> str | None:
    """Return the name of the log group behind a name or an ARN."""
    if identifier is None or not identifier.startswith("arn:"):
        return identifier
    return identifier.partition(":log-group:")[2]


def _fits(name: str, pattern: str | None) -> bool:
    return pattern is None or any(
        name.startswith(part[1:]) if part.startswith("^") else part in name
        for part in pattern.split("|")
    )


def _renamed(error: JsonRESTError, message: str) -> JsonRESTError:
    made = JsonRESTError(error.error_type, message)
    made.code = error.code
    return made
