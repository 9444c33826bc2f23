"""AWS::SSM: maintenance windows and patch baselines."""

from __future__ import annotations

from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)

_QUICK = Seconds(create=3, update=3, delete=3)
_WINDOW = (
    "Cutoff",
    "Description",
    "Duration",
    "EndDate",
    "Name",
    "Schedule",
    "ScheduleOffset",
    "ScheduleTimezone",
    "StartDate",
)


class MaintenanceWindow(Provider):
    """A maintenance window; its physical id is the window's id."""

    type = "AWS::SSM::MaintenanceWindow"
    handled = frozenset({"AllowUnassociatedTargets", "Tags", *_WINDOW})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create a maintenance window."""
        made = at.client("ssm").create_maintenance_window(
            **pick(properties, "AllowUnassociatedTargets", "Tags", *_WINDOW)
        )
        return str(made["WindowId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a maintenance window."""
        ssm = at.client("ssm")
        try:
            found = ssm.get_maintenance_window(WindowId=physical_id)
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        tags = ssm.list_tags_for_resource(ResourceType="MaintenanceWindow", ResourceId=physical_id)
        return {
            "WindowId": physical_id,
            **pick(at.known, "AllowUnassociatedTargets"),
            **pick(found, "AllowUnassociatedTargets", *_WINDOW),
            "Tags": tags.get("TagList", []),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        if changed(old, new, "AllowUnassociatedTargets", *_WINDOW):
            raise NotSimulatedError(
                f"Dry Run does not simulate updates of {self.type} beside its tags; real AWS "
                "would carry it out."
            )
        _retag(at, "MaintenanceWindow", physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a maintenance window."""
        at.client("ssm").delete_maintenance_window(WindowId=physical_id)


def _retag(at: Context, kind: str, name: str, old: Properties, new: Properties) -> None:
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    ssm = at.client("ssm")
    if tags:
        ssm.add_tags_to_resource(ResourceType=kind, ResourceId=name, Tags=tag_list(tags))
    if untagged:
        ssm.remove_tags_from_resource(ResourceType=kind, ResourceId=name, TagKeys=untagged)


class MaintenanceWindowTarget(Provider):
    """A target of a window; its physical id is the target's id."""

    type = "AWS::SSM::MaintenanceWindowTarget"
    handled = frozenset({"Description", "Name", "ResourceType", "Targets", "WindowId"})
    harmless: ClassVar = {"OwnerInformation": "it is a note that goes with events"}
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Register a target."""
        made = at.client("ssm").register_target_with_maintenance_window(
            **pick(properties, *self.handled)
        )
        return str(made["WindowTargetId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a target of the window the stack named."""
        found = _members(at, "describe_maintenance_window_targets", "Targets")
        for one in found:
            if one["WindowTargetId"] == physical_id:
                return pick(one, "WindowTargetId", *self.handled)
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Deregister a target."""
        self.read(at, physical_id)
        at.client("ssm").deregister_target_from_maintenance_window(
            WindowId=at.known["WindowId"], WindowTargetId=physical_id
        )

    def physical_id(self, identifiers: Any) -> str:
        """Return the target's id."""
        return str(identifiers["WindowTargetId"])


def _members(at: Context, call: str, key: str) -> list[dict[str, Any]]:
    try:
        found = getattr(at.client("ssm"), call)(WindowId=at.known.get("WindowId", "mw-" + "0" * 17))
    except ClientError:
        return []
    members: list[dict[str, Any]] = found[key]
    return members


_TASK = (
    "Description",
    "MaxConcurrency",
    "MaxErrors",
    "Name",
    "Priority",
    "ServiceRoleArn",
    "Targets",
    "TaskArn",
    "TaskParameters",
    "TaskType",
    "WindowId",
)
_INVOCATIONS = {
    "MaintenanceWindowAutomationParameters": "Automation",
    "MaintenanceWindowLambdaParameters": "Lambda",
    "MaintenanceWindowRunCommandParameters": "RunCommand",
    "MaintenanceWindowStepFunctionsParameters": "StepFunctions",
}


class MaintenanceWindowTask(Provider):
    """A task of a window; its physical id is the task's id."""

    type = "AWS::SSM::MaintenanceWindowTask"
    handled = frozenset({"LoggingInfo", "TaskInvocationParameters", *_TASK})
    harmless: ClassVar = {"CutoffBehavior": "it is what happens to tasks at the end of a window"}
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Register a task."""
        wanted = pick(properties, *_TASK)
        if given := properties.get("TaskInvocationParameters"):
            wanted["TaskInvocationParameters"] = {
                _INVOCATIONS[name]: value for name, value in given.items()
            }
        if log := properties.get("LoggingInfo"):
            wanted["LoggingInfo"] = pick(
                log, S3BucketName="S3Bucket", S3Region="Region", S3KeyPrefix="S3Prefix"
            )
        made = at.client("ssm").register_task_with_maintenance_window(**wanted)
        return str(made["WindowTaskId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a task of the window the stack named."""
        for one in _members(at, "describe_maintenance_window_tasks", "Tasks"):
            if one["WindowTaskId"] == physical_id:
                shown = pick(one, "WindowTaskId", *_TASK)
                # The list of tasks here tells neither their type nor what they are invoked with.
                names = ("LoggingInfo", "TaskInvocationParameters", "TaskType")
                return shown | pick(at.known, *names)
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Deregister a task."""
        self.read(at, physical_id)
        at.client("ssm").deregister_task_from_maintenance_window(
            WindowId=at.known["WindowId"], WindowTaskId=physical_id
        )

    def physical_id(self, identifiers: Any) -> str:
        """Return the task's id."""
        return str(identifiers["WindowTaskId"])


_BASELINE = (
    "ApprovalRules",
    "ApprovedPatches",
    "ApprovedPatchesComplianceLevel",
    "ApprovedPatchesEnableNonSecurity",
    "Description",
    "GlobalFilters",
    "Name",
    "OperatingSystem",
    "RejectedPatches",
    "RejectedPatchesAction",
    "Sources",
)
_IDENTITY = {
    "Name": "BaselineName",
    "OperatingSystem": "OperatingSystem",
    "Description": "BaselineDescription",
}


class PatchBaseline(Provider):
    """A patch baseline; its physical id is the baseline's id."""

    type = "AWS::SSM::PatchBaseline"
    handled = frozenset({"DefaultBaseline", "PatchGroups", "Tags", *_BASELINE})
    seconds = _QUICK

    def refuse(self, properties: Properties) -> str | None:
        """Name what no call does here."""
        return "the property DefaultBaseline" if properties.get("DefaultBaseline") else None

    def create(self, at: Context, properties: Properties) -> str:
        """Create a patch baseline, and register its patch groups."""
        ssm = at.client("ssm")
        wanted = {"OperatingSystem": "WINDOWS", **pick(properties, "Tags", *_BASELINE)}
        made = str(ssm.create_patch_baseline(**wanted)["BaselineId"])
        for group in properties.get("PatchGroups", ()):
            ssm.register_patch_baseline_for_patch_group(BaselineId=made, PatchGroup=group)
        return made

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a patch baseline; its rules are told as the stack gave them."""
        ssm = at.client("ssm")
        pages = ssm.get_paginator("describe_patch_baselines").paginate()
        for one in (each for page in pages for each in page["BaselineIdentities"]):
            if one["BaselineId"] == physical_id:
                tags = ssm.list_tags_for_resource(
                    ResourceType="PatchBaseline", ResourceId=physical_id
                )
                return {
                    **pick(at.known, "DefaultBaseline", "PatchGroups", *_BASELINE),
                    **pick(one, **_IDENTITY),
                    "Id": physical_id,
                    "Tags": tags.get("TagList", []),
                }
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the patch groups and the tags."""
        if changed(old, new, *_BASELINE):
            raise NotSimulatedError(
                f"Dry Run does not simulate updates of {self.type} beside PatchGroups and Tags; "
                "real AWS would carry it out."
            )
        ssm = at.client("ssm")
        before, after = old.get("PatchGroups", []), new.get("PatchGroups", [])
        for group in before:
            if group not in after:
                ssm.deregister_patch_baseline_for_patch_group(
                    BaselineId=physical_id, PatchGroup=group
                )
        for group in after:
            if group not in before:
                ssm.register_patch_baseline_for_patch_group(
                    BaselineId=physical_id, PatchGroup=group
                )
        _retag(at, "PatchBaseline", physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the patch groups away, and delete a patch baseline."""
        ssm = at.client("ssm")
        for group in at.known.get("PatchGroups", ()):
            ssm.deregister_patch_baseline_for_patch_group(BaselineId=physical_id, PatchGroup=group)
        ssm.delete_patch_baseline(BaselineId=physical_id)
