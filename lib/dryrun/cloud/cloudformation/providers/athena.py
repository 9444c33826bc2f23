"""AWS::Athena."""

from __future__ import annotations

from typing import Any

from moto.athena.models import athena_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import to_api
from dryrun.cloud.cloudformation.providers.found import without

_QUICK = Seconds(create=3, update=3, delete=3)


class WorkGroup(Provider):
    """A work group; its physical id is its name."""

    type = "AWS::Athena::WorkGroup"
    handled = frozenset(
        {
            "Description",
            "Name",
            "RecursiveDeleteOption",
            "State",
            "Tags",
            "WorkGroupConfiguration",
        }
    )
    name_property = "Name"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the work group."""
        athena = at.client("athena")
        model = athena.meta.service_model.operation_model("CreateWorkGroup")
        given = to_api(
            model.input_shape.members["Configuration"],
            properties.get("WorkGroupConfiguration") or {},
        )
        athena.create_work_group(
            Configuration=given,
            Tags=tag_list(properties.get("Tags")),
            **pick(properties, "Description", "Name"),
        )
        name = str(properties["Name"])
        # Only UpdateWorkGroup, which moto has not, sets the state.
        _backend(at).work_groups[name].state = properties.get("State", "ENABLED")
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the work group."""
        athena = at.client("athena")
        found = athena.get_work_group(WorkGroup=physical_id).get("WorkGroup")
        if not found:
            raise GoneError(self.type, physical_id)
        arn = at.arn("athena", f"workgroup/{physical_id}")
        tags = athena.list_tags_for_resource(ResourceARN=arn).get("Tags")
        return {
            **pick(found, "Description", "Name", "State", WorkGroupConfiguration="Configuration"),
            **pick(at.known, "RecursiveDeleteOption"),
            "CreationTime": str(int(found["CreationTime"].timestamp())),
            "Tags": tag_list(tags),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the work group, made anew in its place, for which moto has no call."""
        if changed(old, new, "Description", "State", "WorkGroupConfiguration"):
            groups = _backend(at).work_groups
            former = groups.pop(physical_id)
            try:
                self.create(at, {**new, "Name": physical_id})
            except Exception:
                groups[physical_id] = former
                raise
        athena, arn = at.client("athena"), at.arn("athena", f"workgroup/{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            athena.tag_resource(ResourceARN=arn, Tags=tag_list(tags))
        if untagged:
            athena.untag_resource(ResourceARN=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the work group; queries keep it unless it is to be emptied."""
        queries: Any = _backend(at).named_queries
        within = [key for key, one in queries.items() if one.workgroup.name == physical_id]
        if within and not at.known.get("RecursiveDeleteOption"):
            raise ResourceError(f"WorkGroup {physical_id} is not empty")
        for key in within:
            del queries[key]
        at.client("athena").delete_work_group(
            WorkGroup=physical_id,
            RecursiveDeleteOption=bool(at.known.get("RecursiveDeleteOption")),
        )


class NamedQuery(Provider):
    """A query that is kept; its physical id is its id."""

    type = "AWS::Athena::NamedQuery"
    _GIVEN = ("Database", "Description", "Name", "QueryString", "WorkGroup")
    handled = frozenset(_GIVEN)
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Keep the query."""
        made = at.client("athena").create_named_query(
            **{"Name": at.name(128), "WorkGroup": "primary", **properties}
        )
        return str(made["NamedQueryId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the query."""
        if physical_id not in self._kept(at):
            raise GoneError(self.type, physical_id)
        found = at.client("athena").get_named_query(NamedQueryId=physical_id)["NamedQuery"]
        return without(pick(found, *self._GIVEN, "NamedQueryId"))

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever a query has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the query, for which moto has no call."""
        if self._kept(at).pop(physical_id, None) is None:
            raise GoneError(self.type, physical_id)

    def _kept(self, at: Context) -> Any:
        return _backend(at).named_queries


def _backend(at: Context) -> Any:
    return athena_backends[at.account][at.region]
