"""AWS::CloudTrail."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds, changed
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_LATER = ("IsLogging", "EventSelectors", "AdvancedEventSelectors", "InsightSelectors")


class Trail(Declared):
    """A trail; its physical id is its name."""

    type = "AWS::CloudTrail::Trail"
    handled = frozenset(
        {
            "CloudWatchLogsLogGroupArn",
            "CloudWatchLogsRoleArn",
            "EnableLogFileValidation",
            "IncludeGlobalServiceEvents",
            "IsMultiRegionTrail",
            "IsOrganizationTrail",
            "KMSKeyId",
            "S3BucketName",
            "S3KeyPrefix",
            "SnsTopicName",
            "Tags",
            "TrailName",
            *_LATER,
        }
    )
    service = "cloudtrail"
    name_property, named = "TrailName", 128
    seconds = Seconds(create=10, update=10, delete=5)
    creates, reads, updates, deletes = "create_trail", "get_trail", "update_trail", "delete_trail"
    key, item = "Name", "Trail"
    renamed = {"TrailName": "Name", "KMSKeyId": "KmsKeyId"}
    answered = {
        "Arn": "TrailARN",
        "SnsTopicArn": "SnsTopicARN",
        "EnableLogFileValidation": "LogFileValidationEnabled",
    }
    defaults = {
        "EnableLogFileValidation": False,
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": False,
        "IsOrganizationTrail": False,
        "CloudWatchLogsLogGroupArn": "",
        "CloudWatchLogsRoleArn": "",
        "KMSKeyId": "",
        "S3KeyPrefix": "",
        "SnsTopicName": "",
    }
    tagging = Tagging(
        "TrailARN",
        key="ResourceId",
        add="add_tags",
        remove="remove_tags",
        listed="list_tags",
        tags="TagsList",
        keys="TagsList",
        answer="ResourceTagList.0.TagsList",
    )

    def _who(self, at: Context, name: str, physical_id: str, item: Any) -> dict[str, Any]:
        """Return the trail; the call that lists takes several."""
        if name == "list_tags":
            return {"ResourceIdList": [item["TrailARN"]]}
        return super()._who(at, name, physical_id, item)

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Choose the events, and begin to log."""
        self._choose(at, physical_id, {}, properties)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Choose the events, and begin or stop to log."""
        self._choose(at, physical_id, old, new)
        return [name for name in names if name not in _LATER]

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the trail with what other calls tell of it."""
        client = at.client(self.service)
        shown["IsLogging"] = client.get_trail_status(Name=physical_id)["IsLogging"]
        selectors = client.get_event_selectors(TrailName=physical_id)
        for name in ("EventSelectors", "AdvancedEventSelectors"):
            if name in at.known and selectors.get(name):
                shown[name] = selectors[name]
        if "InsightSelectors" in at.known:
            found = client.get_insight_selectors(TrailName=physical_id)
            shown["InsightSelectors"] = found.get("InsightSelectors") or []
        return shown

    def _choose(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        client = at.client(self.service)
        if changed(old, new, "EventSelectors", "AdvancedEventSelectors"):
            chosen = ("AdvancedEventSelectors", "EventSelectors")
            given = {key: new[key] for key in chosen if new.get(key)}
            every = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
            client.put_event_selectors(TrailName=name, **(given or every))
        if changed(old, new, "InsightSelectors"):
            chosen_insights = new.get("InsightSelectors") or []
            client.put_insight_selectors(TrailName=name, InsightSelectors=chosen_insights)
        if changed(old, new, "IsLogging"):
            (client.start_logging if new.get("IsLogging") else client.stop_logging)(Name=name)
