"""AWS::DynamoDB: tables of one Region."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
)

_INDEX = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "WarmThroughput")
_MADE_WITH = (
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
    "TableClass",
    "Tags",
    "WarmThroughput",
)
_CEILING = "it is a ceiling on throughput that nothing in a lab reaches"
_GRAPHS = "it adds graphs of the keys most used, which no call shows here"


class Table(Provider):
    """A table; its physical id is its name."""

    type = "AWS::DynamoDB::Table"
    handled = frozenset(
        {
            "GlobalSecondaryIndexes",
            "KinesisStreamSpecification",
            "PointInTimeRecoverySpecification",
            "ResourcePolicy",
            "SSESpecification",
            "StreamSpecification",
            "TableName",
            "TimeToLiveSpecification",
            *_MADE_WITH,
        }
    )
    harmless: ClassVar = {
        "ContributorInsightsSpecification": _GRAPHS,
        "OnDemandThroughput": _CEILING,
    }
    name_property = "TableName"
    seconds = Seconds(create=30, update=40, delete=20)

    def refuse(self, properties: Properties) -> str | None:
        """Name what tables here would forget."""
        if "ResourcePolicy" in properties.get("StreamSpecification", {}):
            return "the property StreamSpecification.ResourcePolicy"
        return None

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Tell what the schema does not: keys and their types are for ever.

        "AWS::DynamoDB::Table", CloudFormation Template Reference.
        """
        if path[0] in ("KeySchema", "LocalSecondaryIndexes"):
            return True
        if path[0] == "AttributeDefinitions":
            before, after = _types(old), _types(new)
            return any(after.get(name, kind) != kind for name, kind in before.items())
        return None

    def create(self, at: Context, properties: Properties) -> str:
        """Create a table."""
        name = str(properties.get("TableName") or at.name(255))
        wanted = pick(properties, *_MADE_WITH)
        if stream := properties.get("StreamSpecification"):
            wanted["StreamSpecification"] = _stream(stream)
        if encryption := properties.get("SSESpecification"):
            wanted["SSESpecification"] = _encryption(encryption)
        if indexes := properties.get("GlobalSecondaryIndexes"):
            wanted["GlobalSecondaryIndexes"] = [pick(one, *_INDEX) for one in indexes]
        at.client("dynamodb").create_table(TableName=name, **wanted)
        self._settle(at, name, {}, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a table."""
        dynamodb = at.client("dynamodb")
        try:
            table = dynamodb.describe_table(TableName=physical_id)["Table"]
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        found = _described(table, at.known)
        arn = table["TableArn"]
        if tags := dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]:
            found["Tags"] = tags
        found |= self._read_aside(at, physical_id, arn)
        return found

    def _read_aside(self, at: Context, name: str, arn: str) -> Properties:
        """Read what calls other than the table's own tell."""
        dynamodb, found = at.client("dynamodb"), {}
        ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if "AttributeName" in ttl or "TimeToLiveSpecification" in at.known:
            enabled = ttl["TimeToLiveStatus"] == "ENABLED"
            found["TimeToLiveSpecification"] = {"Enabled": enabled, **pick(ttl, "AttributeName")}
        if known := at.known.get("PointInTimeRecoverySpecification"):
            backups = dynamodb.describe_continuous_backups(TableName=name)
            state = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
            on = state["PointInTimeRecoveryStatus"] == "ENABLED"
            found["PointInTimeRecoverySpecification"] = {**known, "PointInTimeRecoveryEnabled": on}
        found |= _outlet(dynamodb, name, at.known)
        if "ResourcePolicy" in at.known:
            try:
                policy = dynamodb.get_resource_policy(ResourceArn=arn)["Policy"]
            except ClientError:
                return found
            found["ResourcePolicy"] = {"PolicyDocument": json.loads(policy)}
        return found

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; one index at a time, as DynamoDB has it."""
        if changed(old, new, "SSESpecification"):
            raise NotSimulatedError(
                "Dry Run does not simulate changes of SSESpecification of "
                f"{self.type}; real AWS would carry it out."
            )
        wanted = _changes(old, new)
        if indexes := _index_changes(old, new):
            wanted["GlobalSecondaryIndexUpdates"] = indexes
            wanted["AttributeDefinitions"] = new.get("AttributeDefinitions", [])
        if wanted:
            at.client("dynamodb").update_table(TableName=physical_id, **wanted)
        self._settle(at, physical_id, old, new)

    def _settle(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        """Bring about what CreateTable and UpdateTable do not."""
        dynamodb, arn = at.client("dynamodb"), at.arn("dynamodb", f"table/{name}")
        before, after = old.get("TimeToLiveSpecification"), new.get("TimeToLiveSpecification")
        if before != after and (before or after):
            spec = after or {**(before or {}), "Enabled": False}
            if spec.get("Enabled") or before:
                spec = {"AttributeName": (before or {}).get("AttributeName"), **spec}
                dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=spec)
        _settle_recovery(dynamodb, name, old, new)
        _settle_outlet(dynamodb, name, old, new)
        before, after = old.get("ResourcePolicy"), new.get("ResourcePolicy")
        if after and before != after:
            policy = json.dumps(after["PolicyDocument"])
            dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy)
        elif before and not after:
            dynamodb.delete_resource_policy(ResourceArn=arn)
        if old:
            tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
            if tags:
                pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
                dynamodb.tag_resource(ResourceArn=arn, Tags=pairs)
            if untagged:
                dynamodb.untag_resource(ResourceArn=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a table."""
        at.client("dynamodb").delete_table(TableName=physical_id)


def _types(properties: Properties) -> dict[str, str]:
    found = properties.get("AttributeDefinitions", ())
    return {one["AttributeName"]: one["AttributeType"] for one in found}


def _stream(value: Properties) -> Properties:
    return {"StreamEnabled": True, "StreamViewType": value["StreamViewType"]}


def _encryption(value: Properties) -> Properties:
    return pick(value, "SSEType", "KMSMasterKeyId", Enabled="SSEEnabled")


def _settle_recovery(dynamodb: Any, name: str, old: Properties, new: Properties) -> None:
    key = "PointInTimeRecoverySpecification"
    before = bool(old.get(key, {}).get("PointInTimeRecoveryEnabled"))
    after = bool(new.get(key, {}).get("PointInTimeRecoveryEnabled"))
    if before != after:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": after}
        )


