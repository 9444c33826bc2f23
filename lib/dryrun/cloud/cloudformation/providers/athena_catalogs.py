"""AWS::Athena: catalogs of data and prepared statements."""

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
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import without

_QUICK = Seconds(create=3, update=3, delete=3)


class DataCatalog(Provider):
    """A catalog; its physical id is its name."""

    type = "AWS::Athena::DataCatalog"
    _GIVEN = ("Name", "Type", "Description", "Parameters")
    handled = frozenset({*_GIVEN, "Tags"})
    name_property = "Name"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the catalog."""
        name = str(properties["Name"])
        if name in self._kept(at):
            raise ResourceError(f"DataCatalog {name} has already been created", "AlreadyExists")
        tags = tag_list(properties.get("Tags"))
        at.client("athena").create_data_catalog(**pick(properties, *self._GIVEN), Tags=tags)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the catalog."""
        if physical_id not in self._kept(at):
            raise GoneError(self.type, physical_id)
        athena = at.client("athena")
        found = athena.get_data_catalog(Name=physical_id)["DataCatalog"]
        tags = athena.list_tags_for_resource(ResourceARN=self._arn(at, physical_id)).get("Tags")
        return {**without(pick(found, *self._GIVEN)), "Tags": tag_list(tags)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the catalog, for which moto has no call."""
        kept = self._kept(at)[physical_id]
        kept.type, kept.description = new["Type"], new.get("Description")
        kept.parameters = new.get("Parameters")
        athena, arn = at.client("athena"), self._arn(at, physical_id)
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            athena.tag_resource(ResourceARN=arn, Tags=tag_list(tags))
        if gone:
            athena.untag_resource(ResourceARN=arn, TagKeys=gone)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the catalog, for which moto has no call."""
        if self._kept(at).pop(physical_id, None) is None:
            raise GoneError(self.type, physical_id)

    def _kept(self, at: Context) -> Any:
        return _backend(at).data_catalogs

    def _arn(self, at: Context, name: str) -> str:
        return at.arn("athena", f"datacatalog/{name}")


class PreparedStatement(Provider):
    """A statement with parameters; its physical id is its name."""

    type = "AWS::Athena::PreparedStatement"
    _GIVEN = ("StatementName", "WorkGroup", "QueryStatement", "Description")
    handled = frozenset(_GIVEN)
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Prepare the statement."""
        at.client("athena").create_prepared_statement(**pick(properties, *self._GIVEN))
        return str(properties["StatementName"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the statement."""
        kept = _backend(at).prepared_statements.get(physical_id)
        if kept is None:
            raise GoneError(self.type, physical_id)
        group = at.known.get("WorkGroup") or kept.workgroup
        found = at.client("athena").get_prepared_statement(
            StatementName=physical_id, WorkGroup=getattr(group, "name", group)
        )
        shown = pick(found["PreparedStatement"], *self._GIVEN, WorkGroup="WorkGroupName")
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Prepare the statement anew."""
        self.create(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the statement, for which moto has no call."""
        if _backend(at).prepared_statements.pop(physical_id, None) is None:
            raise GoneError(self.type, physical_id)


def _backend(at: Context) -> Any:
    return athena_backends[at.account][at.region]
