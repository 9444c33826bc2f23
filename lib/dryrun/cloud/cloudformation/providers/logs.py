"""AWS::Logs."""

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
    TakenError,
    changed,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.leftovers import forget_tags

_TAIL = "it changes nothing that the calls simulated here show"


class LogGroup(Provider):
    """A log group; its physical id is its name."""

    type = "AWS::Logs::LogGroup"
    handled = frozenset({"KmsKeyId", "LogGroupClass", "LogGroupName", "RetentionInDays", "Tags"})
    harmless: ClassVar = {"FieldIndexPolicies": "it makes queries faster"}
    name_property = "LogGroupName"
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a log group."""
        name = str(properties.get("LogGroupName") or at.name(512))
        logs = at.client("logs")
        logs.create_log_group(
            logGroupName=name,
            tags=tag_map(properties.get("Tags")),
            **pick(properties, kmsKeyId="KmsKeyId", logGroupClass="LogGroupClass"),
        )
        if days := properties.get("RetentionInDays"):
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a log group."""
        found = _group(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        arn = found["arn"].removesuffix(":*")
        tags = at.client("logs").list_tags_for_resource(resourceArn=arn).get("tags")
        return {
            "Arn": f"{arn}:*",
            "LogGroupName": physical_id,
            "Tags": tag_list(tags),
            **pick(found, RetentionInDays="retentionInDays", KmsKeyId="kmsKeyId"),
            **pick(found, LogGroupClass="logGroupClass"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        logs = at.client("logs")
        if changed(old, new, "KmsKeyId"):
            raise NotSimulatedError(
                f"Dry Run does not simulate changes of KmsKeyId of {self.type}; real AWS would "
                "carry it out."
            )
        if changed(old, new, "RetentionInDays"):
            if days := new.get("RetentionInDays"):
                logs.put_retention_policy(logGroupName=physical_id, retentionInDays=days)
            else:
                logs.delete_retention_policy(logGroupName=physical_id)
        arn = at.arn("logs", f"log-group:{physical_id}")
        _retag(logs, arn, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a log group; its tags go with it."""
        at.client("logs").delete_log_group(logGroupName=physical_id)
        forget_tags(at, "logs", at.arn("logs", f"log-group:{physical_id}"))


def _group(at: Context, name: str) -> dict[str, Any] | None:
    pages = at.client("logs").get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix=name):
        for one in page["logGroups"]:
            if one["logGroupName"] == name:
                return dict(one)
    return None


def _retag(logs: Any, arn: str, old: Properties, new: Properties) -> None:
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    if tags:
        logs.tag_resource(resourceArn=arn, tags=tags)
    if untagged:
        logs.untag_resource(resourceArn=arn, tagKeys=untagged)


class LogStream(Provider):
    """A log stream; its physical id is its name."""

    type = "AWS::Logs::LogStream"
    handled = frozenset({"LogGroupName", "LogStreamName"})
    name_property = "LogStreamName"
    seconds = Seconds(create=1, update=1, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a log stream."""
        name = str(properties.get("LogStreamName") or at.name(512))
        at.client("logs").create_log_stream(
            logGroupName=properties["LogGroupName"], logStreamName=name
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a log stream of the group the stack named."""
        group = at.known.get("LogGroupName", "")
        try:
            found = at.client("logs").describe_log_streams(
                logGroupName=group, logStreamNamePrefix=physical_id
            )
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        if physical_id not in [one["logStreamName"] for one in found["logStreams"]]:
            raise GoneError(self.type, physical_id)
        return {"LogGroupName": group, "LogStreamName": physical_id}

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a log stream."""
        at.client("logs").delete_log_stream(
            logGroupName=at.known["LogGroupName"], logStreamName=physical_id
        )

    def physical_id(self, identifiers: Any) -> str:
        """Return the stream's name."""
        return str(identifiers["LogStreamName"])


class MetricFilter(Provider):
    """A metric filter; its physical id is its name."""

    type = "AWS::Logs::MetricFilter"
    handled = frozenset({"FilterName", "FilterPattern", "LogGroupName", "MetricTransformations"})
    name_property = "FilterName"
    seconds = Seconds(create=1, update=1, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a metric filter."""
        group = properties["LogGroupName"]
        if _group(at, group) is None:
            raise ResourceError("The specified log group does not exist.", "NotFound")
        name = str(properties.get("FilterName") or at.name(512))
        self._put(at, name, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a metric filter of the group the stack named."""
        found = at.client("logs").describe_metric_filters(
            filterNamePrefix=physical_id, **pick(at.known, logGroupName="LogGroupName")
        )
        for one in found["metricFilters"]:
            if one["filterName"] == physical_id:
                shapes = [_upper(shape) for shape in one["metricTransformations"]]
                return {
                    "FilterName": physical_id,
                    "FilterPattern": one["filterPattern"],
                    "LogGroupName": one["logGroupName"],
                    "MetricTransformations": shapes,
                }
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new filter in the old one's place; Logs here would keep both."""
        self.delete(at, physical_id)
        self._put(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a metric filter."""
        at.client("logs").delete_metric_filter(
            logGroupName=at.known["LogGroupName"], filterName=physical_id
        )

    def _put(self, at: Context, name: str, properties: Properties) -> None:
        at.client("logs").put_metric_filter(
            logGroupName=properties["LogGroupName"],
            filterName=name,
            filterPattern=properties["FilterPattern"],
            metricTransformations=[_lower(one) for one in properties["MetricTransformations"]],
        )

    def physical_id(self, identifiers: Any) -> str:
        """Return the filter's name."""
        return str(identifiers["FilterName"])


def _lower(one: dict[str, Any]) -> dict[str, Any]:
    """Return a transformation as the API has it."""
    made = {key[0].lower() + key[1:]: value for key, value in one.items()}
    if "dimensions" in made:
        made["dimensions"] = {each["Key"]: each["Value"] for each in made["dimensions"]}
    return made


def _upper(one: dict[str, Any]) -> dict[str, Any]:
    """Return a transformation as the schema has it."""
    made = {key[0].upper() + key[1:]: value for key, value in one.items()}
    if "Dimensions" in made:
        made["Dimensions"] = tag_list(made["Dimensions"])
    return made


class SubscriptionFilter(Provider):
    """A subscription filter; its physical id is its name."""

    type = "AWS::Logs::SubscriptionFilter"
    handled = frozenset(
        {"DestinationArn", "FilterName", "FilterPattern", "LogGroupName", "RoleArn"}
    )
    harmless: ClassVar = {
        "ApplyOnTransformedLogs": _TAIL,
        "Distribution": "it changes only how records are spread over shards",
    }
    name_property = "FilterName"
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a subscription filter."""
        name = str(properties.get("FilterName") or at.name(512))
        self._put(at, name, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a subscription filter of the group the stack named."""
        try:
            found = at.client("logs").describe_subscription_filters(
                logGroupName=at.known.get("LogGroupName", "")
            )
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        for one in found["subscriptionFilters"]:
            if one["filterName"] == physical_id:
                shown = {key[0].upper() + key[1:]: value for key, value in one.items() if value}
                return pick(shown, *self.handled) | {"FilterPattern": one["filterPattern"]}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new filter in the old one's place."""
        self.delete(at, physical_id)
        self._put(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a subscription filter."""
        at.client("logs").delete_subscription_filter(
            logGroupName=at.known["LogGroupName"], filterName=physical_id
        )

    def _put(self, at: Context, name: str, properties: Properties) -> None:
        at.client("logs").put_subscription_filter(
            logGroupName=properties["LogGroupName"],
            filterName=name,
            filterPattern=properties["FilterPattern"],
            destinationArn=properties["DestinationArn"],
            **pick(properties, roleArn="RoleArn"),
        )

    def physical_id(self, identifiers: Any) -> str:
        """Return the filter's name."""
        return str(identifiers["FilterName"])


class ResourcePolicy(Provider):
    """A policy of the account's logs; its physical id is its name."""

    type = "AWS::Logs::ResourcePolicy"
    handled = frozenset({"PolicyDocument", "PolicyName"})
    name_property = "PolicyName"
    seconds = Seconds(create=1, update=1, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Put a policy where there is none of its name."""
        name = str(properties["PolicyName"])
        if self._found(at, name) is not None:
            raise TakenError(self.type, name)
        self._put(at, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a policy; it is text or a document, as the stack wrote it."""
        found = self._found(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        known = at.known.get("PolicyDocument")
        same = isinstance(known, str) and json.loads(known) == json.loads(found)
        document = known if same else json.loads(found)
        return {"PolicyName": physical_id, "PolicyDocument": document}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new policy in the old one's place."""
        self._put(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a policy."""
        at.client("logs").delete_resource_policy(policyName=physical_id)

    def _found(self, at: Context, name: str) -> str | None:
        for one in at.client("logs").describe_resource_policies()["resourcePolicies"]:
            if one["policyName"] == name:
                return str(one["policyDocument"])
        return None

    def _put(self, at: Context, properties: Properties) -> None:
        document = properties["PolicyDocument"]
        at.client("logs").put_resource_policy(
            policyName=properties["PolicyName"],
            policyDocument=document if isinstance(document, str) else json.dumps(document),
        )


class Destination(Provider):
    """A destination of other accounts' logs; its physical id is its name."""

    type = "AWS::Logs::Destination"
    handled = frozenset({"DestinationName", "DestinationPolicy", "RoleArn", "Tags", "TargetArn"})
    name_property = "DestinationName"
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a destination."""
        name = str(properties["DestinationName"])
        self._put(at, name, properties, tag_map(properties.get("Tags")))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a destination."""
        logs = at.client("logs")
        found = logs.describe_destinations(DestinationNamePrefix=physical_id)["destinations"]
        for one in found:
            if one["destinationName"] == physical_id:
                tags = logs.list_tags_for_resource(resourceArn=one["arn"]).get("tags")
                shown = {key[0].upper() + key[1:]: value for key, value in one.items() if value}
                if "AccessPolicy" in shown:
                    shown["DestinationPolicy"] = shown["AccessPolicy"]
                return {**pick(shown, "Arn", *self.handled), "Tags": tag_list(tags)}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        self._put(at, physical_id, new, {})
        _retag(at.client("logs"), self.read(at, physical_id)["Arn"], old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a destination."""
        at.client("logs").delete_destination(destinationName=physical_id)

    def _put(self, at: Context, name: str, properties: Properties, tags: dict[str, str]) -> None:
        logs = at.client("logs")
        logs.put_destination(
            destinationName=name,
            targetArn=properties["TargetArn"],
            roleArn=properties["RoleArn"],
            tags=tags,
        )
        if policy := properties.get("DestinationPolicy"):
            logs.put_destination_policy(destinationName=name, accessPolicy=policy)