def _settle_outlet(dynamodb: Any, name: str, old: Properties, new: Properties) -> None:
    """Let the changes of items go into the data stream that is named now."""
    before = old.get("KinesisStreamSpecification") or {}
    after = new.get("KinesisStreamSpecification") or {}
    if before == after:
        return
    if before.get("StreamArn") and before["StreamArn"] != after.get("StreamArn"):
        dynamodb.disable_kinesis_streaming_destination(
            TableName=name, StreamArn=before["StreamArn"]
        )
    if after and after["StreamArn"] != before.get("StreamArn"):
        precise = pick(after, "ApproximateCreationDateTimePrecision")
        config = {"EnableKinesisStreamingConfiguration": precise} if precise else {}
        dynamodb.enable_kinesis_streaming_destination(
            TableName=name, StreamArn=after["StreamArn"], **config
        )
    elif after:
        wanted = after.get("ApproximateCreationDateTimePrecision", "MILLISECOND")
        dynamodb.update_kinesis_streaming_destination(
            TableName=name,
            StreamArn=after["StreamArn"],
            UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": wanted},
        )


def _outlet(dynamodb: Any, name: str, known: Properties) -> Properties:
    """Return where the changes of items go, as the schema has it."""
    found = dynamodb.describe_kinesis_streaming_destination(TableName=name)
    for one in found["KinesisDataStreamDestinations"]:
        if one["DestinationStatus"] == "ACTIVE":
            asked = known.get("KinesisStreamSpecification") or {}
            names = ["StreamArn", *(name for name in asked if name != "StreamArn")]
            return {"KinesisStreamSpecification": pick(one, *names)}
    return {}


def _changes(old: Properties, new: Properties) -> dict[str, Any]:
    """Return what UpdateTable is asked beside changes of indexes."""
    wanted: dict[str, Any] = {}
    if changed(old, new, "BillingMode"):
        wanted["BillingMode"] = new.get("BillingMode", "PROVISIONED")
    if changed(old, new, "DeletionProtectionEnabled"):
        wanted["DeletionProtectionEnabled"] = new.get("DeletionProtectionEnabled", False)
    if changed(old, new, "TableClass"):
        wanted["TableClass"] = new.get("TableClass", "STANDARD")
    for name in ("ProvisionedThroughput", "WarmThroughput"):
        if name in new and changed(old, new, name):
            wanted[name] = new[name]
    before, after = old.get("StreamSpecification"), new.get("StreamSpecification")
    if before != after:
        if before and after:
            raise NotSimulatedError(
                "Dry Run does not simulate changes of StreamSpecification of "
                "AWS::DynamoDB::Table; real AWS would carry it out."
            )
        wanted["StreamSpecification"] = _stream(after) if after else {"StreamEnabled": False}
    return wanted


