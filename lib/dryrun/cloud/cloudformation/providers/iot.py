"""AWS::IoT."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import lookup, text, without

_QUICK = Seconds(create=3, update=3, delete=3)
_NO_TAGS: Mapping[str, str] = {"Tags": "the simulated IoT keeps no tags"}


class Thing(Provider):
    """A thing; its physical id is its name."""

    type = "AWS::IoT::Thing"
    handled = frozenset({"AttributePayload", "ThingName"})
    name_property = "ThingName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the thing."""
        name = str(properties.get("ThingName") or at.name(128))
        at.client("iot").create_thing(thingName=name, attributePayload=_payload(properties))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the thing."""
        with lookup(self.type, physical_id):
            found = at.client("iot").describe_thing(thingName=physical_id)
        shown = {
            "Arn": found["thingArn"],
            "Id": found["thingId"],
            "ThingName": physical_id,
        }
        if found.get("attributes"):
            shown["AttributePayload"] = {"Attributes": found["attributes"]}
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the attributes."""
        payload = {**_payload(new), "merge": False}
        at.client("iot").update_thing(thingName=physical_id, attributePayload=payload)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the thing; certificates keep it, as in AWS."""
        at.client("iot").delete_thing(thingName=physical_id)


class Policy(Provider):
    """A policy of devices; its physical id is its name."""

    type = "AWS::IoT::Policy"
    handled = frozenset({"PolicyDocument", "PolicyName"})
    harmless: ClassVar[Mapping[str, str]] = _NO_TAGS
    name_property = "PolicyName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the policy."""
        name = str(properties.get("PolicyName") or at.name(128))
        at.client("iot").create_policy(
            policyName=name, policyDocument=text(properties["PolicyDocument"])
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        with lookup(self.type, physical_id):
            found = at.client("iot").get_policy(policyName=physical_id)
        return {
            "Arn": found["policyArn"],
            "Id": physical_id,
            "PolicyDocument": json.loads(found["policyDocument"]),
            "PolicyName": physical_id,
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Make another default version, and delete the one before."""
        if old["PolicyDocument"] == new["PolicyDocument"]:
            return
        iot = at.client("iot")
        iot.create_policy_version(
            policyName=physical_id, policyDocument=text(new["PolicyDocument"]), setAsDefault=True
        )
        self._prune(iot, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the policy; certificates keep it, as in AWS."""
        iot = at.client("iot")
        with lookup(self.type, physical_id):
            self._prune(iot, physical_id)
        iot.delete_policy(policyName=physical_id)

    def _prune(self, iot: Any, name: str) -> None:
        for version in iot.list_policy_versions(policyName=name)["policyVersions"]:
            if not version["isDefaultVersion"]:
                iot.delete_policy_version(policyName=name, policyVersionId=version["versionId"])


class TopicRule(Provider):
    """A rule on messages; its physical id is its name."""

    type = "AWS::IoT::TopicRule"
    handled = frozenset({"RuleName", "TopicRulePayload"})
    harmless: ClassVar[Mapping[str, str]] = _NO_TAGS
    name_property = "RuleName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the rule."""
        # A rule's name may have no hyphens: "CreateTopicRule", IoT API Reference.
        name = str(properties.get("RuleName") or at.name(128).replace("-", "_"))
        at.client("iot").create_topic_rule(
            ruleName=name, topicRulePayload=self._payload(at, properties)
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the rule."""
        iot = at.client("iot")
        with lookup(self.type, physical_id, "UnauthorizedException"):
            found = iot.get_topic_rule(ruleName=physical_id)
        shape = iot.meta.service_model.operation_model("GetTopicRule").output_shape
        shown = from_api(self.type, shape.members["rule"], found["rule"])
        names = ("Actions", "AwsIotSqlVersion", "Description", "ErrorAction", "RuleDisabled", "Sql")
        return {
            "Arn": found["ruleArn"],
            "RuleName": physical_id,
            "TopicRulePayload": without(pick(shown, *names), "", {}),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Replace the rule."""
        if old["TopicRulePayload"] != new["TopicRulePayload"]:
            at.client("iot").replace_topic_rule(
                ruleName=physical_id, topicRulePayload=self._payload(at, new)
            )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the rule."""
        at.client("iot").delete_topic_rule(ruleName=physical_id)

    def _payload(self, at: Context, properties: Properties) -> Any:
        model = at.client("iot").meta.service_model.operation_model("CreateTopicRule")
        shape = model.input_shape.members["topicRulePayload"]
        return to_api(shape, properties["TopicRulePayload"])


def _payload(properties: Properties) -> dict[str, Any]:
    attributes = (properties.get("AttributePayload") or {}).get("Attributes") or {}
    return {"attributes": attributes}
