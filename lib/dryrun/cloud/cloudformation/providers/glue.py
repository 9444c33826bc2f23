"""AWS::Glue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from moto.glue.models import glue_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_changes,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import to_api
from dryrun.cloud.cloudformation.providers.found import lookup, without

_QUICK = Seconds(create=3, update=3, delete=3)


class Database(Provider):
    """A database of the catalog; its physical id is its name."""

    type = "AWS::Glue::Database"
    handled = frozenset({"CatalogId", "DatabaseInput", "DatabaseName"})
    name_property = "DatabaseName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the database."""
        given = dict(properties["DatabaseInput"])
        name = str(properties.get("DatabaseName") or given.get("Name") or at.name(64, lower=True))
        at.client("glue").create_database(
            CatalogId=properties["CatalogId"], DatabaseInput={**given, "Name": name}
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the database."""
        with lookup(self.type, physical_id):
            found = at.client("glue").get_database(Name=physical_id)["Database"]
        names = ("CreateTableDefaultPermissions", "Description", "LocationUri", "Name")
        shown = without(pick(found, *names, "Parameters", "TargetDatabase"))
        return {
            "CatalogId": found["CatalogId"],
            "DatabaseInput": shown,
            "DatabaseName": physical_id,
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the database."""
        at.client("glue").update_database(
            Name=physical_id, DatabaseInput={**new["DatabaseInput"], "Name": physical_id}
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the database with its tables."""
        at.client("glue").delete_database(Name=physical_id)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse catalogs of others."""
        inner = properties.get("DatabaseInput") or {}
        return "the property FederatedDatabase" if "FederatedDatabase" in inner else None


class Table(Provider):
    """A table of the catalog; its physical id is its name."""

    type = "AWS::Glue::Table"
    handled = frozenset({"CatalogId", "DatabaseName", "Name", "TableInput"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the table."""
        given = dict(properties["TableInput"])
        name = str(given.get("Name") or properties.get("Name") or at.name(64, lower=True))
        at.client("glue").create_table(
            DatabaseName=properties["DatabaseName"], TableInput={**given, "Name": name}
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the table."""
        glue = at.client("glue")
        database = at.known.get("DatabaseName", "")
        with lookup(self.type, physical_id):
            found = glue.get_table(DatabaseName=database, Name=physical_id)["Table"]
        model = glue.meta.service_model.operation_model("CreateTable")
        names = sorted(model.input_shape.members["TableInput"].members)
        return {
            "CatalogId": at.known.get("CatalogId", at.account),
            "DatabaseName": database,
            "TableInput": without(pick(found, *names)),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Make another version of the table."""
        at.client("glue").update_table(
            DatabaseName=new["DatabaseName"],
            TableInput={**new["TableInput"], "Name": physical_id},
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the table."""
        at.client("glue").delete_table(
            DatabaseName=at.known.get("DatabaseName", ""), Name=physical_id
        )


class _Named(Provider):
    """Something created and read whole by its name, for whose change moto has no call."""

    kind: ClassVar[str]
    """What the API calls it."""
    read_by: ClassVar[str] = "Name"
    name_property = "Name"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create it."""
        glue = at.client("glue")
        name = str(properties.get("Name") or at.name(255))
        given = {**self.given(properties), "Name": name}
        model = glue.meta.service_model.operation_model(f"Create{self.kind.capitalize()}")
        request = to_api(model.input_shape, given)
        getattr(glue, f"create_{self.kind}")(**request)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read it."""
        glue = at.client("glue")
        with lookup(self.type, physical_id):
            found = getattr(glue, f"get_{self.kind}")(**{self.read_by: physical_id})
        shown = self.shown(found[self.kind.capitalize()])
        arn = at.arn("glue", f"{self.kind}/{physical_id}")
        tags = glue.get_tags(ResourceArn=arn).get("Tags")
        return without({**pick(shown, *sorted(self.handled)), "Tags": tag_map(tags)}, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Make it anew in its place, but for the tags."""
        glue = at.client("glue")
        if {**old, "Tags": None} != {**new, "Tags": None}:
            self._replace(at, physical_id, new)
        arn = at.arn("glue", f"{self.kind}/{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            glue.tag_resource(ResourceArn=arn, TagsToAdd=tags)
        if untagged:
            glue.untag_resource(ResourceArn=arn, TagsToRemove=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete it."""
        glue = at.client("glue")
        with lookup(self.type, physical_id):
            getattr(glue, f"get_{self.kind}")(**{self.read_by: physical_id})
        getattr(glue, f"delete_{self.kind}")(**{self.read_by: physical_id})

    def given(self, properties: Properties) -> Properties:
        """Return the properties as the API has them."""
        return dict(properties)

    def shown(self, found: Properties) -> Properties:
        """Return the answer as the schema has it."""
        return dict(found)

    def _replace(self, at: Context, physical_id: str, new: Properties) -> None:
        kept: dict[str, Any] = getattr(glue_backends[at.account][at.region], f"{self.kind}s")
        former = kept.pop(physical_id)
        try:
            self.create(at, {**new, "Name": physical_id})
        except Exception:
            kept[physical_id] = former
            raise


class Job(_Named):
    """A job; its physical id is its name."""

    type = "AWS::Glue::Job"
    kind, read_by = "job", "JobName"
    handled = frozenset(
        {
            "AllocatedCapacity",
            "Command",
            "Connections",
            "DefaultArguments",
            "Description",
            "ExecutionClass",
            "ExecutionProperty",
            "GlueVersion",
            "LogUri",
            "MaxCapacity",
            "MaxRetries",
            "Name",
            "NonOverridableArguments",
            "NotificationProperty",
            "NumberOfWorkers",
            "Role",
            "SecurityConfiguration",
            "Tags",
            "Timeout",
            "WorkerType",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "JobMode": "it says in which editor a job was made",
        "JobRunQueuingEnabled": "runs here never wait",
        "MaintenanceWindow": "nothing is maintained here",
    }


class Crawler(_Named):
    """A crawler; its physical id is its name."""

    type = "AWS::Glue::Crawler"
    kind = "crawler"
    handled = frozenset(
        {
            "Classifiers",
            "Configuration",
            "CrawlerSecurityConfiguration",
            "DatabaseName",
            "Description",
            "Name",
            "RecrawlPolicy",
            "Role",
            "Schedule",
            "SchemaChangePolicy",
            "TablePrefix",
            "Tags",
            "Targets",
        }
    )

    def given(self, properties: Properties) -> Properties:
        """Return the properties with the schedule as the API has it."""
        given = dict(properties)
        if "Schedule" in given:
            given["Schedule"] = given["Schedule"].get("ScheduleExpression")
        return given

    def shown(self, found: Properties) -> Properties:
        """Return the answer with the schedule as the schema has it."""
        schedule = found.get("Schedule") or {}
        return {**found, "Schedule": pick(schedule, "ScheduleExpression") or None}


class Trigger(_Named):
    """A trigger; its physical id is its name."""

    type = "AWS::Glue::Trigger"
    kind = "trigger"
    handled = frozenset(
        {
            "Actions",
            "Description",
            "EventBatchingCondition",
            "Name",
            "Predicate",
            "Schedule",
            "StartOnCreation",
            "Tags",
            "Type",
            "WorkflowName",
        }
    )

    def shown(self, found: Properties) -> Properties:
        """Return the answer with whether the trigger has been started."""
        return {**found, "StartOnCreation": found["State"] == "ACTIVATED"}


class Connection(Provider):
    """A connection, which moto can neither change nor delete by a call; its id is its name."""

    type = "AWS::Glue::Connection"
    handled = frozenset({"CatalogId", "ConnectionInput", "Tags"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the connection."""
        glue = at.client("glue")
        given = {**properties["ConnectionInput"]}
        name = str(given.get("Name") or at.name(255))
        model = glue.meta.service_model.operation_model("CreateConnection")
        shape = model.input_shape.members["ConnectionInput"]
        glue.create_connection(
            ConnectionInput=to_api(shape, {**given, "Name": name}),
            Tags=tag_map(properties.get("Tags")),
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the connection."""
        glue = at.client("glue")
        with lookup(self.type, physical_id):
            found = glue.get_connection(Name=physical_id)["Connection"]
        arn = at.arn("glue", f"connection/{physical_id}")
        given = at.known.get("ConnectionInput") or {}
        return {
            "CatalogId": at.known.get("CatalogId", at.account),
            "ConnectionInput": without(
                {**pick(given, "ConnectionType"), **pick(found, *given), "Name": physical_id}
            ),
            "Name": physical_id,
            "Tags": tag_map(glue.get_tags(ResourceArn=arn).get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        if old["ConnectionInput"] != new["ConnectionInput"]:
            raise NotSimulatedError(
                f"Dry Run does not simulate changing the property ConnectionInput of {self.type}; "
                "real AWS would carry it out."
            )
        arn = at.arn("glue", f"connection/{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            at.client("glue").tag_resource(ResourceArn=arn, TagsToAdd=tags)
        if untagged:
            at.client("glue").untag_resource(ResourceArn=arn, TagsToRemove=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the connection."""
        with lookup(self.type, physical_id):
            at.client("glue").get_connection(Name=physical_id)
        kept: Any = glue_backends[at.account][at.region].connections
        kept.pop(physical_id)
