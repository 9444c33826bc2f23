"""AWS::SNS: topics and subscriptions."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    TakenError,
    tag_changes,
)

_TOPIC_ATTRIBUTES = {
    "ContentBasedDeduplication": "false",
    "DisplayName": "",
    "KmsMasterKeyId": "",
}
"""What a topic's attributes go back to."""


class Topic(Provider):
    """A topic; its physical id is its ARN."""

    type = "AWS::SNS::Topic"
    handled = frozenset({"FifoTopic", "Subscription", "Tags", "TopicName", *_TOPIC_ATTRIBUTES})
    harmless: ClassVar = {
        "FifoThroughputScope": "it changes how many messages a second a topic bears",
        "MaximumMessageSize": "messages over 256 KiB, all that it allows, are hardly sent in a lab",
        "SignatureVersion": "it changes only how messages to web addresses are signed",
        "TracingConfig": "it adds traces, and topics here are not traced",
    }
    name_property = "TopicName"
    seconds = Seconds(create=12, update=12, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a topic and the subscriptions written beside it."""
        sns = at.client("sns")
        name = _topic_name(at, properties)
        arn = at.arn("sns", name)
        if "TopicName" in properties and _attributes(at, arn) is not None:
            raise TakenError(self.type, arn)
        wanted = {key: _text(properties[key]) for key in _TOPIC_ATTRIBUTES if key in properties}
        if properties.get("FifoTopic"):
            wanted["FifoTopic"] = "true"
        made = sns.create_topic(Name=name, Attributes=wanted, Tags=properties.get("Tags", []))
        for one in properties.get("Subscription", ()):
            _subscribe(at, arn, one)
        return str(made["TopicArn"])

    def told(self, at: Context, physical_id: str) -> Properties:
        """Return what the ARN tells."""
        return {"TopicArn": physical_id, "TopicName": physical_id.rpartition(":")[2]}

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a topic."""
        attributes = _attributes(at, physical_id)
        if attributes is None:
            raise GoneError(self.type, physical_id)
        sns = at.client("sns")
        found: Properties = {
            "TopicArn": physical_id,
            "TopicName": physical_id.rpartition(":")[2],
            "Tags": sns.list_tags_for_resource(ResourceArn=physical_id)["Tags"],
            "DisplayName": attributes["DisplayName"],
        }
        if "KmsMasterKeyId" in attributes:
            found["KmsMasterKeyId"] = attributes["KmsMasterKeyId"]
        if attributes.get("FifoTopic") == "true":
            found["FifoTopic"] = True
            found["ContentBasedDeduplication"] = attributes["ContentBasedDeduplication"] == "true"
        subscriptions = _subscriptions(at, physical_id)
        if "Subscription" in at.known:
            mine = [_pair(one) for one in at.known["Subscription"]]
            found["Subscription"] = [one for one in mine if one in map(_pair, subscriptions)]
        return found

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; what is no longer named goes back to its default."""
        sns = at.client("sns")
        for name, default in _TOPIC_ATTRIBUTES.items():
            if old.get(name) != new.get(name):
                value = _text(new.get(name, default))
                sns.set_topic_attributes(
                    TopicArn=physical_id, AttributeName=name, AttributeValue=value
                )
        _resubscribe(at, physical_id, old.get("Subscription", []), new.get("Subscription", []))
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
            sns.tag_resource(ResourceArn=physical_id, Tags=pairs)
        if untagged:
            sns.untag_resource(ResourceArn=physical_id, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a topic, and with it its subscriptions."""
        at.client("sns").delete_topic(TopicArn=physical_id)


def _topic_name(at: Context, properties: Properties) -> str:
    if "TopicName" in properties:
        return str(properties["TopicName"])
    return f"{at.name(75)}.fifo" if properties.get("FifoTopic") else at.name(80)


def _attributes(at: Context, arn: str) -> dict[str, str] | None:
    try:
        found: dict[str, str] = at.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFound":
            raise
        return None
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _pair(one: Properties) -> dict[str, Any]:
    return {"Endpoint": one.get("Endpoint"), "Protocol": one["Protocol"]}


def _subscribe(at: Context, arn: str, one: Properties) -> None:
    at.client("sns").subscribe(
        TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"], ReturnSubscriptionArn=True
    )


def _subscriptions(at: Context, arn: str) -> list[dict[str, Any]]:
    pages = at.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    return [one for page in pages for one in page["Subscriptions"]]


def _resubscribe(at: Context, arn: str, old: list[Any], new: list[Any]) -> None:
    before, after = [_pair(one) for one in old], [_pair(one) for one in new]
    if before == after:
        return
    for one in _subscriptions(at, arn):
        if _pair(one) in before and _pair(one) not in after:
            at.client("sns").unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    for one in after:
        if one not in before:
            _subscribe(at, arn, one)


_DOCUMENTS = ("DeliveryPolicy", "FilterPolicy", "RedrivePolicy")
_SUBSCRIPTION_ATTRIBUTES = {
    "FilterPolicyScope": "MessageAttributes",
    "RawMessageDelivery": "false",
    "SubscriptionRoleArn": "",
    "DeliveryPolicy": "",
    "FilterPolicy": "",
    "RedrivePolicy": "",
}
"""What a subscription's attributes go back to; the scope decides what a filter may be."""


class Subscription(Provider):
    """A subscription; its physical id is its ARN."""

    type = "AWS::SNS::Subscription"
    handled = frozenset({"Endpoint", "Protocol", "Region", "TopicArn", *_SUBSCRIPTION_ATTRIBUTES})
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Subscribe an endpoint to a topic."""
        attributes = {
            key: _text(properties[key]) for key in _SUBSCRIPTION_ATTRIBUTES if key in properties
        }
        made = at.client("sns", properties.get("Region")).subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Attributes=attributes,
            ReturnSubscriptionArn=True,
            **({"Endpoint": properties["Endpoint"]} if "Endpoint" in properties else {}),
        )
        return str(made["SubscriptionArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a subscription."""
        sns = _in_region_of(at, physical_id)
        try:
            found = sns.get_subscription_attributes(SubscriptionArn=physical_id)["Attributes"]
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        shown: Properties = {"Arn": physical_id, "RawMessageDelivery": False}
        for name in ("Endpoint", "Protocol", "TopicArn", *_SUBSCRIPTION_ATTRIBUTES):
            if found.get(name):
                shown[name] = _typed(name, found[name])
        # A scope without a filter is not shown, and means nothing.
        for name in ("Region", *(() if "FilterPolicy" in shown else ("FilterPolicyScope",))):
            if name in at.known:
                shown[name] = at.known[name]
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; what is no longer named goes back to its default."""
        sns = _in_region_of(at, physical_id)
        for name, default in _SUBSCRIPTION_ATTRIBUTES.items():
            if old.get(name) != new.get(name):
                sns.set_subscription_attributes(
                    SubscriptionArn=physical_id,
                    AttributeName=name,
                    AttributeValue=_text(new.get(name, default)),
                )

    def delete(self, at: Context, physical_id: str) -> None:
        """Unsubscribe."""
        _in_region_of(at, physical_id).unsubscribe(SubscriptionArn=physical_id)


def _in_region_of(at: Context, arn: str) -> Any:
    return at.client("sns", arn.split(":")[3])


def _typed(name: str, value: str) -> Any:
    if name in _DOCUMENTS:
        return json.loads(value)
    return value == "true" if name == "RawMessageDelivery" else value


class TopicPolicy(Provider):
    """One policy put on several topics; its physical id is a name of CloudFormation's own."""

    type = "AWS::SNS::TopicPolicy"
    handled = frozenset({"PolicyDocument", "Topics"})
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Put the policy on every topic."""
        for topic in properties["Topics"]:
            _put_policy(at, topic, properties["PolicyDocument"])
        return at.name(80)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy from the topics it was put on."""
        policies = {topic: _policy(at, topic) for topic in at.known.get("Topics", ())}
        having = [topic for topic, policy in policies.items() if policy is not None]
        if not having:
            raise GoneError(self.type, physical_id)
        wanted = at.known.get("PolicyDocument")
        differing = [policies[topic] for topic in having if policies[topic] != wanted]
        document = differing[0] if differing else wanted
        return {"Id": physical_id, "Topics": having, "PolicyDocument": document}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new policy, and the default one on the topics that are no longer named."""
        for topic in old["Topics"]:
            if topic not in new["Topics"]:
                _reset_policy(at, topic)
        for topic in new["Topics"]:
            _put_policy(at, topic, new["PolicyDocument"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Put the default policy back on every topic."""
        for topic in at.known.get("Topics", ()):
            _reset_policy(at, topic)


class TopicInlinePolicy(Provider):
    """The policy of one topic; its physical id is the topic's ARN."""

    type = "AWS::SNS::TopicInlinePolicy"
    handled = frozenset({"PolicyDocument", "TopicArn"})
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Put the policy."""
        topic = str(properties["TopicArn"])
        _put_policy(at, topic, properties["PolicyDocument"])
        return topic

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        found = _policy(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        return {"TopicArn": physical_id, "PolicyDocument": found}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new policy in the old one's place."""
        _put_policy(at, physical_id, new["PolicyDocument"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Put the default policy back."""
        _reset_policy(at, physical_id)


_DEFAULT_ID = "__default_policy_ID"
_DEFAULT_ACTIONS = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


def _put_policy(at: Context, topic: str, document: Any) -> None:
    _in_region_of(at, topic).set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=_text(document)
    )


def _policy(at: Context, topic: str) -> Any:
    """Return the policy of a topic, or None where it is the one every topic has."""
    found = _attributes(at, topic)
    policy = json.loads(found["Policy"]) if found and found.get("Policy") else None
    return None if policy and policy.get("Id") == _DEFAULT_ID else policy


def _reset_policy(at: Context, topic: str) -> None:
    """Give a topic the policy it had when it was made; a topic that is gone has none."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in _DEFAULT_ACTIONS],
        "Resource": topic,
        "Condition": {"StringEquals": {"AWS:SourceOwner": topic.split(":")[4]}},
    }
    if _attributes(at, topic) is not None:
        _put_policy(
            at, topic, {"Version": "2008-10-17", "Id": _DEFAULT_ID, "Statement": [statement]}
        )
