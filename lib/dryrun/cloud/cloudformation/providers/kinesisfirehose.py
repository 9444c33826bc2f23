"""AWS::KinesisFirehose."""

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
from dryrun.cloud.cloudformation.providers.found import lookup, without

_DESTINATIONS = (
    "ExtendedS3DestinationConfiguration",
    "S3DestinationConfiguration",
    "AmazonopensearchserviceDestinationConfiguration",
    "ElasticsearchDestinationConfiguration",
    "RedshiftDestinationConfiguration",
    "SplunkDestinationConfiguration",
)
_DESCRIBED = {
    "S3BackupConfiguration": "S3BackupDescription",
    "S3Configuration": "S3DestinationDescription",
    "VpcConfiguration": "VpcConfigurationDescription",
}
"""What descriptions call otherwise than what creates and the template do."""
_NEVER_UPDATED = {
    "AmazonopensearchserviceDestinationConfiguration": ("S3BackupMode", "VpcConfiguration"),
    "ElasticsearchDestinationConfiguration": ("S3BackupMode", "VpcConfiguration"),
}


class DeliveryStream(Provider):
    """A delivery stream; its physical id is its name."""

    type = "AWS::KinesisFirehose::DeliveryStream"
    handled = frozenset(
        {
            *_DESTINATIONS,
            "DeliveryStreamEncryptionConfigurationInput",
            "DeliveryStreamName",
            "DeliveryStreamType",
            "KinesisStreamSourceConfiguration",
            "Tags",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "DirectPutSourceConfiguration": "a hint of how much will come changes nothing here"
    }
    name_property = "DeliveryStreamName"
    seconds = Seconds(create=70, update=30, delete=70)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the stream."""
        name = str(properties.get("DeliveryStreamName") or at.name(64))
        tags = tag_list(_own(properties))
        at.client("firehose").create_delivery_stream(
            DeliveryStreamName=name,
            **pick(properties, *_DESTINATIONS, "DeliveryStreamType"),
            **pick(properties, "DeliveryStreamEncryptionConfigurationInput"),
            **pick(properties, "KinesisStreamSourceConfiguration"),
            **({"Tags": tags} if tags else {}),
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the stream."""
        firehose = at.client("firehose")
        with lookup(self.type, physical_id):
            found = self._describe(firehose, physical_id)
        tags = firehose.list_tags_for_delivery_stream(DeliveryStreamName=physical_id)["Tags"]
        shown = {
            **pick(found, "DeliveryStreamName", "DeliveryStreamType", Arn="DeliveryStreamARN"),
            "Tags": tag_list(tags),
            **_destination(found["Destinations"][0], at.known),
        }
        encryption = found.get("DeliveryStreamEncryptionConfiguration")
        if encryption and encryption.get("Status") != "DISABLED":
            kept = pick(encryption, "KeyARN", "KeyType")
            shown["DeliveryStreamEncryptionConfigurationInput"] = kept
        source = (found.get("Source") or {}).get("KinesisStreamSourceDescription")
        if source:
            kept = pick(source, "KinesisStreamARN", "RoleARN")
            shown["KinesisStreamSourceConfiguration"] = kept
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change destination, encryption and tags."""
        firehose = at.client("firehose")
        if changed(old, new, *_DESTINATIONS):
            self._redirect(firehose, physical_id, new)
        if changed(old, new, "DeliveryStreamEncryptionConfigurationInput"):
            wanted = new.get("DeliveryStreamEncryptionConfigurationInput")
            if wanted:
                firehose.start_delivery_stream_encryption(
                    DeliveryStreamName=physical_id,
                    DeliveryStreamEncryptionConfigurationInput=wanted,
                )
            else:
                firehose.stop_delivery_stream_encryption(DeliveryStreamName=physical_id)
        tags, untagged = tag_changes(_own(old), _own(new))
        if tags:
            firehose.tag_delivery_stream(DeliveryStreamName=physical_id, Tags=tag_list(tags))
        if untagged:
            firehose.untag_delivery_stream(DeliveryStreamName=physical_id, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the stream."""
        at.client("firehose").delete_delivery_stream(DeliveryStreamName=physical_id)

    def _describe(self, firehose: Any, name: str) -> Any:
        answer = firehose.describe_delivery_stream(DeliveryStreamName=name)
        return answer["DeliveryStreamDescription"]

    def _redirect(self, firehose: Any, name: str, new: Properties) -> None:
        present = self._describe(firehose, name)
        kind = next(one for one in _DESTINATIONS if one in new)
        never = _NEVER_UPDATED.get(kind, ())
        wanted = {key: value for key, value in new[kind].items() if key not in never}
        for key in ("S3BackupConfiguration", "S3Configuration"):
            if key in wanted:
                wanted[key.replace("Configuration", "Update")] = wanted.pop(key)
        firehose.update_destination(
            DeliveryStreamName=name,
            CurrentDeliveryStreamVersionId=present["VersionId"],
            DestinationId=present["Destinations"][0]["DestinationId"],
            **{kind.replace("Configuration", "Update"): wanted},
        )


def _destination(found: Properties, known: Properties) -> Properties:
    """Return where a stream delivers, as the template has it."""
    for name in _DESTINATIONS:
        described = name.replace("Configuration", "Description")
        if described in found:
            shown = dict(found[described])
            for ours, theirs in _DESCRIBED.items():
                if theirs in shown:
                    shown[ours] = shown.pop(theirs)
            if "VpcConfiguration" in shown:
                asked = ("RoleARN", "SecurityGroupIds", "SubnetIds")
                shown["VpcConfiguration"] = pick(shown["VpcConfiguration"], *asked)
            # No call tells a password.
            wanted = known.get(name) or shown
            return {name: _as_asked(shown, wanted) | pick(wanted, "Password")}
    return {}


def _as_asked(shown: Any, asked: Any) -> Any:
    """Return what the template speaks of: Firehose tells its defaults as well."""
    if not isinstance(shown, dict) or not isinstance(asked, dict):
        return shown
    return {key: _as_asked(value, asked[key]) for key, value in shown.items() if key in asked}


def _own(properties: Properties) -> dict[str, str]:
    """Return the tags without AWS's own, which Firehose does not take from CloudFormation."""
    tags = tag_map(properties.get("Tags"))
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}
