"""AWS::Pipes."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
    tag_changes,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import ignoring_absence, lookup, without

_CLEARED: dict[str, Any] = {
    "Description": "",
    "DesiredState": "RUNNING",
    "Enrichment": "",
    "EnrichmentParameters": {},
    "KmsKeyIdentifier": "",
    "LogConfiguration": {},
    "SourceParameters": {},
    "TargetParameters": {},
}
"""What a property goes back to; "UpdatePipe", EventBridge Pipes API Reference."""


class Pipe(Provider):
    """A pipe; its physical id is its name."""

    type = "AWS::Pipes::Pipe"
    handled = frozenset({*_CLEARED, "Name", "RoleArn", "Source", "Tags", "Target"})
    name_property = "Name"
    seconds = Seconds(create=30, update=60, delete=30)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the pipe."""
        name = str(properties.get("Name") or at.name(64))
        pipes = at.client("pipes")
        pipes.create_pipe(**self._request(at, "CreatePipe", {**properties, "Name": name}))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the pipe."""
        pipes = at.client("pipes")
        with lookup(self.type, physical_id):
            found = pipes.describe_pipe(Name=physical_id)
        if found["CurrentState"] == "DELETING":
            raise GoneError(self.type, physical_id)
        shape = pipes.meta.service_model.operation_model("DescribePipe").output_shape
        asked = ("Arn", "CreationTime", "CurrentState", "LastModifiedTime", "StateReason")
        shown = from_api(self.type, shape, pick(found, *sorted(self.handled), *asked))
        return without({**shown, "Tags": tag_map(found.get("Tags"))}, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the pipe."""
        pipes = at.client("pipes")
        cleared = {name: value for name, value in _CLEARED.items() if name in old}
        wanted = {**cleared, **new, "Name": physical_id}
        wanted.pop("Source")
        pipes.update_pipe(**self._request(at, "UpdatePipe", wanted))
        arn = at.arn("pipes", f"pipe/{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            pipes.tag_resource(resourceArn=arn, tags=tags)
        if untagged:
            pipes.untag_resource(resourceArn=arn, tagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the pipe."""
        at.client("pipes").delete_pipe(Name=physical_id)

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Wait until the pipe runs, or stands still if that is wanted."""
        found = at.client("pipes").describe_pipe(Name=physical_id)
        if found["CurrentState"].endswith("_FAILED"):
            raise ResourceError(
                f"Resource of type '{self.type}' with identifier '{physical_id}' did not "
                f"stabilize. Status Reason is {found.get('StateReason', '')}",
                "NotStabilized",
            )
        return found["CurrentState"] in ("RUNNING", "STOPPED")

    def deleted(self, at: Context, physical_id: str) -> bool:
        """Wait until the pipe is gone."""
        with ignoring_absence():
            at.client("pipes").describe_pipe(Name=physical_id)
            return False
        return True

    def _request(self, at: Context, operation: str, properties: Properties) -> dict[str, Any]:
        model = at.client("pipes").meta.service_model.operation_model(operation)
        request: dict[str, Any] = to_api(model.input_shape, properties)
        return request
