"""AWS::GuardDuty."""

from __future__ import annotations

from moto.guardduty.models import guardduty_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Seconds,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import Declared


class Detector(Declared):
    """A detector; its physical id is its id."""

    type = "AWS::GuardDuty::Detector"
    handled = frozenset({"DataSources", "Enable", "Features", "FindingPublishingFrequency", "Tags"})
    service = "guardduty"
    seconds = Seconds(create=10, update=10, delete=10)
    written = frozenset({"DataSources", "Enable", "Features"})
    creates, reads = "create_detector", "get_detector"
    updates, deletes = "update_detector", "delete_detector"
    key, made = "DetectorId", "DetectorId"
    answered = {"Id": "="}
    defaults = {"FindingPublishingFrequency": "SIX_HOURS"}

    def _retag(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        # moto keeps the tags of a detector, and has no call to change them.
        self.fetch(at, physical_id)
        kept = guardduty_backends[at.account][at.region].detectors[physical_id]
        kept.tags = tag_map(new.get("Tags"))
