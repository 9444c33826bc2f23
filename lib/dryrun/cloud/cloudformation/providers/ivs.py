"""AWS::IVS."""

from __future__ import annotations

from typing import Any

from moto.ivs.models import ivs_backends

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds, tag_map
from dryrun.cloud.cloudformation.providers.declared import Declared


class Channel(Declared):
    """A channel; its physical id is its ARN."""

    type = "AWS::IVS::Channel"
    handled = frozenset(
        {
            "Authorized",
            "InsecureIngest",
            "LatencyMode",
            "Name",
            "Preset",
            "RecordingConfigurationArn",
            "Tags",
            "Type",
        }
    )
    service = "ivs"
    seconds = Seconds(create=5, update=5, delete=5)
    creates, reads = "create_channel", "get_channel"
    updates, deletes = "update_channel", "delete_channel"
    key, made, item = "arn", "channel.arn", "channel"
    defaults = {
        "Authorized": False,
        "InsecureIngest": False,
        "LatencyMode": "LOW",
        "Name": "-",
        "Preset": "",
        "RecordingConfigurationArn": "",
        "Type": "STANDARD",
    }

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the schema's defaults."""
        return {**self.defaults, **properties}

    def _retag(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        item, _ = self.fetch(at, physical_id)
        kept: list[dict[str, Any]] = ivs_backends[at.account][at.region].channels
        for channel in kept:
            if channel["arn"] == item["arn"]:
                channel["tags"] = tag_map(new.get("Tags"))
