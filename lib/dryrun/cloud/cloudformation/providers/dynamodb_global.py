"""AWS::DynamoDB::GlobalTable with its one replica in the stack's own Region."""

from __future__ import annotations

from typing import Any, ClassVar

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
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "Tags",
)
_OF_NO_ACCOUNT = (
    "ContributorInsightsSpecification",
    "GlobalSecondaryIndexes",
    "ReadOnDemandThroughputSettings",
    "Region",
    "SSESpecification",
    "TableClass",
)
"""What a replica may say that changes nothing a lab could see, or is told elsewhere."""


class GlobalTable(Table):
    """A global table; its physical id is its name."""

    type = "AWS::DynamoDB::GlobalTable"
    handled = frozenset({"GlobalSecondaryIndexes", "Replicas", "SSESpecification", *_SAME})
    harmless: ClassVar = {
        "ReadOnDemandThroughputSettings": "it is a ceiling on throughput",
        "WriteOnDemandThroughputSettings": "it is a ceiling on throughput",
    }

    def refuse(self, properties: Properties) -> str | None:
        """Name what a table of one Region is not."""
        if len(properties.get("Replicas", ())) > 1:
            return "more than one of Replicas"
        if properties.get("BillingMode") != "PAY_PER_REQUEST":
            return "a BillingMode other than PAY_PER_REQUEST"
        for replica in properties.get("Replicas", ()):
            for name in replica:
                if name not in _OF_REPLICA and name not in _OF_NO_ACCOUNT:
                    return f"the property Replicas.{name}"
        return super().refuse(properties)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the table of the one replica."""
        return super().create(at, _plain(properties))

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
        return {**shown, "Replicas": [replica]}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the table of the one replica."""
        super().update(at, physical_id, _plain(old), _plain(new))


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
    return made