def _index_changes(old: Properties, new: Properties) -> list[dict[str, Any]]:
    """Return the change of an index, refusing what DynamoDB refuses.

    "UpdateTable", DynamoDB API Reference: one index is made or deleted at a time.
    """
    before = {one["IndexName"]: one for one in old.get("GlobalSecondaryIndexes", ())}
    after = {one["IndexName"]: one for one in new.get("GlobalSecondaryIndexes", ())}
    made = [one for name, one in after.items() if name not in before]
    gone = [name for name in before if name not in after]
    if len(made) + len(gone) > 1:
        raise ResourceError(
            "Cannot perform more than one GSI creation or deletion in a single update"
        )
    for name, one in after.items():
        if name in before and changed(before[name], one, "KeySchema", "Projection"):
            raise ResourceError(
                "Cannot update GSI's properties other than Provisioned Throughput and "
                "Contributor Insights Specification. You can create a new GSI with a "
                "different name."
            )
    found: list[dict[str, Any]] = [{"Create": pick(one, *_INDEX)} for one in made]
    found.extend({"Delete": {"IndexName": name}} for name in gone)
    for name, one in after.items():
        if name in before and changed(before[name], one, "ProvisionedThroughput", "WarmThroughput"):
            changes = pick(one, "IndexName", "ProvisionedThroughput", "WarmThroughput")
            found.append({"Update": changes})
    return found


def _described(table: dict[str, Any], known: Properties) -> Properties:
    """Return what DescribeTable tells, in the schema's shape."""
    billing = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    found: Properties = {
        "TableName": table["TableName"],
        "Arn": table["TableArn"],
        "BillingMode": billing,
        "AttributeDefinitions": _as_written(table["AttributeDefinitions"], known),
        **pick(table, "KeySchema", "DeletionProtectionEnabled"),
        **pick(table.get("TableClassSummary", {}), "TableClass"),
    }
    if "LatestStreamArn" in table:
        found["StreamArn"] = table["LatestStreamArn"]
    if "StreamSpecification" in table:
        found["StreamSpecification"] = pick(table["StreamSpecification"], "StreamViewType")
    if billing == "PROVISIONED":
        found["ProvisionedThroughput"] = _throughput(table)
    if "WarmThroughput" in known:
        found["WarmThroughput"] = pick(
            table["WarmThroughput"], *("ReadUnitsPerSecond", "WriteUnitsPerSecond")
        )
    if encryption := _encrypted(table, known.get("SSESpecification")):
        found["SSESpecification"] = encryption
    for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if table.get(name):
            earlier = {one["IndexName"]: one for one in known.get(name, ())}
            found[name] = [
                _index(one, earlier.get(one["IndexName"], {}), billing) for one in table[name]
            ]
    return found


def _as_written(attributes: list[Properties], known: Properties) -> list[Properties]:
    """Return attributes in the order of the template, where it names the same ones."""
    written = [one["AttributeName"] for one in known.get("AttributeDefinitions", ())]
    if sorted(written) != sorted(one["AttributeName"] for one in attributes):
        return attributes
    return sorted(attributes, key=lambda one: written.index(one["AttributeName"]))


def _throughput(table: dict[str, Any]) -> dict[str, Any]:
    return pick(table["ProvisionedThroughput"], "ReadCapacityUnits", "WriteCapacityUnits")


def _index(one: dict[str, Any], known: Properties, billing: str) -> Properties:
    found = pick(one, "IndexName", "KeySchema", "Projection")
    if "ProvisionedThroughput" in one and billing == "PROVISIONED":
        found["ProvisionedThroughput"] = _throughput(one)
    # What DescribeTable does not give back of an index changes nothing here.
    return {
        **pick(known, "ContributorInsightsSpecification", "OnDemandThroughput", "WarmThroughput"),
        **found,
    }


def _encrypted(table: dict[str, Any], known: Properties | None) -> Properties | None:
    state = table.get("SSEDescription")
    if not state:
        return {"SSEEnabled": False} if known and not known.get("SSEEnabled") else None
    found: Properties = {"SSEEnabled": True}
    if known and "SSEType" in known:
        found["SSEType"] = state["SSEType"]
    if known and "KMSMasterKeyId" in known:
        found["KMSMasterKeyId"] = state["KMSMasterKeyArn"]
    return found
