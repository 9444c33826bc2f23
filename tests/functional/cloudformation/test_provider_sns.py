"""AWS::SNS, type by type."""

from __future__ import annotations

import json

import delivering
import pytest
from botocore.exceptions import ClientError
from trial import Trial, client, several

from dryrun.cloud.cloudformation.providers.base import ResourceError

TOPIC = "AWS::SNS::Topic"
QUEUE = "AWS::SQS::Queue"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def policy(resource: str, action: str) -> dict[str, object]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": resource,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_topic() -> None:
    with Trial(TOPIC, {"DisplayName": "Ferry", "Tags": TAGS}) as topic:
        found = topic.read()
        assert topic.physical_id == found["TopicArn"]
        assert found["TopicName"].startswith("trial-Thing-")
        assert found["DisplayName"] == "Ferry"
        assert found["Tags"] == TAGS
        found = topic.update({"KmsMasterKeyId": "alias/aws/sns", "Tags": TAGS[:1]})
        assert (found["DisplayName"], found["KmsMasterKeyId"]) == ("", "alias/aws/sns")
        assert found["Tags"] == TAGS[:1]


def test_fifo_topic() -> None:
    properties = {"FifoTopic": True, "ContentBasedDeduplication": True, "TopicName": "boats.fifo"}
    with Trial(TOPIC, properties) as topic:
        found = topic.read()
        assert {name: found[name] for name in properties} == properties
        with pytest.raises(ResourceError, match="already exists"):
            Trial(TOPIC, properties).create()
        assert topic.update({**properties, "ContentBasedDeduplication": False}) == {
            **found,
            "ContentBasedDeduplication": False,
        }


def test_a_fifo_topic_that_is_not_named_like_one_is_refused() -> None:
    with pytest.raises(ClientError, match="Fifo Topic names must end with"):
        Trial(TOPIC, {"FifoTopic": True, "TopicName": "boats"}).create()
    with Trial(TOPIC, {"FifoTopic": True}) as topic:
        assert topic.physical_id.endswith(".fifo")


def test_topic_with_subscriptions() -> None:
    first, second = Trial(QUEUE, {}, logical_id="One"), Trial(QUEUE, {}, logical_id="Two")
    with several(first, second):
        one = {"Protocol": "sqs", "Endpoint": first.read()["Arn"]}
        two = {"Protocol": "sqs", "Endpoint": second.read()["Arn"]}
        with Trial(TOPIC, {"Subscription": [one]}) as topic:
            assert topic.read()["Subscription"] == [one]
            assert topic.update({"Subscription": [two]})["Subscription"] == [two]
            sqs = client("sqs")
            for queue in (first, second):
                source = topic.physical_id
                text = delivering.policy("sqs:SendMessage", "*", "sns.amazonaws.com", source)
                sqs.set_queue_attributes(QueueUrl=queue.physical_id, Attributes={"Policy": text})
            client("sns").publish(TopicArn=topic.physical_id, Message="ahoy")
            assert "Messages" not in sqs.receive_message(QueueUrl=first.physical_id)
            body = sqs.receive_message(QueueUrl=second.physical_id)["Messages"][0]["Body"]
            assert json.loads(body)["Message"] == "ahoy"


def test_subscription() -> None:
    topic, queue = Trial(TOPIC, {}, logical_id="Topic"), Trial(QUEUE, {}, logical_id="Queue")
    with several(topic, queue):
        base = {
            "TopicArn": topic.physical_id,
            "Protocol": "sqs",
            "Endpoint": queue.read()["Arn"],
        }
        more = {"FilterPolicy": {"kind": ["boat"]}, "RawMessageDelivery": True}
        with Trial("AWS::SNS::Subscription", {**base, **more}) as subscription:
            found = subscription.read()
            assert subscription.physical_id == found["Arn"]
            assert {name: found[name] for name in (*base, *more)} == {**base, **more}
            scope = {"FilterPolicyScope": "MessageBody", "FilterPolicy": {"a": {"b": ["c"]}}}
            assert subscription.update({**base, **scope})["FilterPolicyScope"] == "MessageBody"
            found = subscription.update(base)
            assert "FilterPolicy" not in found
            assert found["RawMessageDelivery"] is False


def test_topic_policies() -> None:
    topic, other = Trial(TOPIC, {}, logical_id="Topic"), Trial(TOPIC, {}, logical_id="Other")
    with several(topic, other):
        arns = [topic.physical_id, other.physical_id]
        document = policy(arns[0], "sns:Publish")
        properties = {"Topics": arns, "PolicyDocument": document}
        with Trial("AWS::SNS::TopicPolicy", properties) as both:
            assert both.read() == {"Id": both.physical_id, **properties}
            fewer = {"Topics": arns[:1], "PolicyDocument": policy(arns[0], "sns:Subscribe")}
            assert both.update(fewer) == {"Id": both.physical_id, **fewer}
            kept = client("sns").get_topic_attributes(TopicArn=arns[1])["Attributes"]["Policy"]
            assert json.loads(kept)["Id"] == "__default_policy_ID"
        inline = {"TopicArn": arns[1], "PolicyDocument": document}
        with Trial("AWS::SNS::TopicInlinePolicy", inline) as one:
            assert one.physical_id == arns[1]
            assert one.read() == inline
            changed = {**inline, "PolicyDocument": policy(arns[1], "sns:Publish")}
            assert one.update(changed) == changed


def test_queue_policies() -> None:
    queue, other = Trial(QUEUE, {}, logical_id="One"), Trial(QUEUE, {}, logical_id="Two")
    with several(queue, other):
        urls = [queue.physical_id, other.physical_id]
        document = policy(queue.read()["Arn"], "sqs:SendMessage")
        properties = {"Queues": urls, "PolicyDocument": document}
        with Trial("AWS::SQS::QueuePolicy", properties) as both:
            assert both.read() == {"Id": both.physical_id, **properties}
            fewer = {"Queues": urls[:1], "PolicyDocument": document}
            assert both.update(fewer) == {"Id": both.physical_id, **fewer}
        inline = {"Queue": urls[1], "PolicyDocument": document}
        with Trial("AWS::SQS::QueueInlinePolicy", inline) as one:
            assert one.physical_id == urls[1]
            assert one.read() == inline
            with pytest.raises(ResourceError, match="already exists"):
                Trial("AWS::SQS::QueueInlinePolicy", inline).create()
            changed = {**inline, "PolicyDocument": policy(other.read()["Arn"], "sqs:SendMessage")}
            assert one.update(changed) == changed
