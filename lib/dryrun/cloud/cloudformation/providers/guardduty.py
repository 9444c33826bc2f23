"""AWS::GuardDuty."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared


class Detector(Declared):
    """A detector; its physical id is its id."""

    type = "AWS::GuardDuty::Detector"
    handled = frozenset({"DataSources", "Enable", "Features", "FindingPublishingFrequency"})
    service = "guardduty"
    seconds = Seconds(create=10, update=10, delete=10)
    written = frozenset({"DataSources", "Enable", "Features"})
    creates, reads = "create_detector", "get_detector"
    updates, deletes = "update_detector", "delete_detector"
    key, made = "DetectorId", "DetectorId"
    answered = {"Id": "="}
    defaults = {"FindingPublishingFrequency": "SIX_HOURS"}
