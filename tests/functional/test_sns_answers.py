"""What SNS says to what it does not take, as real AWS was seen to say it."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from in_process import client

HARBOUR = {"Protocol": "sms", "Endpoint": "+31612345678"}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:quay"


@pytest.fixture
def sns():
    return client("sns", parameter_validation=False)


@pytest.fixture
def topic(sns):
    arn = sns.create_topic(Name="tides")["TopicArn"]
    yield arn
    sns.delete_topic(TopicArn=arn)


@pytest.fixture
def subscription(sns, topic):
    return sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)["SubscriptionArn"]


def said(call, *args, code="InvalidParameter", **kwargs):
    with pytest.raises(ClientError) as refused:
        call(*args, **kwargs)
    assert refused.value.response["Error"]["Code"] == code
    return refused.value.response["Error"]["Message"]


def filtering(sns, topic, policy, scope=None):
    scoped = {} if scope is None else {"FilterPolicyScope": scope}
    attributes = {"FilterPolicy": json.dumps(policy), **scoped}
    return sns.subscribe(TopicArn=topic, **HARBOUR, Attributes=attributes)


@pytest.mark.parametrize(
    ("policy", "fault", "column"),
    [
        (
            '{"dock":[["A"]]}',
            "Match value must be String, number, true, false, or null",
            11,
        ),
        ('{"dock":[{"starts":"A"}]}', "Unrecognized match type starts", 21),
        ('{"dock":"A"}', '"dock" must be an object or an array', 10),
        (
            '{"dock":[{"anything-but":{"suffix":"A"}}]}',
            "Unsupported anything-but pattern: suffix",
            37,
        ),
        (
            '{"dock":[{"anything-but":{"prefix":["A"]}}]}',
            "prefix match pattern must be a string",
            37,
        ),
        ('{"berths":[{"numeric":["<","4"]}]}', "Value of < must be numeric", 29),
    ],
)
def test_a_pattern_is_refused_with_its_place(sns, topic, subscription, policy, fault, column):
    place = f'{fault}\n at [Source: (String)"{policy}"; line: 1, column: {column}]'
    attributes = {"FilterPolicy": policy}
    assert (
        said(sns.subscribe, TopicArn=topic, **HARBOUR, Attributes=attributes)
        == f"Invalid parameter: Attributes Reason: FilterPolicy: {place}"
    )
    setting = {"SubscriptionArn": subscription, "AttributeName": "FilterPolicy"}
    assert (
        said(sns.set_subscription_attributes, **setting, AttributeValue=policy)
        == f"Invalid parameter: FilterPolicy: {place}"
    )


@pytest.mark.parametrize("name", ["FilterPolicy", "RedrivePolicy"])
def test_what_is_no_json_is_not_repeated(sns, subscription, name):
    setting = {"SubscriptionArn": subscription, "AttributeName": name}
    assert said(sns.set_subscription_attributes, **setting, AttributeValue="{dock}") == (
        f"Invalid parameter: {name}: failed to parse JSON. Unexpected character ('d' (code 100)): "
        "was expecting double-quote to start field name\n at [Source: REDACTED "
        "(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]"
    )


@pytest.mark.parametrize(
    ("policy", "scope"),
    [
        ({"dock": list(range(151))}, None),
        ({"dock": list(range(13)), "berth": list(range(12))}, None),
        # Two levels down, values count twice.
        ({"dock": {"berth": list(range(76))}}, "MessageBody"),
        ({"$or": [{"dock": list(range(80))}, {"berth": list(range(71))}]}, None),
    ],
)
def test_a_policy_of_too_many_combinations(sns, topic, policy, scope):
    assert said(filtering, sns, topic, policy, scope) == (
        "Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex"
    )


@pytest.mark.parametrize(
    ("policy", "scope"),
    [
        ({"dock": list(range(150))}, None),
        ({"dock": {"berth": list(range(75))}}, "MessageBody"),
        ({"$or": [{"dock": list(range(80))}, {"berth": list(range(70))}]}, None),
        ({"dock.berth": ["A"]}, "MessageAttributes"),
        ({}, None),
    ],
)
def test_policies_just_within_bounds(sns, topic, policy, scope):
    assert filtering(sns, topic, policy, scope)["SubscriptionArn"]


def test_a_policy_of_six_keys(sns, topic):
    six = {f"dock-{number}": ["A"] for number in range(6)}
    assert said(filtering, sns, topic, six) == (
        "Invalid parameter: Attributes Reason: FilterPolicy: "
        "Filter policy can not have more than 5 keys"
    )


@pytest.mark.parametrize("scope", [None, "MessageAttributes"])
@pytest.mark.parametrize(
    "policy", [{"dock": {"berth": ["A"]}}, {"$or": [{"a": {"b": ["A"]}}, {"c": ["A"]}]}]
)
def test_attributes_have_nothing_inside(sns, topic, policy, scope):
    assert said(filtering, sns, topic, policy, scope) == (
        "Invalid parameter: Attributes Reason: Filter policy scope MessageAttributes does not "
        "support nested filter policy"
    )


def test_a_subscription_remembers_its_scope(sns, subscription):
    setting = {"SubscriptionArn": subscription, "AttributeName": "FilterPolicyScope"}
    assert said(sns.set_subscription_attributes, **setting, AttributeValue="Everything") == (
        "Invalid parameter: FilterPolicyScope: Invalid value [Everything]. Please use either "
        "MessageBody or MessageAttributes"
    )
    sns.set_subscription_attributes(**setting, AttributeValue="MessageBody")
    setting["AttributeName"] = "FilterPolicy"
    sns.set_subscription_attributes(**setting, AttributeValue='{"dock":{"berth":["A"]}}')


def test_what_moto_cannot_match_is_said_to_be_unsimulated(sns, topic):
    cidr = {"address": [{"cidr": "10.0.0.0/24"}]}
    assert "the operator cidr" in said(filtering, sns, topic, cidr, code="NotSimulated")


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("Colour", "red", "AttributeName"),
        (
            "RawMessageDelivery",
            "yes",
            "RawMessageDelivery: Invalid value [yes]. Must be true or false.",
        ),
        (
            "RawMessageDelivery",
            "",
            "RawMessageDelivery: Invalid value []. Must be true or false.",
        ),
        (
            "RedrivePolicy",
            '{"deadLetterTargetArn":"quay"}',
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
    ],
)
def test_attributes_of_a_subscription(sns, subscription, name, value, fault):
    setting = {"SubscriptionArn": subscription, "AttributeName": name, "AttributeValue": value}
    assert said(sns.set_subscription_attributes, **setting) == f"Invalid parameter: {fault}"


def test_subscribing(sns, topic):
    pigeon = {"TopicArn": topic, "Protocol": "pigeon", "Endpoint": "loft"}
    assert said(sns.subscribe, **pigeon) == (
        "Invalid parameter: Amazon SNS does not support this protocol string: pigeon"
    )
    raw = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE}
    assert said(sns.subscribe, **raw, Attributes={"RawMessageDelivery": "yes"}) == (
        "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [yes]. "
        "Must be true or false."
    )


def test_a_subscription_that_is_gone(sns, subscription):
    for _ in range(2):
        sns.unsubscribe(SubscriptionArn=subscription)
    setting = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}
    gone = {"SubscriptionArn": subscription, "code": "NotFound"}
    assert said(sns.set_subscription_attributes, **gone, **setting) == "Subscription does not exist"


def test_tokens(sns, topic):
    assert said(sns.confirm_subscription, TopicArn=topic, Token="ahoy") == "Invalid token"
    for one in (topic, f"{topic}-gone"):
        fault = said(sns.confirm_subscription, TopicArn=one, Token="5a" * 140)
        assert fault == "Invalid parameter: Token"


def test_tags_of_a_topic(sns):
    low = {"Name": "ebb", "Tags": [{"Key": "water", "Value": "low"}]}
    arn = sns.create_topic(**low)["TopicArn"]
    assert sns.create_topic(**low)["TopicArn"] == arn
    more = [*low["Tags"], {"Key": "moon", "Value": "new"}]
    assert said(sns.create_topic, Name="ebb", Tags=more) == (
        "Invalid parameter: Tags Reason: Topic already exists with different tags"
    )
    twice = [{"Key": "moon", "Value": "new"}, {"Key": "moon", "Value": "full"}]
    assert said(sns.tag_resource, ResourceArn=arn, Tags=twice) == (
        "Invalid parameter: Duplicated keys are not allowed."
    )
    sns.delete_topic(TopicArn=arn)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({"Message": ""}, "Empty message"),
        ({"Message": "high", "Subject": ""}, "Subject"),
        ({"Message": "~" * 262_145}, "Message too long"),
        (
            {
                "Message": "~" * 262_144,
                "MessageAttributes": {"m": {"DataType": "String", "StringValue": "n"}},
            },
            "Message too long",
        ),
        (
            {"Message": '{"sqs":"high"}', "MessageStructure": "json"},
            "Message Structure - No default entry in JSON message body",
        ),
        (
            {"Message": '{"default":{"tide":"high"}}', "MessageStructure": "json"},
            "Message Structure - No default entry in JSON message body",
        ),
        (
            {"Message": '{"default":', "MessageStructure": "json"},
            "Message Structure - JSON message body failed to parse",
        ),
    ],
)
def test_messages(sns, topic, message, fault):
    assert said(sns.publish, TopicArn=topic, **message) == f"Invalid parameter: {fault}"


def test_places_that_are_not_there(sns, topic):
    for arn, count in (("tides", 1), ("sea:tides", 2)):
        assert said(sns.publish, TopicArn=arn, Message="high") == (
            f"Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not {count}"
        )
    gone = {"TopicArn": f"{topic}-gone", "Message": "high"}
    assert said(sns.publish, **gone, code="NotFound") == "Topic does not exist"
    endpoint = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/buoy/2b7e1516-28ae-d2a6-abf7"
    assert said(sns.publish, TargetArn=endpoint, Message="high") == (
        "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified"
    )


def test_publishing_nowhere(sns):
    assert said(sns.publish, Message="high") == (
        "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
    )


def test_batches(sns, topic):
    assert "any entries" in said(
        sns.publish_batch,
        TopicArn=topic,
        PublishBatchRequestEntries=[],
        code="EmptyBatchRequest",
    )
    long = [{"Id": one, "Message": "~" * 131_073} for one in ("ebb", "flood")]
    asked = {"TopicArn": topic, "PublishBatchRequestEntries": long}
    assert "more than the limit" in said(sns.publish_batch, **asked, code="BatchRequestTooLong")
    long[0]["Message"] = "high"
    assert len(sns.publish_batch(**asked)["Successful"]) == 2
