"""AWS::Timestream: databases and tables."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_QUICK = Seconds(create=5, update=5, delete=5)


class Database(Declared):
    """A database; its physical id is its name."""

    type = "AWS::Timestream::Database"
    handled = frozenset({"DatabaseName", "KmsKeyId", "Tags"})
    service = "timestream-write"
    name_property, named = "DatabaseName", 256
    seconds = _QUICK
    creates, reads = "create_database", "describe_database"
    updates, deletes = "update_database", "delete_database"
    key, item = "DatabaseName", "Database"
    tagging = Tagging("Arn", key="ResourceARN", plain=True)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the database."""
        if "KmsKeyId" not in at.known:
            shown.pop("KmsKeyId", None)
        return shown


class Table(Declared):
    """A table; its physical id is its database's name and its own."""

    type = "AWS::Timestream::Table"
    handled = frozenset(
        {
            "DatabaseName",
            "MagneticStoreWriteProperties",
            "RetentionProperties",
            "Schema",
            "TableName",
            "Tags",
        }
    )
    service = "timestream-write"
    name_property, named = "TableName", 256
    seconds = _QUICK
    written = frozenset({"MagneticStoreWriteProperties", "Schema"})
    creates, reads = "create_table", "describe_table"
    updates, deletes = "update_table", "delete_table"
    key, item = "TableName", "Table"
    answered = {"Name": "TableName"}
    tagging = Tagging("Arn", key="ResourceARN", plain=True)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the table."""
        return f"{properties['DatabaseName']}|{super().create(at, properties)}"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the retention as text, as the schema has it."""
        retention = shown.get("RetentionProperties") or {}
        shown["RetentionProperties"] = {name: str(value) for name, value in retention.items()}
        return shown

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        database, _, table = physical_id.partition("|")
        return {"DatabaseName": database, "TableName": table}
