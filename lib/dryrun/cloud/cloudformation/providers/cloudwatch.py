"""AWS::CloudWatch."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    TakenError,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.leftovers import forget_tags

_ALARM = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)


class Alarm(Provider):
    """An alarm on a metric or on an expression; its physical id is its name."""

    type = "AWS::CloudWatch::Alarm"
    handled = frozenset({"AlarmName", "Tags", *_ALARM})
    name_property = "AlarmName"
    seconds = Seconds(create=3, update=3, delete=2)

    def refuse(self, properties: Properties) -> str | None:
        """Name what alarms here would forget."""
        if any("AccountId" in one for one in properties.get("Metrics", ())):
            return "the property Metrics.AccountId"
        return None

    def create(self, at: Context, properties: Properties) -> str:
        """Create an alarm where there is none of its name."""
        name = str(properties.get("AlarmName") or at.name(255))
        if "AlarmName" in properties and _alarm(at, name) is not None:
            raise TakenError(self.type, name)
        self._put(at, name, properties, Tags=properties.get("Tags", []))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an alarm."""
        found = _alarm(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        arn = found["AlarmArn"]
        shown = {name: value for name in _ALARM if (value := _plain(found.get(name))) is not None}
        known = at.known.get("Threshold")
        if known is not None and shown.get("Threshold") == known:
            shown["Threshold"] = known  # 5 and 5.0 are the same
        tags = at.client("cloudwatch").list_tags_for_resource(ResourceARN=arn).get("Tags", [])
        return {"AlarmName": physical_id, "Arn": arn, **shown, "Tags": tags}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new alarm in the old one's place."""
        if any(old.get(name) != new.get(name) for name in _ALARM):
            self._put(at, physical_id, new)
        _retag(at, at.arn("cloudwatch", f"alarm:{physical_id}"), old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an alarm; its tags go with it."""
        at.client("cloudwatch").delete_alarms(AlarmNames=[physical_id])
        forget_tags(at, "cloudwatch", at.arn("cloudwatch", f"alarm:{physical_id}"))

    def _put(self, at: Context, name: str, properties: Properties, **more: Any) -> None:
        wanted = pick(properties, *_ALARM)
        at.client("cloudwatch").put_metric_alarm(AlarmName=name, **wanted, **more)


def _alarm(at: Context, name: str) -> dict[str, Any] | None:
    found = at.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found[0]) if found else None


def _plain(value: Any) -> Any:
    """Return a value without what is empty in it; None when nothing is left."""
    if isinstance(value, dict):
        kept = {name: _plain(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one is not None} or None
    if isinstance(value, list):
        return [_plain(one) for one in value] or None
    return value


def _retag(at: Context, arn: str, old: Properties, new: Properties) -> None:
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    client = at.client("cloudwatch")
    if tags:
        client.tag_resource(ResourceARN=arn, Tags=tag_list(tags))
    if untagged:
        client.untag_resource(ResourceARN=arn, TagKeys=untagged)


def _has_dashboard(at: Context, name: str) -> bool:
    found = at.client("cloudwatch").list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    return any(one["DashboardName"] == name for one in found)


class Dashboard(Provider):
    """A dashboard; its physical id is its name."""

    type = "AWS::CloudWatch::Dashboard"
    handled = frozenset({"DashboardBody", "DashboardName"})
    harmless: ClassVar = {"Tags": "no call shows a dashboard's tags here"}
    name_property = "DashboardName"
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a dashboard."""
        name = str(properties.get("DashboardName") or at.name(255))
        if "DashboardName" in properties and _has_dashboard(at, name):
            raise TakenError(self.type, name)
        self._put(at, name, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a dashboard."""
        try:
            found = at.client("cloudwatch").get_dashboard(DashboardName=physical_id)
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        return {"DashboardName": physical_id, "DashboardBody": found["DashboardBody"]}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new body in the old one's place."""
        self._put(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a dashboard."""
        at.client("cloudwatch").delete_dashboards(DashboardNames=[physical_id])

    def _put(self, at: Context, name: str, properties: Properties) -> None:
        body = properties["DashboardBody"]
        try:
            json.loads(body)
        except ValueError as error:
            raise ResourceError("The field DashboardBody must be a valid JSON object") from error
        at.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)


class InsightRule(Provider):
    """A rule of Contributor Insights; its physical id is its ARN."""

    type = "AWS::CloudWatch::InsightRule"
    handled = frozenset({"RuleBody", "RuleName", "RuleState"})
    harmless: ClassVar = {
        "ApplyOnTransformedLogs": "logs are not transformed here",
        "Tags": "no call changes or shows a rule's tags here",
    }
    name_property = "RuleName"
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a rule."""
        self._put(at, properties)
        return at.arn("cloudwatch", f"insight-rule/{properties['RuleName']}")

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a rule."""
        name = physical_id.rpartition("/")[2]
        for one in at.client("cloudwatch").describe_insight_rules()["InsightRules"]:
            if one["Name"] == name:
                return {
                    "Arn": physical_id,
                    "RuleName": name,
                    "RuleState": one["State"],
                    "RuleBody": one["Definition"],
                }
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new rule in the old one's place."""
        self._put(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a rule."""
        name = physical_id.rpartition("/")[2]
        at.client("cloudwatch").delete_insight_rules(RuleNames=[name])

    def _put(self, at: Context, properties: Properties) -> None:
        at.client("cloudwatch").put_insight_rule(
            **pick(properties, "RuleName", "RuleState", RuleDefinition="RuleBody")
        )
