"""The operations on drift."""

from __future__ import annotations

import functools
from typing import Any

from moto.core.responses import ActionResult

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.cloudformation import drift, requests
from dryrun.cloud.cloudformation.exceptions import ValidationError
from dryrun.cloud.cloudformation.models import Stack, new_id, now
from dryrun.cloud.cloudformation.requests import asked
from dryrun.cloud.cloudformation.response_base import ResponseBase
from dryrun.cloud.identity import Caller

SECONDS = 5.0
"""How long it takes to look at one resource."""


class DriftResponses(ResponseBase):
    """Detect and describe drift."""

    def detect_stack_drift(self) -> ActionResult:
        """Begin to look at the resources of a stack."""
        given = asked()
        stack = self._stack(given["StackName"])
        detection: dict[str, Any] = {
            "StackId": stack.stack_id,
            "StackDriftDetectionId": new_id(),
            "DetectionStatus": "DETECTION_IN_PROGRESS",
            "Timestamp": now(),
        }
        self.backend.drift_detections[detection["StackDriftDetectionId"]] = detection
        only = given.get("LogicalResourceIds")
        caller = requests.operator(stack.deployment.role_arn)
        chosen = [name for name in stack.resources if not only or name in only]
        clocks.current().call_later(
            SECONDS * max(len(chosen), 1),
            functools.partial(_detect, stack, chosen, detection, caller, inside.host()),
            what=f"{stack.name}: drift detection",
        )
        return ActionResult({"StackDriftDetectionId": detection["StackDriftDetectionId"]})

    def describe_stack_drift_detection_status(self) -> ActionResult:
        """Return how a detection stands."""
        wanted = asked()["StackDriftDetectionId"]
        found = self.backend.drift_detections.get(wanted)
        if found is None:
            raise ValidationError(f"Drift detection {wanted} does not exist.")
        return ActionResult(found)

    def describe_stack_resource_drifts(self) -> ActionResult:
        """Return how the resources of a stack stood when they were last looked at."""
        given = asked()
        stack = self.backend.living(given["StackName"])
        wanted = given.get("StackResourceDriftStatusFilters")
        found = [
            drift.shape(stack, one)
            for _, one in sorted(stack.resources.items())
            if one.drift.checked is not None and (not wanted or one.drift.status in wanted)
        ]
        return ActionResult({"StackResourceDrifts": found})

    def detect_stack_resource_drift(self) -> ActionResult:
        """Look at one resource, and return how it stands."""
        given = asked()
        stack = self._stack(given["StackName"])
        resource = stack.resources.get(given["LogicalResourceId"])
        if resource is None:
            raise ValidationError(
                f"Resource {given['LogicalResourceId']} does not exist for stack {stack.name}"
            )
        caller = requests.operator(stack.deployment.role_arn)
        with inside.calling_as(caller, requests.via(caller)):
            found = drift.checked(stack, resource)
        if found.status == drift.NOT_CHECKED:
            raise ValidationError(
                f"Drift detection is not supported for resource type {resource.type}"
            )
        _sum_up(stack)
        return ActionResult({"StackResourceDrift": drift.shape(stack, resource)})

    def _stack(self, name: str) -> Stack:
        stack = self.backend.living(name)
        if stack.status not in drift.ALLOWED:
            raise ValidationError(
                f"Drift detection cannot be performed on stack [{stack.stack_id}] while in "
                f"{stack.status} state."
            )
        return stack


def _detect(
    stack: Stack, names: list[str], detection: dict[str, Any], caller: Caller, host: str
) -> None:
    failures = []
    with inside.found_at(host), inside.calling_as(caller, requests.via(caller)):
        for name in names:
            resource = stack.resources.get(name)
            if resource is not None:
                try:
                    drift.checked(stack, resource)
                except Exception as error:  # one that cannot be read must not hide the others
                    failures.append(f"{name}: {error}")
    _sum_up(stack)
    detection["DetectionStatus"] = "DETECTION_FAILED" if failures else "DETECTION_COMPLETE"
    if failures:
        detection["DetectionStatusReason"] = (
            f"Failed to detect drift on resources [{', '.join(failures)}]"
        )
    detection["StackDriftStatus"] = stack.drift_status
    drifted = [one for one in stack.resources.values() if one.drift.status in _DRIFTED]
    detection["DriftedStackResourceCount"] = len(drifted)


_DRIFTED = (drift.MODIFIED, drift.DELETED)


def _sum_up(stack: Stack) -> None:
    drifted = any(one.drift.status in _DRIFTED for one in stack.resources.values())
    stack.drift_status = "DRIFTED" if drifted else "IN_SYNC"
    stack.drift_checked = now()
