"""AWS::CodePipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import lookup, without


class Pipeline(Provider):
    """A pipeline; its physical id is its name."""

    type = "AWS::CodePipeline::Pipeline"
    handled = frozenset(
        {
            "ArtifactStore",
            "ArtifactStores",
            "ExecutionMode",
            "Name",
            "PipelineType",
            "RoleArn",
            "Stages",
            "Tags",
            "Triggers",
            "Variables",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "RestartExecutionOnUpdate": "no execution runs while a pipeline is changed here"
    }
    name_property = "Name"
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the pipeline."""
        name = str(properties.get("Name") or at.name(100))
        at.client("codepipeline").create_pipeline(
            pipeline=self._declaration(at, name, properties), tags=_lower(_own(properties))
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the pipeline."""
        pipelines = at.client("codepipeline")
        with lookup(self.type, physical_id):
            found = pipelines.get_pipeline(name=physical_id)
        shape = pipelines.meta.service_model.operation_model("GetPipeline").output_shape
        shown = from_api(self.type, shape.members["pipeline"], found["pipeline"])
        arn = found["metadata"]["pipelineArn"]
        tags = pipelines.list_tags_for_resource(resourceArn=arn)["tags"]
        stores = shown.pop("ArtifactStores", None) or {}
        shown = {
            **pick(shown, *sorted(self.handled)),
            "Arn": arn,
            "Tags": tag_list({tag["key"]: tag["value"] for tag in tags}),
            "Version": str(found["pipeline"]["version"]),
        }
        if stores:
            rows = [{"Region": name, "ArtifactStore": store} for name, store in stores.items()]
            shown["ArtifactStores"] = rows
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the pipeline as a whole."""
        pipelines = at.client("codepipeline")
        before, after = ({**one, "Tags": None} for one in (old, new))
        if before != after:
            pipelines.update_pipeline(pipeline=self._declaration(at, physical_id, new))
        arn = at.arn("codepipeline", physical_id)
        tags, untagged = tag_changes(_own(old), _own(new))
        if tags:
            pipelines.tag_resource(resourceArn=arn, tags=_lower(tags))
        if untagged:
            pipelines.untag_resource(resourceArn=arn, tagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the pipeline."""
        at.client("codepipeline").delete_pipeline(name=physical_id)

    def _declaration(self, at: Context, name: str, properties: Properties) -> dict[str, Any]:
        model = at.client("codepipeline").meta.service_model.operation_model("CreatePipeline")
        shape = model.input_shape.members["pipeline"]
        given = pick(properties, *sorted(self.handled - {"ArtifactStores", "Tags"}))
        made: dict[str, Any] = to_api(shape, {**given, "Name": name})
        stores = properties.get("ArtifactStores")
        if stores:
            member = shape.members["artifactStores"].value
            made["artifactStores"] = {
                row["Region"]: to_api(member, row["ArtifactStore"]) for row in stores
            }
        return made


def _own(properties: Properties) -> dict[str, str]:
    """Return the tags without AWS's own, which moto takes from nobody."""
    tags = tag_map(properties.get("Tags"))
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def _lower(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]
