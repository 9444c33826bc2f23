"""AWS::DynamoDB::GlobalTable with its one replica in the stack's own Region."""

from __future__ import annotations

from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers import dynamodb_scaling as scaling
from dryrun.cloud.cloudformation.providers.base import Context, Properties, pick
from dryrun.cloud.cloudformation.providers.dynamodb import Table

_SAME = (
    "AttributeDefinitions",
    "BillingMode",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
    "TableName",
    "TimeToLiveSpecification",
    "WarmThroughput",
)
_OF_REPLICA = (
    "DeletionProtectionEnabled",
    "KinesisStreamSpecification",
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "TableClass",
    "Tags",
)
_OF_NO_ACCOUNT = (
    "ContributorInsightsSpecification",
    "GlobalSecondaryIndexes",
    "ReadOnDemandThroughputSettings",
    "Region",
    "SSESpecification",
    "ReadProvisionedThroughputSettings",
)
"""What a replica may say that changes nothing a lab could see, or is told elsewhere."""


class GlobalTable(Table):
    """A global table; its physical id is its name."""

    type = "AWS::DynamoDB::GlobalTable"
    handled = frozenset(
        {
            "GlobalSecondaryIndexes",
            "ReadProvisionedThroughputSettings",
            "Replicas",
            "SSESpecification",
            "WriteProvisionedThroughputSettings",
            *_SAME,
        }
    )
    harmless: ClassVar = {
        "ReadOnDemandThroughputSettings": "it is a ceiling on throughput",
        "WriteOnDemandThroughputSettings": "it is a ceiling on throughput",
    }

    def refuse(self, properties: Properties) -> str | None:
        """Name what a table of one Region is not."""
        if len(properties.get("Replicas", ())) > 1:
            return "more than one of Replicas"
        for replica in properties.get("Replicas", ()):
            for name in replica:
                if name not in _OF_REPLICA and name not in _OF_NO_ACCOUNT:
                    return f"the property Replicas.{name}"
        return super().refuse(properties)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the table of the one replica."""
        name = super().create(at, _plain(properties))
        if _is_provisioned(properties):
            scaling.settle(at, name, {}, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the table as a global table with one replica."""
        known = at.known
        at.known = _plain(known)
        try:
            found = super().read(at, physical_id)
        finally:
            at.known = known
        replica = {"Region": at.region}
        for earlier in known.get("Replicas", ()):
            replica |= pick(earlier, *_OF_NO_ACCOUNT)
            replica |= {name: found[name] for name in _OF_REPLICA if name in found}
        shown = pick(
            found, "Arn", "StreamArn", "GlobalSecondaryIndexes", "SSESpecification", *_SAME
        )
        shown["Replicas"] = [replica]
        if found["BillingMode"] == "PROVISIONED":
            _show_throughput(at, found, shown, known)
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the table of the one replica."""
        super().update(at, physical_id, _plain(old), _plain(new))
        scaling.settle(
            at,
            physical_id,
            old if _is_provisioned(old) else {},
            new if _is_provisioned(new) else {},
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the table, and what scales it."""
        if _is_provisioned(at.known):
            scaling.settle(at, physical_id, at.known, {})
        super().delete(at, physical_id)


def _is_provisioned(properties: Properties) -> bool:
    return bool(properties.get("BillingMode", "PROVISIONED") == "PROVISIONED")


def _plain(properties: Properties) -> Properties:
    """Return the properties of the table that the one replica is."""
    made: dict[str, Any] = pick(properties, "GlobalSecondaryIndexes", "SSESpecification", *_SAME)
    for replica in properties.get("Replicas", ()):
        made |= pick(replica, *_OF_REPLICA)
        made.setdefault("SSESpecification", None)
        key = replica.get("SSESpecification", {}).get("KMSMasterKeyId")
        if made["SSESpecification"] is None:
            del made["SSESpecification"]
        elif key:
            made["SSESpecification"] = {**made["SSESpecification"], "KMSMasterKeyId": key}
    if properties and _is_provisioned(properties):
        (_, table, replica), *indexes = scaling.parts(properties)
        own = scaling.throughput(table, replica)
        made["ProvisionedThroughput"] = own
        if indexes:
            made["GlobalSecondaryIndexes"] = [
                {**index, "ProvisionedThroughput": {**own, **scaling.throughput(index, here)}}
                for _, index, here in indexes
            ]
    return made


def _show_throughput(at: Context, found: Properties, shown: Properties, known: Properties) -> None:
    """Put capacities where the template has them."""
    units = {"": found.get("ProvisionedThroughput", {})}
    shown["GlobalSecondaryIndexes"] = []
    for index in found.get("GlobalSecondaryIndexes", ()):
        units[index["IndexName"]] = index["ProvisionedThroughput"]
        left = {name: index[name] for name in index if name != "ProvisionedThroughput"}
        shown["GlobalSecondaryIndexes"].append(left)
    if not shown["GlobalSecondaryIndexes"]:
        del shown["GlobalSecondaryIndexes"]
    replica = shown["Replicas"][0]
    if "GlobalSecondaryIndexes" in replica:
        replica["GlobalSecondaryIndexes"] = [dict(one) for one in replica["GlobalSecondaryIndexes"]]
    for index_name, table, here in scaling.parts(known):
        places = ((table, _place(shown, index_name)), (here, _place(replica, index_name)))
        for given, place in places:
            for kind in scaling.KINDS:
                name = scaling.settings(kind)
                if name in given and place is not None and index_name in units:
                    capacity = units[index_name].get(f"{kind}CapacityUnits")
                    place[name] = scaling.shown(
                        at, found["TableName"], index_name, kind, given[name], capacity
                    )


def _place(holder: Properties, index_name: str) -> Properties | None:
    if not index_name:
        return holder
    indexes = holder.get("GlobalSecondaryIndexes", ())
    return next((one for one in indexes if one["IndexName"] == index_name), None)
