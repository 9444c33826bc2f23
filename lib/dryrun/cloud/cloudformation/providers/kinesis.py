"""AWS::Kinesis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.found import difference, in_order, lookup

_DAY = 24
"""Hours that records are kept: "CreateStream", Kinesis Data Streams API Reference."""


class Stream(Provider):
    """A stream; its physical id is its name."""

    type = "AWS::Kinesis::Stream"
    handled = frozenset(
        {
            "DesiredShardLevelMetrics",
            "Name",
            "RetentionPeriodHours",
            "ShardCount",
            "StreamEncryption",
            "StreamModeDetails",
            "Tags",
        }
    )
    name_property = "Name"
    seconds = Seconds(create=40, update=40, delete=40)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the stream."""
        kinesis = at.client("kinesis")
        name = str(properties.get("Name") or at.name(128))
        shards = {} if _on_demand(properties) else {"ShardCount": properties.get("ShardCount", 1)}
        kinesis.create_stream(StreamName=name, **shards, **pick(properties, "StreamModeDetails"))
        self._tune(kinesis, name, {}, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the stream."""
        kinesis = at.client("kinesis")
        with lookup(self.type, physical_id):
            answer = kinesis.describe_stream_summary(StreamName=physical_id)
        found = answer["StreamDescriptionSummary"]
        shown = {
            **pick(found, "RetentionPeriodHours", "StreamModeDetails", Arn="StreamARN"),
            "DesiredShardLevelMetrics": in_order(
                sorted(found["EnhancedMonitoring"][0]["ShardLevelMetrics"]),
                at.known.get("DesiredShardLevelMetrics"),
            ),
            "Name": found["StreamName"],
            "Tags": tag_list(_proper(kinesis, physical_id)),
        }
        if not _on_demand(shown):
            shown["ShardCount"] = found["OpenShardCount"]
        if found.get("EncryptionType") == "KMS":
            shown["StreamEncryption"] = pick(found, "EncryptionType", "KeyId")
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change mode, shards, retention, encryption, metrics and tags."""
        kinesis = at.client("kinesis")
        if _on_demand(old) != _on_demand(new):
            kinesis.update_stream_mode(
                StreamARN=at.arn("kinesis", f"stream/{physical_id}"),
                StreamModeDetails=new.get("StreamModeDetails", {"StreamMode": "PROVISIONED"}),
            )
        if changed(old, new, "ShardCount") and not _on_demand(new):
            kinesis.update_shard_count(
                StreamName=physical_id,
                TargetShardCount=new.get("ShardCount", 1),
                ScalingType="UNIFORM_SCALING",
            )
        self._tune(kinesis, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the stream with its consumers."""
        at.client("kinesis").delete_stream(StreamName=physical_id, EnforceConsumerDeletion=True)

    def _tune(self, kinesis: Any, name: str, old: Properties, new: Properties) -> None:
        self._retain(kinesis, name, old, new)
        self._encrypt(kinesis, name, old, new)
        on, off = difference(
            old.get("DesiredShardLevelMetrics"), new.get("DesiredShardLevelMetrics")
        )
        if on:
            kinesis.enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=on)
        if off:
            kinesis.disable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=off)
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            kinesis.add_tags_to_stream(StreamName=name, Tags=tags)
        if untagged:
            kinesis.remove_tags_from_stream(StreamName=name, TagKeys=untagged)

    def _retain(self, kinesis: Any, name: str, old: Properties, new: Properties) -> None:
        before = old.get("RetentionPeriodHours", _DAY)
        after = new.get("RetentionPeriodHours", _DAY)
        if after > before:
            kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=after)
        elif after < before:
            kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=after)

    def _encrypt(self, kinesis: Any, name: str, old: Properties, new: Properties) -> None:
        before, after = old.get("StreamEncryption"), new.get("StreamEncryption")
        if before and before != after:
            kinesis.stop_stream_encryption(StreamName=name, **before)
        if after and before != after:
            kinesis.start_stream_encryption(StreamName=name, **after)


class StreamConsumer(Provider):
    """A consumer with a throughput of its own; its physical id is its ARN."""

    type = "AWS::Kinesis::StreamConsumer"
    handled = frozenset({"ConsumerName", "StreamARN"})
    harmless: ClassVar[Mapping[str, str]] = {
        "Tags": "the simulated Kinesis keeps no tags of consumers"
    }
    name_property = "ConsumerName"
    seconds = Seconds(create=20, update=5, delete=20)

    def create(self, at: Context, properties: Properties) -> str:
        """Register the consumer."""
        kinesis = at.client("kinesis")
        # A stream that is not there is refused before anything is made.
        kinesis.describe_stream_summary(**pick(properties, "StreamARN"))
        made = kinesis.register_stream_consumer(**pick(properties, "ConsumerName", "StreamARN"))
        return str(made["Consumer"]["ConsumerARN"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the consumer."""
        with lookup(self.type, physical_id):
            answer = at.client("kinesis").describe_stream_consumer(ConsumerARN=physical_id)
        found = answer["ConsumerDescription"]
        moment = int(found["ConsumerCreationTimestamp"].timestamp())
        return {
            **pick(found, "ConsumerARN", "ConsumerName", "ConsumerStatus", "StreamARN"),
            "ConsumerCreationTimestamp": str(moment),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever a consumer has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Deregister the consumer."""
        at.client("kinesis").deregister_stream_consumer(ConsumerARN=physical_id)


def _on_demand(properties: Properties) -> bool:
    return (properties.get("StreamModeDetails") or {}).get("StreamMode") == "ON_DEMAND"


def _proper(kinesis: Any, name: str) -> dict[str, str]:
    return tag_map(kinesis.list_tags_for_stream(StreamName=name).get("Tags"))
